//! What handles stand for: entries of tables, which live until their last handle is gone.

use super::table::{Entry, Table};
use crate::fatal::bug;

/// There are as many entries as there can be. A program does not go on from here: what was made on the way is not undone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooMany;

/// Something that was made of it lives, and must not live longer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HasChildren;

/// The number of a new entry, for its handle.
pub fn insert<T: Entry>(table: &Table<T>, entry: T) -> Result<u32, TooMany> {
    match table.insert(entry) {
        Ok(number) => Ok(number as u32),
        Err(_) => Err(TooMany),
    }
}

/// The entry of a handle.
///
/// # Panics
/// Ends the program if the entry is free: who has the number has a handle.
#[inline(always)]
pub fn found<T: Entry>(table: &Table<T>, number: u32) -> T {
    match table.read(number as usize) {
        Some(entry) => entry,
        None => bug(b"a handle of what is not there"),
    }
}

/// What one table holds, by handles.
pub trait Held: Entry + 'static {
    /// The table.
    const TABLE: &'static Table<Self>;

    /// The entry of a handle; see [`found`].
    fn of(number: u32) -> Self {
        found(Self::TABLE, number)
    }

    /// Does something with the entry of a handle, which may change it; see [`found`].
    fn change<R>(number: u32, change: impl FnOnce(&mut Self) -> R) -> R {
        let mut entry = Self::of(number);
        let result = change(&mut entry);
        Self::TABLE.write(number as usize, entry);
        result
    }
}
