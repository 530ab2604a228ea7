//! Writes the head of an answer, the framing of its chunks, and the server's own short answers.
//!
//! Sections without another number are those of RFC 9110.

#[cfg(test)]
mod tests;

use super::{chunked, date, framing::Framing, head::Head, token};

/// The interim response that an expectation asks for, section 15.2.1.
pub const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
/// The line of the last chunk: RFC 9112, section 7.1. Trailer fields and [`CRLF`] follow.
pub const LAST_CHUNK: &[u8] = b"0\r\n";
/// The end of a line, of a head, of a chunk's data, of a trailer section.
pub const CRLF: &[u8] = b"\r\n";

/// The reason phrases of the registered status codes, ordered by status code.
const REASONS: &[(u16, &[u8])] = &[
    (100, b"Continue"),
    (101, b"Switching Protocols"),
    (102, b"Processing"),
    (103, b"Early Hints"),
    (200, b"OK"),
    (201, b"Created"),
    (202, b"Accepted"),
    (203, b"Non-Authoritative Information"),
    (204, b"No Content"),
    (205, b"Reset Content"),
    (206, b"Partial Content"),
    (207, b"Multi-Status"),
    (208, b"Already Reported"),
    (226, b"IM Used"),
    (300, b"Multiple Choices"),
    (301, b"Moved Permanently"),
    (302, b"Found"),
    (303, b"See Other"),
    (304, b"Not Modified"),
    (305, b"Use Proxy"),
    (307, b"Temporary Redirect"),
    (308, b"Permanent Redirect"),
    (400, b"Bad Request"),
    (401, b"Unauthorized"),
    (402, b"Payment Required"),
    (403, b"Forbidden"),
    (404, b"Not Found"),
    (405, b"Method Not Allowed"),
    (406, b"Not Acceptable"),
    (407, b"Proxy Authentication Required"),
    (408, b"Request Timeout"),
    (409, b"Conflict"),
    (410, b"Gone"),
    (411, b"Length Required"),
    (412, b"Precondition Failed"),
    (413, b"Content Too Large"),
    (414, b"URI Too Long"),
    (415, b"Unsupported Media Type"),
    (416, b"Range Not Satisfiable"),
    (417, b"Expectation Failed"),
    (421, b"Misdirected Request"),
    (422, b"Unprocessable Content"),
    (423, b"Locked"),
    (424, b"Failed Dependency"),
    (425, b"Too Early"),
    (426, b"Upgrade Required"),
    (428, b"Precondition Required"),
    (429, b"Too Many Requests"),
    (431, b"Request Header Fields Too Large"),
    (451, b"Unavailable For Legal Reasons"),
    (500, b"Internal Server Error"),
    (501, b"Not Implemented"),
    (502, b"Bad Gateway"),
    (503, b"Service Unavailable"),
    (504, b"Gateway Timeout"),
    (505, b"HTTP Version Not Supported"),
    (506, b"Variant Also Negotiates"),
    (507, b"Insufficient Storage"),
    (508, b"Loop Detected"),
    (510, b"Not Extended"),
    (511, b"Network Authentication Required"),
];

/// Fields that only the server writes, because they describe its connection and its framing.
const DECIDED: &[&[u8]] = &[
    b"connection",
    b"content-length",
    b"keep-alive",
    b"proxy-connection",
    b"transfer-encoding",
    b"upgrade",
];

/// The reason phrase of a status code; empty if it is not registered.
pub fn reason(status: u16) -> &'static [u8] {
    let index = REASONS.binary_search_by_key(&status, |&(status, _)| status);
    let row = index.ok().and_then(|index| REASONS.get(index));
    row.map_or(b"", |&(_, reason)| reason)
}

/// Why an output is not usable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwritten {
    /// The buffer is too small.
    Overflow,
    /// The status code does not have three digits, or a name or value of a field is not valid.
    Invalid,
}

