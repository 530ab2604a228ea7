//! What is known of an interface of WASI: its functions and their types.

/// An interface.
#[derive(Debug)]
pub struct Interface {
    /// Its name, without a version.
    pub name: &'static str,
    /// The part of the version that compatible ones share.
    pub version: &'static str,
    /// Its functions.
    pub functions: &'static [Function],
}

/// A function of an interface.
#[derive(Debug)]
pub struct Function {
    /// Its name, as components have it.
    pub name: &'static str,
    /// The version that it came with.
    pub since: &'static str,
    /// Its type, as [`super::types::Func::structure`] has it.
    pub ty: &'static str,
}
