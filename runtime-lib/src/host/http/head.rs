//! The parser of a request's head, and of a field section alone: the lines up to the empty one.
//!
//! Sections are those of RFC 9112. Where it lets a recipient choose between tolerance and an error,
//! this parser refuses: what two recipients read differently can smuggle a request past one.

#[cfg(test)]
mod tests;

use super::{
    target::{self, Form, Target},
    token,
};

/// The most empty lines that are skipped before the request line; section 2.2 asks for at least
/// one.
const EMPTY_LINES: u8 = 4;

const BARE_CR: Refused = Refused::bad(b"CR without LF");
const BARE_LF: Refused = Refused::bad(b"LF without CR");
const CONTROL: Refused = Refused::bad(b"control character");
const EMPTY: Refused = Refused::bad(b"too many empty lines");
const NO_REQUEST: Refused = Refused::bad(b"malformed request line");
const METHOD: Refused = Refused::bad(b"method is not a token");
const NO_VERSION: Refused = Refused::bad(b"malformed version");
const VERSION: Refused = Refused::new(505, b"version is not HTTP/1");
const FOLDED: Refused = Refused::bad(b"folded field");
const NAME: Refused = Refused::bad(b"malformed name of a field");
const LONG_LINE: Refused = Refused::new(414, b"request line is too long");
const LONG: Refused = Refused::new(431, b"fields are too long");
const MANY: Refused = Refused::new(431, b"too many fields");

/// Why a request is refused. The connection has to be closed after the answer, because the start of
/// the next request is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The status code of the answer.
    pub status: u16,
    /// A few words for the operator of the server.
    pub why: &'static [u8],
}

impl Refused {
    /// A refusal with the given status code.
    pub const fn new(status: u16, why: &'static [u8]) -> Self {
        Refused { status, why }
    }

    /// The refusal of a malformed request: status code 400.
    pub const fn bad(why: &'static [u8]) -> Self {
        Refused::new(400, why)
    }
}

/// A part of a buffer, as offsets. An absent part is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` up to `end`, which the limit of a head keeps below 2^32.
    pub(super) const fn new(start: usize, end: usize) -> Self {
        Span {
            start: start as u32,
            end: end as u32,
        }
    }

    /// Its bytes in `buffer`; empty if it is not within.
    pub fn of(self, buffer: &[u8]) -> &[u8] {
        let range = self.start as usize..self.end as usize;
        buffer.get(range).unwrap_or_default()
    }

    /// Whether it has no bytes.
    pub const fn is_empty(self) -> bool {
        self.start >= self.end
    }
}

/// A field of a head or of a trailer section.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// Its name, as it was sent: a token.
    pub name: Span,
    /// Its value without whitespace at the ends.
    pub value: Span,
}

/// What a head, or a trailer section, may have at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Its length in bytes, with the empty line; below 2^32.
    pub bytes: usize,
    /// The number of its fields.
    pub fields: usize,
}

/// How much of a head is known to be well-formed lines, so that each byte is examined only once
/// when a head arrives in pieces. Every head needs a new one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scan {
    /// The number of bytes that need no further look.
    examined: usize,
    /// Offset of the line that is not complete yet.
    line: usize,
    /// Empty lines before the request line.
    empty: u8,
    /// Offset of the first field line.
    first: usize,
    /// Complete field lines.
    lines: usize,
    /// What the request line says.
    request: Option<Head>,
}

/// A request's head. Its spans are offsets into the bytes that were parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The method: a token, whose case matters.
    pub method: Span,
    /// The form of the target.
    pub form: Form,
    /// The target's scheme, only in absolute form.
    pub scheme: Span,
    /// The target's authority, in absolute and in authority form.
    pub authority: Span,
    /// The target's path and query. In absolute form it may be empty or start with `?`, which means
    /// the same as with a `/` before it. In asterisk form it is `*`.
    pub path_with_query: Span,
    /// The minor version: 0, or 1 for HTTP/1.1 and later (RFC 9110, section 2.5).
    pub minor: u8,
    /// The number of fields.
    pub fields: usize,
    /// Length in bytes, with the empty line at its end and those before the request line.
    pub len: usize,
}

/// A field section: see [`section`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// The number of fields.
    pub fields: usize,
    /// Length in bytes, with the empty line at its end.
    pub len: usize,
}

/// Parses the head at the start of `bytes`, sections 2.2 to 5. `None`: it is not complete; call
/// again with the same `scan` and the same bytes followed by further ones. Once it is complete, the
/// first [`Head::fields`] of `fields` are written.
///
/// The status codes of refusals: 414 if the request line alone exceeds the limit, 431 if the head
/// does or has too many fields, 505 for another version than HTTP/1, otherwise 400. A refusal is
/// the same however the bytes arrive, and comes as soon as the line ends that has an invalid
/// character or is an invalid request line; for other faults of fields, at the end of the head.
pub fn parse(
    bytes: &[u8],
    scan: &mut Scan,
    limits: &Limits,
    fields: &mut [Field],
) -> Result<Option<Head>, Refused> {
    let Some(head) = scan.request(bytes, limits)? else {
        return Ok(None);
    };
    let section = section(bytes, scan, limits, fields)?;
    Ok(section.map(|section| Head {
        fields: section.fields,
        len: section.len,
        ..head
    }))
}

