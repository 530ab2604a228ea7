//! Vectors of integers: arithmetic, bitwise operations, shifts, tests.

use super::super::function::FunctionLowering;
use super::{Binary, Unary};
use cranelift_codegen::ir::types::{I8X16, I16X8, I32, I32X4, I64X2};
use cranelift_codegen::ir::{InstBuilder, Type};
use wasmparser::Operator;

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    if let Some((shape, make)) = arithmetic(op)
        .or_else(|| saturating(op))
        .or_else(|| extremum(op))
    {
        f.binary(shape, make);
    } else if let Some((shape, make)) = unary(op) {
        f.unary(shape, make);
    } else if let Some((shape, make)) = shift(op) {
        let amount = f.pop();
        let vector = f.pop_vector(shape);
        let value = make(f.emit.builder.ins(), vector, amount);
        f.push(value);
    } else if let Operator::V128Bitselect = op {
        let [yes, no, mask] = f.pop_vectors(I8X16);
        let value = f.emit.builder.ins().bitselect(mask, yes, no);
        f.push(value);
    } else {
        return false;
    }
    true
}

fn arithmetic(op: &Operator<'_>) -> Option<(Type, Binary)> {
    Some(match op {
        Operator::I8x16Add => (I8X16, |i, a, b| i.iadd(a, b)),
        Operator::I8x16Sub => (I8X16, |i, a, b| i.isub(a, b)),
        Operator::I16x8Add => (I16X8, |i, a, b| i.iadd(a, b)),
        Operator::I16x8Sub => (I16X8, |i, a, b| i.isub(a, b)),
        Operator::I16x8Mul => (I16X8, |i, a, b| i.imul(a, b)),
        Operator::I32x4Add => (I32X4, |i, a, b| i.iadd(a, b)),
        Operator::I32x4Sub => (I32X4, |i, a, b| i.isub(a, b)),
        Operator::I32x4Mul => (I32X4, |i, a, b| i.imul(a, b)),
        Operator::I64x2Add => (I64X2, |i, a, b| i.iadd(a, b)),
        Operator::I64x2Sub => (I64X2, |i, a, b| i.isub(a, b)),
        Operator::I64x2Mul => (I64X2, |i, a, b| i.imul(a, b)),
        Operator::V128And => (I8X16, |i, a, b| i.band(a, b)),
        Operator::V128AndNot => (I8X16, |i, a, b| i.band_not(a, b)),
        Operator::V128Or => (I8X16, |i, a, b| i.bor(a, b)),
        Operator::V128Xor => (I8X16, |i, a, b| i.bxor(a, b)),
        _ => return None,
    })
}

fn saturating(op: &Operator<'_>) -> Option<(Type, Binary)> {
    Some(match op {
        Operator::I8x16AddSatS => (I8X16, |i, a, b| i.sadd_sat(a, b)),
        Operator::I8x16AddSatU => (I8X16, |i, a, b| i.uadd_sat(a, b)),
        Operator::I8x16SubSatS => (I8X16, |i, a, b| i.ssub_sat(a, b)),
        Operator::I8x16SubSatU => (I8X16, |i, a, b| i.usub_sat(a, b)),
        Operator::I8x16AvgrU => (I8X16, |i, a, b| i.avg_round(a, b)),
        Operator::I16x8AddSatS => (I16X8, |i, a, b| i.sadd_sat(a, b)),
        Operator::I16x8AddSatU => (I16X8, |i, a, b| i.uadd_sat(a, b)),
        Operator::I16x8SubSatS => (I16X8, |i, a, b| i.ssub_sat(a, b)),
        Operator::I16x8SubSatU => (I16X8, |i, a, b| i.usub_sat(a, b)),
        Operator::I16x8AvgrU => (I16X8, |i, a, b| i.avg_round(a, b)),
        Operator::I16x8Q15MulrSatS => (I16X8, |i, a, b| i.sqmul_round_sat(a, b)),
        _ => return None,
    })
}

