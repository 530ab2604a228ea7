//! Vectors of floats: arithmetic, rounding, minimum and maximum.

use super::super::function::FunctionLowering;
use super::{Binary, Unary};
use cranelift_codegen::ir::condcodes::FloatCC;
use cranelift_codegen::ir::types::{F32X4, F64X2};
use cranelift_codegen::ir::{InstBuilder, Type};
use wasmparser::Operator;

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    if let Some((shape, make)) = binary(op) {
        f.binary(shape, make);
    } else if let Some((shape, make)) = unary(op) {
        f.unary(shape, make);
    } else {
        match op {
            Operator::F32x4PMin => f.pseudo_minimum(F32X4),
            Operator::F64x2PMin => f.pseudo_minimum(F64X2),
            Operator::F32x4PMax => f.pseudo_maximum(F32X4),
            Operator::F64x2PMax => f.pseudo_maximum(F64X2),
            _ => return false,
        }
    }
    true
}

fn binary(op: &Operator<'_>) -> Option<(Type, Binary)> {
    Some(match op {
        Operator::F32x4Add => (F32X4, |i, a, b| i.fadd(a, b)),
        Operator::F32x4Sub => (F32X4, |i, a, b| i.fsub(a, b)),
        Operator::F32x4Mul => (F32X4, |i, a, b| i.fmul(a, b)),
        Operator::F32x4Div => (F32X4, |i, a, b| i.fdiv(a, b)),
        Operator::F32x4Min => (F32X4, |i, a, b| i.fmin(a, b)),
        Operator::F32x4Max => (F32X4, |i, a, b| i.fmax(a, b)),
        Operator::F64x2Add => (F64X2, |i, a, b| i.fadd(a, b)),
        Operator::F64x2Sub => (F64X2, |i, a, b| i.fsub(a, b)),
        Operator::F64x2Mul => (F64X2, |i, a, b| i.fmul(a, b)),
        Operator::F64x2Div => (F64X2, |i, a, b| i.fdiv(a, b)),
        Operator::F64x2Min => (F64X2, |i, a, b| i.fmin(a, b)),
        Operator::F64x2Max => (F64X2, |i, a, b| i.fmax(a, b)),
        _ => return None,
    })
}

fn unary(op: &Operator<'_>) -> Option<(Type, Unary)> {
    Some(match op {
        Operator::F32x4Ceil => (F32X4, |i, a| i.ceil(a)),
        Operator::F32x4Floor => (F32X4, |i, a| i.floor(a)),
        Operator::F32x4Trunc => (F32X4, |i, a| i.trunc(a)),
        Operator::F32x4Nearest => (F32X4, |i, a| i.nearest(a)),
        Operator::F32x4Abs => (F32X4, |i, a| i.fabs(a)),
        Operator::F32x4Neg => (F32X4, |i, a| i.fneg(a)),
        Operator::F32x4Sqrt => (F32X4, |i, a| i.sqrt(a)),
        Operator::F64x2Ceil => (F64X2, |i, a| i.ceil(a)),
        Operator::F64x2Floor => (F64X2, |i, a| i.floor(a)),
        Operator::F64x2Trunc => (F64X2, |i, a| i.trunc(a)),
        Operator::F64x2Nearest => (F64X2, |i, a| i.nearest(a)),
        Operator::F64x2Abs => (F64X2, |i, a| i.fabs(a)),
        Operator::F64x2Neg => (F64X2, |i, a| i.fneg(a)),
        Operator::F64x2Sqrt => (F64X2, |i, a| i.sqrt(a)),
        _ => return None,
    })
}

/// The pseudo-minimum is `b < a ? b : a`, the pseudo-maximum `a < b ? b : a`. x86-64 has
/// instructions with these semantics, and Cranelift's backend matches these exact patterns.
impl FunctionLowering<'_> {
    pub(super) fn pseudo_minimum(&mut self, shape: Type) {
        let [a, b] = self.pop_vectors(shape);
        let less = self.emit.builder.ins().fcmp(FloatCC::LessThan, b, a);
        let less = self.emit.reshape(less, shape);
        let value = self.emit.builder.ins().bitselect(less, b, a);
        self.push(value);
    }

    pub(super) fn pseudo_maximum(&mut self, shape: Type) {
        let [a, b] = self.pop_vectors(shape);
        let less = self.emit.builder.ins().fcmp(FloatCC::LessThan, a, b);
        let less = self.emit.reshape(less, shape);
        let value = self.emit.builder.ins().bitselect(less, b, a);
        self.push(value);
    }
}
