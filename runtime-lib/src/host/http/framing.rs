//! What a request's fields say about its body and about the connection.
//!
//! All that could be read in two ways is refused: it is how requests are smuggled past a proxy
//! (RFC 9112, section 11.2).

#[cfg(test)]
mod tests;

use super::{
    head::{Field, Head, Refused, Span},
    target::{self, Form},
    token::{self, Elements},
};

const NO_HOST: Refused = Refused::bad(b"no Host");
const HOSTS: Refused = Refused::bad(b"more than one Host");
const HOST: Refused = Refused::bad(b"malformed Host");
const LENGTHS: Refused = Refused::bad(b"more than one Content-Length");
const LENGTH: Refused = Refused::bad(b"malformed Content-Length");
const BOTH: Refused = Refused::bad(b"Content-Length with Transfer-Encoding");
const OLD_CODING: Refused = Refused::bad(b"Transfer-Encoding in HTTP/1.0");
const CODINGS: Refused = Refused::bad(b"chunked is not the last transfer coding");
const CODING: Refused = Refused::new(501, b"transfer coding other than chunked");
const EXPECTATION: Refused = Refused::new(417, b"unknown expectation");
const TUNNEL: Refused = Refused::new(501, b"CONNECT");
const UPGRADE: Refused = Refused::new(501, b"upgrade to another protocol");
const TRACE: Refused = Refused::bad(b"TRACE with a body");

/// The body of a request: RFC 9112, section 6.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// There is none.
    None,
    /// This number of bytes follows the head; it may be 0.
    Length(u64),
    /// Chunks follow the head: see [`super::chunked`].
    Chunked,
}

/// How a request is to be read and answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Framing {
    /// The body.
    pub body: Body,
    /// Whether the connection persists after the answer: RFC 9112, section 9.3.
    pub keep_alive: bool,
    /// Whether the client waits for `100 Continue` before it sends the body, which is not empty:
    /// RFC 9110, section 10.1.1.
    pub expects_continue: bool,
    /// Whether the method is HEAD: the answer has no body.
    pub head_only: bool,
    /// The authority of the target, otherwise the value of Host; it may be empty.
    pub host: Span,
}

/// What the fields contain that matters here.
#[derive(Default)]
struct Seen {
    host: Option<Span>,
    length: Option<u64>,
    /// Transfer-Encoding.
    codings: Option<Codings>,
    /// The options of Connection.
    close: bool,
    keep_alive: bool,
    upgrade: bool,
    /// Whether an Upgrade field has another protocol than `h2c`.
    protocol: bool,
    /// The expectations: `100-continue`, others.
    expects_continue: bool,
    expects_other: bool,
}

/// The transfer codings, in order.
#[derive(Clone, Copy, Default)]
struct Codings {
    /// The number of `chunked`.
    chunked: usize,
    /// The number of other ones.
    others: usize,
    chunked_is_last: bool,
}

/// Derives the framing of the request with this head and these fields, the first [`Head::fields`]
/// of those that were parsed from `bytes`.
///
/// The status codes of refusals: 417 for another expectation than `100-continue`; 501 for CONNECT,
/// for `chunked` after other transfer codings, and for a request to upgrade (HTTP/1.1, Upgrade with
/// the connection option); otherwise 400. Section 7.8 of RFC 9110 would permit to ignore Upgrade.
/// It is refused since a client that was told so can fall back, and what it sends next is then
/// HTTP/1.1 without doubt. Only `h2c` is ignored: clients that prefer HTTP/2 ask for it with every
/// request, and go on with HTTP/1.1 if it is not offered (RFC 9113, section 3.1, deprecates it).
pub fn framing(bytes: &[u8], head: &Head, fields: &[Field]) -> Result<Framing, Refused> {
    let mut seen = Seen::default();
    for field in fields {
        seen.note(bytes, field)?;
    }
    let current = head.minor > 0;
    if current && seen.host.is_none() {
        return Err(NO_HOST);
    }
    let body = seen.body(current)?;
    let empty = matches!(body, Body::None | Body::Length(0));
    let method = head.method.of(bytes);
    match method {
        b"CONNECT" => return Err(TUNNEL),
        b"TRACE" if !empty => return Err(TRACE),
        // HTTP/1.0 has neither: RFC 9110, sections 7.8 and 10.1.1.
        _ if current && seen.upgrade && seen.protocol => return Err(UPGRADE),
        _ if current && seen.expects_other => return Err(EXPECTATION),
        _ => {}
    }
    Ok(Framing {
        body,
        keep_alive: !seen.close && (current || seen.keep_alive),
        expects_continue: current && seen.expects_continue && !empty,
        head_only: method == b"HEAD",
        host: match head.form {
            Form::Absolute => head.authority,
            _ => seen.host.unwrap_or_default(),
        },
    })
}

impl Seen {
    /// Takes note of a field.
    fn note(&mut self, bytes: &[u8], field: &Field) -> Result<(), Refused> {
        let name = field.name.of(bytes);
        let value = field.value.of(bytes);
        let is = |known: &[u8]| token::same_name(name, known);
        if is(b"host") {
            if self.host.replace(field.value).is_some() {
                return Err(HOSTS);
            }
            if !target::is_authority(value) {
                return Err(HOST);
            }
        } else if is(b"content-length") {
            let length = token::decimal(value).ok_or(LENGTH)?;
            if self.length.replace(length).is_some() {
                return Err(LENGTHS);
            }
        } else if is(b"transfer-encoding") {
            self.codings.get_or_insert_default().add(value)?;
        } else if is(b"connection") {
            for option in token::options(value) {
                let is = |known: &[u8]| option.eq_ignore_ascii_case(known);
                self.close |= is(b"close");
                self.keep_alive |= is(b"keep-alive");
                self.upgrade |= is(b"upgrade");
            }
        } else if is(b"expect") {
            for expectation in token::list(value) {
                let known = expectation.eq_ignore_ascii_case(b"100-continue");
                self.expects_continue |= known;
                self.expects_other |= !known;
            }
        } else if is(b"upgrade") {
            let mut protocols = token::list(value);
            self.protocol |= protocols.any(|name| !name.eq_ignore_ascii_case(b"h2c"));
        }
        Ok(())
    }

    /// The body; `current`: the version is HTTP/1.1.
    fn body(&self, current: bool) -> Result<Body, Refused> {
        match (self.length, &self.codings) {
            (None, None) => Ok(Body::None),
            (Some(length), None) => Ok(Body::Length(length)),
            (Some(_), Some(_)) => Err(BOTH),
            // Section 6.1: the framing is faulty even if the connection is closed after it.
            (None, Some(_)) if !current => Err(OLD_CODING),
            (None, Some(codings)) => codings.body(),
        }
    }
}

impl Codings {
    /// Adds the codings of a field. RFC 9110, section 5.6.1.2, asks to ignore empty elements; here
    /// they are refused, because no client sends them except to confuse.
    fn add(&mut self, value: &[u8]) -> Result<(), Refused> {
        for coding in Elements::new(value) {
            if coding.is_empty() {
                return Err(CODINGS);
            }
            // A parameter of `chunked` is an error (RFC 9112, section 7.1), so this is another one.
            self.chunked_is_last = coding.eq_ignore_ascii_case(b"chunked");
            if self.chunked_is_last {
                self.chunked += 1;
            } else {
                self.others += 1;
            }
        }
        Ok(())
    }

    fn body(&self) -> Result<Body, Refused> {
        if self.chunked != 1 || !self.chunked_is_last {
            Err(CODINGS)
        } else if self.others > 0 {
            Err(CODING)
        } else {
            Ok(Body::Chunked)
        }
    }
}
