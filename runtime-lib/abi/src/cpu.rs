//! The CPU features beyond a target's baseline: the index of a name in its table is a bit of
//! [`crate::Config::cpu`]. The names are those of compilers.

/// x86-64, beyond x86-64-v2.
pub const X86_64: &[&str] = &[
    "avx",
    "avx2",
    "bmi1",
    "bmi2",
    "fma",
    "lzcnt",
    "avx512f",
    "avx512dq",
    "avx512vl",
    "avx512bitalg",
    "avx512vbmi",
];

/// AArch64, beyond ARMv8-A.
pub const AARCH64: &[&str] = &["lse"];

/// The bits of these names in a table. Panics at compile time if a name is unknown.
pub const fn bits(table: &[&str], names: &[&str]) -> u64 {
    let (mut bits, mut next) = (0, 0);
    while next < names.len() {
        let mut position = 0;
        while !equal(table[position], names[next]) {
            position += 1;
        }
        bits |= 1 << position;
        next += 1;
    }
    bits
}

const fn equal(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut same = one.len() == other.len();
    let mut at = 0;
    while same && at < one.len() {
        same = one[at] == other[at];
        at += 1;
    }
    same
}
