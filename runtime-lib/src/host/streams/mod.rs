//! Streams: data that is read or written by a handle.
//!
//! The functions that read, write and wait belong to the stream's kind, which is set when the
//! stream is made: a program without streams of a kind contains no code for that kind.
//!
//! | module | contents |
//! |---|---|
//! | `kinds` | standard streams and similar ones, and files with their own position |
//! | `files` | makes streams of files |
//! | `input`, `output` | operations on a stream |

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

/// The reason why nothing was read or written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    /// It exceeds the number of bytes that the program was permitted to write.
    NotPermitted,
    /// No more data arrives, or can be written.
    Closed,
    /// An error of the system. The stream is closed afterwards.
    Failed(Errno),
}

/// A stream, whose kind is an [`Input`] or an [`Output`].
#[derive(Debug)]
pub struct Stream<K: 'static> {
    /// `None`: the entry is free.
    kind: Option<&'static K>,
    /// The number of its descriptor, of which it is a holder.
    pub number: u32,
    /// Whether no more data arrives, or can be written.
    closed: bool,
    /// Number of pollables made from it.
    children: u32,
    /// For a file: the position of the next byte.
    pub position: u64,
    /// The number of bytes that the program is permitted to write.
    pub permit: u64,
}

/// Reads into vectors, and optionally waits for data; returns the number of bytes.
pub type Read = fn(&mut Stream<Input>, &[IoRead], wait: bool) -> Result<usize, Errno>;

/// The functions of an input stream.
#[derive(Debug)]
pub struct Input {
    /// Reads into the vectors, and advances the position; returns the number of bytes, 0 at the
    /// end. If it must not wait and there is no data: `EAGAIN`.
    pub read: Read,
}

/// The functions of an output stream.
#[derive(Debug)]
pub struct Output {
    /// The number of bytes that can be written without waiting; 0: none now.
    pub room: fn(&mut Stream<Output>) -> Result<u64, Errno>,
    /// Writes some of the bytes, and advances the position; returns their number. Waits if none can
    /// be written.
    pub write: fn(&mut Stream<Output>, &[IoWrite]) -> Result<usize, Errno>,
    /// Waits until all written data has been passed on.
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
        // All zeros, so that the table takes no space in the executable.
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
    /// A stream of this kind on a descriptor, of which it becomes an additional holder.
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
    /// The functions for pollables.
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
    /// Inserts the stream into the table; returns its number.
    pub fn insert(self) -> Result<u32, TooMany> {
        insert(K::TABLE, self)
    }

    /// The stream of a handle.
    #[inline(always)]
    fn of(stream: u32) -> Self {
        found(K::TABLE, stream)
    }

    /// Stores its changes.
    #[inline(always)]
    fn set(self, stream: u32) {
        K::TABLE.write(stream as usize, self);
    }

    /// Removes it after its last handle. Refused if a pollable made from it still exists.
    pub fn remove(stream: u32) -> Result<(), HasChildren> {
        let Stream {
            number, children, ..
        } = Self::of(stream);
        if children != 0 {
            return Err(HasChildren);
        }
        K::TABLE.remove(stream as usize);
        // There is nowhere to report an error.
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
