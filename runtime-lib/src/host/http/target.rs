//! The target of a request, and the authority that it or a Host field names.

use super::{
    head::{Refused, Span},
    token,
};
use core::net::Ipv6Addr;

const CHARACTER: Refused = Refused::bad(b"character that a target cannot have");
const TARGET: Refused = Refused::bad(b"malformed target");
const AUTHORITY: Refused = Refused::bad(b"malformed authority in the target");

/// The form of a request's target: RFC 9112, section 3.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A path, and a query or none.
    Origin,
    /// A whole URI with scheme and authority.
    Absolute,
    /// A host and a port, only for CONNECT.
    Authority,
    /// `*`, the server itself, only for OPTIONS.
    Asterisk,
}

/// The parts of a target, as in [`super::head::Head`].
pub(super) struct Target {
    pub form: Form,
    pub scheme: Span,
    pub authority: Span,
    pub path_with_query: Span,
}

impl Target {
    fn of(form: Form) -> Self {
        Target {
            form,
            scheme: Span::default(),
            authority: Span::default(),
            path_with_query: Span::default(),
        }
    }
}

/// Parses the target at `span` of a request with the given method.
pub(super) fn parse(bytes: &[u8], span: Span, method: &[u8]) -> Result<Target, Refused> {
    let text = span.of(bytes);
    if !text.iter().all(|&byte| token::is_target_byte(byte)) {
        return Err(CHARACTER);
    }
    match text {
        _ if method == b"CONNECT" => authority_form(text, span),
        b"*" if method == b"OPTIONS" => Ok(Target {
            path_with_query: span,
            ..Target::of(Form::Asterisk)
        }),
        [b'/', ..] => Ok(Target {
            path_with_query: span,
            ..Target::of(Form::Origin)
        }),
        _ => absolute_form(text, span),
    }
}

/// RFC 9112, section 3.2.3: the port must be there (RFC 9110, section 9.3.6).
fn authority_form(text: &[u8], span: Span) -> Result<Target, Refused> {
    if text.is_empty() || !is_authority(text) || !ends_in_port(text) {
        return Err(AUTHORITY);
    }
    Ok(Target {
        authority: span,
        ..Target::of(Form::Authority)
    })
}

fn ends_in_port(authority: &[u8]) -> bool {
    let digits = authority
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit());
    let digits = digits.count();
    let before = authority.iter().rev().nth(digits);
    digits > 0 && before == Some(&b':')
}

/// RFC 9112, section 3.2.2: `scheme "://" authority path-abempty [ "?" query ]`. URIs without an
/// authority name nothing that an HTTP server has.
fn absolute_form(text: &[u8], span: Span) -> Result<Target, Refused> {
    let scheme = text
        .iter()
        .take_while(|&&byte| is_scheme_byte(byte))
        .count();
    let letter = text.first().is_some_and(u8::is_ascii_alphabetic);
    let Some([b':', b'/', b'/', rest @ ..]) = text.get(scheme..).filter(|_| letter) else {
        return Err(TARGET);
    };
    let path = rest.iter().position(|byte| matches!(byte, b'/' | b'?'));
    let authority = rest.get(..path.unwrap_or(rest.len())).unwrap_or_default();
    // A URI of the scheme http or https cannot have an empty host (RFC 9110, section 4.2.1).
    if authority.is_empty() || !is_authority(authority) {
        return Err(AUTHORITY);
    }
    let start = span.start as usize;
    let host = start + scheme + 3;
    let path = host + authority.len();
    Ok(Target {
        form: Form::Absolute,
        scheme: Span::new(start, start + scheme),
        authority: Span::new(host, path),
        path_with_query: Span::new(path, span.end as usize),
    })
}

/// RFC 3986, section 3.1; the first character has to be a letter.
fn is_scheme_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}

/// Whether `text` is `uri-host [ ":" port ]`, RFC 9110, sections 4.1 and 7.2. It may be empty, but
/// a port needs a host. User information is not accepted, as section 4.2.4 asks. The port may be
/// empty, and is at most 65535.
pub fn is_authority(text: &[u8]) -> bool {
    if let [b'[', rest @ ..] = text {
        let Some(end) = rest.iter().position(|&byte| byte == b']') else {
            return false;
        };
        let (literal, port) = rest.split_at_checked(end).unwrap_or_default();
        return is_address(literal) && is_port(port.get(1..).unwrap_or_default());
    }
    let colon = text.iter().position(|&byte| byte == b':');
    let (name, port) = text
        .split_at_checked(colon.unwrap_or(text.len()))
        .unwrap_or_default();
    is_registered_name(name) && is_port(port) && (port.is_empty() || !name.is_empty())
}

/// Whether `text` is nothing, or a colon and a port.
fn is_port(text: &[u8]) -> bool {
    match text {
        [] | [b':'] => true,
        [b':', digits @ ..] => token::decimal(digits).is_some_and(|port| port <= 0xffff),
        _ => false,
    }
}

/// Whether `text` is `*( unreserved / pct-encoded / sub-delims )`: RFC 3986, section 3.2.2.
fn is_registered_name(mut text: &[u8]) -> bool {
    loop {
        text = match text {
            [] => return true,
            [b'%', high, low, rest @ ..] if is_hex(*high) && is_hex(*low) => rest,
            [byte, rest @ ..] if token::is_host_byte(*byte) => rest,
            _ => return false,
        };
    }
}

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

/// Whether `text` is what brackets can enclose: `IPv6address / IPvFuture`, RFC 3986, section 3.2.2.
fn is_address(text: &[u8]) -> bool {
    if let [b'v' | b'V', rest @ ..] = text {
        let dot = rest.iter().position(|&byte| byte == b'.');
        let (version, address) = rest.split_at_checked(dot.unwrap_or(0)).unwrap_or_default();
        let address = address.get(1..).unwrap_or_default();
        let allowed = |&byte: &u8| token::is_host_byte(byte) || byte == b':';
        return !version.is_empty()
            && version.iter().all(|&byte| is_hex(byte))
            && !address.is_empty()
            && address.iter().all(allowed);
    }
    str::from_utf8(text).is_ok_and(|text| text.parse::<Ipv6Addr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authorities() {
        for (text, valid) in [
            ("", true),
            ("example.com", true),
            ("example.com:80", true),
            ("example.com:", true),
            ("example.com:65535", true),
            ("example.com:65536", false),
            ("example.com:8x", false),
            ("example.com:+8", false),
            ("example.com:80:80", false),
            (":80", false),
            (":", false),
            ("127.0.0.1:8080", true),
            ("a_b~c!$&'()*+,;=", true),
            ("%41%ff", true),
            ("%4", false),
            ("%4g", false),
            ("user@host", false),
            ("a b", false),
            ("a/b", false),
            ("a?b", false),
            ("a\\b", false),
            ("h\u{e9}", false),
            ("[::1]", true),
            ("[::1]:80", true),
            ("[::1]:", true),
            ("[::1]80", false),
            ("[::1", false),
            ("[]", false),
            ("[::1%25eth0]", false),
            ("[1:2:3:4:5:6:7:8]", true),
            ("[1:2:3:4:5:6:7:8:9]", false),
            ("[::ffff:127.0.0.1]", true),
            ("[127.0.0.1]", false),
            ("[v1.a:b]", true),
            ("[v.a]", false),
            ("[v1.]", false),
            ("[v1]", false),
            ("::1", false),
        ] {
            assert_eq!(is_authority(text.as_bytes()), valid, "{text}");
        }
    }
}
