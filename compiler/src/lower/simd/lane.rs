//! Creation of vectors, and their lanes: constants, splat, extraction, replacement, shuffles.

use super::super::function::FunctionLowering;
use cranelift_codegen::ir::types::{F32X4, F64X2, I8, I8X16, I16, I16X8, I32, I32X4, I64X2};
use cranelift_codegen::ir::{InstBuilder, Type, Value};
use wasmparser::Operator;

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    match op {
        Operator::V128Const { value } => {
            let value = f.emit.vector(I8X16, *value.bytes());
            f.push(value);
        }
        Operator::I8x16Shuffle { lanes } => {
            let [left, right] = f.pop_vectors(I8X16);
            let lanes = lanes.as_slice().into();
            let lanes = f.emit.builder.func.dfg.immediates.push(lanes);
            let value = f.emit.builder.ins().shuffle(left, right, lanes);
            f.push(value);
        }
        Operator::I8x16Swizzle => f.binary(I8X16, |i, a, b| i.swizzle(a, b)),
        _ => return splat(f, op) || extract(f, op) || replace(f, op),
    }
    true
}

fn splat(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    let shape = match op {
        Operator::I8x16Splat => I8X16,
        Operator::I16x8Splat => I16X8,
        Operator::I32x4Splat => I32X4,
        Operator::I64x2Splat => I64X2,
        Operator::F32x4Splat => F32X4,
        Operator::F64x2Splat => F64X2,
        _ => return false,
    };
    let lane = f.pop_lane(shape);
    let value = f.emit.builder.ins().splat(shape, lane);
    f.push(value);
    true
}

fn extract(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    let (shape, lane) = match op {
        Operator::I8x16ExtractLaneS { lane } | Operator::I8x16ExtractLaneU { lane } => {
            (I8X16, *lane)
        }
        Operator::I16x8ExtractLaneS { lane } | Operator::I16x8ExtractLaneU { lane } => {
            (I16X8, *lane)
        }
        Operator::I32x4ExtractLane { lane } => (I32X4, *lane),
        Operator::I64x2ExtractLane { lane } => (I64X2, *lane),
        Operator::F32x4ExtractLane { lane } => (F32X4, *lane),
        Operator::F64x2ExtractLane { lane } => (F64X2, *lane),
        _ => return false,
    };
    let vector = f.pop_vector(shape);
    let value = f.emit.builder.ins().extractlane(vector, lane);
    let ins = f.emit.builder.ins();
    let value = match op {
        Operator::I8x16ExtractLaneS { .. } | Operator::I16x8ExtractLaneS { .. } => {
            ins.sextend(I32, value)
        }
        Operator::I8x16ExtractLaneU { .. } | Operator::I16x8ExtractLaneU { .. } => {
            ins.uextend(I32, value)
        }
        _ => value,
    };
    f.push(value);
    true
}

fn replace(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    let (shape, lane) = match op {
        Operator::I8x16ReplaceLane { lane } => (I8X16, *lane),
        Operator::I16x8ReplaceLane { lane } => (I16X8, *lane),
        Operator::I32x4ReplaceLane { lane } => (I32X4, *lane),
        Operator::I64x2ReplaceLane { lane } => (I64X2, *lane),
        Operator::F32x4ReplaceLane { lane } => (F32X4, *lane),
        Operator::F64x2ReplaceLane { lane } => (F64X2, *lane),
        _ => return false,
    };
    let value = f.pop_lane(shape);
    let vector = f.pop_vector(shape);
    let value = f.emit.builder.ins().insertlane(vector, value, lane);
    f.push(value);
    true
}

impl FunctionLowering<'_> {
    /// Pops a scalar and converts it to the width of a lane of `shape`.
    fn pop_lane(&mut self, shape: Type) -> Value {
        let value = self.pop();
        match shape.lane_type() {
            narrow @ (I8 | I16) => self.emit.builder.ins().ireduce(narrow, value),
            _ => value,
        }
    }
}
