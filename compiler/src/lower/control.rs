//! Structured control: blocks, loops, branches.
//!
//! The end of a block gets a block of CLIF only when something branches to it: an end that is only
//! reached by falling through needs none.

use super::function::{FunctionLowering, malformed};
use super::{signature, trap};
use crate::Result;
use crate::optimize::Mark;
use crate::wasm::{Module, TypeIndex};
use cranelift_codegen::ir::{
    Block, BlockArg, BlockCall, Inst, InstBuilder, InstructionData, JumpTableData, Opcode, Value,
};
use cranelift_frontend::Variable;
use wasi_aot_abi::Trap;
use wasmparser::{BlockType, BrTable, Operator, ValType};

/// A structured instruction before its `end`.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    kind: FrameKind,
    /// Number of parameters.
    params: usize,
    /// Number of results.
    results: usize,
    ty: BlockType,
    /// Height of the operand stack below its parameters.
    height: usize,
    /// The block at its `end`, once something branches there.
    exit: Option<Block>,
    /// The facts that hold before it.
    facts: Mark,
    /// The facts that hold at the first branch to its end.
    branched: Option<Mark>,
    /// The facts that have not been forgotten since it began.
    kept: Mark,
}

/// The target of a branch, and its arguments.
pub(super) struct Label {
    pub block: Block,
    pub arguments: Vec<BlockArg>,
}

/// Parameters or results of a function type.
#[derive(Clone, Copy, Debug)]
enum Side {
    Params,
    Results,
}

