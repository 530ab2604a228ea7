//! The environment variables whose names begin with [`PREFIX`], and the programs that use them: one
//! list for the runtime, the command line, the reference and the tests. Names have no prefix here.

use crate::{
    http,
    program::{LIMITS, runtime_grants as bits},
};

/// The prefix of all names.
pub const PREFIX: &str = "WASI_AOT_";

/// The variables that change an executable's policy, if [`crate::Config::runtime_grants`] has the
/// bit.
pub fn grants() -> impl Iterator<Item = (u64, &'static str)> {
    let limits = LIMITS.iter().map(|limit| (bits::LIMITS, limit.variable));
    let server = http::LIMITS.iter().map(|limit| limit.variable);
    let server = server.map(|variable| (bits::SERVER, variable));
    GRANTS.iter().copied().chain(limits).chain(server)
}

/// The variable for the form of a server's access log.
pub const ACCESS_LOG: &str = "ACCESS_LOG";

/// Those of them that are neither [`LIMITS`] nor [`http::LIMITS`].
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
    (bits::SERVER, ACCESS_LOG),
];

/// The variables that any executable uses, separated by spaces.
pub const EXECUTABLE: &str = "NOTES VERBOSE";

/// The variables that the command `wasi-aot` uses. Executables ignore them without a warning,
/// because a user who has set one for the command also starts executables with it.
pub const TOOL: &str = "CACHE CACHE_SIZE";

/// The variables for building, testing and measuring the project itself.
pub const PROJECT: &str = "BLESS COMMIT COMPONENT_SEEDS CORPUS CROSS_RUSTC ENTRY_SECONDS ENTRY_SEED ESCAPE_ATTACK ESCAPE_TRIES FUZZ_SEEDS MUTANT_SEEDS PROFILE REBUILD_SEED REBUILD_STEPS REQUIRE_TARGETS RUNTIME_SOURCE SCRIPTS SMITH_SEEDS STRESS SUITE TOOL";

/// Whether a name, without the prefix, is a known variable other than a grant.
pub fn is_other(name: &[u8]) -> bool {
    let lists = [EXECUTABLE, TOOL, PROJECT].into_iter();
    lists
        .flat_map(|list| list.split(' '))
        .any(|other| other.as_bytes() == name)
}

/// Whether one edit changes one name to the other: a character inserted, removed or replaced, or
/// two neighbours exchanged.
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
