//! Tests of answers.

use super::*;
use std::{borrow::ToOwned, string::String, vec, vec::Vec};

const DATE: &[u8; date::LENGTH] = b"Sun, 06 Nov 1994 08:49:37 GMT";

/// What is written into a buffer of this size.
fn written(size: usize, write: impl FnOnce(&mut Output<'_>)) -> Result<String, Unwritten> {
    let mut buffer = vec![0; size];
    let mut output = Output::new(&mut buffer);
    write(&mut output);
    let len = output.finish()?;
    buffer.truncate(len);
    Ok(String::from_utf8(buffer).expect("it is ASCII"))
}

fn client(minor: u8, method: &str, keep_alive: bool) -> Client {
    Client {
        minor,
        head_only: method == "HEAD",
        keep_alive,
    }
}

#[test]
fn plans() {
    use Extent::{Chunked, Close, Implied, Length};
    let (five, empty) = (Some(5), Some(0));
    for (status, minor, method, length, extent, body, keep_alive) in [
        (200, 1, "GET", five, Length(5), true, true),
        (200, 1, "GET", empty, Length(0), false, true),
        (200, 1, "GET", None, Chunked, true, true),
        (200, 1, "HEAD", five, Length(5), false, true),
        (200, 1, "HEAD", None, Chunked, false, true),
        (200, 0, "GET", five, Length(5), true, true),
        (200, 0, "GET", None, Close, true, false),
        (200, 0, "HEAD", five, Length(5), false, true),
        (200, 0, "HEAD", None, Implied, false, true),
        (404, 1, "GET", None, Chunked, true, true),
        (103, 1, "GET", five, Implied, false, true),
        (199, 1, "GET", None, Implied, false, true),
        (204, 1, "GET", None, Implied, false, true),
        (204, 1, "GET", five, Implied, false, true),
        (204, 0, "GET", None, Implied, false, true),
        (205, 1, "GET", five, Length(0), false, true),
        (205, 0, "GET", None, Length(0), false, true),
        (304, 1, "GET", None, Implied, false, true),
        (304, 1, "GET", five, Length(5), false, true),
        (304, 0, "GET", None, Implied, false, true),
        (304, 1, "HEAD", five, Length(5), false, true),
    ] {
        let plan_for = |keep| plan(status, &client(minor, method, keep), length);
        let plan = plan_for(true);
        let found = (plan.extent, plan.body, plan.keep_alive);
        let row = (status, minor, method, length);
        assert_eq!(found, (extent, body, keep_alive), "{row:?}");
        let closed = plan_for(false);
        let found = (closed.extent, closed.body, closed.keep_alive);
        assert_eq!(found, (extent, body, false), "{row:?}");
    }
}

/// Names and values.
type Fields = &'static [(&'static str, &'static str)];

/// The head of an answer; lines of `expected` end with `|`, and `DATE` is the line of the date.
fn assert_head(status: u16, client: &Client, length: Option<u64>, fields: Fields, expected: &str) {
    let plan = plan(status, client, length);
    let write = |output: &mut Output<'_>| {
        let mut answer = Answer::start(output, status);
        for (name, value) in fields {
            answer.field(name.as_bytes(), value.as_bytes());
        }
        answer.end(&plan, DATE);
    };
    let date = "Date: Sun, 06 Nov 1994 08:49:37 GMT";
    let head = "HTTP/1.1 ".to_owned() + &expected.replace("DATE", date).replace('|', "\r\n");
    let head = head + "\r\n";
    assert_eq!(written(300, write).as_ref(), Ok(&head), "{expected}");
    // The output must fit, to the byte.
    assert_eq!(written(head.len(), write), Ok(head.clone()), "{expected}");
    for size in 0..head.len() {
        assert_eq!(written(size, write), Err(Unwritten::Overflow), "{expected}");
    }
}

#[test]
fn heads() {
    let get = client(1, "GET", true);
    let closing = client(1, "GET", false);
    let (old, old_closing) = (client(0, "GET", true), client(0, "GET", false));
    for (status, client, length, expected) in [
        (200, get, Some(3), "200 OK|DATE|Content-Length: 3|"),
        (200, get, None, "200 OK|DATE|Transfer-Encoding: chunked|"),
        (
            200,
            closing,
            Some(0),
            "200 OK|DATE|Content-Length: 0|Connection: close|",
        ),
        (
            200,
            old,
            Some(u64::MAX),
            "200 OK|DATE|Content-Length: 18446744073709551615|Connection: keep-alive|",
        ),
        (200, old, None, "200 OK|DATE|Connection: close|"),
        (
            200,
            old_closing,
            Some(1),
            "200 OK|DATE|Content-Length: 1|Connection: close|",
        ),
        (204, get, Some(3), "204 No Content|DATE|"),
        (299, get, Some(1), "299 |DATE|Content-Length: 1|"),
        (999, get, Some(1), "999 |DATE|Content-Length: 1|"),
    ] {
        assert_head(status, &client, length, &[], expected);
    }
}

