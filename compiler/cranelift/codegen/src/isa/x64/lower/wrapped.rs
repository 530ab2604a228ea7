//! Addresses of 32 bits in a segment. With the prefix for addresses of this size, the CPU computes
//! a sum modulo 2^32, and adds the base of the segment of GS after that. So where a program's
//! memory is the segment ([`FunctionStencil::segment_base`]), a sum that is an index into it needs
//! no instruction of its own: it may wrap around.
//!
//! [`FunctionStencil::segment_base`]: crate::ir::function::FunctionStencil::segment_base

use crate::ir::{Inst as IRInst, InstructionData, MemFlagsData, Opcode, Value, types};
use crate::isa::x64::inst::Inst;
use crate::isa::x64::inst::args::{Amode, Gpr};
use crate::machinst::{Lower, extended};

/// The sum of a constant, a value and a shifted value, modulo 2^32.
#[derive(Clone, Copy, Debug, Default)]
pub struct WrappedSum {
    base: Option<Value>,
    index: Option<Value>,
    shift: u8,
    constant: i32,
}

/// The sum of 32 bits whose result is the distance of an address from the base of the segment, if
/// nothing else needs the result.
///
/// With a static offset there is none: the offset is added after the index has wrapped.
pub(crate) fn sum(
    ctx: &Lower<'_, Inst>,
    flags: MemFlagsData,
    address: Value,
    offset: i32,
) -> Option<WrappedSum> {
    let segment = ctx.segment_base()?;
    if offset != 0 || flags.trap_code().is_none() {
        return None;
    }
    let dfg = ctx.dfg();
    let (a, b) = operands(ctx, dfg.value_def(address).inst()?, Opcode::Iadd)?;
    let word = match (constant(ctx, a), constant(ctx, b)) {
        (Some(base), _) if base == segment => b,
        (_, Some(base)) if base == segment => a,
        _ => return None,
    };
    let InstructionData::Unary {
        opcode: Opcode::Uextend,
        arg,
    } = dfg.insts[dfg.value_def(word).inst()?]
    else {
        return None;
    };
    if dfg.value_type(arg) != types::I32 {
        return None;
    }
    // One access or two, such as of `a[i] += 1`: more of them need the sum in fewer registers.
    let is_folded = ctx.has_one_or_two_users(address, |user| is_access(ctx, user))
        && ctx.def_with_one_user(word).is_some();
    let terms = is_folded.then(|| terms(ctx, arg)).flatten();
    terms.or_else(|| {
        // One value: better than to extend it, but not than the address without prefixes.
        let is_extended = extended::is_extended(dfg, ctx.extended_params(), arg);
        (!is_extended).then_some(WrappedSum {
            base: Some(arg),
            ..WrappedSum::default()
        })
    })
}

/// The addressing mode of a sum.
pub(crate) fn amode(ctx: &mut Lower<'_, Inst>, flags: MemFlagsData, sum: WrappedSum) -> Amode {
    let mut register = |value| {
        let register = ctx.put_value_in_regs(value).only_reg();
        Gpr::unwrap_new(register.expect("32 bits are in one register"))
    };
    Amode::Wrapped {
        simm32: sum.constant,
        base: sum.base.map(&mut register),
        index: sum.index.map(&mut register),
        shift: sum.shift,
        flags,
    }
}

/// Whether an instruction accesses memory without a static offset.
fn is_access(ctx: &Lower<'_, Inst>, inst: IRInst) -> bool {
    match ctx.dfg().insts[inst] {
        InstructionData::Load { offset, .. } | InstructionData::Store { offset, .. } => {
            i32::from(offset) == 0
        }
        _ => false,
    }
}

/// The terms of a sum or of a shifted value.
fn terms(ctx: &Lower<'_, Inst>, value: Value) -> Option<WrappedSum> {
    let inst = ctx.def_with_one_user(value)?;
    let Some((a, b)) = operands(ctx, inst, Opcode::Iadd) else {
        return shifted(ctx, value).map(|(index, shift)| WrappedSum {
            index: Some(index),
            shift,
            ..WrappedSum::default()
        });
    };
    let sum = match with_constant(ctx, a, b) {
        Some((value, constant)) => {
            let inner = inner(ctx, value).map(|(a, b)| two(ctx, a, b));
            WrappedSum {
                constant,
                ..inner.unwrap_or_else(|| one(ctx, value))
            }
        }
        None => sum_with_inner_constant(ctx, a, b).unwrap_or_else(|| two(ctx, a, b)),
    };
    // Two registers in place of one, where the sum was computed before the block.
    let is_larger = sum.base.is_some() && sum.index.is_some() && !ctx.is_in_current_block(inst);
    (!is_larger).then_some(sum)
}

/// The sum of two values, one of which is a sum with a constant.
fn sum_with_inner_constant(ctx: &Lower<'_, Inst>, a: Value, b: Value) -> Option<WrappedSum> {
    [(a, b), (b, a)].into_iter().find_map(|(a, b)| {
        let (x, y) = inner(ctx, b)?;
        let (value, constant) = with_constant(ctx, x, y)?;
        let sum = two(ctx, a, value);
        Some(WrappedSum { constant, ..sum })
    })
}

/// The terms of a sum that nothing else needs.
fn inner(ctx: &Lower<'_, Inst>, value: Value) -> Option<(Value, Value)> {
    operands(ctx, ctx.def_with_one_user(value)?, Opcode::Iadd)
}

/// One value that is no constant.
fn one(ctx: &Lower<'_, Inst>, value: Value) -> WrappedSum {
    match shifted(ctx, value) {
        Some((index, shift)) => WrappedSum {
            index: Some(index),
            shift,
            ..WrappedSum::default()
        },
        None => WrappedSum {
            base: Some(value),
            ..WrappedSum::default()
        },
    }
}

/// Two values, one of which may be shifted.
fn two(ctx: &Lower<'_, Inst>, a: Value, b: Value) -> WrappedSum {
    let (base, (index, shift)) = match (shifted(ctx, b), shifted(ctx, a)) {
        (Some(index), _) => (a, index),
        (None, Some(index)) => (b, index),
        (None, None) => (a, (b, 0)),
    };
    WrappedSum {
        base: Some(base),
        index: Some(index),
        shift,
        constant: 0,
    }
}

/// A value and a constant.
fn with_constant(ctx: &Lower<'_, Inst>, a: Value, b: Value) -> Option<(Value, i32)> {
    let low = |constant: u64| constant as i32;
    match (constant(ctx, a), constant(ctx, b)) {
        (_, Some(constant)) => Some((a, low(constant))),
        (Some(constant), None) => Some((b, low(constant))),
        (None, None) => None,
    }
}

/// A value that is shifted as an addressing mode can do it, and how far.
fn shifted(ctx: &Lower<'_, Inst>, value: Value) -> Option<(Value, u8)> {
    let (value, by) = operands(ctx, ctx.def_with_one_user(value)?, Opcode::Ishl)?;
    let by = constant(ctx, by)?;
    (by <= 3).then_some((value, by as u8))
}

fn operands(ctx: &Lower<'_, Inst>, inst: IRInst, opcode: Opcode) -> Option<(Value, Value)> {
    match ctx.dfg().insts[inst] {
        InstructionData::Binary {
            opcode: found,
            args: [a, b],
        } if found == opcode => Some((a, b)),
        _ => None,
    }
}

fn constant(ctx: &Lower<'_, Inst>, value: Value) -> Option<u64> {
    ctx.get_constant(ctx.dfg().value_def(value).inst()?)
}
