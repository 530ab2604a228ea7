//! The objects of handles: entries of tables, which live until their last handle is dropped.

use super::table::{Entry, Table};
use crate::fatal::bug;

/// The maximum number of entries is reached. The program ends, so partial results need not be
/// undone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooMany;

/// Other objects that depend on this one still exist.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HasChildren;

/// Adds an entry; returns its number, for its handle.
pub fn insert<T: Entry>(table: &Table<T>, entry: T) -> Result<u32, TooMany> {
    match table.insert(entry) {
        Ok(number) => Ok(number as u32),
        Err(_) => Err(TooMany),
    }
}

/// The entry of a handle.
///
/// # Panics
/// Ends the program if the entry is free: a caller with the number must have a handle.
#[inline(always)]
pub fn found<T: Entry>(table: &Table<T>, number: u32) -> T {
    match table.read(number as usize) {
        Some(entry) => entry,
        None => bug(b"a handle of what is not there"),
    }
}

/// Objects in a table, accessed by handles.
pub trait Held: Entry + 'static {
    /// The table.
    const TABLE: &'static Table<Self>;

    /// The entry of a handle; see [`found`].
    fn of(number: u32) -> Self {
        found(Self::TABLE, number)
    }

    /// Calls `change` with the entry of a handle; see [`found`].
    fn change<R>(number: u32, change: impl FnOnce(&mut Self) -> R) -> R {
        let mut entry = Self::of(number);
        let result = change(&mut entry);
        Self::TABLE.write(number as usize, entry);
        result
    }
}
