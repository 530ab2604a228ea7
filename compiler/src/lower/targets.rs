//! What the contents of a table prove about the callees of a `call_indirect`.

use crate::program::{FuncId, Program, TableId, TablePlace, TypeId, Value, is_subtype};

/// What is left to check, once the index is within the table, and who can be called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Targets {
    /// An element may be null.
    pub null: bool,
    /// An element may be a function of another type.
    pub other: bool,
    /// The only function of the right type, if there is exactly one.
    pub single: Option<FuncId>,
}

impl Targets {
    const UNKNOWN: Targets = Targets {
        null: true,
        other: true,
        single: None,
    };

    /// Looks at all elements of the table.
    pub fn new(program: &Program<'_>, table: TableId, sig: TypeId) -> Targets {
        let table = &program.tables[table];
        let TablePlace::Constant { .. } = table.place else {
            return Targets::UNKNOWN;
        };
        let mut targets = Targets {
            null: (table.contents.len() as u64) < table.ty.initial,
            other: false,
            single: None,
        };
        let mut several = false;
        for element in &table.contents {
            match element {
                Value::Func(id) if is_subtype(&program.types, program.functions[*id].ty, sig) => {
                    several |= targets.single.is_some_and(|single| single != *id);
                    targets.single = Some(*id);
                }
                Value::Func(_) => targets.other = true,
                _ => targets.null = true,
            }
        }
        if several {
            targets.single = None;
        }
        targets
    }
}
