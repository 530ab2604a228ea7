//! Streams of directory entries. What was read of one directory is kept in memory for the stream that reads at the moment:
//! a stream that takes its turn reads on behind the entry that it has returned last.

use super::{DescriptorType, DirectoryEntry, DirectoryEntryStream, ErrorCode, Result, directory};
use crate::{
    canonical::{Borrow, Call, Own},
    component::raise,
    fatal::bug,
    host::{
        descriptor, dir,
        table::{Entry as Slot, Table},
    },
    os::path::Entry,
    wasi::{memory, p2::generated::filesystem::types::Descriptor},
};
use core::{cell::Cell, slice};
use wasi_aot_abi::Trap;

/// A stream.
#[derive(Clone, Copy)]
struct Stream {
    used: bool,
    /// The number of the directory, of which it is a holder.
    number: u32,
    /// Where the directory goes on behind the entry that was returned last.
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

/// Bytes of entries that are kept; the longest name has room.
const ROOM: usize = 8 << 10;

/// What stands in front of a name: [`Entry::next`], the length of the name, [`Entry::kind`].
const HEAD: usize = 8 + 2 + 1;

/// Entries that were read and not returned yet.
struct Kept {
    /// The stream whose they are, and 1; 0: nobody's.
    owner: Cell<u32>,
    /// Nothing follows those that are kept.
    whole: Cell<bool>,
    /// Where the first one begins, and where the last one ends.
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
    /// Adds an entry; whether there was room for it.
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
        memory::set(next, entry.next.to_ne_bytes());
        memory::set(length, (name.len() as u16).to_ne_bytes());
        kind.set(entry.kind);
        memory::copy(rest, name);
        self.end.set(end);
        true
    }

    /// Takes the first entry out.
    fn pop(&self) -> Option<Taken<'_>> {
        let cells = self.bytes.get(self.start.get()..self.end.get())?;
        let (next, rest) = cells.split_first_chunk()?;
        let (length, rest) = rest.split_first_chunk()?;
        let (kind, rest) = rest.split_first()?;
        let length = usize::from(u16::from_ne_bytes(memory::get(length)));
        self.start.set(self.start.get() + HEAD + length);
        Some(Taken {
            next: u64::from_ne_bytes(memory::get(next)),
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

/// A stream of the entries of a directory.
pub fn open(this: Borrow<Descriptor>) -> Result<Own<DirectoryEntryStream>> {
    directory(this)?;
    descriptor::hold(this.rep());
    let stream = Stream {
        used: true,
        number: this.rep(),
        next: 0,
    };
    match STREAMS.insert(stream) {
        Ok(rep) => Ok(Own::new(rep as u32)),
        Err(_) => raise(Trap::TooManyHandles),
    }
}

/// The next entry; `None` at the end. One whose name is no text is `illegal-byte-sequence`, and others follow.
pub fn next(call: &Call<'_>, rep: u32) -> Result<Option<DirectoryEntry>> {
    let Some(mut stream) = STREAMS.read(rep as usize) else {
        bug(b"a handle of what is not there")
    };
    if KEPT.owner.get() != rep + 1 || KEPT.start == KEPT.end && !KEPT.whole.get() {
        fill(&stream, rep)?;
    }
    let Some(taken) = KEPT.pop() else {
        return Ok(None);
    };
    stream.next = taken.next;
    STREAMS.write(rep as usize, stream);
    // SAFETY: as many readable bytes; what is kept does not change before the next entry is taken.
    let name = unsafe { slice::from_raw_parts(taken.name.as_ptr().cast(), taken.name.len()) };
    if str::from_utf8(name).is_err() {
        return Err(ErrorCode::IllegalByteSequence);
    }
    Ok(Some(DirectoryEntry {
        type_: DescriptorType::from_mode(u16::from(taken.kind) << 12),
        name: call.text(name),
    }))
}

/// Keeps the entries that follow in a stream, in place of what was kept.
fn fill(stream: &Stream, rep: u32) -> Result<()> {
    KEPT.owner.set(0);
    KEPT.start.set(0);
    KEPT.end.set(0);
    let mut whole = true;
    dir::read(&descriptor::get(stream.number)?, stream.next, |entry| {
        whole = matches!(entry.name.to_bytes(), b"." | b"..") || KEPT.push(entry);
        whole
    })?;
    KEPT.whole.set(whole);
    KEPT.owner.set(rep + 1);
    Ok(())
}

/// The last handle of a stream is gone.
pub fn close(rep: u32) {
    let Some(stream) = STREAMS.read(rep as usize) else {
        bug(b"a handle of what is not there")
    };
    if KEPT.owner.get() == rep + 1 {
        KEPT.owner.set(0);
    }
    STREAMS.remove(rep as usize);
    // Nobody could be told.
    let _ = descriptor::let_go(stream.number);
}
