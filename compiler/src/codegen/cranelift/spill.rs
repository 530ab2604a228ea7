//! Limits the number of live values. Cranelift's register allocation takes at least quadratic time
//! in it. In a function with very many of them, values that are used far from their definition stay
//! in the frame between definition and use.
//!
//! This is always correct: each such value has its own stack slot and is stored right after its
//! definition, and a definition dominates all uses. Liveness is only estimated, to choose the
//! values.

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::{
    Block, DataFlowGraph, Function, Inst, InstBuilder, MemFlagsData, Opcode, StackSlot,
    StackSlotData, StackSlotKind, Value, ValueDef, types,
};
use cranelift_codegen::{CodegenError, Context};
use cranelift_entity::SecondaryMap;

/// The limit on values that are live at once.
///
/// Measured on 40,000 locals that are loaded, then stored: 32 s without this limit, 0.7 s with it.
const MOST_ALIVE: i64 = 1_024;

/// A use this many instructions after the definition, in the order of the text, counts as far.
const FAR: u32 = 128;

/// The number of loops of a nest that are examined to estimate liveness; in a deeper nest the
/// outermost loop counts.
const MOST_LOOPS: usize = 64;

/// Moves values of the optimised function in `context` into the frame if too many are live at once.
/// Later passes must not forward stores to loads: that would make the values live again.
///
/// # Errors
/// `ImplLimitExceeded`: the frame is too large.
pub fn bound_live_values(context: &mut Context) -> Result<(), CodegenError> {
    if context.func.dfg.num_values() as i64 <= MOST_ALIVE {
        return Ok(());
    }
    let far = far(context);
    if far.is_empty() {
        return Ok(());
    }
    let places = Places::new(&mut context.func, &far)?;
    places.load(&mut context.func);
    places.store(&mut context.func, &far);
    Ok(())
}

/// The range in which a value is live, in instructions from the start of the text.
#[derive(Clone, Copy, Default)]
struct Span {
    start: u32,
    end: u32,
}

/// The values to move, in the order of their definitions; none if the number of live values is
/// acceptable.
fn far(context: &mut Context) -> Vec<Value> {
    // The optimisations leave these to the code generator.
    if !context.cfg.is_valid() || !context.domtree.is_valid() {
        context.flowgraph();
    }
    context.compute_loop_analysis();
    let text = Text::new(context);
    let func = &context.func;
    let (mut spans, mut order) = (SecondaryMap::<Value, Option<Span>>::new(), Vec::new());
    let mut define = |spans: &mut SecondaryMap<_, _>, value, start| {
        order.push(value);
        spans[value] = Some(Span { start, end: start });
    };
    let mut at = 0;
    for block in func.layout.blocks() {
        for param in func.dfg.block_params(block) {
            define(&mut spans, *param, at);
        }
        for inst in func.layout.block_insts(block) {
            at += 1;
            for result in func.dfg.inst_results(inst) {
                define(&mut spans, *result, at);
            }
        }
    }
    let mut at = 0;
    for block in func.layout.blocks() {
        for inst in func.layout.block_insts(block) {
            at += 1;
            for value in func.dfg.inst_values(inst) {
                if let Some(span) = &mut spans[func.dfg.resolve_aliases(value)] {
                    span.end = span
                        .end
                        .max(text.alive_until(context, block, at, span.start));
                }
            }
        }
    }
    let mut changes = vec![0i64; at as usize + 2];
    order.retain(|value| movable(func, *value));
    for value in &order {
        let span = spans[*value].unwrap_or_default();
        changes[span.start as usize] += 1;
        changes[span.end as usize + 1] -= 1;
    }
    let alive = changes.iter().scan(0, |alive, change| {
        *alive += change;
        Some(*alive)
    });
    if alive.max().unwrap_or(0) <= MOST_ALIVE {
        return Vec::new();
    }
    order.retain(|value| spans[*value].is_some_and(|span| span.end - span.start > FAR));
    order
}

/// Whether a value can be moved. Constants are created again at each use. A saturating conversion
/// to a vector of 64-bit integers can only be compiled together with the instruction that narrows
/// its result, so that result must not be moved.
fn movable(func: &Function, value: Value) -> bool {
    let stays = match func.dfg.value_def(value) {
        ValueDef::Result(inst, _) => matches!(
            func.dfg.insts[inst].opcode(),
            Opcode::Iconst
                | Opcode::F32const
                | Opcode::F64const
                | Opcode::Vconst
                | Opcode::FcvtToSintSat
                | Opcode::FcvtToUintSat
        ),
        _ => false,
    };
    let ty = func.dfg.value_type(value);
    !stays && ty != types::I128 && ty.bytes() <= types::I8X16.bytes()
}

/// The positions of a function's blocks and loops in the text.
struct Text {
    starts: SecondaryMap<Block, u32>,
    /// The end of each loop, by its header.
    ends: SecondaryMap<Block, u32>,
    /// The number of instructions.
    len: u32,
}

