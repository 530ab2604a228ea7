//! Vectors of 128 bits, a file for each family of instructions.
//!
//! WebAssembly has one vector type, CLIF one for each shape. On the stack a vector has the shape that
//! the instruction gave it which made it; whoever takes it wants a shape ([`FunctionLowering::pop_vector`]), and all that
//! is no vector instruction (locals, calls, branches, memory) takes [`VECTOR`]. A change of shape is no code.

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

/// The shape that a vector has wherever its shape is not known from the instruction.
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

/// What makes an instruction of one operand.
type Unary = fn(Ins<'_, '_>, Value) -> Value;

/// What makes an instruction of two operands.
type Binary = fn(Ins<'_, '_>, Value, Value) -> Value;

impl FunctionLowering<'_> {
    /// Takes a vector off the stack, in this shape.
    fn pop_vector(&mut self, shape: Type) -> Value {
        let value = self.pop_condition();
        self.emit.reshape(value, shape)
    }

    /// Takes vectors off the stack, in this shape; the first of them is the deepest.
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
    /// A vector in another shape. Code generators look for constants and for what an operand was made by: constants
    /// get the shape themselves, and a shape that was only taken on for a local is skipped.
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
