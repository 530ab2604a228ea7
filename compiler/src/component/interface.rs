//! An interface of WASI: its functions and their types.

/// An interface.
#[derive(Debug)]
pub struct Interface {
    /// Its name, without a version.
    pub name: &'static str,
    /// The part of the version that compatible versions share.
    pub version: &'static str,
    /// Its functions: the name in components, and the type as in [`super::types::Func::structure`].
    pub functions: &'static [(&'static str, &'static str)],
}
