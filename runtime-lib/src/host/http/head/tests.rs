//! Tests of the parser of heads.

use super::{super::tests::LIMITS, *};
use std::{format, string::String, vec::Vec};

/// A description of the result for the bytes in one piece: see `ACCEPTED`.
fn parsed(bytes: &[u8], limits: &Limits) -> Result<Option<String>, Refused> {
    let mut fields = [Field::default(); 20];
    let head = parse(bytes, &mut Scan::default(), limits, &mut fields)?;
    Ok(head.map(|head| shown(bytes, &head, &fields[..head.fields])))
}

fn shown(bytes: &[u8], head: &Head, fields: &[Field]) -> String {
    let text = |span: Span| span.of(bytes).escape_ascii();
    let mut shown = format!(
        "{:?} {} {}|{}|{} 1.{} +{}",
        head.form,
        text(head.method),
        text(head.scheme),
        text(head.authority),
        text(head.path_with_query),
        head.minor,
        bytes.len() - head.len,
    );
    for field in fields {
        shown += &format!(" {}={};", text(field.name), text(field.value));
    }
    shown
}

/// Heads and what they are: form, method, `scheme|authority|path`, version, number of bytes after
/// the head, fields.
const ACCEPTED: &[(&[u8], &str)] = &[
    (b"GET / HTTP/1.1\r\n\r\n", "Origin GET ||/ 1.1 +0"),
    (b"GET / HTTP/1.1\r\n\r\nGET /", "Origin GET ||/ 1.1 +5"),
    (
        b"\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        "Origin GET ||/ 1.1 +0",
    ),
    (b"GET / HTTP/1.0\r\n\r\n", "Origin GET ||/ 1.0 +0"),
    (b"GET / HTTP/1.9\r\n\r\n", "Origin GET ||/ 1.1 +0"),
    (
        b"M-x!#$%&'*+.^_`|~ / HTTP/1.1\r\n\r\n",
        "Origin M-x!#$%&\\'*+.^_`|~ ||/ 1.1 +0",
    ),
    (b"get / HTTP/1.1\r\n\r\n", "Origin get ||/ 1.1 +0"),
    (b"GET //a//b HTTP/1.1\r\n\r\n", "Origin GET ||//a//b 1.1 +0"),
    (
        b"GET /%zz%4?%00 HTTP/1.1\r\n\r\n",
        "Origin GET ||/%zz%4?%00 1.1 +0",
    ),
    (
        b"GET /a|{}^<>[] HTTP/1.1\r\n\r\n",
        "Origin GET ||/a|{}^<>[] 1.1 +0",
    ),
    (
        b"GET /?a=/b?c HTTP/1.1\r\n\r\n",
        "Origin GET ||/?a=/b?c 1.1 +0",
    ),
    (
        b"GET /http://a/ HTTP/1.1\r\n\r\n",
        "Origin GET ||/http://a/ 1.1 +0",
    ),
    (b"OPTIONS * HTTP/1.1\r\n\r\n", "Asterisk OPTIONS ||* 1.1 +0"),
    (b"OPTIONS /* HTTP/1.1\r\n\r\n", "Origin OPTIONS ||/* 1.1 +0"),
    (
        b"CONNECT a:80 HTTP/1.1\r\n\r\n",
        "Authority CONNECT |a:80| 1.1 +0",
    ),
    (
        b"CONNECT [::1]:80 HTTP/1.1\r\n\r\n",
        "Authority CONNECT |[::1]:80| 1.1 +0",
    ),
    (
        b"GET http://a/b?c HTTP/1.1\r\n\r\n",
        "Absolute GET http|a|/b?c 1.1 +0",
    ),
    (
        b"GET HTTPS://A:1 HTTP/1.1\r\n\r\n",
        "Absolute GET HTTPS|A:1| 1.1 +0",
    ),
    (
        b"GET http://a?b/c HTTP/1.1\r\n\r\n",
        "Absolute GET http|a|?b/c 1.1 +0",
    ),
    (
        b"GET x+y-1.z://[::1]/ HTTP/1.1\r\n\r\n",
        "Absolute GET x+y-1.z|[::1]|/ 1.1 +0",
    ),
    (
        b"OPTIONS http://a HTTP/1.1\r\n\r\n",
        "Absolute OPTIONS http|a| 1.1 +0",
    ),
    (
        b"GET / HTTP/1.1\r\nA:b\r\n\r\n",
        "Origin GET ||/ 1.1 +0 A=b;",
    ),
    (
        b"GET / HTTP/1.1\r\nA: \t b \t\r\n\r\n",
        "Origin GET ||/ 1.1 +0 A=b;",
    ),
    (
        b"GET / HTTP/1.1\r\nA:\r\nB: \t\r\n\r\n",
        "Origin GET ||/ 1.1 +0 A=; B=;",
    ),
    (
        b"GET / HTTP/1.1\r\na:b:c\r\na: d  e\r\n\r\n",
        "Origin GET ||/ 1.1 +0 a=b:c; a=d  e;",
    ),
    (
        b"GET / HTTP/1.1\r\nA: \xe9\x80\xff\r\n\r\n",
        "Origin GET ||/ 1.1 +0 A=\\xe9\\x80\\xff;",
    ),
    (
        b"GET / HTTP/1.1\r\n!#$%&'*+-.^_`|~0: \"\r\n\r\n",
        "Origin GET ||/ 1.1 +0 !#$%&\\'*+-.^_`|~0=\\\";",
    ),
];

