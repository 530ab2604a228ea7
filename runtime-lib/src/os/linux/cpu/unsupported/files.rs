//! Structures and flags for no CPU.

/// No flag.
pub const DIRECTORY: u32 = 0;
/// No flag.
pub const NOFOLLOW: u32 = 0;

/// A structure that no kernel fills in.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RawStat {
    pub(in crate::os::linux) dev: u64,
    pub(in crate::os::linux) ino: u64,
    pub(in crate::os::linux) nlink: u64,
    pub(in crate::os::linux) mode: u32,
    pub(in crate::os::linux) size: u64,
    pub(in crate::os::linux) atime: [i64; 2],
    pub(in crate::os::linux) mtime: [i64; 2],
    pub(in crate::os::linux) ctime: [i64; 2],
}

impl RawStat {
    /// Zeros.
    pub const EMPTY: RawStat = RawStat {
        dev: 0,
        ino: 0,
        nlink: 0,
        mode: 0,
        size: 0,
        atime: [0; 2],
        mtime: [0; 2],
        ctime: [0; 2],
    };
}
