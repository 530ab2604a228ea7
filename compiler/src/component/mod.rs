//! Components: flattened (`translate`) to a [`Plan`] of core modules, instantiations and trampolines, which `assemble`
//! makes a [`crate::program::Program`] of.

mod assemble;
mod explain;
pub mod imports;
mod invoke;
mod layout;
mod plan;
mod translate;
mod types;
mod values;
mod wasi;

pub use assemble::{assemble, entry};
pub use plan::*;
pub use translate::translate;
pub use types::{Func, Type};

/// Whether the bytes are those of a component.
pub fn is_component(bytes: &[u8]) -> bool {
    wasmparser::Parser::is_component(bytes)
}
