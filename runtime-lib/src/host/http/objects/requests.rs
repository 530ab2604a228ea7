//! The requests that the program makes, by handles. They cannot be sent.

use super::{arena::Vector, bodies, fields::Fields, responses::Refusal};
use crate::{
    host::{
        handles::{Held, TooMany, insert},
        http::{
            target::is_authority,
            token::{is_host_byte, is_target_byte, is_token},
        },
        table::{Entry, Table},
    },
    os::Errno,
};

/// A part of a request, which has these bytes, or is absent.
#[derive(Clone, Copy, Debug)]
struct Text {
    present: bool,
    bytes: Vector,
}

impl Text {
    const ABSENT: Text = Text {
        present: false,
        bytes: Vector::EMPTY,
    };

    fn of(bytes: Option<&[u8]>) -> Result<Text, Errno> {
        Ok(Text {
            present: bytes.is_some(),
            bytes: Vector::of(bytes.unwrap_or_default())?,
        })
    }
}

/// The parts of a request that are text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The method; absent: GET.
    Method,
    /// Path and query of the target.
    PathWithQuery,
    /// The scheme.
    Scheme,
    /// The authority.
    Authority,
}

/// A request.
#[derive(Clone, Copy, Debug)]
struct Request {
    /// Whether the entry of the table is in use.
    used: bool,
    /// Whether the body was taken, and its number.
    taken: bool,
    body: u32,
    fields: Fields,
    method: Text,
    path_with_query: Text,
    scheme: Text,
    authority: Text,
}

impl Entry for Request {
    const FREE: Request = Request {
        used: false,
        taken: false,
        body: 0,
        fields: Fields::NONE,
        method: Text::ABSENT,
        path_with_query: Text::ABSENT,
        scheme: Text::ABSENT,
        authority: Text::ABSENT,
    };

    fn is_free(&self) -> bool {
        !self.used
    }
}

static REQUESTS: Table<Request> = Table::new();

impl Held for Request {
    const TABLE: &'static Table<Request> = &REQUESTS;
}

impl Request {
    fn part(&mut self, part: Part) -> &mut Text {
        match part {
            Part::Method => &mut self.method,
            Part::PathWithQuery => &mut self.path_with_query,
            Part::Scheme => &mut self.scheme,
            Part::Authority => &mut self.authority,
        }
    }
}

impl Part {
    /// Whether the part may have this text.
    fn allows(self, text: &[u8]) -> bool {
        match self {
            Part::Method => is_token(text),
            Part::PathWithQuery => is_path_with_query(text),
            Part::Scheme => is_scheme(text),
            Part::Authority => !text.is_empty() && is_authority(without_user(text)),
        }
    }
}

/// RFC 3986, section 3.1.
fn is_scheme(text: &[u8]) -> bool {
    let allowed = |&byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    text.first().is_some_and(u8::is_ascii_alphabetic) && text.iter().all(allowed)
}

/// The characters that a target may have, as for incoming requests; it may be empty. Whether the
/// target has the right form depends on the other parts.
fn is_path_with_query(text: &[u8]) -> bool {
    text.iter().all(|&byte| is_target_byte(byte))
}

/// An authority without valid user information (RFC 3986, section 3.2).
fn without_user(text: &[u8]) -> &[u8] {
    let allowed = |&byte: &u8| is_host_byte(byte) || matches!(byte, b':' | b'%');
    match text.iter().position(|&byte| byte == b'@') {
        Some(at) if text.iter().take(at).all(allowed) => text.get(at + 1..).unwrap_or_default(),
        _ => text,
    }
}

/// Makes a request with these fields; returns its number.
pub fn new(fields: Fields) -> Result<u32, TooMany> {
    insert(
        &REQUESTS,
        Request {
            used: true,
            fields,
            ..Request::FREE
        },
    )
}

/// Calls `with` with a part; `None`: it is absent.
pub fn with<R>(number: u32, part: Part, with: impl FnOnce(Option<&[u8]>) -> R) -> R {
    let text = *Request::of(number).part(part);
    with(text.present.then(|| text.bytes.bytes()))
}

/// Sets a part; `None`: to absent. `false` if it cannot have this text; `ENOMEM` if there is no
/// room.
pub fn set(number: u32, part: Part, text: Option<&[u8]>) -> Result<bool, Errno> {
    if !text.is_none_or(|text| part.allows(text)) {
        return Ok(false);
    }
    let new = Text::of(text)?;
    let old = Request::change(number, |request| {
        core::mem::replace(request.part(part), new)
    });
    old.bytes.release();
    Ok(true)
}

/// The fields.
pub fn fields(number: u32) -> Fields {
    Request::of(number).fields
}

/// Takes the body; returns its number.
pub fn body(number: u32) -> Result<u32, Refusal> {
    let mut request = Request::of(number);
    if request.taken {
        return Err(Refusal::Unavailable);
    }
    let length = request.fields.content_length()?;
    let body = bodies::new(true, length)?;
    (request.taken, request.body) = (true, body);
    REQUESTS.write(number as usize, request);
    Ok(body)
}

/// Removes a request after its last handle.
pub fn remove(number: u32) {
    let request = Request::of(number);
    REQUESTS.remove(number as usize);
    request.fields.release();
    if request.taken {
        bodies::lose(request.body);
    }
    for text in [
        request.method,
        request.path_with_query,
        request.scheme,
        request.authority,
    ] {
        text.bytes.release();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::{http::objects::fields, tests::ONE_AT_A_TIME};
    use std::vec::Vec;

    fn value(number: u32, part: Part) -> Option<Vec<u8>> {
        with(number, part, |text| text.map(<[u8]>::to_vec))
    }

    #[test]
    fn parts_are_checked_and_kept() {
        let _alone = ONE_AT_A_TIME
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let number = new(Fields::take(fields::new().unwrap())).unwrap();
        for (part, text, valid) in [
            (Part::Method, "GET", true),
            (Part::Method, "x-y", true),
            (Part::Method, "", false),
            (Part::Method, "A B", false),
            (Part::Method, "\u{e9}", false),
            (Part::PathWithQuery, "/a?b=%41", true),
            (Part::PathWithQuery, "", true),
            (Part::PathWithQuery, "*", true),
            (Part::PathWithQuery, "/a b", false),
            (Part::PathWithQuery, "/a#b", false),
            (Part::PathWithQuery, "/\r\n", false),
            (Part::Scheme, "https", true),
            (Part::Scheme, "a+b-c.1", true),
            (Part::Scheme, "", false),
            (Part::Scheme, "1a", false),
            (Part::Scheme, "a:", false),
            (Part::Authority, "example.com", true),
            (Part::Authority, "u:p%20@[::1]:80", true),
            (Part::Authority, "", false),
            (Part::Authority, "a@b@c", false),
            (Part::Authority, "a/b", false),
            (Part::Authority, "a:99999", false),
        ] {
            let before = value(number, part);
            assert_eq!(
                set(number, part, Some(text.as_bytes())),
                Ok(valid),
                "{part:?} {text}"
            );
            let expected = if valid {
                Some(text.as_bytes().to_vec())
            } else {
                before
            };
            assert_eq!(value(number, part), expected);
        }
        assert_eq!(set(number, Part::Authority, None), Ok(true));
        assert_eq!(value(number, Part::Authority), None);
        let body = body(number).unwrap();
        assert_eq!(super::body(number), Err(Refusal::Unavailable));
        remove(number);
        assert_eq!(bodies::finish(body, Fields::NONE), Ok(()));
        assert!(REQUESTS.used() == 0);
    }
}
