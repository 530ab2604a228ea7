//! Runs from the process entry to the program's first instruction.

use crate::{
    cpu::call_on_stack,
    end,
    fatal::{bug, refuse_region, refuse_segment, refuse_stack},
    host, memory,
    os::{process, thread},
    program::{config, program, start_hooks},
    stack, trap,
};

#[cfg(wasi_aot_object)]
process::process_entry!(_start, main);

/// Runs the program. `block` is the kernel's start block.
///
/// # Safety
/// The process entry must call it, once.
#[cfg_attr(
    not(wasi_aot_object),
    expect(dead_code, reason = "only the object has an entry")
)]
unsafe extern "C" fn main(block: *mut usize) -> ! {
    // SAFETY: this is the process entry.
    unsafe { prepare(block) };
    host::start();
    for hook in start_hooks() {
        // SAFETY: the hooks run only here, once, in their order.
        unsafe { hook() }
    }
    let Some(entry) = program().entry else {
        bug(b"the program has no entry")
    };
    let mut saved = 0;
    // SAFETY: the stack was mapped for this.
    unsafe { call_on_stack(stack::top(), run, entry as usize, &mut saved) };
    end::exit(0)
}

/// # Safety
/// `entry` must be the program's entry, and everything must be prepared.
unsafe extern "C" fn run(entry: usize) -> usize {
    // SAFETY: as required of the caller.
    unsafe {
        let entry = core::mem::transmute::<usize, unsafe extern "C" fn()>(entry);
        entry();
    }
    0
}

/// Prepares everything for the program, and returns the end of its stack.
///
/// # Safety
/// Must be called once, first of all; `block` must be the kernel's start block.
pub unsafe fn prepare(block: *mut usize) -> usize {
    // SAFETY: as required of the caller.
    unsafe { process::set_start_block(block) };
    if program().abi_version != wasi_aot_abi::ABI_VERSION {
        bug(b"program and runtime have different versions");
    }
    let max_stack = config().max_stack;
    let Ok(top) = stack::prepare(max_stack) else {
        refuse_stack(max_stack)
    };
    // SAFETY: the program is not running yet.
    unsafe {
        trap::install(stack::handlers());
        memory::fill_state();
        if let Err(refused) = memory::lay_out() {
            refuse_region(&refused);
        }
    }
    let segment = program().segment;
    if segment != 0
        && let Err(errno) = thread::set_segment(segment)
    {
        refuse_segment(errno);
    }
    top
}
