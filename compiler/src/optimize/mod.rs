//! Passes over the linked program and over the CLIF of its functions: two tables, each in the order
//! of execution.
//!
//! A pass over the program sees all of it, before anything has an address. A pass over CLIF sees
//! one function, and the program's facts about its callees.

mod after;
mod facts;
mod inline;
pub mod listing;
mod loops;
mod reach;
mod small;
#[cfg(test)]
mod tests;
mod throws;

pub use after::After;
pub use facts::{Compared, Facts, Mark};
pub use inline::{Bodies, inlined};
pub use listing::State;
pub use loops::{Loop, Loops};

use crate::Result;
use crate::codegen::OptLevel;
use crate::lower::{Lowered, Lowering};
use crate::program::{FuncId, FunctionKind, Graph, Instance, ModuleId, Program};
use crate::wasm::{Body, Module};
use cranelift_entity::{EntityRef, PrimaryMap};
use inline::Inliner;
use std::time::{Duration, Instant};

/// The optimisation levels at which a pass runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// All of them: later stages need its results.
    Always,
    /// Those that optimise for speed.
    Speed,
}

impl Level {
    /// Whether a pass of this level runs at the chosen optimisation level.
    pub fn runs(self, chosen: OptLevel) -> bool {
        match (self, chosen) {
            (Level::Always, OptLevel::Speed | OptLevel::None) | (Level::Speed, OptLevel::Speed) => {
                true
            }
            (Level::Speed, OptLevel::None) => false,
        }
    }
}

/// A pass: a row of its table.
#[derive(Debug)]
pub struct Pass<F> {
    /// Its name.
    pub name: &'static str,
    /// The levels at which it runs.
    pub level: Level,
    /// The pass itself.
    run: F,
}

/// A program with known instances, whose functions, tables and globals have no addresses yet.
pub struct Linked<'l, 'a> {
    /// The program.
    pub graph: &'l mut Graph<'a>,
    /// Its modules; the program receives them at the end.
    pub modules: &'l PrimaryMap<ModuleId, Module<'a>>,
}

/// A pass over the program. Later stages use the results of all these passes, so none may be
/// omitted.
pub type ProgramPass = Pass<fn(&mut Linked<'_, '_>)>;

/// The passes over the program.
pub const PROGRAM: &[ProgramPass] = &[
    Pass {
        name: "reach",
        level: Level::Always,
        run: |linked| reach::reach(linked.graph, linked.modules),
    },
    // After `reach`: functions that are unreachable throw nothing.
    Pass {
        name: "throws",
        level: Level::Always,
        run: |linked| throws::spread(&mut linked.graph.program, linked.modules),
    },
    // After `throws`: functions that throw are not inlined.
    Pass {
        name: "small",
        level: Level::Always,
        run: |linked| small::find(&mut linked.graph.program, linked.modules),
    },
];

/// The reachable functions of modules, with their bodies.
fn bodies<'p, 'a>(
    program: &'p Program<'a>,
    modules: &'p PrimaryMap<ModuleId, Module<'a>>,
) -> impl Iterator<Item = (FuncId, &'p Instance, &'p Body<'a>)> {
    let reachable = program.functions.iter().filter(|(_, f)| f.reachable);
    reachable.filter_map(|(id, function)| {
        let FunctionKind::Wasm { instance, index } = function.kind else {
            return None;
        };
        let instance = &program.instances[instance];
        let module = &modules[instance.module];
        let body = &module.bodies[index.index() - module.imported_functions];
        Some((id, instance, body))
    })
}

/// The report on a pass that has run.
#[derive(Debug)]
pub struct Passed<'p, 'a> {
    /// The pass.
    pub after: After,
    /// Its duration.
    pub time: Duration,
    /// The program after it.
    pub graph: &'p Graph<'a>,
}

/// Runs the passes over the program, and reports each to `passed`.
pub fn program(linked: &mut Linked<'_, '_>, passed: &mut dyn FnMut(&Passed)) {
    for (after, pass) in After::program().zip(PROGRAM) {
        let start = Instant::now();
        (pass.run)(linked);
        passed(&Passed {
            after,
            time: start.elapsed(),
            graph: linked.graph,
        });
    }
}

/// A pass over the CLIF of a function.
pub type FunctionPass = Pass<fn(&mut Functions<'_>, &mut Lowering, &mut Lowered) -> Result<()>>;

/// The passes over CLIF that no generator contains.
pub const FUNCTION: &[FunctionPass] = &[Pass {
    name: "inline",
    level: Level::Speed,
    run: |functions, lowering, lowered| {
        let changes = &mut functions.changes;
        functions.inliner.replace(lowering, lowered, changes)
    },
}];

/// A change that a pass over CLIF made to a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Inlined a call of this function.
    Inlined(FuncId),
}

/// A change, and the pass that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// The pass.
    pub by: After,
    /// The change.
    pub change: Change,
}

/// Runs the passes over one function after the other, on one thread.
pub struct Functions<'a> {
    level: OptLevel,
    inliner: Inliner<'a>,
    /// Changes by the current pass.
    changes: Vec<Change>,
    /// Changes to the current function.
    done: Vec<Done>,
}

impl<'a> Functions<'a> {
    /// Runs passes over functions that can inline these bodies.
    pub fn new(bodies: &'a Bodies<'a>, level: OptLevel) -> Self {
        Functions {
            level,
            inliner: Inliner::new(bodies),
            changes: Vec::new(),
            done: Vec::new(),
        }
    }

    /// Runs the passes of the chosen level, and returns their changes.
    ///
    /// # Errors
    /// [`crate::Code::Limit`] for a function that becomes too large.
    pub fn run(&mut self, lowering: &mut Lowering, lowered: &mut Lowered) -> Result<&[Done]> {
        let level = self.level;
        self.done.clear();
        for (by, pass) in After::function().filter(|(_, pass)| pass.level.runs(level)) {
            (pass.run)(self, lowering, lowered)?;
            let changes = self.changes.drain(..);
            self.done.extend(changes.map(|change| Done { by, change }));
        }
        Ok(&self.done)
    }
}
