//! The program's state after a pass, as text, for `--emit program`.

use super::{After, Change, Done, OptLevel, Passed};
use crate::lower::Unit;
use crate::names::Names;
use crate::program::{FuncId, Function, FunctionKind, Generator, HeapUse};
use crate::shown::Lines;
use cranelift_entity::{EntityRef, SecondaryMap};
use std::fmt;

/// The results of the passes over the program at some point.
#[derive(Debug)]
pub struct State {
    after: After,
    heap: HeapUse,
    /// Number of elements of each table that are kept.
    tables: Vec<usize>,
    /// The results for each function.
    functions: Vec<Found>,
}

/// The results for a function.
#[derive(Debug)]
struct Found {
    reachable: bool,
    has_code: bool,
    throws: bool,
    address_taken: bool,
    small: bool,
    generator: Generator,
}

impl State {
    /// The state after a pass.
    pub fn new(passed: &Passed<'_, '_>) -> State {
        let program = &passed.graph.program;
        State {
            after: passed.after,
            heap: passed.graph.heap,
            tables: program.tables.values().map(|t| t.contents.len()).collect(),
            functions: program.functions.values().map(Found::new).collect(),
        }
    }
}

impl Found {
    /// Lists all fields that passes set. A new field must be shown, or omitted here for a reason.
    fn new(function: &Function) -> Found {
        let Function {
            // Set before the passes.
            ty: _,
            kind: _,
            reachable,
            has_code,
            throws,
            address_taken,
            small,
            generator,
        } = *function;
        Found {
            reachable,
            has_code,
            throws,
            address_taken,
            small,
            generator,
        }
    }
}

/// The facts, then their consequences.
impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.reachable {
            return f.write_str("unreachable");
        }
        f.write_str("reachable")?;
        if self.has_code {
            f.write_str(", compiled")?;
            match self.generator {
                Generator::Optimising => {}
                Generator::Plain => f.write_str(" without optimisations")?,
            }
        }
        if self.address_taken {
            f.write_str(", address taken")?;
        }
        if self.throws {
            f.write_str(", may throw")?;
        }
        if self.small {
            f.write_str(", small")?;
        }
        Ok(())
    }
}

/// The program at a point: a line for each of its tables and functions, and below each function the
/// changes that passes made to its CLIF. `done` gives these for compiled units. Names are last on
/// their lines, because they can contain any character.
///
/// # Panics
/// If the program's options do not request this point
/// ([`Options::after`](crate::program::Options::after)).
pub fn text<'c>(
    after: After,
    names: &Names<'_>,
    level: OptLevel,
    done: impl Iterator<Item = (Unit, &'c [Done])>,
) -> String {
    let program = names.program();
    let states = &program.states;
    let Some(state) = states
        .iter()
        .find(|state| state.after == after.in_program())
    else {
        panic!("the state after {} was not kept", after.name());
    };
    let mut changes = SecondaryMap::<FuncId, &[Done]>::new();
    for (unit, done) in done {
        if let Unit::Func(id) = unit {
            changes[id] = done;
        }
    }
    let mut lines = Lines::default();
    let passes = After::all().filter(|pass| *pass <= after);
    let passes = passes.map(|pass| match pass.is_left_out(level) {
        true => format!("{} (left out)", pass.name()),
        false => pass.name().to_owned(),
    });
    let passes: Vec<_> = passes.collect();
    let mut out = |line: fmt::Arguments<'_>| {
        // Writing to a string cannot fail.
        _ = lines.write_fmt(line);
    };
    out(format_args!("passes: {}", passes.join(", ")));
    out(format_args!("heap: {}", heap(state.heap)));
    for (table, elements) in program.tables.keys().zip(&state.tables) {
        out(format_args!("{table}: {elements} elements"));
    }
    for (index, found) in state.functions.iter().enumerate() {
        let id = FuncId::new(index);
        let name = names.label(Unit::Func(id));
        match program.functions[id].kind {
            FunctionKind::Wasm { instance, index } => {
                out(format_args!("{id} of {instance}: {found}: {name}"));
                let module = &program.modules[program.instances[instance].module];
                let body = &module.bodies[index.index() - module.imported_functions];
                for (number, facts) in body.loops.iter().enumerate() {
                    out(format_args!("  loop {number} {facts}"));
                }
            }
            FunctionKind::Host { .. }
            | FunctionKind::Thunk { .. }
            | FunctionKind::ResourceDrop { .. }
            | FunctionKind::TrapWith(_)
            | FunctionKind::Entered { .. }
            | FunctionKind::Closed { .. }
            | FunctionKind::ByArray { .. }
            | FunctionKind::Unknown { .. } => out(format_args!("{id}: {found}: {name}")),
        }
        for done in changes[id].iter().filter(|done| done.by <= after) {
            match done.change {
                Change::Inlined(callee) => {
                    let name = names.label(Unit::Func(callee));
                    out(format_args!("  inlines {callee}: {name}"));
                }
            }
        }
    }
    lines.into_text()
}

/// The use of the heap, for users.
fn heap(used: HeapUse) -> &'static str {
    match used {
        HeapUse::None => "none",
        HeapUse::Exceptions => "exceptions",
        HeapUse::Objects => "objects",
    }
}
