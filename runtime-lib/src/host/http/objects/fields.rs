//! Fields (headers and trailers) by handles: those that the program makes, and those of the
//! request, which stay where the exchange has them.
//!
//! A field of the program is one record of its content: the lengths of name and value as 32-bit
//! numbers, then both. All operations are linear in the size of the content, which is bounded.

use super::{arena::Vector, incoming};
use crate::{
    host::{
        handles::{Held, TooMany, insert},
        http::{
            exchange,
            token::{self, is_field_value, is_token, same_name},
        },
        table::{Entry, Table},
    },
    os::Errno,
};

/// The names that only the implementation may set: what describes the connection (RFC 9110, 7.6.1)
/// or the framing, and the host, which a request has as its authority. They are the same as those
/// of wasmtime, and like there they are also left out of the request's fields.
const FORBIDDEN: [&[u8]; 9] = [
    b"connection",
    b"keep-alive",
    b"proxy-authenticate",
    b"proxy-authorization",
    b"proxy-connection",
    b"transfer-encoding",
    b"upgrade",
    b"host",
    b"http2-settings",
];

/// The maximum size in bytes of a content to which the program adds something: 128 KiB, as in
/// wasmtime, where exceeding it traps, too.
const LARGEST: usize = 128 << 10;

/// The reason why fields were not changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// A name or value is malformed.
    Syntax,
    /// Only the implementation may set this name.
    Forbidden,
    /// The fields cannot be changed.
    Immutable,
    /// There is no room: the system has none, or a limit is reached.
    NoRoom,
    /// See [`TooMany`].
    TooMany,
}

impl From<TooMany> for Refusal {
    fn from(_: TooMany) -> Refusal {
        Refusal::TooMany
    }
}

impl From<Errno> for Refusal {
    fn from(_: Errno) -> Refusal {
        Refusal::NoRoom
    }
}

type Result<T = (), E = Refusal> = core::result::Result<T, E>;

/// The length of the body is stated by something else than one number (RFC 9110, 8.6).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BadLength;

/// Where fields are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
enum Source {
    /// Nowhere: the entry of the table is free.
    None,
    /// In a content that may be changed.
    Own,
    /// In a content that may not.
    Shared,
    /// In the head of the request.
    Head,
    /// In the trailer section of the request.
    Trailers,
}

/// Fields: an entry of the table, or a part of a message.
#[derive(Clone, Copy, Debug)]
pub struct Fields {
    source: Source,
    /// The number of the content, or of the request ([`incoming::begin`]).
    of: u32,
}

impl Entry for Fields {
    const FREE: Fields = Fields {
        source: Source::None,
        of: 0,
    };

    fn is_free(&self) -> bool {
        self.source == Source::None
    }
}

static FIELDS: Table<Fields> = Table::new();

impl Held for Fields {
    const TABLE: &'static Table<Fields> = &FIELDS;
}

/// Records, and the number of fields that have them.
#[derive(Clone, Copy, Debug)]
struct Content {
    holders: u32,
    records: Vector,
}

impl Entry for Content {
    const FREE: Content = Content {
        holders: 0,
        records: Vector::EMPTY,
    };

    fn is_free(&self) -> bool {
        self.holders == 0
    }
}

static CONTENTS: Table<Content> = Table::new();

impl Held for Content {
    const TABLE: &'static Table<Content> = &CONTENTS;
}

/// The size of the lengths of a record.
const LENGTHS: usize = 8;

/// The fields in records.
#[derive(Clone)]
struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Records<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, rest) = self.rest.split_first_chunk::<4>()?;
        let (value, rest) = rest.split_first_chunk::<4>()?;
        let (name, rest) = rest.split_at_checked(u32::from_le_bytes(*name) as usize)?;
        let (value, rest) = rest.split_at_checked(u32::from_le_bytes(*value) as usize)?;
        self.rest = rest;
        Some((name, value))
    }
}