impl Text {
    fn new(context: &Context) -> Text {
        let (mut starts, mut ends) = (SecondaryMap::new(), SecondaryMap::new());
        let (func, loops) = (&context.func, &context.loop_analysis);
        let mut at = 0;
        for block in func.layout.blocks() {
            starts[block] = at;
            at += func.layout.block_insts(block).count() as u32;
            if let Some(innermost) = loops.innermost_loop(block) {
                let end: &mut u32 = &mut ends[loops.loop_header(innermost)];
                *end = at.max(*end);
            }
        }
        // A loop ends no earlier than its inner loops, which have higher numbers.
        let all: Vec<_> = loops.loops().collect();
        for inner in all.into_iter().rev() {
            if let Some(outer) = loops.loop_parent(inner) {
                let end = ends[loops.loop_header(inner)];
                let outer: &mut u32 = &mut ends[loops.loop_header(outer)];
                *outer = end.max(*outer);
            }
        }
        Text {
            starts,
            ends,
            len: at,
        }
    }

    /// The end of the live range of a value from `start` that is used at `at`, in `block`: the end
    /// of the outermost loop that does not contain the definition.
    fn alive_until(&self, context: &Context, block: Block, at: u32, start: u32) -> u32 {
        let loops = &context.loop_analysis;
        let mut end = at;
        let mut next = loops.innermost_loop(block);
        for _ in 0..MOST_LOOPS {
            let Some(header) = next.map(|next| loops.loop_header(next)) else {
                return end;
            };
            if self.starts[header] < start {
                return end;
            }
            end = end.max(self.ends[header]);
            next = next.and_then(|next| loops.loop_parent(next));
        }
        self.len
    }
}

/// The stack slots of values.
struct Places {
    frame: StackSlot,
    offsets: SecondaryMap<Value, Option<i32>>,
}

impl Places {
    fn new(func: &mut Function, values: &[Value]) -> Result<Places, CodegenError> {
        let mut offsets = SecondaryMap::new();
        let mut size = 0u32;
        for value in values {
            let bytes = func.dfg.value_type(*value).bytes().next_power_of_two();
            let offset = size.next_multiple_of(bytes);
            size = offset + bytes;
            let too_large = |_| CodegenError::ImplLimitExceeded;
            offsets[*value] = Some(i32::try_from(offset).map_err(too_large)?);
        }
        let align = types::I8X16.bytes().ilog2() as u8;
        let frame = StackSlotData::new(StackSlotKind::ExplicitSlot, size, align);
        let frame = func.create_sized_stack_slot(frame);
        Ok(Places { frame, offsets })
    }

    /// Stores each value after its definition.
    fn store(&self, func: &mut Function, values: &[Value]) {
        for value in values {
            let cursor = FuncCursor::new(func);
            let cursor = match cursor.func.dfg.value_def(*value) {
                ValueDef::Result(inst, _) => cursor.after_inst(inst),
                ValueDef::Param(block, _) => cursor.at_first_insertion_point(block),
                ValueDef::Union(..) => unreachable!("code that is optimised has no alternatives"),
            };
            let (mut cursor, offset) = (cursor, self.offsets[*value].unwrap_or_default());
            let address = cursor.ins().stack_addr(types::I64, self.frame, offset);
            cursor
                .ins()
                .store(MemFlagsData::trusted(), *value, address, 0);
        }
    }

    /// Loads each value before each use.
    fn load(&self, func: &mut Function) {
        let (mut values, mut loaded) = (Vec::new(), Vec::<(Value, Value)>::new());
        let mut cursor = FuncCursor::new(func);
        while cursor.next_block().is_some() {
            while let Some(inst) = cursor.next_inst() {
                let dfg = &cursor.func.dfg;
                values.clear();
                values.extend(
                    dfg.inst_values(inst)
                        .map(|value| dfg.resolve_aliases(value)),
                );
                values.retain(|value| self.offsets[*value].is_some());
                values.sort_unstable();
                values.dedup();
                loaded.clear();
                for value in &values {
                    let ty = cursor.func.dfg.value_type(*value);
                    let offset = self.offsets[*value].unwrap_or_default();
                    let address = cursor.ins().stack_addr(types::I64, self.frame, offset);
                    let flags = MemFlagsData::trusted();
                    loaded.push((*value, cursor.ins().load(ty, flags, address, 0)));
                }
                self.replace(&mut cursor.func.dfg, inst, &loaded);
            }
        }
    }

    /// Replaces operands of an instruction by the loaded values: pairs, in the order in which the
    /// operands first occur.
    fn replace(&self, dfg: &mut DataFlowGraph, inst: Inst, loaded: &[(Value, Value)]) {
        if loaded.is_empty() {
            return;
        }
        let now = |value| {
            let value = dfg.resolve_aliases(value);
            let found = loaded.binary_search_by_key(&value, |(known, _)| *known);
            found.map_or(value, |found| loaded[found].1)
        };
        let values: Vec<_> = dfg.inst_values(inst).map(now).collect();
        dfg.overwrite_inst_values(inst, values.into_iter());
    }
}
