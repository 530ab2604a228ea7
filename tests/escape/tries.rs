//! The tries: every act on every path that the attackers make hostile, over and over again.

use super::{
    attacker::{Attack, Attackers},
    resolver::{Act, Reached, Resolver},
    tree::{self, Tree},
};
use rustix::io::Errno;
use std::{collections::BTreeMap, io};

/// An act on a path that an attack makes hostile.
#[derive(Clone, Copy, Debug)]
pub struct Try {
    /// What is done.
    pub act: Act,
    /// To what.
    pub path: &'static str,
    /// Which attack is on it.
    pub attack: Attack,
}

/// What lies behind a directory that is exchanged with a link to the outside.
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

/// The last name itself, which is exchanged with a link.
const LAST_NAME: [(Act, [&str; 3]); 7] = [
    (Act::Read, ["last", "last-absolute", "dir/../last"]),
    (Act::Truncate, ["last", "last-absolute", "mover/../last"]),
    (Act::Stat, ["last", "last-absolute", "./last"]),
    (Act::SetTimes, ["last", "last-absolute", "dir/../last"]),
    (Act::LinkFrom, ["last", "last-absolute", "dir/../last"]),
    (Act::Create, ["last", "last-absolute", "fresh"]),
    (Act::Create, ["dir/../fresh", "./fresh", "fresh"]),
];

/// What goes up from a directory that is moved upwards.
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

/// Tries from a directory that the program holds while it leaves the grant: what is below it stays
/// reachable, whatever goes up is refused, wherever it is.
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

/// How tries ended.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// All.
    pub tries: u64,
    /// They did their act inside.
    pub inside: u64,
    /// They were refused as leading outside.
    pub refused: u64,
    /// They ended with another error, because something was in the way of the attack.
    pub disturbed: u64,
    /// They reached something outside.
    pub escapes: u64,
    /// How often each act on each path did.
    pub by_try: BTreeMap<String, u64>,
    /// What the first ones did.
    pub examples: Vec<String>,
    /// Errors that are no answer to an attack.
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

/// How often to try.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// So often.
    pub tries: u64,
    /// Or until so many tries have escaped.
    pub escapes: u64,
    /// Whether the outside is compared after each change, not just now and then.
    pub attributed: bool,
}

/// Tries `tries` in turn, under the attacks of all of them. The outside is compared and, if it is not as it
/// was, made as it was.
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
