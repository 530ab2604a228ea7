//! Removes parameters of blocks that are always another parameter plus a constant.
//!
//! A program that reads at a position and moves on passes both positions to the block that reads, as
//! an interpreter does at each dispatch. Computed where it is needed, the second position takes no
//! register and no move.

use crate::cursor::{Cursor, FuncCursor};
use crate::ir::{
    Block, DataFlowGraph, Function, Inst, InstBuilder, InstructionData, Opcode, Value,
};
use alloc::vec::Vec;

/// How many sums are followed.
const DEPTH: usize = 4;

/// Blocks with more parameters are left alone, as all pairs of parameters may be compared.
const MAX_PARAMS: usize = 64;

/// An edge to a block: the branch, and which of its destinations it is.
#[derive(Clone, Copy)]
struct Edge {
    to: Block,
    branch: Inst,
    destination: usize,
}

/// A parameter that is another one plus a constant. Both are indices.
#[derive(Clone, Copy)]
struct Derived {
    param: usize,
    base: usize,
    constant: i64,
}

/// How often all blocks are looked at: a removed parameter can show that another one is derived.
const ROUNDS: usize = 4;

/// Removes such parameters of all blocks.
pub(crate) fn remove_derived_params(func: &mut Function) {
    for _ in 0..ROUNDS {
        if !remove_once(func) {
            break;
        }
    }
}

/// Removes the parameters that are found to be derived, and returns whether there are any.
fn remove_once(func: &mut Function) -> bool {
    let mut edges = edges(func);
    edges.sort_by_key(|edge| edge.to);
    let mut changed = false;
    for edges in edges.chunk_by(|one, other| one.to == other.to) {
        let derived = derived(func, edges);
        changed |= !derived.is_empty();
        // Indices change while parameters are removed, the parameters do not.
        let params = func.dfg.block_params(edges[0].to).to_vec();
        for derived in derived.iter().rev() {
            remove(
                func,
                edges,
                derived,
                params[derived.param],
                params[derived.base],
            );
        }
    }
    if changed {
        func.dfg.resolve_all_aliases();
    }
    changed
}

/// The edges to blocks with parameters that can be compared.
fn edges(func: &Function) -> Vec<Edge> {
    let mut edges = Vec::new();
    for block in func.layout.blocks() {
        let Some(branch) = func.layout.last_inst(block) else {
            continue;
        };
        let dfg = &func.dfg;
        let destinations =
            dfg.insts[branch].branch_destination(&dfg.jump_tables, &dfg.exception_tables);
        for (destination, call) in destinations.iter().enumerate() {
            let to = call.block(&dfg.value_lists);
            if (2..=MAX_PARAMS).contains(&dfg.block_params(to).len()) {
                edges.push(Edge {
                    to,
                    branch,
                    destination,
                });
            }
        }
    }
    edges
}

/// The derived parameters of the block to which these edges lead, ascending. The constants are
/// positive: of two parameters the lower one stays.
fn derived(func: &Function, edges: &[Edge]) -> Vec<Derived> {
    let dfg = &func.dfg;
    let params = dfg.block_params(edges[0].to);
    // Only parameters whose arguments have the same root on an edge can differ by a constant.
    let first = edges.iter().find(|&&edge| !passes_params(dfg, edge));
    let Some(&first) = first else {
        return Vec::new();
    };
    let roots = (0..params.len()).map(|param| Some(sum(dfg, argument(dfg, first, param)?)));
    let roots: Vec<_> = roots.collect();
    let mut found: Vec<Derived> = Vec::new();
    for (param, at) in roots.iter().enumerate() {
        let Some((root, _)) = at else {
            continue;
        };
        for (base, _) in roots.iter().enumerate() {
            let is_free = !found
                .iter()
                .any(|other| other.param == base || other.base == param);
            let is_near = base != param && roots[base].is_some_and(|(other, _)| other == *root);
            if !is_free || !is_near {
                continue;
            }
            match difference(dfg, edges, base, param) {
                Some(constant) if constant > 0 => {
                    found.push(Derived {
                        param,
                        base,
                        constant,
                    });
                    break;
                }
                _ => {}
            }
        }
    }
    found
}

