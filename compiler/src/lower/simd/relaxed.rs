//! The relaxed instructions, whose results may depend on the CPU.
//!
//! [`RelaxedSimd::Deterministic`] uses the result that the deterministic profile requires.
//! Otherwise the choice depends only on the target, never on the operands: a program is consistent
//! in itself.

use super::super::function::FunctionLowering;
use super::super::symbol::Runtime;
use crate::program::RelaxedSimd;
use cranelift_codegen::ir::types::{F32X4, F64X2, I8X16, I16X8, I32X4, I64X2};
use cranelift_codegen::ir::{InstBuilder, Type, Value, types};
use wasmparser::Operator;

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    match op {
        Operator::F32x4RelaxedMadd => f.multiply_add(F32X4, false),
        Operator::F64x2RelaxedMadd => f.multiply_add(F64X2, false),
        Operator::F32x4RelaxedNmadd => f.multiply_add(F32X4, true),
        Operator::F64x2RelaxedNmadd => f.multiply_add(F64X2, true),
        Operator::F32x4RelaxedMin => f.relaxed_minimum(F32X4),
        Operator::F64x2RelaxedMin => f.relaxed_minimum(F64X2),
        Operator::F32x4RelaxedMax => f.relaxed_maximum(F32X4),
        Operator::F64x2RelaxedMax => f.relaxed_maximum(F64X2),
        Operator::I8x16RelaxedLaneselect => f.select_lanes(I8X16),
        Operator::I16x8RelaxedLaneselect => f.select_lanes(I16X8),
        Operator::I32x4RelaxedLaneselect => f.select_lanes(I32X4),
        Operator::I64x2RelaxedLaneselect => f.select_lanes(I64X2),
        Operator::I8x16RelaxedSwizzle if f.relaxed() && f.emit.isa.has_x86_pshufb_lowering() => {
            f.binary(I8X16, |i, a, b| i.x86_pshufb(a, b));
        }
        Operator::I8x16RelaxedSwizzle => f.binary(I8X16, |i, a, b| i.swizzle(a, b)),
        Operator::I16x8RelaxedQ15mulrS if f.relaxed() && f.emit.isa.has_x86_pmulhrsw_lowering() => {
            f.binary(I16X8, |i, a, b| i.x86_pmulhrsw(a, b));
        }
        Operator::I16x8RelaxedQ15mulrS => f.binary(I16X8, |i, a, b| i.sqmul_round_sat(a, b)),
        Operator::I16x8RelaxedDotI8x16I7x16S => {
            let value = f.relaxed_dot_product();
            f.push(value);
        }
        Operator::I32x4RelaxedDotI8x16I7x16AddS => f.relaxed_dot_product_add(),
        _ => return truncation(f, op),
    }
    true
}

fn truncation(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    let native = f.relaxed() && f.emit.cpu.relaxed.truncation;
    match op {
        Operator::I32x4RelaxedTruncF32x4S if native => {
            f.unary(F32X4, |i, a| i.x86_cvtt2dq(I32X4, a));
        }
        Operator::I32x4RelaxedTruncF32x4S => f.unary(F32X4, |i, a| i.fcvt_to_sint_sat(I32X4, a)),
        Operator::I32x4RelaxedTruncF32x4U => f.unary(F32X4, |i, a| i.fcvt_to_uint_sat(I32X4, a)),
        Operator::I32x4RelaxedTruncF64x2SZero => {
            let operand = f.pop_vector(F64X2);
            let ins = f.emit.builder.ins();
            let wide = if native {
                ins.x86_cvtt2dq(I64X2, operand)
            } else {
                ins.fcvt_to_sint_sat(I64X2, operand)
            };
            f.narrow_signed(wide);
        }
        Operator::I32x4RelaxedTruncF64x2UZero => f.truncate_unsigned_doubles(),
        _ => return false,
    }
    true
}

impl FunctionLowering<'_> {
    /// Whether the CPU's best instruction may be used.
    fn relaxed(&self) -> bool {
        self.emit.program.relaxed_simd == RelaxedSimd::Native
    }

    /// `a * b + c`, with `a` negated for `nmadd`; the deterministic result is rounded once.
    fn multiply_add(&mut self, shape: Type, negate: bool) {
        let [a, b, c] = self.pop_vectors(shape);
        let a = match negate {
            true => self.emit.builder.ins().fneg(a),
            false => a,
        };
        let value = if self.emit.isa.has_native_fma() {
            self.emit.builder.ins().fma(a, b, c)
        } else if self.relaxed() {
            let product = self.emit.builder.ins().fmul(a, b);
            self.emit.builder.ins().fadd(product, c)
        } else {
            self.fused_multiply_add(shape, [a, b, c])
        };
        self.push(value);
    }

    /// Lets the runtime compute each lane.
    fn fused_multiply_add(&mut self, shape: Type, operands: [Value; 3]) -> Value {
        let lane = shape.lane_type();
        let runtime = match lane {
            types::F32 => Runtime::Fma32,
            _ => Runtime::Fma64,
        };
        let mut value = operands[0];
        for index in 0..shape.lane_count() as u8 {
            let operands =
                operands.map(|operand| self.emit.builder.ins().extractlane(operand, index));
            let sum = self.emit.call_runtime_typed(runtime, &operands, lane);
            value = self.emit.builder.ins().insertlane(value, sum, index);
        }
        value
    }

    /// Whether the CPU's own minimum is the pseudo-minimum. It may return a NaN operand unchanged.
    fn has_own_minimum(&self) -> bool {
        let canonical = self.emit.isa.flags().enable_nan_canonicalization();
        self.relaxed() && self.emit.cpu.relaxed.pseudo_minimum && !canonical
    }

    fn relaxed_minimum(&mut self, shape: Type) {
        match self.has_own_minimum() {
            true => self.pseudo_minimum(shape),
            false => self.binary(shape, |i, a, b| i.fmin(a, b)),
        }
    }

    fn relaxed_maximum(&mut self, shape: Type) {
        match self.has_own_minimum() {
            true => self.pseudo_maximum(shape),
            false => self.binary(shape, |i, a, b| i.fmax(a, b)),
        }
    }

    fn select_lanes(&mut self, shape: Type) {
        let [yes, no, mask] = self.pop_vectors(shape);
        let native = self.relaxed() && self.emit.isa.has_blendv_lowering(shape);
        let ins = self.emit.builder.ins();
        let value = match native {
            true => ins.blendv(mask, yes, no),
            false => ins.bitselect(mask, yes, no),
        };
        self.push(value);
    }

    /// The products of 8-bit lanes, added in pairs. x86-64 treats one of the operands as unsigned.
    /// It must be WebAssembly's second operand, which is in 0..=127 if the program needs a defined
    /// result; the first may have any sign.
    fn relaxed_dot_product(&mut self) -> Value {
        let [a, b] = self.pop_vectors(I8X16);
        match self.relaxed() && self.emit.isa.has_x86_pmaddubsw_lowering() {
            true => self.emit.builder.ins().x86_pmaddubsw(a, b),
            false => self.dot_product(a, b),
        }
    }

    fn relaxed_dot_product_add(&mut self) {
        let sum = self.pop_vector(I32X4);
        let dot = self.relaxed_dot_product();
        let low = self.emit.builder.ins().swiden_low(dot);
        let high = self.emit.builder.ins().swiden_high(dot);
        let pairs = self.emit.builder.ins().iadd_pairwise(low, high);
        let value = self.emit.builder.ins().iadd(pairs, sum);
        self.push(value);
    }
}
