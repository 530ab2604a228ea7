//! Tests of bodies that arrive on a connection.

use super::{
    super::{framing::framing, tests::LIMITS},
    *,
};
use core::cell::Cell;
use std::{
    borrow::ToOwned,
    boxed::Box,
    io::{Read, Write},
    os::{fd::AsRawFd, unix::net::UnixStream},
    string::String,
    vec,
    vec::Vec,
};

/// The start of all requests, whose lines end with `\n` here.
const POST: &str = "POST / HTTP/1.1\nHost: a\n";

/// Room for the head and for some of the body, and bytes of data that a body may have.
const ROOM: usize = 256;
const MOST: u64 = 100;

/// What follows the body on the connection.
const NEXT: &str = "GET /next HTTP/1.1\r\n";

/// The head of a request with these fields.
fn head(fields: &str) -> Vec<u8> {
    let text = [POST, fields, "\n"].concat();
    text.replace('\n', "\r\n").into_bytes()
}

/// Both ends of a connection.
struct Connection {
    incoming: Incoming,
    client: UnixStream,
    _server: UnixStream,
}

/// The names and values of fields.
type Fields = Vec<(String, String)>;

impl Connection {
    /// A request with these fields has arrived, and the first bytes after its head.
    fn new(room: usize, fields: &str, arrived: &[u8]) -> Connection {
        let (server, client) = UnixStream::pair().unwrap();
        server.set_nonblocking(true).unwrap();
        let trailers = vec![Field::default(); LIMITS.fields];
        let mut incoming = Incoming::new(
            Box::leak(vec![0; room].into_boxed_slice()),
            Box::leak(trailers.into_boxed_slice()),
            LIMITS,
            MOST,
        );
        incoming.connect(Fd(server.as_raw_fd()), &[&head(fields), arrived].concat());
        let mut connection = Connection {
            incoming,
            client,
            _server: server,
        };
        connection.begin();
        connection
    }

    /// Begins with the request that has arrived.
    fn begin(&mut self) {
        let bytes = self.incoming.rest();
        let mut fields = [Field::default(); LIMITS.fields];
        let head = head::parse(bytes, &mut Scan::default(), &LIMITS, &mut fields);
        let head = head.unwrap().unwrap();
        let framing = framing(bytes, &head, &fields[..head.fields]).unwrap();
        self.incoming.begin(&head, &framing);
    }

    fn send(&mut self, bytes: &[u8]) {
        self.client.write_all(bytes).unwrap();
    }

    /// What is received in place of an answer.
    fn received(&mut self) -> String {
        self.client.set_nonblocking(true).unwrap();
        let mut bytes = [0; 100];
        let len = self.client.read(&mut bytes).unwrap_or(0);
        String::from_utf8(bytes[..len].to_vec()).unwrap()
    }

    /// Reads at most `most` bytes at once until nothing has arrived, or to the end.
    fn read(&mut self, most: usize, into: &mut Vec<u8>) -> Result<(), Errno> {
        let cells = vec![Cell::new(0); most];
        loop {
            match self.incoming.read(&[IoRead::new(&cells)])? {
                0 => return Ok(()),
                len => into.extend(cells[..len].iter().map(Cell::get)),
            }
        }
    }

    /// Receives everything that follows, and returns what is left after the body.
    fn rest(&mut self) -> String {
        while self.incoming.receive().is_ok() {}
        String::from_utf8(self.incoming.rest().to_vec()).unwrap()
    }

    fn trailers(&self) -> Fields {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let trailers = self.incoming.trailers();
        trailers
            .map(|(name, value)| (text(name), text(value)))
            .collect()
    }
}

/// Bodies with their fields: as they are sent, and as they are read, with their trailers.
fn bodies() -> Vec<(&'static str, &'static str, &'static str, Fields)> {
    let sum = |name: &str, value: &str| (String::from(name), String::from(value));
    const LENGTH: &str = "Content-Length: 11\n";
    const CHUNKS: &str = "Transfer-Encoding: chunked\n";
    vec![
        ("", "", "", vec![]),
        ("Content-Length: 0\n", "", "", vec![]),
        (LENGTH, "hello world", "hello world", vec![]),
        (CHUNKS, "0\r\n\r\n", "", vec![]),
        (
            CHUNKS,
            "5\r\nhello\r\n6;a=\"\\\"\"\r\n world\r\n000\r\n\r\n",
            "hello world",
            vec![],
        ),
        (
            CHUNKS,
            "b\r\nhello\r\nworl\r\n0\r\nX-Sum: 1 2\r\nContent-Length: 9\r\nETag:\r\n\r\n",
            "hello\r\nworl",
            vec![sum("X-Sum", "1 2"), sum("ETag", "")],
        ),
    ]
}

