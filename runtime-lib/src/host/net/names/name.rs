//! A name to look up.

use super::resolv::Resolv;
use core::net::{IpAddr, Ipv4Addr};
use wasi_aot_abi::words::is_named;

/// The maximum length of a name, without a final dot.
const LONGEST: usize = 253;
/// The maximum length of a label.
const LABEL: usize = 63;

/// A name in ASCII: labels separated by dots.
#[derive(Clone, Copy, Debug)]
pub struct Name {
    bytes: [u8; LONGEST],
    len: usize,
    /// Whether the name ends with a dot. Such a name is not completed with the search domains.
    pub absolute: bool,
}

/// The parsed form of a name or address.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is no heap to box it in")]
pub enum Written {
    /// A name.
    Name(Name),
    /// An address.
    Address(IpAddr),
}

/// Whether two names are equal, ignoring case.
pub fn same(one: &[u8], other: &[u8]) -> bool {
    let plain = |name: &[u8]| name.len() - usize::from(name.ends_with(b"."));
    let (one, other) = (one.get(..plain(one)), other.get(..plain(other)));
    one.zip(other)
        .is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
}

impl Name {
    /// The empty name.
    pub const EMPTY: Name = Name {
        bytes: [0; LONGEST],
        len: 0,
        absolute: false,
    };

    /// A name with these labels; `None` if it, or a label, is too long.
    pub fn new(text: &[u8]) -> Option<Name> {
        let absolute = text.ends_with(b".");
        let mut name = Name {
            absolute,
            ..Name::EMPTY
        };
        name.push(text.strip_suffix(b".").unwrap_or(text))?;
        let mut labels = name.labels();
        labels
            .all(|label| (1..=LABEL).contains(&label.len()))
            .then_some(name)
    }

    fn push(&mut self, text: &[u8]) -> Option<()> {
        let place = self.bytes.get_mut(self.len..)?.get_mut(..text.len())?;
        place.copy_from_slice(text);
        self.len += text.len();
        Some(())
    }

    /// Its text, without a final dot.
    pub fn text(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// Whether it is one of the names of a grant.
    pub fn is_granted(&self, granted: &str) -> bool {
        str::from_utf8(self.text()).is_ok_and(|name| is_named(granted, name))
    }

    /// Its labels.
    pub fn labels(&self) -> impl Iterator<Item = &[u8]> {
        self.text().split(|byte| *byte == b'.')
    }

    /// The name within a domain; `None` if the result is too long.
    fn within(&self, domain: &[u8]) -> Option<Name> {
        let mut name = *self;
        name.push(b".")?;
        name.push(domain)?;
        Name::new(name.text())
    }

    /// The candidate with this number: the names to query in order, until one of them exists.
    pub fn candidate(&self, resolv: &Resolv, number: usize) -> Option<Name> {
        let dots = self.labels().count() - 1;
        let first = self.absolute || dots >= resolv.ndots;
        let in_domains = resolv.domains().filter(|_| !self.absolute);
        let in_domains = in_domains.filter_map(|domain| match domain {
            [] => None,
            _ => self.within(domain),
        });
        let alone = |wanted: bool| wanted.then_some(*self).into_iter();
        alone(first)
            .chain(in_domains)
            .chain(alone(!first))
            .nth(number)
    }
}

/// Parses a name or an address, like the host in a URL (URL Standard, "host parsing"); `None`: it
/// is neither. Names are ASCII.
pub fn read(text: &[u8]) -> Option<Written> {
    let str = str::from_utf8(text).ok()?;
    if let Some(rest) = str.strip_prefix('[') {
        let address = rest.strip_suffix(']')?.parse().ok()?;
        return Some(Written::Address(IpAddr::V6(address).to_canonical()));
    }
    if let Ok(address) = str.parse::<IpAddr>() {
        return Some(Written::Address(address.to_canonical()));
    }
    if !text
        .iter()
        .all(|byte| byte.is_ascii_graphic() && !FORBIDDEN.contains(byte))
    {
        return None;
    }
    let plain = str.strip_suffix('.').unwrap_or(str);
    let last = plain.rsplit('.').next()?;
    let digits = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    if digits || number(last).is_some() {
        return ipv4(plain).map(|address| Written::Address(address.into()));
    }
    Name::new(text).map(Written::Name)
}

/// The characters that no name contains (URL Standard, "forbidden domain code point"), in addition
/// to control characters.
const FORBIDDEN: &[u8] = b"#/:<>?@[\\]^|%";

/// A number in one of C's notations.
fn number(text: &str) -> Option<u64> {
    let (digits, radix) = match text.as_bytes() {
        [b'0', b'x' | b'X'] => return Some(0),
        [b'0', b'x' | b'X', ..] => (text.get(2..)?, 16),
        [b'0', _, ..] => (text.get(1..)?, 8),
        _ => (text, 10),
    };
    let digit = digits.bytes().all(|byte| char::from(byte).is_digit(radix));
    // A number of more than 64 bits is too large for an address anyway.
    digit.then(|| u64::from_str_radix(digits, radix).ok())?
}

/// An IPv4 address in one of the forms of inet_aton(3): up to 4 numbers, of which the last fills
/// the remaining bytes.
fn ipv4(text: &str) -> Option<Ipv4Addr> {
    let (mut address, mut left) = (0u64, 4u32);
    let mut parts = text.split('.').peekable();
    while let Some(part) = parts.next() {
        let number = number(part)?;
        left = left.checked_sub(1)?;
        let bits = if parts.peek().is_some() {
            8
        } else {
            8 * (left + 1)
        };
        if number >> bits != 0 {
            return None;
        }
        address = if parts.peek().is_some() {
            address | number << (8 * left)
        } else {
            address | number
        };
    }
    u32::try_from(address).ok().map(Ipv4Addr::from)
}
