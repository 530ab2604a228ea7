//! Flags and record layouts of preview 1, as in `wasi_snapshot_preview1.witx`.

use crate::{
    host::clock,
    os::{
        path::{self, Stat, flags, kind},
        time::Timespec,
    },
};

/// `filetype`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum FileType {
    /// Includes pipes, for which preview 1 has no number.
    Unknown = 0,
    BlockDevice = 1,
    CharacterDevice = 2,
    Directory = 3,
    RegularFile = 4,
    SocketDgram = 5,
    SocketStream = 6,
    SymbolicLink = 7,
}

impl FileType {
    /// From the kind bits of a mode.
    pub const fn from_mode(mode: u16) -> FileType {
        match mode & kind::MASK {
            kind::BLOCK => FileType::BlockDevice,
            kind::CHARACTER => FileType::CharacterDevice,
            kind::DIRECTORY => FileType::Directory,
            kind::REGULAR => FileType::RegularFile,
            kind::SOCKET => FileType::SocketStream,
            kind::LINK => FileType::SymbolicLink,
            _ => FileType::Unknown,
        }
    }

    /// The number of [`FileType::from_mode`]. It uses no table in memory, which would rarely be in
    /// the cache after a system call.
    fn number(mode: u16) -> u64 {
        /// Four bits for each value of the kind bits.
        const NUMBERS: u64 = {
            let (mut numbers, mut kind) = (0, 0);
            while kind < 16 {
                numbers |= (FileType::from_mode(kind << 12) as u64) << (kind * 4);
                kind += 1;
            }
            numbers
        };
        NUMBERS >> ((mode >> 12) * 4) & 15
    }
}

/// `fdflags`.
pub mod fdflags {
    use super::flags;

    pub const APPEND: u32 = 1;
    pub const DSYNC: u32 = 2;
    pub const NONBLOCK: u32 = 4;
    pub const RSYNC: u32 = 8;
    pub const SYNC: u32 = 16;

    /// Each flag, and the system's. On Linux `O_RSYNC` is the same as `O_SYNC`. The first entry
    /// that matches gives the name of a system flag.
    const TABLE: [(u32, u32); 5] = [
        (APPEND, flags::APPEND),
        (NONBLOCK, flags::NONBLOCK),
        (SYNC, flags::SYNC),
        (DSYNC, flags::DSYNC),
        (RSYNC, flags::SYNC),
    ];

    /// The system's flags; `None` if one is unknown.
    #[inline(always)]
    pub fn to_system(fdflags: u32) -> Option<u32> {
        if fdflags == 0 {
            return Some(0);
        }
        some_to_system(fdflags)
    }

    #[inline(never)]
    fn some_to_system(mut fdflags: u32) -> Option<u32> {
        let mut system = 0;
        for (flag, own) in TABLE {
            if fdflags & flag != 0 {
                system |= own;
            }
            fdflags &= !flag;
        }
        (fdflags == 0).then_some(system)
    }

    /// The reverse conversion.
    pub fn from_system(mut system: u32) -> u32 {
        let mut fdflags = 0;
        for (flag, own) in TABLE {
            if system & own == own {
                fdflags |= flag;
                system &= !own;
            }
        }
        fdflags
    }
}

/// The system's flags for `oflags`; `None` if one is unknown.
#[inline(always)]
pub fn oflags(oflags: u32) -> Option<u32> {
    /// The flags in the order of their bits.
    const BITS: [u32; 4] = [flags::CREAT, flags::DIRECTORY, flags::EXCL, flags::TRUNC];
    static SYSTEM: [u32; 16] = {
        let mut all = [0; 16];
        let mut bits = 0;
        while bits < all.len() {
            let mut bit = 0;
            while bit < BITS.len() {
                all[bits] |= if bits >> bit & 1 == 0 { 0 } else { BITS[bit] };
                bit += 1;
            }
            bits += 1;
        }
        all
    };
    SYSTEM.get(oflags as usize).copied()
}

/// `lookupflags`: follow a link in the last component.
pub const SYMLINK_FOLLOW: u32 = 1;

/// `fstflags`: each time is set to a value, set to now, or unchanged.
pub fn times(atim: u64, mtim: u64, flags: u32) -> Option<[Timespec; 2]> {
    let time = |value, flags| match flags & 3 {
        0 => Some(UTIME_OMIT),
        1 => Some(Timespec::of(value)),
        2 => Some(UTIME_NOW),
        _ => None,
    };
    match flags {
        0..16 => Some([time(atim, flags)?, time(mtim, flags >> 2)?]),
        _ => None,
    }
}

const UTIME_OMIT: Timespec = Timespec {
    seconds: 0,
    nanoseconds: path::UTIME_OMIT,
};
const UTIME_NOW: Timespec = Timespec {
    seconds: 0,
    nanoseconds: path::UTIME_NOW,
};

#[inline(always)]
fn times_of(stat: &Stat) -> [u64; 3] {
    clock::three_nanoseconds([stat.accessed(), stat.modified(), stat.changed()])
}

/// `filestat`: dev, ino, filetype, nlink, size, atim, mtim, ctim, 8 bytes each.
#[inline(always)]
pub fn filestat(stat: &Stat) -> [u8; 64] {
    let [accessed, modified, changed] = times_of(stat);
    record([
        stat.dev(),
        stat.ino(),
        FileType::number(stat.mode()),
        u64::from(stat.nlink()),
        stat.size(),
        accessed,
        modified,
        changed,
    ])
}

/// `filestat` of snapshot 0: the number of links is 4 bytes after the file type.
pub fn filestat_snapshot0(stat: &Stat) -> [u8; 56] {
    let [accessed, modified, changed] = times_of(stat);
    record([
        stat.dev(),
        stat.ino(),
        FileType::number(stat.mode()) | u64::from(stat.nlink()) << 32,
        stat.size(),
        accessed,
        modified,
        changed,
    ])
}

/// `fdstat`: filetype, flags at byte 2, rights.
pub fn fdstat(filetype: FileType, flags: u32, (base, inheriting): (u32, u32)) -> [u8; 24] {
    record([
        filetype as u64 | u64::from(flags) << 16,
        u64::from(base),
        u64::from(inheriting),
    ])
}

/// `dirent`: next, ino, length of the name, filetype.
pub fn dirent(next: u64, ino: u64, len: usize, filetype: FileType) -> [u8; 24] {
    record([next, ino, len as u64 | (filetype as u64) << 32])
}

/// `event`: userdata, error, type at byte 10, bytes, flags.
pub fn event(userdata: u64, errno: u8, kind: u8, bytes: u64, flags: u16) -> [u8; 32] {
    record([
        userdata,
        u64::from(errno) | u64::from(kind) << 16,
        bytes,
        u64::from(flags),
    ])
}

/// 64-bit words, little endian.
#[inline(always)]
fn record<const WORDS: usize, const BYTES: usize>(words: [u64; WORDS]) -> [u8; BYTES] {
    const { assert!(BYTES == WORDS * 8) };
    let mut bytes = [0; BYTES];
    for (place, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
        *place = word.to_le_bytes();
    }
    bytes
}
