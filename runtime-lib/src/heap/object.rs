//! Objects: their sizes, and the offsets of their references.

use super::raw::Memory;
use core::{mem::offset_of, ops::Range};
use wasi_aot_abi::heap::{ARRAY_LENGTH, KIND_MASK, OBJECT_ALIGN, Object, ObjectType};

/// Size of a reference in an object, in bytes.
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
    /// These tables must contain all type numbers and offsets in the heap's objects, for as long as
    /// the value is used.
    pub unsafe fn new(memory: Memory, types: *const ObjectType, offsets: *const u32) -> Self {
        Objects {
            memory,
            types,
            offsets,
        }
    }

    /// The number of an object's type.
    #[inline(always)]
    pub fn number(&self, object: usize) -> u32 {
        self.memory.get(object + offset_of!(Object, ty))
    }

    /// The type of an object.
    #[inline(always)]
    pub fn ty(&self, object: usize) -> &ObjectType {
        // SAFETY: the types of all objects are in the table.
        unsafe { &*self.types.add(self.number(object) as usize) }
    }

    /// Size in bytes of an object with type `ty`.
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

    /// Calls `visit` with the address of each reference in an object of type `ty`.
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
            // SAFETY: the offsets of all types are in the table.
            let offset = unsafe { *self.offsets.add(index as usize) };
            visit(object + offset as usize);
        }
    }

    /// The same, but for an array only references in `range`.
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

/// Whether a word can be the address of an object, rather than a number or null.
#[inline(always)]
pub fn is_address(word: u64) -> bool {
    word & KIND_MASK == 0
}