/// Heads that are refused, and the status codes.
const REFUSED: &[(&[u8], u16)] = &[
    // The request line.
    (b"\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n", 400),
    (b"GET / HTTP/1.1\n\n", 400),
    (b"GET / HTTP/1.1\n\r\n", 400),
    (b"\nGET / HTTP/1.1\r\n\r\n", 400),
    (b"\r\rGET / HTTP/1.1\r\n\r\n", 400),
    (b"\rGET / HTTP/1.1\r\n\r\n", 400),
    (b" GET / HTTP/1.1\r\n\r\n", 400),
    (b"GET  / HTTP/1.1\r\n\r\n", 400),
    (b"GET /  HTTP/1.1\r\n\r\n", 400),
    (b"GET / HTTP/1.1 \r\n\r\n", 400),
    (b"GET / x HTTP/1.1\r\n\r\n", 400),
    (b"GET\t/ HTTP/1.1\r\n\r\n", 400),
    (b"GET /\tHTTP/1.1\r\n\r\n", 400),
    (b"GET /\x0bHTTP/1.1\r\n\r\n", 400),
    (b"GET /\r\n\r\n", 400),
    (b"GET\r\n\r\n", 400),
    (b"GET HTTP/1.1\r\n\r\n", 400),
    (b"/ HTTP/1.1\r\n\r\n", 400),
    (b"G(T / HTTP/1.1\r\n\r\n", 400),
    (b"G\xc9T / HTTP/1.1\r\n\r\n", 400),
    (b"GET: / HTTP/1.1\r\n\r\n", 400),
    (b"\x16\x03\x01\x02\x00\x01", 400),
    // Versions.
    (b"GET / HTTP/2.0\r\n\r\n", 505),
    (b"GET / HTTP/0.9\r\n\r\n", 505),
    (b"GET / HTTP/3.1\r\n\r\n", 505),
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    (b"GET / HTTP/2\r\n\r\n", 400),
    (b"GET / HTTP/1.10\r\n\r\n", 400),
    (b"GET / HTTP/01.1\r\n\r\n", 400),
    (b"GET / HTTP/1,1\r\n\r\n", 400),
    (b"GET / HTTP/1.x\r\n\r\n", 400),
    (b"GET / HTTP/1.\r\n\r\n", 400),
    (b"GET / http/1.1\r\n\r\n", 400),
    (b"GET / HTTPS/1.1\r\n\r\n", 400),
    (b"GET / ICY/1.1\r\n\r\n", 400),
    // Targets.
    (b"GET /a#b HTTP/1.1\r\n\r\n", 400),
    (b"GET http://a/#b HTTP/1.1\r\n\r\n", 400),
    (b"GET /\xc3\xa9 HTTP/1.1\r\n\r\n", 400),
    (b"GET /\x00 HTTP/1.1\r\n\r\n", 400),
    (b"GET /\x7f HTTP/1.1\r\n\r\n", 400),
    (b"GET /\x1b HTTP/1.1\r\n\r\n", 400),
    (b"GET * HTTP/1.1\r\n\r\n", 400),
    (b"OPTIONS ** HTTP/1.1\r\n\r\n", 400),
    (b"GET a HTTP/1.1\r\n\r\n", 400),
    (b"GET ?a HTTP/1.1\r\n\r\n", 400),
    (b"GET a.example:80 HTTP/1.1\r\n\r\n", 400),
    (b"GET http:/a HTTP/1.1\r\n\r\n", 400),
    (b"GET http:a HTTP/1.1\r\n\r\n", 400),
    (b"GET ://a/ HTTP/1.1\r\n\r\n", 400),
    (b"GET 1http://a/ HTTP/1.1\r\n\r\n", 400),
    (b"GET http:// HTTP/1.1\r\n\r\n", 400),
    (b"GET http:///a HTTP/1.1\r\n\r\n", 400),
    (b"GET http://?a HTTP/1.1\r\n\r\n", 400),
    (b"GET http://:80/ HTTP/1.1\r\n\r\n", 400),
    (b"GET http://u@a/ HTTP/1.1\r\n\r\n", 400),
    (b"GET http://a:b/ HTTP/1.1\r\n\r\n", 400),
    (b"GET http://a\\b/ HTTP/1.1\r\n\r\n", 400),
    (b"CONNECT / HTTP/1.1\r\n\r\n", 400),
    (b"CONNECT a HTTP/1.1\r\n\r\n", 400),
    (b"CONNECT a: HTTP/1.1\r\n\r\n", 400),
    (b"CONNECT :80 HTTP/1.1\r\n\r\n", 400),
    (b"CONNECT 80 HTTP/1.1\r\n\r\n", 400),
    (b"CONNECT [::1:80 HTTP/1.1\r\n\r\n", 400),
    (b"CONNECT http://a:80 HTTP/1.1\r\n\r\n", 400),
    (b"CONNECT  HTTP/1.1\r\n\r\n", 400),
    // Fields.
    (b"GET / HTTP/1.1\r\nA\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\n: b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nA : b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nA\t: b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nA B: b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\n A: b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\n \r\nA: b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nA: b\r\n\tc\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nA: b\r\n \r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nA\xe9: b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nA(): b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\n\"A\": b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nA\x00: b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nA: b\x00\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nA: b\x08c\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nA: b\x7f\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nA: b\rC: d\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nA: b\r\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nA: b\r\n\n", 400),
    (b"GET / HTTP/1.1\r\nA: b\r\n\rx", 400),
    (b"GET / HTTP/1.1\r\nA: b\n\n", 400),
];

