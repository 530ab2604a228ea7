//! Streams of directory entries, by handles. Entries that have been read in advance are kept for
//! one stream at a time: when another stream continues, it reads from the position after its last
//! returned entry.

use super::{
    descriptor, dir,
    handles::{TooMany, found, insert},
    table::{Entry as Slot, Table},
};
use crate::{
    cells,
    os::{Errno, path::Entry},
};
use core::{cell::Cell, slice};

/// A stream.
#[derive(Clone, Copy)]
struct Stream {
    used: bool,
    /// The number of the directory; the stream is a holder of it.
    number: u32,
    /// The position after the last returned entry.
    next: u64,
}

impl Slot for Stream {
    const FREE: Stream = Stream {
        used: false,
        number: 0,
        next: 0,
    };

    fn is_free(&self) -> bool {
        !self.used
    }
}

static STREAMS: Table<Stream> = Table::new();

/// Size of the buffer for entries; it holds at least one entry with the longest name.
const ROOM: usize = 8 << 10;

/// The size of the data before a name: [`Entry::next`], the length of the name, [`Entry::kind`].
const HEAD: usize = 8 + 2 + 1;

/// Entries that have been read and not returned yet.
struct Kept {
    /// The number of their stream plus 1; 0: none.
    owner: Cell<u32>,
    /// Whether no entries follow them.
    whole: Cell<bool>,
    /// The start of the first entry, and the end of the last.
    start: Cell<usize>,
    end: Cell<usize>,
    bytes: [Cell<u8>; ROOM],
}

// SAFETY: a component has one thread.
unsafe impl Sync for Kept {}

static KEPT: Kept = Kept {
    owner: Cell::new(0),
    whole: Cell::new(false),
    start: Cell::new(0),
    end: Cell::new(0),
    bytes: [const { Cell::new(0) }; ROOM],
};

impl Kept {
    /// Adds an entry; returns whether it fits.
    fn push(&self, entry: &Entry) -> bool {
        let name = entry.name.to_bytes();
        let end = self.end.get() + HEAD + name.len();
        let Some(cells) = self.bytes.get(self.end.get()..end) else {
            return false;
        };
        let Some((next, rest)) = cells.split_first_chunk() else {
            return false;
        };
        let Some((length, rest)) = rest.split_first_chunk() else {
            return false;
        };
        let Some((kind, rest)) = rest.split_first() else {
            return false;
        };
        cells::set(next, entry.next.to_ne_bytes());
        cells::set(length, (name.len() as u16).to_ne_bytes());
        kind.set(entry.kind);
        cells::copy(rest, name);
        self.end.set(end);
        true
    }

    /// Removes the first entry.
    fn pop(&self) -> Option<Taken<'_>> {
        let cells = self.bytes.get(self.start.get()..self.end.get())?;
        let (next, rest) = cells.split_first_chunk()?;
        let (length, rest) = rest.split_first_chunk()?;
        let (kind, rest) = rest.split_first()?;
        let length = usize::from(u16::from_ne_bytes(cells::get(length)));
        self.start.set(self.start.get() + HEAD + length);
        Some(Taken {
            next: u64::from_ne_bytes(cells::get(next)),
            kind: kind.get(),
            name: rest.get(..length)?,
        })
    }
}

/// An entry that was kept.
struct Taken<'a> {
    next: u64,
    kind: u8,
    name: &'a [Cell<u8>],
}

/// An entry, valid until the next one is taken.
#[derive(Debug)]
pub struct Next {
    /// [`Entry::kind`].
    pub kind: u8,
    /// Its name, in arbitrary bytes.
    pub name: &'static [u8],
}

/// A stream of the entries of a directory.
pub fn open(directory: u32) -> Result<u32, TooMany> {
    descriptor::hold(directory);
    insert(
        &STREAMS,
        Stream {
            used: true,
            number: directory,
            next: 0,
        },
    )
}

/// The next entry; `None` at the end.
pub fn next(number: u32) -> Result<Option<Next>, Errno> {
    let mut stream = found(&STREAMS, number);
    if KEPT.owner.get() != number + 1 || KEPT.start == KEPT.end && !KEPT.whole.get() {
        fill(&stream, number)?;
    }
    let Some(taken) = KEPT.pop() else {
        return Ok(None);
    };
    stream.next = taken.next;
    STREAMS.write(number as usize, stream);
    // SAFETY: these are readable bytes of this length; the buffer does not change before the next
    // entry is taken.
    let name = unsafe { slice::from_raw_parts(taken.name.as_ptr().cast(), taken.name.len()) };
    Ok(Some(Next {
        kind: taken.kind,
        name,
    }))
}

/// Fills the buffer with the next entries of a stream, replacing its contents.
fn fill(stream: &Stream, number: u32) -> Result<(), Errno> {
    KEPT.owner.set(0);
    KEPT.start.set(0);
    KEPT.end.set(0);
    let mut whole = true;
    dir::read(&descriptor::get(stream.number)?, stream.next, |entry| {
        whole = matches!(entry.name.to_bytes(), b"." | b"..") || KEPT.push(entry);
        whole
    })?;
    KEPT.whole.set(whole);
    KEPT.owner.set(number + 1);
    Ok(())
}

/// Removes a stream after its last handle.
pub fn close(number: u32) {
    let stream = found(&STREAMS, number);
    if KEPT.owner.get() == number + 1 {
        KEPT.owner.set(0);
    }
    STREAMS.remove(number as usize);
    // There is nowhere to report an error.
    let _ = descriptor::let_go(stream.number);
}