/// A buffer that is written from its start. Errors are kept until [`Output::finish`].
#[derive(Debug)]
pub struct Output<'a> {
    buffer: &'a mut [u8],
    len: usize,
    error: Option<Unwritten>,
}

impl<'a> Output<'a> {
    /// An output to `buffer`.
    pub const fn new(buffer: &'a mut [u8]) -> Self {
        Output {
            buffer,
            len: 0,
            error: None,
        }
    }

    /// Adds bytes.
    pub fn put(&mut self, bytes: &[u8]) {
        let place = self.buffer.get_mut(self.len..);
        match place.and_then(|place| place.get_mut(..bytes.len())) {
            Some(place) => {
                for (place, &byte) in place.iter_mut().zip(bytes) {
                    *place = byte;
                }
                self.len += bytes.len();
            }
            None => self.fail(Unwritten::Overflow),
        }
    }

    /// The number of bytes that have been written.
    pub const fn finish(&self) -> Result<usize, Unwritten> {
        match self.error {
            None => Ok(self.len),
            Some(error) => Err(error),
        }
    }

    fn fail(&mut self, error: Unwritten) {
        self.error.get_or_insert(error);
    }

    /// Adds a number in base 10 or 16.
    fn number(&mut self, mut value: u64, base: u64) {
        let mut digits = [0; 20];
        let mut used = 0;
        for place in digits.iter_mut().rev() {
            let digit = (value % base) as u8;
            *place = digit + if digit < 10 { b'0' } else { b'a' - 10 };
            value /= base;
            used += 1;
            if value == 0 {
                break;
            }
        }
        self.put(digits.get(digits.len() - used..).unwrap_or_default());
    }

    /// Adds a field line: RFC 9112, section 5.
    fn line(&mut self, name: &[u8], value: &[u8]) {
        if !token::is_token(name) || !token::is_field_value(value) {
            self.fail(Unwritten::Invalid);
        }
        for part in [name, b": ", value, CRLF] {
            self.put(part);
        }
    }
}

/// What of a request decides about the form of its answer.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    /// The minor version of the request.
    pub minor: u8,
    /// Whether the method is HEAD.
    pub head_only: bool,
    /// Whether the client wants the connection to persist.
    pub keep_alive: bool,
}

impl Client {
    /// That of a request.
    pub const fn of(head: &Head, framing: &Framing) -> Self {
        Client {
            minor: head.minor,
            head_only: framing.head_only,
            keep_alive: framing.keep_alive,
        }
    }
}

/// How the client finds the end of the body: RFC 9112, section 6.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// From the status code and the method: the head states nothing.
    Implied,
    /// `Content-Length`.
    Length(u64),
    /// `Transfer-Encoding: chunked`.
    Chunked,
    /// The connection is closed after the body: HTTP/1.0 without a length.
    Close,
}

/// What the server decides about an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What the head states.
    pub extent: Extent,
    /// Whether a body is sent.
    pub body: bool,
    /// Whether the connection persists after the answer.
    pub keep_alive: bool,
    /// Whether the client has to be told that it does: only in HTTP/1.0.
    announce: bool,
}

/// Decides about an answer with the given status code. `length`: that of its content, or that which
/// the handler stated for an answer to HEAD or for 304; `None`: unknown. The rules are those of
/// section 8.6, of the status codes, and of RFC 9112, sections 6.1 to 6.3.
pub const fn plan(status: u16, client: &Client, length: Option<u64>) -> Plan {
    let extent = match (status, length) {
        (100..=199 | 204, _) | (304, None) => Extent::Implied,
        (205, _) => Extent::Length(0),
        (_, Some(length)) => Extent::Length(length),
        (_, None) if client.minor > 0 => Extent::Chunked,
        (_, None) if client.head_only => Extent::Implied,
        (_, None) => Extent::Close,
    };
    let empty = matches!(extent, Extent::Implied | Extent::Length(0));
    let body = !(empty || client.head_only || status == 304);
    Plan {
        extent,
        body,
        keep_alive: client.keep_alive && !matches!(extent, Extent::Close),
        announce: client.minor == 0,
    }
}

