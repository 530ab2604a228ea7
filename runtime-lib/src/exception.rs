//! The unwinder: finds an exception's handler, frame by frame.

use crate::{
    cpu::{frame_pointer, land},
    program::{program, slice},
    stack,
    trap::wasi_aot_raise_trap,
};
use wasi_aot_abi::{
    Trap,
    exceptions::{ANY, CaughtCall, Handler, LAST},
    heap::Object,
};

/// Continues at the handler of an exception; raises the trap if there is none.
///
/// # Safety
/// The program must call it on its stack; `exception` must be the address of an object of the heap.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub unsafe extern "C" fn wasi_aot_throw(exception: u64) -> ! {
    // SAFETY: as required of the caller.
    unsafe {
        let tag = (*(exception as *const Object)).ty;
        match find(tag, frame_pointer()) {
            Some(landing) => land(landing.code, landing.sp, landing.fp, exception),
            None => wasi_aot_raise_trap(Trap::UncaughtException.code().into()),
        }
    }
}

/// A handler, and the frame of its function.
struct Landing {
    code: usize,
    sp: usize,
    fp: usize,
}

/// The first handler for a tag above the frame at `fp`, up to the point where the runtime called
/// the program.
fn find(tag: u32, mut fp: usize) -> Option<Landing> {
    let program = program();
    let text = program.text as usize;
    // SAFETY: this is read-only data of the program; the final entry of the functions holds the
    // length of the text.
    let (calls, end) = unsafe {
        let end = (*program.functions.add(program.function_count as usize)).code;
        (slice(program.caught, program.caught_count as usize), end)
    };
    while stack::holds_frame(fp) {
        // SAFETY: these 16 bytes are within the program's stack.
        let [outer, returns_to] = unsafe { *(fp as *const [usize; 2]) };
        let code = u32::try_from(returns_to.wrapping_sub(text)).ok()?;
        if code > end || outer <= fp {
            return None;
        }
        if let Ok(index) = calls.binary_search_by_key(&code, |call| call.code) {
            let call = &calls[index];
            if let Some(handler) = fitting(program.handlers, call, tag) {
                return Some(Landing {
                    code: text + handler.code as usize,
                    sp: outer - call.frame as usize,
                    fp: outer,
                });
            }
        }
        fp = outer;
    }
    None
}

/// The handler of a call that matches a tag.
fn fitting(handlers: *const Handler, call: &CaughtCall, tag: u32) -> Option<Handler> {
    let mut next = call.first as usize;
    loop {
        // SAFETY: this is read-only data of the program: a marked handler ends those of a call.
        let handler = unsafe { *handlers.add(next) };
        let own = handler.tag & !LAST;
        if own == tag || own == ANY {
            return Some(handler);
        }
        if handler.tag & LAST != 0 {
            return None;
        }
        next += 1;
    }
}