/// Fields one by one: name and value.
pub type Each<'a, 'b> = &'a mut dyn Iterator<Item = (&'b [u8], &'b [u8])>;

fn is_forbidden(name: &[u8]) -> bool {
    FORBIDDEN.iter().any(|forbidden| same_name(forbidden, name))
}

/// Checks whether the program may set fields with this name.
fn permitted(name: &[u8]) -> Result {
    match name {
        _ if !is_token(name) => Err(Refusal::Syntax),
        _ if is_forbidden(name) => Err(Refusal::Forbidden),
        _ => Ok(()),
    }
}

/// Checks a value: `content-length` has to be a number (RFC 9110, section 8.6).
fn valid(name: &[u8], value: &[u8]) -> Result {
    let is_length = same_name(name, LENGTH);
    if is_field_value(value) && !(is_length && token::decimal(value).is_none()) {
        Ok(())
    } else {
        Err(Refusal::Syntax)
    }
}

impl Content {
    fn append(&mut self, name: &[u8], value: &[u8]) -> Result {
        let size = LENGTHS + name.len() + value.len();
        if self.records.len() + size > LARGEST {
            return Err(Refusal::NoRoom);
        }
        let record = self.records.grow(size)?;
        let mut rest = record;
        for part in [
            &(name.len() as u32).to_le_bytes()[..],
            &(value.len() as u32).to_le_bytes(),
            name,
            value,
        ] {
            let Some((place, after)) = rest.split_at_mut_checked(part.len()) else {
                break;
            };
            place.copy_from_slice(part);
            rest = after;
        }
        Ok(())
    }

    /// Removes all fields with a name. The others move at most once.
    fn delete(&mut self, name: &[u8]) {
        let all = self.records.len();
        let (mut read, mut kept) = (0, 0);
        while let Some((found, value)) = self.record(read) {
            let size = LENGTHS + found.len() + value.len();
            if !same_name(found, name) {
                self.records.copy_within(read, kept, size);
                kept += size;
            }
            read += size;
        }
        self.records.truncate(all - (read - kept));
    }

    fn record(&self, at: usize) -> Option<(&[u8], &[u8])> {
        let rest = self.records.bytes().get(at..)?;
        Records { rest }.next()
    }
}

impl Fields {
    /// No fields: of a message that has none.
    pub const NONE: Fields = Fields::FREE;

    /// The fields of the head of the request with this number.
    pub fn of_head(request: u32) -> Fields {
        Fields {
            source: Source::Head,
            of: request,
        }
    }

    /// Those of its trailer section.
    pub fn of_trailers(request: u32) -> Fields {
        Fields {
            source: Source::Trailers,
            of: request,
        }
    }

    /// The fields of a handle.
    pub fn by_handle(number: u32) -> Fields {
        Fields::of(number)
    }

    /// Makes a handle; returns its number.
    pub fn insert(self) -> Result<u32, TooMany> {
        insert(&FIELDS, self)
    }

    /// The same fields, not to be changed, for another handle; they are independent of this one.
    pub fn shared(self) -> Fields {
        match self.source {
            Source::Own | Source::Shared => {
                Content::change(self.of, |content| content.holders += 1);
                Fields {
                    source: Source::Shared,
                    ..self
                }
            }
            _ => self,
        }
    }

    /// Takes the fields from a handle that is consumed.
    pub fn take(number: u32) -> Fields {
        let fields = Fields::of(number);
        FIELDS.remove(number as usize);
        fields
    }

    /// Nothing uses these fields any longer.
    pub fn release(self) {
        if matches!(self.source, Source::Own | Source::Shared) {
            let mut content = Content::of(self.of);
            content.holders -= 1;
            if content.holders == 0 {
                CONTENTS.remove(self.of as usize);
                content.records.release();
            } else {
                CONTENTS.write(self.of as usize, content);
            }
        }
    }

