//! The variables of the process whose names begin with [`PREFIX`]: one list of who heeds which, for the runtime, the command line,
//! the reference and the tests. Names stand without the prefix.

use crate::program::{LIMITS, runtime_grants as bits};

/// What all of them begin with.
pub const PREFIX: &str = "WASI_AOT_";

/// Those that change what an executable was built with, if [`crate::Config::runtime_grants`] has the bit.
pub fn grants() -> impl Iterator<Item = (u64, &'static str)> {
    let limits = LIMITS.iter().map(|limit| (bits::LIMITS, limit.variable));
    GRANTS.iter().copied().chain(limits)
}

/// Those of them that are no [`LIMITS`].
pub const GRANTS: &[(u64, &str)] = &[
    (bits::DIR, "DIR"),
    (bits::ENV, "ENV"),
    (bits::LISTEN, "LISTEN"),
    (bits::NET, "NET"),
    (bits::NET, "NET_LISTEN"),
    (bits::NET, "NAME_LOOKUP"),
    (bits::NET, "NAME_SERVER"),
    (bits::LIMITS, "MAX_MEMORY"),
    (bits::LIMITS, "MAX_STACK"),
];

/// Those that any executable heeds, separated by blanks.
pub const EXECUTABLE: &str = "NOTES VERBOSE";

/// Those that the command `wasi-aot` heeds. To executables they mean nothing, and are no mistake: who has set one for the command
/// starts executables with it, too.
pub const TOOL: &str = "CACHE CACHE_SIZE";

/// The same of what builds, tests and measures the project itself.
pub const PROJECT: &str = "BLESS COMMIT COMPONENT_SEEDS CORPUS CROSS_RUSTC ESCAPE_ATTACK ESCAPE_TRIES FUZZ_SEEDS MUTANT_SEEDS REQUIRE_TARGETS RUNTIME_SOURCE SCRIPTS SMITH_SEEDS STRESS SUITE TOOL";

/// Whether a name, without the prefix, is one that is no grant.
pub fn is_other(name: &[u8]) -> bool {
    let lists = [EXECUTABLE, TOOL, PROJECT].into_iter();
    lists
        .flat_map(|list| list.split(' '))
        .any(|other| other.as_bytes() == name)
}

/// Whether one name becomes the other by one change: a character more, less or other, or two neighbours exchanged.
pub fn is_near(one: &[u8], other: &[u8]) -> bool {
    let same =
        |pairs: &mut dyn Iterator<Item = (&u8, &u8)>| pairs.take_while(|(a, b)| a == b).count();
    let start = same(&mut one.iter().zip(other));
    let (one, other) = (&one[start..], &other[start..]);
    let end = same(&mut one.iter().rev().zip(other.iter().rev()));
    match (&one[..one.len() - end], &other[..other.len() - end]) {
        ([] | [_], [] | [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_change_is_near() {
        for (one, other, near) in [
            ("DIR", "DIRS", true),
            ("DIR", "DR", true),
            ("DIR", "DIT", true),
            ("DIR", "IDR", true),
            ("NET_LISTEN", "NETLISTEN", true),
            ("AAB", "AB", true),
            ("DIR", "RID", false),
            ("DIR", "ENV", false),
            ("DIR", "DIRTY", false),
            ("", "AB", false),
        ] {
            assert_eq!(
                is_near(one.as_bytes(), other.as_bytes()),
                near,
                "{one} {other}"
            );
            assert_eq!(
                is_near(other.as_bytes(), one.as_bytes()),
                near,
                "{other} {one}"
            );
        }
    }

    #[test]
    fn each_name_stands_once() {
        for (index, (_, name)) in grants().enumerate() {
            assert!(!is_other(name.as_bytes()), "{name}");
            assert!(
                grants().take(index).all(|(_, before)| before != name),
                "{name}"
            );
        }
        for name in ["NOTES", "CACHE_SIZE", "CORPUS"] {
            assert!(is_other(name.as_bytes()), "{name}");
        }
        assert!(!is_other(b"") && !is_other(b"CACHE CACHE_SIZE"));
    }
}
