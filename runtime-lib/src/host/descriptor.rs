//! The descriptor table: what the numbers that a program holds stand for.

use super::{
    embed, notes,
    table::{Entry, Table},
};
use crate::{
    os::{Errno, Fd, fd},
    program::config,
};

/// What a number stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Kind {
    /// Nothing: the number can be given away.
    Free = 0,
    /// A standard stream, or a socket: something that was not opened by a path.
    Stream,
    /// Something that was opened by a path and is no directory.
    File,
    /// A directory.
    Dir,
}

/// What may be done with a descriptor.
pub mod access {
    /// It is open for reading.
    pub const READ: u8 = 1;
    /// It is open for writing.
    pub const WRITE: u8 = 2;
    /// The grant allows changes: of the file's metadata, or below the directory.
    pub const CHANGE: u8 = 4;
    /// The program wants `EAGAIN` rather than to wait. For streams only, whose flags the process
    /// shares with others and therefore never changes.
    pub const NONBLOCK: u8 = 8;
    /// A granted directory or socket itself, not something that was reached by it.
    pub const GRANT: u8 = 16;
    /// The program opened it in order to have it written to the medium: matters for directories.
    pub const SYNC: u8 = 32;
    /// The program opened it in order to reserve room.
    pub const ALLOCATE: u8 = 64;
}

/// An entry of the table.
#[derive(Clone, Copy, Debug)]
pub struct Descriptor {
    /// The kernel's descriptor, or one of [`embed`].
    pub fd: Fd,
    /// What it is.
    pub kind: Kind,
    /// Bits of [`access`].
    pub access: u8,
    /// The grant that it was reached by: an index into the granted directories, or into the embedded
    /// trees.
    pub grant: u16,
}

impl Descriptor {
    /// Nothing.
    pub const FREE: Descriptor = Descriptor {
        // Zeros, so that the table takes no room in the executable.
        fd: Fd(0),
        kind: Kind::Free,
        access: 0,
        grant: 0,
    };

    /// Whether all bits of `access` are there.
    pub fn may(&self, access: u8) -> bool {
        self.access & access == access
    }

    /// `EPERM` if the grant allows no changes, `EROFS` if there is nothing that could be changed.
    pub fn change(&self) -> Result<(), Errno> {
        if self.may(access::CHANGE) {
            Ok(())
        } else {
            notes::read_only(*self);
            let embedded = embed::holds(self.fd);
            Err(if embedded { Errno::EROFS } else { Errno::EPERM })
        }
    }
}

/// What a program gave up of what it could do with a descriptor, in the words of its preview; the model does not
/// read it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GivenUp {
    /// With the descriptor itself.
    pub own: u32,
    /// With what is opened by it.
    pub below: u32,
}

impl GivenUp {
    /// Nothing.
    pub const NONE: GivenUp = GivenUp { own: 0, below: 0 };
}

/// An entry of the table with what only the table needs to keep.
#[derive(Clone, Copy)]
struct Slot {
    descriptor: Descriptor,
    given_up: GivenUp,
}

impl Entry for Slot {
    const FREE: Slot = Slot {
        descriptor: Descriptor::FREE,
        given_up: GivenUp::NONE,
    };

    fn is_free(&self) -> bool {
        self.descriptor.kind == Kind::Free
    }
}

static TABLE: Table<Slot> = Table::new();

/// What `number` stands for; `EBADF` if nothing.
pub fn get(number: u32) -> Result<Descriptor, Errno> {
    get_all(number).map(|(descriptor, _)| descriptor)
}

/// What `number` stands for, and what the program gave up of it; `EBADF` if nothing.
#[inline(always)]
pub fn get_all(number: u32) -> Result<(Descriptor, GivenUp), Errno> {
    match TABLE.read(number as usize) {
        Some(slot) if !slot.is_free() => Ok((slot.descriptor, slot.given_up)),
        _ => Err(Errno::EBADF),
    }
}

