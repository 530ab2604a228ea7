//! The cache of executables that `run` built, of compiled code, and of functions. Each entry is
//! named by a hash of everything that determines its bytes, except that of functions, in which each
//! function has its own key.
//!
//! Location alone does not make an entry trusted. The folder must belong to the user alone
//! (`folder`); otherwise nothing is stored there or loaded from there. An entry (`entry`) ends with
//! its key and its length, and is opened once. An executable is then executed through the
//! descriptor that was checked. Code is read to its end and compared with its hash. An invalid
//! entry is rebuilt.
//!
//! Entries appear atomically, by a rename. For an executable, the rename happens after its contents
//! have reached the disk. A crash can lose the name, and the entry is then rebuilt (so the folder
//! itself is not synced), but a crash cannot leave a name with incomplete contents. Code does not
//! need this ordering, because its hash is compared. Two processes that build the same entry write
//! the same bytes. Using an entry updates its modification time, so the least recently used entry
//! is evicted first.

mod entry;
mod folder;
mod identity;
mod inputs;

pub use entry::Entry;
pub use inputs::{Hash, Stamp};

use super::output::{New, plain, replace};
use crate::codegen::kept::Kept;
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

/// The default size limit in bytes, unless `WASI_AOT_CACHE_SIZE` sets another.
const DEFAULT_BOUND: u64 = 1 << 30;
/// The file name of the table of large inputs.
const INPUTS: &str = "inputs";

/// The folder and its size limit.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    bound: u64,
    /// The identity of this wasi-aot.
    tool: Vec<u8>,
    inputs: Inputs,
}

/// The kind of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An executable.
    Executable,
    /// The compiled code of a program. It becomes an executable when a configuration is added.
    Code,
    /// The code of the functions of the last build of an input.
    Functions,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 3] = [Kind::Executable, Kind::Code, Kind::Functions];

    /// The prefix of the file names of its entries. The key follows in hexadecimal digits.
    fn prefix(self) -> &'static str {
        match self {
            Kind::Executable => "wasi-aot-",
            Kind::Code => "wasi-aot-code-",
            Kind::Functions => "wasi-aot-functions-",
        }
    }
}

/// The key of an entry.
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

    /// Parses the key from a file name, if it is the name of an entry.
    fn named(name: &str) -> Option<Key> {
        let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        let (kind, digits) = Kind::ALL.into_iter().find_map(|kind| {
            let digits = name.strip_prefix(kind.prefix())?;
            (digits.len() == 64 && digits.bytes().all(is_digit)).then_some((kind, digits))
        })?;
        let mut hash = [0; 32];
        for (byte, at) in hash.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(&digits[at..at + 2], 16).ok()?;
        }
        Some(Key { kind, hash })
    }
}

/// A [`Hasher`] that feeds everything to SHA-256.
struct Digest(Sha256);

impl Hasher for Digest {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        unreachable!("the whole hash is asked for")
    }
}

/// The folder that the environment names, unresolved.
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

/// The error for a cache that cannot be used, with a remedy.
pub fn unusable(why: &str, help: Option<String>) -> Error {
    let help = match help {
        Some(help) => format!("{help}; or set WASI_AOT_CACHE, or pass --no-cache"),
        None => "set WASI_AOT_CACHE to a folder that is yours alone, or pass --no-cache".into(),
    };
    Error::new(Code::Output, format!("the cache is not used: {why}")).help(help)
}

impl Cache {
    /// Opens the user's cache as the environment configures it. Creates the folder if it does not
    /// exist.
    ///
    /// # Errors
    /// [`Code::Option`] for a size that cannot be parsed; [`Code::Output`] when there is no folder
    /// or it does not belong to the user alone. The caller can continue without a cache in the
    /// second case.
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

    /// The key of the executable built from the module with this hash, with this configuration and
    /// the options that `options` spells out.
    pub fn key(&self, module: &Hash, config: &impl hash::Hash, options: &str) -> Key {
        Key::of(Kind::Executable, &self.tool, &(config, options, module))
    }

    /// The key of the code compiled from the module with this hash (in hexadecimal digits), with
    /// the options that `options` spells out.
    pub fn code_key(&self, module: &str, options: &str) -> Key {
        Key::of(Kind::Code, &self.tool, &(module, options))
    }

    /// The key of the functions of the input at this absolute path, with the code that `options`
    /// describes.
    pub fn functions_key(&self, input: &Path, options: &str) -> Key {
        Key::of(Kind::Functions, &self.tool, &(input, options))
    }

    /// The functions of a key; none if there is no intact entry.
    pub fn functions(&self, key: &Key) -> Kept {
        Kept::new(&self.tool, self.find_code(key).unwrap_or_default())
    }

