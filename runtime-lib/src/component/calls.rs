//! The calls between component instances that lend handles: the lent handles, and the borrows to
//! drop (Canonical ABI, `Subtask.lenders`, `Task.num_borrows`).

use super::{handles, list::List, raise};
use crate::fatal::bug;
use wasi_aot_abi::Trap;

/// A call.
#[derive(Clone, Copy)]
struct Call {
    /// Number of borrowing handles that the callee has.
    borrows: u32,
    /// Index of its first entry in [`LENT`].
    lent: u32,
}

/// A lent handle.
#[derive(Clone, Copy)]
struct Lent {
    instance: u32,
    handle: u32,
}

/// The active calls, the innermost last. Handles refer to a call by its index plus 1.
static CALLS: List<Call, 8> = List::new(Call {
    borrows: 0,
    lent: 0,
});

/// The handles lent for them, in the same order.
static LENT: List<Lent, 16> = List::new(Lent {
    instance: 0,
    handle: 0,
});

/// See [`wasi_aot_abi::component::symbols::ENTER_CALL`].
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_component_enter_call(_caller: u32, _asynchronous: u32, _callee: u32) {
    let call = Call {
        borrows: 0,
        lent: LENT.len() as u32,
    };
    if CALLS.push(call).is_err() {
        raise(Trap::TooManyHandles);
    }
}

/// See [`wasi_aot_abi::component::symbols::EXIT_CALL`].
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_component_exit_call() {
    let Some(call) = CALLS.pop() else {
        bug(b"a call ends that never began")
    };
    if call.borrows != 0 {
        raise(Trap::BorrowsRemain);
    }
    while LENT.len() as u32 > call.lent {
        if let Some(lent) = LENT.pop() {
            handles::returned(lent.instance, lent.handle);
        }
    }
}

/// Records that the innermost call has lent a handle.
pub(super) fn lent(instance: u32, handle: u32) {
    if LENT.push(Lent { instance, handle }).is_err() {
        raise(Trap::TooManyHandles);
    }
}

/// Records that the innermost call received a borrowing handle; returns the call's number.
pub(super) fn borrowed() -> u32 {
    let number = CALLS.len();
    CALLS.update(number.wrapping_sub(1), |call| call.borrows += 1);
    number as u32
}

/// Records that a borrowing handle of a call was dropped.
pub(super) fn dropped(number: u32) {
    CALLS.update(number as usize - 1, |call| call.borrows -= 1);
}
