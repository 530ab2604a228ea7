//! The counterpart of `cache_verb.rs` for systems on which `run` is not possible: they have no
//! cache.

use super::args::CacheVerb;
use super::plan;
use crate::Result;

/// Reports that this machine is not one of the targets.
pub fn run(_: &CacheVerb) -> Result<()> {
    plan::require_runtime(plan::target("native")?)
}
