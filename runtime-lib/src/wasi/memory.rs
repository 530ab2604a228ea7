//! The program's linear memory in host functions: all addresses and lengths from the program are
//! checked before use.

use crate::cells::set;
use core::{cell::Cell, slice};
use wasi_aot_abi::Region;

/// The fault of a pointer of the program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BadPointer {
    /// The range is out of bounds.
    OutOfBounds,
    /// It is not aligned for the type that it points to.
    Misaligned,
}

/// The memory of the calling instance, for one call.
#[derive(Clone, Copy, Debug)]
pub struct Memory<'a> {
    bytes: &'a [Cell<u8>],
}

impl<'a> Memory<'a> {
    /// The bytes currently in use; none if the instance has no memory.
    pub fn new(region: Option<&'a Region>) -> Self {
        let bytes = match region {
            // SAFETY: the region is readable and writable up to `bytes`, and stays so. The type is
            // cells, because the program's vectors may overlap and the kernel writes to them.
            Some(region) => unsafe {
                slice::from_raw_parts(region.base.cast::<Cell<u8>>(), region.in_use() as usize)
            },
            None => &[],
        };
        Memory { bytes }
    }

    /// The `len` bytes at `address`.
    pub fn bytes(self, address: u32, len: u32) -> Result<&'a [Cell<u8>], BadPointer> {
        let start = address as usize;
        // The sum cannot wrap: both are 32-bit numbers.
        self.bytes
            .get(start..start + len as usize)
            .ok_or(BadPointer::OutOfBounds)
    }

    /// All bytes from `address` on; none if it is after the end of the memory.
    pub fn from(self, address: u32) -> &'a [Cell<u8>] {
        self.bytes.get(address as usize..).unwrap_or_default()
    }

    /// `N` bytes at `address`, without further checks; `None` if they are out of bounds.
    pub fn around<const N: usize>(self, address: u32) -> Option<&'a [Cell<u8>; N]> {
        self.bytes.get(address as usize..)?.first_chunk()
    }

    /// The `count` records of `N` bytes at `address`, which must be a multiple of `alignment`
    /// unless there are none.
    pub fn records<const N: usize>(
        self,
        address: u32,
        count: u32,
        alignment: u32,
    ) -> Result<&'a [[Cell<u8>; N]], BadPointer> {
        let len = count.checked_mul(N as u32).ok_or(BadPointer::OutOfBounds)?;
        let bytes = self.bytes(address, len)?;
        if count != 0 {
            aligned(address, alignment)?;
        }
        Ok(bytes.as_chunks().0)
    }

    /// The location of a value with `N` bytes at `address`, which must be a multiple of
    /// `alignment`.
    pub fn place<const N: usize>(
        self,
        address: u32,
        alignment: u32,
    ) -> Result<Place<'a, N>, BadPointer> {
        let place = Place {
            cells: self.around(address).ok_or(BadPointer::OutOfBounds)?,
        };
        aligned(address, alignment)?;
        Ok(place)
    }
}

/// Checks an address's alignment. It is the same in the process: memories start at a page boundary.
fn aligned(address: u32, alignment: u32) -> Result<(), BadPointer> {
    if address.is_multiple_of(alignment) {
        Ok(())
    } else {
        Err(BadPointer::Misaligned)
    }
}

/// The location of a value with `N` bytes in the program's memory.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a, const N: usize> {
    cells: &'a [Cell<u8>; N],
}

impl<const N: usize> Place<'_, N> {
    /// Stores the bytes of a value, which are little-endian.
    pub fn set(self, bytes: [u8; N]) {
        set(self.cells, bytes);
    }
}
