//! Conversions of vectors between integers and floats, and between floats.

use super::super::function::FunctionLowering;
use super::Unary;
use cranelift_codegen::ir::types::{F32X4, F64X2, I32X4, I64X2};
use cranelift_codegen::ir::{InstBuilder, Type, Value};
use wasmparser::Operator;

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    if let Some((shape, make)) = unary(op) {
        f.unary(shape, make);
        return true;
    }
    match op {
        Operator::F64x2ConvertLowI32x4S => {
            let operand = f.pop_vector(I32X4);
            let wide = f.emit.builder.ins().swiden_low(operand);
            let value = f.emit.builder.ins().fcvt_from_sint(F64X2, wide);
            f.push(value);
        }
        Operator::F64x2ConvertLowI32x4U => {
            let operand = f.pop_vector(I32X4);
            let wide = f.emit.builder.ins().uwiden_low(operand);
            let value = f.emit.builder.ins().fcvt_from_uint(F64X2, wide);
            f.push(value);
        }
        Operator::I32x4TruncSatF64x2SZero => {
            let operand = f.pop_vector(F64X2);
            let wide = f.emit.builder.ins().fcvt_to_sint_sat(I64X2, operand);
            f.narrow_signed(wide);
        }
        Operator::I32x4TruncSatF64x2UZero => f.truncate_unsigned_doubles(),
        _ => return false,
    }
    true
}

fn unary(op: &Operator<'_>) -> Option<(Type, Unary)> {
    Some(match op {
        Operator::F32x4ConvertI32x4S => (I32X4, |i, a| i.fcvt_from_sint(F32X4, a)),
        Operator::F32x4ConvertI32x4U => (I32X4, |i, a| i.fcvt_from_uint(F32X4, a)),
        Operator::I32x4TruncSatF32x4S => (F32X4, |i, a| i.fcvt_to_sint_sat(I32X4, a)),
        Operator::I32x4TruncSatF32x4U => (F32X4, |i, a| i.fcvt_to_uint_sat(I32X4, a)),
        Operator::F64x2PromoteLowF32x4 => (F32X4, |i, a| i.fvpromote_low(a)),
        Operator::F32x4DemoteF64x2Zero => (F64X2, |i, a| i.fvdemote(a)),
        _ => return None,
    })
}

/// Cranelift compiles these narrowing instructions only together with the conversion before them.
impl FunctionLowering<'_> {
    /// Narrows two words to the low lanes, signed and saturating, and sets the high lanes to zero.
    pub(super) fn narrow_signed(&mut self, wide: Value) {
        let zero = self.emit.vector(I64X2, [0; 16]);
        let value = self.emit.builder.ins().snarrow(wide, zero);
        self.push(value);
    }

    /// `i32x4.trunc_sat_f64x2_u_zero`.
    pub(super) fn truncate_unsigned_doubles(&mut self) {
        let operand = self.pop_vector(F64X2);
        let wide = self.emit.builder.ins().fcvt_to_uint_sat(I64X2, operand);
        let zero = self.emit.vector(I64X2, [0; 16]);
        let value = self.emit.builder.ins().uunarrow(wide, zero);
        self.push(value);
    }
}
