//! Routes that drop what they have made: so much that the server must use its memory again, or in
//! an order that it must refuse.

use crate::answer::{number, text, value};
use alloc::format;
use alloc::string::String;
use alloc::vec;
use wasip2::http::types::{
    Fields, IncomingBody, IncomingRequest, OutgoingRequest, OutgoingResponse, RequestOptions,
    ResponseOutparam,
};

/// Bytes of a field that uses nearly all of what fields may have.
const LARGE: usize = 100_000;

/// `/churn?of=&count=`: makes and drops that many objects of a kind, one after the other. Those
/// that can hold fields have large ones.
pub fn churn(out: ResponseOutparam, query: &str) {
    let bytes = vec![b'x'; LARGE];
    let large = || {
        let fields = Fields::new();
        fields.append("a", &bytes).expect("it is valid");
        fields
    };
    let count = number(query, "count", 1);
    let of = value(query, "of");
    for _ in 0..count {
        match of.as_slice() {
            b"fields" => drop(large()),
            b"request" => drop(OutgoingRequest::new(large())),
            b"response" => drop(OutgoingResponse::new(large())),
            _ => drop(RequestOptions::new()),
        }
    }
    text(
        out,
        &format!("{count} of {}\n", String::from_utf8_lossy(&of)),
    );
}

/// `/body-before-stream`: drops a body while its stream is still there, which is a trap.
pub fn body_before_stream(request: &IncomingRequest, out: ResponseOutparam) {
    let body = request.consume().expect("it is the first call");
    let stream = body.stream();
    drop(body);
    text(out, "dropped\n");
    drop(stream);
}

/// `/trailers-before-pollable`: the same with the future of the trailers, and its pollable.
pub fn trailers_before_pollable(request: &IncomingRequest, out: ResponseOutparam) {
    let body = request.consume().expect("it is the first call");
    let future = IncomingBody::finish(body);
    let ready = future.subscribe();
    drop(future);
    text(out, "dropped\n");
    drop(ready);
}
