//! The differences that are known, each with its reason.

use super::difference::{Difference, Kind, Part};
use wasi_aot_runtime::host::http::{chunked, token};
use wasi_aot_tests::entries::http::{End, FIELDS};

/// Another parser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    Hyper,
    H11,
}

impl Other {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Other::Hyper => "hyper",
            Other::H11 => "h11",
        }
    }
}

/// A known difference.
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// The parsers that differ so.
    pub with: &'static [Other],
    /// What ours does.
    pub ours: &'static str,
    /// What the others do.
    pub theirs: &'static str,
    /// Why ours does it. Sections without another number are those of RFC 9112.
    pub why: &'static str,
    /// Whether a difference is this one.
    pub explains: fn(&Difference<'_>) -> bool,
}

const BOTH: &[Other] = &[Other::Hyper, Other::H11];
const HYPER: &[Other] = &[Other::Hyper];
const H11: &[Other] = &[Other::H11];

/// All of them. The first one that explains a difference is its name.
pub const ROWS: &[Row] = &[
    Row {
        name: "head-without-end",
        with: BOTH,
        ours: "refuses a line once it is there, names of fields at the end of the head",
        theirs: "refuse the same head earlier or later",
        why: "section 3: nothing is processed before the head is complete",
        explains: |d| {
            let none = d.our_request.is_none() && d.request.is_none();
            none && !d.has_whole_head() && matches!(d.kind, Kind::Accepts | Kind::Refuses)
        },
    },
    Row {
        name: "trailers-without-end",
        with: BOTH,
        ours: "refuses a line of a trailer section once it has an invalid character",
        theirs: "refuse it at the end of the section",
        why: "section 7.1.2: nothing is processed before the section is complete",
        explains: |d| {
            let waits = d.request.is_some_and(|theirs| !theirs.complete) && *d.end == End::More;
            let reasons = ["control character", "LF without CR", "CR without LF"];
            let whole = d.bytes.ends_with(b"\r\n\r\n");
            let early = d.kind == Kind::Refuses && reasons.contains(&d.our_reason());
            early && in_chunks(d) && waits && !whole
        },
    },
    Row {
        name: "chunk-size-without-end",
        with: H11,
        ours: "refuses the size of a chunk at the first byte that is invalid",
        theirs: "refuses it at the end of the line",
        why: "section 7.1",
        explains: |d| {
            let waits = d.request.is_some_and(|theirs| !theirs.complete) && *d.end == End::More;
            let whole = d.bytes.ends_with(b"\r\n");
            refuses(d, "malformed size of a chunk") && waits && !whole
        },
    },
    Row {
        name: "bare-lf",
        with: BOTH,
        ours: "400 for a line of a head or trailer section that ends with LF alone",
        theirs: "accept it",
        why: "section 2.2 permits it (MAY); parsers that disagree about the end of a line can be \
              played against each other",
        explains: |d| refuses(d, "LF without CR") && d.has_bare_lf(),
    },
    Row {
        name: "control-characters",
        with: H11,
        ours: "400 for control characters in values except tab",
        theirs: "accepts them, except NUL and vertical space",
        why: "RFC 9110, section 5.5: only NUL, CR and LF are dangerous, the others invalid; no \
              client needs them",
        explains: |d| {
            let control = |byte: &u8| byte.is_ascii_control() && !b"\0\t\r\n".contains(byte);
            refuses(d, "control character") && d.bytes.iter().any(control)
        },
    },
    Row {
        name: "folded-field",
        with: H11,
        ours: "400",
        theirs: "joins the lines with a space",
        why: "section 5.2: a server rejects it, or replaces each fold by spaces",
        explains: |d| {
            let blank = |line: &[u8]| line.first().copied().is_some_and(token::is_blank);
            let lines = d.bytes.split(|&byte| byte == b'\n');
            refuses(d, "folded field") && lines.skip(1).any(blank)
        },
    },
    Row {
        name: "other-version",
        with: H11,
        ours: "505 for another major version than 1",
        theirs: "reads the request like one of HTTP/1",
        why: "section 2.3, and RFC 9110, section 15.6.6",
        explains: |d| {
            refuses(d, "version is not HTTP/1")
                && d.words().last().is_some_and(|version| {
                    version.starts_with(b"HTTP/") && !version.starts_with(b"HTTP/1.")
                })
        },
    },
    Row {
        name: "later-minor-version",
        with: HYPER,
        ours: "reads HTTP/1.2 to HTTP/1.9 like HTTP/1.1",
        theirs: "400",
        why: "RFC 9110, section 2.5: a recipient processes a message with a higher minor version \
              as if it were the highest that it knows",
        explains: |d| {
            let later = d.our_request.is_some_and(|ours| ours.minor == 1);
            let version = d.words().last().copied().unwrap_or_default();
            accepts(d, "invalid HTTP version parsed") && later && version != b"HTTP/1.1"
        },
    },
    Row {
        name: "empty-line-before-request",
        with: H11,
        ours: "skips up to four",
        theirs: "400",
        why: "section 2.2: a server SHOULD ignore at least one",
        explains: |d| accepts(d, "no request line received") && d.bytes.starts_with(b"\r\n"),
    },
    Row {
        name: "many-empty-lines",
        with: HYPER,
        ours: "400 for five and more before a request",
        theirs: "skips any number",
        why: "section 2.2 asks for one; without a limit a head has no limit",
        explains: |d| {
            refuses(d, "too many empty lines") && d.bytes.starts_with(&[13, 10].repeat(5))
        },
    },
    Row {
        name: "uncommon-character-in-target",
        with: HYPER,
        ours: "accepts visible ASCII except `#`",
        theirs: "400 for some of them, as `\"` in a query or `^` in a path",
        why: "section 3.2 permits both (SHOULD reject); clients send such targets, and where \
              they end is not in doubt",
        explains: |d| {
            let uncommon = |byte: &u8| b"\"<>\\^`{|}[]".contains(byte);
            accepts(d, "invalid URI") && d.target().iter().any(uncommon)
        },
    },
    Row {
        name: "encoded-host",
        with: HYPER,
        ours: "accepts percent encodings in the host of an absolute target",
        theirs: "400",
        why: "RFC 3986, section 3.2.2: `reg-name` may have them",
        explains: |d| accepts(d, "invalid URI") && authority(d.target()).contains(&b'%'),
    },
    Row {
        name: "target-characters",
        with: BOTH,
        ours: "400 for `#` and for bytes that are not ASCII",
        theirs: "accept them; hyper drops a fragment, h11 only accepts `#`",
        why: "section 3.2 and RFC 3986, section 3: a target has neither, so what follows is read \
              in several ways",
        explains: |d| {
            let target = d.target();
            let wrong = target.iter().any(|&byte| byte == b'#' || !byte.is_ascii());
            refuses(d, "character that a target cannot have") && wrong
        },
    },
    Row {
        name: "target-form",
        with: BOTH,
        ours: "400 for a target that is none of the four forms, or `*` without OPTIONS",
        theirs: "accept it, hyper if it could be an authority",
        why: "section 3.2: the form depends on the method",
        explains: |d| refuses(d, "malformed target") && !d.target().starts_with(b"/"),
    },
    Row {
        name: "authority-in-target",
        with: BOTH,
        ours: "400 for an absolute target whose authority has user information, an invalid \
               host or port, and for CONNECT without a port",
        theirs: "accept some (hyper) or all (h11)",
        why: "section 3.2.3, and RFC 9110, sections 4.2.1, 4.2.4 and 9.3.6",
        explains: |d| {
            let connect = d.words().first() == Some(&&b"CONNECT"[..]);
            let absolute = d.target().windows(3).any(|three| three == b"://");
            refuses(d, "malformed authority in the target") && (connect || absolute)
        },
    },
    Row {
        name: "no-host",
        with: BOTH,
        ours: "400 for HTTP/1.1 and later versions without Host",
        theirs: "hyper accepts it; h11 does in later versions",
        why: "section 3.2: a server MUST respond with 400",
        explains: |d| refuses(d, "no Host") && d.values("host").next().is_none(),
    },
    Row {
        name: "two-hosts",
        with: HYPER,
        ours: "400",
        theirs: "accepts them",
        why: "section 3.2: a server MUST respond with 400",
        explains: |d| refuses(d, "more than one Host") && d.values("host").count() > 1,
    },
    Row {
        name: "malformed-host",
        with: BOTH,
        ours: "400 for a Host that is no host with an optional port",
        theirs: "accept it",
        why: "section 3.2: a server MUST respond with 400",
        explains: |d| {
            let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b".-".contains(byte);
            let plain = |host: &[u8]| host.iter().all(plain);
            refuses(d, "malformed Host") && !d.values("host").all(plain)
        },
    },
    Row {
        name: "length-twice",
        with: BOTH,
        ours: "400, also if both are the same number",
        theirs: "accept equal ones as one",
        why: "section 6.3, 5th: an unrecoverable error unless all are equal; RFC 9110, section \
              8.6, permits to reject these, too",
        explains: |d| {
            let several = d.values("content-length").count() > 1;
            refuses(d, "more than one Content-Length") && several
        },
    },
    Row {
        name: "malformed-length",
        with: BOTH,
        ours: "400 for a Content-Length that is not one number below 2^64",
        theirs: "h11 accepts lists of equal numbers and up to 20 digits; hyper does not look at \
                 it after Transfer-Encoding",
        why: "section 6.3, 5th, and RFC 9110, section 8.6",
        explains: |d| {
            let mut values = d.values("content-length");
            refuses(d, "malformed Content-Length")
                && values.any(|value| token::decimal(value).is_none())
        },
    },
    Row {
        name: "length-and-coding",
        with: BOTH,
        ours: "400 for Content-Length with Transfer-Encoding",
        theirs: "ignore Content-Length; hyper removes it, and closes the connection later",
        why: "section 6.1: a server MAY reject it, and MUST close the connection; it is how \
              requests are smuggled (section 11.2)",
        explains: |d| {
            let has = |name| d.values(name).next().is_some();
            refuses(d, "Content-Length with Transfer-Encoding")
                && has("content-length")
                && has("transfer-encoding")
        },
    },
    Row {
        name: "largest-length",
        with: HYPER,
        ours: "accepts a Content-Length up to 2^64 - 1",
        theirs: "431 for the two largest numbers",
        why: "RFC 9110, section 8.6, has no upper limit; a server limits bodies by its options",
        explains: |d| {
            let large = |value| token::decimal(value).is_some_and(|value| value >= u64::MAX - 1);
            accepts(d, "message head is too large") && d.values("content-length").any(large)
        },
    },
    Row {
        name: "length-with-many-digits",
        with: H11,
        ours: "accepts zeros before a Content-Length",
        theirs: "400 for more than 20 digits",
        why: "RFC 9110, section 8.6: `1*DIGIT`; every reader gets the same number",
        explains: |d| {
            accepts(d, "bad Content-Length") && d.values("content-length").any(|v| v.len() > 20)
        },
    },
    Row {
        name: "codings",
        with: HYPER,
        ours: "400 for empty elements in Transfer-Encoding, for `chunked` twice, and for a quoted \
               string that has no end",
        theirs: "accepts them if `chunked` is the last word",
        why: "section 6.1: a sender MUST NOT apply chunked more than once; RFC 9110, section \
              5.6.1.2, would ignore empty elements, which no client sends",
        explains: |d| {
            let values = || d.values("transfer-encoding");
            let elements = || values().flat_map(|value| value.split(|&byte| byte == b','));
            let empty = elements().any(|element| element.trim_ascii().is_empty());
            let chunked = |element: &&[u8]| element.trim_ascii().eq_ignore_ascii_case(b"chunked");
            let twice = elements().filter(chunked).count() > 1;
            let quoted = values().any(|value| value.contains(&b'"'));
            refuses(d, "chunked is not the last transfer coding") && (empty || twice || quoted)
        },
    },
    Row {
        name: "other-coding",
        with: HYPER,
        ours: "501 for a coding before `chunked`",
        theirs: "leaves it to the service",
        why: "section 6.1: a server that does not understand a coding SHOULD respond with 501",
        explains: |d| {
            let plain = |value: &[u8]| value.eq_ignore_ascii_case(b"chunked");
            refuses(d, "transfer coding other than chunked")
                && !d.values("transfer-encoding").all(plain)
        },
    },
    Row {
        name: "coding-in-http-1.0",
        with: H11,
        ours: "400 for Transfer-Encoding in HTTP/1.0",
        theirs: "reads chunks",
        why: "section 6.1: the framing is to be treated as faulty",
        explains: |d| {
            refuses(d, "Transfer-Encoding in HTTP/1.0")
                && d.words().last() == Some(&&b"HTTP/1.0"[..])
        },
    },
    Row {
        name: "coding-in-small-letters",
        with: H11,
        ours: "leaves the value of Transfer-Encoding as it was sent",
        theirs: "changes it to small letters",
        why: "section 7: codings are case-insensitive, so nothing depends on it",
        explains: |d| {
            let (Some(ours), Some(theirs)) = (d.our_request, d.request) else {
                return false;
            };
            let mut pairs = ours.fields.iter().zip(&theirs.fields);
            let same = ours.fields.len() == theirs.fields.len();
            let coding = |name: &[u8]| name == b"transfer-encoding";
            d.kind == Kind::Reads(Part::Fields)
                && same
                && pairs.all(|(our, their)| {
                    our == their
                        || coding(&our.0)
                            && our.1.eq_ignore_ascii_case(&their.1)
                            && our.0 == their.0
                })
        },
    },
    Row {
        name: "chunk-extension",
        with: BOTH,
        ours: "400 for blanks after the size of a chunk, and for extensions that the grammar does \
               not have",
        theirs: "skip what is between the size and the end of the line",
        why: "section 7.1.1; what is skipped need not be one line for everybody",
        explains: |d| {
            let reason = d.our_reason();
            let ours = ["malformed chunk extension", "chunk without CRLF"].contains(&reason);
            d.kind == Kind::Refuses && ours && in_chunks(d)
        },
    },
    Row {
        name: "blank-before-extension",
        with: H11,
        ours: "accepts blanks between the size of a chunk and `;`",
        theirs: "400",
        why: "section 7.1.1 has `BWS` there, which a recipient MUST parse (RFC 9110, section \
              5.6.3)",
        explains: |d| {
            let blank = |two: &[u8]| token::is_blank(two[0]) && two[1] == b';';
            accepts(d, "illegal chunk header") && d.bytes.windows(2).any(blank)
        },
    },
    Row {
        name: "long-chunk-extensions",
        with: BOTH,
        ours: "400 for more than 16 KiB of extensions in a body",
        theirs: "accept more; h11 counts only an incomplete line",
        why: "section 7.1.1: a recipient ought to limit the total length",
        explains: |d| {
            let long = d.bytes.len() > chunked::EXTENSIONS as usize;
            refuses(d, "chunk extensions are too long") && long && in_chunks(d)
        },
    },
    Row {
        name: "large-chunk",
        with: BOTH,
        ours: "400 for a size of 2^63 and more, or of more than 16 digits",
        theirs: "hyper accepts up to 2^64 - 1, h11 20 digits",
        why: "section 7.1: a recipient MUST anticipate large numbers",
        explains: |d| {
            let digits = |line: &[u8]| {
                let hex = line.iter().take_while(|byte| byte.is_ascii_hexdigit());
                hex.count() >= 16
            };
            let mut lines = d.bytes.split(|&byte| byte == b'\n');
            refuses(d, "size of a chunk is too large") && lines.any(digits) && in_chunks(d)
        },
    },
    Row {
        name: "dropped-trailers",
        with: BOTH,
        ours: "drops trailer fields that matter for framing, routing, authentication or content",
        theirs: "pass them on",
        why: "RFC 9110, section 6.5.1: a sender MUST NOT send them; section 7.1.2: a recipient \
              MAY discard any",
        explains: |d| {
            let (Some(ours), Some(theirs)) = (d.our_request, d.request) else {
                return false;
            };
            let kept = theirs.trailers.iter();
            let mut kept: Vec<_> = kept.filter(|(name, _)| chunked::is_trailer(name)).collect();
            let mut ours: Vec<_> = ours.trailers.iter().collect();
            // hyper keeps the order only of those with one name.
            kept.sort_by_key(|field| &field.0);
            ours.sort_by_key(|field| &field.0);
            d.kind == Kind::Reads(Part::Trailers) && kept == ours
        },
    },
    Row {
        name: "malformed-dropped-trailer",
        with: H11,
        ours: "drops Content-Length and Transfer-Encoding from trailers, whatever they are",
        theirs: "400 or 501 if they are malformed",
        why: "RFC 9110, section 6.5.1: they have no meaning there",
        explains: |d| {
            let length = d.reason().contains("Content-Length");
            let coding = d.reason().contains("Transfer-Encoding");
            d.kind == Kind::Accepts
                && (length || coding)
                && d.request.is_some_and(|theirs| !theirs.complete)
                && d.our_request.is_some_and(|ours| ours.complete)
        },
    },
    Row {
        name: "connect",
        with: BOTH,
        ours: "501 for CONNECT",
        theirs: "leave it to the service, and end HTTP after its answer",
        why: "RFC 9110, section 9.3.6: an origin server need not implement tunnels",
        explains: |d| refuses(d, "CONNECT") && d.words().first() == Some(&&b"CONNECT"[..]),
    },
    Row {
        name: "upgrade",
        with: BOTH,
        ours: "501 for Upgrade to another protocol than `h2c`",
        theirs: "leave it to the service",
        why: "RFC 9110, section 7.8: a server MAY ignore it; a client that is refused knows that \
              what follows is HTTP/1.1",
        explains: |d| {
            refuses(d, "upgrade to another protocol") && d.values("upgrade").next().is_some()
        },
    },
    Row {
        name: "expectation",
        with: BOTH,
        ours: "417 for another expectation than `100-continue`",
        theirs: "ignore it",
        why: "RFC 9110, section 10.1.1: a server MAY respond with 417",
        explains: |d| {
            let known = |value: &[u8]| value.eq_ignore_ascii_case(b"100-continue");
            refuses(d, "unknown expectation") && !d.values("expect").all(known)
        },
    },
    Row {
        name: "trace-with-body",
        with: BOTH,
        ours: "400",
        theirs: "accept it",
        why: "RFC 9110, section 9.3.8: a client MUST NOT send content with TRACE",
        explains: |d| refuses(d, "TRACE with a body") && d.words().first() == Some(&&b"TRACE"[..]),
    },
    Row {
        name: "limits",
        with: BOTH,
        ours: "414 or 431 for a head or trailer section of more than 64 KiB or 100 fields",
        theirs: "accept more, here: their limits were set higher",
        why: "RFC 9110, section 5.4: a server that has limits responds with a 4xx",
        explains: |d| {
            let lines = d.bytes.iter().filter(|&&byte| byte == b'\n').count();
            let many = refuses(d, "too many fields") && lines > FIELDS;
            let long = refuses(d, "fields are too long") || refuses(d, "request line is too long");
            many || long && d.bytes.len() > 64 << 10
        },
    },
    Row {
        name: "connection-beyond-ascii",
        with: HYPER,
        ours: "finds `close` and `keep-alive` in a Connection field that also has other bytes than \
               ASCII",
        theirs: "does not look at such a field",
        why: "RFC 9110, sections 5.5 and 7.6.1: such bytes are data, and the other options count",
        explains: |d| {
            let persists = matches!(d.kind, Kind::Closes | Kind::Stays);
            persists && d.values("connection").any(|value| !value.is_ascii())
        },
    },
    Row {
        name: "keep-alive-in-http-1.0",
        with: H11,
        ours: "keeps a connection of HTTP/1.0 if `keep-alive` is asked for",
        theirs: "closes it",
        why: "section 9.3: a recipient may do either",
        explains: |d| {
            let keep = |value| {
                token::options(value).any(|option| option.eq_ignore_ascii_case(b"keep-alive"))
            };
            d.kind == Kind::Stays && d.values("connection").any(keep)
        },
    },
];

/// The authority of an absolute target.
fn authority(target: &[u8]) -> &[u8] {
    let start = target.windows(3).position(|three| three == b"://");
    let rest = start.map_or(&[][..], |start| &target[start + 3..]);
    rest.split(|byte| b"/?".contains(byte))
        .next()
        .unwrap_or_default()
}

fn refuses(difference: &Difference<'_>, reason: &str) -> bool {
    difference.kind == Kind::Refuses && difference.our_reason() == reason
}

/// Whether ours accepts what the other one refuses for this reason. Instead of it, hyper reports
/// the preface of HTTP/2 if that follows the head.
fn accepts(difference: &Difference<'_>, reason: &str) -> bool {
    let told = difference.reason();
    let same = told.starts_with(reason) || told.contains("HTTP2 preface");
    difference.kind == Kind::Accepts && same
}

/// Whether the body of our request is not complete, and has chunks.
fn in_chunks(difference: &Difference<'_>) -> bool {
    let ours = difference.our_request.filter(|ours| !ours.complete);
    ours.is_some_and(|ours| {
        let mut fields = ours.fields.iter();
        fields.any(|(name, _)| name == b"transfer-encoding")
    })
}
