//! Points of the optimize stage: one after each pass of the two tables, named after the pass.

use super::{FUNCTION, FunctionPass, PROGRAM};

/// The point after a pass. The program's state at each point can be listed. Points are in the order
/// of the passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct After(usize);

impl After {
    /// After all passes.
    pub const LAST: After = After(PROGRAM.len() + FUNCTION.len() - 1);

    /// All points, in order.
    pub fn all() -> impl Iterator<Item = After> {
        (0..=After::LAST.0).map(After)
    }

    /// The point after the pass with this name.
    pub fn named(name: &str) -> Option<After> {
        After::all().find(|after| after.name() == name)
    }

    /// The names of all passes, for messages.
    pub fn names() -> String {
        let names: Vec<_> = After::all().map(After::name).collect();
        names.join(", ")
    }

    /// The name of the pass.
    pub fn name(self) -> &'static str {
        match self.0.checked_sub(PROGRAM.len()) {
            None => PROGRAM[self.0].name,
            Some(function) => FUNCTION[function].name,
        }
    }

    /// The points after the passes over the program.
    pub(super) fn program() -> impl Iterator<Item = After> {
        (0..PROGRAM.len()).map(After)
    }

    /// The passes over CLIF, each with its point.
    pub(super) fn function() -> impl Iterator<Item = (After, &'static FunctionPass)> {
        (PROGRAM.len()..).map(After).zip(FUNCTION)
    }

    /// The last pass over the program that has run at this point, as a point.
    pub fn in_program(self) -> After {
        self.min(After(PROGRAM.len() - 1))
    }

    /// Whether the point follows a pass over CLIF that this level omits.
    pub(super) fn is_left_out(self, level: super::OptLevel) -> bool {
        After::function().any(|(after, pass)| after == self && !pass.level.runs(level))
    }
}
