//! The expected answer of a step, and its comparison with the actual one.

use std::fmt;
use wasi_aot_abi::Trap;
use wasi_aot_abi::heap::{HOST, I31, KIND_MASK};

/// The expected outcome of an action.
#[derive(Debug, Clone, PartialEq)]
pub enum Expected {
    /// It returns, with these results if the script specifies them.
    Return(Option<Vec<Pattern>>),
    /// It traps, with the script's message.
    Trap(String),
    /// It exhausts the stack, with the script's message.
    Exhaustion(String),
    /// It throws an exception.
    Exception,
}

/// A pattern for a result, which is a word of 8 bytes: an integer zero-extended, a float's bits, a
/// reference's word. A vector is two words.
#[derive(Debug, Clone, PartialEq)]
pub enum Pattern {
    /// Exactly these bits.
    Word(u64),
    /// `nan:canonical` of `f32`: only the quiet bit of the payload, any sign.
    CanonicalNan32,
    /// `nan:arithmetic` of `f32`: the quiet bit set, any sign.
    ArithmeticNan32,
    /// `nan:canonical` of `f64`.
    CanonicalNan64,
    /// `nan:arithmetic` of `f64`.
    ArithmeticNan64,
    /// A vector: its lanes, with this number of bits each.
    Lanes(u32, Vec<Pattern>),
    /// A reference that is not null.
    NotNull,
    /// An `i31` or an object.
    Eq,
    /// An `i31`.
    I31,
    /// A structure or array.
    Object,
    /// Matches one of these.
    Either(Vec<Pattern>),
}

impl Pattern {
    /// The number of words of a result.
    fn words(&self) -> usize {
        match self {
            Pattern::Lanes(..) => 2,
            Pattern::Either(cases) => cases.first().map_or(1, Pattern::words),
            _ => 1,
        }
    }

    /// Whether a result matches.
    fn matches(&self, words: &[u64]) -> bool {
        match (self, words) {
            (Pattern::Either(cases), words) => cases.iter().any(|case| case.matches(words)),
            (Pattern::Lanes(bits, lanes), &[low, high]) => {
                let all = u128::from(high) << 64 | u128::from(low);
                let lane =
                    |index: usize| (all >> (index as u32 * bits)) as u64 & (!0 >> (64 - bits));
                (0..)
                    .zip(lanes)
                    .all(|(index, lane_pattern)| lane_pattern.matches_word(lane(index)))
            }
            (pattern, &[word]) => pattern.matches_word(word),
            _ => false,
        }
    }

    fn matches_word(&self, word: u64) -> bool {
        const QUIET32: u64 = 0x7fc0_0000;
        const QUIET64: u64 = 0x7ff8_0000_0000_0000;
        match self {
            Pattern::Word(bits) => word == *bits,
            Pattern::CanonicalNan32 => word & !0x8000_0000 == QUIET32,
            Pattern::ArithmeticNan32 => word >> 32 == 0 && word & QUIET32 == QUIET32,
            Pattern::CanonicalNan64 => word & !(1 << 63) == QUIET64,
            Pattern::ArithmeticNan64 => word & QUIET64 == QUIET64,
            Pattern::NotNull => word != 0,
            Pattern::Eq => word != 0 && word & KIND_MASK != HOST,
            Pattern::I31 => word & I31 != 0,
            Pattern::Object => word != 0 && word & KIND_MASK == 0,
            Pattern::Lanes(..) | Pattern::Either(_) => false,
        }
    }
}

/// The answer of a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// It returned these words.
    Ok(Vec<u64>),
    /// It trapped.
    Trap(Trap),
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Ok(words) => write!(f, "returned {words:x?}"),
            Answer::Trap(trap) => write!(f, "trapped: {}", trap.message()),
        }
    }
}

/// The messages in scripts for each trap that a script can cause. `wasmtime`'s runner is less
/// strict: it accepts any text that the message contains.
const WORDS: &[(Trap, &[&str])] = &[
    (Trap::Unreachable, &["unreachable"]),
    (Trap::MemoryOutOfBounds, &["out of bounds memory access"]),
    (
        Trap::TableOutOfBounds,
        &["undefined element", "out of bounds table access"],
    ),
    (Trap::IndirectCallToNull, &["uninitialized element"]),
    (Trap::BadSignature, &["indirect call type mismatch"]),
    (Trap::IntegerOverflow, &["integer overflow"]),
    (Trap::IntegerDivisionByZero, &["integer divide by zero"]),
    (
        Trap::BadConversionToInteger,
        &["invalid conversion to integer"],
    ),
    (Trap::StackOverflow, &["call stack exhausted"]),
    (
        Trap::NullReference,
        &[
            "null reference",
            "null function reference",
            "null structure reference",
            "null array reference",
            "null i31 reference",
        ],
    ),
    (Trap::UnalignedAtomic, &["unaligned atomic"]),
    (Trap::ExpectedShared, &["expected shared memory"]),
    (Trap::CastFailure, &["cast failure"]),
    // The specification has no such trap, but this project's scripts do.
    (Trap::OutOfMemory, &["out of memory"]),
    (Trap::ArrayOutOfBounds, &["out of bounds array access"]),
];

