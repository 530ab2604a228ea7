//! `wasi:filesystem`, on the model's descriptors: the representation of a `descriptor` is its
//! number in the table.
//!
//! Where the WIT leaves a choice, this follows other runtimes: a change that the grant does not
//! allow is `not-permitted` (`read-only` for files inside the executable), whatever a directory is
//! opened for.
//!
//! | module | contents |
//! |---|---|
//! | `errors` | the `error-code` for each error of the system |
//! | `status` | kinds, flags, status, times, hashes |
//! | `contents` | reading and writing without a stream |
//! | `preopens` | the granted directories |

mod contents;
mod errors;
mod preopens;
mod status;

use super::{
    Host,
    generated::{
        filesystem::types::{
            Advice, Descriptor, DescriptorFlags, DescriptorStat, DescriptorType, DirectoryEntry,
            DirectoryEntryStream, ErrorCode, Functions, MetadataHashValue, NewTimestamp, OpenFlags,
            PathFlags,
        },
        io::{
            error::Error,
            streams::{InputStream, OutputStream},
        },
    },
    objects::{self, own},
};
use crate::{
    canonical::{Borrow, Call, List, Own, Stored, Text},
    host::{
        descriptor::{self, GivenUp, Kind, access},
        dir, entries, file,
        path::{PATH_MAX, PathBuffer},
        streams::files,
    },
    os::{
        Errno,
        fd::advice,
        path::{Room, flags},
    },
};

type Result<T, E = ErrorCode> = core::result::Result<T, E>;

/// The descriptor of a handle.
fn get(this: Borrow<Descriptor>) -> Result<descriptor::Descriptor> {
    Ok(descriptor::get(this.rep())?)
}

/// The same for a directory; `not-directory` if it is none.
fn directory(this: Borrow<Descriptor>) -> Result<descriptor::Descriptor> {
    let found = get(this)?;
    match found.kind {
        Kind::DIR => Ok(found),
        _ => Err(ErrorCode::NotDirectory),
    }
}

/// The same for a file; `bad-descriptor` if it is a directory.
fn file_of(this: Borrow<Descriptor>) -> Result<descriptor::Descriptor> {
    let found = get(this)?;
    match found.kind {
        Kind::DIR => Err(ErrorCode::BadDescriptor),
        _ => Ok(found),
    }
}

/// Loads a path.
#[inline(always)]
fn load(path: &mut PathBuffer, text: Text<'_>) -> Result<()> {
    match text.utf8(&mut []) {
        Some(cells) => Ok(path.load(cells)?),
        None => load_transcoded(path, text),
    }
}

/// Loads a path in an encoding other than the system's.
#[cold]
#[inline(never)]
fn load_transcoded(path: &mut PathBuffer, text: Text<'_>) -> Result<()> {
    let mut room = [0; PATH_MAX];
    let cells = text.utf8(&mut room).ok_or(ErrorCode::NameTooLong)?;
    Ok(path.load(cells)?)
}

/// Whether to follow a link in the last component.
fn follow(flags: PathFlags) -> bool {
    flags.has(PathFlags::SYMLINK_FOLLOW)
}

/// The system's flags for each of `open-flags`.
const OPEN: [(OpenFlags, u32); 4] = [
    (OpenFlags::CREATE, flags::CREAT),
    (OpenFlags::DIRECTORY, flags::DIRECTORY),
    (OpenFlags::EXCLUSIVE, flags::EXCL),
    (OpenFlags::TRUNCATE, flags::TRUNC),
];

/// The system's advice.
fn system_advice(given: Advice) -> u32 {
    match given {
        Advice::Normal => advice::NORMAL,
        Advice::Sequential => advice::SEQUENTIAL,
        Advice::Random => advice::RANDOM,
        Advice::WillNeed => advice::WILLNEED,
        Advice::DontNeed => advice::DONTNEED,
        Advice::NoReuse => advice::NOREUSE,
    }
}

