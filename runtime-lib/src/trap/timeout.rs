//! `--timeout`: the trap that comes when the time is over, wherever the program is.
//!
//! Nothing that can block may stand between the time-out and the end: a report that nobody reads,
//! a note, a stopped terminal. So the timer fires again, and its second signal aborts at once,
//! whatever the handler of the first one, or an end that had begun earlier, is waiting for.

use super::{backtrace::Origin, report_and_abort};
use crate::{
    end,
    fatal::{abort, refuse_timeout},
    host::clock::timespec,
    os::{
        process,
        signal::{self, Again, Context, Info, number},
        time,
    },
    program::config,
};
use core::sync::atomic::{AtomicBool, Ordering};
use wasi_aot_abi::Trap;

/// Nanoseconds that the end may take once the time is over.
const GRACE: u64 = 300_000_000;

/// Whether the time is over.
static OVER: AtomicBool = AtomicBool::new(false);

/// Starts the clock: a timer of the runtime's own. One that the parent set (`alarm`, which survives
/// `execve`) fires as well.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_start_timeout() {
    let timeout = config().timeout;
    if timeout == 0 {
        return;
    }
    let (first, grace) = (timespec(timeout), timespec(GRACE));
    // Later than the signal that ends the process, because a debugger stops at it.
    let resume = timespec(timeout.saturating_add(GRACE / 2));
    // SAFETY: the handler ends the process, or does nothing that matters to what it interrupts.
    let started = unsafe { signal::handle(number::VTALRM, handler, Again::Interrupts) }
        .and_then(|()| signal::unblock(signal::set(&[number::VTALRM])))
        .and_then(|()| time::timer(number::VTALRM, first, grace))
        // No handler runs in a stopped process (`proc_raise`, a terminal): this resumes it.
        .and_then(|()| time::timer(number::CONT, resume, grace));
    if let Err(errno) = started {
        refuse_timeout(errno);
    }
}

/// The time is over, unless somebody else sent the signal: then it does what it would do without us.
#[cfg_attr(wasi_aot_object, unsafe(export_name = "wasi_aot_signal_timeout"))]
unsafe extern "C" fn handler(signal: i32, info: &Info, context: &mut Context) {
    if info.code != signal::TIMER {
        let _ = signal::set_default(signal as u32);
        let _ = process::raise(signal as u32);
        return;
    }
    if OVER.swap(true, Ordering::Relaxed) {
        abort();
    }
    // An end that has already begun may go on until the next signal.
    if end::begin() {
        report_and_abort(Trap::Timeout, None, &Origin::Interrupted(context));
    }
}
