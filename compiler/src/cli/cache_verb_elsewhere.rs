//! The twin of `cache_verb.rs` for systems where `run` cannot be: there is no cache either.

use super::args::CacheVerb;
use super::plan;
use crate::Result;

/// Says that this machine is not one of the targets.
pub fn run(_: &CacheVerb) -> Result<()> {
    plan::require_runtime(plan::target("native")?)
}
