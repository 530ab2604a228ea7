//! `wasi:http`.
//!
//! | module | contents |
//! |---|---|
//! | `types` | implements the interface `types` with the others |
//! | `fields` | fields, with their lists |
//! | `request` | the parts of requests, incoming and outgoing |
//! | `response` | answering, and the bodies of messages |
//! | `errors` | error codes: of streams, and as the status of an answer |
//! | `text` | strings of the program |
//! | `serve` | calls the handler |

mod errors;
mod fields;
mod request;
mod response;
pub mod serve;
mod text;
mod types;

use super::{
    Host,
    generated::http::{
        outgoing_handler,
        types::{ErrorCode, FutureIncomingResponse, OutgoingRequest, RequestOptions},
    },
};
use crate::{
    canonical::{Call, Own},
    component::raise,
    host::http::objects::{incoming, options, requests, responses::Refusal},
};
use wasi_aot_abi::Trap;

impl outgoing_handler::Functions for Host {
    /// Always denied: there is no grant for requests.
    fn handle(
        _: &Call<'_>,
        request: Own<OutgoingRequest>,
        options: Option<Own<RequestOptions>>,
    ) -> Result<Own<FutureIncomingResponse>, ErrorCode> {
        requests::remove(request.rep());
        if let Some(options) = options {
            options::remove(options.rep());
        }
        Err(ErrorCode::HttpRequestDenied)
    }
}

/// The number of the request of a handle. Traps if the instance handles another request meanwhile.
fn current(rep: u32) -> u32 {
    if !incoming::is_current(rep) {
        raise(Trap::UnknownHandle);
    }
    rep
}

/// A handle for the body of a message. Traps if there are too many.
fn taken<R>(body: Result<u32, Refusal>) -> Result<Own<R>, ()> {
    match body {
        Ok(number) => Ok(Own::new(number)),
        Err(Refusal::Unavailable) => Err(()),
        Err(Refusal::TooMany) => raise(Trap::TooManyHandles),
    }
}
