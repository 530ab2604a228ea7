//! Vectors of integers that become wider or narrower: extension, extended products and sums,
//! narrowing.

use super::super::function::FunctionLowering;
use super::{Binary, Unary};
use cranelift_codegen::ir::types::{I8X16, I16X8, I32X4};
use cranelift_codegen::ir::{InstBuilder, Type, Value};
use wasmparser::Operator;

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    if let Some((shape, make)) = extension(op) {
        f.unary(shape, make);
    } else if let Some((shape, make)) = narrowing(op) {
        f.binary(shape, make);
    } else if let Some((shape, widen)) = product(op) {
        let [left, right] = f.pop_vectors(shape);
        let value = f.product(left, right, widen);
        f.push(value);
    } else {
        return sum(f, op);
    }
    true
}

fn extension(op: &Operator<'_>) -> Option<(Type, Unary)> {
    Some(match op {
        Operator::I16x8ExtendLowI8x16S => (I8X16, |i, a| i.swiden_low(a)),
        Operator::I16x8ExtendLowI8x16U => (I8X16, |i, a| i.uwiden_low(a)),
        Operator::I16x8ExtendHighI8x16S => (I8X16, |i, a| i.swiden_high(a)),
        Operator::I16x8ExtendHighI8x16U => (I8X16, |i, a| i.uwiden_high(a)),
        Operator::I32x4ExtendLowI16x8S => (I16X8, |i, a| i.swiden_low(a)),
        Operator::I32x4ExtendLowI16x8U => (I16X8, |i, a| i.uwiden_low(a)),
        Operator::I32x4ExtendHighI16x8S => (I16X8, |i, a| i.swiden_high(a)),
        Operator::I32x4ExtendHighI16x8U => (I16X8, |i, a| i.uwiden_high(a)),
        Operator::I64x2ExtendLowI32x4S => (I32X4, |i, a| i.swiden_low(a)),
        Operator::I64x2ExtendLowI32x4U => (I32X4, |i, a| i.uwiden_low(a)),
        Operator::I64x2ExtendHighI32x4S => (I32X4, |i, a| i.swiden_high(a)),
        Operator::I64x2ExtendHighI32x4U => (I32X4, |i, a| i.uwiden_high(a)),
        _ => return None,
    })
}

/// The shape of the operands, and how the multiplied half of each is widened.
fn product(op: &Operator<'_>) -> Option<(Type, Unary)> {
    Some(match op {
        Operator::I16x8ExtMulLowI8x16S => (I8X16, |i, a| i.swiden_low(a)),
        Operator::I16x8ExtMulLowI8x16U => (I8X16, |i, a| i.uwiden_low(a)),
        Operator::I16x8ExtMulHighI8x16S => (I8X16, |i, a| i.swiden_high(a)),
        Operator::I16x8ExtMulHighI8x16U => (I8X16, |i, a| i.uwiden_high(a)),
        Operator::I32x4ExtMulLowI16x8S => (I16X8, |i, a| i.swiden_low(a)),
        Operator::I32x4ExtMulLowI16x8U => (I16X8, |i, a| i.uwiden_low(a)),
        Operator::I32x4ExtMulHighI16x8S => (I16X8, |i, a| i.swiden_high(a)),
        Operator::I32x4ExtMulHighI16x8U => (I16X8, |i, a| i.uwiden_high(a)),
        Operator::I64x2ExtMulLowI32x4S => (I32X4, |i, a| i.swiden_low(a)),
        Operator::I64x2ExtMulLowI32x4U => (I32X4, |i, a| i.uwiden_low(a)),
        Operator::I64x2ExtMulHighI32x4S => (I32X4, |i, a| i.swiden_high(a)),
        Operator::I64x2ExtMulHighI32x4U => (I32X4, |i, a| i.uwiden_high(a)),
        _ => return None,
    })
}

fn narrowing(op: &Operator<'_>) -> Option<(Type, Binary)> {
    Some(match op {
        Operator::I8x16NarrowI16x8S => (I16X8, |i, a, b| i.snarrow(a, b)),
        Operator::I8x16NarrowI16x8U => (I16X8, |i, a, b| i.unarrow(a, b)),
        Operator::I16x8NarrowI32x4S => (I32X4, |i, a, b| i.snarrow(a, b)),
        Operator::I16x8NarrowI32x4U => (I32X4, |i, a, b| i.unarrow(a, b)),
        _ => return None,
    })
}

fn sum(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    let (shape, low, high): (Type, Unary, Unary) = match op {
        Operator::I16x8ExtAddPairwiseI8x16S => {
            (I8X16, |i, a| i.swiden_low(a), |i, a| i.swiden_high(a))
        }
        Operator::I16x8ExtAddPairwiseI8x16U => {
            (I8X16, |i, a| i.uwiden_low(a), |i, a| i.uwiden_high(a))
        }
        Operator::I32x4ExtAddPairwiseI16x8S => {
            (I16X8, |i, a| i.swiden_low(a), |i, a| i.swiden_high(a))
        }
        Operator::I32x4ExtAddPairwiseI16x8U => {
            (I16X8, |i, a| i.uwiden_low(a), |i, a| i.uwiden_high(a))
        }
        Operator::I32x4DotI16x8S => {
            let [left, right] = f.pop_vectors(I16X8);
            let value = f.dot_product(left, right);
            f.push(value);
            return true;
        }
        _ => return false,
    };
    let operand = f.pop_vector(shape);
    let low = low(f.emit.builder.ins(), operand);
    let high = high(f.emit.builder.ins(), operand);
    let value = f.emit.builder.ins().iadd_pairwise(low, high);
    f.push(value);
    true
}

impl FunctionLowering<'_> {
    /// The products of halves, without overflow.
    fn product(&mut self, left: Value, right: Value, widen: Unary) -> Value {
        let left = widen(self.emit.builder.ins(), left);
        let right = widen(self.emit.builder.ins(), right);
        self.emit.builder.ins().imul(left, right)
    }

    /// The signed products, added in pairs.
    pub(super) fn dot_product(&mut self, left: Value, right: Value) -> Value {
        let low = self.product(left, right, |i, a| i.swiden_low(a));
        let high = self.product(left, right, |i, a| i.swiden_high(a));
        self.emit.builder.ins().iadd_pairwise(low, high)
    }
}
