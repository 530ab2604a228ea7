//! What the components are asked, and what of the answers is compared.

use crate::ensure;
use libtest_mimic::Failed;
use std::fs;
use std::path::Path;

/// What of the answers is the same.
#[derive(Clone, Copy, PartialEq)]
pub enum Compared {
    /// The status, the fields, the body, the trailers.
    All,
    /// These, but for the numbers in the body, which are times.
    Times,
    /// The status: the handler has not given a complete response, so each server makes its own.
    /// Ours is a line of text, wasmtime's a page, or what there was of the response.
    Status,
    /// All of it. But the handler has failed within the body: here the answer is incomplete for the
    /// client, as the WIT asks; wasmtime may end it as if it were complete.
    Broken,
    /// Nothing. The handler has failed within the body, before its first byte: here the answer has
    /// this status, wasmtime ends the connection before an answer or within one.
    Unanswered,
}

/// A request.
pub struct Request {
    /// What it is called in messages.
    pub name: String,
    pub bytes: Vec<u8>,
    /// Whether it is HEAD.
    pub head: bool,
    /// What both answer.
    pub status: u16,
    pub compared: Compared,
    /// The trailers of our answer, without those that are not compared. wasmtime's has the same or
    /// none: its library sends only trailers that the response has announced.
    pub trailers: &'static [(&'static str, &'static str)],
}

impl Request {
    /// A request without a body. `fields`: lines, each with its CRLF.
    fn new(method: &str, target: &str, fields: &str) -> Request {
        let head = format!("{method} {target} HTTP/1.1\r\nHost: test.example\r\n{fields}\r\n");
        Request {
            name: format!(
                "{method} {target} {:.60}",
                fields.escape_debug().to_string()
            ),
            bytes: head.into_bytes(),
            head: method == "HEAD",
            status: 200,
            compared: Compared::All,
            trailers: &[],
        }
    }

    fn get(target: &str) -> Request {
        Request::new("GET", target, "")
    }

    /// With a body of known length.
    fn post(target: &str, body: &[u8]) -> Request {
        let length = format!("Content-Length: {}\r\n", body.len());
        let mut request = Request::new("POST", target, &length);
        request.bytes.extend(body);
        request
    }

    /// With a body in chunks of that size, and trailers.
    fn chunked(target: &str, body: &[u8], size: usize, trailers: &str) -> Request {
        let fields = "TE: trailers\r\nTransfer-Encoding: chunked\r\n";
        let mut request = Request::new("POST", target, fields);
        for chunk in body.chunks(size) {
            request
                .bytes
                .extend(format!("{:x}\r\n", chunk.len()).bytes());
            request.bytes.extend(chunk);
            request.bytes.extend(b"\r\n");
        }
        request.bytes.extend(format!("0\r\n{trailers}\r\n").bytes());
        request
    }

    fn status(self, status: u16) -> Request {
        Request { status, ..self }
    }

    fn compared(self, compared: Compared) -> Request {
        Request { compared, ..self }
    }

    fn trailers(self, trailers: &'static [(&'static str, &'static str)]) -> Request {
        Request { trailers, ..self }
    }

    /// The handler fails before it has given a response.
    fn fails(self) -> Request {
        self.status(500).compared(Compared::Status)
    }
}

/// What both the program in JavaScript and the one in Python are asked.
fn of_both() -> Vec<Request> {
    let large = large();
    let mut requests = vec![
        Request::get("/"),
        Request::get("/?not=asked"),
        Request::new("HEAD", "/", ""),
        Request::new("OPTIONS", "/", ""),
        Request::post("/", b"nobody reads it"),
        Request::get("/nowhere").status(404),
        Request::get("/throw").fails(),
        Request::post("/throw", b"nobody reads it").fails(),
        Request::get("/big"),
        Request::new("HEAD", "/big", ""),
        Request::get("/chunks"),
        Request::get("/query"),
        Request::get("/query?"),
        Request::get("/query?a=1&b=%20x%C3%A9&a=2+3&empty=&c"),
        Request::post("/query?of=post", b"nobody reads it"),
        Request::new("PUT", "/query?x", ""),
        Request::new("DELETE", "/query?x", ""),
        Request::new("PATCH", "/query?x", ""),
        Request::new("PURGE", "/query?x", ""),
        Request::get("/fields"),
        Request::new(
            "GET",
            "/fields",
            "X-B: 1\r\nx-a: 2\r\nX-b: 3\r\nAccept: */*\r\n",
        ),
        Request::new(
            "GET",
            "/fields",
            "Cookie: a=1; b=2\r\nX-Empty:\r\nX-Dots: a.b,c\r\n",
        ),
        Request::new(
            "GET",
            "/fields",
            &format!("X-Long: {}\r\n", "v".repeat(8000)),
        ),
        Request::new("GET", "/fields", "Connection: close\r\n"),
        Request::post("/fields", b"hello"),
        Request::get("/echo"),
    ];
    for code in [200, 201, 204, 301, 304, 404, 418, 500, 503, 599] {
        let target = format!("/status?code={code}");
        requests.push(Request::get(&target).status(code));
        requests.push(Request::new("HEAD", &target, "").status(code));
    }
    for code in ["99", "1000", "teapot", ""] {
        requests.push(Request::get(&format!("/status?code={code}")).fails());
    }
    for target in ["/echo", "/digest", "/upper"] {
        requests.push(Request::post(target, b"some words"));
        requests.push(Request::post(target, &large));
        requests.push(Request::chunked(target, b"some words", 3, ""));
        requests.push(Request::chunked(target, b"", 1, ""));
        requests.push(Request::chunked(target, &large, 7001, "x-sum: 1\r\n"));
    }
    requests
}

