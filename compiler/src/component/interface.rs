//! What is known of an interface of WASI: its functions and their types.

/// An interface.
#[derive(Debug)]
pub struct Interface {
    /// Its name, without a version.
    pub name: &'static str,
    /// The part of the version that compatible ones share.
    pub version: &'static str,
    /// Its functions: name, as components have it, and type, as [`super::types::Func::structure`] has it.
    pub functions: &'static [(&'static str, &'static str)],
}
