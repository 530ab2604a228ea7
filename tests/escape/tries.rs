//! The tries: every operation on every path under attack, repeated many times.

use super::{
    attacker::{Attack, Attackers},
    resolver::{Act, Reached, Resolver},
    tree::{self, Tree},
};
use rustix::io::Errno;
use std::{collections::BTreeMap, io};

/// An operation on a path under attack.
#[derive(Clone, Copy, Debug)]
pub struct Try {
    /// The operation.
    pub act: Act,
    /// The path.
    pub path: &'static str,
    /// The attack on it.
    pub attack: Attack,
}

/// Paths through a directory that is exchanged with a link to the outside.
const BELOW_A_DIR: [(Act, [&str; 3]); 17] = [
    (
        Act::Read,
        ["swap/secret", "absolute/secret", "dir/far/secret"],
    ),
    (
        Act::Read,
        [
            "swap/../secret",
            "absolute/../secret",
            "dir/../dir/far/../../secret",
        ],
    ),
    (
        Act::Create,
        ["swap/created", "absolute/created", "dir/far/created"],
    ),
    (
        Act::Truncate,
        ["swap/secret", "absolute/./secret", "dir/far/../far/secret"],
    ),
    (Act::List, ["swap", "absolute/", "dir/far/."]),
    (Act::List, ["swap/empty", "absolute/empty", "dir/far/empty"]),
    (
        Act::Stat,
        ["swap/secret", "absolute", "dir/far/../far/../../secret"],
    ),
    (
        Act::ReadLink,
        ["swap/token", "absolute/token", "dir/far/token"],
    ),
    (
        Act::MakeDirectory,
        ["swap/made", "absolute/made/", "dir/far/made"],
    ),
    (
        Act::RemoveDirectory,
        ["swap/empty", "absolute/empty/", "dir/far/empty"],
    ),
    (
        Act::Unlink,
        ["swap/victim", "absolute/victim", "dir/far/victim"],
    ),
    (
        Act::RenameFrom,
        ["swap/victim", "absolute/victim", "dir/far/victim"],
    ),
    (
        Act::RenameTo,
        ["swap/renamed", "absolute/victim", "dir/far/renamed"],
    ),
    (
        Act::LinkFrom,
        ["swap/secret", "absolute/secret", "dir/far/secret"],
    ),
    (
        Act::LinkTo,
        ["swap/linked", "absolute/linked", "dir/far/linked"],
    ),
    (
        Act::Symlink,
        ["swap/pointer", "absolute/pointer", "dir/far/pointer"],
    ),
    (
        Act::SetTimes,
        ["swap/secret", "absolute/secret", "dir/far/secret"],
    ),
];

/// Paths whose last component is exchanged with a link.
const LAST_NAME: [(Act, [&str; 3]); 7] = [
    (Act::Read, ["last", "last-absolute", "dir/../last"]),
    (Act::Truncate, ["last", "last-absolute", "mover/../last"]),
    (Act::Stat, ["last", "last-absolute", "./last"]),
    (Act::SetTimes, ["last", "last-absolute", "dir/../last"]),
    (Act::LinkFrom, ["last", "last-absolute", "dir/../last"]),
    (Act::Create, ["last", "last-absolute", "fresh"]),
    (Act::Create, ["dir/../fresh", "./fresh", "fresh"]),
];

/// Paths that go up from a directory that is moved upwards.
const MOVED: [(Act, [&str; 2]); 8] = [
    (
        Act::Read,
        ["mover/down/../../secret", "mover/down/sub/../../../secret"],
    ),
    (Act::Read, ["mover/../secret", "mover/down/secret"]),
    (Act::Stat, ["mover/down/../../secret", "mover/down/../.."]),
    (
        Act::Truncate,
        ["mover/down/../../secret", "mover/down/../../file"],
    ),
    (
        Act::Create,
        [
            "mover/down/../../created",
            "mover/down/sub/../../../created",
        ],
    ),
    (Act::ReadLink, ["mover/down/../../token", "mover/../token"]),
    (
        Act::Unlink,
        ["mover/down/../../victim", "mover/down/sub/../../../victim"],
    ),
    (
        Act::MakeDirectory,
        ["mover/down/../../made", "mover/down/../../made/"],
    ),
];

/// All tries.
pub fn all() -> Vec<Try> {
    let mut tries = vec![];
    let mut add = |attack, act, paths: &[&'static str]| {
        tries.extend(paths.iter().map(|&path| Try { act, path, attack }));
    };
    for (act, paths) in &BELOW_A_DIR {
        add(Attack::Dirs, *act, paths);
    }
    for (act, paths) in &LAST_NAME {
        add(Attack::Files, *act, paths);
    }
    for (act, paths) in &MOVED {
        add(Attack::Move, *act, paths);
    }
    tries
}