/// The head of an answer while it is written: the status line, the handler's fields, and at the
/// end those that the server decides.
#[derive(Debug)]
pub struct Answer<'o, 'b> {
    output: &'o mut Output<'b>,
    dated: bool,
}

impl<'o, 'b> Answer<'o, 'b> {
    /// Continues an answer whose status line and fields were written to another output. `dated`:
    /// see [`Answer::is_dated`].
    pub const fn resumed(output: &'o mut Output<'b>, dated: bool) -> Self {
        Answer { output, dated }
    }

    /// Whether one of the handler's fields is the date.
    pub const fn is_dated(&self) -> bool {
        self.dated
    }

    /// Writes the status line: RFC 9112, section 4. The version is the server's, also for clients
    /// with HTTP/1.0 (section 2.5).
    pub fn start(output: &'o mut Output<'b>, status: u16) -> Self {
        if !matches!(status, 100..=999) {
            output.fail(Unwritten::Invalid);
        }
        output.put(b"HTTP/1.1 ");
        output.number(status.into(), 10);
        output.put(b" ");
        output.put(reason(status));
        output.put(CRLF);
        Answer {
            output,
            dated: false,
        }
    }

    /// Writes a field of the handler, except those that the server decides.
    pub fn field(&mut self, name: &[u8], value: &[u8]) {
        if DECIDED.iter().any(|known| token::same_name(name, known)) {
            return;
        }
        self.dated |= token::same_name(name, b"date");
        self.output.line(name, value);
    }

    /// Ends the head. A date of the handler takes precedence.
    pub fn end(self, plan: &Plan, date: &[u8; date::LENGTH]) {
        let output = self.output;
        if !self.dated {
            output.line(b"Date", date);
        }
        match plan.extent {
            Extent::Length(length) => {
                output.put(b"Content-Length: ");
                output.number(length, 10);
                output.put(CRLF);
            }
            Extent::Chunked => output.line(b"Transfer-Encoding", b"chunked"),
            Extent::Implied | Extent::Close => {}
        }
        if !plan.keep_alive {
            output.line(b"Connection", b"close");
        } else if plan.announce {
            output.line(b"Connection", b"keep-alive");
        }
        output.put(CRLF);
    }

    /// Ends the head of an interim response (1xx), which has neither date nor framing. It must not
    /// be sent to clients with HTTP/1.0 (section 15.2).
    pub fn end_interim(self) {
        self.output.put(CRLF);
    }
}

/// Writes the line of a chunk with `size` bytes of data: RFC 9112, section 7.1. The data and
/// [`CRLF`] follow. Writes nothing for 0, which would be the last chunk.
pub fn chunk(output: &mut Output<'_>, size: u64) {
    if size > 0 {
        output.number(size, 16);
        output.put(CRLF);
    }
}

/// Writes a trailer field after [`LAST_CHUNK`], except those that only a head can have (section
/// 6.5.1).
pub fn trailer(output: &mut Output<'_>, name: &[u8], value: &[u8]) {
    if chunked::is_trailer(name) {
        output.line(name, value);
    }
}

/// Writes a complete answer of the server itself: its body is the reason phrase. The connection has
/// to be closed after it. `head_only`: the request is known to be HEAD, so only the head is sent.
pub fn refusal(output: &mut Output<'_>, status: u16, head_only: bool, date: &[u8; date::LENGTH]) {
    let client = Client {
        minor: 1,
        head_only,
        keep_alive: false,
    };
    let reason = reason(status);
    let plan = plan(status, &client, Some(reason.len() as u64 + 1));
    let mut answer = Answer::start(output, status);
    answer.field(b"Content-Type", b"text/plain");
    answer.end(&plan, date);
    if plan.body {
        output.put(reason);
        output.put(b"\n");
    }
}
