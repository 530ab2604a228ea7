//! Tests of answers on a connection.

use super::*;
use std::{
    borrow::ToOwned,
    boxed::Box,
    io::Read,
    os::{fd::AsRawFd, unix::net::UnixStream},
    string::String,
    vec,
    vec::Vec,
};

/// The data that fits into the buffer of these tests.
const CAPACITY: usize = 64;

/// Both ends of a connection.
struct Connection {
    outgoing: Outgoing,
    client: UnixStream,
    _server: UnixStream,
}

/// A client of HTTP/1.1 whose connection persists.
const CLIENT: Client = Client {
    minor: 1,
    head_only: false,
    keep_alive: true,
};

/// The same with HTTP/1.0.
const OLD: Client = Client { minor: 0, ..CLIENT };

/// The same after a HEAD request.
const HEAD: Client = Client {
    head_only: true,
    ..CLIENT
};

impl Connection {
    fn new(client: Client) -> Connection {
        Connection::with_room(client, CAPACITY)
    }

    /// A connection whose buffer has room for this number of bytes of data.
    fn with_room(client: Client, capacity: usize) -> Connection {
        let (server, other) = UnixStream::pair().unwrap();
        for end in [&server, &other] {
            end.set_nonblocking(true).unwrap();
        }
        let room = |len| Box::leak(vec![0; len].into_boxed_slice());
        let mut outgoing = Outgoing::new(room(300), room(LINE + capacity + TAIL));
        outgoing.begin(Fd(server.as_raw_fd()), client);
        Connection {
            outgoing,
            client: other,
            _server: server,
        }
    }

    /// Begins an answer with a field; returns whether it fits.
    fn start(&mut self, status: u16, length: Option<u64>, value: &str) -> bool {
        let fields = |each: Each<'_>| each(b"X", value.as_bytes());
        self.outgoing.start(status, length, &fields).is_ok()
    }

    /// Writes as much data as is taken; returns the number of bytes.
    fn put(&mut self, data: &[u8]) -> usize {
        let (one, other) = data.split_at(data.len() / 3);
        self.outgoing.put(&[IoWrite::of(one), IoWrite::of(other)])
    }

    /// Writes all data; sends it whenever the buffer is full.
    fn write(&mut self, mut data: &[u8]) {
        while !data.is_empty() {
            let taken = self.put(data);
            data = &data[taken..];
            if !data.is_empty() {
                assert_eq!(self.outgoing.room(), 0);
                assert_eq!(self.outgoing.push(), Ok(()));
            }
        }
    }

