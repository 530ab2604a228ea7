//! The cache of `run`: executables, named by a hash of everything that decides their bytes.
//!
//! An entry appears complete, by a rename; two processes that build the same one write the same
//! bytes. Entries are used through their modification time, so the oldest goes first.

use super::input::hex;
use super::output::{New, output_error, replace};
use super::value::Size;
use crate::{Code, Error, Result};
use etcetera::BaseStrategy;
use sha2::{Digest as _, Sha256};
use std::env;
use std::fs::{self, File};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What the cache may hold, in bytes, unless `WASI_AOT_CACHE_SIZE` says otherwise.
const DEFAULT_BOUND: u64 = 1 << 30;

/// The folder, and how large it may become.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    bound: u64,
}

/// The name of an entry.
#[derive(Debug, Clone)]
pub struct Key(String);

impl Key {
    /// The key of what `module` becomes with this configuration, and the options that `options` writes out.
    pub fn new(module: &[u8], config: &impl Hash, options: &str) -> Key {
        let mut hash = Digest(Sha256::new());
        (tool_identity(), config, options, module).hash(&mut hash);
        Key(hex(&hash.0.finalize()))
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

/// Which wasi-aot this is: the version, and the file, because a developer's changes daily under
/// one version.
fn tool_identity() -> String {
    let file = env::current_exe().and_then(fs::metadata).ok();
    let time = file.as_ref().and_then(|file| file.modified().ok());
    let since = time.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    let length = file.map(|file| file.len());
    format!("{} {length:?} {since:?}", env!("CARGO_PKG_VERSION"))
}

impl Cache {
    /// The user's cache, as the environment says.
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
        let folder = match env::var_os("WASI_AOT_CACHE") {
            Some(folder) if !folder.is_empty() => folder.into(),
            _ => match etcetera::choose_base_strategy() {
                Ok(dirs) => dirs.cache_dir().join("wasi-aot"),
                Err(_) => {
                    let message = "this user has no home directory to keep a cache in";
                    let error = Error::new(Code::Output, message);
                    return Err(error.help("set WASI_AOT_CACHE, or pass --no-cache"));
                }
            },
        };
        Ok(Cache { folder, bound })
    }

    /// The path of an entry, if it is there; it is then the one used last.
    pub fn find(&self, key: &Key) -> Option<PathBuf> {
        let path = self.path(key);
        let file = File::open(&path).ok()?;
        // Only the order in which entries go depends on it.
        let _ = file.set_modified(SystemTime::now());
        Some(path)
    }

    /// Keeps an entry, and lets old ones go.
    pub fn insert(&self, key: &Key, executable: &[u8]) -> Result<PathBuf> {
        let path = self.path(key);
        let write = || {
            fs::create_dir_all(&self.folder)?;
            let new = New {
                parts: &[executable],
                mode: 0o777,
                is_durable: false,
            };
            replace(&new, &path)
        };
        write().map_err(|error| {
            output_error(&path, &error)
                .help("set WASI_AOT_CACHE to a folder that can be written, or pass --no-cache")
        })?;
        self.evict(&path);
        Ok(path)
    }

    fn path(&self, key: &Key) -> PathBuf {
        self.folder.join(&key.0)
    }

    /// Lets the entries go that were used longest ago, until the rest is within the bound. What
    /// somebody runs at this moment stays alive without its name.
    fn evict(&self, keep: &Path) {
        let mut entries = entries(&self.folder);
        let mut total: u64 = entries.iter().map(|(_, bytes, _)| bytes).sum();
        entries.sort();
        for (_, bytes, path) in entries {
            if total <= self.bound {
                break;
            }
            // Another process may have been faster.
            if path != keep && fs::remove_file(&path).is_ok() {
                total -= bytes;
            }
        }
    }
}

/// The entries of a cache: time of last use, bytes, path. Other files in the folder are not ours.
fn entries(folder: &Path) -> Vec<(SystemTime, u64, PathBuf)> {
    let is_key = |name: &str| name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit());
    let entry = |entry: fs::DirEntry| {
        let name = entry.file_name();
        let data = entry.metadata().ok()?;
        let is_entry = data.is_file() && name.to_str().is_some_and(is_key);
        is_entry.then_some((data.modified().ok()?, data.len(), entry.path()))
    };
    let Ok(folder) = fs::read_dir(folder) else {
        return Vec::new();
    };
    folder.flatten().filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn keys_differ_with_everything() {
        let key = |module: &str, config: &str, options: &str| {
            Key::new(module.as_bytes(), &config, options).0
        };
        let keys = [
            ("a", "", "bc"),
            ("ab", "", "c"),
            ("", "", "abc"),
            ("a", "b", "c"),
        ];
        let keys = keys.map(|(module, config, options)| key(module, config, options));
        for (index, one) in keys.iter().enumerate() {
            assert!(!keys[..index].contains(one), "{index}");
        }
        assert_eq!(keys[0], key("a", "", "bc"));
    }

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache {
            folder: folder.path().join("new"),
            bound: 25,
        };
        let keys = [1, 2, 3].map(|n: u8| Key::new(&[n], &(), ""));
        let age = |key: &Key, seconds| {
            let file = File::open(cache.path(key)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(seconds))
                .unwrap();
        };
        cache.insert(&keys[0], &[0; 10]).unwrap();
        cache.insert(&keys[1], &[0; 10]).unwrap();
        age(&keys[0], 200);
        age(&keys[1], 100);
        assert!(cache.find(&keys[0]).is_some());
        cache.insert(&keys[2], &[0; 10]).unwrap();
        let left = keys.each_ref().map(|key| cache.path(key).exists());
        assert_eq!(left, [true, false, true]);
    }
}
