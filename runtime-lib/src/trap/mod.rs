//! Traps: the fault handler that recognises them, and the way in which they end the program.

mod backtrace;
pub mod lines;
mod report;
mod sites;
pub mod timeout;

use crate::{
    cpu::frame_pointer,
    end,
    fatal::{bug, report_bug},
    os::{
        fault::{self, Fault, Kind, Registers},
        process::{ABORTED, abort},
    },
    recovery, stack, thread,
};
use backtrace::Origin;
use core::{
    hint, ptr,
    sync::atomic::{AtomicPtr, Ordering},
};
use wasi_aot_abi::{Trap, sites as records};

/// Whether an address is one of the program's code.
pub fn is_program(pc: usize) -> bool {
    sites::function(pc).is_some()
}

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
    let origin = Origin::Called(frame_pointer());
    if let Some(back) = back() {
        // SAFETY: as required of the caller.
        unsafe { (back.called)(trap, &origin) }
    }
    end_with(trap, None, &origin)
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
    if let Some(back) = back() {
        return (back.interrupted)(trap, address, fault.registers);
    }
    end_with(trap, address, &Origin::Interrupted(fault.registers))
}

/// What traps do in place of ending the process, which is [`end::Instead`]. Only servers refer to
/// it: other programs contain nothing of it except two tests.
struct Back {
    /// In a host call or an entry step, on the program's stack.
    called: unsafe fn(Trap, &Origin) -> !,
    /// In a signal handler.
    interrupted: fn(Trap, Option<usize>, &mut Registers),
}

static BACK: Back = Back {
    called,
    interrupted,
};

/// [`BACK`], once the end has been replaced.
static ACTIVE: AtomicPtr<Back> = AtomicPtr::new(ptr::null_mut());

/// Makes traps call [`end::instead`] from now on.
pub fn come_back() {
    // If the optimizer knew the only value, all programs would contain the functions.
    let back = hint::black_box(&raw const BACK);
    ACTIVE.store(back.cast_mut(), Ordering::Relaxed);
}

fn back() -> Option<&'static Back> {
    // SAFETY: it is null, or a static that does not change.
    unsafe { ACTIVE.load(Ordering::Relaxed).as_ref() }
}

/// Reports a trap of a host call or an entry step, and calls [`end::instead`].
///
/// # Safety
/// Must be called on the program's stack.
unsafe fn called(trap: Trap, origin: &Origin) -> ! {
    let Some(instead) = end::instead() else {
        end_with(trap, None, origin)
    };
    report::print(trap, None, origin);
    // SAFETY: as required of the caller.
    unsafe { instead(end::TRAPPED | usize::from(trap.code())) }
}

/// Reports a trap of the program's own code, and makes the return from the signal handler call
/// [`end::instead`].
pub fn interrupted(trap: Trap, address: Option<usize>, registers: &mut Registers) {
    report::print(trap, address, &Origin::Interrupted(registers));
    if let Some(instead) = end::instead() {
        let how = end::TRAPPED | usize::from(trap.code());
        registers.redirect(instead, stack::top(), how);
    }
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