/// The kinds of structured instructions.
#[derive(Clone, Copy, Debug)]
pub(super) enum FrameKind {
    /// The function's body. Branches to it return.
    Body,
    Block,
    /// Branches go to its start.
    Loop {
        header: Block,
        /// Whether sizes of memories were loaded before it, for all code in it.
        sizes: bool,
    },
    /// An `if` before its `else`, if it has one. If the condition is zero, `branch` goes to
    /// `otherwise`: this is the `end`, until an `else` follows.
    If {
        branch: Inst,
        otherwise: Block,
    },
    /// A `try_table`, or the body of a legacy `try`.
    Try,
    /// A `catch` of a legacy `try`, and the caught exception if a `rethrow` needs it.
    Catch(Option<Value>),
}

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> Result<bool> {
    match op {
        Operator::Block { blockty } => f.open(FrameKind::Block, *blockty),
        Operator::Loop { blockty } => f.open_loop(*blockty),
        Operator::If { blockty } => f.open_if(*blockty),
        Operator::Else => f.open_else(),
        Operator::End => f.close(),
        Operator::Br { relative_depth } => {
            let (block, count) = f.target(*relative_depth);
            f.jump(block, count);
            f.reachable = false;
        }
        Operator::BrIf { relative_depth } => f.branch_if(*relative_depth),
        Operator::BrOnNull { relative_depth } => f.branch_on_null(*relative_depth),
        Operator::BrOnNonNull { relative_depth } => f.branch_on_non_null(*relative_depth),
        Operator::BrTable { targets } => f.branch_table(targets)?,
        Operator::Return => {
            let count = f.frames[0].results;
            f.return_(count);
            f.reachable = false;
        }
        Operator::Unreachable => {
            f.make_cold();
            let code = trap::code(Trap::Unreachable);
            f.emit.builder.ins().trap(code);
            f.reachable = false;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

impl FunctionLowering<'_> {
    /// Opens the frame of the function's body.
    pub fn open_body(&mut self, ty: TypeIndex) {
        let results = self.module.types[ty].unwrap_func().results().len();
        self.frames.push(Frame {
            kind: FrameKind::Body,
            params: 0,
            results,
            ty: BlockType::FuncType(ty.as_u32()),
            height: 0,
            exit: None,
            facts: self.emit.buffers.facts.mark(),
            branched: None,
            kept: Mark::ALL,
        });
    }

    /// Skips an instruction that is never executed; only the nesting of blocks matters.
    pub fn skip(&mut self, op: &Operator<'_>) {
        match op {
            Operator::Loop { .. } => {
                self.loops.next();
                self.skipped += 1;
            }
            Operator::Block { .. }
            | Operator::If { .. }
            | Operator::TryTable { .. }
            | Operator::Try { .. } => self.skipped += 1,
            Operator::End | Operator::Delegate { .. } if self.skipped > 0 => self.skipped -= 1,
            Operator::End | Operator::Delegate { .. } => self.close(),
            Operator::Else if self.skipped == 0 => self.open_else(),
            Operator::Catch { .. } | Operator::CatchAll if self.skipped == 0 => self.open_catch(),
            _ => {}
        }
    }

    pub fn open(&mut self, kind: FrameKind, ty: BlockType) {
        let (params, results) = self.arity(ty);
        self.frames.push(Frame {
            kind,
            params,
            results,
            ty,
            height: self.values.len() - params,
            exit: None,
            facts: self.emit.buffers.facts.mark(),
            branched: None,
            kept: Mark::ALL,
        });
    }

    /// Gives each local that the loop reads but never writes a single value, so that facts from
    /// before the loop hold inside. The builder would otherwise make it a block parameter, because
    /// it does not know the rest of the loop.
    fn open_loop(&mut self, ty: BlockType) {
        let header = self.block(ty, Side::Params);
        let (params, _) = self.arity(ty);
        let Some(facts) = self.loops.next() else {
            unreachable!("the loops of a body were counted")
        };
        let sizes = !facts.resizes && self.emit.read_sizes(&self.instance.memories);
        let kept = facts.kept.iter().map(|local| Variable::from_u32(*local));
        self.kept.clear();
        for local in kept {
            let value = self.emit.builder.use_var(local);
            self.kept.push((local, value));
        }
        self.jump(header, params);
        self.open(FrameKind::Loop { header, sizes }, ty);
        self.enter_side(header, (ty, Side::Params), self.values.len() - params);
        self.emit.buffers.loop_start = Some(header);
        for (local, value) in &*self.kept {
            self.emit.builder.def_var(*local, *value);
        }
    }

    fn open_if(&mut self, ty: BlockType) {
        let (params, _) = self.arity(ty);
        let condition = self.pop_condition();
        let then = self.emit.builder.create_block();
        // Without an `else`, the parameters and results have the same types.
        let otherwise = self.block(ty, Side::Results);
        self.collect_block_args(params);
        let ins = self.emit.builder.ins();
        let branch = ins.brif(condition, then, &[], otherwise, &*self.block_args);
        self.open(FrameKind::If { branch, otherwise }, ty);
        self.emit.builder.switch_to_block(then);
        self.emit.builder.seal_block(then);
    }

    fn open_else(&mut self) {
        let Some(Frame {
            kind,
            ty,
            results,
            height,
            facts,
            ..
        }) = self.frames.last().cloned()
        else {
            unreachable!("validated code has an `if` for each `else`");
        };
        let FrameKind::If { branch, otherwise } = kind else {
            unreachable!("validated code has an `if` for each `else`");
        };
        if self.reachable {
            let (exit, _) = self.target(0);
            self.jump(exit, results);
        }
        let block = self.block(ty, Side::Params);
        let builder = &mut self.emit.builder;
        builder.change_jump_destination(branch, otherwise, block);
        if let Some(frame) = self.frames.last_mut() {
            frame.kind = FrameKind::Block;
        }
        self.forget_since(facts);
        self.enter_side(block, (ty, Side::Params), height);
        self.emit.builder.seal_block(block);
        self.reachable = true;
    }

    /// `end`, or `delegate`.
    pub fn close(&mut self) {
        let Some(frame) = self.frames.pop() else {
            unreachable!("validated code closes what it opened");
        };
        self.keep_facts(&frame);
        let exit = match frame.kind {
            FrameKind::Body => return self.close_body(&frame),
            FrameKind::Loop { header, sizes } => {
                self.emit.builder.seal_block(header);
                if sizes {
                    self.emit.buffers.sizes.clear();
                }
                None
            }
            FrameKind::If { otherwise, .. } => Some(otherwise),
            FrameKind::Block => frame.exit,
            FrameKind::Try => self.close_try(&frame),
            FrameKind::Catch(_) => {
                self.close_catches();
                frame.exit
            }
        };
        if let Some(exit) = exit {
            if self.reachable {
                self.jump(exit, frame.results);
            }
            self.enter_side(exit, (frame.ty, Side::Results), frame.height);
            self.emit.builder.seal_block(exit);
            self.reachable = true;
        } else if !self.reachable {
            self.values.truncate(frame.height);
        }
    }

    /// Ends a `try_table`, or the body of a `try` without `catch`; returns the block where
    /// execution continues.
    fn close_try(&mut self, frame: &Frame) -> Option<Block> {
        let mut exit = frame.exit;
        if self.is_thrown_to() && self.reachable {
            let block = exit.unwrap_or_else(|| self.block(frame.ty, Side::Results));
            self.jump(block, frame.results);
            self.reachable = false;
            exit = Some(block);
        }
        self.end_body();
        exit
    }

    /// Ends the body or a `catch` of the innermost `try`, before the next `catch`. Returns whether
    /// it was the body.
    pub fn leave_for_catch(&mut self) -> bool {
        let Some(frame) = self.frames.last() else {
            unreachable!("validated code has a `try` for each `catch`");
        };
        let (results, body) = (frame.results, matches!(frame.kind, FrameKind::Try));
        if self.reachable {
            let (exit, _) = self.target(0);
            self.jump(exit, results);
        }
        body
    }

    /// Begins a `catch` with the payload, which precedes `exception` in the parameters of `block`.
    /// `None`: the `catch` is unreachable.
    pub fn enter_catch(&mut self, block: Option<Block>, exception: Option<Value>) {
        let Some(frame) = self.frames.last_mut() else {
            unreachable!("validated code has a `try` for each `catch`");
        };
        frame.kind = FrameKind::Catch(exception);
        let (height, facts) = (frame.height, frame.facts);
        self.forget_since(facts);
        self.reachable = block.is_some();
        self.values.truncate(height);
        if let Some(block) = block {
            let builder = &mut self.emit.builder;
            builder.switch_to_block(block);
            builder.seal_block(block);
            self.values.extend(builder.block_params(block));
        }
        if exception.is_some() {
            self.values.pop();
        }
    }

    /// The exception that the frame at this depth has caught.
    pub fn caught(&self, depth: u32) -> Value {
        match self.frames[self.frames.len() - 1 - depth as usize].kind {
            FrameKind::Catch(Some(exception)) => exception,
            _ => unreachable!("validated code only throws again what it has caught"),
        }
    }

    /// Forgets the facts that do not hold after a frame that was just popped.
    fn keep_facts(&mut self, frame: &Frame) {
        let holds = match frame.kind {
            FrameKind::If { .. } | FrameKind::Try | FrameKind::Catch(_) => Some(frame.facts),
            FrameKind::Block | FrameKind::Body => frame.branched,
            // Its end is only reached by falling through.
            FrameKind::Loop { .. } => None,
        };
        match holds {
            Some(mark) => self.forget_since(mark.and(frame.kept)),
            None => self.keep(frame.kept),
        }
    }

    /// Forgets the facts that were added since.
    fn forget_since(&mut self, mark: Mark) {
        self.emit.buffers.facts.forget_since(mark);
        self.keep(mark);
    }

    /// Records in the innermost frame that later facts were forgotten. New facts take their
    /// positions in the list, and the frame must not confuse them with its own.
    fn keep(&mut self, mark: Mark) {
        if let Some(frame) = self.frames.last_mut() {
            frame.kept = frame.kept.and(mark);
        }
    }

    fn close_body(&mut self, frame: &Frame) {
        if self.reachable {
            self.return_(frame.results);
        }
        if let Some(exit) = frame.exit {
            self.enter_side(exit, (frame.ty, Side::Results), 0);
            self.emit.builder.seal_block(exit);
            self.return_(frame.results);
        }
        self.reachable = false;
    }

    fn branch_if(&mut self, depth: u32) {
        let condition = self.pop_condition();
        let (block, count) = self.target(depth);
        let next = self.emit.builder.create_block();
        self.collect_block_args(count);
        let ins = self.emit.builder.ins();
        ins.brif(condition, block, &*self.block_args, next, &[]);
        self.emit.builder.switch_to_block(next);
        self.emit.builder.seal_block(next);
    }

    /// The reference stays on the stack if it is not null.
    fn branch_on_null(&mut self, depth: u32) {
        let reference = self.pop();
        let (block, count) = self.target(depth);
        let next = self.emit.builder.create_block();
        self.collect_block_args(count);
        let ins = self.emit.builder.ins();
        ins.brif(reference, next, &[], block, &*self.block_args);
        self.emit.builder.switch_to_block(next);
        self.emit.builder.seal_block(next);
        self.emit.set_not_null(reference);
        self.push(reference);
    }

    /// The reference is the last argument of the branch.
    fn branch_on_non_null(&mut self, depth: u32) {
        let reference = self.pop();
        self.push(reference);
        let (block, count) = self.target(depth);
        let next = self.emit.builder.create_block();
        self.collect_block_args(count);
        let ins = self.emit.builder.ins();
        ins.brif(reference, block, &*self.block_args, next, &[]);
        self.emit.builder.switch_to_block(next);
        self.emit.builder.seal_block(next);
        self.pop();
    }

    fn branch_table(&mut self, table: &BrTable<'_>) -> Result<()> {
        let index = self.pop();
        let (default, count) = self.target(table.default());
        self.collect_block_args(count);
        self.block_calls.clear();
        let (index, added) = self.before_subtraction(index, table.len());
        for _ in 0..added {
            let call = self.block_call(default);
            self.block_calls.push(call);
        }
        for depth in table.targets() {
            let (block, _) = self.target(depth.map_err(malformed)?);
            let call = self.block_call(block);
            self.block_calls.push(call);
        }
        let default = self.block_call(default);
        let table = JumpTableData::new(default, self.block_calls);
        let table = self.emit.builder.create_jump_table(table);
        self.emit.builder.ins().br_table(index, table);
        self.reachable = false;
        Ok(())
    }

    /// The value from which the index of a table with `entries` entries is computed by subtracting
    /// a small constant, and the constant. A table whose first entries are the default needs no
    /// subtraction.
    fn before_subtraction(&self, index: Value, entries: u32) -> (Value, u32) {
        let dfg = &self.emit.builder.func.dfg;
        let defined = |value| dfg.value_def(value).inst().map(|inst| &dfg.insts[inst]);
        let Some(InstructionData::Binary { opcode, args }) = defined(index) else {
            return (index, 0);
        };
        let Some(&InstructionData::UnaryImm { imm, .. }) = defined(args[1]) else {
            return (index, 0);
        };
        let subtracted = match opcode {
            Opcode::Iadd => (imm.bits() as i32).wrapping_neg(),
            Opcode::Isub => imm.bits() as i32,
            _ => return (index, 0),
        };
        match u32::try_from(subtracted) {
            Ok(subtracted) if subtracted <= entries.max(16) => (args[0], subtracted),
            _ => (index, 0),
        }
    }

    fn block_call(&mut self, block: Block) -> BlockCall {
        let pool = &mut self.emit.builder.func.dfg.value_lists;
        BlockCall::new(block, self.block_args.iter().copied(), pool)
    }

    /// The target of a branch to the frame at `depth`, and the number of its arguments.
    pub fn target(&mut self, depth: u32) -> (Block, usize) {
        let position = self.frames.len() - 1 - depth as usize;
        let frame = &self.frames[position];
        let (ty, results) = (frame.ty, frame.results);
        let exit = match (frame.kind, frame.exit) {
            (FrameKind::Loop { header, .. }, _) => return (header, frame.params),
            (_, Some(exit)) => exit,
            (FrameKind::If { otherwise, .. }, None) => otherwise,
            (_, None) => self.block(ty, Side::Results),
        };
        let now = self.emit.buffers.facts.mark();
        let frame = &mut self.frames[position];
        frame.exit = Some(exit);
        frame.branched.get_or_insert(now);
        (exit, results)
    }

    pub fn jump(&mut self, block: Block, count: usize) {
        self.collect_block_args(count);
        self.emit.builder.ins().jump(block, &*self.block_args);
    }

    pub fn return_(&mut self, count: usize) {
        self.extend_top(count);
        let first = self.values.len() - count;
        if let (Some(lookup), Some(&found)) = (self.lookup, self.values.get(first)) {
            self.emit.tell_of_lookup(lookup, found);
        }
        self.emit.builder.ins().return_(&self.values[first..]);
    }

    /// Makes the `count` topmost values arguments of a branch; they stay on the stack.
    fn collect_block_args(&mut self, count: usize) {
        self.extend_top(count);
        let first = self.values.len() - count;
        self.block_args.clear();
        let values = self.values[first..].iter().copied();
        self.block_args.extend(values.map(BlockArg::Value));
    }

    /// Continues in `block`, with its parameters pushed to a stack of this height.
    fn enter(&mut self, block: Block, height: usize) {
        self.emit.builder.switch_to_block(block);
        self.values.truncate(height);
        self.values.extend(self.emit.builder.block_params(block));
    }

    /// Continues in `block`, with its parameters pushed to a stack of this height. Their types are
    /// those on this side of `ty`.
    fn enter_side(&mut self, block: Block, (ty, side): (BlockType, Side), height: usize) {
        self.enter(block, height);
        for (position, ty) in types(self.module, ty, side, &mut None).iter().enumerate() {
            self.note_type(self.values[height + position], *ty);
        }
    }

    /// Moves the current code out of line. No code is executed less often than code that ends in
    /// `unreachable`.
    pub fn make_cold(&mut self) {
        let builder = &mut self.emit.builder;
        let entry = builder.func.layout.entry_block();
        if let Some(block) = builder.current_block().filter(|b| entry != Some(*b)) {
            builder.set_cold_block(block);
        }
    }

    /// The target of a branch to the frame at `depth`, with the topmost values as arguments.
    pub fn label(&mut self, depth: u32) -> Label {
        let (block, count) = self.target(depth);
        self.collect_block_args(count);
        let arguments = self.block_args.clone();
        Label { block, arguments }
    }

    /// A block that takes the parameters or results of `ty`.
    fn block(&mut self, ty: BlockType, side: Side) -> Block {
        let block = self.emit.builder.create_block();
        for ty in types(self.module, ty, side, &mut None) {
            let ty = signature::value_type(*ty);
            self.emit.builder.append_block_param(block, ty);
        }
        block
    }

    /// Numbers of parameters and results.
    fn arity(&self, ty: BlockType) -> (usize, usize) {
        let count = |side| types(self.module, ty, side, &mut None).len();
        (count(Side::Params), count(Side::Results))
    }
}

/// The parameters or results of a block.
fn types<'m>(
    module: &'m Module<'_>,
    ty: BlockType,
    side: Side,
    single: &'m mut Option<ValType>,
) -> &'m [ValType] {
    match (ty, side) {
        (BlockType::Empty, _) | (BlockType::Type(_), Side::Params) => &[],
        (BlockType::Type(ty), Side::Results) => std::slice::from_ref(single.insert(ty)),
        (BlockType::FuncType(index), side) => {
            let ty = module.types[TypeIndex::from_u32(index)].unwrap_func();
            match side {
                Side::Params => ty.params(),
                Side::Results => ty.results(),
            }
        }
    }
}
