//! The incremental decoder of the chunked transfer coding, and what its trailer section may hold.
//!
//! Sections are those of RFC 9112. The grammar is taken literally: recipients that accept more
//! disagree about where a chunk ends.

#[cfg(test)]
mod tests;

use super::{
    head::{Field, Refused},
    token,
};
use core::ops::Range;

/// The most bytes of chunk extensions in a body; section 7.1.1 asks for a limit.
pub const EXTENSIONS: u32 = 16 << 10;
/// The most digits of a chunk's size.
const DIGITS: u8 = 16;

const SIZE: Refused = Refused::bad(b"malformed size of a chunk");
const LARGE: Refused = Refused::bad(b"size of a chunk is too large");
const EXTENSION: Refused = Refused::bad(b"malformed chunk extension");
const LONG: Refused = Refused::bad(b"chunk extensions are too long");
const END: Refused = Refused::bad(b"chunk without CRLF");

/// The decoder: a state after each byte, so that pieces of any size give the same result.
#[derive(Clone, Debug)]
pub struct Decoder {
    /// What the next byte belongs to.
    state: State,
    /// The size of the chunk, then what is left of its data.
    left: u64,
    /// Digits of the size so far.
    digits: u8,
    /// Bytes of extensions so far, in all chunks.
    extensions: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The first digit of a size.
    Size,
    /// A further digit, or the end of the size.
    Digits,
    /// After whitespace that only a `;` can follow.
    Blank,
    /// After `;`.
    Name,
    /// Within the name of an extension.
    InName,
    /// After whitespace that follows a name.
    AfterName,
    /// After `=`.
    Value,
    /// Within a value that is a token.
    InValue,
    /// Within a value that is a quoted string.
    Quoted,
    /// After `\` in a quoted string.
    Escaped,
    /// After a quoted string.
    AfterQuoted,
    /// The LF after the size and its extensions.
    SizeLf,
    /// Data.
    Data,
    /// The CR after the data.
    DataCr,
    /// The LF after the data.
    DataLf,
    /// The last chunk has ended.
    Trailers,
}

/// What [`Decoder::decode`] found. It has consumed the input up to the end of `data`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The number of bytes of framing at the start of the input.
    pub framing: usize,
    /// The data that follows them, as a range of the input; it may be empty.
    pub data: Range<usize>,
    /// Whether the trailer section begins at the end of `data`: [`super::head::section`] parses it.
    pub trailers: bool,
}

impl Default for Decoder {
    fn default() -> Self {
        Decoder::new()
    }
}

impl Decoder {
    /// A decoder at the start of a body.
    pub const fn new() -> Self {
        Decoder {
            state: State::Size,
            left: 0,
            digits: 0,
            extensions: 0,
        }
    }

    /// Decodes framing and then data up to the end of a chunk or of the input; sections 7.1 and
    /// 7.1.1. At least one byte is consumed unless the input is empty or the trailer section
    /// begins. The next call continues after what was consumed. After an error, there must be none.
    pub fn decode(&mut self, input: &[u8]) -> Result<Step, Refused> {
        let mut framing = 0;
        for &byte in input {
            if matches!(self.state, State::Data | State::Trailers) {
                break;
            }
            self.state = self.next(byte)?;
            framing += 1;
        }
        let mut end = framing;
        if self.state == State::Data {
            let rest = input.len() - framing;
            let data = usize::try_from(self.left).map_or(rest, |left| left.min(rest));
            end += data;
            self.left -= data as u64;
            if self.left == 0 {
                self.state = State::DataCr;
            }
        }
        Ok(Step {
            framing,
            data: framing..end,
            trailers: self.state == State::Trailers,
        })
    }

    /// The bytes of the current chunk that are known to come, with those of `step`, which was just
    /// decoded.
    pub fn announced(&self, step: &Step) -> u64 {
        let left = match self.state {
            State::Data => self.left,
            _ => 0,
        };
        left.saturating_add(step.data.len() as u64)
    }

