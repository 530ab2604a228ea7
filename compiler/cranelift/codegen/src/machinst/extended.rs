//! Which 32-bit values are zero-extended to 64 bits in their registers, so that extending them needs
//! no instruction, and how many bits of a value can be set.

use crate::entity::EntitySet;
use crate::ir::{Block, DataFlowGraph, Function, InstructionData, Opcode, Value, ValueDef, types};
use alloc::vec::Vec;

/// How many operations are followed to find the bits that can be set.
const DEPTH: u32 = 3;

/// Whether the instructions for a 32-bit operation clear the upper half of the result's register.
fn clears_upper_half(opcode: Opcode) -> bool {
    matches!(
        opcode,
        Opcode::Iadd
            | Opcode::Isub
            | Opcode::Imul
            | Opcode::Band
            | Opcode::Bor
            | Opcode::Bxor
            | Opcode::Bnot
            | Opcode::Ineg
            | Opcode::Ishl
            | Opcode::Ushr
            | Opcode::Sshr
            | Opcode::Rotl
            | Opcode::Rotr
            | Opcode::Iconst
            | Opcode::Load
            | Opcode::Uload8
            | Opcode::Uload16
            | Opcode::Sload8
            | Opcode::Sload16
            | Opcode::Uextend
            | Opcode::Sextend
            // `cmov` writes the upper half even if the condition does not hold.
            | Opcode::Select
    )
}

/// Whether a 32-bit value is zero-extended in its register. `params` is [`extended_params`].
pub(crate) fn is_extended(dfg: &DataFlowGraph, params: &EntitySet<Value>, value: Value) -> bool {
    let value = dfg.resolve_aliases(value);
    match dfg.value_def(value) {
        ValueDef::Result(inst, _) => {
            clears_upper_half(dfg.insts[inst].opcode()) || params.contains(value)
        }
        ValueDef::Param(..) => params.contains(value),
        ValueDef::Union(..) => false,
    }
}

/// The 32-bit parameters of blocks that are zero-extended in their registers and are extended to 64
/// bits somewhere, themselves or as an argument of such a parameter.
///
/// Parameters of the function and results of calls are among them. Callers and callees leave their
/// upper halves undefined, so the lowering extends these values where they arrive. That is one
/// instruction, in place of one at each use.
pub(crate) fn extended_params(f: &Function) -> EntitySet<Value> {
    let mut extended = EntitySet::with_capacity(f.dfg.num_values());
    let mut addresses = Vec::new();
    let is_candidate = |value: &Value| f.dfg.value_type(*value) == types::I32;
    for block in f.layout.blocks() {
        let params = f.dfg.block_params(block).iter();
        extended.extend(params.copied().filter(is_candidate));
        for inst in f.layout.block_insts(block) {
            match f.dfg.insts[inst] {
                InstructionData::Unary {
                    opcode: Opcode::Uextend,
                    arg,
                } => addresses.push(f.dfg.resolve_aliases(arg)),
                InstructionData::Call { .. } | InstructionData::CallIndirect { .. } => {
                    let results = f.dfg.inst_results(inst).iter();
                    extended.extend(results.copied().filter(is_candidate));
                }
                _ => {}
            }
        }
    }
    // Parameters that are arguments of parameters, and parameters that are found not to be extended.
    let (mut passed, mut refuted) = (Vec::new(), Vec::new());
    for block in f.layout.blocks() {
        each_argument(f, block, |param, argument| {
            if !extended.contains(param) {
                return;
            }
            match argument {
                Some(argument) if extended.contains(argument) => passed.push((argument, param)),
                Some(argument) if is_extended(&f.dfg, &extended, argument) => {}
                _ => refuted.push(param),
            }
        });
    }
    passed.sort_unstable();
    passed.dedup();
    while let Some(param) = refuted.pop() {
        if extended.remove(param) {
            refuted.extend(others(&passed, param));
        }
    }
    // A result of a call that is no argument is extended where it is used.
    addresses.retain(|&value| f.dfg.value_def(value).inst().is_none());
    only_needed(&extended, passed, addresses)
}

