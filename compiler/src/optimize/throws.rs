//! Finds the functions that may throw exceptions: calls of others need no handlers.

use super::bodies;
use crate::program::*;
use crate::wasm::Module;
use cranelift_entity::{PrimaryMap, SecondaryMap};

/// Sets `throws` of all reachable functions. Handlers within functions are ignored.
pub fn spread(program: &mut Program<'_>, modules: &PrimaryMap<ModuleId, Module<'_>>) {
    let mut work: Vec<FuncId> = bodies(program, modules)
        .filter(|(_, _, body)| body.uses.throws)
        .map(|(id, ..)| id)
        .collect();
    if work.is_empty() {
        return;
    }
    let (callers, indirect) = callers(program, modules);
    let mut indirect = Some(indirect);
    while let Some(id) = work.pop() {
        let function = &mut program.functions[id];
        if std::mem::replace(&mut function.throws, true) {
            continue;
        }
        work.extend(&callers[id]);
        if function.address_taken {
            // Its indirect callers are unknown.
            work.extend(indirect.take().unwrap_or_default());
        }
    }
}

/// The direct callers of each function, and all functions with indirect calls.
fn callers(
    program: &Program<'_>,
    modules: &PrimaryMap<ModuleId, Module<'_>>,
) -> (SecondaryMap<FuncId, Vec<FuncId>>, Vec<FuncId>) {
    let mut callers = SecondaryMap::<FuncId, Vec<FuncId>>::new();
    let mut indirect = Vec::new();
    for (id, instance, body) in bodies(program, modules) {
        let uses = &body.uses;
        for callee in &uses.calls {
            callers[instance.functions[*callee]].push(id);
        }
        if !uses.indirect.is_empty() || !uses.by_reference.is_empty() {
            indirect.push(id);
        }
    }
    (callers, indirect)
}
