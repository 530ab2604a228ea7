//! Structures and flags of files that are specific to aarch64.

/// `O_DIRECTORY`
pub const DIRECTORY: u32 = 0o40000;
/// `O_NOFOLLOW`
pub const NOFOLLOW: u32 = 0o100000;

/// `struct stat`, up to the last field in use.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RawStat {
    pub(in crate::os::linux) dev: u64,
    pub(in crate::os::linux) ino: u64,
    pub(in crate::os::linux) mode: u32,
    pub(in crate::os::linux) nlink: u32,
    owner: [u32; 2],
    rdev: [u64; 2],
    pub(in crate::os::linux) size: u64,
    blocks: [u64; 2],
    pub(in crate::os::linux) atime: [i64; 2],
    pub(in crate::os::linux) mtime: [i64; 2],
    pub(in crate::os::linux) ctime: [i64; 2],
    spare: u64,
}

impl RawStat {
    /// Zeros.
    pub const EMPTY: RawStat = RawStat {
        dev: 0,
        ino: 0,
        mode: 0,
        nlink: 0,
        owner: [0; 2],
        rdev: [0; 2],
        size: 0,
        blocks: [0; 2],
        atime: [0; 2],
        mtime: [0; 2],
        ctime: [0; 2],
        spare: 0,
    };
}