/// What the program in JavaScript is asked.
pub fn of_javascript() -> Vec<Request> {
    let mut requests = of_both();
    requests.extend([
        // The library itself ends the body of a stream that fails.
        Request::get("/throw-late"),
        // It has no body where the request has none, and no status like these.
        Request::get("/digest").fails(),
        Request::get("/upper").fails(),
        Request::get("/status?code=999").fails(),
    ]);
    requests
}

/// What the program in Python is asked.
pub fn of_python() -> Vec<Request> {
    let mut requests = of_both();
    requests.extend([
        Request::get("/throw-late").compared(Compared::Broken),
        Request::get("/digest"),
        Request::get("/upper"),
        Request::get("/status?code=999").status(999),
        // No final status, which only the servers find out.
        Request::get("/status?code=100").fails(),
    ]);
    requests
}

/// What wstd's example is asked.
pub fn of_rust() -> Vec<Request> {
    const NO_TRAILERS: &[(&str, &str)] = &[("x-no-trailers", "1")];
    let mut requests = vec![
        Request::get("/"),
        Request::new("HEAD", "/", ""),
        Request::post("/", b"nobody reads it"),
        Request::get("/?the=target+is+compared").status(404),
        Request::get("/nowhere").status(404),
        Request::get("/wait-response").compared(Compared::Times),
        Request::get("/wait-body").compared(Compared::Times),
        Request::get("/stream-body").compared(Compared::Times),
        Request::get("/echo"),
        Request::post("/echo", b"some words"),
        Request::post("/echo", &large()),
        Request::chunked("/echo", b"some words", 3, ""),
        Request::chunked("/echo", &large(), 7001, "x-sum: 1\r\n").trailers(&[("x-sum", "1")]),
        Request::get("/echo-headers"),
        Request::new(
            "GET",
            "/echo-headers",
            "X-B: 1\r\nx-a: 2\r\nX-b: 3\r\nAccept: */*\r\n",
        ),
        Request::new("HEAD", "/echo-headers", "X-Empty:\r\nCookie: a=1; b=2\r\n"),
        Request::get("/echo-trailers").trailers(NO_TRAILERS),
        Request::chunked("/echo-trailers", b"body", 2, "").trailers(NO_TRAILERS),
        Request::chunked("/echo-trailers", b"body", 2, "x-sum: 1\r\nx-other: 2\r\n")
            .trailers(&[("x-other", "2"), ("x-sum", "1")]),
        Request::get("/response-status").status(500),
        Request::get("/response-fail").fails(),
        Request::get("/response-body-fail")
            .status(500)
            .compared(Compared::Unanswered),
    ];
    for code in [200, 201, 204, 301, 302, 304, 404, 418, 500, 599, 999] {
        let field = format!("x-response-status: {code}\r\n");
        requests.push(Request::new("GET", "/response-status", &field).status(code));
    }
    for code in ["1000", "teapot"] {
        let field = format!("x-response-status: {code}\r\n");
        requests.push(Request::new("GET", "/response-status", &field).fails());
    }
    requests
}

/// Some 300 KB of all bytes, which no size of a buffer divides.
fn large() -> Vec<u8> {
    (0..300_007_u32)
        .map(|index| (index.wrapping_mul(7).wrapping_add(index / 251) % 256) as u8)
        .collect()
}

/// Every route that the sources in `components/other` have is asked.
pub fn every_route() -> Result<(), Failed> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("http/components/other");
    for (file, requests) in [("hello.js", of_javascript()), ("app.py", of_python())] {
        let source = fs::read_to_string(folder.join(file))?;
        let routes = source.split("case \"").skip(1);
        let routes: Vec<&str> = routes.filter_map(|rest| rest.split('"').next()).collect();
        ensure!(routes.len() > 5, "{file}: these are not all: {routes:?}");
        for route in routes {
            let lines = [' ', '?'].map(|end| format!(" {route}{end}"));
            let asks = |request: &Request| lines.iter().any(|line| request.name.contains(line));
            ensure!(requests.iter().any(asks), "{file}: nobody asks {route}");
        }
    }
    Ok(())
}
