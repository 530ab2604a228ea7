//! The worlds whose components are programs: the export of such a component that the runtime
//! enters.

use super::types::Type;

/// A world.
#[derive(Debug)]
pub struct World {
    /// The entry, in the runtime's form of names: `INTERFACE@COMPATIBLE#FUNCTION`.
    pub symbol: &'static str,
    /// The interface, for messages.
    pub shown: &'static str,
    /// The entry's parameters.
    pub params: &'static [Type],
    /// Its result.
    pub result: Option<Type>,
    /// Its type, for messages.
    pub shown_type: &'static str,
}

/// All worlds; if a component exports the entries of several, the first is used.
pub const WORLDS: &[World] = &[World {
    symbol: "wasi:cli/run@0.2#run",
    shown: "wasi:cli/run@0.2.0",
    params: &[],
    result: Some(Type::Result(None, None)),
    shown_type: "func() -> result<_, _>",
}];
