//! Facts about the callees of a `call_indirect` that follow from the contents of a table.

use crate::program::{FuncId, Program, TableId, TablePlace, TypeId, Value};

/// The checks that remain once the index is in bounds, and the possible callee.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Targets {
    /// An element may be null.
    pub null: bool,
    /// An element may be a function of another type.
    pub other: bool,
    /// The only function of the required type, if there is exactly one.
    pub single: Option<FuncId>,
}

/// The elements of a table by type, so that each type of call takes a binary search instead of a
/// scan of the table.
pub(super) struct Elements {
    /// An element may be null.
    null: bool,
    /// The numbers of the functions' types, ascending, each with the only function of that type if
    /// there is exactly one. `None`: the table's contents are unknown.
    types: Option<Vec<(u32, Option<FuncId>)>>,
}

impl Elements {
    /// Scans all elements of a table.
    pub fn new(program: &Program<'_>, table: TableId) -> Elements {
        let table = &program.tables[table];
        let TablePlace::Constant { .. } = table.place else {
            return Elements {
                null: true,
                types: None,
            };
        };
        let mut null = (table.contents.len() as u64) < table.ty.initial;
        let mut functions = Vec::new();
        for element in &table.contents {
            match element {
                Value::Func(id) => {
                    let number = program.types[program.functions[*id].ty].number();
                    functions.push((number, *id));
                }
                _ => null = true,
            }
        }
        functions.sort_unstable();
        functions.dedup();
        let types = functions.chunk_by(|(one, _), (other, _)| one == other);
        let types = types.map(|all| match all {
            [(number, id)] => (*number, Some(*id)),
            _ => (all[0].0, None),
        });
        Elements {
            null,
            types: Some(types.collect()),
        }
    }

    /// The facts about callees of type `sig`.
    pub fn targets(&self, program: &Program<'_>, sig: TypeId) -> Targets {
        let Some(types) = &self.types else {
            return Targets {
                null: true,
                other: true,
                single: None,
            };
        };
        let subtypes = &program.types[sig].subtypes;
        let first = types.partition_point(|(number, _)| *number < subtypes.start);
        let end = types.partition_point(|(number, _)| *number < subtypes.end);
        let fitting = &types[first..end];
        Targets {
            null: self.null,
            other: fitting.len() < types.len(),
            single: match fitting {
                [(_, single)] => *single,
                _ => None,
            },
        }
    }
}
