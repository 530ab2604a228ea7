//! Finds the path lookups of wasi-libc. It keeps a list of the granted directories and fails
//! without a host call if no directory contains a path. The runtime can report such a missing grant
//! only if it learns of the lookup.

use super::{FuncId, MemoryId, Program};
use crate::wasm::{FuncIndex, Item, Module};
use cranelift_entity::EntityRef;
use std::collections::{BTreeMap, BTreeSet};
use wasmparser::{BinaryReader, FunctionBody, Operator, ValType};

/// The names of these functions in wasi-libc: the path is the first parameter, the result is a
/// descriptor or -1. Some call others: the outermost call counts.
const NAMES: [&str; 3] = [
    "__wasilibc_find_abspath",
    "__wasilibc_find_relpath",
    "__wasilibc_find_relpath_alloc",
];

/// The import that describes a granted directory.
const PRESTAT: &str = "fd_prestat_get";

/// The lookup functions of this program, and the memory of each.
pub fn find(program: &Program<'_>) -> BTreeMap<FuncId, MemoryId> {
    let mut found = BTreeMap::new();
    for instance in program.instances.values() {
        let module = &program.modules[instance.module];
        let Some(&memory) = instance.memories.values().next() else {
            continue;
        };
        if program.memories[memory].ty.memory64 {
            continue;
        }
        let mut lookups = by_name(module);
        if lookups.is_empty() {
            lookups = by_shape(module);
        }
        found.extend(
            lookups
                .iter()
                .map(|index| (instance.functions[*index], memory)),
        );
    }
    found
}

/// Whether the program probably queries its directories when it first looks for a file: wasi-libc
/// does, while Go's library queries them at start.
pub fn asks_late(program: &Program<'_>) -> bool {
    program.lookups.is_empty() && !program.modules.values().any(|module| module.is_go)
}

fn by_name(module: &Module<'_>) -> BTreeSet<FuncIndex> {
    let names = module.function_names.iter();
    let found = names.filter(|(index, name)| {
        let ty = module.function_type(*index);
        NAMES.contains(name)
            && ty.params().first() == Some(&ValType::I32)
            && ty.results() == [ValType::I32]
    });
    found.map(|(index, _)| *index).collect()
}

/// The lookups of a module without names: `int (const char *, const char **, const char **)` that
/// calls the function which fills the list. That one is `void (void)` and calls the import that
/// describes directories, directly or through a wrapper.
fn by_shape(module: &Module<'_>) -> BTreeSet<FuncIndex> {
    const INT: ValType = ValType::I32;
    let mut imports = module.imports.iter();
    let prestat = imports.find_map(|import| match import.item {
        Item::Func(index) if import.name == PRESTAT => Some(index),
        _ => None,
    });
    let Some(prestat) = prestat else {
        return BTreeSet::new();
    };
    let mut reading = BTreeSet::from([prestat]);
    reading.extend(calling(module, (&[INT, INT], &[INT]), &reading));
    let filling = calling(module, (&[], &[]), &reading);
    calling(module, (&[INT, INT, INT], &[INT]), &filling)
}

/// The functions with this type that call one of `callees`.
fn calling(
    module: &Module<'_>,
    (params, results): (&[ValType], &[ValType]),
    callees: &BTreeSet<FuncIndex>,
) -> BTreeSet<FuncIndex> {
    let own = module.functions.keys().skip(module.imported_functions);
    let found = own.zip(&module.bodies).filter(|(index, body)| {
        let ty = module.function_type(*index);
        if callees.is_empty() || ty.params() != params || ty.results() != results {
            return false;
        }
        let body = FunctionBody::new(BinaryReader::new(body.bytes, body.offset));
        let Ok(mut operators) = body.get_operators_reader() else {
            return false;
        };
        while let Ok(operator) = operators.read() {
            if let Operator::Call { function_index } = operator
                && callees.contains(&FuncIndex::new(function_index as usize))
            {
                return true;
            }
        }
        false
    });
    found.map(|(index, _)| index).collect()
}
