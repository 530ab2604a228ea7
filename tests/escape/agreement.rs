//! The kernel's path resolution and the runtime's own give the same result for any path in a tree
//! that does not change.

use super::{
    resolver::{Act, Reached, Resolver, Runtime},
    tree::Tree,
};
use libtest_mimic::Failed;
use std::os::unix::fs::symlink;
use wasi_aot_runtime::host::path::use_open_below;

/// The components of the paths.
const COMPONENTS: [&str; 26] = [
    "..",
    "..",
    ".",
    "",
    "dir",
    "far",
    "swap",
    "swap-link",
    "absolute-link",
    "far-link",
    "hop",
    "hop2",
    "last",
    "last-link",
    "secret",
    "token",
    "empty",
    "mover",
    "down",
    "sub",
    "missing",
    "self",
    "to-dir",
    "loop",
    "dangling",
    "to-sub",
];

/// Links that lead to other locations inside, in a cycle, and nowhere.
const LINKS: [(&str, &str); 8] = [
    (".", "self"),
    ("mover/down/", "to-dir"),
    ("loop", "loop"),
    ("missing/secret", "dangling"),
    ("../mover/./down/sub/", "dir/to-sub"),
    ("../secret", "mover/last"),
    ("../../self/self/mover", "mover/down/self"),
    ("../mover/down/sub/../..", "swap/to-dir"),
];

/// Compares both resolutions on many paths.
pub fn check() -> Result<(), Failed> {
    let tree = Tree::new()?;
    for (target, link) in LINKS {
        symlink(target, tree.root.join("inside").join(link))?;
    }
    let runtime = Runtime::new(&tree, "")?;
    let acts = [Act::Read, Act::List, Act::Stat, Act::ReadLink];
    let mut random = Random(1);
    let (mut reached, mut refused) = (0, 0);
    for number in 0..20_000_usize {
        let path = random.path();
        let act = acts[number % acts.len()];
        let answers = [true, false].map(|openat2| {
            use_open_below(openat2);
            match runtime.act(act, &path) {
                // The entries of directories are not compared.
                Ok(Reached::Inodes(inodes)) => Ok(format!("inode {}", inodes[0])),
                Ok(other) => Ok(format!("{other:?}")),
                Err(error) => Err(error),
            }
        });
        if answers[0] != answers[1] {
            return Err(format!(
                "{act:?} `{path}`: openat2 {:?}, walk {:?}",
                answers[0], answers[1]
            )
            .into());
        }
        match answers[0] {
            Ok(_) => reached += 1,
            Err(1) => refused += 1,
            Err(_) => {}
        }
    }
    println!("\n  {reached} paths reached something, {refused} led outside");
    if reached.min(refused) < 1000 {
        return Err("the paths are no test".into());
    }
    Ok(())
}

/// A linear congruential generator, which produces the same paths in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % end
    }

    fn path(&mut self) -> String {
        let count = 1 + self.below(6);
        let components: Vec<_> = (0..count)
            .map(|_| COMPONENTS[self.below(COMPONENTS.len())])
            .collect();
        components.join("/")
    }
}
