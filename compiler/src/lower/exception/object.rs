//! Exceptions as objects of the heap: the tag as their type, then the payload.

use crate::lower::emit::Emit;
use crate::lower::signature::value_type;
use crate::lower::symbol::Runtime;
use crate::program::{Program, TagId};
use cranelift_codegen::ir::{MemFlags, MemFlagsData, Opcode, Value, types};
use std::mem::offset_of;
use wasi_aot_abi::heap::{OBJECT_ALIGN, Object};
use wasmparser::ValType;

/// The number in [`Object::ty`] of exceptions with this tag.
pub(in crate::lower) fn number(_program: &Program<'_>, tag: TagId) -> u32 {
    tag.as_u32()
}

/// Bytes of a field.
fn width(ty: ValType) -> u64 {
    match ty {
        ValType::I32 | ValType::F32 | ValType::Ref(_) => 4,
        ValType::I64 | ValType::F64 => 8,
        ValType::V128 => 16,
    }
}

/// Where the fields are, and the bytes of the object.
fn layout(fields: &[ValType]) -> (Vec<u64>, u64) {
    let mut end = size_of::<Object>() as u64;
    let offsets = fields.iter().map(|ty| {
        let offset = end.next_multiple_of(width(*ty));
        end = offset + width(*ty);
        offset
    });
    let offsets = offsets.collect();
    (offsets, end.next_multiple_of(OBJECT_ALIGN))
}

impl Emit<'_> {
    /// An exception with this tag, whose types are `fields`.
    pub fn new_exception(&mut self, tag: TagId, fields: &[ValType], values: &[Value]) -> Value {
        let (offsets, bytes) = layout(fields);
        let exception = self.allocate(number(self.program, tag), bytes);
        let flags = self.object_flags();
        for ((ty, value), offset) in fields.iter().zip(values).zip(offsets) {
            let op = match ty {
                ValType::Ref(_) => Opcode::Istore32,
                _ => Opcode::Store,
            };
            self.store(op, flags, *value, (exception, offset as i32));
        }
        exception
    }

    /// The payload of an exception whose tag has the types `fields`.
    pub fn payload(&mut self, exception: Value, fields: &[ValType]) -> Vec<Value> {
        let (offsets, _) = layout(fields);
        let flags = self.object_flags();
        let mut values = Vec::with_capacity(fields.len());
        for (ty, offset) in fields.iter().zip(offsets) {
            let op = match ty {
                ValType::Ref(_) => Opcode::Uload32,
                _ => Opcode::Load,
            };
            values.push(self.load(op, value_type(*ty), flags, (exception, offset as i32)));
        }
        values
    }

    /// A new object of a type.
    fn allocate(&mut self, ty: u32, bytes: u64) -> Value {
        let bytes = self.word(bytes);
        let call = self.call_runtime(Runtime::HeapAllocate, &[bytes], 1);
        let object = self.builder.inst_results(call)[0];
        let ty = self.int(ty);
        let flags = self.object_flags();
        let offset = offset_of!(Object, ty) as i32;
        self.store(Opcode::Store, flags, ty, (object, offset));
        object
    }

    fn object_flags(&mut self) -> MemFlags {
        let dfg = &mut self.builder.func.dfg;
        dfg.mem_flags.insert_unchecked(MemFlagsData::trusted())
    }

    /// The number of an exception's tag.
    pub fn exception_type(&mut self, exception: Value) -> Value {
        let flags = self.object_flags();
        let offset = offset_of!(Object, ty) as i32;
        self.load(Opcode::Load, types::I32, flags, (exception, offset))
    }
}