impl Functions for Host {
    fn descriptor_read_via_stream(
        _: &Call<'_>,
        this: Borrow<Descriptor>,
        offset: u64,
    ) -> Result<Own<InputStream>> {
        files::readable(this.rep())?;
        Ok(own(files::reading(this.rep(), offset)))
    }

    fn descriptor_write_via_stream(
        _: &Call<'_>,
        this: Borrow<Descriptor>,
        offset: u64,
    ) -> Result<Own<OutputStream>> {
        files::writable(this.rep())?;
        Ok(own(files::writing(this.rep(), offset)))
    }

    fn descriptor_append_via_stream(
        _: &Call<'_>,
        this: Borrow<Descriptor>,
    ) -> Result<Own<OutputStream>> {
        files::writable(this.rep())?;
        Ok(own(files::appending(this.rep())))
    }

    fn descriptor_advise(
        _: &Call<'_>,
        this: Borrow<Descriptor>,
        offset: u64,
        length: u64,
        advice: Advice,
    ) -> Result<()> {
        let advice = system_advice(advice);
        Ok(file::advise(&file_of(this)?, offset, length, advice)?)
    }

    fn descriptor_sync_data(_: &Call<'_>, this: Borrow<Descriptor>) -> Result<()> {
        Ok(file::sync(&get(this)?, true)?)
    }

    fn descriptor_get_flags(_: &Call<'_>, this: Borrow<Descriptor>) -> Result<DescriptorFlags> {
        Ok(status::flags_of(&get(this)?)?)
    }

    fn descriptor_get_type(_: &Call<'_>, this: Borrow<Descriptor>) -> Result<DescriptorType> {
        Ok(status::kind_of(&get(this)?)?)
    }

    fn descriptor_set_size(_: &Call<'_>, this: Borrow<Descriptor>, size: u64) -> Result<()> {
        Ok(file::set_size(&file_of(this)?, size)?)
    }

    fn descriptor_set_times(
        _: &Call<'_>,
        this: Borrow<Descriptor>,
        accessed: NewTimestamp,
        modified: NewTimestamp,
    ) -> Result<()> {
        let times = status::times(accessed, modified)?;
        Ok(file::set_times(&get(this)?, &times)?)
    }

    fn descriptor_read(
        call: &Call<'_>,
        this: Borrow<Descriptor>,
        length: u64,
        offset: u64,
    ) -> Result<(Stored<[u8]>, bool)> {
        contents::read(call, this, length, offset)
    }

    fn descriptor_write(
        _: &Call<'_>,
        this: Borrow<Descriptor>,
        buffer: List<'_, u8>,
        offset: u64,
    ) -> Result<u64> {
        contents::write(this, buffer, offset)
    }

    fn descriptor_read_directory(
        _: &Call<'_>,
        this: Borrow<Descriptor>,
    ) -> Result<Own<DirectoryEntryStream>> {
        directory(this)?;
        Ok(own(entries::open(this.rep())))
    }

    fn descriptor_sync(_: &Call<'_>, this: Borrow<Descriptor>) -> Result<()> {
        Ok(file::sync(&get(this)?, false)?)
    }

    fn descriptor_create_directory_at(
        _: &Call<'_>,
        this: Borrow<Descriptor>,
        path: Text<'_>,
    ) -> Result<()> {
        let dir = directory(this)?;
        let mut buffer = PathBuffer::empty();
        load(&mut buffer, path)?;
        Ok(dir::create_directory(&dir, &mut buffer)?)
    }

    fn descriptor_stat(_: &Call<'_>, this: Borrow<Descriptor>) -> Result<DescriptorStat> {
        let (descriptor, _) = descriptor::peek(this.rep())?;
        let mut room = Room::empty();
        Ok(status::stat(file::stat(&descriptor, &mut room)?))
    }

