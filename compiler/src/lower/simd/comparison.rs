//! Comparisons of vectors: all bits of a lane are ones if the comparison holds.

use super::super::function::FunctionLowering;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F32X4, F64X2, I8X16, I16X8, I32X4, I64X2};
use cranelift_codegen::ir::{InstBuilder, Type};
use wasmparser::Operator;

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    let value = if let Some((shape, cc)) = integer(op) {
        let [left, right] = f.pop_vectors(shape);
        f.emit.builder.ins().icmp(cc, left, right)
    } else if let Some((shape, cc)) = float(op) {
        let [left, right] = f.pop_vectors(shape);
        f.emit.builder.ins().fcmp(cc, left, right)
    } else {
        return false;
    };
    f.push(value);
    true
}

fn integer(op: &Operator<'_>) -> Option<(Type, IntCC)> {
    use IntCC::{
        Equal, NotEqual, SignedGreaterThan, SignedGreaterThanOrEqual, SignedLessThan,
        SignedLessThanOrEqual, UnsignedGreaterThan, UnsignedGreaterThanOrEqual, UnsignedLessThan,
        UnsignedLessThanOrEqual,
    };
    Some(match op {
        Operator::I8x16Eq => (I8X16, Equal),
        Operator::I8x16Ne => (I8X16, NotEqual),
        Operator::I8x16LtS => (I8X16, SignedLessThan),
        Operator::I8x16LtU => (I8X16, UnsignedLessThan),
        Operator::I8x16GtS => (I8X16, SignedGreaterThan),
        Operator::I8x16GtU => (I8X16, UnsignedGreaterThan),
        Operator::I8x16LeS => (I8X16, SignedLessThanOrEqual),
        Operator::I8x16LeU => (I8X16, UnsignedLessThanOrEqual),
        Operator::I8x16GeS => (I8X16, SignedGreaterThanOrEqual),
        Operator::I8x16GeU => (I8X16, UnsignedGreaterThanOrEqual),
        Operator::I16x8Eq => (I16X8, Equal),
        Operator::I16x8Ne => (I16X8, NotEqual),
        Operator::I16x8LtS => (I16X8, SignedLessThan),
        Operator::I16x8LtU => (I16X8, UnsignedLessThan),
        Operator::I16x8GtS => (I16X8, SignedGreaterThan),
        Operator::I16x8GtU => (I16X8, UnsignedGreaterThan),
        Operator::I16x8LeS => (I16X8, SignedLessThanOrEqual),
        Operator::I16x8LeU => (I16X8, UnsignedLessThanOrEqual),
        Operator::I16x8GeS => (I16X8, SignedGreaterThanOrEqual),
        Operator::I16x8GeU => (I16X8, UnsignedGreaterThanOrEqual),
        Operator::I32x4Eq => (I32X4, Equal),
        Operator::I32x4Ne => (I32X4, NotEqual),
        Operator::I32x4LtS => (I32X4, SignedLessThan),
        Operator::I32x4LtU => (I32X4, UnsignedLessThan),
        Operator::I32x4GtS => (I32X4, SignedGreaterThan),
        Operator::I32x4GtU => (I32X4, UnsignedGreaterThan),
        Operator::I32x4LeS => (I32X4, SignedLessThanOrEqual),
        Operator::I32x4LeU => (I32X4, UnsignedLessThanOrEqual),
        Operator::I32x4GeS => (I32X4, SignedGreaterThanOrEqual),
        Operator::I32x4GeU => (I32X4, UnsignedGreaterThanOrEqual),
        Operator::I64x2Eq => (I64X2, Equal),
        Operator::I64x2Ne => (I64X2, NotEqual),
        Operator::I64x2LtS => (I64X2, SignedLessThan),
        Operator::I64x2GtS => (I64X2, SignedGreaterThan),
        Operator::I64x2LeS => (I64X2, SignedLessThanOrEqual),
        Operator::I64x2GeS => (I64X2, SignedGreaterThanOrEqual),
        _ => return None,
    })
}

fn float(op: &Operator<'_>) -> Option<(Type, FloatCC)> {
    use FloatCC::{Equal, GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual, NotEqual};
    Some(match op {
        Operator::F32x4Eq => (F32X4, Equal),
        Operator::F32x4Ne => (F32X4, NotEqual),
        Operator::F32x4Lt => (F32X4, LessThan),
        Operator::F32x4Gt => (F32X4, GreaterThan),
        Operator::F32x4Le => (F32X4, LessThanOrEqual),
        Operator::F32x4Ge => (F32X4, GreaterThanOrEqual),
        Operator::F64x2Eq => (F64X2, Equal),
        Operator::F64x2Ne => (F64X2, NotEqual),
        Operator::F64x2Lt => (F64X2, LessThan),
        Operator::F64x2Gt => (F64X2, GreaterThan),
        Operator::F64x2Le => (F64X2, LessThanOrEqual),
        Operator::F64x2Ge => (F64X2, GreaterThanOrEqual),
        _ => return None,
    })
}
