//! Bodies of requests and responses: each way to move bytes from the one to the other.

use crate::answer::{all, begin, note, number, say, text, value};
use crate::fields::list;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use core::fmt::Write as _;
use wasip2::http::types::{
    Fields, IncomingBody, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam,
};
use wasip2::io::poll::poll;
use wasip2::io::streams::{InputStream, StreamError};

/// The body of a request and its stream.
pub fn incoming(request: &IncomingRequest) -> (IncomingBody, InputStream) {
    let body = request.consume().expect("it is the first call");
    let stream = body.stream().expect("it is the first call");
    (body, stream)
}

/// `/echo`: the request's body is the response's, moved with `blocking-splice`.
pub fn echo(request: IncomingRequest, out: ResponseOutparam) {
    let (_source, input) = incoming(&request);
    let (body, output) = begin(out, Fields::new());
    loop {
        match output.blocking_splice(&input, 65536) {
            Ok(_) => {}
            Err(StreamError::Closed) => break,
            Err(error) => return note::<(), _>("blocking-splice", &Err(error)),
        }
    }
    note("flush", &output.blocking_flush());
    drop(output);
    note("finish", &OutgoingBody::finish(body, None));
}

/// `/echo-splice`: the same with `splice`, and `poll` of both streams.
pub fn echo_splice(request: IncomingRequest, out: ResponseOutparam) {
    let (_source, input) = incoming(&request);
    let (body, output) = begin(out, Fields::new());
    let (readable, writable) = (input.subscribe(), output.subscribe());
    loop {
        writable.block();
        readable.block();
        match output.splice(&input, 10_000) {
            Ok(0) => drop(poll(&[&readable, &writable])),
            Ok(_) => {}
            Err(StreamError::Closed) => break,
            Err(error) => return note::<(), _>("splice", &Err(error)),
        }
    }
    drop((readable, writable));
    note("flush", &output.blocking_flush());
    drop(output);
    note("finish", &OutgoingBody::finish(body, None));
}

/// `/echo-copy`: the same with `read`, `check-write` and `write`.
pub fn echo_copy(request: IncomingRequest, out: ResponseOutparam) {
    let (_source, input) = incoming(&request);
    let (body, output) = begin(out, Fields::new());
    let (readable, writable) = (input.subscribe(), output.subscribe());
    loop {
        let bytes = match input.read(16384) {
            Ok(bytes) if bytes.is_empty() => {
                readable.block();
                continue;
            }
            Ok(bytes) => bytes,
            Err(StreamError::Closed) => break,
            Err(error) => return note::<(), _>("read", &Err(error)),
        };
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let room = match output.check_write() {
                Ok(0) => {
                    writable.block();
                    continue;
                }
                Ok(room) => rest.len().min(usize::try_from(room).unwrap_or(usize::MAX)),
                Err(error) => return note::<(), _>("check-write", &Err(error)),
            };
            let (part, after) = rest.split_at(room);
            note("write", &output.write(part));
            rest = after;
        }
    }
    note("flush", &output.flush());
    writable.block();
    drop((readable, writable));
    drop(output);
    note("finish", &OutgoingBody::finish(body, None));
}

/// `/count`: how many bytes the body has, and their sum.
pub fn count(request: IncomingRequest, out: ResponseOutparam) {
    let (_source, input) = incoming(&request);
    let (mut bytes, mut sum) = (0_usize, 0_u64);
    let end = loop {
        match input.blocking_read(65536) {
            Ok(part) => {
                bytes += part.len();
                sum += part.iter().map(|&byte| u64::from(byte)).sum::<u64>();
            }
            Err(StreamError::Closed) => break "closed",
            Err(StreamError::LastOperationFailed(error)) => {
                let code = wasip2::http::types::http_error_code(&error);
                say(&format!("read: {code:?}\n"));
                break "failed";
            }
        }
    };
    text(out, &format!("{bytes} bytes, sum {sum}, {end}\n"));
}

/// `/read?bytes=`: reads that many bytes at most, and leaves the others unread.
pub fn read(request: IncomingRequest, out: ResponseOutparam, query: &str) {
    let (_source, input) = incoming(&request);
    let words = match input.blocking_read(number(query, "bytes", 10)) {
        Ok(bytes) => format!("read {}\n", bytes.escape_ascii()),
        Err(StreamError::Closed) => "closed\n".to_string(),
        Err(error) => format!("{error:?}\n"),
    };
    text(out, &words);
}

/// `/skip?bytes=`: skips that many bytes and says what follows.
pub fn skip(request: IncomingRequest, out: ResponseOutparam, query: &str) {
    let (_source, input) = incoming(&request);
    let mut said = String::new();
    let _ = writeln!(
        said,
        "blocking-skip {:?}",
        input.blocking_skip(number(query, "bytes", 3))
    );
    let _ = writeln!(said, "skip 0 {:?}", input.skip(0));
    let _ = writeln!(said, "read 0 {:?}", input.read(0));
    match input.blocking_read(100) {
        Ok(bytes) => drop(writeln!(said, "read {}", bytes.escape_ascii())),
        Err(error) => drop(writeln!(said, "read {error:?}")),
    }
    text(out, &said);
}

