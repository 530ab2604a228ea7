//! What most routes end with: a response of a few bytes, and the parts of a request's path.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use wasip2::cli::stderr::get_stderr;
use wasip2::http::types::{
    Fields, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam, StatusCode,
};
use wasip2::io::streams::OutputStream;

/// Answers 200 and `text`.
pub fn text(out: ResponseOutparam, text: &str) {
    full(out, 200, &Fields::new(), text.as_bytes());
}

/// Answers `status`, the fields of `headers`, and a body of `bytes`.
pub fn full(out: ResponseOutparam, status: StatusCode, headers: &Fields, bytes: &[u8]) {
    let response = OutgoingResponse::new(headers.clone());
    if response.set_status_code(status).is_err() {
        return text(out, "set-status-code: error\n");
    }
    let body = response.body().expect("it is the first call");
    ResponseOutparam::set(out, Ok(response));
    let stream = body.write().expect("it is the first call");
    all(&stream, bytes);
    drop(stream);
    note("finish", &OutgoingBody::finish(body, None));
}

/// Sets a response without fields; what is written to its body comes later.
pub fn begin(out: ResponseOutparam, headers: Fields) -> (OutgoingBody, OutputStream) {
    let response = OutgoingResponse::new(headers);
    let body = response.body().expect("it is the first call");
    ResponseOutparam::set(out, Ok(response));
    let stream = body.write().expect("it is the first call");
    (body, stream)
}

/// Writes all bytes; the first error is noted and ends it.
pub fn all(stream: &OutputStream, bytes: &[u8]) {
    for part in bytes.chunks(4096) {
        let done = stream.blocking_write_and_flush(part);
        if done.is_err() {
            return note("write", &done);
        }
    }
}

/// Says on the standard error how a call ended, unless it is well.
pub fn note<T: core::fmt::Debug, E: core::fmt::Debug>(call: &str, result: &Result<T, E>) {
    if let Err(error) = result {
        say(&format!("{call}: {error:?}\n"));
    }
}

/// Writes to the standard error.
pub fn say(words: &str) {
    let _ = get_stderr().blocking_write_and_flush(words.as_bytes());
}

/// The path of a request, and its query.
pub fn path(request: &IncomingRequest) -> (String, String) {
    let whole = request.path_with_query().unwrap_or_default();
    match whole.split_once('?') {
        Some((path, query)) => (path.to_string(), query.to_string()),
        None => (whole, String::new()),
    }
}

/// The value of `name` in a query, with its `%XX` decoded; empty if it is not there.
pub fn value(query: &str, name: &str) -> Vec<u8> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let found = pairs.into_iter().find(|(key, _)| *key == name);
    decode(found.map_or("", |(_, value)| value).as_bytes())
}

/// The number that `name` has in a query; `other` if it is not there or is no number.
pub fn number(query: &str, name: &str, other: u64) -> u64 {
    let text = String::from_utf8(value(query, name)).unwrap_or_default();
    text.parse().unwrap_or(other)
}

fn decode(mut rest: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|two| str::from_utf8(two).ok());
        match hex.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    bytes
}
