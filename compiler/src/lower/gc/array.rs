//! Arrays: an access takes one comparison with the length. The load of the length faults on null.

use super::super::emit::Emit;
use super::super::function::FunctionLowering;
use super::super::state::ObjectPart;
use super::super::symbol::Runtime;
use super::object::Extend;
use crate::Result;
use crate::program::{TypeId, objects};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{BlockArg, InstBuilder, Opcode, Value, types};
use wasi_aot_abi::Trap;
use wasi_aot_abi::heap::{ARRAY_LENGTH, OBJECT_ALIGN};
use wasmparser::{Operator, StorageType};

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> Result<bool> {
    match *op {
        Operator::ArrayNew { array_type_index } => {
            let ty = f.type_id(array_type_index);
            let [value, length] = f.pop_many();
            let array = f.emit.array_new(ty, Some(value), length)?;
            f.push(array);
        }
        Operator::ArrayNewDefault { array_type_index } => {
            let ty = f.type_id(array_type_index);
            let length = f.pop();
            let array = f.emit.array_new(ty, None, length)?;
            f.push(array);
        }
        Operator::ArrayNewFixed {
            array_type_index,
            array_size,
        } => {
            let ty = f.type_id(array_type_index);
            let count = array_size as usize;
            f.extend_top(count);
            let elements = f.values.split_off(f.values.len() - count);
            let array = f.emit.array_new_fixed(ty, &elements)?;
            f.push(array);
        }
        Operator::ArrayGet { array_type_index } | Operator::ArrayGetU { array_type_index } => {
            f.array_get(array_type_index, Extend::Zero);
        }
        Operator::ArrayGetS { array_type_index } => f.array_get(array_type_index, Extend::Sign),
        Operator::ArraySet { array_type_index } => {
            let ty = f.type_id(array_type_index);
            let [array, index, value] = f.pop_many();
            let storage = objects::element(&f.emit.program.types[ty]);
            let at = f.emit.array_element(ty, array, index);
            f.emit.store_field(storage, ObjectPart::Element, at, value);
        }
        Operator::ArrayLen => {
            let array = f.pop();
            let length = f.emit.array_len(array);
            f.push(length);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

impl FunctionLowering<'_> {
    fn array_get(&mut self, ty: u32, extend: Extend) {
        let ty = self.type_id(ty);
        let [array, index] = self.pop_many();
        let storage = objects::element(&self.emit.program.types[ty]);
        let at = self.emit.array_element(ty, array, index);
        let value = self
            .emit
            .load_field(storage, extend, ObjectPart::Element, at);
        self.push(value);
    }
}

impl Emit<'_> {
    /// A new array whose `length` elements are all `value`, or zero.
    pub fn array_new(&mut self, ty: TypeId, value: Option<Value>, length: Value) -> Result<Value> {
        let array = self.new_array(ty, length)?;
        if let Some(value) = value.filter(|value| !self.is_zero(*value)) {
            let layout = self.program.object(ty);
            let storage = objects::element(&self.program.types[ty]);
            let start = self
                .builder
                .ins()
                .iadd_imm_u(array, i64::from(layout.bytes));
            let bytes = self.scaled(length, layout.stride);
            self.fill_elements(storage, start, bytes, value);
        }
        Ok(array)
    }

    /// A new array of these elements.
    pub fn array_new_fixed(&mut self, ty: TypeId, elements: &[Value]) -> Result<Value> {
        let program = self.program;
        let layout = program.object(ty);
        let storage = objects::element(&program.types[ty]);
        let length = self.int(elements.len() as u32);
        let array = self.new_array(ty, length)?;
        for (offset, value) in (layout.bytes..)
            .step_by(layout.stride as usize)
            .zip(elements)
        {
            if !self.is_zero(*value) {
                let at = (array, offset as i32);
                self.init_field(storage, ObjectPart::Element, at, *value);
            }
        }
        Ok(array)
    }

    /// A new array of zeros.
    pub fn new_array(&mut self, ty: TypeId, length: Value) -> Result<Value> {
        let layout = self.program.object(ty);
        let elements = self.scaled(length, layout.stride);
        let rounded = u64::from(layout.bytes) + OBJECT_ALIGN - 1;
        let bytes = self.builder.ins().iadd_imm_u(elements, rounded as i64);
        let ins = self.builder.ins();
        let bytes = ins.band_imm_s(bytes, -(OBJECT_ALIGN as i64));
        let array = self.new_object(ty, bytes)?;
        let flags = self.object_flags(ObjectPart::Header);
        self.store(Opcode::Store, flags, length, (array, ARRAY_LENGTH as i32));
        Ok(array)
    }

    /// The number of elements; traps if the reference is null.
    pub fn array_len(&mut self, array: Value) -> Value {
        let part = match self.is_not_null(array) {
            true => ObjectPart::Header,
            false => ObjectPart::LengthOfNull,
        };
        let flags = self.object_flags(part);
        let at = (array, ARRAY_LENGTH as i32);
        let length = self.load(Opcode::Load, types::I32, flags, at);
        self.set_not_null(array);
        length
    }

    /// The address of an element; traps if there is none.
    fn array_element(&mut self, ty: TypeId, array: Value, index: Value) -> (Value, i32) {
        let mut compared = None;
        if self.is_mitigated() || !self.buffers.facts.is_in_array(array, index) {
            let length = self.array_len(array);
            let ins = self.builder.ins();
            let outside = ins.icmp(IntCC::UnsignedGreaterThanOrEqual, index, length);
            self.trap_if(outside, Trap::ArrayOutOfBounds);
            self.buffers.facts.add_in_array(array, index);
            compared = Some(outside);
        }
        let layout = self.program.object(ty);
        let offset = self.scaled(index, layout.stride);
        let address = self.builder.ins().iadd(array, offset);
        let address = match compared {
            Some(outside) => self.unless(outside, address),
            None => address,
        };
        (address, layout.bytes as i32)
    }

    /// Stores `value` in all elements of the `bytes` bytes from `start` on.
    pub fn fill_elements(
        &mut self,
        storage: StorageType,
        start: Value,
        bytes: Value,
        value: Value,
    ) {
        if storage == StorageType::I8 {
            let value = self.builder.ins().uextend(types::I64, value);
            self.call_runtime(Runtime::Memset, &[start, value, bytes], 1);
            return;
        }
        let end = self.builder.ins().iadd(start, bytes);
        let (header, body, exit) = (
            self.builder.create_block(),
            self.builder.create_block(),
            self.builder.create_block(),
        );
        let at = self.builder.append_block_param(header, types::I64);
        self.builder.ins().jump(header, &[BlockArg::Value(start)]);
        self.builder.switch_to_block(header);
        let done = self.builder.ins().icmp(IntCC::Equal, at, end);
        self.builder.ins().brif(done, exit, &[], body, &[]);
        self.builder.switch_to_block(body);
        self.builder.seal_block(body);
        self.init_field(storage, ObjectPart::Element, (at, 0), value);
        let stride = i64::from(objects::size(storage));
        let next = self.builder.ins().iadd_imm_u(at, stride);
        self.builder.ins().jump(header, &[BlockArg::Value(next)]);
        self.builder.seal_block(header);
        self.builder.switch_to_block(exit);
        self.builder.seal_block(exit);
    }
}
