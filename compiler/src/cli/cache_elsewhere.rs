//! The cache on systems where it is not implemented.

use crate::codegen::kept::Kept;
use crate::{Code, Error, Result};
use std::path::Path;

/// A cache. There is never one.
#[derive(Debug)]
pub enum Cache {}

/// The key of an entry.
#[derive(Debug)]
pub enum Key {}

impl Cache {
    /// Opens the user's cache.
    ///
    /// # Errors
    /// [`Code::Output`], always.
    pub fn open() -> Result<Cache> {
        let message = "there is no cache on this system yet";
        Err(Error::new(Code::Output, message))
    }

    /// The key of code.
    pub fn code_key(&self, _module: &str, _options: &str) -> Key {
        match *self {}
    }

    /// The key of the functions of an input.
    pub fn functions_key(&self, _input: &Path, _options: &str) -> Key {
        match *self {}
    }

    /// The functions of a key.
    pub fn functions(&self, _key: &Key) -> Kept {
        match *self {}
    }

    /// The contents of the code of a key.
    pub fn find_code(&self, _key: &Key) -> Option<Vec<u8>> {
        match *self {}
    }

    /// Stores code.
    ///
    /// # Errors
    /// None: there is no cache.
    pub fn keep_code(&self, _key: &Key, _contents: &[&[u8]]) -> Result<()> {
        match *self {}
    }
}