    /// The hash of an input that was read before and has not changed since.
    pub fn known(&self, input: &Stamp) -> Option<Hash> {
        self.inputs.find(input)
    }

    /// Stores the hash of an input. The stamp must have been the same before and after reading it.
    pub fn learn(&self, input: &Stamp, hash: &Hash) {
        self.inputs.keep(input, hash);
    }

    /// The entry of a key, if there is a valid one. Marks it as the most recently used.
    pub fn find(&self, key: &Key) -> Option<Entry> {
        let entry = entry::open(&self.path(key), key).ok()?;
        // The modification time only affects the order of eviction, so a failure is ignored.
        let _ = entry.file.set_modified(SystemTime::now());
        Some(entry)
    }

    /// Stores an entry and evicts old ones. Replaces an invalid file of the same name. The result
    /// is the same as that of [`Cache::find`].
    ///
    /// # Errors
    /// [`Code::Output`] when it cannot be stored. The caller can continue without the cache.
    pub fn insert(&self, key: &Key, executable: &[u8]) -> Result<Entry> {
        let path = self.write(key, &[executable])?;
        // Opened and checked like any other entry: another process may have replaced it in the
        // meantime.
        entry::open(&path, key).map_err(|why| unusable(&format!("{}: {why}", path.display()), None))
    }

    /// The contents of an entry of code or functions, if it exists and is intact. Marks it as the
    /// most recently used.
    pub fn find_code(&self, key: &Key) -> Option<Vec<u8>> {
        self.find(key)?.contents().ok()
    }

    /// Stores the code or functions of a key and evicts old entries.
    ///
    /// # Errors
    /// [`Code::Output`] when it cannot be stored. The caller can continue without the cache.
    pub fn keep_code(&self, key: &Key, contents: &[&[u8]]) -> Result<()> {
        self.write(key, contents).map(drop)
    }

    /// Writes an entry, evicts old ones, and returns the path of the new one.
    fn write(&self, key: &Key, contents: &[&[u8]]) -> Result<PathBuf> {
        let path = self.path(key);
        let trailer = entry::trailer(key, contents);
        let file = New {
            parts: &[contents, &[&trailer]].concat(),
            mode: match key.kind {
                Kind::Executable => 0o700,
                Kind::Code | Kind::Functions => 0o600,
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

    /// Removes the least recently used entries until the rest is within the limit. An executable
    /// that is running stays alive without its name.
    fn evict(&self, keep: &Path) {
        let mut files = self.files();
        let mut total: u64 = files.iter().map(|file| file.bytes).sum();
        files.sort_by_key(|file| file.used);
        for file in files {
            if total <= self.bound {
                break;
            }
            // A file is not an entry just because it has the name of one: such a file is kept and
            // does not count. If the removal fails, another process has already removed the file.
            let is_entry = entry::open(&file.path, &file.key).is_ok();
            if file.path != keep && (!is_entry || fs::remove_file(&file.path).is_ok()) {
                total -= file.bytes;
            }
        }
    }

    /// The number of entries of a kind and their total size in bytes.
    pub fn size(&self, kind: Kind) -> (usize, u64) {
        let files = self.files();
        let files = files.iter().filter(|file| file.key.kind == kind);
        files.fold((0, 0), |(count, bytes), file| {
            (count + 1, bytes + file.bytes)
        })
    }

    /// The size limit in bytes.
    pub fn bound(&self) -> u64 {
        self.bound
    }

    /// Checks all entries completely, including their contents. Removes damaged ones.
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

    /// Removes all entries, including damaged ones, and the table of inputs. Returns the number of
    /// entries and their total size in bytes.
    ///
    /// # Errors
    /// [`Code::Output`] for the first file that cannot be removed.
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

    /// All files, not folders, that have the name of an entry. Other files do not belong to the
    /// cache.
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
    /// Its length in bytes.
    pub bytes: u64,
    /// Its path.
    pub path: PathBuf,
    key: Key,
}

/// A file with the name of an entry that is not a valid entry.
#[derive(Debug)]
pub struct Damaged {
    /// The file.
    pub file: Named,
    /// What is wrong with it.
    pub why: String,
    /// Whether it was removed, or why not.
    pub removed: Result<(), String>,
}

/// The result of [`Cache::verify`].
#[derive(Debug, Default)]
pub struct Verified {
    /// Entries that are intact.
    pub whole: Vec<Named>,
    /// Entries that are damaged.
    pub damaged: Vec<Damaged>,
}

/// Reads a file with the name of an entry as that entry. For the project's own tests.
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
