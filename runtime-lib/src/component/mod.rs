//! What components need beside WASI itself: handles to resources, strings in other encodings, the end of a command. Knows
//! nothing of WASI (Component Model, Canonical ABI).

pub mod calls;
pub mod handles;
pub mod invoke;
mod list;
pub mod strings;
pub mod transcode;

use crate::{end, program::program, trap::wasi_aot_raise_trap};
use wasi_aot_abi::{
    Trap,
    component::{Component, Instance, TypeUse},
};

/// Ends the program by a trap, from a host call.
pub fn raise(trap: Trap) -> ! {
    // SAFETY: host calls run on the program's stack.
    unsafe { wasi_aot_raise_trap(trap.code().into()) }
}

/// The component that the program is.
fn component() -> &'static Component {
    // SAFETY: only the code of components calls what asks for it, and their programs define it, read-only.
    unsafe { &*program().component }
}

/// The state of a component instance, whose number comes from the program's code.
fn instance(number: u32) -> *mut Instance {
    let component = component();
    debug_assert!((number as usize) < component.instance_count);
    // SAFETY: the compiler numbers instances below their count.
    unsafe { component.instances.add(number as usize) }
}

/// What a number of a resource type means in the program's code.
fn type_use(number: u32) -> TypeUse {
    let component = component();
    debug_assert!((number as usize) < component.type_count);
    // SAFETY: the compiler numbers types below their count.
    unsafe { *component.types.add(number as usize) }
}

/// Traps if this is no result of `wasi:cli/run#run`.
///
/// # Safety
/// Called by the program's code, on its stack.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub unsafe extern "C" fn wasi_aot_component_check(result: u32) {
    if result > 1 {
        raise(Trap::InvalidDiscriminant);
    }
}

/// Ends the program with the result of `wasi:cli/run#run`.
///
/// # Safety
/// Called by the program's code, on its stack.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub unsafe extern "C" fn wasi_aot_component_end(result: u32) -> ! {
    match result {
        0 | 1 => end::exit(result),
        _ => raise(Trap::InvalidDiscriminant),
    }
}
