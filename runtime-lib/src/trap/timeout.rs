//! `--timeout`: the trap that comes when the time is over, wherever the program is.

use super::{backtrace::Origin, report_and_abort};
use crate::{
    end,
    fatal::bug,
    os::{
        process,
        signal::{self, Context, Info, number},
        time,
    },
    program::config,
};
use wasi_aot_abi::Trap;

/// Starts the clock.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_start_timeout() {
    let timeout = config().timeout;
    if timeout == 0 {
        return;
    }
    // SAFETY: the handler ends the process, or does nothing that matters to what it interrupts.
    let started = unsafe { signal::handle(number::ALRM, handler) }
        .and_then(|()| signal::unblock(number::ALRM))
        .and_then(|()| time::alarm(timeout));
    if started.is_err() {
        bug(b"the clock of the timeout cannot be started");
    }
}

/// The time is over, unless somebody else sent the signal: then it does what it would do without us.
#[cfg_attr(wasi_aot_object, unsafe(export_name = "wasi_aot_signal_timeout"))]
unsafe extern "C" fn handler(signal: i32, info: &Info, context: &mut Context) {
    if info.code <= 0 {
        let _ = signal::set_default(signal as u32);
        let _ = process::raise(signal as u32);
        return;
    }
    if end::begin() {
        report_and_abort(Trap::Timeout, None, &Origin::Interrupted(context));
    }
}