    /// Ends the answer, and sends it.
    fn end(&mut self, trailers: Option<&dyn Fn(Each<'_>)>) {
        self.outgoing.end(trailers);
        assert_eq!(self.outgoing.phase(), Phase::Ended);
        assert_eq!(self.outgoing.push(), Ok(()));
        assert!(!self.outgoing.is_pending());
    }

    /// What has been received since the last call; lines end with `\n` here, and `DATE` is the line
    /// of the date.
    fn received(&mut self) -> String {
        let mut bytes = Vec::new();
        // At the end of what has arrived there is an error.
        let _ = self.client.read_to_end(&mut bytes);
        let text = String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
        let lines = text.split_inclusive('\n');
        lines
            .map(|line| match line.starts_with("Date: ") {
                true => "DATE\n",
                false => line,
            })
            .collect()
    }
}

/// What a client receives if `data` is written at once, and whether its connection persists.
fn answer(client: Client, status: u16, length: Option<u64>, data: &str) -> (String, bool) {
    let mut connection = Connection::new(client);
    assert!(connection.start(status, length, "x"));
    connection.write(data.as_bytes());
    connection.end(None);
    let summary = connection.outgoing.summary();
    assert_eq!(summary, (status, data.len() as u64));
    (connection.received(), connection.outgoing.persists())
}

#[test]
fn short_answers_get_a_length() {
    for (client, length, data, line) in [
        (CLIENT, None, "hello", "Content-Length: 5\n"),
        (CLIENT, None, "", "Content-Length: 0\n"),
        (CLIENT, Some(5), "hello", "Content-Length: 5\n"),
        (
            OLD,
            None,
            "hello",
            "Content-Length: 5\nConnection: keep-alive\n",
        ),
    ] {
        let expected = "HTTP/1.1 200 OK\nX: x\nDATE\n".to_owned() + line + "\n" + data;
        assert_eq!(answer(client, 200, length, data), (expected, true));
    }
    let full = "x".repeat(CAPACITY);
    let (text, _) = answer(CLIENT, 200, None, &full);
    assert!(text.ends_with(&std::format!("Content-Length: {CAPACITY}\n\n{full}")));
}

#[test]
fn long_answers_are_sent_in_chunks() {
    let full = "x".repeat(CAPACITY);
    let data = full.clone() + "y";
    let head = "HTTP/1.1 200 OK\nX: x\nDATE\n";
    let chunks = std::format!("{CAPACITY:x}\n{full}\n1\ny\n0\n\n");
    let expected = std::format!("{head}Transfer-Encoding: chunked\n\n{chunks}");
    assert_eq!(answer(CLIENT, 200, None, &data), (expected, true));
    // With a length that was stated, or to a client that knows no chunks, they are not.
    let expected = std::format!("{head}Content-Length: {}\n\n{data}", data.len());
    let length = Some(data.len() as u64);
    assert_eq!(answer(CLIENT, 200, length, &data), (expected, true));
    let expected = std::format!("{head}Connection: close\n\n{data}");
    assert_eq!(answer(OLD, 200, None, &data), (expected, false));
}

#[test]
fn answers_without_content_have_no_body() {
    for (client, status, length, data, lines) in [
        (HEAD, 200, None, "hello", "Content-Length: 5\n"),
        (HEAD, 200, None, "", "Transfer-Encoding: chunked\n"),
        (HEAD, 200, Some(9), "", "Content-Length: 9\n"),
        (CLIENT, 204, None, "hello", ""),
        (CLIENT, 204, Some(5), "", ""),
        (CLIENT, 304, None, "", ""),
        (CLIENT, 304, Some(7), "", "Content-Length: 7\n"),
    ] {
        let reason = String::from_utf8(answer::reason(status).to_vec()).unwrap();
        let expected = std::format!("HTTP/1.1 {status} {reason}\nX: x\nDATE\n{lines}\n");
        let found = answer(client, status, length, data);
        assert_eq!(found, (expected, true), "{data}");
    }
    let long = "x".repeat(3 * CAPACITY);
    let (text, persists) = answer(HEAD, 200, None, &long);
    assert!(text.ends_with("\nTransfer-Encoding: chunked\n\n") && persists);
}

#[test]
fn what_is_sent_early_is_a_chunk() {
    let mut connection = Connection::new(CLIENT);
    assert!(connection.start(200, None, "x"));
    assert!(connection.outgoing.is_open() && connection.outgoing.is_unsent());
    assert_eq!(connection.outgoing.push(), Ok(()));
    assert!(!connection.outgoing.is_open() && !connection.outgoing.is_unsent());
    let head = "HTTP/1.1 200 OK\nX: x\nDATE\nTransfer-Encoding: chunked\n\n";
    assert_eq!(connection.received(), head);
    // Without data there is no chunk, which would end the body.
    assert_eq!(connection.outgoing.push(), Ok(()));
    assert_eq!(connection.received(), "");
    for (data, chunk) in [("ab", "2\nab\n"), ("c", "1\nc\n")] {
        connection.write(data.as_bytes());
        assert_eq!(connection.outgoing.push(), Ok(()));
        assert_eq!(connection.received(), chunk);
    }
    connection.end(None);
    assert_eq!(connection.received(), "0\n\n");
}

#[test]
fn trailers_follow_the_last_chunk() {
    let trailers = |each: Each<'_>| {
        each(b"X-Sum", b"1");
        each(b"Content-Length", b"1");
    };
    for (data, expected) in [
        ("", "chunked\n\n0\nX-Sum: 1\n\n"),
        ("ab", "chunked\n\n2\nab\n0\nX-Sum: 1\n\n"),
    ] {
        let mut connection = Connection::new(CLIENT);
        assert!(connection.start(200, None, "x"));
        connection.write(data.as_bytes());
        connection.end(Some(&trailers));
        let text = connection.received();
        assert!(text.ends_with(expected), "{text}");
    }
    // HTTP/1.0 has none, and neither has an answer with a length.
    for (client, length) in [(OLD, None), (CLIENT, Some(2))] {
        let mut connection = Connection::new(client);
        assert!(connection.start(200, length, "x"));
        connection.write(b"ab");
        connection.end(Some(&trailers));
        let text = connection.received();
        assert!(text.ends_with("\n\nab"), "{text}");
    }
}

#[test]
fn trailers_that_do_not_fit_are_left_out() {
    let long = "x".repeat(CAPACITY + TAIL);
    let mut connection = Connection::new(CLIENT);
    assert!(connection.start(200, None, "x"));
    connection.write(b"ab");
    connection.end(Some(&|each| each(b"X-Sum", long.as_bytes())));
    assert!(connection.received().ends_with("\n2\nab\n0\n\n"));
    assert!(connection.outgoing.persists());
}

