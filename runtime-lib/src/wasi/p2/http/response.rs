//! Answering, and the bodies of messages.

use super::{current, errors, fields};
use crate::{
    canonical::{Call, Own},
    component::raise,
    host::{
        handles::TooMany,
        http::objects::{
            bodies,
            fields::Fields,
            incoming::{self, Trailers},
            responses,
        },
    },
    wasi::p2::{
        generated::{
            http::types::{self, ErrorCode, ErrorCodeParam, OutgoingResponse},
            io::streams::{InputStream, OutputStream},
        },
        objects::own,
    },
};
use wasi_aot_abi::Trap;

type Result<T = (), E = ErrorCode> = core::result::Result<T, E>;

/// The interim response that would change the protocol (RFC 9110, 15.2.2).
const SWITCHING_PROTOCOLS: u16 = 101;

/// Sends an interim response.
pub fn inform(call: &Call<'_>, rep: u32, status: u16, fields: Fields) -> Result {
    current(rep);
    let result = match status {
        SWITCHING_PROTOCOLS => Err(ErrorCode::InternalError(Some(
            call.text(b"the protocol cannot be changed"),
        ))),
        100..=199 => responses::inform(status, fields).map_err(|errno| {
            let code = errors::of_stream(call, errno);
            code.unwrap_or(ErrorCode::ConnectionTerminated)
        }),
        _ => Err(ErrorCode::HttpProtocolError),
    };
    fields.release();
    result
}

/// Answers the request.
pub fn set(rep: u32, response: core::result::Result<Own<OutgoingResponse>, ErrorCodeParam<'_>>) {
    current(rep);
    match response {
        Ok(response) => responses::send(response.rep()),
        Err(code) => responses::refuse(errors::status(&code)),
    }
}

/// The stream of the request's body.
pub fn read(rep: u32) -> core::result::Result<Own<InputStream>, ()> {
    match incoming::stream(current(rep)) {
        Ok(stream) => stream.map(Own::new).ok_or(()),
        Err(_) => raise(Trap::TooManyHandles),
    }
}

/// What is known of its trailers.
pub fn trailers(
    call: &Call<'_>,
    rep: u32,
) -> Option<core::result::Result<Result<Option<Own<types::Fields>>>, ()>> {
    Some(Ok(match incoming::trailers(rep) {
        Trailers::Waiting => return None,
        Trailers::Told => return Some(Err(())),
        Trailers::Absent => Ok(None),
        Trailers::Received(trailers) => Ok(Some(fields::of_message(trailers))),
        Trailers::Failed(errno) => {
            Err(errors::of_stream(call, errno).unwrap_or(ErrorCode::ConnectionTerminated))
        }
    }))
}

/// The stream of a body that the program sends.
pub fn write(number: u32) -> core::result::Result<Own<OutputStream>, ()> {
    match bodies::stream(number) {
        Ok(stream) => stream.map(Own::new).ok_or(()),
        Err(_) => raise(Trap::TooManyHandles),
    }
}

/// Ends a body that the program sends.
pub fn finish(number: u32, trailers: Option<Own<types::Fields>>) -> Result {
    let trailers = trailers.map_or(Fields::NONE, |trailers| Fields::take(trailers.rep()));
    match bodies::finish(number, trailers) {
        Ok(()) => Ok(()),
        Err(bodies::Refusal::HasChildren) => raise(Trap::ResourceHasChildren),
        Err(bodies::Refusal::WrongLength(wrong)) => Err(errors::wrong_length(wrong)),
    }
}

/// A handle for a message with these fields. Traps if there are too many.
pub fn message<R>(
    fields: Own<types::Fields>,
    new: fn(Fields) -> core::result::Result<u32, TooMany>,
) -> Own<R> {
    own(new(Fields::take(fields.rep())))
}
