//! Stage one: bytes to a validated [`Module`].

mod component;
mod const_expr;
mod explain;
mod features;
pub mod limits;
mod module;
mod names;
mod operators;
mod scan;
mod sections;
mod survey;
#[cfg(test)]
mod tests;

pub use features::{
    COMPONENT_FEATURES, FEATURES, Feature, all_in_components, supported_in_components,
};
pub use module::*;
pub use survey::{Port, Survey, survey};

use crate::Result;

/// Reads and validates a module. `name` is the user's name for it: errors show it, and it is the
/// module's name if the name section has none.
///
/// # Errors
///
/// `Invalid`: malformed or not valid (core specification §3, §5). `Unsupported`: it uses a proposal
/// that is not supported yet; see [`FEATURES`]. `Limit`: it exceeds an implementation limit.
/// `Component`: it is a component.
pub fn parse<'a>(bytes: &'a [u8], name: &str) -> Result<Module<'a>> {
    component::refuse(bytes)
        .and_then(|()| {
            let (mut module, bodies) = sections::read(bytes, features::supported())
                .map_err(|error| explain::explain(bytes, error))?;
            scan::validate(&mut module, bodies).map_err(|error| explain::explain(bytes, error))?;
            Ok(module)
        })
        .map_err(|error| error.in_file(name))
}