/// Of these values `addresses`, and those that are passed to them. `passed` are values that are
/// arguments, each with the parameter to which it is passed.
fn only_needed(
    extended: &EntitySet<Value>,
    mut passed: Vec<(Value, Value)>,
    mut addresses: Vec<Value>,
) -> EntitySet<Value> {
    for pair in &mut passed {
        *pair = (pair.1, pair.0);
    }
    passed.sort_unstable();
    let mut needed = EntitySet::new();
    while let Some(value) = addresses.pop() {
        if extended.contains(value) && needed.insert(value) {
            addresses.extend(others(&passed, value));
        }
    }
    needed
}

/// The second values of the sorted pairs that begin with a value.
fn others(pairs: &[(Value, Value)], value: Value) -> impl Iterator<Item = Value> + '_ {
    let first = pairs.partition_point(|&(one, _)| one < value);
    let found = pairs[first..]
        .iter()
        .take_while(move |pair| pair.0 == value);
    found.map(|&(_, other)| other)
}

/// Calls `with` for each parameter and the value that a branch at the end of `block` passes for it,
/// if it is a value.
fn each_argument(f: &Function, block: Block, mut with: impl FnMut(Value, Option<Value>)) {
    let Some(branch) = f.layout.last_inst(block) else {
        return;
    };
    let calls = f.dfg.insts[branch].branch_destination(&f.dfg.jump_tables, &f.dfg.exception_tables);
    for call in calls {
        let params = f.dfg.block_params(call.block(&f.dfg.value_lists));
        for (&param, argument) in params.iter().zip(call.args(&f.dfg.value_lists)) {
            let argument = argument.as_value();
            with(param, argument.map(|value| f.dfg.resolve_aliases(value)));
        }
    }
}

/// The number of low bits of a 32-bit value that can be set, at most 32.
pub(crate) fn bits(dfg: &DataFlowGraph, value: Value) -> u32 {
    bits_within(dfg, value, DEPTH)
}

fn bits_within(dfg: &DataFlowGraph, value: Value, depth: u32) -> u32 {
    let Some(inst) = dfg.value_def(dfg.resolve_aliases(value)).inst() else {
        return 32;
    };
    let constant = |value| {
        let inst = dfg.value_def(dfg.resolve_aliases(value)).inst()?;
        match dfg.insts[inst] {
            InstructionData::UnaryImm {
                opcode: Opcode::Iconst,
                imm,
            } => Some(imm.bits() as u32),
            _ => None,
        }
    };
    let operand = |value| match depth {
        0 => 32,
        _ => bits_within(dfg, value, depth - 1),
    };
    match dfg.insts[inst] {
        InstructionData::Load {
            opcode: Opcode::Uload8,
            ..
        } => 8,
        InstructionData::Load {
            opcode: Opcode::Uload16,
            ..
        } => 16,
        InstructionData::Unary {
            opcode: Opcode::Uextend,
            arg,
        } => dfg.value_type(arg).bits().min(32),
        InstructionData::UnaryImm {
            opcode: Opcode::Iconst,
            imm,
        } => 32 - (imm.bits() as u32).leading_zeros(),
        InstructionData::Binary {
            opcode: Opcode::Band,
            args: [one, other],
        } => operand(one).min(operand(other)),
        InstructionData::Binary {
            opcode: Opcode::Ushr,
            args: [shifted, by],
        } => match constant(by) {
            Some(by) => operand(shifted).saturating_sub(by & 31),
            None => 32,
        },
        InstructionData::Binary {
            opcode: Opcode::Ishl,
            args: [shifted, by],
        } => match constant(by) {
            Some(by) => operand(shifted).saturating_add(by & 31).min(32),
            None => 32,
        },
        _ => 32,
    }
}
