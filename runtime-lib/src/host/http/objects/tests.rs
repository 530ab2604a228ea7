//! Requests and answers as the client of a connection and the objects see them.

use super::{
    bodies,
    failure::{self, Origin},
    fields::{self, Fields},
    incoming::{self, Trailers},
    requests, responses,
};
use crate::{
    host::{
        http::{
            exchange::{self, Exchange},
            framing::framing,
            head::{self, Field, Limits, Scan},
            incoming::Incoming,
            outgoing::Outgoing,
        },
        pollable,
        streams::{Failure, Input, Output, Stream, input, output},
        tests::ONE_AT_A_TIME,
    },
    os::{Errno, Fd},
};
use std::{
    boxed::Box,
    cell::Cell,
    io::{Read, Write},
    os::{fd::AsRawFd, unix::net::UnixStream},
    string::String,
    sync::MutexGuard,
    thread, vec,
    vec::Vec,
};

const LIMITS: Limits = Limits {
    bytes: 4096,
    fields: 20,
};

fn alone() -> MutexGuard<'static, ()> {
    ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn zeros(len: usize) -> &'static mut [u8] {
    Box::leak(vec![0; len].into_boxed_slice())
}

fn no_fields() -> &'static mut [Field] {
    Box::leak(vec![Field::default(); LIMITS.fields].into_boxed_slice())
}

/// What a client that sends `request` receives from a handler, without the date. The handler gets
/// the number of the request and the client's side.
fn answer(request: &[u8], handler: impl FnOnce(u32, &mut UnixStream)) -> String {
    let (server, mut client) = UnixStream::pair().unwrap();
    server.set_nonblocking(true).unwrap();
    let incoming = Incoming::new(zeros(16384), no_fields(), LIMITS, 1 << 20);
    let outgoing = Outgoing::new(zeros(16384), zeros(16384));
    let exchange = Exchange::new(incoming, outgoing, no_fields(), zeros(4096), 1_000_000_000);
    let exchange: *mut Exchange = Box::leak(Box::new(exchange));
    // SAFETY: it is never freed, and only used here before the handler runs.
    unsafe {
        exchange::set(exchange);
        let exchange = &mut *exchange;
        exchange.connect(Fd(server.as_raw_fd()), request);
        let fields = &mut exchange.fields;
        let head = head::parse(request, &mut Scan::default(), &LIMITS, fields);
        let head = head.unwrap().unwrap();
        let framing = framing(request, &head, &fields[..head.fields]).unwrap();
        exchange.begin(head, framing);
    }
    let mut reader = client.try_clone().unwrap();
    let reader = thread::spawn(move || {
        let mut received = String::new();
        reader.read_to_string(&mut received).map(|_| received)
    });
    handler(incoming::begin(), &mut client);
    let _ = exchange::flush();
    drop(server);
    let received = reader.join().unwrap().unwrap();
    let lines = received.split_inclusive("\r\n");
    lines
        .filter(|line| !line.to_ascii_lowercase().starts_with("date:"))
        .collect()
}

