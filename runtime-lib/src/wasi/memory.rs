//! The program's linear memory as host functions see it: everything that comes from the program is
//! checked before it is used.

use core::{cell::Cell, slice};
use wasi_aot_abi::Region;

/// An address or a length of the program leads outside of its memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutOfBounds;

/// The memory of the calling instance, for one call.
#[derive(Clone, Copy, Debug)]
pub struct Memory<'a> {
    bytes: &'a [Cell<u8>],
}

impl<'a> Memory<'a> {
    /// The bytes that are in use now; none if the instance has no memory.
    pub fn new(region: Option<&'a Region>) -> Self {
        let Some(region) = region else {
            return Memory { bytes: &[] };
        };
        // SAFETY: the region is readable and writable up to `bytes`, and stays so. Cells, because the
        // program's vectors may overlap and the kernel writes to them.
        let bytes =
            unsafe { slice::from_raw_parts(region.base.cast::<Cell<u8>>(), region.bytes as usize) };
        Memory { bytes }
    }

    /// The `len` bytes at `address`.
    pub fn bytes(self, address: u32, len: u32) -> Result<&'a [Cell<u8>], OutOfBounds> {
        let start = address as usize;
        // Neither can wrap: both are 32-bit numbers.
        self.bytes
            .get(start..start + len as usize)
            .ok_or(OutOfBounds)
    }

    /// The `count` records of `N` bytes at `address`.
    pub fn records<const N: usize>(
        self,
        address: u32,
        count: u32,
    ) -> Result<&'a [[Cell<u8>; N]], OutOfBounds> {
        let len = count.checked_mul(N as u32).ok_or(OutOfBounds)?;
        Ok(self.bytes(address, len)?.as_chunks().0)
    }

    /// The place of a value of `N` bytes at `address`.
    pub fn place<const N: usize>(self, address: u32) -> Result<Place<'a, N>, OutOfBounds> {
        let start = address as usize;
        match self.bytes.get(start..).and_then(|rest| rest.first_chunk()) {
            Some(cells) => Ok(Place { cells }),
            None => Err(OutOfBounds),
        }
    }
}

/// Room for a value of `N` bytes in the program's memory.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a, const N: usize> {
    cells: &'a [Cell<u8>; N],
}

impl<const N: usize> Place<'_, N> {
    /// Stores the bytes of a value, little endian.
    pub fn set(self, bytes: [u8; N]) {
        set(self.cells, bytes);
    }
}

/// The bytes of cells.
pub fn get<const N: usize>(cells: &[Cell<u8>; N]) -> [u8; N] {
    cells.each_ref().map(Cell::get)
}

/// Fills cells.
pub fn set<const N: usize>(cells: &[Cell<u8>; N], bytes: [u8; N]) {
    for (cell, byte) in cells.iter().zip(bytes) {
        cell.set(byte);
    }
}

/// Copies as much of `bytes` as there is room for: how many went.
pub fn copy(into: &[Cell<u8>], bytes: &[u8]) -> usize {
    for (cell, byte) in into.iter().zip(bytes) {
        cell.set(*byte);
    }
    into.len().min(bytes.len())
}