#[test]
fn heads_that_do_not_fit_are_no_answers() {
    let mut connection = Connection::new(CLIENT);
    assert!(!connection.start(200, None, &"x".repeat(300)));
    assert!(!connection.start(200, None, "\r\nY: y"));
    assert_eq!(connection.outgoing.phase(), Phase::None);
    assert_eq!(connection.outgoing.room(), 0);
    assert!(connection.start(200, None, "x"));
    connection.end(None);
    assert!(connection.received().starts_with("HTTP/1.1 200 OK\nX: x\n"));
    // The end of the head does not fit.
    let mut connection = Connection::new(CLIENT);
    assert!(connection.start(200, None, &"x".repeat(300 - 30)));
    connection.outgoing.end(None);
    assert_eq!(connection.outgoing.push(), Err(Errno::EPIPE));
    assert!(!connection.outgoing.persists());
    assert_eq!(connection.received(), "");
}

#[test]
fn informational_responses_are_sent_at_once() {
    for (client, expected) in [(CLIENT, "HTTP/1.1 103 Early Hints\nLink: a\n\n"), (OLD, "")] {
        let mut connection = Connection::new(client);
        let fields = |each: Each<'_>| each(b"Link", b"a");
        assert_eq!(connection.outgoing.inform(103, &fields), Ok(()));
        assert_eq!(connection.received(), expected);
        assert!(connection.start(200, None, "x"));
        connection.end(None);
        assert!(connection.received().starts_with("HTTP/1.1 200 OK\nX: x\n"));
    }
}

#[test]
fn slow_clients_get_everything() {
    const PIECE: usize = 1000;
    let mut connection = Connection::with_room(CLIENT, 4096);
    let total = 600 * PIECE;
    assert!(connection.start(200, Some(total as u64), "x"));
    let piece: Vec<u8> = (b'a'..=b'z').cycle().take(PIECE).collect();
    let (mut received, mut refused) = (String::new(), 0);
    for _ in 0..total / PIECE {
        let mut rest = &piece[..];
        while !rest.is_empty() {
            let taken = connection.put(rest);
            rest = &rest[taken..];
            if !rest.is_empty() && connection.outgoing.push() == Err(Errno::EAGAIN) {
                assert!(connection.outgoing.is_pending());
                assert_eq!(connection.outgoing.room(), 0);
                assert!(!connection.outgoing.pending().concat().is_empty());
                refused += 1;
                received += &connection.received();
            }
        }
    }
    connection.outgoing.end(None);
    while connection.outgoing.push() == Err(Errno::EAGAIN) {
        received += &connection.received();
    }
    received += &connection.received();
    assert!(refused > 0);
    let (head, body) = received.split_once("\n\n").unwrap();
    assert!(head.ends_with("Content-Length: 600000"));
    assert_eq!(body.len(), total);
    let mut pieces = body.as_bytes().chunks(PIECE);
    assert!(pieces.all(|found| found == piece));
}

#[test]
fn clients_that_go_away_break_the_answer() {
    let mut connection = Connection::new(CLIENT);
    connection.client = UnixStream::pair().unwrap().0;
    assert!(connection.start(200, None, "x"));
    connection.put(b"x");
    assert_eq!(connection.outgoing.push(), Err(Errno::EPIPE));
    assert_eq!(connection.outgoing.push(), Err(Errno::EPIPE));
    assert!(!connection.outgoing.is_pending() && !connection.outgoing.is_unsent());
    assert!(!connection.outgoing.persists());
}

#[test]
fn an_answer_of_which_nothing_was_sent_can_be_replaced() {
    let mut connection = Connection::new(CLIENT);
    assert!(connection.start(200, Some(9), "x"));
    connection.put(b"lost");
    connection.outgoing.withdraw();
    assert_eq!(connection.outgoing.summary().1, 0);
    assert!(connection.start(500, None, "y"));
    connection.write(b"kept");
    connection.end(None);
    let expected = "HTTP/1.1 500 Internal Server Error\nX: y\nDATE\nContent-Length: 4\n\nkept";
    assert_eq!(connection.received(), expected);
}

#[test]
fn an_abandoned_answer_ends_the_connection() {
    let mut connection = Connection::new(CLIENT);
    assert!(connection.start(200, Some(9), "x"));
    connection.put(b"some");
    assert_eq!(connection.outgoing.push(), Ok(()));
    connection.put(b"more");
    connection.outgoing.abandon();
    assert_eq!(connection.outgoing.phase(), Phase::Ended);
    assert_eq!(connection.outgoing.push(), Err(Errno::EPIPE));
    assert!(connection.received().ends_with("\n\nsome"));
    assert!(!connection.outgoing.persists());
}

#[test]
fn the_last_answer_says_so() {
    let mut connection = Connection::new(CLIENT);
    connection.outgoing.close();
    assert!(connection.start(200, None, "x"));
    connection.end(None);
    let end = "Content-Length: 0\nConnection: close\n\n";
    assert!(connection.received().ends_with(end));
    assert!(!connection.outgoing.persists());
}
