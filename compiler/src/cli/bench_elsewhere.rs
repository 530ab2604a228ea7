//! The counterpart of `bench` for systems that are not targets yet: they cannot run programs.

use super::args::BenchArgs;
use super::plan;
use crate::Result;

/// Reports that this machine is not one of the targets.
pub fn run(_: &BenchArgs) -> Result<()> {
    plan::require_runtime(plan::target("native")?)
}
