//! 128-bit vectors, with a file for each family of instructions.
//!
//! WebAssembly has one vector type, CLIF one for each shape. A vector on the stack has the shape of
//! the instruction that made it. An instruction that pops it requests a shape
//! ([`FunctionLowering::pop_vector`]), and all instructions that are not for vectors (locals,
//! calls, branches, memory) use [`VECTOR`]. A change of shape emits no code.

mod comparison;
mod conversion;
mod float;
mod integer;
mod lane;
mod memory;
mod relaxed;
mod widen;

use super::emit::Emit;
use super::function::FunctionLowering;
use crate::Result;
use cranelift_codegen::ir::{
    Constant, Endianness, InstBuilder, InstructionData, MemFlagsData, Opcode, Type, Value, types,
};
use cranelift_frontend::FuncInstBuilder;
use wasmparser::Operator;

/// The shape of a vector wherever the instruction does not determine it.
pub(super) const VECTOR: Type = types::I8X16;

/// Lowers an instruction of these families.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> Result<bool> {
    Ok(integer::lower(f, op)
        || float::lower(f, op)
        || memory::lower(f, op)?
        || lane::lower(f, op)
        || comparison::lower(f, op)
        || widen::lower(f, op)
        || conversion::lower(f, op)
        || relaxed::lower(f, op))
}

type Ins<'a, 'b> = FuncInstBuilder<'a, 'b>;

/// Emits an instruction with one operand.
type Unary = fn(Ins<'_, '_>, Value) -> Value;

/// Emits an instruction with two operands.
type Binary = fn(Ins<'_, '_>, Value, Value) -> Value;

impl FunctionLowering<'_> {
    /// Pops a vector in this shape.
    fn pop_vector(&mut self, shape: Type) -> Value {
        let value = self.pop_condition();
        self.emit.reshape(value, shape)
    }

    /// Pops vectors in this shape; the first one returned is the deepest.
    fn pop_vectors<const N: usize>(&mut self, shape: Type) -> [Value; N] {
        let mut popped = [Value::from_u32(0); N];
        for value in popped.iter_mut().rev() {
            *value = self.pop_vector(shape);
        }
        popped
    }

    fn unary(&mut self, shape: Type, make: Unary) {
        let operand = self.pop_vector(shape);
        let value = make(self.emit.builder.ins(), operand);
        self.push(value);
    }

    fn binary(&mut self, shape: Type, make: Binary) {
        let [left, right] = self.pop_vectors(shape);
        let value = make(self.emit.builder.ins(), left, right);
        self.push(value);
    }
}

impl Emit<'_> {
    /// Converts a vector to another shape. Code generators match constants and the instructions
    /// that made an operand. So a constant is created in the new shape, and an intermediate shape,
    /// as of a local, is skipped.
    pub fn reshape(&mut self, value: Value, shape: Type) -> Value {
        let dfg = &self.builder.func.dfg;
        let made_by = |value| dfg.value_def(value).inst().map(|inst| dfg.insts[inst]);
        let value = match made_by(value) {
            Some(InstructionData::LoadNoOffset {
                opcode: Opcode::Bitcast,
                arg,
                ..
            }) if dfg.value_type(arg).is_vector() => arg,
            _ => value,
        };
        if dfg.value_type(value) == shape {
            return value;
        }
        if let Some(InstructionData::UnaryConst {
            opcode: Opcode::Vconst,
            constant_handle,
        }) = made_by(value)
        {
            return self.builder.ins().vconst(shape, constant_handle);
        }
        let flags = MemFlagsData::new().with_endianness(Endianness::Little);
        self.builder.ins().bitcast(shape, flags, value)
    }

    /// A constant vector.
    pub fn vector(&mut self, shape: Type, bytes: [u8; 16]) -> Value {
        let pool = &mut self.builder.func.dfg.constants;
        let handle: Constant = pool.insert(bytes.as_slice().into());
        self.builder.ins().vconst(shape, handle)
    }
}
