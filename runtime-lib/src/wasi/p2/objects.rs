//! Streams, pollables and errors: what stands behind their handles. A representation is an index into a table, of an error
//! the system's number.
//!
//! How a stream is read, written and waited for stands in functions that whoever makes the stream gives with it: a program
//! that makes no stream of a kind holds no code for that kind.

use super::generated::io::{error::Error, poll, streams};
use crate::{
    canonical::{Own, Resource},
    component::raise,
    fatal::bug,
    host::{
        descriptor,
        table::{Entry, Table},
    },
    os::{Errno, Fd, IoRead, IoWrite, ready::direction},
};
use core::cell::Cell;
use wasi_aot_abi::Trap;

/// A stream, its kind described by an [`Input`] or an [`Output`].
#[derive(Debug)]
pub struct Stream<K: 'static> {
    /// `None`: the entry is free.
    kind: Option<&'static K>,
    /// The number of the descriptor that it reads or writes; it holds it.
    pub number: u32,
    /// Nothing more comes, or can be written.
    pub closed: bool,
    /// Pollables that were made of it.
    children: u32,
    /// Of a file: where the next byte is.
    pub position: u64,
    /// Bytes that the program was allowed to write.
    pub permit: u64,
}

/// Reads into vectors, and waits for something to read or does not: how many bytes.
pub type Read = fn(&mut Stream<Input>, &[IoRead], wait: bool) -> Result<usize, Errno>;

/// How an input stream is read.
#[derive(Debug)]
pub struct Input {
    /// Reads into the vectors, and moves the position: how many bytes came, 0 at the end. If it shall not wait and nothing is
    /// there: `EAGAIN`.
    pub read: Read,
}

/// How an output stream is written.
#[derive(Debug)]
pub struct Output {
    /// How many bytes can be written without waiting; 0: nothing now.
    pub room: fn(&mut Stream<Output>) -> Result<u64, Errno>,
    /// Writes some of the bytes, and moves the position: how many. Waits if there is no room.
    pub write: fn(&mut Stream<Output>, &[IoWrite]) -> Result<usize, Errno>,
    /// Waits until all that was written has gone on.
    pub flush: fn(&mut Stream<Output>) -> Result<(), Errno>,
}

impl<K> Clone for Stream<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Stream<K> {}

impl<K> Entry for Stream<K> {
    const FREE: Self = Stream {
        // All zeros, so that the table takes no room in the executable.
        kind: None,
        number: 0,
        closed: false,
        children: 0,
        position: 0,
        permit: 0,
    };

    fn is_free(&self) -> bool {
        self.kind.is_none()
    }
}

impl<K> Stream<K> {
    /// A stream of this kind on a descriptor, of which it becomes a holder beside those that there are.
    pub fn new(kind: &'static K, number: u32) -> Self {
        descriptor::hold(number);
        Stream {
            kind: Some(kind),
            number,
            ..Stream::FREE
        }
    }

    /// Its kind.
    pub fn kind(&self) -> &'static K {
        match self.kind {
            Some(kind) => kind,
            None => bug(b"a stream that is not there"),
        }
    }
}

/// [`Input`] or [`Output`].
pub trait Kind: Sized + 'static {
    /// The type of the handles.
    type Handle: Resource;
    /// The streams of this kind.
    const TABLE: &'static Table<Stream<Self>>;
    /// The direction of the descriptor: one of [`events`].
    const DIRECTION: u16;
    /// What pollables are told.
    const PARENT: &'static Parent;
}

static INPUTS: Table<Stream<Input>> = Table::new();
static OUTPUTS: Table<Stream<Output>> = Table::new();

impl Kind for Input {
    type Handle = streams::InputStream;
    const TABLE: &'static Table<Stream<Self>> = &INPUTS;
    const DIRECTION: u16 = direction::IN;
    const PARENT: &'static Parent = &Parent {
        now: |_| {},
        works: false,
        ready: is_closed::<Input>,
        left: left::<Input>,
    };
}

impl Kind for Output {
    type Handle = streams::OutputStream;
    const TABLE: &'static Table<Stream<Self>> = &OUTPUTS;
    const DIRECTION: u16 = direction::OUT;
    const PARENT: &'static Parent = &Parent {
        now: |_| {},
        works: false,
        ready: is_closed::<Output>,
        left: left::<Output>,
    };
}

impl<K: Kind> Stream<K> {
    /// The handle of a new stream.
    pub fn insert(self) -> Own<K::Handle> {
        Own::new(inserted(K::TABLE, self))
    }

    /// The stream of a handle.
    #[inline(always)]
    pub fn of(rep: u32) -> Self {
        found(K::TABLE, rep)
    }

    /// Changes it.
    #[inline(always)]
    pub fn set(self, rep: u32) {
        K::TABLE.write(rep as usize, self);
    }

    /// Its last handle is gone. Traps if a pollable was made of it that lives.
    pub fn remove(rep: u32) {
        let stream = Self::of(rep);
        if stream.children != 0 {
            raise(Trap::ResourceHasChildren);
        }
        K::TABLE.remove(rep as usize);
        // Nobody could be told.
        let _ = descriptor::let_go(stream.number);
    }

    /// A pollable that is ready when the stream is.
    pub fn subscribe(rep: u32) -> Own<poll::Pollable> {
        let mut stream = Self::of(rep);
        stream.children += 1;
        stream.set(rep);
        Pollable::of_descriptor(stream.number, K::DIRECTION, K::PARENT, rep)
    }
}

fn is_closed<K: Kind>(rep: u32) -> bool {
    Stream::<K>::of(rep).closed
}

fn left<K: Kind>(rep: u32) {
    let mut stream = Stream::<K>::of(rep);
    stream.children -= 1;
    stream.set(rep);
}

