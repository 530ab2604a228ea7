//! Streams: bytes that are read or written by a handle.
//!
//! The functions that read, write and wait are those of the stream's kind, which is given when the stream is made: a program
//! that makes no stream of a kind holds no code for that kind.
//!
//! | module | what |
//! |---|---|
//! | `kinds` | standard streams and what is like them, and files at a position of their own |
//! | `files` | makes streams of files |
//! | `input`, `output` | what can be done with a stream |

pub mod files;
pub mod input;
pub mod kinds;
pub mod output;

use super::{
    descriptor,
    handles::{HasChildren, TooMany, found, insert},
    pollable::{Parent, Pollable},
    table::{Entry, Table},
};
use crate::{
    fatal::bug,
    os::{Errno, IoRead, IoWrite, ready::direction},
};

/// Why nothing was read or written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    /// It is more than the program was allowed to write.
    NotPermitted,
    /// Nothing more comes, or can be written.
    Closed,
    /// What the system says. The stream is closed from then on.
    Failed(Errno),
}

/// A stream, its kind described by an [`Input`] or an [`Output`].
#[derive(Debug)]
pub struct Stream<K: 'static> {
    /// `None`: the entry is free.
    kind: Option<&'static K>,
    /// The number of the descriptor that it reads or writes; it holds it.
    pub number: u32,
    /// Nothing more comes, or can be written.
    closed: bool,
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
    fn kind(&self) -> &'static K {
        match self.kind {
            Some(kind) => kind,
            None => bug(b"a stream that is not there"),
        }
    }
}

/// [`Input`] or [`Output`].
pub trait Kind: Sized + 'static {
    /// The streams of this kind.
    const TABLE: &'static Table<Stream<Self>>;
    /// The direction of the descriptor: one of [`direction`].
    const DIRECTION: u16;
    /// What pollables are told.
    const PARENT: &'static Parent;
}

static INPUTS: Table<Stream<Input>> = Table::new();
static OUTPUTS: Table<Stream<Output>> = Table::new();

impl Kind for Input {
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
    /// The number of a new stream.
    pub fn insert(self) -> Result<u32, TooMany> {
        insert(K::TABLE, self)
    }

    /// The stream of a handle.
    #[inline(always)]
    fn of(stream: u32) -> Self {
        found(K::TABLE, stream)
    }

    /// Changes it.
    #[inline(always)]
    fn set(self, stream: u32) {
        K::TABLE.write(stream as usize, self);
    }

    /// Its last handle is gone. Refused if a pollable was made of it that lives.
    pub fn remove(stream: u32) -> Result<(), HasChildren> {
        let Stream {
            number, children, ..
        } = Self::of(stream);
        if children != 0 {
            return Err(HasChildren);
        }
        K::TABLE.remove(stream as usize);
        // Nobody could be told.
        let _ = descriptor::let_go(number);
        Ok(())
    }

    /// A pollable that is ready when the stream is.
    pub fn subscribe(stream: u32) -> Result<u32, TooMany> {
        let mut changed = Self::of(stream);
        changed.children += 1;
        changed.set(stream);
        Pollable::of_descriptor(changed.number, K::DIRECTION, K::PARENT, stream)
    }
}

fn is_closed<K: Kind>(stream: u32) -> bool {
    Stream::<K>::of(stream).closed
}

fn left<K: Kind>(stream: u32) {
    let mut changed = Stream::<K>::of(stream);
    changed.children -= 1;
    changed.set(stream);
}
