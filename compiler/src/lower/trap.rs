//! The table of traps and Cranelift's trap codes, used in both directions.

use cranelift_codegen::ir::TrapCode;
use wasi_aot_abi::Trap;

/// The codes that Cranelift uses for traps of its own instructions. Every other trap is the user
/// code with its number.
const CRANELIFT: &[(TrapCode, Trap)] = &[
    (TrapCode::STACK_OVERFLOW, Trap::StackOverflow),
    (TrapCode::INTEGER_OVERFLOW, Trap::IntegerOverflow),
    (TrapCode::HEAP_OUT_OF_BOUNDS, Trap::MemoryOutOfBounds),
    (
        TrapCode::INTEGER_DIVISION_BY_ZERO,
        Trap::IntegerDivisionByZero,
    ),
    (
        TrapCode::BAD_CONVERSION_TO_INTEGER,
        Trap::BadConversionToInteger,
    ),
];

/// The trap code for a trap in the lowering.
pub const fn code(trap: Trap) -> TrapCode {
    TrapCode::unwrap_user(trap.code())
}

/// The trap for a code in compiled CLIF; `None` for a code that the lowering never uses.
pub fn from_code(code: TrapCode) -> Option<Trap> {
    CRANELIFT
        .iter()
        .find(|(c, _)| *c == code)
        .map(|(_, trap)| *trap)
        .or_else(|| Trap::from_code(code.as_raw().get()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trap_survives_the_round_trip() {
        for &trap in Trap::ALL {
            assert_eq!(from_code(code(trap)), Some(trap));
        }
    }

    #[test]
    fn every_code_of_cranelift_is_a_trap() {
        for &code in TrapCode::non_user_traps() {
            assert!(from_code(code).is_some(), "{code}");
        }
    }
}