    /// The state after a byte of framing.
    fn next(&mut self, byte: u8) -> Result<State, Refused> {
        match (self.state, byte) {
            (State::Size | State::Digits, digit) if digit.is_ascii_hexdigit() => self.digit(digit),
            (State::Size, _) => Err(SIZE),
            (State::SizeLf, b'\n') => Ok(self.sized()),
            (State::DataCr, b'\r') => Ok(State::DataLf),
            (State::DataLf, b'\n') => Ok(State::Size),
            (State::SizeLf | State::DataCr | State::DataLf, _) => Err(END),
            (State::Data | State::Trailers, _) => Ok(self.state),
            (State::Digits, b'\r') => Ok(State::SizeLf),
            (State::Digits, other) if other != b';' && !token::is_blank(other) => Err(SIZE),
            _ => {
                let state = extension(self.state, byte).ok_or(EXTENSION)?;
                if state != State::SizeLf {
                    self.extensions += 1;
                }
                if self.extensions > EXTENSIONS {
                    return Err(LONG);
                }
                Ok(state)
            }
        }
    }

    /// A digit of the size, which has to stay below 2^63.
    fn digit(&mut self, digit: u8) -> Result<State, Refused> {
        let value = char::from(digit).to_digit(16).unwrap_or(0);
        if self.digits == DIGITS || self.left >> 59 != 0 {
            return Err(LARGE);
        }
        self.digits += 1;
        self.left = self.left << 4 | u64::from(value);
        Ok(State::Digits)
    }

    /// The state after the line with the size: the chunk of size 0 is the last one.
    fn sized(&mut self) -> State {
        self.digits = 0;
        if self.left == 0 {
            State::Trailers
        } else {
            State::Data
        }
    }
}

/// The state after a byte from the end of a size up to the end of its line; section 7.1.1. `None`:
/// the byte cannot be there.
fn extension(state: State, byte: u8) -> Option<State> {
    use State::{
        AfterName, AfterQuoted, Blank, Digits, Escaped, InName, InValue, Name, Quoted, SizeLf,
        Value,
    };
    Some(match (state, byte) {
        (Quoted, b'\\') => Escaped,
        (Quoted, b'"') => AfterQuoted,
        (Quoted | Escaped, text) if token::is_value_byte(text) => Quoted,
        (Value, b'"') => Quoted,
        (InName | InValue | AfterQuoted, b'\r') => SizeLf,
        (Digits | Blank | InName | AfterName | InValue | AfterQuoted, b';') => Name,
        (InName | AfterName, b'=') => Value,
        (Digits | Blank | InValue | AfterQuoted, b' ' | b'\t') => Blank,
        (InName | AfterName, b' ' | b'\t') => AfterName,
        (Name | Value, b' ' | b'\t') => state,
        (Name | InName, text) if token::is_token_byte(text) => InName,
        (Value | InValue, text) if token::is_token_byte(text) => InValue,
        _ => return None,
    })
}

/// Fields that have no meaning in a trailer section, because they are for framing, routing,
/// request modification, authentication, response control or the content's format (RFC 9110,
/// section 6.5.1). [`is_trailer`] also excludes `If-*` and `Content-*`.
const HEAD_ONLY: &[&[u8]] = &[
    b"age",
    b"authorization",
    b"cache-control",
    b"connection",
    b"cookie",
    b"date",
    b"expect",
    b"expires",
    b"host",
    b"keep-alive",
    b"location",
    b"max-forwards",
    b"pragma",
    b"proxy-authenticate",
    b"proxy-authorization",
    b"proxy-connection",
    b"range",
    b"retry-after",
    b"set-cookie",
    b"te",
    b"trailer",
    b"transfer-encoding",
    b"upgrade",
    b"vary",
    b"www-authenticate",
];

/// Whether a field with this name can be in a trailer section.
pub fn is_trailer(name: &[u8]) -> bool {
    let starts = |prefix: &[u8]| {
        let start = name.get(..prefix.len());
        start.is_some_and(|start| token::same_name(start, prefix))
    };
    // Content-Digest is made for trailers (RFC 9530, section 2).
    let content = starts(b"content-") && !token::same_name(name, b"content-digest");
    let known = HEAD_ONLY.iter().any(|known| token::same_name(name, known));
    !(known || content || starts(b"if-"))
}

/// Keeps those of `fields` that can be in a trailer section, in order, and returns their number.
/// RFC 9112, section 7.1.2, lets a recipient discard trailer fields selectively. Others are
/// therefore dropped and not refused; they have no effect on how the server reads the request.
pub fn trailers(bytes: &[u8], fields: &mut [Field]) -> usize {
    let mut kept = 0;
    for index in 0..fields.len() {
        let Some(&field) = fields.get(index) else {
            break;
        };
        if is_trailer(field.name.of(bytes))
            && let Some(place) = fields.get_mut(kept)
        {
            *place = field;
            kept += 1;
        }
    }
    kept
}
