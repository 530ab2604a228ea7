//! A call of a host function: its options, its flat parameters, and locations in the caller's
//! memory.

use super::{List, Lower, Stored, Type, layout};
use crate::{
    cells, component,
    fatal::bug,
    wasi::memory::{BadPointer, Memory},
};
use core::cell::Cell;
use wasi_aot_abi::{Trap, component::Options};

/// A call of a host function.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    options: &'a Options,
}

impl<'a> Call<'a> {
    /// A call with these options.
    pub fn new(options: &'a Options) -> Self {
        Call { options }
    }

    /// The options.
    pub fn options(&self) -> &'a Options {
        self.options
    }

    /// The caller's memory with its current size: it may be larger after [`Call::room`], never
    /// smaller, and its address does not change.
    pub(super) fn memory(&self) -> Memory<'a> {
        // SAFETY: it is null, or a region of the program.
        Memory::new(unsafe { self.options.memory.as_ref() })
    }

    /// The location of a result: traps if it is misaligned or out of bounds.
    #[inline(always)]
    pub fn place<T: Type>(&self, address: u32) -> Place<'a> {
        if !address.is_multiple_of(T::ALIGN) {
            component::raise(Trap::UnalignedPointer);
        }
        match self.memory().bytes(address, T::SIZE) {
            Ok(cells) => Place { cells },
            Err(BadPointer::OutOfBounds | BadPointer::Misaligned) => {
                component::raise(Trap::MemoryOutOfBounds)
            }
        }
    }

    /// Bytes that the program allocates (`realloc`), and their address. Traps if the returned
    /// address is misaligned or out of bounds.
    pub fn room(&self, alignment: u32, bytes: usize) -> (u32, &'a [Cell<u8>]) {
        let Some(realloc) = self.options.realloc else {
            bug(b"a function that makes room has no realloc")
        };
        let Ok(bytes) = u32::try_from(bytes) else {
            component::raise(Trap::ReallocOutOfBounds)
        };
        // SAFETY: it is called during a host call, on the program's stack.
        let address = unsafe { realloc(0, 0, alignment, bytes) };
        if !address.is_multiple_of(alignment) {
            component::raise(Trap::ReallocUnaligned);
        }
        match self.memory().bytes(address, bytes) {
            Ok(cells) => (address, cells),
            Err(_) => component::raise(Trap::ReallocOutOfBounds),
        }
    }

    /// A list of bytes that the caller fills afterwards.
    pub fn bytes(&self, length: usize) -> (Stored<[u8]>, &'a [Cell<u8>]) {
        let (address, cells) = self.room(1, length);
        (Stored::new(address, cells.len() as u32), cells)
    }

    /// A list of bytes.
    pub fn copied(&self, bytes: &[u8]) -> Stored<[u8]> {
        let (stored, cells) = self.bytes(bytes.len());
        cells::copy(cells, bytes);
        stored
    }

    /// A list with bytes of the host's memory.
    pub fn copied_cells(&self, bytes: &[Cell<u8>]) -> Stored<[u8]> {
        // SAFETY: the bytes are the host's, and the program writes only to its own memory.
        let bytes = unsafe { core::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len()) };
        self.copied(bytes)
    }

    /// A list of `count` elements, which `element` returns one by one.
    pub fn list<T: Lower>(&self, count: usize, mut element: impl FnMut(usize) -> T) -> Stored<[T]> {
        let (address, cells) = self.room(T::ALIGN, count.saturating_mul(T::SIZE as usize));
        let mut rest = Place { cells };
        for index in 0..count {
            let at;
            (at, rest) = rest.split(T::SIZE);
            element(index).store(self, at);
        }
        Stored::new(address, count as u32)
    }

    /// A list of these elements.
    pub fn list_of<T: Lower + Copy>(&self, elements: &[T]) -> Stored<[T]> {
        let (address, cells) = self.room(T::ALIGN, elements.len() * T::SIZE as usize);
        let mut rest = Place { cells };
        for element in elements {
            let at;
            (at, rest) = rest.split(T::SIZE);
            element.store(self, at);
        }
        Stored::new(address, elements.len() as u32)
    }

    /// A list in the program's memory: traps if it is misaligned or out of bounds.
    pub(super) fn list_at<T: Type>(&self, address: u32, length: u32) -> List<'a, T> {
        if !address.is_multiple_of(T::ALIGN) {
            component::raise(Trap::UnalignedPointer);
        }
        let cells = length
            .checked_mul(T::SIZE)
            .and_then(|bytes| self.memory().bytes(address, bytes).ok());
        match cells {
            Some(cells) => List::new(*self, cells),
            None => component::raise(Trap::ListOutOfBounds),
        }
    }
}

/// Reads flat parameters in order.
#[derive(Debug)]
pub struct Flat<'f> {
    words: &'f [u64],
    next: usize,
}

impl<'f> Flat<'f> {
    /// The parameters that the program has passed; narrower ones are in the lower bits.
    pub fn new(words: &'f [u64]) -> Self {
        Flat { words, next: 0 }
    }

    /// The next parameter.
    #[inline(always)]
    pub fn take(&mut self) -> u64 {
        let word = self.words.get(self.next).copied();
        self.next += 1;
        // The glue passes as many parameters as the types have.
        word.unwrap_or_default()
    }

    /// The end of a variant with `FLAT` values whose discriminant has been taken.
    #[inline(always)]
    pub fn end(&self, flat: usize) -> usize {
        self.next + flat - 1
    }

    /// Skips the values that the current case does not use.
    #[inline(always)]
    pub fn skip_to(&mut self, end: usize) {
        self.next = end;
    }
}

/// The location of a value in the program's memory.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub(super) cells: &'a [Cell<u8>],
}

impl<'a> Place<'a> {
    /// Stores bytes at its start.
    #[inline(always)]
    pub fn set<const N: usize>(self, bytes: [u8; N]) {
        cells::set(self.first(), bytes);
    }

    /// The bytes at its start.
    #[inline(always)]
    pub fn get<const N: usize>(self) -> [u8; N] {
        cells::get(self.first())
    }

    #[inline(always)]
    fn first<const N: usize>(self) -> &'a [Cell<u8>; N] {
        match self.cells.first_chunk() {
            Some(cells) => cells,
            None => bug(b"a value is larger than its place"),
        }
    }

    /// Its first bytes, and the rest.
    #[inline(always)]
    pub fn split(self, bytes: u32) -> (Place<'a>, Place<'a>) {
        match self.cells.split_at_checked(bytes as usize) {
            Some((cells, rest)) => (Place { cells }, Place { cells: rest }),
            None => bug(b"a value is larger than its place"),
        }
    }

    /// The location this many bytes after its start.
    #[inline(always)]
    pub fn behind(self, bytes: u32) -> Place<'a> {
        self.split(bytes).1
    }

    /// The payload of a variant whose payloads have at most this alignment.
    #[inline(always)]
    pub fn payload(self, alignment: u32) -> Place<'a> {
        self.behind(layout::payload_offset(alignment))
    }
}

/// The fields of a record, in order.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a> {
    record: Place<'a>,
    offset: u32,
}

impl<'a> Fields<'a> {
    /// The fields of this record.
    pub fn new(record: Place<'a>) -> Self {
        Fields { record, offset: 0 }
    }

    /// The location of the next field.
    #[inline(always)]
    pub fn place<T: Type>(&mut self) -> Place<'a> {
        let offset = self.offset.next_multiple_of(T::ALIGN);
        self.offset = offset + T::SIZE;
        self.record.behind(offset).split(T::SIZE).0
    }
}
