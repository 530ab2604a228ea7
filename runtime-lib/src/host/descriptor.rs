//! The descriptor table: it maps the program's numbers to open descriptors.

use super::{
    cookies, embed, notes,
    table::{Entry, Table},
};
use crate::{
    os::{
        Errno, Fd, fd,
        path::{self, Room, kind},
    },
    program::config,
    thread,
};
use core::{
    hint, ptr,
    sync::atomic::{AtomicBool, AtomicPtr, Ordering},
};

/// The kind of a descriptor. It is not an enumeration: the compiler would encode errors of calls in
/// its unused values, which costs more at each call than it saves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kind(u8);

impl Kind {
    /// None: the number is free.
    pub const FREE: Kind = Kind(0);
    /// A standard stream or a socket, which was not opened by a path.
    pub const STREAM: Kind = Kind(1);
    /// A file that was opened by a path and is no directory.
    pub const FILE: Kind = Kind(2);
    /// A directory.
    pub const DIR: Kind = Kind(3);
    /// A file or directory that was opened by a path for reading. Which of them is determined when
    /// it matters ([`get`]): most programs only read it and close it.
    pub const UNKNOWN: Kind = Kind(4);
}

/// The allowed operations on a descriptor.
pub mod access {
    /// It is open for reading.
    pub const READ: u8 = 1;
    /// It is open for writing.
    pub const WRITE: u8 = 2;
    /// The grant allows changes: to the file's metadata, or below the directory.
    pub const CHANGE: u8 = 4;
    /// The program prefers `EAGAIN` to waiting. Only for streams, whose flags the process shares
    /// with others and therefore never changes.
    pub const NONBLOCK: u8 = 8;
    /// A granted directory or socket itself, rather than something that was opened through it.
    pub const GRANT: u8 = 16;
    /// The program opened it in order to synchronise it to the medium: relevant for directories.
    pub const SYNC: u8 = 32;
    /// The program opened it in order to allocate space.
    pub const ALLOCATE: u8 = 64;
    /// The program opened it in order to change entries below it: relevant for directories.
    pub const MUTATE: u8 = 128;
}

/// An entry of the table.
#[derive(Clone, Copy, Debug)]
pub struct Descriptor {
    /// The kernel's descriptor, or one of [`embed`].
    pub fd: Fd,
    /// Its kind.
    pub kind: Kind,
    /// Bits of [`access`].
    pub access: u8,
    /// The grant through which it was opened: an index into the granted directories, or into the
    /// embedded trees.
    pub grant: u16,
}

impl Descriptor {
    /// A free entry.
    pub const FREE: Descriptor = Descriptor {
        // All zeros, so that the table takes no space in the executable.
        fd: Fd(0),
        kind: Kind::FREE,
        access: 0,
        grant: 0,
    };

    /// Whether all bits of `access` are set.
    pub fn may(&self, access: u8) -> bool {
        self.access & access == access
    }

    /// `EPERM` if the grant allows no changes, `EROFS` if it is in the executable, which cannot
    /// change.
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

/// The operations on a descriptor that a program has given up, in the encoding of its preview,
/// which this module does not interpret.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GivenUp {
    /// Operations on the descriptor itself.
    pub own: u32,
    /// Operations on descriptors that are opened through it.
    pub below: u32,
}

impl GivenUp {
    /// None.
    pub const NONE: GivenUp = GivenUp { own: 0, below: 0 };
}

/// An entry of the table, with data that only the table needs.
#[derive(Clone, Copy)]
struct Slot {
    descriptor: Descriptor,
    given_up: GivenUp,
    /// Number of holders minus one: see [`hold`].
    holders: u32,
}

impl Entry for Slot {
    const FREE: Slot = Slot {
        descriptor: Descriptor::FREE,
        given_up: GivenUp::NONE,
        holders: 0,
    };

    fn is_free(&self) -> bool {
        self.descriptor.kind == Kind::FREE
    }
}

static TABLE: Table<Slot> = Table::new();

/// The descriptor with this number, whose kind is never [`Kind::UNKNOWN`]; `EBADF` if it is free.
pub fn get(number: u32) -> Result<Descriptor, Errno> {
    get_all(number).map(|(descriptor, _)| descriptor)
}

/// The descriptor with this number, whose kind is never [`Kind::UNKNOWN`], and the operations that
/// the program has given up; `EBADF` if it is free.
#[inline(always)]
pub fn get_all(number: u32) -> Result<(Descriptor, GivenUp), Errno> {
    let (descriptor, given_up) = peek(number)?;
    match descriptor.kind {
        Kind::UNKNOWN => Ok((find_out(number, descriptor), given_up)),
        _ => Ok((descriptor, given_up)),
    }
}

