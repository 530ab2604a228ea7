//! Structures: an access to a field is one load or store, which faults on null.

use super::super::emit::Emit;
use super::super::function::FunctionLowering;
use super::super::state::ObjectPart;
use super::object::Extend;
use crate::Result;
use crate::program::{TypeId, objects};
use cranelift_codegen::ir::Value;
use wasmparser::Operator;

/// An access through null with an offset below this faults.
const UNMAPPED: u32 = 4096;

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> Result<bool> {
    match *op {
        Operator::StructNew { struct_type_index } => {
            let ty = f.type_id(struct_type_index);
            let count = f.emit.program.object(ty).fields.len();
            f.extend_top(count);
            let fields = f.values.split_off(f.values.len() - count);
            let object = f.emit.struct_new(ty, &fields)?;
            f.push(object);
        }
        Operator::StructNewDefault { struct_type_index } => {
            let ty = f.type_id(struct_type_index);
            let object = f.emit.struct_new(ty, &[])?;
            f.push(object);
        }
        Operator::StructGet {
            struct_type_index,
            field_index,
        }
        | Operator::StructGetU {
            struct_type_index,
            field_index,
        } => f.struct_get(struct_type_index, field_index, Extend::Zero),
        Operator::StructGetS {
            struct_type_index,
            field_index,
        } => f.struct_get(struct_type_index, field_index, Extend::Sign),
        Operator::StructSet {
            struct_type_index,
            field_index,
        } => {
            let ty = f.type_id(struct_type_index);
            let [object, value] = f.pop_many();
            f.emit.struct_set(ty, field_index, object, value);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

impl FunctionLowering<'_> {
    fn struct_get(&mut self, ty: u32, field: u32, extend: Extend) {
        let ty = self.type_id(ty);
        let object = self.pop();
        let value = self.emit.struct_get(ty, field, object, extend);
        self.push(value);
    }
}

impl Emit<'_> {
    /// A new structure with these fields; without any, all are zero.
    pub fn struct_new(&mut self, ty: TypeId, fields: &[Value]) -> Result<Value> {
        let program = self.program;
        let layout = program.object(ty);
        let bytes = self.word(layout.bytes.into());
        let object = self.new_object(ty, bytes)?;
        for (position, (value, offset)) in fields.iter().zip(&layout.fields).enumerate() {
            if !self.is_zero(*value) {
                let storage = objects::field(&program.types[ty], position);
                let at = (object, *offset as i32);
                self.init_field(storage, ObjectPart::Field, at, *value);
            }
        }
        Ok(object)
    }

    fn struct_get(&mut self, ty: TypeId, field: u32, object: Value, extend: Extend) -> Value {
        let storage = objects::field(&self.program.types[ty], field as usize);
        let (part, at) = self.field(ty, field, object);
        let value = self.load_field(storage, extend, part, at);
        self.set_not_null(object);
        value
    }

    fn struct_set(&mut self, ty: TypeId, field: u32, object: Value, value: Value) {
        let storage = objects::field(&self.program.types[ty], field as usize);
        let (part, at) = self.field(ty, field, object);
        self.store_field(storage, part, at, value);
        self.set_not_null(object);
    }

    /// The address of a field, and whether an access to it must fault on null.
    fn field(&mut self, ty: TypeId, field: u32, object: Value) -> (ObjectPart, (Value, i32)) {
        let offset = self.program.object(ty).fields[field as usize];
        if offset >= UNMAPPED {
            self.require_not_null(object);
        }
        let part = match self.is_not_null(object) {
            true => ObjectPart::Field,
            false => ObjectPart::FieldOfNull,
        };
        (part, (object, offset as i32))
    }
}
