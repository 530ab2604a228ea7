//! Queries to name servers, and their answers (RFC 1035). Answers come from the network and are not
//! trusted.

use super::{addresses::Addresses, name::Name};
use core::net::IpAddr;

/// The maximum length of a query.
pub const QUESTION: usize = 12 + 255 + 4;

/// The kind of address to query.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u16)]
pub enum Kind {
    /// IPv4: `A`
    A = 1,
    /// IPv6: `AAAA` (RFC 3596)
    Aaaa = 28,
}

/// The result of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// It contains the addresses, if there are any.
    Complete,
    /// The name does not exist.
    NoName,
    /// It was too long for UDP.
    Truncated,
    /// The server could not answer.
    Failed,
}

/// `CNAME`
const ALIAS: u16 = 5;
/// `IN`
const INTERNET: u16 = 1;
/// The maximum number of aliases between a name and its addresses.
const ALIASES: usize = 12;

/// Writes a query; returns its bytes.
pub fn question<'r>(room: &'r mut [u8; QUESTION], id: u16, name: &Name, kind: Kind) -> &'r [u8] {
    let mut len = 0;
    let mut push = |bytes: &[u8]| {
        if let Some(place) = room.get_mut(len..).and_then(|r| r.get_mut(..bytes.len())) {
            place.copy_from_slice(bytes);
            len += bytes.len();
        }
    };
    push(&id.to_be_bytes());
    // Recursion desired; one question, nothing else.
    push(&[1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    for label in name.labels() {
        push(&[label.len() as u8]);
        push(label);
    }
    push(&[0]);
    push(&(kind as u16).to_be_bytes());
    push(&INTERNET.to_be_bytes());
    room.get(..len).unwrap_or_default()
}

/// Parses the answer to a query, and adds the addresses; `None`: it is no answer to it.
pub fn answer(
    message: &[u8],
    id: u16,
    name: &Name,
    kind: Kind,
    addresses: &mut Addresses,
) -> Option<Answer> {
    let message = Message(message);
    let flags = message.word(2)?;
    let is_answer = flags & 0x8000 != 0 && flags & 0x7800 == 0;
    if message.word(0)? != id || !is_answer || message.word(4)? != 1 {
        return None;
    }
    let mut at = 12;
    let end = message.skip_name(at)?;
    let asked = message.word(end)? == kind as u16 && message.word(end + 2)? == INTERNET;
    if !asked || !message.is_name(at, name) {
        return None;
    }
    let of = at;
    at = end + 4;
    if flags & 0x0200 != 0 {
        return Some(Answer::Truncated);
    }
    match flags & 15 {
        0 => {}
        3 => return Some(Answer::NoName),
        _ => return Some(Answer::Failed),
    }
    // A malformed record invalidates the whole answer.
    match message.addresses(at, of, kind, addresses) {
        Some(()) => Some(Answer::Complete),
        None => Some(Answer::Failed),
    }
}

/// The bytes of a message.
#[derive(Clone, Copy)]
struct Message<'m>(&'m [u8]);

/// A resource record.
struct Record<'m> {
    kind: u16,
    class: u16,
    /// The offset of its data, and the data.
    at: usize,
    data: &'m [u8],
}

impl<'m> Message<'m> {
    fn word(self, at: usize) -> Option<u16> {
        let bytes = self.0.get(at..)?.first_chunk()?;
        Some(u16::from_be_bytes(*bytes))
    }

    /// The label at an offset, and the offset after it; an empty label is the end. Compression
    /// pointers are followed only backwards, so this terminates.
    fn label(self, mut at: usize) -> Option<(&'m [u8], usize)> {
        loop {
            let len = *self.0.get(at)?;
            match len >> 6 {
                0 => {
                    let label = self.0.get(at + 1..)?.get(..usize::from(len))?;
                    return Some((label, at + 1 + label.len()));
                }
                3 => {
                    let to = usize::from(self.word(at)? & 0x3fff);
                    if to >= at {
                        return None;
                    }
                    at = to;
                }
                _ => return None,
            }
        }
    }

    /// The labels of the name at an offset, at most as many as a name can have, because pointers
    /// may form a cycle.
    fn labels(self, at: usize) -> impl Iterator<Item = Option<&'m [u8]>> {
        let mut next = Some(at);
        let labels = core::iter::from_fn(move || {
            let at = next?;
            next = None;
            match self.label(at) {
                Some(([], _)) => None,
                Some((label, behind)) => {
                    next = Some(behind);
                    Some(Some(label))
                }
                None => Some(None),
            }
        });
        labels.take(128)
    }

    fn is_name(self, at: usize, name: &Name) -> bool {
        let mut labels = self.labels(at);
        let mut wanted = name.labels();
        loop {
            match (labels.next(), wanted.next()) {
                (None, None) => return true,
                (Some(Some(one)), Some(other)) if one.eq_ignore_ascii_case(other) => {}
                _ => return false,
            }
        }
    }

    /// Whether the names at both offsets are equal.
    fn is_same(self, one: usize, other: usize) -> bool {
        let (mut one, mut other) = (self.labels(one), self.labels(other));
        loop {
            match (one.next(), other.next()) {
                (None, None) => return true,
                (Some(Some(one)), Some(Some(other))) if one.eq_ignore_ascii_case(other) => {}
                _ => return false,
            }
        }
    }

    /// The offset after a name.
    fn skip_name(self, mut at: usize) -> Option<usize> {
        loop {
            let len = *self.0.get(at)?;
            match len >> 6 {
                0 if len == 0 => return Some(at + 1),
                0 => at += 1 + usize::from(len),
                3 => return Some(at + 2),
                _ => return None,
            }
        }
    }

    /// The record whose name has ended at this offset.
    fn record(self, at: usize) -> Option<Record<'m>> {
        let len = usize::from(self.word(at + 8)?);
        Some(Record {
            kind: self.word(at)?,
            class: self.word(at + 2)?,
            at: at + 10,
            data: self.0.get(at + 10..)?.get(..len)?,
        })
    }

    /// Adds the addresses of the name at `of`, or of the name to which it is an alias; the records
    /// start at `from`.
    fn addresses(
        self,
        from: usize,
        mut of: usize,
        kind: Kind,
        addresses: &mut Addresses,
    ) -> Option<()> {
        let count = self.word(6)?;
        for _ in 0..ALIASES {
            let (mut at, mut alias) = (from, None);
            for _ in 0..count {
                let owner = at;
                let record = self.record(self.skip_name(at)?)?;
                at = record.at + record.data.len();
                if record.class != INTERNET || !self.is_same(owner, of) {
                    continue;
                }
                if record.kind == kind as u16 {
                    addresses.add(address(kind, record.data)?);
                } else if record.kind == ALIAS {
                    self.skip_name(record.at)?;
                    alias = Some(record.at);
                }
            }
            match alias {
                Some(alias) => of = alias,
                None => return Some(()),
            }
        }
        Some(())
    }
}

fn address(kind: Kind, data: &[u8]) -> Option<IpAddr> {
    match kind {
        Kind::A => Some(IpAddr::from(<[u8; 4]>::try_from(data).ok()?)),
        Kind::Aaaa => Some(IpAddr::from(<[u8; 16]>::try_from(data).ok()?)),
    }
}
