//! Finds the functions whose bodies take the place of calls.
//!
//! The compiler that made a module inlines what it has in one piece; this finds what it kept apart:
//! functions of other source files and crates, of other modules, and adapters of components. A
//! recursive function may be one of them: then each of its calls does the work of two.

use super::bodies;
use crate::program::*;
use crate::wasm::Module;
use cranelift_entity::{PrimaryMap, SecondaryMap};

/// The size in bytes of a body that is about as large as what a call of it takes.
const CALL: usize = 32;

/// The maximum size in bytes of any other body.
const BODY: usize = 64;

/// The maximum size in bytes of all copies of such a body, if each function that calls it had one.
const COPIES: usize = 500;

/// The maximum size in bytes of the body of an adapter's function. Calls between adapters never
/// form a cycle, and each has few callers.
const ADAPTER: usize = 512;

/// Sets `small` of all functions. It runs after it is known which functions throw: the handlers of
/// an inlined function's caller would have to become its own.
pub fn find(program: &mut Program<'_>, modules: &PrimaryMap<ModuleId, Module<'_>>) {
    let mut callers = SecondaryMap::<FuncId, usize>::new();
    for (_, instance, body) in bodies(program, modules) {
        for callee in &body.uses.calls {
            callers[instance.functions[*callee]] += 1;
        }
    }
    let small = bodies(program, modules).filter_map(|(id, instance, body)| {
        let bytes = body.bytes.len();
        let is_small = match modules[instance.module].adapter {
            true => bytes <= ADAPTER,
            false if program.functions[id].throws => false,
            false => bytes <= CALL || bytes <= BODY && bytes * callers[id] <= COPIES,
        };
        is_small.then_some(id)
    });
    for id in small.collect::<Vec<_>>() {
        program.functions[id].small = true;
    }
}
