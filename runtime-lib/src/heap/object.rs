//! Objects: their sizes, and where their references are.

use super::memory::Memory;
use core::{mem::offset_of, ops::Range};
use wasi_aot_abi::heap::{ARRAY_LENGTH, KIND_MASK, OBJECT_ALIGN, Object, ObjectType};

/// Bytes of a reference in an object.
pub const REFERENCE: usize = 4;

/// The objects of a program.
#[derive(Clone, Copy, Debug)]
pub struct Objects {
    memory: Memory,
    types: *const ObjectType,
    offsets: *const u32,
}

impl Objects {
    /// # Safety
    /// All numbers of types and offsets that the heap's objects have are in these tables, for as long as this is used.
    pub unsafe fn new(memory: Memory, types: *const ObjectType, offsets: *const u32) -> Self {
        Objects {
            memory,
            types,
            offsets,
        }
    }

    /// The number of the type of an object.
    #[inline(always)]
    pub fn number(&self, object: usize) -> u32 {
        self.memory.get(object + offset_of!(Object, ty))
    }

    /// The type of an object.
    #[inline(always)]
    pub fn ty(&self, object: usize) -> &ObjectType {
        // SAFETY: the types of objects are in the table.
        unsafe { &*self.types.add(self.number(object) as usize) }
    }

    /// Bytes of an object of type `ty`.
    #[inline(always)]
    pub fn size(&self, object: usize, ty: &ObjectType) -> usize {
        let elements = match ty.stride {
            0 => 0,
            stride => self.length(object) * stride as usize,
        };
        let align = OBJECT_ALIGN as usize;
        (ty.bytes as usize + elements + align - 1) & !(align - 1)
    }

    /// The length of an array.
    #[inline(always)]
    fn length(&self, array: usize) -> usize {
        self.memory.get::<u32>(array + ARRAY_LENGTH as usize) as usize
    }

    /// Calls `visit` with the place of each reference of an object of type `ty`.
    #[inline(always)]
    pub fn references(&self, object: usize, ty: &ObjectType, mut visit: impl FnMut(usize)) {
        if ty.count == 0 {
            return;
        }
        if ty.stride != 0 {
            let first = object + ty.bytes as usize;
            for index in 0..self.length(object) {
                visit(first + index * REFERENCE);
            }
            return;
        }
        for index in ty.first..ty.first + ty.count {
            // SAFETY: the offsets of types are in the table.
            let offset = unsafe { *self.offsets.add(index as usize) };
            visit(object + offset as usize);
        }
    }

    /// The same, but of an array only those in `range`.
    pub fn references_in(
        &self,
        object: usize,
        ty: &ObjectType,
        range: &Range<usize>,
        mut visit: impl FnMut(usize),
    ) {
        if ty.count == 0 {
            return;
        }
        if ty.stride == 0 {
            if range.contains(&object) {
                self.references(object, ty, visit);
            }
            return;
        }
        let first = object + ty.bytes as usize;
        let end = (first + self.length(object) * REFERENCE).min(range.end);
        let mut place = first.max(range.start);
        while place < end {
            visit(place);
            place += REFERENCE;
        }
    }
}

/// Whether a word could be the address of an object: it is no number.
#[inline(always)]
pub fn is_address(word: u64) -> bool {
    word & KIND_MASK == 0
}
