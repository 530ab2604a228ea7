//! The status of files, in the types of `wasi:filesystem`.

use crate::{
    host::{
        descriptor::{Descriptor, Kind, access},
        file,
    },
    os::{
        Errno,
        path::{self, Room, Stat, flags, kind},
        time::Timespec,
    },
    wasi::p2::generated::{
        clocks::wall_clock::Datetime,
        filesystem::types::{
            DescriptorFlags, DescriptorStat, DescriptorType, ErrorCode, MetadataHashValue,
            NewTimestamp,
        },
    },
};

const SECOND: u32 = 1_000_000_000;

impl DescriptorType {
    /// Converts the kind bits of a mode. A socket in a directory cannot be opened through this
    /// interface: `unknown`, as in other runtimes; the adapter for preview 1 treats `socket` as
    /// impossible.
    pub(super) fn from_mode(mode: u16) -> Self {
        match mode & kind::MASK {
            kind::BLOCK => DescriptorType::BlockDevice,
            kind::CHARACTER => DescriptorType::CharacterDevice,
            kind::DIRECTORY => DescriptorType::Directory,
            kind::FIFO => DescriptorType::Fifo,
            kind::LINK => DescriptorType::SymbolicLink,
            kind::REGULAR => DescriptorType::RegularFile,
            _ => DescriptorType::Unknown,
        }
    }
}

/// The kind of `descriptor`.
pub(super) fn kind_of(descriptor: &Descriptor) -> Result<DescriptorType, Errno> {
    if descriptor.kind == Kind::DIR {
        return Ok(DescriptorType::Directory);
    }
    let mut room = Room::empty();
    let stat = file::stat(descriptor, &mut room)?;
    Ok(DescriptorType::from_mode(stat.mode()))
}

/// The descriptor flags that the system also has. On Linux `O_RSYNC` is the same as `O_SYNC`. The
/// first entry that matches gives the name of a system flag.
const SYNC: [(DescriptorFlags, u32); 3] = [
    (DescriptorFlags::FILE_INTEGRITY_SYNC, flags::SYNC),
    (DescriptorFlags::DATA_INTEGRITY_SYNC, flags::DSYNC),
    (DescriptorFlags::REQUESTED_WRITE_SYNC, flags::SYNC),
];

/// The system's flags for those that request synchronous writing.
pub(super) fn sync_flags(wanted: DescriptorFlags) -> u32 {
    let wanted = SYNC.iter().filter(|(flag, _)| wanted.has(*flag));
    wanted.fold(0, |all, (_, system)| all | system)
}

/// The flags of `descriptor`. A granted directory has `mutate-directory` if the grant allows
/// changes, a directory below it if it was opened with this flag. The operations that are allowed
/// below follow from the grant, as in other runtimes.
pub(super) fn flags_of(descriptor: &Descriptor) -> Result<DescriptorFlags, Errno> {
    let mut found = DescriptorFlags::NONE;
    let mut system = file::flags(descriptor)?;
    for (flag, own) in SYNC {
        if system & own == own {
            found = found.and(flag);
            system &= !own;
        }
    }
    if descriptor.may(access::READ) {
        found = found.and(DescriptorFlags::READ);
    }
    if descriptor.may(access::WRITE) {
        found = found.and(DescriptorFlags::WRITE);
    }
    let mutate = descriptor.may(access::MUTATE) || descriptor.may(access::GRANT | access::CHANGE);
    if descriptor.kind == Kind::DIR && mutate {
        found = found.and(DescriptorFlags::MUTATE_DIRECTORY);
    }
    Ok(found)
}

/// `descriptor-stat`.
pub(super) fn stat(stat: &Stat) -> DescriptorStat {
    DescriptorStat {
        type_: DescriptorType::from_mode(stat.mode()),
        link_count: stat.nlink().into(),
        size: stat.size(),
        data_access_timestamp: datetime(stat.accessed()),
        data_modification_timestamp: datetime(stat.modified()),
        status_change_timestamp: datetime(stat.changed()),
    }
}

/// A time of a file; times before 1970 cannot be represented.
fn datetime(time: Timespec) -> Option<Datetime> {
    Some(Datetime {
        seconds: u64::try_from(time.seconds).ok()?,
        nanoseconds: time.nanoseconds as u32,
    })
}

/// The times for `set-times`; `overflow` if one is too far in the future.
pub(super) fn times(
    accessed: NewTimestamp,
    modified: NewTimestamp,
) -> Result<[Timespec; 2], ErrorCode> {
    Ok([timespec(accessed)?, timespec(modified)?])
}

fn timespec(time: NewTimestamp) -> Result<Timespec, ErrorCode> {
    let (seconds, nanoseconds) = match time {
        NewTimestamp::NoChange => (0, path::UTIME_OMIT),
        NewTimestamp::Now => (0, path::UTIME_NOW),
        NewTimestamp::Timestamp(time) => {
            // The specification does not exclude more nanoseconds than a second has.
            let more = u64::from(time.nanoseconds / SECOND);
            let seconds = time.seconds.checked_add(more);
            let seconds = seconds.and_then(|seconds| i64::try_from(seconds).ok());
            let nanoseconds = time.nanoseconds % SECOND;
            (seconds.ok_or(ErrorCode::Overflow)?, nanoseconds.into())
        }
    };
    Ok(Timespec {
        seconds,
        nanoseconds,
    })
}

/// `metadata-hash`: it identifies the file, not its contents. The adapter for preview 1 derives
/// inode numbers from it, which must not change when a file is written.
pub(super) fn hash(stat: &Stat) -> MetadataHashValue {
    let lower = mix(mix(stat.dev()) ^ stat.ino());
    MetadataHashValue {
        lower,
        upper: mix(lower ^ stat.dev()),
    }
}

/// A number that depends on every bit of `word` (the last step of SplitMix64).
fn mix(word: u64) -> u64 {
    let word = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ word >> 31
}
