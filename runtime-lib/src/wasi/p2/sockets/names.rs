//! `wasi:sockets/ip-name-lookup`.

use super::Result;
use crate::{
    canonical::{Borrow, Call, Own, Text},
    component::raise,
    host::{
        net::names::{Failure, Lookup},
        table::{Entry, Table},
    },
    os::memory,
    wasi::p2::{
        Host,
        generated::{
            io::poll,
            sockets::{
                ip_name_lookup::{self, ResolveAddressStream},
                network::{ErrorCode, IpAddress, Network},
            },
        },
        objects::{self, Parent, Pollable},
    },
};
use core::{cell::Cell, ptr};
use wasi_aot_abi::Trap;

/// The longest name that is looked at.
const LONGEST: usize = 512;

/// Look-ups that a program may have at once: each has memory of its own.
const MOST: usize = 500;

/// A look-up, in memory of its own.
#[derive(Clone, Copy, Debug)]
struct Stream {
    /// Null: the entry is free.
    lookup: *mut Lookup,
    /// Pollables that were made of it.
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

static PARENT: Parent = Parent {
    now,
    works: true,
    ready: |_| false,
    left: |rep| Stream::change(rep, |stream| stream.children -= 1),
};

/// Lets the look-up go on, and says what it waits for then.
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
    /// A look-up that has not begun.
    fn new() -> Result<Stream> {
        let lookup: *mut Lookup =
            ptr::with_exposed_provenance_mut(memory::map(size_of::<Lookup>())?);
        // SAFETY: mapped for it.
        unsafe { lookup.write(Lookup::NONE) };
        Ok(Stream {
            lookup,
            children: 0,
        })
    }

    fn of(rep: u32) -> Stream {
        objects::found(&STREAMS, rep)
    }

    fn change(rep: u32, change: impl FnOnce(&mut Stream)) {
        let mut stream = Stream::of(rep);
        change(&mut stream);
        STREAMS.write(rep as usize, stream);
    }

    fn with<T>(self, operation: impl FnOnce(&mut Lookup) -> T) -> T {
        // SAFETY: it lives until `end`, nobody else has a reference: a component has one thread, and a look-up calls nobody.
        operation(unsafe { &mut *self.lookup })
    }

    fn end(self) {
        // SAFETY: it is not used any more, and was mapped with this size.
        unsafe {
            self.lookup.drop_in_place();
            let _ = memory::unmap(self.lookup.expose_provenance(), size_of::<Lookup>());
        }
    }
}

impl From<Failure> for ErrorCode {
    fn from(failure: Failure) -> ErrorCode {
        match failure {
            Failure::Syntax => ErrorCode::InvalidArgument,
            // What is said where no name can ever be looked up.
            Failure::NotGranted => ErrorCode::PermanentResolverFailure,
            Failure::NoName => ErrorCode::NameUnresolvable,
            Failure::Temporary => ErrorCode::TemporaryResolverFailure,
        }
    }
}

/// The bytes of a name; `None` if it is too long to be one.
fn copied<'r>(name: &Text<'_>, room: &'r mut [u8; LONGEST]) -> Option<&'r [u8]> {
    let mut transcoded = [0; LONGEST];
    let cells = name.utf8(&mut transcoded)?;
    let room = room.get_mut(..cells.len())?;
    for (to, from) in room.iter_mut().zip(cells) {
        *to = Cell::get(from);
    }
    Some(room)
}

impl ip_name_lookup::Functions for Host {
    fn resolve_address_stream_resolve_next_address(
        _: &Call<'_>,
        this: Borrow<ResolveAddressStream>,
    ) -> Result<Option<IpAddress>> {
        match Stream::of(this.rep()).with(Lookup::next_address) {
            None => Err(ErrorCode::WouldBlock),
            Some(result) => Ok(result?.map(IpAddress::from)),
        }
    }

    fn resolve_address_stream_subscribe(
        _: &Call<'_>,
        this: Borrow<ResolveAddressStream>,
    ) -> Own<poll::Pollable> {
        Stream::change(this.rep(), |stream| stream.children += 1);
        Pollable::of_parent(&PARENT, this.rep())
    }

    fn resolve_addresses(
        _: &Call<'_>,
        _: Borrow<Network>,
        name: Text<'_>,
    ) -> Result<Own<ResolveAddressStream>> {
        let mut room = [0; LONGEST];
        let name = copied(&name, &mut room).ok_or(ErrorCode::InvalidArgument)?;
        if STREAMS.used() >= MOST {
            return Err(ErrorCode::TemporaryResolverFailure);
        }
        let stream = Stream::new()?;
        if let Err(failure) = stream.with(|lookup| lookup.begin(name)) {
            stream.end();
            return Err(failure.into());
        }
        Ok(Own::new(objects::inserted(&STREAMS, stream)))
    }

    /// Traps if a pollable was made of it that lives.
    fn resolve_address_stream_drop(rep: u32) {
        let stream = Stream::of(rep);
        if stream.children != 0 {
            raise(Trap::ResourceHasChildren);
        }
        STREAMS.remove(rep as usize);
        stream.end();
    }
}
