//! Recognises and refuses a component where a module is expected.

use crate::error::{Code, Error, Result};
use wasmparser::Parser;

/// Fails if the bytes are a component.
pub fn refuse(bytes: &[u8]) -> Result<()> {
    if Parser::is_component(bytes) {
        let message = "this is a component, where a module is expected";
        return Err(Error::new(Code::Component, message));
    }
    Ok(())
}
