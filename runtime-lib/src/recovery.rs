//! The driver of test scripts: runs the program's steps one by one and continues after their traps.

use crate::{
    cpu::{call_on_stack, resume},
    fatal::bug,
    os::{Fd, fault::Registers, process},
    program::{program, slice},
    stack,
    start::prepare,
    text::Text,
};
use core::{
    cell::UnsafeCell,
    sync::atomic::{AtomicUsize, Ordering},
};
use wasi_aot_abi::{Trap, program::Step};

#[cfg(wasi_aot_object)]
process::process_entry!(wasi_aot_recovery_start, main);

/// The state from which [`resume`] ends the running step; 0 between steps.
static SAVED: AtomicUsize = AtomicUsize::new(0);

/// The maximum of results of a step.
const RESULTS: usize = 4096;

/// Output and results, which are too large for a stack frame.
struct Buffers {
    output: Text<65536>,
    results: [u64; RESULTS],
}

struct Static(UnsafeCell<Buffers>);

// SAFETY: the driver has one thread, and a signal handler uses the output only while a step runs.
// Steps do not use the buffers.
unsafe impl Sync for Static {}

static BUFFERS: Static = Static(UnsafeCell::new(Buffers {
    // `main` sets the descriptor. All bytes are zero, so this takes no data in the executable.
    output: Text::new(Fd(0)),
    results: [0; RESULTS],
}));

/// Runs all steps and prints a line for each: `INDEX ok HEX64…` or `INDEX trap CODE`.
///
/// # Safety
/// The process entry must call it, once, with the kernel's start block.
#[cfg_attr(
    not(wasi_aot_object),
    expect(dead_code, reason = "only the object has an entry")
)]
unsafe extern "C" fn main(block: *mut usize) -> ! {
    // SAFETY: this is the process entry.
    let top = unsafe { prepare(block) };
    // SAFETY: no step is running.
    unsafe { (*BUFFERS.0.get()).output.direct(Fd::STDOUT) };
    let program = program();
    // SAFETY: this is read-only data of the program.
    let steps = unsafe { slice(program.steps, program.step_count as usize) };
    for (index, step) in (0u64..).zip(steps) {
        if step.results as usize > RESULTS {
            bug(b"a step has too many results");
        }
        // SAFETY: the stack was mapped for this, and the previous step has ended.
        let trap = unsafe { run(step, top) };
        // SAFETY: no step is running.
        let Buffers { output, results } = unsafe { &mut *BUFFERS.0.get() };
        output.decimal(index);
        if trap == 0 {
            output.push(b" ok");
            for &result in results.iter().take(step.results as usize) {
                output.push(b" ").hex16(result);
            }
        } else {
            output.push(b" trap ").decimal(trap as u64);
        }
        output.push(b"\n");
    }
    flush();
    process::exit(0)
}

/// Runs a step; returns the code of its trap, or 0.
///
/// # Safety
/// `top` must be the end of the program's stack, and no step may be running.
unsafe fn run(step: &Step, top: usize) -> usize {
    let mut saved = 0;
    SAVED.store(&raw mut saved as usize, Ordering::Relaxed);
    // SAFETY: as required of the caller.
    let trap = unsafe { call_on_stack(top, call, &raw const *step as usize, &mut saved) };
    SAVED.store(0, Ordering::Relaxed);
    trap
}

/// # Safety
/// `step` must be the address of a step.
unsafe extern "C" fn call(step: usize) -> usize {
    // SAFETY: as required of the caller; nothing else uses the buffers while a step runs.
    unsafe {
        let step = &*(step as *const Step);
        (step.run)((&raw mut (*BUFFERS.0.get()).results).cast());
    }
    0
}

/// The state that the running step's [`call_on_stack`] saved.
fn saved() -> Option<usize> {
    let saved = SAVED.load(Ordering::Relaxed) as *const usize;
    // SAFETY: it is not null, so it is the local variable of `run`, which is waiting.
    (!saved.is_null()).then(|| unsafe { saved.read_volatile() })
}

/// Ends the running step with `trap`; returns only if none is running.
///
/// # Safety
/// Nothing that the step has called may continue to run.
pub unsafe fn unwind(trap: Trap) {
    if let Some(saved) = saved() {
        // SAFETY: `run` is waiting for it.
        unsafe { resume(saved, usize::from(trap.code())) }
    }
}

/// The same from a signal handler: returning from the handler ends the step. Returns `false` if
/// none is running.
pub fn redirect(trap: Trap, registers: &mut Registers) -> bool {
    if saved().is_none() {
        return false;
    }
    registers.redirect(end, stack::top(), usize::from(trap.code()));
    true
}

/// The destination of [`redirect`]: it runs on the program's stack, which the step no longer needs.
unsafe extern "C" fn end(trap: usize) -> ! {
    if let Some(saved) = saved() {
        // SAFETY: `run` is waiting for it.
        unsafe { resume(saved, trap) }
    }
    bug(b"no step is running")
}

/// Writes the buffered output.
pub fn flush() {
    // SAFETY: steps do not use the output, and its users are not interrupted.
    unsafe { (*BUFFERS.0.get()).output.flush() }
}

/// Whether the collector moves everything at every allocation, as the variable `WASI_AOT_STRESS`
/// requests.
pub fn stress() -> bool {
    process::environment().any(|variable| variable.to_bytes().starts_with(b"WASI_AOT_STRESS="))
}