/// `/consume`: bodies and streams can be taken once.
pub fn consume(request: IncomingRequest, out: ResponseOutparam) {
    let mut said = String::new();
    let body = request.consume();
    let _ = writeln!(said, "consume: {}", body.is_ok());
    let _ = writeln!(said, "consume again: {}", request.consume().is_ok());
    if let Ok(body) = body {
        let stream = body.stream();
        let _ = writeln!(said, "stream: {}", stream.is_ok());
        let _ = writeln!(said, "stream again: {}", body.stream().is_ok());
        drop(stream);
        let _ = writeln!(said, "stream after drop: {}", body.stream().is_ok());
    }
    text(out, &said);
}

/// `/trailers-in`: the trailers that follow the request's body.
pub fn trailers_in(request: IncomingRequest, out: ResponseOutparam) {
    let (source, input) = incoming(&request);
    let mut bytes = 0;
    while let Ok(part) = input.blocking_read(4096) {
        bytes += part.len();
    }
    drop(input);
    let future = IncomingBody::finish(source);
    let ready = future.subscribe();
    ready.block();
    let mut said = format!("{bytes} bytes\nready: {}\n", ready.ready());
    match future.get() {
        None => said += "not there yet\n",
        Some(Err(())) => said += "taken\n",
        Some(Ok(Err(error))) => drop(writeln!(said, "{error:?}")),
        Some(Ok(Ok(None))) => said += "no trailers\n",
        Some(Ok(Ok(Some(trailers)))) => {
            said += &list(&trailers);
            let append = trailers.append("a", b"1");
            let _ = writeln!(said, "append: {append:?}");
        }
    }
    let again = matches!(future.get(), Some(Err(())));
    let _ = writeln!(said, "taken the second time: {again}");
    drop(ready);
    text(out, &said);
}

/// `/trailers-out?name=&value=`: a body and that trailer, besides one that is always there.
pub fn trailers_out(out: ResponseOutparam, query: &str) {
    let headers = Fields::new();
    let _ = headers.append("trailer", b"x-trailer");
    let (body, stream) = begin(out, headers);
    all(&stream, b"body\n");
    drop(stream);
    let trailers = Fields::new();
    let _ = trailers.append("x-trailer", b"done");
    let name = String::from_utf8(value(query, "name")).unwrap_or_default();
    if !name.is_empty() {
        note("append", &trailers.append(&name, &value(query, "value")));
    }
    note("finish", &OutgoingBody::finish(body, Some(trailers)));
}

/// `/big?bytes=`: that many bytes, the line `0123...` again and again, with `check-write`.
pub fn big(out: ResponseOutparam, query: &str) {
    let mut left = number(query, "bytes", 1_000_000);
    let line = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-\n";
    let block = line.repeat(256);
    let (body, stream) = begin(out, Fields::new());
    let ready = stream.subscribe();
    let mut at = 0;
    while left > 0 {
        ready.block();
        let room = match stream.check_write() {
            Ok(room) => room.min(left),
            Err(error) => return note::<(), _>("check-write", &Err(error)),
        };
        let rest = block.get(at..).unwrap_or_default();
        let length = rest.len().min(usize::try_from(room).unwrap_or(usize::MAX));
        let part = rest.get(..length).unwrap_or_default();
        if let Err(error) = stream.write(part) {
            return note::<(), _>("write", &Err(error));
        }
        at = (at + length) % block.len();
        left -= u64::try_from(length).unwrap_or(left);
    }
    note("flush", &stream.flush());
    ready.block();
    drop(ready);
    drop(stream);
    note("finish", &OutgoingBody::finish(body, None));
}

/// `/zeroes?bytes=`: zeros, with the two functions that write them.
pub fn zeroes(out: ResponseOutparam, query: &str) {
    let mut left = number(query, "bytes", 5000);
    let (body, stream) = begin(out, Fields::new());
    let first = left.min(1000);
    note("zeroes", &stream.blocking_write_zeroes_and_flush(first));
    left -= first;
    while left > 0 {
        stream.subscribe().block();
        let room = stream.check_write().unwrap_or(0).min(left);
        note("write-zeroes", &stream.write_zeroes(room));
        left -= room;
    }
    note("flush", &stream.blocking_flush());
    drop(stream);
    note("finish", &OutgoingBody::finish(body, None));
}

/// `/empty`: the body is taken and finished, and nothing is written.
pub fn empty(out: ResponseOutparam) {
    let response = OutgoingResponse::new(Fields::new());
    let body = response.body().expect("it is the first call");
    ResponseOutparam::set(out, Ok(response));
    note("finish", &OutgoingBody::finish(body, None));
}

/// `/no-body`: the body is never taken.
pub fn no_body(out: ResponseOutparam) {
    ResponseOutparam::set(out, Ok(OutgoingResponse::new(Fields::new())));
}

/// `/length?declared=&bytes=`: a `content-length` and as many bytes as `bytes` says.
pub fn length(out: ResponseOutparam, query: &str) {
    let declared = value(query, "declared");
    let bytes = usize::try_from(number(query, "bytes", 5)).unwrap_or(5);
    let headers = Fields::new();
    note("append", &headers.append("content-length", &declared));
    let (body, stream) = begin(out, headers);
    let done = stream.blocking_write_and_flush(&vec![b'x'; bytes.min(4096)]);
    if let Err(StreamError::LastOperationFailed(error)) = &done {
        say(&format!(
            "code: {:?}\n",
            wasip2::http::types::http_error_code(error)
        ));
    }
    note("write", &done);
    drop(stream);
    note("finish", &OutgoingBody::finish(body, None));
}