    /// Calls `with` with the fields, in order.
    pub fn with<R>(self, with: impl FnOnce(Each<'_, '_>) -> R) -> R {
        let ours = |name: &[u8]| !is_forbidden(name) && incoming::is_current(self.of);
        match self.source {
            Source::None => with(&mut core::iter::empty()),
            Source::Own | Source::Shared => {
                let content = Content::of(self.of);
                with(&mut Records {
                    rest: content.records.bytes(),
                })
            }
            Source::Head => with(&mut exchange::fields().filter(|(name, _)| ours(name))),
            Source::Trailers => with(&mut exchange::trailers().filter(|(name, _)| ours(name))),
        }
    }

    /// Calls `with` with the fields that have a name, in order.
    pub fn with_name<R>(self, name: &[u8], with: impl FnOnce(Each<'_, '_>) -> R) -> R {
        self.with(|all| with(&mut all.filter(|(found, _)| same_name(found, name))))
    }

    /// The length that the `content-length` field states, if there is one.
    pub fn content_length(self) -> core::result::Result<Option<u64>, BadLength> {
        self.with_name(LENGTH, |found| match (found.next(), found.next()) {
            (None, _) => Ok(None),
            (Some((_, value)), None) => token::decimal(value).map(Some).ok_or(BadLength),
            (Some(_), Some(_)) => Err(BadLength),
        })
    }

    /// Passes the fields to the exchange, which has the length of the body beside them.
    pub fn pass(self, each: exchange::Each<'_>) {
        self.with(|all| {
            all.filter(|(name, _)| !same_name(name, LENGTH))
                .for_each(|(name, value)| each(name, value));
        });
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.with(|all| all.next().is_none())
    }

    /// The content, if it may be changed.
    fn content(self) -> Result<u32> {
        match self.source {
            Source::Own => Ok(self.of),
            _ => Err(Refusal::Immutable),
        }
    }
}

/// The name of the field that states the length of the body (RFC 9110, 8.6).
const LENGTH: &[u8] = b"content-length";

/// Makes fields without any; returns the number of their handle.
pub fn new() -> Result<u32> {
    holding(Vector::EMPTY)
}

fn holding(records: Vector) -> Result<u32> {
    let content = Content {
        holders: 1,
        records,
    };
    let fields = Fields {
        source: Source::Own,
        of: insert(&CONTENTS, content)?,
    };
    Ok(fields.insert()?)
}

/// Makes a copy that can be changed; returns the number of its handle.
pub fn clone(number: u32) -> Result<u32> {
    let mut copy = Content::FREE;
    let fields = Fields::of(number);
    match fields.source {
        Source::Own | Source::Shared => {
            copy.records = Vector::of(Content::of(fields.of).records.bytes())?;
        }
        // The limit on requests applies to these.
        _ => fields.with(|all| {
            for (name, value) in all {
                copy.append(name, value)?;
            }
            Ok::<_, Refusal>(())
        })?,
    }
    holding(copy.records)
}

/// Replaces all values of a name by those that `values` passes. Nothing changes if one of them is
/// refused.
pub fn set(
    number: u32,
    name: &[u8],
    values: impl Fn(&mut dyn FnMut(&[u8]) -> Result) -> Result,
) -> Result {
    permitted(name)?;
    values(&mut |value| valid(name, value))?;
    Content::change(Fields::of(number).content()?, |content| {
        content.delete(name);
        values(&mut |value| content.append(name, value))
    })
}

/// Removes all values of a name.
pub fn delete(number: u32, name: &[u8]) -> Result {
    permitted(name)?;
    Content::change(Fields::of(number).content()?, |content| {
        content.delete(name)
    });
    Ok(())
}

/// Adds a value of a name.
pub fn append(number: u32, name: &[u8], value: &[u8]) -> Result {
    permitted(name)?;
    valid(name, value)?;
    Content::change(Fields::of(number).content()?, |content| {
        content.append(name, value)
    })
}

/// Removes fields after their last handle.
pub fn remove(number: u32) {
    Fields::take(number).release();
}

#[cfg(test)]
mod tests;
