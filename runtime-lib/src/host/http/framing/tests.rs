//! Tests of framing.

use super::{
    super::{
        head::{Scan, parse},
        tests::LIMITS,
    },
    *,
};
use std::vec::Vec;

/// The framing of a request with this start, whose lines end with `\n` here.
fn of(request: &str) -> (Vec<u8>, Result<Framing, Refused>) {
    let bytes = (request.replace('\n', "\r\n") + "\r\n\r\n").into_bytes();
    let mut fields = [Field::default(); 10];
    let head = parse(&bytes, &mut Scan::default(), &LIMITS, &mut fields);
    let head = head.expect("it is well-formed").expect("it is complete");
    let framing = framing(&bytes, &head, &fields[..head.fields]);
    (bytes, framing)
}

const POST: &str = "POST / HTTP/1.1\nHost: a\n";

/// The body of a request with these fields.
fn assert_body(fields: &str, body: Result<Body, Refused>) {
    let (_, framing) = of(&[POST, fields].concat());
    assert_eq!(framing.map(|framing| framing.body), body, "{fields}");
    if body == Ok(Body::Chunked) {
        let (_, framing) = of(&["POST / HTTP/1.0\n", fields].concat());
        assert_eq!(framing, Err(OLD_CODING), "{fields}");
    }
}

#[test]
fn bodies_with_a_length() {
    use Body::{Length, None};
    for (fields, body) in [
        ("X: y", Ok(None)),
        ("Content-Length: 0", Ok(Length(0))),
        ("content-length:  42 ", Ok(Length(42))),
        ("CONTENT-LENGTH: 007", Ok(Length(7))),
        ("Content-Length: 18446744073709551615", Ok(Length(u64::MAX))),
        ("Content-Length: 18446744073709551616", Err(LENGTH)),
        ("Content-Length:", Err(LENGTH)),
        ("Content-Length: +1", Err(LENGTH)),
        ("Content-Length: -1", Err(LENGTH)),
        ("Content-Length: 1 1", Err(LENGTH)),
        ("Content-Length: 0x1", Err(LENGTH)),
        ("Content-Length: 1.0", Err(LENGTH)),
        ("Content-Length: 1_0", Err(LENGTH)),
        ("Content-Length: \u{661}", Err(LENGTH)),
        ("Content-Length: 1, 1", Err(LENGTH)),
        ("Content-Length: 1,", Err(LENGTH)),
        ("Content-Length: \"1\"", Err(LENGTH)),
        ("Content-Length: 1\nContent-Length: 1", Err(LENGTHS)),
        ("Content-Length: 1\ncontent-length: 2", Err(LENGTHS)),
        ("Content_Length: 1", Ok(None)),
    ] {
        assert_body(fields, body);
    }
}

#[test]
fn bodies_in_chunks() {
    use Body::{Chunked, None};
    for (fields, body) in [
        ("Transfer-Encoding: chunked", Ok(Chunked)),
        ("transfer-encoding:\tCHUNKED\t", Ok(Chunked)),
        ("Transfer-Encoding: gzip, chunked", Err(CODING)),
        (
            "Transfer-Encoding: gzip\nTransfer-Encoding: chunked",
            Err(CODING),
        ),
        ("Transfer-Encoding: gzip;x=\"a, b\", chunked", Err(CODING)),
        ("Transfer-Encoding: identity, chunked", Err(CODING)),
        ("Transfer-Encoding: xchunked, chunked", Err(CODING)),
        ("Transfer-Encoding: gzip", Err(CODINGS)),
        ("Transfer-Encoding: identity", Err(CODINGS)),
        ("Transfer-Encoding: xchunked", Err(CODINGS)),
        ("Transfer-Encoding: chunkedx", Err(CODINGS)),
        ("Transfer-Encoding: chunk ed", Err(CODINGS)),
        ("Transfer-Encoding: \"chunked\"", Err(CODINGS)),
        ("Transfer-Encoding: x\", chunked", Err(CODINGS)),
        ("Transfer-Encoding: chunked;a=b", Err(CODINGS)),
        ("Transfer-Encoding: chunked, gzip", Err(CODINGS)),
        ("Transfer-Encoding: chunked, identity", Err(CODINGS)),
        ("Transfer-Encoding: chunked, chunked", Err(CODINGS)),
        (
            "Transfer-Encoding: chunked\nTransfer-Encoding: chunked",
            Err(CODINGS),
        ),
        (
            "Transfer-Encoding: chunked\nTransfer-Encoding: x",
            Err(CODINGS),
        ),
        (
            "Transfer-Encoding: chunked\nTransfer-Encoding:",
            Err(CODINGS),
        ),
        ("Transfer-Encoding:", Err(CODINGS)),
        ("Transfer-Encoding: ,", Err(CODINGS)),
        ("Transfer-Encoding: chunked,", Err(CODINGS)),
        ("Transfer-Encoding: , chunked", Err(CODINGS)),
        ("Transfer-Encoding: chunked\nContent-Length: 1", Err(BOTH)),
        ("Content-Length: 0\nTransfer-Encoding: chunked", Err(BOTH)),
        ("Content-Length: 1\nTransfer-Encoding: gzip", Err(BOTH)),
        ("Content-Length: x\nTransfer-Encoding: chunked", Err(LENGTH)),
        ("Transfer_Encoding: chunked", Ok(None)),
    ] {
        assert_body(fields, body);
    }
}

