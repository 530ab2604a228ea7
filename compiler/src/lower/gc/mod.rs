//! Garbage collection: structures, arrays, `i31`, casts.
//!
//! The collector moves objects. Cranelift keeps values that are declared to it ([`Emit::note_type`]) where the collector
//! finds them, and reads them again after each call. What is derived from a reference, the address of an element
//! say, is neither: it must not be used behind a call that may collect.

mod array;
mod array_bulk;
mod cast;
mod i31;
mod object;
mod structure;

pub(super) use cast::FUNCTION_TYPE;

#[cfg(doc)]
use super::emit::Emit;
use super::function::FunctionLowering;
use crate::Result;
use crate::program::TypeId;
use crate::wasm::TypeIndex;
use wasmparser::{HeapType, Operator, RefType, UnpackedIndex, ValType};

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> Result<bool> {
    Ok(structure::lower(f, op)?
        || array::lower(f, op)?
        || array_bulk::lower(f, op)?
        || cast::lower(f, op)
        || i31::lower(f, op))
}

impl FunctionLowering<'_> {
    /// The program's type that an index of the module names.
    pub fn type_id(&self, index: u32) -> TypeId {
        self.instance.types[TypeIndex::from_u32(index)]
    }

    /// A heap type of the module as one of the program.
    pub fn heap_type(&self, ty: HeapType) -> HeapType {
        match ty {
            HeapType::Concrete(UnpackedIndex::Module(index)) => {
                HeapType::Concrete(UnpackedIndex::Module(self.type_id(index).as_u32()))
            }
            other => other,
        }
    }

    /// Notes what a type of the module says of a value that was just made.
    pub fn note_type(&mut self, value: cranelift_codegen::ir::Value, ty: ValType) {
        if let ValType::Ref(ty) = ty {
            let ty = self.reference_type(ty);
            self.emit.note_type(value, ty.into());
        }
    }

    /// A reference type of the module as one of the program, which has few enough types.
    pub fn reference_type(&self, ty: RefType) -> RefType {
        RefType::new(ty.is_nullable(), self.heap_type(ty.heap_type())).unwrap_or(ty)
    }
}