    fn descriptor_stat_at(
        _: &Call<'_>,
        this: Borrow<Descriptor>,
        path_flags: PathFlags,
        path: Text<'_>,
    ) -> Result<DescriptorStat> {
        let dir = directory(this)?;
        let (mut buffer, mut room) = (PathBuffer::empty(), Room::empty());
        load(&mut buffer, path)?;
        let stat = dir::stat(&dir, &mut buffer, follow(path_flags), &mut room)?;
        Ok(status::stat(stat))
    }

    fn descriptor_set_times_at(
        _: &Call<'_>,
        this: Borrow<Descriptor>,
        path_flags: PathFlags,
        path: Text<'_>,
        accessed: NewTimestamp,
        modified: NewTimestamp,
    ) -> Result<()> {
        let dir = directory(this)?;
        let times = status::times(accessed, modified)?;
        let mut buffer = PathBuffer::empty();
        load(&mut buffer, path)?;
        Ok(dir::set_times(
            &dir,
            &mut buffer,
            follow(path_flags),
            &times,
        )?)
    }

    fn descriptor_link_at(
        _: &Call<'_>,
        this: Borrow<Descriptor>,
        old_path_flags: PathFlags,
        old_path: Text<'_>,
        new_descriptor: Borrow<Descriptor>,
        new_path: Text<'_>,
    ) -> Result<()> {
        let (old_dir, new_dir) = (directory(this)?, directory(new_descriptor)?);
        let (mut old, mut new) = (PathBuffer::empty(), PathBuffer::empty());
        load(&mut old, old_path)?;
        load(&mut new, new_path)?;
        let follow = follow(old_path_flags);
        Ok(dir::link(&old_dir, &mut old, follow, &new_dir, &mut new)?)
    }

    fn descriptor_open_at(
        _: &Call<'_>,
        this: Borrow<Descriptor>,
        path_flags: PathFlags,
        path: Text<'_>,
        open_flags: OpenFlags,
        wanted: DescriptorFlags,
    ) -> Result<Own<Descriptor>> {
        let dir = directory(this)?;
        let mut buffer = PathBuffer::empty();
        load(&mut buffer, path)?;
        let mut system = status::sync_flags(wanted);
        for (flag, own) in OPEN {
            if open_flags.has(flag) {
                system |= own;
            }
        }
        if !follow(path_flags) {
            system |= flags::NOFOLLOW;
        }
        let mut besides = 0;
        if wanted.has(DescriptorFlags::MUTATE_DIRECTORY) {
            dir.change()?;
            besides = access::MUTATE;
        }
        let write = wanted.has(DescriptorFlags::WRITE);
        let how = dir::Open {
            flags: system,
            read: wanted.has(DescriptorFlags::READ) || !write,
            write,
            besides,
            given_up: GivenUp::NONE,
        };
        Ok(Own::new(dir::open(&dir, &mut buffer, how)?))
    }

    fn descriptor_readlink_at(
        call: &Call<'_>,
        this: Borrow<Descriptor>,
        path: Text<'_>,
    ) -> Result<Stored<str>> {
        let dir = directory(this)?;
        let mut buffer = PathBuffer::empty();
        load(&mut buffer, path)?;
        let mut target = [0; PATH_MAX];
        let length = dir::read_link(&dir, &mut buffer, &mut target)?;
        match target.get(..length) {
            None | Some([b'/', ..]) => Err(ErrorCode::NotPermitted),
            Some(target) if str::from_utf8(target).is_err() => Err(ErrorCode::IllegalByteSequence),
            Some(target) => Ok(call.text(target)),
        }
    }

    fn descriptor_remove_directory_at(
        _: &Call<'_>,
        this: Borrow<Descriptor>,
        path: Text<'_>,
    ) -> Result<()> {
        let dir = directory(this)?;
        let mut buffer = PathBuffer::empty();
        load(&mut buffer, path)?;
        Ok(dir::remove_directory(&dir, &mut buffer)?)
    }

