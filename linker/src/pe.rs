//! PE, for Windows: not supported yet. It needs a reader of COFF sections and their relocations (in
//! the vocabulary of [`crate::arch`]), an import table, and `.pdata` with `.xdata` as
//! [`crate::format::Unwind`].

use crate::Result;
use crate::target::{Target, unsupported};
use target_lexicon::Triple;

/// The target of a triple.
pub fn target(triple: &Triple) -> Result<Target> {
    Err(unsupported(triple))
}
