//! The cache on systems where it is not implemented: there is none.

use crate::{Code, Error, Result};

/// A cache, of which there is none.
#[derive(Debug)]
pub enum Cache {}

/// What an entry is looked up by.
#[derive(Debug)]
pub enum Key {}

impl Cache {
    /// The user's cache.
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

    /// The contents of the code of a key.
    pub fn find_code(&self, _key: &Key) -> Option<Vec<u8>> {
        match *self {}
    }

    /// Keeps code.
    ///
    /// # Errors
    /// None: there is no cache.
    pub fn keep_code(&self, _key: &Key, _contents: &[&[u8]]) -> Result<()> {
        match *self {}
    }
}
