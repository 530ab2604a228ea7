//! Fields, with their lists.

use super::text::{bytes, utf8};
use crate::{
    canonical::{Call, List, Own, Stored, Text},
    component::raise,
    host::http::{
        objects::fields::{self as model, Each, Refusal},
        token::same_name,
    },
    wasi::p2::{
        generated::http::types::{FieldName, FieldValue, Fields, HeaderError},
        objects::own,
    },
};
use wasi_aot_abi::Trap;

type Result<T = (), E = HeaderError> = core::result::Result<T, E>;

/// The error of the interface. Traps if a limit is reached, for which there is no error.
fn refused(refusal: Refusal) -> HeaderError {
    match refusal {
        Refusal::Syntax => HeaderError::InvalidSyntax,
        Refusal::Forbidden => HeaderError::Forbidden,
        Refusal::Immutable => HeaderError::Immutable,
        Refusal::NoRoom => raise(Trap::OutOfMemory),
        Refusal::TooMany => raise(Trap::TooManyHandles),
    }
}

/// A handle for new fields, which cannot be refused.
fn made(number: core::result::Result<u32, Refusal>) -> Own<Fields> {
    match number {
        Ok(number) => Own::new(number),
        Err(Refusal::TooMany) => raise(Trap::TooManyHandles),
        Err(_) => raise(Trap::OutOfMemory),
    }
}

/// A handle for the fields of a message.
pub fn of_message(fields: model::Fields) -> Own<Fields> {
    own(fields.insert())
}

/// See [`model::new`].
pub fn new() -> Own<Fields> {
    made(model::new())
}

/// See [`model::clone`].
pub fn clone(number: u32) -> Own<Fields> {
    made(model::clone(number))
}

/// Fields with these entries.
pub fn from_list(entries: List<'_, (Text<'_>, List<'_, u8>)>) -> Result<Own<Fields>> {
    let fields = new();
    for (name, value) in entries.iter() {
        if let Err(error) = append(fields.rep(), name, value) {
            model::remove(fields.rep());
            return Err(error);
        }
    }
    Ok(fields)
}

/// The values of a name.
pub fn get(call: &Call<'_>, number: u32, name: Text<'_>) -> Stored<[Stored<[u8]>]> {
    let fields = model::Fields::by_handle(number);
    let name = utf8(&name).unwrap_or_default();
    let count = fields.with_name(name, |found| found.count());
    fields.with(|mut all| {
        let first = next_of(&mut all, name);
        // From here on the name is the one in the host's memory: the program's code runs, to
        // allocate the list.
        let name = first.map_or(&[][..], |(name, _)| name);
        let mut next = first;
        call.list(count, |_| {
            let (_, value) = next
                .take()
                .or_else(|| next_of(&mut all, name))
                .unwrap_or_default();
            call.copied(value)
        })
    })
}

/// The next field with a name.
fn next_of<'b>(all: &mut Each<'_, 'b>, name: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    Iterator::find(all, |(found, _)| same_name(found, name))
}

/// Whether there is a field with a name.
pub fn has(number: u32, name: Text<'_>) -> bool {
    let name = utf8(&name).unwrap_or_default();
    model::Fields::by_handle(number).with_name(name, |found| found.next().is_some())
}

/// See [`model::set`].
pub fn set(number: u32, name: Text<'_>, values: List<'_, List<'_, u8>>) -> Result {
    let name = utf8(&name).ok_or(HeaderError::InvalidSyntax)?;
    let result = model::set(number, name, |each| {
        values
            .iter()
            .try_for_each(|value| each(bytes(value.cells())))
    });
    result.map_err(refused)
}

/// See [`model::delete`].
pub fn delete(number: u32, name: Text<'_>) -> Result {
    let name = utf8(&name).ok_or(HeaderError::InvalidSyntax)?;
    model::delete(number, name).map_err(refused)
}

/// See [`model::append`].
pub fn append(number: u32, name: Text<'_>, value: List<'_, u8>) -> Result {
    let name = utf8(&name).ok_or(HeaderError::InvalidSyntax)?;
    model::append(number, name, bytes(value.cells())).map_err(refused)
}

/// All fields.
pub fn entries(call: &Call<'_>, number: u32) -> Stored<[(FieldName, FieldValue)]> {
    let fields = model::Fields::by_handle(number);
    let count = fields.with(|all| all.count());
    fields.with(|all| {
        call.list(count, |_| {
            let (name, value) = all.next().unwrap_or_default();
            (call.text(name), call.copied(value))
        })
    })
}
