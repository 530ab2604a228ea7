//! The cache: executables that `run` made and the code of programs, named by a hash of everything that
//! decides their bytes.
//!
//! Nothing is believed because of where it is. The folder must be the user's alone (`folder`), or nothing is kept
//! there nor taken from there. An entry (`entry`) ends with its key and its length, and is opened once. An executable
//! is then executed as the descriptor that was checked; code is read to its end and compared with its
//! hash. An entry that is not as it should be is built anew.
//!
//! An entry appears complete, by a rename. An executable does so after its contents have reached the disk: a crash
//! can lose the name, which is then built again (so the folder itself is not synced), but cannot leave a name with
//! less than its contents. Code needs no such order, because its hash is compared. Two processes
//! that build the same one write the same bytes. Entries are used through their modification time, so the oldest
//! goes first.

mod entry;
mod folder;
mod identity;
mod inputs;

pub use entry::Entry;
pub use inputs::{Hash, Stamp};

use super::output::{New, plain, replace};
use crate::policy::Size;
use crate::policy::hex;
use crate::{Code, Error, Result};
use etcetera::BaseStrategy;
use folder::Refused;
use inputs::Inputs;
use sha2::{Digest as _, Sha256};
use std::env;
use std::fs;
use std::hash::{self, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What the cache may hold, in bytes, unless `WASI_AOT_CACHE_SIZE` says otherwise.
const DEFAULT_BOUND: u64 = 1 << 30;
/// What the name of an executable begins with; the key follows, in hexadecimal digits.
const PREFIX: &str = "wasi-aot-";
/// What the name of code begins with; the key follows in the same way.
const CODE_PREFIX: &str = "wasi-aot-code-";
/// What the table of large inputs is called.
const INPUTS: &str = "inputs";

/// The folder, and how large it may become.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    bound: u64,
    /// Which wasi-aot this is.
    tool: Vec<u8>,
    inputs: Inputs,
}

/// What an entry holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An executable.
    Executable,
    /// The code of a program, which becomes an executable with a configuration.
    Code,
}

impl Kind {
    fn prefix(self) -> &'static str {
        match self {
            Kind::Executable => PREFIX,
            Kind::Code => CODE_PREFIX,
        }
    }
}

/// What an entry is looked up by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    kind: Kind,
    hash: [u8; 32],
}

impl Key {
    fn of(kind: Kind, tool: &[u8], decides: &impl hash::Hash) -> Key {
        let mut hash = Digest(Sha256::new());
        hash::Hash::hash(&(kind, tool, decides), &mut hash);
        Key {
            kind,
            hash: hash.0.finalize().into(),
        }
    }

    fn name(&self) -> String {
        format!("{}{}", self.kind.prefix(), hex(&self.hash))
    }

    /// The key that a file's name has in it, if it is the name of an entry.
    fn named(name: &str) -> Option<Key> {
        let (kind, digits) = match name.strip_prefix(CODE_PREFIX) {
            Some(digits) => (Kind::Code, digits),
            None => (Kind::Executable, name.strip_prefix(PREFIX)?),
        };
        let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if digits.len() != 64 || !digits.bytes().all(is_digit) {
            return None;
        }
        let mut hash = [0; 32];
        for (byte, at) in hash.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(&digits[at..at + 2], 16).ok()?;
        }
        Some(Key { kind, hash })
    }
}

/// Everything that is hashed, in the strong hash.
struct Digest(Sha256);

impl Hasher for Digest {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        unreachable!("the whole hash is asked for")
    }
}

/// The folder that the environment names, as it is named there.
///
/// # Errors
/// When there is none.
pub fn path() -> Result<PathBuf> {
    match env::var_os("WASI_AOT_CACHE") {
        Some(folder) if !folder.is_empty() => Ok(folder.into()),
        _ => match etcetera::choose_base_strategy() {
            Ok(dirs) => Ok(dirs.cache_dir().join("wasi-aot")),
            Err(_) => Err(unusable(
                "this user has no home directory to keep a cache in",
                None,
            )),
        },
    }
}

/// Why the cache is not used, and what to do about it.
pub fn unusable(why: &str, help: Option<String>) -> Error {
    let help = match help {
        Some(help) => format!("{help}; or set WASI_AOT_CACHE, or pass --no-cache"),
        None => "set WASI_AOT_CACHE to a folder that is yours alone, or pass --no-cache".into(),
    };
    Error::new(Code::Output, format!("the cache is not used: {why}")).help(help)
}