fn extremum(op: &Operator<'_>) -> Option<(Type, Binary)> {
    Some(match op {
        Operator::I8x16MinS => (I8X16, |i, a, b| i.smin(a, b)),
        Operator::I8x16MinU => (I8X16, |i, a, b| i.umin(a, b)),
        Operator::I8x16MaxS => (I8X16, |i, a, b| i.smax(a, b)),
        Operator::I8x16MaxU => (I8X16, |i, a, b| i.umax(a, b)),
        Operator::I16x8MinS => (I16X8, |i, a, b| i.smin(a, b)),
        Operator::I16x8MinU => (I16X8, |i, a, b| i.umin(a, b)),
        Operator::I16x8MaxS => (I16X8, |i, a, b| i.smax(a, b)),
        Operator::I16x8MaxU => (I16X8, |i, a, b| i.umax(a, b)),
        Operator::I32x4MinS => (I32X4, |i, a, b| i.smin(a, b)),
        Operator::I32x4MinU => (I32X4, |i, a, b| i.umin(a, b)),
        Operator::I32x4MaxS => (I32X4, |i, a, b| i.smax(a, b)),
        Operator::I32x4MaxU => (I32X4, |i, a, b| i.umax(a, b)),
        _ => return None,
    })
}

/// Truth values among the results have 8 bits on the stack, as those of comparisons do.
fn unary(op: &Operator<'_>) -> Option<(Type, Unary)> {
    Some(match op {
        Operator::I8x16Abs => (I8X16, |i, a| i.iabs(a)),
        Operator::I8x16Neg => (I8X16, |i, a| i.ineg(a)),
        Operator::I8x16AllTrue => (I8X16, |i, a| i.vall_true(a)),
        Operator::I16x8Abs => (I16X8, |i, a| i.iabs(a)),
        Operator::I16x8Neg => (I16X8, |i, a| i.ineg(a)),
        Operator::I16x8AllTrue => (I16X8, |i, a| i.vall_true(a)),
        Operator::I32x4Abs => (I32X4, |i, a| i.iabs(a)),
        Operator::I32x4Neg => (I32X4, |i, a| i.ineg(a)),
        Operator::I32x4AllTrue => (I32X4, |i, a| i.vall_true(a)),
        Operator::I64x2Abs => (I64X2, |i, a| i.iabs(a)),
        Operator::I64x2Neg => (I64X2, |i, a| i.ineg(a)),
        Operator::I64x2AllTrue => (I64X2, |i, a| i.vall_true(a)),
        Operator::I8x16Popcnt => (I8X16, |i, a| i.popcnt(a)),
        Operator::V128Not => (I8X16, |i, a| i.bnot(a)),
        Operator::V128AnyTrue => (I8X16, |i, a| i.vany_true(a)),
        Operator::I8x16Bitmask => (I8X16, |i, a| i.vhigh_bits(I32, a)),
        Operator::I16x8Bitmask => (I16X8, |i, a| i.vhigh_bits(I32, a)),
        Operator::I32x4Bitmask => (I32X4, |i, a| i.vhigh_bits(I32, a)),
        Operator::I64x2Bitmask => (I64X2, |i, a| i.vhigh_bits(I32, a)),
        _ => return None,
    })
}

/// CLIF takes the amount modulo the width of a lane, as WebAssembly does.
fn shift(op: &Operator<'_>) -> Option<(Type, Binary)> {
    Some(match op {
        Operator::I8x16Shl => (I8X16, |i, a, b| i.ishl(a, b)),
        Operator::I8x16ShrS => (I8X16, |i, a, b| i.sshr(a, b)),
        Operator::I8x16ShrU => (I8X16, |i, a, b| i.ushr(a, b)),
        Operator::I16x8Shl => (I16X8, |i, a, b| i.ishl(a, b)),
        Operator::I16x8ShrS => (I16X8, |i, a, b| i.sshr(a, b)),
        Operator::I16x8ShrU => (I16X8, |i, a, b| i.ushr(a, b)),
        Operator::I32x4Shl => (I32X4, |i, a, b| i.ishl(a, b)),
        Operator::I32x4ShrS => (I32X4, |i, a, b| i.sshr(a, b)),
        Operator::I32x4ShrU => (I32X4, |i, a, b| i.ushr(a, b)),
        Operator::I64x2Shl => (I64X2, |i, a, b| i.ishl(a, b)),
        Operator::I64x2ShrS => (I64X2, |i, a, b| i.sshr(a, b)),
        Operator::I64x2ShrU => (I64X2, |i, a, b| i.ushr(a, b)),
        _ => return None,
    })
}
