//! Numeric instructions: constants, arithmetic, comparisons, conversions.

use super::function::FunctionLowering;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::immediates::{Ieee32, Ieee64};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Type, Value, types};
use cranelift_frontend::FuncInstBuilder;
use types::{F32, F64, I8, I16, I32, I64};
use wasmparser::Operator;

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    constant(f, op)
        || integer_arithmetic(f, op)
        || integer_comparison(f, op)
        || float_arithmetic(f, op)
        || float_comparison(f, op)
        || conversion(f, op)
        || float_to_integer(f, op)
}

type Ins<'a, 'b> = FuncInstBuilder<'a, 'b>;

fn unary(f: &mut FunctionLowering<'_>, make: impl FnOnce(Ins<'_, '_>, Value) -> Value) {
    let operand = f.pop();
    let value = make(f.emit.builder.ins(), operand);
    f.push(value);
}

fn binary(f: &mut FunctionLowering<'_>, make: impl FnOnce(Ins<'_, '_>, Value, Value) -> Value) {
    let [left, right] = f.pop_many();
    let value = make(f.emit.builder.ins(), left, right);
    f.push(value);
}

fn constant(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    let ins = f.emit.builder.ins();
    let value = match op {
        Operator::I32Const { value } => ins.iconst(I32, i64::from(*value as u32)),
        Operator::I64Const { value } => ins.iconst(I64, *value),
        Operator::F32Const { value } => ins.f32const(Ieee32::with_bits(value.bits())),
        Operator::F64Const { value } => ins.f64const(Ieee64::with_bits(value.bits())),
        _ => return false,
    };
    f.push(value);
    true
}

fn integer_arithmetic(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    match op {
        Operator::I32Add | Operator::I64Add => binary(f, |i, a, b| i.iadd(a, b)),
        Operator::I32Sub | Operator::I64Sub => binary(f, |i, a, b| i.isub(a, b)),
        Operator::I32Mul | Operator::I64Mul => binary(f, |i, a, b| i.imul(a, b)),
        Operator::I32DivS | Operator::I64DivS => binary(f, |i, a, b| i.sdiv(a, b)),
        Operator::I32DivU | Operator::I64DivU => binary(f, |i, a, b| i.udiv(a, b)),
        Operator::I32RemS | Operator::I64RemS => binary(f, |i, a, b| i.srem(a, b)),
        Operator::I32RemU | Operator::I64RemU => binary(f, |i, a, b| i.urem(a, b)),
        Operator::I32And | Operator::I64And => binary(f, |i, a, b| i.band(a, b)),
        Operator::I32Or | Operator::I64Or => binary(f, |i, a, b| i.bor(a, b)),
        Operator::I32Xor | Operator::I64Xor => binary(f, |i, a, b| i.bxor(a, b)),
        Operator::I32Shl | Operator::I64Shl => binary(f, |i, a, b| i.ishl(a, b)),
        Operator::I32ShrS | Operator::I64ShrS => binary(f, |i, a, b| i.sshr(a, b)),
        Operator::I32ShrU | Operator::I64ShrU => binary(f, |i, a, b| i.ushr(a, b)),
        Operator::I32Rotl | Operator::I64Rotl => binary(f, |i, a, b| i.rotl(a, b)),
        Operator::I32Rotr | Operator::I64Rotr => binary(f, |i, a, b| i.rotr(a, b)),
        Operator::I32Clz | Operator::I64Clz => unary(f, |i, a| i.clz(a)),
        Operator::I32Ctz | Operator::I64Ctz => unary(f, |i, a| i.ctz(a)),
        Operator::I32Popcnt | Operator::I64Popcnt => unary(f, |i, a| i.popcnt(a)),
        _ => return false,
    }
    true
}

fn integer_comparison(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    let cc = match op {
        Operator::I32Eqz | Operator::I64Eqz => {
            let operand = f.pop_condition();
            let value = f.emit.compare(IntCC::Equal, operand, 0);
            f.push(value);
            return true;
        }
        Operator::I32Eq | Operator::I64Eq => IntCC::Equal,
        Operator::I32Ne | Operator::I64Ne => IntCC::NotEqual,
        Operator::I32LtS | Operator::I64LtS => IntCC::SignedLessThan,
        Operator::I32LtU | Operator::I64LtU => IntCC::UnsignedLessThan,
        Operator::I32GtS | Operator::I64GtS => IntCC::SignedGreaterThan,
        Operator::I32GtU | Operator::I64GtU => IntCC::UnsignedGreaterThan,
        Operator::I32LeS | Operator::I64LeS => IntCC::SignedLessThanOrEqual,
        Operator::I32LeU | Operator::I64LeU => IntCC::UnsignedLessThanOrEqual,
        Operator::I32GeS | Operator::I64GeS => IntCC::SignedGreaterThanOrEqual,
        Operator::I32GeU | Operator::I64GeU => IntCC::UnsignedGreaterThanOrEqual,
        _ => return false,
    };
    binary(f, |i, a, b| i.icmp(cc, a, b));
    true
}

