//! The error for an instruction that no family knows.

use crate::Error;
use wasmparser::Operator;

macro_rules! proposals {
    ($( @$proposal:ident $op:ident $({ $($payload:tt)* })? => $visit:ident ($($rest:tt)*) )*) => {
        /// What wasmparser calls the proposal that brought this instruction.
        fn proposal(op: &Operator<'_>) -> &'static str {
            match op {
                $( Operator::$op { .. } => stringify!($proposal), )*
                _ => "an instruction of an unknown proposal",
            }
        }
    };
}
wasmparser::for_each_operator!(proposals);

/// Names the proposal and the instruction.
pub(super) fn unsupported(op: &Operator<'_>) -> Error {
    let debug = format!("{op:?}");
    let name = debug.split([' ', '{']).next().unwrap_or_default();
    let proposal = proposal(op).replace('_', " ");
    Error::unsupported(&format!("{proposal} ({name})"))
}
