//! What the server reads on a connection: the requests, and how it ends. Another parser's view of
//! the same bytes has the same form (`tests/entries/compare`).

use wasi_aot_runtime::host::http::{
    chunked::{self, Decoder},
    framing::{Body, framing},
    head::{self, Field, Head, Limits, Refused, Scan, Span},
    target::Form,
};

/// The most fields of a head, as in a server.
pub const FIELDS: usize = 100;
/// The limits of a server without options.
pub const LIMITS: Limits = Limits {
    bytes: 64 << 10,
    fields: FIELDS,
};

/// What a parser makes of the bytes of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The requests whose heads were accepted, in order.
    pub requests: Vec<Request>,
    /// What comes after them.
    pub end: End,
}

/// A request whose head was accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Vec<u8>,
    /// The target: see [`target`].
    pub target: Vec<u8>,
    /// The minor version as it is understood: 0 or 1.
    pub minor: u8,
    /// The fields in order: names in small letters, values without blanks at the ends.
    pub fields: Vec<(Vec<u8>, Vec<u8>)>,
    /// What is there of the body.
    pub body: Vec<u8>,
    /// The fields of the trailer section.
    pub trailers: Vec<(Vec<u8>, Vec<u8>)>,
    /// Whether the body and the trailer section are complete. Only the last request may not be.
    pub complete: bool,
}

/// The end of a view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// Further bytes are waited for.
    #[default]
    More,
    /// What follows is refused.
    Refused {
        /// The status code; 0 if it is unknown.
        status: u16,
        /// The reason.
        why: String,
    },
    /// The connection closes after the last request; what follows is not looked at.
    Closed,
}

/// Reads what arrives on a connection, as a server does that answers each request with 200.
#[derive(Default)]
pub struct Reader {
    received: Vec<u8>,
    /// The bytes that are used.
    used: usize,
    stage: Stage,
    keep_alive: bool,
    view: View,
    /// Where each request begins, and what comes after the last one.
    starts: Vec<usize>,
}

/// What the next bytes are.
enum Stage {
    Head(Scan),
    Data(u64),
    Chunks(Decoder),
    Trailers(Scan),
}

impl Default for Stage {
    fn default() -> Self {
        Stage::Head(Scan::default())
    }
}

/// Whatever arrives, in pieces it is read as in whole.
///
/// # Panics
/// If it is not.
pub fn http(data: &[u8]) {
    let (whole, starts) = read([data]);
    assert_eq!(read(data.chunks(1)).0, whole, "in single bytes");
    // The bytes choose where they are cut.
    let sum = |sum: usize, &byte: &u8| sum.wrapping_mul(31).wrapping_add(usize::from(byte));
    let cut = data.iter().fold(7, sum) % (data.len() + 1);
    let (start, rest) = data.split_at(cut);
    assert_eq!(read([start, rest]).0, whole, "in two pieces, after {cut}");
    let ordered = starts.is_sorted() && starts.iter().all(|&start| start <= data.len());
    assert!(ordered, "requests begin at {starts:?}");
}

/// Reads these pieces. Also returns where each request begins, with the one after the last.
pub fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (View, Vec<usize>) {
    let mut reader = Reader::default();
    reader.starts.push(0);
    for piece in pieces {
        reader.feed(piece);
    }
    (reader.view, reader.starts)
}

impl Reader {
    fn feed(&mut self, piece: &[u8]) {
        self.received.extend_from_slice(piece);
        while self.view.end == End::More {
            match self.step() {
                Ok(true) => {}
                Ok(false) => return,
                Err(refused) => {
                    self.view.end = End::Refused {
                        status: refused.status,
                        why: String::from_utf8_lossy(refused.why).into_owned(),
                    };
                }
            }
        }
    }

    /// Makes a step; `false` if more has to arrive before.
    fn step(&mut self) -> Result<bool, Refused> {
        let bytes = &self.received[self.used..];
        let mut fields = [Field::default(); FIELDS];
        match &mut self.stage {
            Stage::Head(scan) => {
                let Some(head) = head::parse(bytes, scan, &LIMITS, &mut fields)? else {
                    return Ok(false);
                };
                let fields = &fields[..head.fields];
                let framing = framing(bytes, &head, fields)?;
                self.view.requests.push(request(bytes, &head, fields));
                self.used += head.len;
                self.keep_alive = framing.keep_alive;
                match framing.body {
                    Body::None | Body::Length(0) => self.end(),
                    Body::Length(length) => self.stage = Stage::Data(length),
                    Body::Chunked => self.stage = Stage::Chunks(Decoder::new()),
                }
            }
            _ if bytes.is_empty() => return Ok(false),
            Stage::Data(left) => {
                let some = usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
                *left -= some as u64;
                let ended = *left == 0;
                self.take(some, 0..some);
                if ended {
                    self.end();
                }
            }
            Stage::Chunks(decoder) => {
                let step = decoder.decode(bytes)?;
                let used = step.data.end;
                self.take(used, step.data);
                if step.trailers {
                    self.stage = Stage::Trailers(Scan::default());
                }
            }
            Stage::Trailers(scan) => {
                let Some(section) = head::section(bytes, scan, &LIMITS, &mut fields)? else {
                    return Ok(false);
                };
                let fields = &mut fields[..section.fields];
                let kept = chunked::trailers(bytes, fields);
                let trailers = texts(bytes, &fields[..kept]);
                self.used += section.len;
                self.last().trailers = trailers;
                self.end();
            }
        }
        Ok(true)
    }

    fn last(&mut self) -> &mut Request {
        let last = self.view.requests.last_mut();
        last.expect("a body belongs to a request")
    }

    /// Takes `used` bytes with this data of the body.
    fn take(&mut self, used: usize, data: std::ops::Range<usize>) {
        let data = self.received[self.used..][data].to_vec();
        self.last().body.extend(data);
        self.used += used;
    }

    /// The request is complete.
    fn end(&mut self) {
        self.last().complete = true;
        self.starts.push(self.used);
        self.stage = Stage::default();
        if !self.keep_alive {
            self.view.end = End::Closed;
        }
    }
}

fn request(bytes: &[u8], head: &Head, fields: &[Field]) -> Request {
    let (start, end) = match head.form {
        Form::Origin | Form::Asterisk => (head.path_with_query.start, head.path_with_query.end),
        Form::Absolute => (head.scheme.start, head.path_with_query.end),
        Form::Authority => (head.authority.start, head.authority.end),
    };
    Request {
        method: head.method.of(bytes).to_vec(),
        target: target(Span { start, end }.of(bytes)),
        minor: head.minor,
        fields: texts(bytes, fields),
        ..Request::default()
    }
}

fn texts(bytes: &[u8], fields: &[Field]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let text = |field: &Field| {
        let name = field.name.of(bytes).to_ascii_lowercase();
        (name, field.value.of(bytes).to_vec())
    };
    fields.iter().map(text).collect()
}

/// A target in the form in which equal ones are equal bytes (RFC 9110, section 4.2.3): a scheme in
/// small letters, and `/` for an empty path.
pub fn target(text: &[u8]) -> Vec<u8> {
    let mut target = text.to_vec();
    let colon = text.windows(3).position(|three| three == b"://");
    let of_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    let Some(colon) = colon.filter(|&at| text[..at].iter().all(of_scheme)) else {
        return target;
    };
    target[..colon].make_ascii_lowercase();
    let host = colon + 3;
    let path = text[host..].iter().position(|byte| b"/?".contains(byte));
    let path = path.map_or(text.len(), |path| host + path);
    if text.get(path) != Some(&b'/') {
        target.insert(path, b'/');
    }
    target
}