/// What a pollable was made of, which must live as long.
#[derive(Debug)]
pub struct Parent {
    /// Says what the pollable waits for from now on, if that changes.
    pub now: fn(&mut Pollable),
    /// Whether what it waits for only means that `now` is to be asked again. Its number is the kernel's own then.
    pub works: bool,
    /// Whether the pollable is ready, whatever its descriptor is; it is asked with [`Pollable::of`].
    pub ready: fn(u32) -> bool,
    /// A pollable is gone.
    pub left: fn(u32),
}

/// Something that can be waited for: a descriptor, or an instant.
#[derive(Clone, Copy, Debug)]
pub struct Pollable {
    /// `None`: the entry is free.
    parent: Option<&'static Parent>,
    /// Which parent.
    pub of: u32,
    /// The descriptor's number; [`Pollable::NO_DESCRIPTOR`].
    pub number: u32,
    /// What the descriptor must be ready for: one of [`events`].
    pub direction: u16,
    /// What the monotonic clock shows when it is ready at the latest; 0: it is; `u64::MAX`: never.
    pub deadline: u64,
}

static POLLABLES: Table<Pollable> = Table::new();

/// Of nothing that must live.
static NO_PARENT: Parent = Parent {
    now: |_| {},
    works: false,
    ready: |_| false,
    left: |_| {},
};

impl Entry for Pollable {
    const FREE: Self = Pollable {
        parent: None,
        of: 0,
        number: 0,
        direction: 0,
        deadline: 0,
    };

    fn is_free(&self) -> bool {
        self.parent.is_none()
    }
}

impl Pollable {
    /// See [`Pollable::number`].
    pub const NO_DESCRIPTOR: u32 = u32::MAX;

    fn insert(self) -> Own<poll::Pollable> {
        Own::new(inserted(&POLLABLES, self))
    }

    /// A pollable that is ready when a descriptor is, or when its parent `of` says so.
    pub fn of_descriptor(
        number: u32,
        direction: u16,
        parent: &'static Parent,
        of: u32,
    ) -> Own<poll::Pollable> {
        Pollable {
            parent: Some(parent),
            of,
            number,
            direction,
            deadline: u64::MAX,
        }
        .insert()
    }

    /// A pollable that is ready when the monotonic clock shows `deadline`; 0: always; `u64::MAX`: never.
    pub fn at(deadline: u64) -> Own<poll::Pollable> {
        Pollable {
            parent: Some(&NO_PARENT),
            of: 0,
            number: Pollable::NO_DESCRIPTOR,
            direction: 0,
            deadline,
        }
        .insert()
    }

    /// A pollable of what says itself what it waits for.
    pub fn of_parent(parent: &'static Parent, of: u32) -> Own<poll::Pollable> {
        Pollable::of_descriptor(Pollable::NO_DESCRIPTOR, 0, parent, of)
    }

    /// The pollable of a handle.
    pub fn get(rep: u32) -> Self {
        let mut pollable = found(&POLLABLES, rep);
        pollable.ask();
        pollable
    }

    /// Asks the parent what it waits for now.
    pub fn ask(&mut self) {
        if let Some(parent) = self.parent {
            (parent.now)(self);
        }
    }

    /// Whether its parent must be asked when something has happened ([`Parent::works`]).
    pub fn works(&self) -> bool {
        self.parent.is_some_and(|parent| parent.works)
    }

    /// The kernel's number of what it waits for.
    pub fn fd(&self) -> Option<Fd> {
        match self.number {
            Pollable::NO_DESCRIPTOR => None,
            number if self.works() => Some(Fd(number as i32)),
            number => descriptor::peek(number).map(|(found, _)| found.fd).ok(),
        }
    }

    /// Whether it is ready, whatever its descriptor and the clock say.
    pub fn is_ready(&self) -> bool {
        self.deadline == 0 || self.parent.is_some_and(|parent| (parent.ready)(self.of))
    }

    /// Its last handle is gone.
    pub fn remove(rep: u32) {
        let pollable = Pollable::get(rep);
        POLLABLES.remove(rep as usize);
        if let Some(parent) = pollable.parent {
            (parent.left)(pollable.of);
        }
    }
}

/// The handle of an error that the system has told.
pub fn error(errno: Errno) -> Own<Error> {
    Own::new(errno.number().into())
}

/// The error behind a handle.
pub fn errno(rep: u32) -> Errno {
    Errno::from_number(rep as u16)
}

/// The representation of a new entry.
pub fn inserted<T: Entry>(table: &Table<T>, entry: T) -> u32 {
    match table.insert(entry) {
        Ok(rep) => rep as u32,
        Err(_) => raise(Trap::TooManyHandles),
    }
}

/// The entry of a handle.
#[inline(always)]
pub fn found<T: Entry>(table: &Table<T>, rep: u32) -> T {
    match table.read(rep as usize) {
        Some(entry) => entry,
        None => bug(b"a handle of what is not there"),
    }
}

/// Bytes of [`buffer`].
pub const BUFFER: usize = 1 << 16;

struct Buffer([Cell<u8>; BUFFER]);

// SAFETY: a component has one thread, and a host call that uses the buffer makes no other.
unsafe impl Sync for Buffer {}

/// Room for what is read before the program makes room for it, because it is asked only once and for as much as there is:
/// its first bytes, at most so many.
pub fn buffer(most: u64) -> &'static [Cell<u8>] {
    static ROOM: Buffer = Buffer([const { Cell::new(0) }; BUFFER]);
    let most = most.min(BUFFER as u64) as usize;
    ROOM.0.get(..most).unwrap_or_default()
}
