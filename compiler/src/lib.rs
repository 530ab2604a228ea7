//! `wasi-aot`: a WASI program in, one small native executable out.
//!
//! Each stage is a function from its input and the options to its output or an error.

pub mod cli;
pub mod codegen;
pub mod error;
pub mod lower;
pub mod program;
pub mod wasm;

pub use error::{Code, Error, Place, Result};
