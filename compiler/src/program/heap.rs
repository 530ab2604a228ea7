//! The heap of a program: whether it has one, where it is, and how its objects are laid out.

use super::{Place, Program};
use wasmparser::{AbstractHeapType, HeapType, ValType};

/// What a program needs a heap for. Later ones need what earlier ones do, and more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum HeapUse {
    /// It needs none.
    #[default]
    None,
    /// It throws exceptions.
    Exceptions,
    /// It makes structures and arrays.
    Objects,
}

/// Where the heap of a program is.
#[derive(Clone, Copy, Debug)]
pub struct Heap {
    /// First address.
    pub base: u64,
    /// Reserved address space in bytes.
    pub reserved: u64,
    /// Bytes that objects may take.
    pub limit: u64,
    /// The words of allocation ([`wasi_aot_abi::heap::Free`]).
    pub free: Place,
}

/// How the objects of a type are laid out; see [`wasi_aot_abi::heap::ObjectType`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectLayout {
    /// Bytes of the object, header included; of an array: offset of element 0.
    pub bytes: u32,
    /// Bytes of an element of an array; 0: not an array.
    pub stride: u32,
    /// Offsets of its references to objects, ascending. An array with references has one, at offset 0 of its element.
    pub references: Vec<u32>,
}

impl Program<'_> {
    /// Whether a value of this type can refer to an object of the heap: then the collector must know of it.
    pub fn refers_to_objects(&self, ty: ValType) -> bool {
        let ValType::Ref(ty) = ty else { return false };
        match ty.heap_type() {
            HeapType::Abstract { ty, .. } => {
                !matches!(ty, AbstractHeapType::Func | AbstractHeapType::NoFunc)
            }
            // What is concrete is a function.
            HeapType::Concrete(_) | HeapType::Exact(_) => false,
        }
    }
}