/// Tries relative to a directory that the program has open while it leaves the grant. Files below
/// it stay reachable; every path that goes up is refused, wherever the directory is.
pub fn from_held() -> (Vec<Try>, Vec<Try>) {
    use Act::{
        Create, LinkFrom, List, MakeDirectory, Read, ReadLink, RenameFrom, Stat, Truncate, Unlink,
    };
    let tries = |tries: &[(Act, &'static str)]| {
        let attack = Attack::Move;
        let tries = tries.iter().map(|&(act, path)| Try { act, path, attack });
        tries.collect()
    };
    let below = [
        (Read, "secret"),
        (Read, "sub/../secret"),
        (List, "."),
        (Stat, "sub/../sub/.."),
        (ReadLink, "sub/../token"),
        (MakeDirectory, "sub/../made"),
        (Truncate, "secret"),
    ];
    let up = [
        (Read, "../secret"),
        (Read, "sub/../../secret"),
        (List, ".."),
        (List, "sub/../.."),
        (Stat, "../.."),
        (Stat, "sub/../../secret"),
        (ReadLink, "../token"),
        (Create, "../created"),
        (Create, "sub/../../created"),
        (Truncate, "../../secret"),
        (MakeDirectory, "../made"),
        (Unlink, "../victim"),
        (RenameFrom, "sub/../../victim"),
        (LinkFrom, "../secret"),
    ];
    (tries(&below), tries(&up))
}

/// The results of tries.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// The number of tries.
    pub tries: u64,
    /// Those whose operation was done inside.
    pub inside: u64,
    /// Those refused because the path leads outside.
    pub refused: u64,
    /// Those that failed with another error, because the attack was in an intermediate state.
    pub disturbed: u64,
    /// Those that reached a file outside.
    pub escapes: u64,
    /// The number of escapes per operation and path.
    pub by_try: BTreeMap<String, u64>,
    /// Details of the first escapes.
    pub examples: Vec<String>,
    /// Errors that no attack explains.
    pub strange: BTreeMap<String, u64>,
}

impl Counts {
    fn count(&mut self, tree: &Tree, tried: &Try, result: Result<Reached, i32>) {
        self.tries += 1;
        match result {
            Ok(Reached::Inodes(inodes)) if inodes.iter().any(|inode| tree.is_outside(*inode)) => {
                self.escape(tried, "reached an inode outside");
            }
            Ok(Reached::Target(target)) if tree::is_outside_target(&target) => {
                self.escape(tried, "read a link outside");
            }
            Ok(_) => self.inside += 1,
            Err(error) if error == Errno::PERM.raw_os_error() => self.refused += 1,
            Err(error) => {
                self.disturbed += 1;
                let usual = [
                    Errno::NOENT,
                    Errno::NOTDIR,
                    Errno::LOOP,
                    Errno::EXIST,
                    Errno::INVAL,
                ];
                if !usual.iter().any(|usual| usual.raw_os_error() == error) {
                    let what = format!("{:?} {}: error {error}", tried.act, tried.path);
                    *self.strange.entry(what).or_default() += 1;
                }
            }
        }
    }

    fn escape(&mut self, tried: &Try, how: &str) {
        let what = format!("{:?} {}", tried.act, tried.path);
        if self.examples.len() < 20 {
            self.examples.push(format!("{what}: {how}"));
        }
        *self.by_try.entry(what).or_default() += 1;
        self.escapes += 1;
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Counts {
            tries,
            inside,
            refused,
            disturbed,
            escapes,
            ..
        } = self;
        write!(
            f,
            "{tries} tries: {inside} inside, {refused} refused, {disturbed} disturbed, {escapes} escapes"
        )
    }
}

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// After this number of tries.
    pub tries: u64,
    /// Or after this number of escapes.
    pub escapes: u64,
    /// Whether the outside is checked after each change, not just now and then.
    pub attributed: bool,
}

/// Repeats `tries` in turn, under all of their attacks at once. Checks the outside, and restores it
/// if it has changed.
pub fn fight(
    tree: &mut Tree,
    resolver: &dyn Resolver,
    tries: &[Try],
    limits: Limits,
) -> io::Result<Counts> {
    let attacks: Vec<Attack> = Attack::ALL
        .into_iter()
        .filter(|attack| tries.iter().any(|tried| tried.attack == *attack))
        .collect();
    let mut attackers = Attackers::start(&tree.root, &attacks)?;
    let mut counts = Counts::default();
    for (tried, number) in tries.iter().cycle().zip(1..=limits.tries) {
        let result = resolver.act(tried.act, tried.path);
        let escapes = counts.escapes;
        counts.count(tree, tried, result);
        let now = limits.attributed && tried.act.changes();
        if now || number % 32 == 0 || number == limits.tries {
            let damage = tree.damage()?;
            if !damage.is_empty() {
                if counts.escapes == escapes {
                    counts.escape(tried, &format!("this or one before changed {damage:?}"));
                }
                tree.repair()?;
            }
        }
        if tried.act.changes() {
            tree.tidy(tried.act)?;
        }
        if counts.escapes >= limits.escapes {
            break;
        }
        if number % 4096 == 0 && !attackers.are_alive() {
            return Err(io::Error::other("an attacker has ended"));
        }
    }
    if attackers.are_alive() {
        Ok(counts)
    } else {
        Err(io::Error::other("an attacker has ended"))
    }
}