impl Cache {
    /// The user's cache, as the environment says. The folder is made if it is not there.
    ///
    /// # Errors
    /// [`Code::Option`] for a size that cannot be understood; [`Code::Output`] when there is no folder, or it is not the
    /// user's alone: then one can do without.
    pub fn open() -> Result<Cache> {
        let bound = match env::var("WASI_AOT_CACHE_SIZE") {
            Ok(text) => {
                let size = text.parse::<Size>();
                let size = size.map_err(|why| {
                    Error::new(Code::Option, format!("WASI_AOT_CACHE_SIZE={text}: {why}"))
                });
                size?.0
            }
            Err(_) => DEFAULT_BOUND,
        };
        let folder = folder::open(&path()?);
        let folder = folder.map_err(|Refused { why, help }| unusable(&why, help))?;
        let tool = identity::identity().map_err(|error| {
            let why = format!("cannot tell which wasi-aot this is: {}", plain(&error));
            unusable(&why, None)
        })?;
        Ok(Cache::new(folder, bound, tool))
    }

    fn new(folder: PathBuf, bound: u64, tool: Vec<u8>) -> Cache {
        let inputs = Inputs(folder.join(INPUTS));
        Cache {
            folder,
            bound,
            tool,
            inputs,
        }
    }

    /// The key of what a module of this hash becomes with this configuration, and the options that `options` writes
    /// out.
    pub fn key(&self, module: &Hash, config: &impl hash::Hash, options: &str) -> Key {
        Key::of(Kind::Executable, &self.tool, &(config, options, module))
    }

    /// The key of the code that a module of this hash, in hexadecimal digits, becomes with the options that
    /// `options` writes out.
    pub fn code_key(&self, module: &str, options: &str) -> Key {
        Key::of(Kind::Code, &self.tool, &(module, options))
    }

    /// The hash of an input that was read before, and has not changed since.
    pub fn known(&self, input: &Stamp) -> Option<Hash> {
        self.inputs.find(input)
    }

    /// Keeps the hash of what was read of an input; its stamp was the same before and after that.
    pub fn learn(&self, input: &Stamp, hash: &Hash) {
        self.inputs.keep(input, hash);
    }

    /// The entry of a key, if there is one that may be executed; it is then the one used last.
    pub fn find(&self, key: &Key) -> Option<Entry> {
        let entry = entry::open(&self.path(key), key).ok()?;
        // Only the order in which entries go depends on it.
        let _ = entry.file.set_modified(SystemTime::now());
        Some(entry)
    }

    /// Keeps an entry, and lets old ones go. What had its name, and was none, is gone. The result is as from
    /// [`Cache::find`].
    ///
    /// # Errors
    /// [`Code::Output`] when it cannot be kept: one can do without.
    pub fn insert(&self, key: &Key, executable: &[u8]) -> Result<Entry> {
        let path = self.write(key, &[executable])?;
        // Opened and looked at as any other: somebody else may have replaced it meanwhile.
        entry::open(&path, key).map_err(|why| unusable(&format!("{}: {why}", path.display()), None))
    }

    /// The contents of the code of a key, if it is there and whole; it is then the entry used last.
    pub fn find_code(&self, key: &Key) -> Option<Vec<u8>> {
        self.find(key)?.contents().ok()
    }

    /// Keeps the code of a key, and lets old entries go.
    ///
    /// # Errors
    /// [`Code::Output`] when it cannot be kept: one can do without.
    pub fn keep_code(&self, key: &Key, contents: &[&[u8]]) -> Result<()> {
        self.write(key, contents).map(drop)
    }

    /// Writes an entry, and lets old ones go: where it is.
    fn write(&self, key: &Key, contents: &[&[u8]]) -> Result<PathBuf> {
        let path = self.path(key);
        let trailer = entry::trailer(key, contents);
        let file = New {
            parts: &[contents, &[&trailer]].concat(),
            mode: match key.kind {
                Kind::Executable => 0o700,
                Kind::Code => 0o600,
            },
            is_exact: true,
            is_durable: key.kind == Kind::Executable,
        };
        replace(&file, &path).map_err(|error| {
            let why = format!("cannot write {}: {}", path.display(), plain(&error));
            unusable(&why, None)
        })?;
        self.evict(&path);
        Ok(path)
    }

