//! Remembered hashes of large inputs, keyed by the file's metadata. Reading and hashing 20 MB takes
//! more time than everything else that a cached run does.
//!
//! A file with the same device, inode, length, and modification and status-change times (in
//! nanoseconds) has the same contents, with two exceptions: it changed at the moment when it was
//! read, or its times are too coarse to tell. A file that changed less than [`SETTLED`] ago is
//! therefore always read; git and ccache do the same. The status-change time of an inode is set by
//! the kernel; no program can set it. A write through a mapping that stays open can hide a change:
//! use `--no-cache` for such a module.
//!
//! The table is a file of fixed size, with a slot for each value of a few bits of the stamp. It
//! needs no ordering and no eviction.

use super::folder::writers;
use rustix::fs::{FileType, Mode, OFlags, fstat, open as open_file};
use rustix::process::geteuid;
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt};
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A SHA-256.
pub type Hash = [u8; 32];

/// The minimum length in bytes at which remembering the hash pays off.
const LARGE: u64 = 1 << 20;
/// The minimum age of a file's last change, so that a later change is visible in its times. It is
/// longer than the timestamp granularity of any file system.
const SETTLED: Duration = Duration::from_secs(2);
/// The number of slots in the table.
const SLOTS: u64 = 1024;
/// The size of a slot in bytes: a stamp, the hash of the contents, the hash of both.
const SLOT: usize = 3 * 32;

/// The metadata of a large file that has not changed recently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp(Hash);

impl Stamp {
    /// The stamp of a file; `None` when its contents have to be read.
    pub fn of(file: &File) -> Option<Stamp> {
        let data = file.metadata().ok()?;
        let changed = Duration::new(
            u64::try_from(data.ctime()).ok()?,
            u32::try_from(data.ctime_nsec()).ok()?,
        );
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
        if !data.is_file() || data.len() < LARGE || now.checked_sub(changed)? < SETTLED {
            return None;
        }
        let mut hash = Sha256::new();
        for number in [data.dev(), data.ino(), data.len()] {
            hash.update(number.to_le_bytes());
        }
        for time in [
            data.mtime(),
            data.mtime_nsec(),
            data.ctime(),
            data.ctime_nsec(),
        ] {
            hash.update(time.to_le_bytes());
        }
        Some(Stamp(hash.finalize().into()))
    }

    fn place(&self) -> u64 {
        u64::from(u16::from_le_bytes([self.0[0], self.0[1]])) % SLOTS * SLOT as u64
    }
}

/// The table of stamps and hashes.
#[derive(Debug)]
pub struct Inputs(pub PathBuf);

impl Inputs {
    /// The hash of the contents that the file with this stamp had when it was read.
    pub fn find(&self, stamp: &Stamp) -> Option<Hash> {
        let mut slot = [0; SLOT];
        let table = self.open(OFlags::RDONLY)?;
        table.read_exact_at(&mut slot, stamp.place()).ok()?;
        let (its_stamp, rest) = slot.split_at(32);
        let (hash, _) = rest.split_at(32);
        let hash = Hash::try_from(hash).ok()?;
        (its_stamp == stamp.0 && slot == Inputs::slot(stamp, &hash)).then_some(hash)
    }

    /// Stores a hash. If that fails, the file is read again next time.
    pub fn keep(&self, stamp: &Stamp, hash: &Hash) {
        let Some(table) = self.open(OFlags::RDWR | OFlags::CREATE) else {
            return;
        };
        // A slot that was only partly written does not match its own hash.
        let _ = table.write_all_at(&Inputs::slot(stamp, hash), stamp.place());
    }

    fn slot(stamp: &Stamp, hash: &Hash) -> [u8; SLOT] {
        let mut slot = [0; SLOT];
        slot[..32].copy_from_slice(&stamp.0);
        slot[32..64].copy_from_slice(hash);
        let whole = Sha256::digest(&slot[..64]);
        slot[64..].copy_from_slice(&whole);
        slot
    }

    /// Opens the file, if it belongs to the user alone.
    fn open(&self, flags: OFlags) -> Option<File> {
        const MODE: Mode = Mode::RUSR.union(Mode::WUSR);
        let flags = flags | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = File::from(open_file(&self.0, flags, MODE).ok()?);
        let stat = fstat(&file).ok()?;
        let is_file = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile;
        if !is_file || stat.st_uid != geteuid().as_raw() || writers(&stat) || stat.st_nlink > 1 {
            return None;
        }
        if flags.contains(OFlags::CREATE) && !Mode::from_raw_mode(stat.st_mode).contains(MODE) {
            // The umask cleared these bits.
            file.set_permissions(PermissionsExt::from_mode(0o600))
                .ok()?;
        }
        Some(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    fn stamp(path: &Path) -> Option<Stamp> {
        Stamp::of(&File::open(path).unwrap())
    }

    #[test]
    fn a_stamp_is_another_after_every_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large");
        fs::write(&path, vec![1; LARGE as usize]).unwrap();
        assert_eq!(stamp(&path), None, "it has just changed");
        let small = folder.path().join("small");
        fs::write(&small, vec![1; LARGE as usize - 1]).unwrap();
        std::thread::sleep(SETTLED + Duration::from_millis(50));
        let first = stamp(&path);
        assert!(first.is_some() && first == stamp(&path));
        assert_eq!(stamp(&small), None, "it is small");
        // The same length, and the old time restored, as `touch -r` does it.
        let modified = fs::metadata(&path).unwrap().modified().unwrap();
        fs::write(&path, vec![2; LARGE as usize]).unwrap();
        let file = File::options().write(true).open(&path).unwrap();
        file.set_modified(modified).unwrap();
        assert_eq!(stamp(&path), None);
        std::thread::sleep(SETTLED + Duration::from_millis(50));
        assert!(stamp(&path).is_some() && stamp(&path) != first);
        assert!(Stamp::of(&File::open("/dev/zero").unwrap()).is_none());
    }

    #[test]
    fn a_damaged_table_knows_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let table = Inputs(folder.path().join("inputs"));
        let stamps = [Stamp([1; 32]), Stamp([2; 32])];
        assert_eq!(table.find(&stamps[0]), None);
        for stamp in &stamps {
            table.keep(stamp, &[7; 32]);
        }
        let known = || stamps.each_ref().map(|stamp| table.find(stamp).is_some());
        assert_eq!(known(), [true; 2]);
        // A stamp with the same slot: the newer one is kept.
        let mut other = stamps[0];
        other.0[31] = 9;
        table.keep(&other, &[8; 32]);
        assert_eq!(table.find(&other), Some([8; 32]));
        assert_eq!(known(), [false, true]);
        table.keep(&stamps[0], &[7; 32]);
        let whole = fs::read(&table.0).unwrap();
        let at = stamps[0].place() as usize;
        for byte in at..at + SLOT {
            let mut bytes = whole.clone();
            bytes[byte] ^= 1;
            fs::write(&table.0, bytes).unwrap();
            assert_eq!(known(), [false, true], "{byte}");
        }
        fs::write(&table.0, &whole).unwrap();
        assert_eq!(known(), [true; 2]);
        for mode in [0o620, 0o602] {
            fs::set_permissions(&table.0, PermissionsExt::from_mode(mode)).unwrap();
            assert_eq!(known(), [false; 2], "{mode:o}");
        }
        fs::write(&table.0, &whole[..at]).unwrap();
        assert_eq!(known(), [false; 2]);
    }
}