/// Whether an edge from a block to itself passes its first parameter unchanged.
fn passes_params(dfg: &DataFlowGraph, edge: Edge) -> bool {
    argument(dfg, edge, 0) == dfg.block_params(edge.to).first().copied()
}

/// The constant that all edges add to the argument for one parameter to get that for another one,
/// except for edges that pass the parameters themselves.
fn difference(dfg: &DataFlowGraph, edges: &[Edge], base: usize, param: usize) -> Option<i64> {
    let params = dfg.block_params(edges[0].to);
    if dfg.value_type(params[base]) != dfg.value_type(params[param]) {
        return None;
    }
    let bits = dfg.value_type(params[param]).bits();
    let mut constant = None;
    for &edge in edges {
        let (from, to) = (argument(dfg, edge, base)?, argument(dfg, edge, param)?);
        if (from, to) == (params[base], params[param]) {
            continue;
        }
        let ((root, before), (other, after)) = (sum(dfg, from), sum(dfg, to));
        let found = signed(after.wrapping_sub(before), bits);
        if root != other || from == to || constant.is_some_and(|constant| constant != found) {
            return None;
        }
        constant = Some(found);
    }
    constant
}

/// The value that an edge passes for a parameter.
fn argument(dfg: &DataFlowGraph, edge: Edge, param: usize) -> Option<Value> {
    let calls = dfg.insts[edge.branch].branch_destination(&dfg.jump_tables, &dfg.exception_tables);
    let mut arguments = calls[edge.destination].args(&dfg.value_lists);
    let value = arguments.nth(param)?.as_value()?;
    Some(dfg.resolve_aliases(value))
}

/// The value and the constant whose sum a value is; the constant can be zero.
fn sum(dfg: &DataFlowGraph, value: Value) -> (Value, i64) {
    let (mut root, mut constant) = (value, 0_i64);
    for _ in 0..DEPTH {
        let Some((base, added)) = sum_of(dfg, root) else {
            break;
        };
        (root, constant) = (base, constant.wrapping_add(added));
    }
    (root, constant)
}

fn sum_of(dfg: &DataFlowGraph, value: Value) -> Option<(Value, i64)> {
    let InstructionData::Binary {
        opcode: Opcode::Iadd,
        args: [base, constant],
    } = dfg.insts[dfg.value_def(value).inst()?]
    else {
        return None;
    };
    let constant = dfg.value_def(dfg.resolve_aliases(constant)).inst()?;
    match dfg.insts[constant] {
        InstructionData::UnaryImm {
            opcode: Opcode::Iconst,
            imm,
        } => Some((dfg.resolve_aliases(base), imm.bits())),
        _ => None,
    }
}

/// Replaces a parameter, which still has its index, with a sum at the beginning of its block.
fn remove(func: &mut Function, edges: &[Edge], derived: &Derived, param: Value, base: Value) {
    let to = edges[0].to;
    let ty = func.dfg.value_type(param);
    let mut cursor = FuncCursor::new(func).at_first_insertion_point(to);
    let constant = cursor.ins().iconst(ty, derived.constant);
    let sum = cursor.ins().iadd(base, constant);
    func.dfg.remove_block_param(param);
    func.dfg.change_to_alias(param, sum);
    for edge in edges {
        let dfg = &mut func.dfg;
        let calls = dfg.insts[edge.branch]
            .branch_destination_mut(&mut dfg.jump_tables, &mut dfg.exception_tables);
        calls[edge.destination].remove(derived.param, &mut dfg.value_lists);
    }
}

/// A constant of a type with that many bits, as a signed number.
fn signed(constant: i64, bits: u32) -> i64 {
    match 64_u32.checked_sub(bits) {
        Some(above) => constant << above >> above,
        None => constant,
    }
}
