//! The parts of components that do not belong to WASI: handles to resources, strings in other
//! encodings, the end of a command (Component Model, Canonical ABI).

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

/// Raises a trap from a host call.
pub fn raise(trap: Trap) -> ! {
    // SAFETY: host calls run on the program's stack.
    unsafe { wasi_aot_raise_trap(trap.code().into()) }
}

/// The component in the program.
fn component() -> &'static Component {
    // SAFETY: only code of components calls functions that need this, and their programs define it
    // as read-only data.
    unsafe { &*program().component }
}

/// The state of a component instance. The number comes from the program's code.
fn instance(number: u32) -> *mut Instance {
    let component = component();
    debug_assert!((number as usize) < component.instance_count);
    // SAFETY: the compiler's numbers are below the count of instances.
    unsafe { component.instances.add(number as usize) }
}

/// The resource type with a number in the program's code.
fn type_use(number: u32) -> TypeUse {
    let component = component();
    debug_assert!((number as usize) < component.type_count);
    // SAFETY: the compiler's numbers are below the count of types.
    unsafe { *component.types.add(number as usize) }
}

/// Traps if this is no valid result of `wasi:cli/run#run`.
///
/// # Safety
/// The program's code must call it, on its stack.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub unsafe extern "C" fn wasi_aot_component_check(result: u32) {
    if result > 1 {
        raise(Trap::InvalidDiscriminant);
    }
}

/// Ends the program with the result of `wasi:cli/run#run`.
///
/// # Safety
/// The program's code must call it, on its stack.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub unsafe extern "C" fn wasi_aot_component_end(result: u32) -> ! {
    match result {
        0 | 1 => end::exit(result),
        _ => raise(Trap::InvalidDiscriminant),
    }
}
