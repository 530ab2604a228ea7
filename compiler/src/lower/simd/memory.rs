//! Loads and stores of vectors and of their lanes.

use super::super::function::FunctionLowering;
use super::VECTOR;
use crate::Result;
use cranelift_codegen::ir::types::{I8X16, I16X8, I32X4, I64X2};
use cranelift_codegen::ir::{InstBuilder, Opcode, Type};
use wasmparser::{MemArg, Operator};

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> Result<bool> {
    match op {
        Operator::V128Load { memarg } => f.load(memarg, Opcode::Load, VECTOR, 16),
        Operator::V128Store { memarg } => f.store(memarg, Opcode::Store, 16),
        Operator::V128Load8x8S { memarg } => f.load(memarg, Opcode::Sload8x8, I16X8, 8),
        Operator::V128Load8x8U { memarg } => f.load(memarg, Opcode::Uload8x8, I16X8, 8),
        Operator::V128Load16x4S { memarg } => f.load(memarg, Opcode::Sload16x4, I32X4, 8),
        Operator::V128Load16x4U { memarg } => f.load(memarg, Opcode::Uload16x4, I32X4, 8),
        Operator::V128Load32x2S { memarg } => f.load(memarg, Opcode::Sload32x2, I64X2, 8),
        Operator::V128Load32x2U { memarg } => f.load(memarg, Opcode::Uload32x2, I64X2, 8),
        Operator::V128Load8Splat { memarg } => f.load_splat(memarg, I8X16),
        Operator::V128Load16Splat { memarg } => f.load_splat(memarg, I16X8),
        Operator::V128Load32Splat { memarg } => f.load_splat(memarg, I32X4),
        Operator::V128Load64Splat { memarg } => f.load_splat(memarg, I64X2),
        Operator::V128Load32Zero { memarg } => f.load_zero(memarg, I32X4),
        Operator::V128Load64Zero { memarg } => f.load_zero(memarg, I64X2),
        Operator::V128Load8Lane { memarg, lane } => f.load_lane(memarg, I8X16, *lane),
        Operator::V128Load16Lane { memarg, lane } => f.load_lane(memarg, I16X8, *lane),
        Operator::V128Load32Lane { memarg, lane } => f.load_lane(memarg, I32X4, *lane),
        Operator::V128Load64Lane { memarg, lane } => f.load_lane(memarg, I64X2, *lane),
        Operator::V128Store8Lane { memarg, lane } => f.store_lane(memarg, I8X16, *lane),
        Operator::V128Store16Lane { memarg, lane } => f.store_lane(memarg, I16X8, *lane),
        Operator::V128Store32Lane { memarg, lane } => f.store_lane(memarg, I32X4, *lane),
        Operator::V128Store64Lane { memarg, lane } => f.store_lane(memarg, I64X2, *lane),
        _ => return Ok(false),
    }?;
    Ok(true)
}

impl FunctionLowering<'_> {
    /// Replaces the index on the stack by the loaded lane of `shape`.
    fn load_scalar(&mut self, memarg: &MemArg, shape: Type) -> Result<()> {
        let lane = shape.lane_type();
        self.load(memarg, Opcode::Load, lane, lane.bytes().into())
    }

    fn load_splat(&mut self, memarg: &MemArg, shape: Type) -> Result<()> {
        self.load_scalar(memarg, shape)?;
        let lane = self.pop_condition();
        let value = self.emit.builder.ins().splat(shape, lane);
        self.push(value);
        Ok(())
    }

    fn load_zero(&mut self, memarg: &MemArg, shape: Type) -> Result<()> {
        self.load_scalar(memarg, shape)?;
        let lane = self.pop_condition();
        let value = self.emit.builder.ins().scalar_to_vector(shape, lane);
        self.push(value);
        Ok(())
    }

    fn load_lane(&mut self, memarg: &MemArg, shape: Type, lane: u8) -> Result<()> {
        let vector = self.pop_vector(shape);
        self.load_scalar(memarg, shape)?;
        let value = self.pop_condition();
        let value = self.emit.builder.ins().insertlane(vector, value, lane);
        self.push(value);
        Ok(())
    }

    fn store_lane(&mut self, memarg: &MemArg, shape: Type, lane: u8) -> Result<()> {
        let vector = self.pop_vector(shape);
        let value = self.emit.builder.ins().extractlane(vector, lane);
        self.store_value(
            memarg,
            Opcode::Store,
            value,
            shape.lane_type().bytes().into(),
        )
    }
}
