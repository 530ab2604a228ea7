//! Stage one: bytes to a validated [`Module`].

mod module;

pub use module::*;