#[test]
fn bodies_are_the_same_in_every_split() {
    for (fields, sent, data, trailers) in bodies() {
        let bytes = [sent, NEXT].concat().into_bytes();
        for first in 0..=bytes.len() {
            for second in first..=bytes.len() {
                let what = (fields, first, second);
                let mut connection = Connection::new(ROOM, fields, &bytes[..first]);
                let mut read = Vec::new();
                let mut result = connection.read(4, &mut read);
                for piece in [first..second, second..bytes.len()] {
                    assert!(matches!(result, Ok(()) | Err(Errno::EAGAIN)), "{what:?}");
                    connection.send(&bytes[piece]);
                    result = connection.read(4, &mut read);
                }
                assert_eq!(result, Ok(()), "{what:?}");
                assert_eq!(read, data.as_bytes(), "{what:?}");
                assert_eq!(connection.trailers(), trailers, "{what:?}");
                assert_eq!(connection.incoming.state(), State::Ended, "{what:?}");
                assert_eq!(connection.rest(), NEXT, "{what:?}");
            }
        }
    }
}

#[test]
fn bodies_arrive_by_bytes_in_the_smallest_buffer() {
    for (fields, sent, data, trailers) in bodies() {
        let head = head(fields).len();
        // The trailer section must fit.
        let section = sent.rfind("0\r\n").map_or(1, |at| sent.len() - at - 3);
        let mut connection = Connection::new(head + section, fields, b"");
        assert_eq!(connection.incoming.head().len(), head);
        let mut read = Vec::new();
        let mut result = connection.read(1, &mut read);
        for byte in sent.as_bytes() {
            assert_eq!(result, Err(Errno::EAGAIN), "{fields}");
            connection.send(&[*byte]);
            result = connection.read(1, &mut read);
        }
        assert_eq!(result, Ok(()), "{fields}");
        assert_eq!(read, data.as_bytes(), "{fields}");
        assert_eq!(connection.trailers(), trailers, "{fields}");
        assert!(connection.incoming.head().starts_with(b"POST / "));
    }
}

#[test]
fn data_fills_several_vectors() {
    let mut connection = Connection::new(ROOM, "Content-Length: 7\n", b"0123456");
    let cells = vec![Cell::new(b'x'); 6];
    let vectors = [
        IoRead::new(&cells[..2]),
        IoRead::new(&cells[2..2]),
        IoRead::new(&cells[2..5]),
    ];
    assert_eq!(connection.incoming.read(&vectors), Ok(5));
    let read: Vec<u8> = cells.iter().map(Cell::get).collect();
    assert_eq!(read, b"01234x");
    assert_eq!(connection.incoming.read(&vectors), Ok(2));
    assert_eq!(connection.incoming.read(&vectors), Ok(0));
}

/// The result of reading a body to its end, and the status code that it asks for.
fn outcome(room: usize, fields: &str, sent: &str) -> (Vec<u8>, Result<(), Errno>, Option<u16>) {
    let mut connection = Connection::new(room, fields, b"");
    connection.send(sent.as_bytes());
    let mut read = Vec::new();
    let result = connection.read(7, &mut read);
    if let Err(errno) = result
        && errno != Errno::EAGAIN
    {
        // It stays so.
        assert_eq!(connection.read(7, &mut read), Err(errno));
        assert_eq!(connection.incoming.skip(), Err(errno));
        assert!(connection.incoming.is_ready());
        assert_eq!(connection.incoming.state(), State::Failed(errno));
    }
    (read, result, connection.incoming.refusal())
}

#[test]
fn bodies_have_limits() {
    const CHUNKS: &str = "Transfer-Encoding: chunked\n";
    let (most, more) = ("x".repeat(MOST as usize), "x".repeat(MOST as usize + 1));
    let large = (Err(Errno::EMSGSIZE), Some(413));
    for (fields, sent, expected) in [
        ("Content-Length: 100\n", most.clone(), (Ok(()), None)),
        ("Content-Length: 101\n", more.clone(), large),
        (
            CHUNKS,
            std::format!("64\r\n{most}\r\n0\r\n\r\n"),
            (Ok(()), None),
        ),
        // A chunk is refused by its size, before its data.
        (CHUNKS, "65\r\nx".into(), large),
        (CHUNKS, "7fffffffffffffff\r\nx".into(), large),
        (
            CHUNKS,
            "60\r\n".to_owned() + &"x".repeat(0x60) + "\r\n5\r\nx",
            large,
        ),
    ] {
        let (read, result, refusal) = outcome(ROOM, fields, &sent);
        assert_eq!((result, refusal), expected, "{fields}{sent}");
        assert!(read.len() as u64 <= MOST);
    }
    let long = "0\r\nX: ".to_owned() + &"x".repeat(LIMITS.bytes) + "\r\n\r\n";
    let many = "0\r\n".to_owned() + &"X: 1\r\n".repeat(LIMITS.fields + 1) + "\r\n";
    for (room, sent) in [(4096, &long), (ROOM, &long), (4096, &many)] {
        let sent = std::format!("1\r\n!\r\n{sent}");
        let expected = (b"!".to_vec(), Err(Errno::EPROTO), Some(431));
        assert_eq!(outcome(room, CHUNKS, &sent), expected, "{room} {sent}");
    }
}

