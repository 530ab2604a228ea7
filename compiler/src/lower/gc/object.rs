//! Shared parts of structures and arrays: their header, and loads and stores of fields.

use super::super::emit::Emit;
use super::super::signature::storage_type;
use super::super::simd::VECTOR;
use super::super::state::ObjectPart;
use crate::Result;
use crate::program::{TypeId, objects};
use cranelift_codegen::ir::{InstBuilder, Opcode, Value, types};
use std::mem::offset_of;
use wasi_aot_abi::heap::Object;
use wasmparser::{HeapType, StorageType, UnpackedIndex, ValType};

/// The extension of a packed field to an `i32`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Extend {
    Sign,
    Zero,
}

impl Emit<'_> {
    /// A new object of this type with `bytes` bytes, all zero except its header.
    pub fn new_object(&mut self, ty: TypeId, bytes: Value) -> Result<Value> {
        let object = self.allocate(bytes)?;
        let number = self.int(self.program.types[ty].number());
        let flags = self.object_flags(ObjectPart::Header);
        let at = (object, offset_of!(Object, ty) as i32);
        self.store(Opcode::Store, flags, number, at);
        self.set_not_null(object);
        self.set_type(
            object,
            HeapType::Concrete(UnpackedIndex::Module(ty.as_u32())),
        );
        Ok(object)
    }

    /// Loads a field or element.
    pub fn load_field(
        &mut self,
        storage: StorageType,
        extend: Extend,
        part: ObjectPart,
        at: (Value, i32),
    ) -> Value {
        let op = match (storage, extend) {
            (StorageType::I8, Extend::Sign) => Opcode::Sload8,
            (StorageType::I8, Extend::Zero) => Opcode::Uload8,
            (StorageType::I16, Extend::Sign) => Opcode::Sload16,
            (StorageType::I16, Extend::Zero) => Opcode::Uload16,
            (StorageType::Val(ValType::Ref(_)), _) => Opcode::Uload32,
            (StorageType::Val(_), _) => Opcode::Load,
        };
        let flags = self.object_flags(part);
        let value = self.load(op, storage_type(storage), flags, at);
        if let StorageType::Val(ty) = storage {
            self.note_type(value, ty);
        }
        value
    }

    /// Stores a field or element of a new object, which no collection has seen.
    pub fn init_field(
        &mut self,
        storage: StorageType,
        part: ObjectPart,
        at: (Value, i32),
        value: Value,
    ) {
        let op = match storage {
            StorageType::I8 => Opcode::Istore8,
            StorageType::I16 => Opcode::Istore16,
            StorageType::Val(ValType::Ref(_)) => Opcode::Istore32,
            StorageType::Val(_) => Opcode::Store,
        };
        let value = match storage {
            StorageType::Val(ValType::V128) => self.reshape(value, VECTOR),
            _ => value,
        };
        let flags = self.object_flags(part);
        self.store(op, flags, value, at);
    }

    /// Stores a field or element.
    pub fn store_field(
        &mut self,
        storage: StorageType,
        part: ObjectPart,
        at: (Value, i32),
        value: Value,
    ) {
        let tracked = matches!(storage, StorageType::Val(ty) if objects::may_be_object(&self.program.types, ty));
        if tracked && !self.is_constant(value) {
            let changed = match part {
                ObjectPart::Element => self.builder.ins().iadd_imm_u(at.0, i64::from(at.1)),
                _ => at.0,
            };
            self.mark_card(changed);
        }
        self.init_field(storage, part, at, value);
    }

    /// Whether a value is a constant, which refers to no object.
    fn is_constant(&self, value: Value) -> bool {
        let dfg = &self.builder.func.dfg;
        let inst = dfg.value_def(value).inst();
        inst.is_some_and(|inst| dfg.insts[inst].opcode() == Opcode::Iconst)
    }

    /// Whether all bits of a value are known to be zero.
    pub fn is_zero(&self, value: Value) -> bool {
        use cranelift_codegen::ir::InstructionData as Data;
        let dfg = &self.builder.func.dfg;
        let inst = dfg.value_def(value).inst();
        match inst.map(|inst| dfg.insts[inst]) {
            Some(Data::UnaryImm { imm, .. }) => imm.bits() == 0,
            Some(Data::UnaryIeee32 { imm, .. }) => imm.bits() == 0,
            Some(Data::UnaryIeee64 { imm, .. }) => imm.bits() == 0,
            _ => false,
        }
    }

    /// Converts a 32-bit length or index to bytes, for elements whose size is a power of two.
    pub fn scaled(&mut self, count: Value, stride: u32) -> Value {
        let count = self.builder.ins().uextend(types::I64, count);
        match stride.trailing_zeros() {
            0 => count,
            shift => self.builder.ins().ishl_imm_u(count, i64::from(shift)),
        }
    }
}
