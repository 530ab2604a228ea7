//! `iovec` and `ciovec` arrays, passed to the kernel without copying the data.

use super::{Memory, Result};
use crate::{
    cells,
    os::{IoRead, IoWrite},
};
use core::{cell::Cell, mem::MaybeUninit, slice};

/// The maximum of vectors in one call of the kernel. A program that passes more gets a smaller
/// number of bytes, which the interface allows.
const LIMIT: usize = 32;

/// A direction of transfer.
pub trait Direction {
    /// The kernel's type of vector.
    type Vector<'a>: Copy;
    /// A vector for the cells.
    fn vector<'a>(cells: &'a [Cell<u8>]) -> Self::Vector<'a>;
}

/// Transfers to the program's memory.
pub struct Read;

impl Direction for Read {
    type Vector<'a> = IoRead<'a>;
    fn vector<'a>(cells: &'a [Cell<u8>]) -> IoRead<'a> {
        IoRead::new(cells)
    }
}

/// Transfers from the program's memory.
pub struct Write;

impl Direction for Write {
    type Vector<'a> = IoWrite<'a>;
    fn vector<'a>(cells: &'a [Cell<u8>]) -> IoWrite<'a> {
        IoWrite::new(cells)
    }
}

/// Calls `transfer` with the vectors of the array at `array`, and stores the number of transferred
/// bytes at `result`. All addresses are checked first.
#[inline(always)]
pub fn with<'a, D: Direction>(
    memory: Memory<'a>,
    array: u32,
    count: u32,
    result: u32,
    transfer: impl FnOnce(&[D::Vector<'a>]) -> Result<usize>,
) -> Result {
    let place = memory.place(result, 4)?;
    let records = memory.records::<8>(array, count, 4)?;
    let mut vectors = [const { MaybeUninit::uninit() }; LIMIT];
    for (index, record) in records.iter().enumerate() {
        let record = u64::from_le_bytes(cells::get(record));
        let cells = memory.bytes(record as u32, (record >> 32) as u32)?;
        if let Some(vector) = vectors.get_mut(index) {
            vector.write(D::vector(cells));
        }
    }
    let used = records.len().min(LIMIT);
    // SAFETY: this number of vectors has been written.
    let bytes = transfer(unsafe { slice::from_raw_parts(vectors.as_ptr().cast(), used) })?;
    // The kernel transfers less than 2 GiB at once.
    place.set((bytes as u32).to_le_bytes());
    Ok(())
}
