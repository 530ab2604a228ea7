//! `--timeout`: the trap that comes when the time is over, wherever the program is.
//!
//! Nothing that can block may stand between the time-out and the end: a report that nobody reads,
//! a note, a stopped terminal. So the alarm comes again, and the second one aborts at once,
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

/// Nanoseconds that the end may take once the time is over.
const GRACE: u64 = 300_000_000;

/// Whether the time is over.
static OVER: AtomicBool = AtomicBool::new(false);

/// Starts the clock: an alarm of the runtime's own. One that the parent set comes as well.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_start_timeout() {
    let timeout = config().timeout;
    if timeout == 0 {
        return;
    }
    let (first, grace) = (Timespec::of(timeout), Timespec::of(GRACE));
    // Later than the alarm that ends the process: a debugger stops where the process is resumed.
    let resume = Timespec::of(timeout.saturating_add(GRACE / 2));
    // SAFETY: the handler ends the process, or does nothing that matters to what it interrupts.
    let started = unsafe { alarm::start(handler, first, resume, grace) };
    if let Err(errno) = started {
        refuse_timeout(errno);
    }
}

alarm::alarm_handler! {
    /// The handler of the alarm.
    #[cfg_attr(wasi_aot_object, unsafe(export_name = "wasi_aot_signal_timeout"))]
    handler => on_alarm
}

/// The time is over.
#[inline(always)] // the handler is nothing else
fn on_alarm(registers: &mut Registers) {
    if OVER.swap(true, Ordering::Relaxed) {
        abort();
    }
    // An end that has already begun may go on until the next alarm.
    if end::begin() {
        report_and_abort(Trap::Timeout, None, &Origin::Interrupted(registers));
    }
}
