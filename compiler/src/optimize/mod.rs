//! Passes over the linked program, and over the CLIF of its functions: the two tables, each in the
//! order in which they run.
//!
//! A pass over the program sees all of it, before anything has its place. A pass over CLIF sees one
//! function, and what the program says of those that it calls.

mod after;
mod facts;
mod inline;
pub mod listing;
mod loops;
mod reach;
#[cfg(test)]
mod tests;
mod throws;

pub use after::After;
pub use facts::{Compared, Facts, Mark};
pub use inline::Bodies;
pub use listing::State;
pub use loops::{Loop, Loops};

use crate::Result;
use crate::codegen::OptLevel;
use crate::lower::{Lowered, Lowering};
use crate::program::{FuncId, Graph, ModuleId};
use crate::wasm::Module;
use cranelift_entity::PrimaryMap;
use inline::Inliner;
use std::time::{Duration, Instant};

/// When a pass runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Always: what follows needs what it finds.
    Always,
    /// If the code shall be fast.
    Speed,
}

impl Level {
    /// Whether a pass of this level runs when it was chosen how hard to optimise.
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
    /// What it is called.
    pub name: &'static str,
    /// When it runs.
    pub level: Level,
    /// What it does.
    run: F,
}

/// A program whose instances are known, and whose functions, tables and globals have no place yet.
pub struct Linked<'l, 'a> {
    /// The program.
    pub graph: &'l mut Graph<'a>,
    /// Its modules, which it gets last.
    pub modules: &'l PrimaryMap<ModuleId, Module<'a>>,
}

/// A pass over the program. What these find, all later stages ask for: none may be left out.
pub type ProgramPass = Pass<fn(&mut Linked<'_, '_>)>;

/// The passes over the program.
pub const PROGRAM: &[ProgramPass] = &[
    Pass {
        name: "reach",
        level: Level::Always,
        run: |linked| reach::reach(linked.graph, linked.modules),
    },
    // Functions that nothing reaches throw nothing.
    Pass {
        name: "throws",
        level: Level::Always,
        run: |linked| throws::spread(&mut linked.graph.program, linked.modules),
    },
];

/// What is told of a pass that has run.
#[derive(Debug)]
pub struct Passed<'p, 'a> {
    /// Which.
    pub after: After,
    /// How long it took.
    pub time: Duration,
    /// The program behind it.
    pub graph: &'p Graph<'a>,
}

/// Runs the passes over the program, and tells `passed` of each.
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

/// The passes over CLIF that are not a generator's own.
pub const FUNCTION: &[FunctionPass] = &[Pass {
    name: "inline",
    level: Level::Speed,
    run: |functions, lowering, lowered| {
        let changes = &mut functions.changes;
        functions.inliner.replace(lowering, lowered, changes)
    },
}];

/// What a pass over CLIF did to a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The code of this function has the place of a call.
    Inlined(FuncId),
}

/// A change, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// The pass.
    pub by: After,
    /// What it did.
    pub change: Change,
}

/// What runs the passes over one function after the other, on one thread.
pub struct Functions<'a> {
    level: OptLevel,
    inliner: Inliner<'a>,
    /// Of the pass that runs.
    changes: Vec<Change>,
    /// Of the function.
    done: Vec<Done>,
}

impl<'a> Functions<'a> {
    /// For the functions whose bodies these are.
    pub fn new(bodies: &'a Bodies<'a>, level: OptLevel) -> Self {
        Functions {
            level,
            inliner: Inliner::new(bodies),
            changes: Vec::new(),
            done: Vec::new(),
        }
    }

    /// Runs the passes of the level that was chosen; what they did.
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