fn float_arithmetic(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    match op {
        Operator::F32Add | Operator::F64Add => binary(f, |i, a, b| i.fadd(a, b)),
        Operator::F32Sub | Operator::F64Sub => binary(f, |i, a, b| i.fsub(a, b)),
        Operator::F32Mul | Operator::F64Mul => binary(f, |i, a, b| i.fmul(a, b)),
        Operator::F32Div | Operator::F64Div => binary(f, |i, a, b| i.fdiv(a, b)),
        Operator::F32Min | Operator::F64Min => binary(f, |i, a, b| i.fmin(a, b)),
        Operator::F32Max | Operator::F64Max => binary(f, |i, a, b| i.fmax(a, b)),
        Operator::F32Copysign | Operator::F64Copysign => binary(f, |i, a, b| i.fcopysign(a, b)),
        Operator::F32Abs | Operator::F64Abs => unary(f, |i, a| i.fabs(a)),
        Operator::F32Neg | Operator::F64Neg => unary(f, |i, a| i.fneg(a)),
        Operator::F32Ceil | Operator::F64Ceil => unary(f, |i, a| i.ceil(a)),
        Operator::F32Floor | Operator::F64Floor => unary(f, |i, a| i.floor(a)),
        Operator::F32Trunc | Operator::F64Trunc => unary(f, |i, a| i.trunc(a)),
        Operator::F32Nearest | Operator::F64Nearest => unary(f, |i, a| i.nearest(a)),
        Operator::F32Sqrt | Operator::F64Sqrt => unary(f, |i, a| i.sqrt(a)),
        _ => return false,
    }
    true
}

fn float_comparison(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    let cc = match op {
        Operator::F32Eq | Operator::F64Eq => FloatCC::Equal,
        Operator::F32Ne | Operator::F64Ne => FloatCC::NotEqual,
        Operator::F32Lt | Operator::F64Lt => FloatCC::LessThan,
        Operator::F32Gt | Operator::F64Gt => FloatCC::GreaterThan,
        Operator::F32Le | Operator::F64Le => FloatCC::LessThanOrEqual,
        Operator::F32Ge | Operator::F64Ge => FloatCC::GreaterThanOrEqual,
        _ => return false,
    };
    binary(f, |i, a, b| i.fcmp(cc, a, b));
    true
}

fn conversion(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    match op {
        Operator::I32WrapI64 => unary(f, |i, a| i.ireduce(I32, a)),
        Operator::I64ExtendI32S => unary(f, |i, a| i.sextend(I64, a)),
        Operator::I64ExtendI32U => extend_condition(f),
        Operator::I32Extend8S => sign_extend(f, I8, I32),
        Operator::I32Extend16S => sign_extend(f, I16, I32),
        Operator::I64Extend8S => sign_extend(f, I8, I64),
        Operator::I64Extend16S => sign_extend(f, I16, I64),
        Operator::I64Extend32S => sign_extend(f, I32, I64),
        Operator::F32ConvertI32S | Operator::F32ConvertI64S => {
            unary(f, |i, a| i.fcvt_from_sint(F32, a));
        }
        Operator::F32ConvertI32U | Operator::F32ConvertI64U => {
            unary(f, |i, a| i.fcvt_from_uint(F32, a));
        }
        Operator::F64ConvertI32S | Operator::F64ConvertI64S => {
            unary(f, |i, a| i.fcvt_from_sint(F64, a));
        }
        Operator::F64ConvertI32U | Operator::F64ConvertI64U => {
            unary(f, |i, a| i.fcvt_from_uint(F64, a));
        }
        Operator::F32DemoteF64 => unary(f, |i, a| i.fdemote(F32, a)),
        Operator::F64PromoteF32 => unary(f, |i, a| i.fpromote(F64, a)),
        Operator::I32ReinterpretF32 => reinterpret(f, I32),
        Operator::I64ReinterpretF64 => reinterpret(f, I64),
        Operator::F32ReinterpretI32 => reinterpret(f, F32),
        Operator::F64ReinterpretI64 => reinterpret(f, F64),
        _ => return false,
    }
    true
}

/// `i64.extend_i32_u`, also for the result of a comparison.
fn extend_condition(f: &mut FunctionLowering<'_>) {
    let operand = f.pop_condition();
    let value = f.emit.builder.ins().uextend(I64, operand);
    f.push(value);
}

fn sign_extend(f: &mut FunctionLowering<'_>, from: Type, to: Type) {
    let operand = f.pop();
    let narrow = f.emit.builder.ins().ireduce(from, operand);
    let value = f.emit.builder.ins().sextend(to, narrow);
    f.push(value);
}

fn reinterpret(f: &mut FunctionLowering<'_>, to: Type) {
    unary(f, |i, a| i.bitcast(to, MemFlagsData::new(), a));
}

fn float_to_integer(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    match op {
        Operator::I32TruncF32S | Operator::I32TruncF64S => unary(f, |i, a| i.fcvt_to_sint(I32, a)),
        Operator::I32TruncF32U | Operator::I32TruncF64U => unary(f, |i, a| i.fcvt_to_uint(I32, a)),
        Operator::I64TruncF32S | Operator::I64TruncF64S => unary(f, |i, a| i.fcvt_to_sint(I64, a)),
        Operator::I64TruncF32U | Operator::I64TruncF64U => unary(f, |i, a| i.fcvt_to_uint(I64, a)),
        Operator::I32TruncSatF32S | Operator::I32TruncSatF64S => {
            unary(f, |i, a| i.fcvt_to_sint_sat(I32, a));
        }
        Operator::I32TruncSatF32U | Operator::I32TruncSatF64U => {
            unary(f, |i, a| i.fcvt_to_uint_sat(I32, a));
        }
        Operator::I64TruncSatF32S | Operator::I64TruncSatF64S => {
            unary(f, |i, a| i.fcvt_to_sint_sat(I64, a));
        }
        Operator::I64TruncSatF32U | Operator::I64TruncSatF64U => {
            unary(f, |i, a| i.fcvt_to_uint_sat(I64, a));
        }
        _ => return false,
    }
    true
}
