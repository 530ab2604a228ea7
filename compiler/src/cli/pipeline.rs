//! The stages, as the command line's settings drive them.

use super::plan::Settings;
use super::progress::Progress;
use super::value::Kind;
use crate::{Error, Result};

/// What to compile.
#[derive(Debug)]
pub struct Job<'a> {
    /// The module in binary form.
    pub module: &'a [u8],
    /// Its file name, for reports.
    pub name: &'a str,
    /// How.
    pub settings: &'a Settings,
    /// The info note.
    pub info: String,
    /// Threads; `None`: one for each processor.
    pub jobs: Option<usize>,
}

/// Compiles, and gives the outputs in the order of `kinds`.
pub fn make(_job: &Job<'_>, _kinds: &[Kind], _progress: &Progress) -> Result<Vec<Vec<u8>>> {
    Err(Error::unsupported("everything"))
}
