//! Mach-O, for macOS: not supported yet. It needs a reader of `__TEXT`/`__DATA` sections and their
//! relocations (in the vocabulary of [`crate::arch`]), load commands, `__unwind_info` with
//! `__eh_frame` as [`crate::format::Unwind`], and an ad-hoc signature.

use crate::Result;
use crate::target::{Target, unsupported};
use target_lexicon::Triple;

/// The target of a triple.
pub fn target(triple: &Triple) -> Result<Target> {
    Err(unsupported(triple))
}