#[test]
fn invalid_bodies_are_refused_after_their_data() {
    const CHUNKS: &str = "Transfer-Encoding: chunked\n";
    for sent in [
        "3\r\nabcX",
        "3\r\nabc\r\ng\r\n",
        "3\r\nabc\r\n0\r\n bad\r\n\r\n",
    ] {
        let expected = (b"abc".to_vec(), Err(Errno::EPROTO), Some(400));
        assert_eq!(outcome(ROOM, CHUNKS, sent), expected, "{sent}");
    }
}

#[test]
fn a_client_that_goes_away_ends_the_body() {
    for (fields, sent) in [
        ("Content-Length: 5\n", "abc"),
        ("Transfer-Encoding: chunked\n", "5\r\nabc"),
        ("Transfer-Encoding: chunked\n", "3\r\nabc\r\n0\r\nX: y"),
    ] {
        let mut connection = Connection::new(ROOM, fields, b"");
        connection.send(sent.as_bytes());
        let mut read = Vec::new();
        assert_eq!(connection.read(9, &mut read), Err(Errno::EAGAIN));
        assert!(!connection.incoming.is_ready());
        connection
            .client
            .shutdown(std::net::Shutdown::Write)
            .unwrap();
        assert!(connection.incoming.is_ready());
        assert_eq!(connection.read(9, &mut read), Err(Errno::ECONNRESET));
        assert_eq!(connection.incoming.refusal(), None);
        assert_eq!(read, b"abc", "{sent}");
    }
}

#[test]
fn who_waits_for_100_continue_gets_it_once() {
    let fields = "Expect: 100-continue\nContent-Length: 4\n";
    let interim = "HTTP/1.1 100 Continue\r\n\r\n";
    let mut connection = Connection::new(ROOM, fields, b"");
    assert!(connection.incoming.waits());
    assert_eq!(connection.received(), "");
    let mut read = Vec::new();
    assert_eq!(connection.read(9, &mut read), Err(Errno::EAGAIN));
    assert_eq!(connection.received(), interim);
    assert!(!connection.incoming.waits());
    connection.send(b"ab");
    assert!(connection.incoming.is_ready());
    connection.send(b"cd");
    assert_eq!(connection.read(9, &mut read), Ok(()));
    assert_eq!((&*read, &*connection.received()), (&b"abcd"[..], ""));
    // Also to find out whether something can be read.
    let mut connection = Connection::new(ROOM, fields, b"");
    assert!(!connection.incoming.is_ready());
    assert_eq!(connection.received(), interim);
}

#[test]
fn who_sends_the_body_or_has_an_answer_gets_no_100_continue() {
    let fields = "Expect: 100-continue\nContent-Length: 4\n";
    let mut connection = Connection::new(ROOM, fields, b"a");
    assert!(!connection.incoming.waits());
    let mut read = Vec::new();
    assert_eq!(connection.read(9, &mut read), Err(Errno::EAGAIN));
    assert_eq!((&*read, &*connection.received()), (&b"a"[..], ""));
    let mut connection = Connection::new(ROOM, fields, b"");
    connection.incoming.wait_no_more();
    assert_eq!(connection.read(9, &mut read), Err(Errno::EAGAIN));
    assert_eq!(connection.received(), "");
}