#[test]
fn hosts() {
    for (request, host) in [
        ("GET / HTTP/1.1\nHost: a.example:80", Ok("a.example:80")),
        ("GET / HTTP/1.1\nhost:  [::1]\t", Ok("[::1]")),
        ("GET / HTTP/1.1\nHost:", Ok("")),
        ("GET / HTTP/1.1\nX: y", Err(NO_HOST)),
        ("GET / HTTP/1.5\nX: y", Err(NO_HOST)),
        ("GET / HTTP/1.0\nX: y", Ok("")),
        ("GET / HTTP/1.0\nHost: a", Ok("a")),
        ("GET / HTTP/1.1\nHost: a\nHost: a", Err(HOSTS)),
        ("GET / HTTP/1.1\nHost:\nHost:", Err(HOSTS)),
        ("GET / HTTP/1.0\nHost: a\nhost: b", Err(HOSTS)),
        ("GET / HTTP/1.1\nHost: a b", Err(HOST)),
        ("GET / HTTP/1.1\nHost: a, b", Err(HOST)),
        ("GET / HTTP/1.1\nHost: u@a", Err(HOST)),
        ("GET / HTTP/1.1\nHost: http://a", Err(HOST)),
        ("GET / HTTP/1.1\nHost: a/b", Err(HOST)),
        ("GET / HTTP/1.1\nHost: a:b", Err(HOST)),
        ("GET / HTTP/1.0\nHost: a#", Err(HOST)),
        ("GET http://b:1/ HTTP/1.1\nHost: a", Ok("b:1")),
        ("GET http://b:1/ HTTP/1.0\nX: y", Ok("b:1")),
        ("GET http://b:1/ HTTP/1.1\nX: y", Err(NO_HOST)),
        ("GET http://b:1/ HTTP/1.1\nHost: a b", Err(HOST)),
        ("OPTIONS * HTTP/1.1\nHost: a", Ok("a")),
    ] {
        let (bytes, framing) = of(request);
        let span = framing.map(|framing| framing.host);
        let found = span.as_ref().map(|span| span.of(&bytes));
        assert_eq!(
            found,
            host.as_ref().map(|host| host.as_bytes()),
            "{request}"
        );
    }
}

