//! What is known of files, in the types of `wasi:filesystem`.

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
    /// From the kind bits of a mode. A socket in a directory is nothing that this interface could open: `unknown`, as
    /// in other runtimes; the adapter for preview 1 would take `socket` for impossible.
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

/// What `descriptor` is.
pub(super) fn kind_of(descriptor: &Descriptor) -> Result<DescriptorType, Errno> {
    if descriptor.kind == Kind::DIR {
        return Ok(DescriptorType::Directory);
    }
    let mut room = Room::empty();
    let stat = file::stat(descriptor, &mut room)?;
    Ok(DescriptorType::from_mode(stat.mode()))
}

/// The flags of each descriptor that the system has, too. Linux has no `O_RSYNC` of its own: it is `O_SYNC`. The first that
/// fits names what the system says.
const SYNC: [(DescriptorFlags, u32); 3] = [
    (DescriptorFlags::FILE_INTEGRITY_SYNC, flags::SYNC),
    (DescriptorFlags::DATA_INTEGRITY_SYNC, flags::DSYNC),
    (DescriptorFlags::REQUESTED_WRITE_SYNC, flags::SYNC),
];

/// The system's flags for those that ask for synchronous writing.
pub(super) fn sync_flags(wanted: DescriptorFlags) -> u32 {
    let wanted = SYNC.iter().filter(|(flag, _)| wanted.has(*flag));
    wanted.fold(0, |all, (_, system)| all | system)
}

/// The flags of `descriptor`. What was granted has `mutate-directory` if the grant allows changes, and what is below if it was
/// opened so; what can be done below follows from the grant, as in other runtimes.
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

/// A time of a file; what lies before 1970 cannot be said.
fn datetime(time: Timespec) -> Option<Datetime> {
    Some(Datetime {
        seconds: u64::try_from(time.seconds).ok()?,
        nanoseconds: time.nanoseconds as u32,
    })
}

/// The times that `set-times` sets; `overflow` if one lies too far ahead.
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
            // Nobody says that there may not be more nanoseconds than a second has.
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

/// `metadata-hash`: of what a file is, not of what is in it. The adapter for preview 1 makes inode numbers of it, and
/// these must not change when a file is written to.
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
