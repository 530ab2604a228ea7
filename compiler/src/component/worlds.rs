//! The worlds whose components are programs: what such a component exports, and the runtime enters.

use super::types::Type;

/// A world.
#[derive(Debug)]
pub struct World {
    /// The entry, as the runtime names functions: `INTERFACE@COMPATIBLE#FUNCTION`.
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

/// All of them; of several that a component exports, the first is entered.
pub const WORLDS: &[World] = &[World {
    symbol: "wasi:cli/run@0.2#run",
    shown: "wasi:cli/run@0.2.0",
    params: &[],
    result: Some(Type::Result(None, None)),
    shown_type: "func() -> result<_, _>",
}];
