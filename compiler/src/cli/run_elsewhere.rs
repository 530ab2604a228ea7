//! The twin of `run.rs` for systems that are not among the targets yet: no program can be run there.

use super::args::RunArgs;
use super::plan;
use crate::Result;

/// Says that this machine is not one of the targets.
pub fn run(_: &RunArgs) -> Result<()> {
    plan::require_runtime(plan::target("native")?)
}
