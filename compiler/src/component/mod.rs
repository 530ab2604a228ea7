//! Components: flattened (`translate`) to a [`Plan`] of core modules, instantiations and trampolines, which `assemble`
//! makes a [`crate::program::Program`] of.

mod assemble;
mod explain;
mod imports;
mod plan;
mod translate;
mod types;
mod wasi;

pub use assemble::assemble;
pub use plan::*;
pub use translate::translate;
pub use types::{Func, Type};

/// Whether the bytes are those of a component.
pub fn is_component(bytes: &[u8]) -> bool {
    wasmparser::Parser::is_component(bytes)
}