#[test]
fn heads_are_accepted() {
    for &(bytes, expected) in ACCEPTED {
        let text = bytes.escape_ascii();
        let head = parsed(bytes, &LIMITS);
        assert_eq!(head, Ok(Some(expected.into())), "{text}");
        // No part of it is a head, and the limit can be its length.
        let len = bytes.strip_suffix(b"GET /").unwrap_or(bytes).len();
        for end in 0..len {
            assert_eq!(parsed(&bytes[..end], &LIMITS), Ok(None), "{text}: {end}");
        }
        let limits = |bytes| Limits { bytes, ..LIMITS };
        assert_eq!(parsed(bytes, &limits(len)), head, "{text}");
        assert_eq!(parsed(bytes, &limits(len - 1)), Err(LONG), "{text}");
    }
}

#[test]
fn heads_are_refused() {
    for &(bytes, status) in REFUSED {
        let text = bytes.escape_ascii();
        let refused = parsed(bytes, &LIMITS).expect_err("it is malformed");
        assert_eq!(refused.status, status, "{text}");
        let mut scan = Scan::default();
        let mut fields = [Field::default(); 20];
        let mut results = (0..=bytes.len())
            .map(|end| parse(&bytes[..end], &mut scan, &LIMITS, &mut fields))
            .skip_while(|result| *result == Ok(None));
        assert_eq!(results.next(), Some(Err(refused)), "{text}");
    }
}

