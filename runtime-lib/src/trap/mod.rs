//! Traps: the signal handlers that find them, and how they end the program.

mod backtrace;
mod report;
mod sites;
pub mod timeout;

use crate::{
    cpu::frame_pointer,
    end,
    fatal::{abort, bug, report_bug},
    inherited,
    os::{
        process,
        signal::{self, Again, Context, Info, TRAPS, number},
    },
    recovery, stack, thread,
};
use backtrace::Origin;
use wasi_aot_abi::{Trap, sites as records};

/// How a shell sees the end by SIGABRT.
const ABORTED: u32 = 134;

/// Installs the signal handlers.
///
/// # Safety
/// Called once, before the program runs; `base` and `len` are a stack that nobody else uses.
pub unsafe fn install((base, len): (*mut u8, usize)) {
    // SAFETY: the caller's; the handler keeps to what handlers may do.
    let installed = unsafe {
        signal::set_alternate_stack(base, len)
            .and_then(|()| {
                let mut signals = TRAPS.iter();
                signals.try_for_each(|&signal| signal::handle(signal, handler, Again::Waits))
            })
            .and_then(|()| inherited::unblock())
    };
    if installed.is_err() {
        bug(b"the signal handlers cannot be installed");
    }
}

/// Raises the trap with this code, from a host call or an entry step.
///
/// # Safety
/// Called on the program's stack.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub unsafe extern "C" fn wasi_aot_raise_trap(code: u32) -> ! {
    let Some(trap) = u8::try_from(code).ok().and_then(Trap::from_code) else {
        bug(b"a trap was raised that does not exist")
    };
    // SAFETY: the caller's; the step that this ends is running.
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

/// The same, by whoever has begun the end.
fn report_and_abort(trap: Trap, address: Option<usize>, origin: &Origin) -> ! {
    report::print(trap, address, origin);
    end::say(ABORTED, Some(trap));
    abort()
}

/// Decides what a fault means: by program counter first, by address only for the stack's guard.
#[cfg_attr(wasi_aot_object, unsafe(export_name = "wasi_aot_signal_handler"))]
unsafe extern "C" fn handler(signal: i32, info: &Info, context: &mut Context) {
    if info.code <= 0 {
        // Somebody sent it: do what would happen without us.
        let _ = signal::set_default(signal as u32);
        let _ = process::raise(signal as u32);
        return;
    }
    let fault = signal as u32 == number::SEGV;
    let site = sites::at(context.pc());
    let trap = if fault && stack::guards(info.address) {
        Some(Trap::StackOverflow)
    } else {
        site.and_then(|site| Trap::from_code(site.trap))
    };
    let Some(trap) = trap else {
        unexplained(signal, info, context)
    };
    if recovery::redirect(trap, context) {
        return;
    }
    let access = site.is_some_and(|site| u64::from(site.kind) == records::ACCESS);
    let address = (fault && access && trap == Trap::MemoryOutOfBounds).then_some(info.address);
    end_with(trap, address, &Origin::Interrupted(context))
}

/// A fault that no record explains.
fn unexplained(signal: i32, info: &Info, context: &Context) -> ! {
    let mut text = report_bug(b"the executable has crashed");
    text.push(b"\nsignal ").decimal(signal as u64);
    text.push(b", pc ").hex(context.pc() as u64, 0);
    text.push(b", address ").hex(info.address as u64, 0);
    text.push(b", sp ").hex(context.sp() as u64, 0).push(b"\n");
    text.flush();
    report::print_backtrace(&mut text, &Origin::Interrupted(context));
    text.flush();
    abort()
}
