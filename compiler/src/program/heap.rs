//! The heap of a program: whether it has one, and its address.

use super::{Place, Program, objects};
use wasmparser::ValType;

/// A program's use of the heap. Each value includes the earlier ones.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum HeapUse {
    /// No use.
    #[default]
    None,
    /// It throws exceptions.
    Exceptions,
    /// It allocates structures and arrays.
    Objects,
}

/// The location of a program's heap.
#[derive(Clone, Copy, Debug, Hash)]
pub struct Heap {
    /// First address.
    pub base: u64,
    /// Reserved address space in bytes.
    pub reserved: u64,
    /// The words for allocation ([`wasi_aot_abi::heap::Free`]).
    pub free: Place,
}

impl Program<'_> {
    /// Whether a value of this type can refer to an object of the heap. If so, the collector must
    /// know of it.
    pub fn refers_to_objects(&self, ty: ValType) -> bool {
        self.heap.is_some() && objects::may_be_object(&self.types, ty)
    }
}