/// What the pieces of one head give when they arrive one after another.
fn piecewise(bytes: &[u8], limits: &Limits, size: usize) -> Result<Option<Head>, Refused> {
    let mut scan = Scan::default();
    let mut fields = [Field::default(); 20];
    let mut end = 0;
    loop {
        let result = parse(&bytes[..end], &mut scan, limits, &mut fields);
        if end == bytes.len() || result != Ok(None) {
            return result;
        }
        end = bytes.len().min(end + size);
    }
}

#[test]
fn limits() {
    let line = |target: usize| [b"GET /", &*b"a".repeat(target), b" HTTP/1.1\r\n"].concat();
    let with = |fields: usize| [&line(0)[..], &b"A: b\r\n".repeat(fields), b"\r\n"].concat();
    let large = |value: usize| [&line(0)[..], b"A:", &b"b".repeat(value), b"\r\n\r\n"].concat();
    let limits = Limits {
        bytes: 100,
        fields: 5,
    };
    for (bytes, refused) in [
        (line(83), None),
        (line(84), Some(LONG)),
        (line(85), Some(LONG_LINE)),
        (line(86), Some(LONG_LINE)),
        (line(500), Some(LONG_LINE)),
        (b"\r\n".repeat(200), Some(EMPTY)),
        (b"A".repeat(99), None),
        (b"A".repeat(100), Some(LONG_LINE)),
        (with(5), None),
        (with(6), Some(MANY)),
        (with(20), Some(MANY)),
        (large(78), None),
        (large(79), Some(LONG)),
        (large(80), Some(LONG)),
        (large(500), Some(LONG)),
    ] {
        let text = bytes.escape_ascii();
        for size in [1, 2, 7, bytes.len()] {
            let result = piecewise(&bytes, &limits, size);
            assert_eq!(result.err(), refused, "{text}: {size}");
        }
    }
    // The caller's fields are a limit, too.
    let mut fields = [Field::default(); 2];
    let result = parse(&with(3), &mut Scan::default(), &limits, &mut fields);
    assert_eq!(result, Err(MANY));
    let result = parse(&with(0), &mut Scan::default(), &limits, &mut []);
    assert!(matches!(result, Ok(Some(Head { fields: 0, .. }))));
}

#[test]
fn sections() {
    for (bytes, expected) in [
        (&b""[..], Ok(None)),
        (b"\r", Ok(None)),
        (b"\r\n", Ok(Some((0, 2)))),
        (b"\r\nGET / HTTP/1.1", Ok(Some((0, 2)))),
        (b"A: b\r\n", Ok(None)),
        (b"A: b\r\nC:\r\n\r\nx", Ok(Some((2, 12)))),
        (b"A: b\r\n c\r\n\r\n", Err(FOLDED)),
        (b"A b\r\n\r\n", Err(NAME)),
        (b"\n", Err(BARE_LF)),
        (b"\r\r", Err(BARE_CR)),
        (b"A: \x00", Err(CONTROL)),
    ] {
        let mut fields = [Field::default(); 20];
        let result = section(bytes, &mut Scan::default(), &LIMITS, &mut fields);
        let result = result.map(|section| section.map(|section| (section.fields, section.len)));
        assert_eq!(result, expected, "{}", bytes.escape_ascii());
    }
}

/// No byte of a head is examined twice when it arrives in pieces.
#[test]
fn lines_are_scanned_once() {
    let mut scan = Scan::default();
    let mut fields = [Field::default(); 20];
    let head = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let examined: Vec<_> = (0..=head.len())
        .map(|end| {
            let result = parse(&head[..end], &mut scan, &LIMITS, &mut fields);
            assert_eq!(result.is_ok_and(|head| head.is_some()), end == head.len());
            end - scan.examined
        })
        .collect();
    // Only a CR has to wait for the byte that follows it.
    assert!(examined.iter().all(|&left| left <= 1));
}
