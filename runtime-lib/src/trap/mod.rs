//! Traps: the fault handler that recognises them, and the way in which they end the program.

mod backtrace;
mod report;
mod sites;
pub mod timeout;

use crate::{
    cpu::frame_pointer,
    end,
    fatal::{bug, report_bug},
    os::{
        fault::{self, Fault, Kind},
        process::{ABORTED, abort},
    },
    recovery, stack, thread,
};
use backtrace::Origin;
use wasi_aot_abi::{Trap, sites as records};

/// Installs the fault handler.
///
/// # Safety
/// Must be called once, before the program runs; nothing else may use the stack.
pub unsafe fn install(stack: (*mut u8, usize)) {
    // SAFETY: as required of the caller; the handler does only what signal handlers may do.
    if unsafe { fault::install(stack, handler) }.is_err() {
        bug(b"the signal handlers cannot be installed");
    }
}

/// Raises the trap with this code, from a host call or an entry step.
///
/// # Safety
/// Must be called on the program's stack.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub unsafe extern "C" fn wasi_aot_raise_trap(code: u32) -> ! {
    let Some(trap) = u8::try_from(code).ok().and_then(Trap::from_code) else {
        bug(b"a trap was raised that does not exist")
    };
    // SAFETY: as required of the caller; the step that this ends is running.
    unsafe { recovery::unwind(trap) };
    end_with(trap, None, &Origin::Called(frame_pointer()))
}

/// Prints the report of `trap` and ends the process.
fn end_with(trap: Trap, address: Option<usize>, origin: &Origin) -> ! {
    if !end::begin() {
        thread::leave();
    }
    report_and_abort(trap, address, origin)
}

/// The same, for the thread that has begun the end.
fn report_and_abort(trap: Trap, address: Option<usize>, origin: &Origin) -> ! {
    report::print(trap, address, origin);
    end::say(ABORTED, Some(trap));
    abort()
}

fault::fault_handler! {
    /// The fault handler.
    #[cfg_attr(wasi_aot_object, unsafe(export_name = "wasi_aot_signal_handler"))]
    handler => on_fault
}

/// Decides the meaning of a fault: first by the program counter. The address only matters for the
/// stack's guard.
#[inline(always)] // its only caller is the handler
fn on_fault(fault: &mut Fault) {
    let memory = fault.kind == Kind::Memory;
    let site = sites::at(fault.registers.pc());
    let trap = if memory && stack::guards(fault.address) {
        Some(Trap::StackOverflow)
    } else {
        site.and_then(|site| Trap::from_code(site.trap))
    };
    let Some(trap) = trap else { unexplained(fault) };
    if recovery::redirect(trap, fault.registers) {
        return;
    }
    let access = site.is_some_and(|site| u64::from(site.kind) == records::ACCESS);
    let address = (memory && access && trap == Trap::MemoryOutOfBounds).then_some(fault.address);
    end_with(trap, address, &Origin::Interrupted(fault.registers))
}

/// Reports a fault that no record explains.
fn unexplained(fault: &Fault) -> ! {
    let mut text = report_bug(b"the executable has crashed");
    text.push(fault::NUMBER).decimal(fault.number as u64);
    text.push(b", pc ").hex(fault.registers.pc() as u64, 0);
    text.push(b", address ").hex(fault.address as u64, 0);
    text.push(b", sp ")
        .hex(fault.registers.sp() as u64, 0)
        .push(b"\n");
    text.flush();
    report::print_backtrace(&mut text, &Origin::Interrupted(fault.registers));
    text.flush();
    abort()
}
