//! The heap of a program: whether it has one, and where it is.

use super::{Place, Program, objects};
use wasmparser::ValType;

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
    /// The words of allocation ([`wasi_aot_abi::heap::Free`]).
    pub free: Place,
}

impl Program<'_> {
    /// Whether a value of this type can refer to an object of the heap: then the collector must know of it.
    pub fn refers_to_objects(&self, ty: ValType) -> bool {
        self.heap.is_some() && objects::may_be_object(&self.types, ty)
    }
}
