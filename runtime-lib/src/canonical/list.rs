//! Lists: read from the program's memory, and written to it.

use super::{Call, Flat, Lift, Lower, Place, Type};
use core::{cell::Cell, fmt, marker::PhantomData};

/// A list parameter of a host function. Elements are lifted when they are read.
#[derive(Clone, Copy)]
pub struct List<'a, T> {
    call: Call<'a>,
    cells: &'a [Cell<u8>],
    elements: PhantomData<T>,
}

impl<T> fmt::Debug for List<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of {} bytes", self.cells.len())
    }
}

impl<'a, T: Type> List<'a, T> {
    /// The elements that fill these bytes.
    pub(super) fn new(call: Call<'a>, cells: &'a [Cell<u8>]) -> Self {
        List {
            call,
            cells,
            elements: PhantomData,
        }
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.cells.len() / T::SIZE as usize
    }

    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }
}

impl<'a, T: Lift<'a>> List<'a, T> {
    /// The elements, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = T> + use<'a, T> {
        let call = self.call;
        let elements = self.cells.chunks_exact(T::SIZE as usize);
        elements.map(move |cells| T::load(&call, Place { cells }))
    }
}

impl<'a> List<'a, u8> {
    /// The bytes.
    pub fn cells(&self) -> &'a [Cell<u8>] {
        self.cells
    }
}

impl<T> Type for List<'_, T> {
    const SIZE: u32 = 8;
    const ALIGN: u32 = 4;
    const FLAT: usize = 2;
}

impl<'a, T: Type> Lift<'a> for List<'a, T> {
    #[inline(always)]
    fn lift(call: &Call<'a>, flat: &mut Flat<'_>) -> Self {
        let address = flat.take() as u32;
        call.list_at(address, flat.take() as u32)
    }

    fn load(call: &Call<'a>, at: Place<'a>) -> Self {
        let (address, length) = pointer_and_length(call, at);
        call.list_at(address, length)
    }
}

/// The address and length of a list or string, loaded from memory.
pub(super) fn pointer_and_length<'a>(call: &Call<'a>, at: Place<'a>) -> (u32, u32) {
    (u32::load(call, at), u32::load(call, at.behind(4)))
}

/// A list or string in the program's memory, as the result of a host function: [`Call::list`],
/// [`Call::bytes`], [`Call::text`].
pub struct Stored<T: ?Sized> {
    address: u32,
    length: u32,
    contents: PhantomData<T>,
}

impl<T: ?Sized> Stored<T> {
    /// The list or string at this address; `length` is in the units of its type.
    pub(super) fn new(address: u32, length: u32) -> Self {
        Stored {
            address,
            length,
            contents: PhantomData,
        }
    }

    /// Address and length for the program.
    #[cfg(test)]
    pub(super) fn parts(&self) -> (u32, u32) {
        (self.address, self.length)
    }
}

impl<T: ?Sized> Clone for Stored<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Stored<T> {}

impl<T: ?Sized> fmt::Debug for Stored<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} units at {:#x}", self.length, self.address)
    }
}

impl<T: ?Sized> Type for Stored<T> {
    const SIZE: u32 = 8;
    const ALIGN: u32 = 4;
    const FLAT: usize = 2;
}

impl<T: ?Sized> Lower for Stored<T> {
    #[inline(always)]
    fn store(self, call: &Call<'_>, at: Place<'_>) {
        self.address.store(call, at);
        self.length.store(call, at.behind(4));
    }
}
