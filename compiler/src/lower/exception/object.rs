//! Exceptions as objects of the heap: the type is the tag's number, and the fields are the payload.

use crate::Result;
use crate::lower::emit::Emit;
use crate::lower::signature::value_type;
use crate::lower::state::ObjectPart;
use crate::program::TagId;
use cranelift_codegen::ir::{Opcode, Value, types};
use std::mem::offset_of;
use wasi_aot_abi::heap::Object;
use wasmparser::ValType;

impl Emit<'_> {
    /// An exception with this tag and payload.
    ///
    /// # Errors
    /// A bug: the program has no heap.
    pub fn new_exception(&mut self, tag: TagId, payload: &[Value]) -> Result<Value> {
        let program = self.program;
        let layout = program.exception(tag);
        for (ty, value) in program.payload(tag).iter().zip(payload) {
            if let ValType::Ref(ty) = ty {
                self.note_reference(*value, *ty);
            }
        }
        let bytes = self.word(layout.bytes.into());
        let exception = self.allocate(bytes)?;
        let number = self.int(program.tag_number(tag));
        let flags = self.object_flags(ObjectPart::Header);
        let header = offset_of!(Object, ty) as i32;
        self.store(Opcode::Store, flags, number, (exception, header));
        self.set_not_null(exception);
        let flags = self.object_flags(ObjectPart::Field);
        for ((ty, value), offset) in program.payload(tag).iter().zip(payload).zip(&layout.fields) {
            let op = match ty {
                ValType::Ref(_) => Opcode::Istore32,
                _ => Opcode::Store,
            };
            self.store(op, flags, *value, (exception, *offset as i32));
        }
        Ok(exception)
    }

    /// The payload of an exception with this tag.
    pub fn payload(&mut self, tag: TagId, exception: Value) -> Vec<Value> {
        let program = self.program;
        let layout = program.exception(tag);
        let flags = self.object_flags(ObjectPart::Field);
        let mut values = Vec::with_capacity(layout.fields.len());
        for (ty, offset) in program.payload(tag).iter().zip(&layout.fields) {
            let op = match ty {
                ValType::Ref(_) => Opcode::Uload32,
                _ => Opcode::Load,
            };
            let at = (exception, *offset as i32);
            let value = self.load(op, value_type(*ty), flags, at);
            self.note_type(value, *ty);
            values.push(value);
        }
        values
    }

    /// The number of an exception's tag.
    pub fn exception_type(&mut self, exception: Value) -> Value {
        let flags = self.object_flags(ObjectPart::Header);
        let offset = offset_of!(Object, ty) as i32;
        self.load(Opcode::Load, types::I32, flags, (exception, offset))
    }
}