/// Whether the script's message `words` denotes this trap. A script may append the element's index
/// to it.
fn names(trap: Trap, words: &str) -> bool {
    let words = words
        .trim_end_matches(|c: char| c.is_ascii_digit())
        .trim_end();
    WORDS
        .iter()
        .any(|(known, names)| *known == trap && names.contains(&words))
}

impl Expected {
    /// Compares an answer with the expectation; the error is a sentence.
    pub fn check(&self, answer: &Answer) -> Result<(), String> {
        let right = match (self, answer) {
            (Expected::Return(None), Answer::Ok(_)) => true,
            (Expected::Return(Some(patterns)), Answer::Ok(words)) => all_match(patterns, words),
            (Expected::Trap(words), Answer::Trap(trap)) => names(*trap, words),
            (Expected::Exception, Answer::Trap(trap)) => *trap == Trap::UncaughtException,
            (Expected::Exhaustion(words), Answer::Trap(trap)) => {
                *trap == Trap::StackOverflow && names(*trap, words)
            }
            _ => false,
        };
        if right {
            Ok(())
        } else {
            Err(format!("expected {self:x?}, {answer}"))
        }
    }
}

/// Whether results match, each taking its number of words.
fn all_match(patterns: &[Pattern], mut words: &[u64]) -> bool {
    for pattern in patterns {
        let Some((result, rest)) = words.split_at_checked(pattern.words()) else {
            return false;
        };
        if !pattern.matches(result) {
            return false;
        }
        words = rest;
    }
    words.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nan_patterns_look_at_the_quiet_bit_and_the_payload() {
        let cases = [
            (Pattern::CanonicalNan32, 0xffc0_0000, true),
            (Pattern::CanonicalNan32, 0x7fc0_0001, false),
            (Pattern::CanonicalNan32, 0x7f80_0000, false),
            (Pattern::CanonicalNan32, 0x1_7fc0_0000, false),
            (Pattern::ArithmeticNan32, 0x7fc0_0001, true),
            (Pattern::ArithmeticNan32, 0x7fa0_0000, false),
            (Pattern::CanonicalNan64, 0xfff8_0000_0000_0000, true),
            (Pattern::CanonicalNan64, 0x7ff8_0000_0000_0001, false),
            (Pattern::ArithmeticNan64, 0x7ff8_0000_0000_0001, true),
            (Pattern::ArithmeticNan64, 0x7ff4_0000_0000_0000, false),
        ];
        for (pattern, word, matches) in cases {
            assert_eq!(pattern.matches(&[word]), matches, "{pattern:?} {word:#x}");
        }
    }

    #[test]
    fn words_mean_one_trap() {
        assert!(names(Trap::IndirectCallToNull, "uninitialized element 2"));
        assert!(!names(Trap::TableOutOfBounds, "uninitialized element"));
        assert!(!names(Trap::MemoryOutOfBounds, "out of bounds"));
        let expected = Expected::Exhaustion("call stack exhausted".into());
        assert!(expected.check(&Answer::Trap(Trap::Unreachable)).is_err());
        assert!(expected.check(&Answer::Ok(vec![])).is_err());
        assert!(expected.check(&Answer::Trap(Trap::StackOverflow)).is_ok());
    }

    #[test]
    fn vectors_are_compared_lane_by_lane() {
        let lanes = |last| {
            let one = Pattern::Word(1);
            Pattern::Lanes(
                32,
                vec![
                    one.clone(),
                    Pattern::CanonicalNan32,
                    one,
                    Pattern::Word(last),
                ],
            )
        };
        let words = [0xffc0_0000_0000_0001, 0x8000_0000_0000_0001];
        assert!(lanes(0x8000_0000).matches(&words));
        assert!(!lanes(0).matches(&words));
        assert!(Pattern::Either(vec![lanes(0), lanes(0x8000_0000)]).matches(&words));
        let expected = Expected::Return(Some(vec![lanes(0x8000_0000), Pattern::Word(7)]));
        assert!(
            expected
                .check(&Answer::Ok(vec![words[0], words[1], 7]))
                .is_ok()
        );
        assert!(
            expected
                .check(&Answer::Ok(vec![words[0], words[1]]))
                .is_err()
        );
        assert!(expected.check(&Answer::Ok(vec![words[0], 7])).is_err());
    }

    #[test]
    fn results_are_counted() {
        let expected = Expected::Return(Some(vec![Pattern::Word(1)]));
        assert!(expected.check(&Answer::Ok(vec![1])).is_ok());
        assert!(expected.check(&Answer::Ok(vec![1, 1])).is_err());
        assert!(expected.check(&Answer::Ok(vec![])).is_err());
    }
}
