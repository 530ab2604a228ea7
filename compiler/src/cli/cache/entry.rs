//! An entry: an executable or compiled code, followed by a trailer. The trailer shows that the
//! entry is complete and that it belongs to the requested key.
//!
//! The kernel and debuggers read only what the headers of an ELF file refer to, so bytes after that
//! are ignored.

use super::folder::writers;
use super::plain;
use super::{Key, Kind};
use rustix::fs::{FileType, Mode, OFlags, Stat, fstat, open as open_file};
use rustix::process::geteuid;
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;

/// The end marker of an entry and the version of its format. It comes last, so a truncated file
/// lacks it.
const MAGIC: [u8; 16] = *b"\nwasi-aot cache1";
/// The size of the trailer in bytes: SHA-256 of the contents, the key, their length, [`MAGIC`].
pub const TRAILER: usize = 32 + 32 + 8 + MAGIC.len();

/// The trailer of an entry of `key` whose contents are the concatenation of `parts`.
pub fn trailer(key: &Key, parts: &[&[u8]]) -> [u8; TRAILER] {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut trailer = [0; TRAILER];
    let parts: [&[u8]; 4] = [
        &hash.finalize(),
        &key.hash,
        &(length as u64).to_le_bytes(),
        &MAGIC,
    ];
    let mut at = 0;
    for part in parts {
        trailer[at..at + part.len()].copy_from_slice(part);
        at += part.len();
    }
    trailer
}

/// An entry that passed every check that does not read its contents. If it is an executable, it may
/// be executed.
#[derive(Debug)]
pub struct Entry {
    /// The open file. All operations on the entry use it; the name is never used again.
    pub file: File,
    sha256: [u8; 32],
    length: u64,
}

/// Opens the entry of `key` at `path`.
///
/// # Errors
/// What is wrong with the file at this path.
pub fn open(path: &Path, key: &Key) -> Result<Entry, String> {
    // Opening must not wait for a writer on a pipe, acquire a controlling terminal, or follow a
    // link.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = open_file(path, flags | OFlags::CLOEXEC, Mode::empty());
    let file = File::from(file.map_err(|error| plain(&error.into()))?);
    let stat = fstat(&file).map_err(|error| plain(&error.into()))?;
    may_be_used(&stat, key.kind)?;
    let length = u64::try_from(stat.st_size).unwrap_or(0);
    let length = length.checked_sub(TRAILER as u64);
    let length = length.ok_or("it is too short")?;
    let mut trailer = [0; TRAILER];
    let read = file.read_exact_at(&mut trailer, length);
    read.map_err(|error| plain(&error))?;
    let (sha256, rest) = trailer.split_at(32);
    let (its_key, rest) = rest.split_at(32);
    let (its_length, magic) = rest.split_at(8);
    if magic != MAGIC {
        return Err("it does not end as an entry".into());
    }
    if its_length != length.to_le_bytes() {
        return Err("it is not as long as it says".into());
    }
    if its_key != key.hash {
        return Err("it is the entry of another key".into());
    }
    let sha256 = sha256.try_into().unwrap_or_default();
    Ok(Entry {
        file,
        sha256,
        length,
    })
}

/// Whether it is the user's own file that nobody else can change, neither here nor through another
/// name.
fn may_be_used(stat: &Stat, kind: Kind) -> Result<(), String> {
    let mode = Mode::from_raw_mode(stat.st_mode);
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err("it is no file".into());
    }
    if stat.st_uid != geteuid().as_raw() {
        return Err(format!("it belongs to user {}", stat.st_uid));
    }
    if writers(stat) {
        return Err("others can write to it".into());
    }
    if kind == Kind::Executable && !mode.contains(Mode::XUSR) {
        return Err("it is not executable".into());
    }
    if stat.st_nlink > 1 {
        return Err("it has a second name".into());
    }
    Ok(())
}

impl Entry {
    /// Reads and checks all of it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn verify(&self) -> Result<(), String> {
        let mut hash = Sha256::new();
        let copied = io::copy(&mut (&self.file).take(self.length), &mut hash);
        match copied {
            Err(error) => Err(plain(&error)),
            Ok(_) if hash.finalize()[..] != self.sha256 => Err("its contents have changed".into()),
            Ok(_) => Ok(()),
        }
    }

    /// Its contents.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn contents(&self) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::with_capacity(self.length.try_into().unwrap_or_default());
        let read = (&self.file).take(self.length).read_to_end(&mut bytes);
        match read {
            Err(error) => Err(plain(&error)),
            Ok(_) if Sha256::digest(&bytes)[..] != self.sha256 => {
                Err("its contents have changed".into())
            }
            Ok(_) => Ok(bytes),
        }
    }
}
