//! A name that is looked up.

use super::resolv::Resolv;
use core::net::{IpAddr, Ipv4Addr};
use wasi_aot_abi::words::is_named;

/// The longest name, without a dot at its end.
const LONGEST: usize = 253;
/// The longest label.
const LABEL: usize = 63;

/// A name in ASCII: labels, and dots between them.
#[derive(Clone, Copy, Debug)]
pub struct Name {
    bytes: [u8; LONGEST],
    len: usize,
    /// It was written with a dot at its end: it is not looked for in other domains.
    pub absolute: bool,
}

/// What is written where a name is asked for.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is no heap to box it in")]
pub enum Written {
    /// A name.
    Name(Name),
    /// An address.
    Address(IpAddr),
}

/// Whether two names are the same: their letters may differ in size.
pub fn same(one: &[u8], other: &[u8]) -> bool {
    let plain = |name: &[u8]| name.len() - usize::from(name.ends_with(b"."));
    let (one, other) = (one.get(..plain(one)), other.get(..plain(other)));
    one.zip(other)
        .is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
}

impl Name {
    /// Nothing.
    pub const EMPTY: Name = Name {
        bytes: [0; LONGEST],
        len: 0,
        absolute: false,
    };

    /// A name of these labels; `None` if it is too long, or a label is.
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

    /// Without a dot at its end.
    pub fn text(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// Whether it is one of those that these words of a grant mean.
    pub fn is_granted(&self, granted: &str) -> bool {
        str::from_utf8(self.text()).is_ok_and(|name| is_named(granted, name))
    }

    /// Its parts.
    pub fn labels(&self) -> impl Iterator<Item = &[u8]> {
        self.text().split(|byte| *byte == b'.')
    }

    /// The name inside of a domain; `None` if that is too long.
    fn within(&self, domain: &[u8]) -> Option<Name> {
        let mut name = *self;
        name.push(b".")?;
        name.push(domain)?;
        Name::new(name.text())
    }

    /// The names to ask for, one after the other, until one of them is there: the one with this number.
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

/// Reads a name or an address, as a host stands in a URL (URL Standard, "host parsing"); `None`: it is neither. Names are ASCII.
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

/// What no name has in it (URL Standard, "forbidden domain code point"), beside what is not shown.
const FORBIDDEN: &[u8] = b"#/:<>?@[\\]^|%";

/// A number in one of C's forms.
fn number(text: &str) -> Option<u64> {
    let (digits, radix) = match text.as_bytes() {
        [b'0', b'x' | b'X'] => return Some(0),
        [b'0', b'x' | b'X', ..] => (text.get(2..)?, 16),
        [b'0', _, ..] => (text.get(1..)?, 8),
        _ => (text, 10),
    };
    let digit = digits.bytes().all(|byte| char::from(byte).is_digit(radix));
    // More than 64 bits are too many for an address, too.
    digit.then(|| u64::from_str_radix(digits, radix).ok())?
}

/// An IPv4 address in one of the forms of inet_aton(3): up to 4 numbers, of which the last fills what is left.
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
