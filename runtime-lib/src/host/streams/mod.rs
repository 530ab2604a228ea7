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
    /// The number of its descriptor, of which it is a holder, or [`Pollable::NO_DESCRIPTOR`].
    pub number: u32,
    /// Whether no more data arrives, or can be written.
    closed: bool,
    /// Number of pollables made from it.
    children: u32,
    /// For a file: the position of the next byte. Without a descriptor: what it belongs to.
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
    /// The functions for its pollables, unless these only wait for its descriptor.
    pub parent: Option<&'static Parent>,
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
    /// The functions for its pollables, unless these only wait for its descriptor.
    pub parent: Option<&'static Parent>,
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

    /// A stream of this kind without a descriptor, for the object with the number `of`.
    pub fn detached(kind: &'static K, of: u32) -> Self {
        Stream {
            kind: Some(kind),
            number: Pollable::NO_DESCRIPTOR,
            position: of.into(),
            ..Stream::FREE
        }
    }

    /// The object to which a stream without a descriptor belongs.
    pub fn belongs_to(&self) -> u32 {
        self.position as u32
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
    /// The functions for pollables of streams that only wait for their descriptor.
    const PARENT: &'static Parent;

    /// The functions for pollables of a stream of this kind, unless they are [`Kind::PARENT`].
    fn parent(&self) -> Option<&'static Parent>;
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

    fn parent(&self) -> Option<&'static Parent> {
        self.parent
    }
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

    fn parent(&self) -> Option<&'static Parent> {
        self.parent
    }
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
        // Only this function refers to the common ones: other programs do not contain them.
        let parent = changed.kind().parent().unwrap_or(K::PARENT);
        Pollable::of_descriptor(changed.number, K::DIRECTION, parent, stream)
    }

    /// Whether a stream with this number exists, has this kind, and belongs to the object `of`.
    pub fn exists(stream: u32, kind: &'static K, of: u32) -> bool {
        let found = K::TABLE.read(stream as usize);
        found.is_some_and(|found| {
            found.kind.is_some_and(|it| core::ptr::eq(it, kind)) && found.belongs_to() == of
        })
    }

    /// The object to which a stream without a descriptor belongs; `None`: the stream is closed.
    pub fn open_one_of(stream: u32) -> Option<u32> {
        let found = Self::of(stream);
        (!found.closed).then(|| found.belongs_to())
    }
}

fn is_closed<K: Kind>(stream: u32) -> bool {
    Stream::<K>::of(stream).closed
}

/// A pollable of the stream was dropped ([`Parent::left`]).
pub fn left<K: Kind>(stream: u32) {
    let mut changed = Stream::<K>::of(stream);
    changed.children -= 1;
    changed.set(stream);
}