#[test]
fn heads_with_fields() {
    let rows: [(u16, Option<u64>, Fields, &str); 4] = [
        (
            304,
            None,
            &[("ETag", "\"x\"")],
            "304 Not Modified|ETag: \"x\"|DATE|",
        ),
        (
            200,
            Some(1),
            &[("a", "1"), ("A", ""), ("a", "x y")],
            "200 OK|a: 1|A: |a: x y|DATE|Content-Length: 1|",
        ),
        (
            200,
            Some(1),
            &[("date", "now")],
            "200 OK|date: now|Content-Length: 1|",
        ),
        (
            200,
            Some(1),
            &[
                ("content-length", "9"),
                ("Transfer-Encoding", "x"),
                ("CONNECTION", "x"),
                ("keep-alive", "x"),
                ("Upgrade", "x"),
                ("proxy-connection", "x"),
            ],
            "200 OK|DATE|Content-Length: 1|",
        ),
    ];
    for (status, length, fields, expected) in rows {
        assert_head(status, &client(1, "GET", true), length, fields, expected);
    }
}

#[test]
fn invalid_heads_are_not_written() {
    for (status, name, value, error) in [
        (200, "a", "b", None),
        (100, "a", "b", None),
        (99, "a", "b", Some(Unwritten::Invalid)),
        (0, "a", "b", Some(Unwritten::Invalid)),
        (1000, "a", "b", Some(Unwritten::Invalid)),
        (200, "", "b", Some(Unwritten::Invalid)),
        (200, "a b", "b", Some(Unwritten::Invalid)),
        (200, "a:", "b", Some(Unwritten::Invalid)),
        (200, "a", "b\r\nc: d", Some(Unwritten::Invalid)),
        (200, "a", "b\n", Some(Unwritten::Invalid)),
        (200, "a", "\0", Some(Unwritten::Invalid)),
    ] {
        let result = written(100, |output| {
            let mut answer = Answer::start(output, status);
            answer.field(name.as_bytes(), value.as_bytes());
            answer.end_interim();
        });
        assert_eq!(result.err(), error, "{status} {name:?} {value:?}");
    }
}

#[test]
fn heads_are_written_in_two_parts() {
    let plan = plan(204, &client(1, "GET", true), None);
    for (name, dated) in [("a", false), ("Date", true)] {
        let mut found = None;
        let start = written(100, |output| {
            let mut answer = Answer::start(output, 204);
            answer.field(name.as_bytes(), b"x");
            found = Some(answer.is_dated());
        });
        let end = written(100, |output| {
            Answer::resumed(output, dated).end(&plan, DATE)
        });
        assert_eq!(found, Some(dated));
        let head = start.expect("it fits") + &end.expect("it fits");
        assert_eq!(head.contains("1994"), !dated, "{head}");
    }
}

#[test]
fn chunks() {
    for (size, line) in [
        (0, ""),
        (1, "1\r\n"),
        (10, "a\r\n"),
        (0x1f00, "1f00\r\n"),
        (u64::MAX, "ffffffffffffffff\r\n"),
    ] {
        assert_eq!(
            written(20, |output| chunk(output, size)).as_deref(),
            Ok(line)
        );
    }
    let last = written(100, |output| {
        output.put(LAST_CHUNK);
        trailer(output, b"ETag", b"x");
        trailer(output, b"Content-Length", b"5");
        output.put(CRLF);
    });
    assert_eq!(last.as_deref(), Ok("0\r\nETag: x\r\n\r\n"));
    let invalid = written(100, |output| trailer(output, b"a", b"\r"));
    assert_eq!(invalid, Err(Unwritten::Invalid));
}

#[test]
fn interim_responses() {
    let hints = written(100, |output| {
        let mut answer = Answer::start(output, 103);
        answer.field(b"Link", b"</a>");
        answer.end_interim();
    });
    let expected = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    assert_eq!(hints.as_deref(), Ok(expected));
    let interim = written(100, |output| Answer::start(output, 100).end_interim());
    assert_eq!(interim.as_ref().map(|text| text.as_bytes()), Ok(CONTINUE));
}

#[test]
fn refusals() {
    for (status, head_only, body, length) in [
        (400, false, "Bad Request\n", 12),
        (431, false, "Request Header Fields Too Large\n", 32),
        (503, true, "", 20),
        (599, false, "\n", 1),
    ] {
        let text = written(300, |output| refusal(output, status, head_only, DATE));
        let text = text.expect("it fits");
        let length = std::format!("\r\nContent-Length: {length}\r\n");
        assert!(
            text.starts_with(&std::format!("HTTP/1.1 {status} ")),
            "{text}"
        );
        assert!(text.contains(&length), "{text}");
        assert!(text.contains("\r\nContent-Type: text/plain\r\n"), "{text}");
        let end = std::format!("\r\nConnection: close\r\n\r\n{body}");
        assert!(text.ends_with(&end), "{text}");
    }
}

#[test]
fn reasons_are_ordered() {
    let statuses: Vec<_> = REASONS.iter().map(|&(status, _)| status).collect();
    assert!(statuses.is_sorted_by(|one, other| one < other));
    for &(status, phrase) in REASONS {
        assert_eq!(reason(status), phrase);
    }
    assert_eq!(reason(509), b"");
}
