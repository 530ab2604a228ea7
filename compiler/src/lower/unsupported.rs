//! The error for an instruction that belongs to no supported family.

use crate::Error;
use wasmparser::Operator;

macro_rules! proposals {
    ($( @$proposal:ident $op:ident $({ $($payload:tt)* })? => $visit:ident ($($rest:tt)*) )*) => {
        /// wasmparser's name for the proposal that introduced this instruction.
        fn proposal(op: &Operator<'_>) -> &'static str {
            match op {
                $( Operator::$op { .. } => stringify!($proposal), )*
                _ => "an instruction of an unknown proposal",
            }
        }
    };
}
wasmparser::for_each_operator!(proposals);

/// An error that names the proposal and the instruction.
pub(super) fn unsupported(op: &Operator<'_>) -> Error {
    let debug = format!("{op:?}");
    let name = debug.split([' ', '{']).next().unwrap_or_default();
    let proposal = proposal(op).replace('_', " ");
    Error::unsupported(&format!("{proposal} ({name})"))
}
