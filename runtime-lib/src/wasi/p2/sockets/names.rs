//! `wasi:sockets/ip-name-lookup`.

use super::Result;
use crate::{
    canonical::{Borrow, Call, Own, Text},
    component::raise,
    host::net::{
        lookups::{self, Refusal},
        names::Failure,
    },
    wasi::p2::{
        Host,
        generated::{
            io::poll,
            sockets::{
                ip_name_lookup::{self, ResolveAddressStream},
                network::{ErrorCode, IpAddress, Network},
            },
        },
        objects::{dropped, own},
    },
};
use core::cell::Cell;
use wasi_aot_abi::Trap;

/// The maximum length of a name that is examined.
const LONGEST: usize = 512;

impl From<Failure> for ErrorCode {
    fn from(failure: Failure) -> ErrorCode {
        match failure {
            Failure::Syntax => ErrorCode::InvalidArgument,
            // The error if the program can never look up any name.
            Failure::NotGranted => ErrorCode::PermanentResolverFailure,
            Failure::NoName => ErrorCode::NameUnresolvable,
            Failure::Temporary => ErrorCode::TemporaryResolverFailure,
        }
    }
}

/// The error of the interface. Traps if there are too many handles.
fn refused(refusal: Refusal) -> ErrorCode {
    match refusal {
        Refusal::Name(failure) => failure.into(),
        Refusal::Busy => ErrorCode::TemporaryResolverFailure,
        Refusal::TooMany => raise(Trap::TooManyHandles),
        Refusal::Failed(errno) => errno.into(),
    }
}

/// The bytes of a name; `None` if it is too long for one.
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
        match lookups::next_address(this.rep()) {
            None => Err(ErrorCode::WouldBlock),
            Some(result) => Ok(result?.map(IpAddress::from)),
        }
    }

    fn resolve_address_stream_subscribe(
        _: &Call<'_>,
        this: Borrow<ResolveAddressStream>,
    ) -> Own<poll::Pollable> {
        own(lookups::subscribe(this.rep()))
    }

    fn resolve_addresses(
        _: &Call<'_>,
        _: Borrow<Network>,
        name: Text<'_>,
    ) -> Result<Own<ResolveAddressStream>> {
        let mut room = [0; LONGEST];
        let name = copied(&name, &mut room).ok_or(ErrorCode::InvalidArgument)?;
        lookups::begin(name).map(Own::new).map_err(refused)
    }

    fn resolve_address_stream_drop(rep: u32) {
        dropped(lookups::remove(rep));
    }
}