/// Notes what the program gave up of `number`, which is in use.
pub fn give_up(number: u32, given_up: GivenUp) {
    if let Some(slot) = TABLE.read(number as usize) {
        TABLE.write(number as usize, Slot { given_up, ..slot });
    }
}

/// What `number` stands for if it is a directory; `EBADF` otherwise.
pub fn dir(number: u32) -> Result<Descriptor, Errno> {
    of_kind(number, Kind::Dir)
}

/// What `number` stands for if it is a file; `EBADF` otherwise.
pub fn file(number: u32) -> Result<Descriptor, Errno> {
    of_kind(number, Kind::File)
}

fn of_kind(number: u32, kind: Kind) -> Result<Descriptor, Errno> {
    let descriptor = get(number)?;
    if descriptor.kind == kind {
        Ok(descriptor)
    } else {
        Err(Errno::EBADF)
    }
}

/// What the program knows as an open directory of the kernel.
pub(super) fn of_dir(fd: Fd) -> Option<Descriptor> {
    (0..)
        .map_while(|number| TABLE.read(number))
        .map(|slot| slot.descriptor)
        .find(|descriptor| descriptor.kind == Kind::Dir && descriptor.fd == fd)
}

/// Changes what `number`, which is in use, stands for.
pub fn set(number: u32, descriptor: Descriptor) {
    if let Some(slot) = TABLE.read(number as usize) {
        TABLE.write(number as usize, Slot { descriptor, ..slot });
    }
}

/// `EMFILE` if no more descriptors may be open ([`wasi_aot_abi::Config::max_open_files`]). Asked before a
/// system call opens one, so that a refused call has changed nothing.
pub fn room() -> Result<(), Errno> {
    match config().max_open_files {
        0 => Ok(()),
        most if (TABLE.used() as u64) < most => Ok(()),
        _ => Err(Errno::EMFILE),
    }
}

/// Gives the lowest free number to `descriptor`. If there is none, the descriptor is closed. The kernel's
/// number of something that was opened is never that of a standard stream, closed or not: reports of the
/// runtime go to standard error, and what the program prints must not go to a file.
pub fn insert(mut descriptor: Descriptor) -> Result<u32, Errno> {
    if (0..=Fd::STDERR.0).contains(&descriptor.fd.0) {
        let moved = fd::duplicate(descriptor.fd, Fd::STDERR.0 + 1);
        let _ = fd::close(descriptor.fd);
        descriptor.fd = moved?;
    }
    let inserted = take(descriptor);
    if inserted.is_err() {
        let _ = close_fd(descriptor.fd);
    }
    inserted
}

/// Gives the lowest free number to `descriptor` as it is: one of the standard streams, or embedded.
pub fn take(descriptor: Descriptor) -> Result<u32, Errno> {
    let slot = Slot {
        descriptor,
        given_up: GivenUp::NONE,
    };
    TABLE.insert(slot).map(|number| number as u32)
}

/// Frees `number` and closes what it stood for.
pub fn close(number: u32) -> Result<(), Errno> {
    let descriptor = get(number)?;
    TABLE.remove(number as usize);
    close_fd(descriptor.fd)
}

/// `to`, which is in use, is closed and from now on stands for what `from` does, which becomes free.
pub fn renumber(from: u32, to: u32) -> Result<(), Errno> {
    let target = get(to)?;
    let (source, given_up) = get_all(from)?;
    if from == to {
        return Ok(());
    }
    TABLE.remove(from as usize);
    set(to, source);
    give_up(to, given_up);
    // The number is already in its new use: as with dup2, an error of the old file is lost.
    let _ = close_fd(target.fd);
    Ok(())
}

/// Closes a descriptor, but never standard error: reports of the runtime go there.
fn close_fd(fd: Fd) -> Result<(), Errno> {
    if fd == Fd::STDERR {
        return Ok(());
    }
    if let Some(embedded) = embed::of(fd) {
        (embedded.close)(fd);
        return Ok(());
    }
    fd::close(fd)
}
