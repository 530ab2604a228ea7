//! Applies the sandbox policy of a program to a native loop.

use std::fs;
use std::os::fd::RawFd;
use std::path::Path;
use wasi_aot::Policy;
use wasi_aot::{link, wall};
use wasi_aot_runtime::os::confine::{self, Access, Rules, ports};
use wasi_aot_runtime::os::{Errno, Fd};

/// The sandbox policy of a program.
pub struct Wall {
    /// The system call filter.
    filter: Vec<u64>,
    /// The index of the instruction that takes the process's ID.
    process: usize,
    /// Whether there are Landlock rules.
    paths: bool,
}

impl Wall {
    /// The policy of the program `app`, which has a granted directory and imports these symbols.
    ///
    /// # Panics
    /// If the program's filter differs.
    pub fn of(app: &Path, imports: &[String]) -> Wall {
        let target = wasi_aot_targets::host().expect("programs run on this machine");
        let mut policy = Policy::default();
        policy.grants.dirs = vec![".".parse().expect("a directory")];
        let wall = wall::build(&wall::Input {
            runtime: link::runtime(target, link::Variant::Product).expect("it is there"),
            target,
            policy: &policy,
            symbols: &imports.iter().map(String::as_str).collect(),
        });
        let wall = wall.expect("it can be made").expect("it is wanted");
        let filter = wall.filter.iter().flat_map(|word| word.to_ne_bytes());
        let filter: Vec<u8> = filter.collect();
        let image = fs::read(app).expect("it was built");
        let same = image.windows(filter.len()).any(|bytes| bytes == filter);
        assert!(same, "{} has another filter", app.display());
        Wall {
            filter: wall.filter,
            process: wall.process.expect("signals are kept to the process"),
            paths: wall.note.paths,
        }
    }

    /// Encodes it as arguments of a process.
    pub fn to_words(&self) -> Vec<String> {
        let head = [self.process as u64, u64::from(self.paths)];
        let words = head.iter().chain(&self.filter);
        words.map(u64::to_string).collect()
    }

    /// The reverse of [`Wall::to_words`]; `None`: no policy.
    pub fn from_words(words: &[String]) -> Option<Wall> {
        let words = words.iter().map(|word| word.parse().expect("a number"));
        let words: Vec<u64> = words.collect();
        let [process, paths, filter @ ..] = &words[..] else {
            return None;
        };
        Some(Wall {
            filter: filter.to_vec(),
            process: *process as usize,
            paths: *paths != 0,
        })
    }

    /// Applies the policy to this process permanently, as for a program with the granted directory
    /// `dir`.
    pub fn enclose(mut self, dir: RawFd) {
        let word = &mut self.filter[self.process];
        *word = *word & u64::from(u32::MAX) | u64::from(std::process::id()) << 32;
        let built = confine::no_new_privileges()
            .and_then(|()| if self.paths { files(dir) } else { Ok(()) })
            .and_then(|()| confine::filter_calls(&self.filter));
        built.expect("the kernel has all parts");
    }
}

/// Landlock's rules for a program with the granted directory `dir`.
fn files(dir: RawFd) -> Result<(), Errno> {
    let rules = Rules::new(confine::level()?, ports::BIND | ports::CONNECT)?;
    rules.allow(Fd(dir), Access::Change)?;
    rules.enforce()
}