/// The descriptor of `number`, whose kind was [`Kind::UNKNOWN`], after its kind has been
/// determined.
#[cold]
pub fn find_out(number: u32, mut descriptor: Descriptor) -> Descriptor {
    descriptor.kind = if is_dir(descriptor.fd) {
        Kind::DIR
    } else {
        Kind::FILE
    };
    change(number, descriptor.fd, |slot| {
        slot.descriptor.kind = descriptor.kind;
    });
    descriptor
}

/// The function that determines whether a descriptor of the kernel is a directory. Only code that
/// opens paths refers to it: other programs neither contain that system call nor may make it.
struct Look {
    is_dir: fn(Fd) -> bool,
}

static LOOK: Look = Look {
    is_dir: |fd| path::fstat(fd, &mut Room::empty()).is_ok_and(|stat| stat.is(kind::DIRECTORY)),
};

/// [`LOOK`], once there can be a [`Kind::UNKNOWN`].
static ACTIVE: AtomicPtr<Look> = AtomicPtr::new(ptr::null_mut());

/// [`Kind::UNKNOWN`].
#[inline(always)]
pub(super) fn unknown() -> Kind {
    // If the optimiser knew that nothing else is ever stored, it would call the function directly.
    ACTIVE.store(
        hint::black_box(&raw const LOOK).cast_mut(),
        Ordering::Relaxed,
    );
    Kind::UNKNOWN
}

/// Whether `fd`, whose kind is unknown, is a directory.
pub(super) fn is_dir(fd: Fd) -> bool {
    // SAFETY: it is null, or a static that does not change.
    let look = unsafe { ACTIVE.load(Ordering::Relaxed).as_ref() };
    look.is_some_and(|look| (look.is_dir)(fd))
}

/// The descriptor with this number, whose kind may be [`Kind::UNKNOWN`], and the operations that
/// the program has given up; `EBADF` if it is free. For calls that treat files and directories
/// alike, or that the kernel refuses for directories.
#[inline(always)]
pub fn peek(number: u32) -> Result<(Descriptor, GivenUp), Errno> {
    let held = thread::lock();
    let slot = look(number)?;
    thread::pin(&held, slot.descriptor.fd)?;
    Ok((slot.descriptor, slot.given_up))
}

/// The entry of `number`; `EBADF` if it is free.
#[inline(always)]
fn look(number: u32) -> Result<Slot, Errno> {
    match TABLE.read(number as usize) {
        Some(slot) if !slot.is_free() => Ok(slot),
        _ => Err(Errno::EBADF),
    }
}

/// Adds to the operations that the program has given up, if `number` still belongs to `fd`.
pub fn give_up(number: u32, fd: Fd, given_up: GivenUp) {
    change(number, fd, |slot| {
        slot.given_up.own |= given_up.own;
        slot.given_up.below |= given_up.below;
    });
}

/// Changes the entry of `number`, if it still belongs to `fd`.
fn change(number: u32, fd: Fd, change: impl FnOnce(&mut Slot)) {
    let _held = thread::lock();
    if let Ok(mut slot) = look(number)
        && slot.descriptor.fd == fd
    {
        change(&mut slot);
        TABLE.write(number as usize, slot);
    }
}

/// The program's descriptor for an open directory of the kernel.
pub(super) fn of_dir(fd: Fd) -> Option<Descriptor> {
    let _held = thread::lock();
    (0..)
        .map_while(|number| TABLE.read(number))
        .map(|slot| slot.descriptor)
        .find(|descriptor| descriptor.kind == Kind::DIR && descriptor.fd == fd)
}

/// The granted directories and their numbers. They stay open until they are closed ([`close`],
/// [`let_go`]).
pub fn granted_dirs() -> impl Iterator<Item = (u32, Descriptor)> {
    let slots = (0..).map_while(|number| TABLE.read(number as usize).map(|slot| (number, slot)));
    slots
        .map(|(number, slot)| (number, slot.descriptor))
        .filter(|(_, descriptor)| descriptor.kind == Kind::DIR && descriptor.may(access::GRANT))
}

/// Sets or clears bits of [`access`], if `number` still belongs to `fd`.
pub fn set_access(number: u32, fd: Fd, bits: u8, set: bool) {
    change(number, fd, |slot| {
        slot.descriptor.access &= !bits;
        if set {
            slot.descriptor.access |= bits;
        }
    });
}

/// `EMFILE` if no more descriptors may be open ([`wasi_aot_abi::Config::max_open_files`]). Called
/// before a system call opens one, so that a refused call has no effect.
pub fn room() -> Result<(), Errno> {
    let most = config().max_open_files;
    if most == 0 {
        return Ok(());
    }
    let held = thread::lock();
    if (TABLE.used() + thread::reserved(&held)) as u64 >= most {
        return Err(Errno::EMFILE);
    }
    thread::reserve(&held);
    Ok(())
}

