//! Garbage collection: structures, arrays, `i31`, casts.
//!
//! The collector moves objects. Cranelift spills values that are declared to it
//! ([`Emit::note_type`]) to where the collector finds them, and reloads them after each call. A
//! value that is derived from a reference, such as the address of an element, is not declared: it
//! must not be used after a call that may collect.

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
    /// The program's type for an index of the module.
    pub fn type_id(&self, index: u32) -> TypeId {
        self.instance.types[TypeIndex::from_u32(index)]
    }

    /// The program's heap type for one of the module.
    pub fn heap_type(&self, ty: HeapType) -> HeapType {
        match ty {
            HeapType::Concrete(UnpackedIndex::Module(index)) => {
                HeapType::Concrete(UnpackedIndex::Module(self.type_id(index).as_u32()))
            }
            other => other,
        }
    }

    /// Records facts from a type of the module, for a new value.
    pub fn note_type(&mut self, value: cranelift_codegen::ir::Value, ty: ValType) {
        if let ValType::Ref(ty) = ty {
            let ty = self.reference_type(ty);
            self.emit.note_type(value, ty.into());
        }
    }

    /// The program's reference type for one of the module. The number of the program's types is
    /// small enough for it.
    pub fn reference_type(&self, ty: RefType) -> RefType {
        RefType::new(ty.is_nullable(), self.heap_type(ty.heap_type())).unwrap_or(ty)
    }
}
