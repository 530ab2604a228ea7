//! Random bytes of the kernel.

use crate::os::{Errno, process, retry};
use core::cell::Cell;

/// Fills `into`.
#[inline(always)]
pub fn fill(mut into: &[Cell<u8>]) -> Result<(), Errno> {
    while !into.is_empty() {
        let bytes = retry(|| process::random(into))?;
        into = into.get(bytes..).unwrap_or_default();
    }
    Ok(())
}