/// Whether the program has opened something since it started.
static OPENED: AtomicBool = AtomicBool::new(false);

/// See `OPENED`.
pub fn opened() -> bool {
    OPENED.load(Ordering::Relaxed)
}

/// Takes note that the program opens something.
pub fn note_opened() {
    OPENED.store(true, Ordering::Relaxed);
}

/// Forgets what was opened before the program starts.
pub fn forget_opened() {
    OPENED.store(false, Ordering::Relaxed);
}

/// Gives the lowest free number to `descriptor`, or closes the descriptor if there is none. The
/// kernel's number of an opened file is never that of a standard stream, even if that is closed:
/// reports of the runtime go to standard error, and output of the program must not go to a file.
pub fn insert(descriptor: Descriptor) -> Result<u32, Errno> {
    insert_without(descriptor, GivenUp::NONE)
}

/// The same for a descriptor of which the program has given up some operations.
pub fn insert_without(mut descriptor: Descriptor, given_up: GivenUp) -> Result<u32, Errno> {
    note_opened();
    if (0..=Fd::STDERR.0).contains(&descriptor.fd.0) {
        descriptor.fd = move_up(descriptor.fd)?;
    }
    let inserted = take_without(descriptor, given_up);
    if inserted.is_err() {
        let _ = close_fd(descriptor.fd);
    }
    inserted
}

/// Duplicates `fd`, which has the number of a standard stream, to a higher number of the kernel.
#[cold]
#[inline(never)]
fn move_up(fd: Fd) -> Result<Fd, Errno> {
    let moved = fd::duplicate(fd, Fd::STDERR.0 + 1);
    let _ = fd::close(fd);
    moved
}

/// Gives the lowest free number to `descriptor` unchanged: a standard stream, or an embedded file.
pub fn take(descriptor: Descriptor) -> Result<u32, Errno> {
    take_without(descriptor, GivenUp::NONE)
}

fn take_without(descriptor: Descriptor, given_up: GivenUp) -> Result<u32, Errno> {
    let held = thread::lock();
    let slot = Slot {
        descriptor,
        given_up,
        holders: 0,
    };
    let number = TABLE.insert(slot)?;
    thread::unreserve(&held);
    Ok(number as u32)
}

/// Records that a standard stream is closed.
pub fn forget_stream(stream: Fd) {
    change(stream.0 as u32, stream, |slot| {
        slot.descriptor.fd = Fd(-1);
    });
}

/// Frees `number` and closes its descriptor as soon as no call uses it.
#[inline(always)]
pub fn close(number: u32) -> Result<(), Errno> {
    let held = thread::lock();
    let fd = look(number)?.descriptor.fd;
    TABLE.remove(number as usize);
    let unused = thread::release(&held, fd);
    drop(held);
    if unused { close_fd(fd) } else { Ok(()) }
}

/// Adds a holder to `number`, in addition to the one that opened it: it is closed when all have
/// called [`let_go`].
pub fn hold(number: u32) {
    let _held = thread::lock();
    if let Ok(mut slot) = look(number) {
        slot.holders += 1;
        TABLE.write(number as usize, slot);
    }
}

/// Removes a holder of `number`: the last one closes it.
pub fn let_go(number: u32) -> Result<(), Errno> {
    let held = thread::lock();
    let mut slot = look(number)?;
    if slot.holders == 0 {
        drop(held);
        return close(number);
    }
    slot.holders -= 1;
    TABLE.write(number as usize, slot);
    Ok(())
}

/// Closes `to`, which must be in use, and gives its number to the descriptor of `from`, whose
/// number becomes free.
pub fn renumber(from: u32, to: u32) -> Result<(), Errno> {
    let held = thread::lock();
    let target = look(to)?.descriptor.fd;
    let source = look(from)?;
    if from == to {
        return Ok(());
    }
    TABLE.remove(from as usize);
    TABLE.write(to as usize, source);
    let unused = thread::release(&held, target);
    drop(held);
    if unused {
        // The number is already in its new use: as with dup2, an error of closing the old file is
        // lost.
        let _ = close_fd(target);
    }
    Ok(())
}

/// Closes a descriptor, except standard error: reports of the runtime go there.
#[inline(always)]
pub fn close_fd(fd: Fd) -> Result<(), Errno> {
    if fd == Fd::STDERR {
        return Ok(());
    }
    if let Some(embedded) = embed::of(fd) {
        (embedded.close)(fd);
        return Ok(());
    }
    cookies::closing(fd);
    thread::close(fd)
}