/// The same for `GET /`.
fn get(handler: impl FnOnce()) -> String {
    answer(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", |_, _| handler())
}

fn response(fields: &[(&str, &str)]) -> u32 {
    let number = fields::new().unwrap();
    for (name, value) in fields {
        fields::append(number, name.as_bytes(), value.as_bytes()).unwrap();
    }
    responses::new(Fields::take(number)).unwrap()
}

fn cells(bytes: &[u8]) -> Vec<Cell<u8>> {
    bytes.iter().copied().map(Cell::new).collect()
}

fn write(stream: u32, bytes: &[u8]) -> Result<(), Failure> {
    output::permit(stream)?;
    output::write(stream, &cells(bytes))
}

/// Writes a body through a stream, which exists only meanwhile.
fn write_whole(body: u32, bytes: &[u8]) {
    let stream = bodies::stream(body).unwrap().unwrap();
    write(stream, bytes).unwrap();
    Stream::<Output>::remove(stream).unwrap();
}

fn wrong_length(written: u64) -> Result<(), bodies::Refusal> {
    Err(bodies::Refusal::WrongLength(bodies::WrongLength {
        written,
        of_request: false,
    }))
}

#[test]
fn bodies_are_sent_whenever_they_are_written() {
    let _alone = alone();
    let expected = "HTTP/1.1 200 OK\r\nA: 1\r\ncontent-length: 10\r\n\r\n0123456789";
    for (early, late) in [(10, 0), (0, 10), (4, 6)] {
        let received = get(|| {
            let response = response(&[("A", "1"), ("content-LENGTH", "10")]);
            let body = responses::body(response).unwrap();
            assert_eq!(
                responses::body(response),
                Err(responses::Refusal::Unavailable)
            );
            let stream = bodies::stream(body).unwrap().unwrap();
            assert_eq!(bodies::stream(body), Ok(None));
            write(stream, &b"0123456789"[..early]).unwrap();
            output::flush(stream).unwrap();
            responses::send(response);
            write(stream, &b"0123456789"[10 - late..]).unwrap();
            Stream::<Output>::remove(stream).unwrap();
            assert_eq!(bodies::finish(body, Fields::NONE), Ok(()));
        });
        assert_eq!(received.to_ascii_lowercase(), expected.to_ascii_lowercase());
    }
    let received = get(|| {
        let response = response(&[]);
        let body = responses::body(response).unwrap();
        write_whole(body, b"early");
        assert_eq!(bodies::finish(body, Fields::NONE), Ok(()));
        responses::send(response);
    });
    assert!(received.ends_with("\r\n\r\nearly"), "{received}");
}

#[test]
fn large_bodies_are_kept_until_the_response_is_set() {
    let _alone = alone();
    let megabyte = vec![b'x'; 1 << 20];
    let received = get(|| {
        let response = response(&[]);
        let body = responses::body(response).unwrap();
        let stream = bodies::stream(body).unwrap().unwrap();
        write(stream, &megabyte).unwrap();
        write(stream, &megabyte).unwrap();
        let pollable = Stream::<Output>::subscribe(stream).unwrap();
        assert!(!pollable::is_ready(pollable));
        assert_eq!(output::permit(stream), Ok(0));
        assert!(Stream::<Output>::remove(stream).is_err());
        pollable::remove(pollable);
        responses::send(response);
        Stream::<Output>::remove(stream).unwrap();
        assert_eq!(bodies::finish(body, Fields::NONE), Ok(()));
    });
    assert!(received.ends_with("x\r\n0\r\n\r\n"));
    assert_eq!(received.matches('x').count(), 2 << 20);
    get(|| {
        let response = response(&[]);
        let body = responses::body(response).unwrap();
        let stream = bodies::stream(body).unwrap().unwrap();
        write(stream, &megabyte).unwrap();
        write(stream, &megabyte).unwrap();
        let result = output::write_and_flush(stream, &cells(b"x"));
        let errno = failure::marked(Errno::EDEADLK, Origin::Response);
        assert_eq!(result, Err(Failure::Failed(errno)));
        responses::remove(response);
        Stream::<Output>::remove(stream).unwrap();
        bodies::remove(body).unwrap();
    });
}

#[test]
fn trailers_are_sent() {
    let _alone = alone();
    let received = get(|| {
        let response = response(&[]);
        let body = responses::body(response).unwrap();
        responses::send(response);
        write_whole(body, b"a");
        let trailers = fields::new().unwrap();
        fields::append(trailers, b"Checksum", b"1").unwrap();
        assert_eq!(bodies::finish(body, Fields::take(trailers)), Ok(()));
    });
    assert!(
        received.ends_with("1\r\na\r\n0\r\nChecksum: 1\r\n\r\n"),
        "{received}"
    );
}

#[test]
fn lengths_are_enforced() {
    let _alone = alone();
    let received = get(|| {
        let response = response(&[("content-length", "3")]);
        let body = responses::body(response).unwrap();
        responses::send(response);
        let stream = bodies::stream(body).unwrap().unwrap();
        let errno = failure::marked(Errno::EFBIG, Origin::Response);
        assert_eq!(write(stream, b"abcd"), Err(Failure::Failed(errno)));
        assert_eq!(bodies::exceeded(), 4);
        assert_eq!(write(stream, b"a"), Err(Failure::Closed));
        assert!(bodies::remove(body).is_err(), "its stream exists");
        Stream::<Output>::remove(stream).unwrap();
        assert_eq!(bodies::finish(body, Fields::NONE), wrong_length(4));
    });
    assert!(!received.contains("abc"));
    let refused = "HTTP/1.1 500 ";
    let received = get(|| {
        let response = response(&[("content-length", "3")]);
        let body = responses::body(response).unwrap();
        write_whole(body, b"a");
        assert_eq!(bodies::finish(body, Fields::NONE), wrong_length(1));
        responses::send(response);
    });
    assert!(received.starts_with(refused), "{received}");
    let received = get(|| responses::send(response(&[("content-length", "5")])));
    assert!(received.starts_with(refused), "{received}");
}

#[test]
fn responses_without_content_may_state_a_length() {
    let _alone = alone();
    let head = b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n";
    let expected = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n";
    for taken in [false, true] {
        let received = answer(head, |_, _| {
            let response = response(&[("content-length", "5")]);
            let body = taken.then(|| responses::body(response).unwrap());
            responses::send(response);
            if let Some(body) = body {
                assert_eq!(bodies::finish(body, Fields::NONE), wrong_length(0));
            }
        });
        assert_eq!(received.to_ascii_lowercase(), expected.to_ascii_lowercase());
    }
    let received = get(|| {
        let response = response(&[("content-length", "5")]);
        assert!(responses::set_status(response, 304));
        responses::send(response);
    });
    assert!(received.starts_with("HTTP/1.1 304 "), "{received}");
}

#[test]
fn broken_responses_are_errors_of_the_server() {
    let _alone = alone();
    let received = get(|| {
        let response = response(&[]);
        let body = responses::body(response).unwrap();
        bodies::remove(body).unwrap();
        responses::send(response);
    });
    assert!(received.starts_with("HTTP/1.1 500 "), "{received}");
    let received = get(|| {
        let response = response(&[]);
        assert!(!responses::set_status(response, 99));
        assert!(!responses::set_status(response, 1000));
        assert!(responses::set_status(response, 199));
        assert_eq!(responses::status(response), 199);
        responses::send(response);
    });
    assert!(received.starts_with("HTTP/1.1 500 "), "{received}");
    let received = get(|| responses::refuse(403));
    assert!(received.starts_with("HTTP/1.1 403 "), "{received}");
    let received = get(|| {
        let response = response(&[]);
        let body = responses::body(response).unwrap();
        responses::send(response);
        write_whole(body, b"abc");
        exchange::flush().unwrap();
        bodies::remove(body).unwrap();
    });
    assert!(!received.ends_with("0\r\n\r\n"), "{received}");
}

#[test]
fn bodies_of_dropped_messages_are_closed() {
    let _alone = alone();
    get(|| {
        let response = response(&[]);
        let request = requests::new(Fields::take(fields::new().unwrap())).unwrap();
        let all = [
            responses::body(response).unwrap(),
            requests::body(request).unwrap(),
        ];
        let streams = all.map(|body| bodies::stream(body).unwrap().unwrap());
        responses::remove(response);
        requests::remove(request);
        for (body, stream) in all.into_iter().zip(streams) {
            assert_eq!(output::permit(stream), Err(Failure::Failed(Errno::EPIPE)));
            let pollable = Stream::<Output>::subscribe(stream).unwrap();
            assert!(pollable::is_ready(pollable));
            pollable::remove(pollable);
            Stream::<Output>::remove(stream).unwrap();
            assert_eq!(bodies::finish(body, Fields::NONE), Ok(()));
        }
        responses::refuse(500);
    });
}

fn names(fields: Fields) -> Vec<String> {
    fields.with(|all| {
        all.map(|(name, _)| String::from_utf8_lossy(name).into())
            .collect()
    })
}

#[test]
fn requests_are_read_where_they_are() {
    let _alone = alone();
    let request = b"POST / HTTP/1.1\r\nHost: h\r\nX-Y: 1\r\nTransfer-Encoding: chunked\r\n\r\n\
                    4\r\ndata\r\n";
    answer(request, |number, client| {
        let fields = Fields::of_head(number).insert().unwrap();
        assert_eq!(names(Fields::by_handle(fields)), ["X-Y"]);
        assert_eq!(
            fields::append(fields, b"a", b""),
            Err(fields::Refusal::Immutable)
        );
        let copy = fields::clone(fields).unwrap();
        fields::append(copy, b"a", b"").unwrap();
        assert_eq!(names(Fields::by_handle(copy)), ["X-Y", "a"]);
        assert!(incoming::consume(number) && !incoming::consume(number));
        let stream = incoming::stream(number).unwrap().unwrap();
        assert_eq!(incoming::stream(number), Ok(None));
        assert!(incoming::body_ended(number).is_err());
        let read = |wait| input::read(stream, 100, wait).map(<[_]>::len);
        let pollable = Stream::<Input>::subscribe(stream).unwrap();
        assert!(pollable::is_ready(pollable));
        assert_eq!((read(true), read(false)), (Ok(4), Ok(0)));
        assert!(!pollable::is_ready(pollable));
        client.write_all(b"2\r\nab\r\n").unwrap();
        assert!(pollable::is_ready(pollable));
        assert_eq!(read(false), Ok(2));
        assert!(Stream::<Input>::remove(stream).is_err());
        pollable::remove(pollable);
        Stream::<Input>::remove(stream).unwrap();
        assert!(incoming::body_ended(number).is_ok());
        let pollable = incoming::subscribe(number).unwrap();
        assert!(!pollable::is_ready(pollable));
        assert!(incoming::trailers_ended(number).is_err());
        assert!(matches!(incoming::trailers(number), Trailers::Waiting));
        client.write_all(b"1\r\nc\r\n0\r\nT: 1\r\n\r\n").unwrap();
        assert!(pollable::is_ready(pollable));
        let Trailers::Received(trailers) = incoming::trailers(number) else {
            panic!("there are none");
        };
        assert_eq!(names(trailers), ["T"]);
        assert!(matches!(incoming::trailers(number), Trailers::Told));
        pollable::remove(pollable);
        assert!(incoming::trailers_ended(number).is_ok());
        // Another request begins.
        incoming::begin();
        assert!(names(Fields::by_handle(fields)).is_empty());
        assert!(matches!(incoming::trailers(number), Trailers::Told));
        fields::remove(fields);
        fields::remove(copy);
    });
}

#[test]
fn errors_of_bodies_are_marked() {
    let _alone = alone();
    let request = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
    answer(request, |number, _| {
        let stream = incoming::stream(number).unwrap().unwrap();
        let errno = failure::marked(Errno::EPROTO, Origin::Incoming);
        assert_eq!(input::read(stream, 100, true), Err(Failure::Failed(errno)));
        assert_eq!(input::read(stream, 100, true), Err(Failure::Closed));
        Stream::<Input>::remove(stream).unwrap();
        assert!(matches!(incoming::trailers(number), Trailers::Failed(found) if found == errno));
    });
    let request = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc";
    answer(request, |number, client| {
        let stream = incoming::stream(number).unwrap().unwrap();
        client.shutdown(std::net::Shutdown::Write).unwrap();
        assert_eq!(input::read(stream, 100, true).map(<[_]>::len), Ok(3));
        let errno = failure::marked(Errno::ECONNRESET, Origin::Incoming);
        assert_eq!(input::read(stream, 100, true), Err(Failure::Failed(errno)));
        Stream::<Input>::remove(stream).unwrap();
    });
}

/// A request whose client sends the body after `100 Continue`.
const EXPECTS: &[u8] =
    b"POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";

/// Reads from the body, of which nothing has arrived.
fn read_nothing(number: u32) {
    assert!(incoming::consume(number));
    let stream = incoming::stream(number).unwrap().unwrap();
    let read = input::read(stream, 100, false).map(<[_]>::len);
    assert_eq!(read, Ok(0));
    Stream::<Input>::remove(stream).unwrap();
}

#[test]
fn no_interim_response_follows_the_answer() {
    let _alone = alone();
    let interim = "HTTP/1.1 100 Continue\r\n\r\n";
    let complete = || {
        let response = response(&[]);
        let body = responses::body(response).unwrap();
        responses::send(response);
        write_whole(body, b"0123");
        bodies::finish(body, Fields::NONE).unwrap();
    };
    let dropped = || {
        let response = response(&[]);
        let body = responses::body(response).unwrap();
        responses::send(response);
        bodies::remove(body).unwrap();
    };
    let refused = || responses::refuse(403);
    let handlers: [(&dyn Fn(), &str); 3] = [
        (&complete, "HTTP/1.1 200 "),
        (&dropped, "HTTP/1.1 500 "),
        (&refused, "HTTP/1.1 403 "),
    ];
    for (handler, status) in handlers {
        let received = answer(EXPECTS, |number, _| {
            handler();
            read_nothing(number);
        });
        assert!(received.starts_with(status), "{received}");
        assert!(!received.contains(interim), "{received}");
        assert!(received.contains("Connection: close\r\n"), "{received}");
        // It comes if the handler reads first.
        let received = answer(EXPECTS, |number, _| {
            read_nothing(number);
            handler();
        });
        let after = received.strip_prefix(interim).unwrap_or_default();
        assert!(after.starts_with(status), "{received}");
        assert!(!after.contains("Connection: close\r\n"), "{received}");
    }
}