/// Parses a field section at the start of `bytes`, like the trailer section after the last chunk.
/// Results are those of [`parse`].
pub fn section(
    bytes: &[u8],
    scan: &mut Scan,
    limits: &Limits,
    fields: &mut [Field],
) -> Result<Option<Section>, Refused> {
    while let Some(line) = scan.line(bytes, limits, LONG)? {
        if line.is_empty() {
            let fields = fields.get_mut(..scan.lines).unwrap_or_default();
            collect(bytes, scan.first, fields)?;
            return Ok(Some(Section {
                fields: fields.len(),
                len: scan.examined,
            }));
        }
        if scan.lines >= limits.fields.min(fields.len()) {
            return Err(MANY);
        }
        scan.lines += 1;
    }
    Ok(None)
}

impl Scan {
    /// What the request line says, once it is complete.
    fn request(&mut self, bytes: &[u8], limits: &Limits) -> Result<Option<Head>, Refused> {
        while self.request.is_none() {
            let Some(line) = self.line(bytes, limits, LONG_LINE)? else {
                break;
            };
            if line.is_empty() {
                if self.empty == EMPTY_LINES {
                    return Err(EMPTY);
                }
                self.empty += 1;
            } else {
                self.request = Some(request_line(bytes, line)?);
                self.first = self.line;
            }
        }
        Ok(self.request)
    }

    /// The next complete line without its end. It contains no control characters except tabs.
    /// `long`: the refusal of a line that ends after the limit.
    fn line(
        &mut self,
        bytes: &[u8],
        limits: &Limits,
        long: Refused,
    ) -> Result<Option<Span>, Refused> {
        let limit = limits.bytes.min(u32::MAX as usize);
        let bytes = bytes.get(..limit).unwrap_or(bytes);
        let rest = bytes.get(self.examined..).unwrap_or_default();
        let text = token::value_length(rest);
        self.examined += text;
        match rest.get(text..).unwrap_or_default() {
            [b'\r', b'\n', ..] => {
                let line = Span::new(self.line, self.examined);
                self.examined += 2;
                self.line = self.examined;
                Ok(Some(line))
            }
            // Even if a line could end with the next bytes: they are after the limit.
            [] | [b'\r'] if bytes.len() >= limit => Err(long),
            [] | [b'\r'] => Ok(None),
            [b'\r', ..] => Err(BARE_CR),
            [b'\n', ..] => Err(BARE_LF),
            _ => Err(CONTROL),
        }
    }
}

/// Parses a request line, section 3: two spaces separate its three parts.
fn request_line(bytes: &[u8], line: Span) -> Result<Head, Refused> {
    let text = line.of(bytes);
    let space = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        let space = rest.iter().position(|&byte| byte == b' ');
        space.map(|space| from + space).ok_or(NO_REQUEST)
    };
    let start = line.start as usize;
    let first = space(0)?;
    let second = space(first + 1)?;
    let method = Span::new(start, start + first);
    if !token::is_token(method.of(bytes)) {
        return Err(METHOD);
    }
    // Before the target, since the preface of HTTP/2 is well-formed except for its target.
    let minor = version(text.get(second + 1..).unwrap_or_default())?;
    let target = Span::new(start + first + 1, start + second);
    let Target {
        form,
        scheme,
        authority,
        path_with_query,
    } = target::parse(bytes, target, method.of(bytes))?;
    Ok(Head {
        method,
        form,
        scheme,
        authority,
        path_with_query,
        minor,
        fields: 0,
        len: 0,
    })
}

/// The minor version, section 2.3.
fn version(text: &[u8]) -> Result<u8, Refused> {
    match *text {
        [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
            if major.is_ascii_digit() && minor.is_ascii_digit() =>
        {
            if major == b'1' {
                Ok(u8::from(minor != b'0'))
            } else {
                Err(VERSION)
            }
        }
        _ => Err(NO_VERSION),
    }
}

/// Parses the lines from `start`, one for each of `fields`; section 5.
fn collect(bytes: &[u8], mut start: usize, fields: &mut [Field]) -> Result<(), Refused> {
    for field in fields {
        let rest = bytes.get(start..).unwrap_or_default();
        let name = rest.iter().position(|&byte| !token::is_token_byte(byte));
        let name = name.unwrap_or(rest.len());
        let Some([b':', value @ ..]) = rest.get(name..).filter(|_| name > 0) else {
            let folded = rest.first().is_some_and(|&byte| token::is_blank(byte));
            return Err(if folded { FOLDED } else { NAME });
        };
        // Up to the CR at the line's end: complete lines have no other control characters.
        let len = token::value_length(value);
        let value = value.get(..len).unwrap_or_default();
        let blank = value
            .iter()
            .take_while(|&&byte| token::is_blank(byte))
            .count();
        let from = start + name + 1 + blank;
        field.name = Span::new(start, start + name);
        field.value = Span::new(from, from + token::trim(value).len());
        start += name + 1 + value.len() + 2;
    }
    Ok(())
}