#[test]
fn what_is_not_read_is_skipped_up_to_the_next_request() {
    for (fields, sent, data, trailers) in bodies() {
        for read in 0..=data.len() {
            for arrived in 0..=sent.len() {
                let mut connection = Connection::new(ROOM, fields, &sent.as_bytes()[..arrived]);
                let cells = vec![Cell::new(0); read];
                let _ = connection.incoming.read(&[IoRead::new(&cells)]);
                let skipped = connection.incoming.skip();
                if arrived < sent.len() {
                    assert_eq!(skipped, Err(Errno::EAGAIN), "{fields} {arrived}");
                    connection.send(&[&sent.as_bytes()[arrived..], NEXT.as_bytes()].concat());
                } else {
                    connection.send(NEXT.as_bytes());
                }
                assert_eq!(connection.incoming.skip(), Ok(()), "{fields} {arrived}");
                assert_eq!(connection.trailers(), trailers);
                assert_eq!(connection.rest(), NEXT, "{fields} {arrived}");
            }
        }
    }
}

#[test]
fn requests_follow_each_other() {
    let second = head("Content-Length: 3\n");
    let arrived = [b"abc", &*second, b"de"].concat();
    let mut connection = Connection::new(ROOM, "Content-Length: 3\n", &arrived);
    for (moves, data) in [(false, "abc"), (true, "def")] {
        let mut read = Vec::new();
        if moves {
            connection.send(b"fgh");
        }
        assert_eq!(connection.read(2, &mut read), Ok(()));
        assert_eq!(read, data.as_bytes());
        if !moves {
            connection.incoming.compact();
            assert_eq!(connection.incoming.rest(), &arrived[3..]);
            connection.begin();
            assert_eq!(connection.incoming.head(), second);
        }
    }
    assert_eq!(connection.rest(), "gh");
}

#[test]
fn a_body_can_be_left_if_its_end_is_near() {
    const CHUNKS: &str = "Transfer-Encoding: chunked\n";
    let near = std::format!("Content-Length: {MOST_LEFT}\n");
    let far = std::format!("Content-Length: {}\n", MOST_LEFT + 1);
    for (fields, arrived, later, expected) in [
        ("", "", "", true),
        (&*near, "", "", true),
        (&*far, "", "", false),
        (&*far, "x", "", true),
        (CHUNKS, "", "", false),
        (CHUNKS, "3\r\nabc", "", false),
        (CHUNKS, "3\r\nabc\r\n0\r\n", "", false),
        (CHUNKS, "3\r\nabc\r\n0\r\nA: b\r\n", "", false),
        (CHUNKS, "3\r\nabc\r\n0\r\nA: b\r\n\r\n", "", true),
        (CHUNKS, "3\r\nabc\r\n0\r\nA: b\r\n\r\nGET ", "", true),
        (CHUNKS, "", "3\r\nabc\r\n0\r\n\r\n", true),
        (CHUNKS, "3\r\nab", "c\r\n0\r\nA: b\r\n\r\n", true),
        (CHUNKS, "3\r\nabc\r\nx\r\n0\r\n\r\n", "", false),
        (CHUNKS, "3\r\nabc\r\n0\r\n bad\r\n\r\n", "", false),
    ] {
        let what = (fields, arrived, later);
        let mut connection = Connection::new(ROOM, fields, arrived.as_bytes());
        connection.send(later.as_bytes());
        assert_eq!(connection.incoming.can_be_left(), expected, "{what:?}");
        // A handler can still read all of it.
        let mut read = Vec::new();
        let result = connection.read(2, &mut read);
        let data = if arrived.len() + later.len() > 3 {
            b"abc"
        } else {
            arrived.as_bytes()
        };
        assert_eq!(read, data, "{what:?}");
        let ends = result == Ok(());
        assert_eq!(
            ends,
            expected && fields != near && fields != far,
            "{what:?}"
        );
        // And after it was read, there is as much of it as before.
        assert_eq!(connection.incoming.can_be_left(), expected, "{what:?}");
    }
    let chunk = std::format!("65\r\n{}\r\n0\r\n\r\n", "x".repeat(MOST as usize + 1));
    let mut connection = Connection::new(512, CHUNKS, chunk.as_bytes());
    assert!(
        !connection.incoming.can_be_left(),
        "it is larger than allowed"
    );
}

#[test]
fn what_is_left_of_a_body_is_passed_over() {
    let mut connection = Connection::new(ROOM, "Content-Length: 9\n", b"ab");
    assert_eq!(connection.incoming.skip(), Err(Errno::EAGAIN));
    let mut left = connection.incoming.left();
    assert_eq!(left, 7);
    let fd = connection.incoming.fd;
    for (bytes, expected) in [("", 7), ("cdef", 3), ("ghiGET", 0), ("", 0)] {
        connection.incoming.connect(fd, bytes.as_bytes());
        left = connection.incoming.pass_over(left);
        assert_eq!(left, expected);
        let rest = if bytes.contains('G') { "GET" } else { "" };
        assert_eq!(connection.incoming.rest(), rest.as_bytes());
    }
}