#[test]
fn connections() {
    for (version, fields, keep_alive) in [
        ("1.1", "X: y", true),
        ("1.1", "Connection: close", false),
        ("1.1", "Connection: Close", false),
        ("1.1", "connection: x ,CLOSE", false),
        ("1.1", "Connection: x\nConnection: close", false),
        ("1.1", "Connection: keep-alive", true),
        ("1.1", "Connection: keep-alive, close", false),
        ("1.1", "Connection: closed", true),
        ("1.1", "Connection: \"close\"", true),
        ("1.1", "Connection:", true),
        ("1.1", "Connection: upgrade", true),
        ("1.0", "X: y", false),
        ("1.0", "Connection: keep-alive", true),
        ("1.0", "Connection: x, Keep-Alive", true),
        ("1.0", "Connection: keep-alive\nConnection: close", false),
        ("1.0", "Connection: close", false),
        ("1.0", "Proxy-Connection: keep-alive", false),
        ("1.0", "Keep-Alive: timeout=5", false),
    ] {
        let (_, framing) = of(&std::format!("GET / HTTP/{version}\nHost: a\n{fields}"));
        let framing = framing.expect("it is accepted");
        assert_eq!(framing.keep_alive, keep_alive, "{version} {fields}");
    }
}

#[test]
fn expectations() {
    for (request, expects) in [
        (
            "PUT / HTTP/1.1\nExpect: 100-continue\nContent-Length: 1",
            Ok(true),
        ),
        (
            "PUT / HTTP/1.1\nexpect: 100-Continue\nTransfer-Encoding: chunked",
            Ok(true),
        ),
        (
            "PUT / HTTP/1.1\nExpect: 100-continue, 100-continue\nContent-Length: 1",
            Ok(true),
        ),
        (
            "PUT / HTTP/1.1\nExpect: 100-continue\nContent-Length: 0",
            Ok(false),
        ),
        ("PUT / HTTP/1.1\nExpect: 100-continue", Ok(false)),
        ("PUT / HTTP/1.1\nExpect:\nContent-Length: 1", Ok(false)),
        (
            "PUT / HTTP/1.1\nExpect: 200-ok\nContent-Length: 1",
            Err(EXPECTATION),
        ),
        (
            "PUT / HTTP/1.1\nExpect: 100-continue, x\nContent-Length: 1",
            Err(EXPECTATION),
        ),
        (
            "PUT / HTTP/1.1\nExpect: 100-continue;q=1\nContent-Length: 1",
            Err(EXPECTATION),
        ),
        ("PUT / HTTP/1.1\nExpect: x", Err(EXPECTATION)),
        (
            "PUT / HTTP/1.0\nExpect: 100-continue\nContent-Length: 1",
            Ok(false),
        ),
        ("PUT / HTTP/1.0\nExpect: x\nContent-Length: 1", Ok(false)),
    ] {
        let (_, framing) = of(&[request, "\nHost: a"].concat());
        let expects_continue = framing.map(|framing| framing.expects_continue);
        assert_eq!(expects_continue, expects, "{request}");
    }
}

#[test]
fn methods_and_upgrades() {
    for (request, head_only) in [
        ("HEAD / HTTP/1.1", Ok(true)),
        ("HEAD / HTTP/1.1\nContent-Length: 3", Ok(true)),
        ("head / HTTP/1.1", Ok(false)),
        ("GET / HTTP/1.1\nContent-Length: 3", Ok(false)),
        ("CONNECT a:80 HTTP/1.1", Err(TUNNEL)),
        ("CONNECT a:80 HTTP/1.0", Err(TUNNEL)),
        ("connect / HTTP/1.1", Ok(false)),
        ("TRACE / HTTP/1.1", Ok(false)),
        ("TRACE / HTTP/1.1\nContent-Length: 0", Ok(false)),
        ("TRACE / HTTP/1.1\nContent-Length: 1", Err(TRACE)),
        ("TRACE / HTTP/1.1\nTransfer-Encoding: chunked", Err(TRACE)),
        (
            "GET / HTTP/1.1\nConnection: upgrade\nUpgrade: websocket",
            Err(UPGRADE),
        ),
        (
            "GET / HTTP/1.1\nUpgrade: x\nConnection: x, Upgrade",
            Err(UPGRADE),
        ),
        ("GET / HTTP/1.1\nUpgrade: websocket", Ok(false)),
        ("GET / HTTP/1.1\nConnection: upgrade", Ok(false)),
        ("GET / HTTP/1.0\nConnection: upgrade\nUpgrade: x", Ok(false)),
    ] {
        let (_, framing) = of(&[request, "\nHost: a"].concat());
        let found = framing.map(|framing| framing.head_only);
        assert_eq!(found, head_only, "{request}");
    }
}