    fn path(&self, key: &Key) -> PathBuf {
        self.folder.join(key.name())
    }

    /// Lets the entries go that were used longest ago, until the rest is within the bound. What
    /// somebody runs at this moment stays alive without its name.
    fn evict(&self, keep: &Path) {
        let mut files = self.files();
        let mut total: u64 = files.iter().map(|file| file.bytes).sum();
        files.sort_by_key(|file| file.used);
        for file in files {
            if total <= self.bound {
                break;
            }
            // A file is not an entry because it is called like one: it stays, and counts for nothing. Where the
            // removal fails another process was faster.
            let is_entry = entry::open(&file.path, &file.key).is_ok();
            if file.path != keep && (!is_entry || fs::remove_file(&file.path).is_ok()) {
                total -= file.bytes;
            }
        }
    }

    /// How many entries of a kind there are, and how many bytes they have.
    pub fn size(&self, kind: Kind) -> (usize, u64) {
        let files = self.files();
        let files = files.iter().filter(|file| file.key.kind == kind);
        files.fold((0, 0), |(count, bytes), file| {
            (count + 1, bytes + file.bytes)
        })
    }

    /// What it may hold, in bytes.
    pub fn bound(&self) -> u64 {
        self.bound
    }

    /// Looks at all entries, to the last byte. Those that are damaged are removed.
    pub fn verify(&self) -> Verified {
        let mut verified = Verified::default();
        for file in self.files() {
            let entry = entry::open(&file.path, &file.key);
            match entry.and_then(|entry| entry.verify()) {
                Ok(()) => verified.whole.push(file),
                Err(why) => {
                    let removed = fs::remove_file(&file.path).map_err(|error| plain(&error));
                    verified.damaged.push(Damaged { file, why, removed });
                }
            }
        }
        verified
    }

    /// Removes all entries, damaged ones, too, and what is known of inputs: how many, and how many bytes they had.
    ///
    /// # Errors
    /// [`Code::Output`] for the first that cannot be removed.
    pub fn clear(&self) -> Result<(usize, u64)> {
        let files = self.files();
        for path in files.iter().map(|file| &file.path).chain([&self.inputs.0]) {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    let path = path.display();
                    let message = format!("cannot remove {path}: {}", plain(&error));
                    return Err(Error::new(Code::Output, message));
                }
                _ => {}
            }
        }
        Ok((files.len(), files.iter().map(|file| file.bytes).sum()))
    }

    /// What is called as entries are, and is no folder. Other files are not ours.
    fn files(&self) -> Vec<Named> {
        let file = |entry: fs::DirEntry| {
            let key = Key::named(entry.file_name().to_str()?)?;
            let data = entry.metadata().ok()?;
            (!data.is_dir()).then_some(Named {
                used: data.modified().ok()?,
                bytes: data.len(),
                path: entry.path(),
                key,
            })
        };
        let Ok(folder) = fs::read_dir(&self.folder) else {
            return Vec::new();
        };
        folder.flatten().filter_map(file).collect()
    }
}

/// A file with the name of an entry.
#[derive(Debug)]
pub struct Named {
    used: SystemTime,
    /// Its length.
    pub bytes: u64,
    /// Where it is.
    pub path: PathBuf,
    key: Key,
}

/// A file with the name of an entry that is none.
#[derive(Debug)]
pub struct Damaged {
    /// Which.
    pub file: Named,
    /// What is wrong with it.
    pub why: String,
    /// Whether it is gone, or why not.
    pub removed: Result<(), String>,
}

/// What [`Cache::verify`] found.
#[derive(Debug, Default)]
pub struct Verified {
    /// Entries that are as they were written.
    pub whole: Vec<Named>,
    /// Those that are not.
    pub damaged: Vec<Damaged>,
}

/// Reads a file, which has the name of an entry, as that entry: for the project's own tests.
///
/// # Errors
/// What is wrong with it.
pub fn read_entry(path: &Path) -> std::result::Result<(), String> {
    let name = path.file_name().and_then(|name| name.to_str());
    let key = name.and_then(Key::named);
    entry::open(path, &key.ok_or("it has no name of an entry")?)?.verify()
}

#[cfg(test)]
mod tests;
