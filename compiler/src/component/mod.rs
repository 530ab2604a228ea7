//! Components: `translate` flattens them to a [`Plan`] of core modules, instantiations and
//! trampolines, from which `assemble` makes a [`crate::program::Program`].

mod adapter;
mod assemble;
mod expansion;
mod explain;
pub mod imports;
mod interface;
mod invoke;
mod known;
mod layout;
mod plan;
mod translate;
mod types;
mod values;
pub mod worlds;

pub use assemble::{assemble, entry, worlds};
pub use interface::Interface;
pub use known::INTERFACES;
pub use plan::*;
pub use translate::translate;
pub use types::{Func, Type};

/// Whether the bytes are a component.
pub fn is_component(bytes: &[u8]) -> bool {
    wasmparser::Parser::is_component(bytes)
}
