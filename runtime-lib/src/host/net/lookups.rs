//! Name lookups, by handles; each has its own mapped memory.

use super::names::{Failure, Lookup};
use crate::{
    host::{
        descriptor,
        handles::{HasChildren, Held, TooMany, insert},
        pollable::{Parent, Pollable},
        table::{Entry, Table},
    },
    mapped,
    os::Errno,
    program::config,
};
use core::{net::IpAddr, ptr};

/// The maximum of simultaneous lookups of a program.
const MOST: usize = 500;

/// The maximum in a server: an instance may open only a few sockets.
const MOST_IN_SERVER: usize = 16;

/// The reason why no lookup was started.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The name is unsuitable.
    Name(Failure),
    /// The maximum of simultaneous lookups is reached.
    Busy,
    /// See [`TooMany`].
    TooMany,
    /// The system has no memory for it.
    Failed(Errno),
}

/// A lookup.
#[derive(Clone, Copy, Debug)]
struct Stream {
    /// Null: the entry is free.
    lookup: *mut Lookup,
    /// Number of pollables made from it.
    children: u32,
}

impl Entry for Stream {
    const FREE: Stream = Stream {
        lookup: ptr::null_mut(),
        children: 0,
    };

    fn is_free(&self) -> bool {
        self.lookup.is_null()
    }
}

static STREAMS: Table<Stream> = Table::new();

impl Held for Stream {
    const TABLE: &'static Table<Stream> = &STREAMS;
}

static PARENT: Parent = Parent {
    now,
    works: true,
    ready: |_| false,
    left: |lookup| Stream::change(lookup, |stream| stream.children -= 1),
};

/// Continues the lookup, and updates what the pollable waits for.
fn now(pollable: &mut Pollable) {
    let Some(wait) = Stream::of(pollable.of).with(Lookup::advance) else {
        pollable.deadline = 0;
        return;
    };
    pollable.deadline = wait.deadline;
    let (number, direction) = match wait.on {
        Some((fd, direction)) => (fd.0 as u32, direction),
        None => (Pollable::NO_DESCRIPTOR, 0),
    };
    (pollable.number, pollable.direction) = (number, direction);
}

impl Stream {
    /// A lookup that has not started.
    fn new() -> Result<Stream, Errno> {
        let lookup: *mut Lookup =
            ptr::with_exposed_provenance_mut(mapped::map(size_of::<Lookup>())?);
        // SAFETY: the memory was mapped for it.
        unsafe { lookup.write(Lookup::NONE) };
        Ok(Stream {
            lookup,
            children: 0,
        })
    }

    fn with<T>(self, operation: impl FnOnce(&mut Lookup) -> T) -> T {
        // SAFETY: it lives until `end`, and there is no other reference: a component has one
        // thread, and a lookup calls no code of the program.
        operation(unsafe { &mut *self.lookup })
    }

    fn end(self) {
        // SAFETY: nothing uses it afterwards, and it was mapped with this size.
        unsafe {
            self.lookup.drop_in_place();
            let _ = mapped::unmap(self.lookup.expose_provenance(), size_of::<Lookup>());
        }
    }
}

/// Starts the lookup of a name.
pub fn begin(name: &[u8]) -> Result<u32, Refusal> {
    descriptor::note_opened();
    let most = match config().http.is_null() {
        true => MOST,
        false => MOST_IN_SERVER,
    };
    if STREAMS.used() >= most {
        return Err(Refusal::Busy);
    }
    let stream = Stream::new().map_err(Refusal::Failed)?;
    if let Err(failure) = stream.with(|lookup| lookup.begin(name)) {
        stream.end();
        return Err(Refusal::Name(failure));
    }
    insert(&STREAMS, stream).map_err(|TooMany| Refusal::TooMany)
}

/// See [`Lookup::next_address`].
pub fn next_address(lookup: u32) -> Option<Result<Option<IpAddr>, Failure>> {
    Stream::of(lookup).with(Lookup::next_address)
}

/// A pollable that is ready when the next address, or the absence of one, is known.
pub fn subscribe(lookup: u32) -> Result<u32, TooMany> {
    Stream::change(lookup, |stream| stream.children += 1);
    Pollable::of_parent(&PARENT, lookup)
}

/// Removes it after its last handle.
pub fn remove(lookup: u32) -> Result<(), HasChildren> {
    let stream = Stream::of(lookup);
    if stream.children != 0 {
        return Err(HasChildren);
    }
    STREAMS.remove(lookup as usize);
    stream.end();
    Ok(())
}
