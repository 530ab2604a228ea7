//! `--timeout`: raises a trap when the time limit is exceeded, wherever the program is.
//!
//! Nothing that can block may delay the end: a report that nothing reads, an explanation of a
//! missing grant, a stopped terminal. So the alarm repeats, and the second one aborts at once,
//! whatever the handler of the first one, or an end that had begun earlier, is waiting for.

use super::{backtrace::Origin, report_and_abort};
use crate::{
    end,
    fatal::refuse_timeout,
    os::{alarm, fault::Registers, process::abort, time::Timespec},
    program::config,
};
use core::sync::atomic::{AtomicBool, Ordering};
use wasi_aot_abi::Trap;

/// The time in nanoseconds that the end may take after the time limit.
const GRACE: u64 = 300_000_000;

/// Whether the time limit is exceeded.
static OVER: AtomicBool = AtomicBool::new(false);

/// Starts the timer, which belongs to the runtime. A timer that the parent has set also fires.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_start_timeout() {
    let timeout = config().timeout;
    if timeout == 0 {
        return;
    }
    let (first, grace) = (Timespec::of(timeout), Timespec::of(GRACE));
    // Later than the alarm that ends the process, because a debugger stops where the process is
    // resumed.
    let resume = Timespec::of(timeout.saturating_add(GRACE / 2));
    // SAFETY: the handler ends the process, or does nothing that affects the interrupted code.
    let started = unsafe { alarm::start(handler, first, resume, grace) };
    if let Err(errno) = started {
        refuse_timeout(errno);
    }
}

alarm::alarm_handler! {
    /// The alarm handler.
    #[cfg_attr(wasi_aot_object, unsafe(export_name = "wasi_aot_signal_timeout"))]
    handler => on_alarm
}

/// Ends the program because the time limit is exceeded.
#[inline(always)] // its only caller is the handler
fn on_alarm(registers: &mut Registers) {
    if OVER.swap(true, Ordering::Relaxed) {
        abort();
    }
    // An end that has already begun may continue until the next alarm.
    if end::begin() {
        report_and_abort(Trap::Timeout, None, &Origin::Interrupted(registers));
    }
}