    fn descriptor_rename_at(
        _: &Call<'_>,
        this: Borrow<Descriptor>,
        old_path: Text<'_>,
        new_descriptor: Borrow<Descriptor>,
        new_path: Text<'_>,
    ) -> Result<()> {
        let (old_dir, new_dir) = (directory(this)?, directory(new_descriptor)?);
        let (mut old, mut new) = (PathBuffer::empty(), PathBuffer::empty());
        load(&mut old, old_path)?;
        load(&mut new, new_path)?;
        Ok(dir::rename(&old_dir, &mut old, &new_dir, &mut new)?)
    }

    fn descriptor_symlink_at(
        _: &Call<'_>,
        this: Borrow<Descriptor>,
        old_path: Text<'_>,
        new_path: Text<'_>,
    ) -> Result<()> {
        let dir = directory(this)?;
        let (mut target, mut new) = (PathBuffer::empty(), PathBuffer::empty());
        load(&mut target, old_path)?;
        load(&mut new, new_path)?;
        Ok(dir::symlink(&target, &dir, &mut new)?)
    }

    fn descriptor_unlink_file_at(
        _: &Call<'_>,
        this: Borrow<Descriptor>,
        path: Text<'_>,
    ) -> Result<()> {
        let dir = directory(this)?;
        let mut buffer = PathBuffer::empty();
        load(&mut buffer, path)?;
        Ok(dir::unlink(&dir, &mut buffer)?)
    }

    fn descriptor_is_same_object(
        _: &Call<'_>,
        this: Borrow<Descriptor>,
        other: Borrow<Descriptor>,
    ) -> bool {
        let identity = |this: Borrow<Descriptor>| {
            let (descriptor, _) = descriptor::peek(this.rep())?;
            let mut room = Room::empty();
            let stat = file::stat(&descriptor, &mut room)?;
            Ok::<_, Errno>((stat.dev(), stat.ino()))
        };
        matches!((identity(this), identity(other)), (Ok(one), Ok(two)) if one == two)
    }

    fn descriptor_metadata_hash(
        _: &Call<'_>,
        this: Borrow<Descriptor>,
    ) -> Result<MetadataHashValue> {
        let (descriptor, _) = descriptor::peek(this.rep())?;
        let mut room = Room::empty();
        Ok(status::hash(file::stat(&descriptor, &mut room)?))
    }

    fn descriptor_metadata_hash_at(
        _: &Call<'_>,
        this: Borrow<Descriptor>,
        path_flags: PathFlags,
        path: Text<'_>,
    ) -> Result<MetadataHashValue> {
        let dir = directory(this)?;
        let (mut buffer, mut room) = (PathBuffer::empty(), Room::empty());
        load(&mut buffer, path)?;
        let stat = dir::stat(&dir, &mut buffer, follow(path_flags), &mut room)?;
        Ok(status::hash(stat))
    }

    /// An entry whose name is no valid text gives `illegal-byte-sequence`; the next call continues
    /// after it.
    fn directory_entry_stream_read_directory_entry(
        call: &Call<'_>,
        this: Borrow<DirectoryEntryStream>,
    ) -> Result<Option<DirectoryEntry>> {
        let Some(entry) = entries::next(this.rep())? else {
            return Ok(None);
        };
        if str::from_utf8(entry.name).is_err() {
            return Err(ErrorCode::IllegalByteSequence);
        }
        Ok(Some(DirectoryEntry {
            type_: DescriptorType::from_mode(u16::from(entry.kind) << 12),
            name: call.text(entry.name),
        }))
    }

    fn filesystem_error_code(_: &Call<'_>, err: Borrow<Error>) -> Option<ErrorCode> {
        Some(objects::errno(err.rep()).into())
    }

    fn descriptor_drop(rep: u32) {
        // There is nowhere to report an error.
        let _ = descriptor::let_go(rep);
    }

    fn directory_entry_stream_drop(rep: u32) {
        entries::close(rep);
    }
}
