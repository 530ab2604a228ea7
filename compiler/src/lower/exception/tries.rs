//! The open `try_table`s and bodies of legacy `try`s: their clauses, and the destinations of these.
//!
//! Each clause has a landing pad once something may throw to it: a block that takes the exception,
//! loads the payload and jumps to the clause's label (or to the code of a legacy `catch`). A
//! dispatcher finds the clause for an exception with an unknown tag that this function throws. Both
//! are emitted when the body ends, because all throws to them are known then.

use crate::lower::control::FrameKind;
use crate::lower::function::FunctionLowering;
use crate::lower::signature::{ADDRESS, value_type};
use crate::program::TagId;
use crate::wasm::TagIndex;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, Value};
use wasmparser::{Catch, RefType, TryTable, ValType};

/// The maximum of handlers in the list of a call. With more, the call has a single handler, the
/// dispatcher, so the size of the lists does not grow with the depth of nesting.
const MOST_HANDLERS: usize = 32;

/// The type of exceptions.
const EXCEPTION: ValType = ValType::Ref(RefType::EXN);

/// An open `try_table`, or the open body of a `try`.
pub(in crate::lower) struct Try {
    /// Index of its frame in the control stack.
    frame: usize,
    clauses: Vec<Clause>,
    /// The index, in the stack of tries, of the one that catches the exceptions that this one does
    /// not.
    outer: Option<usize>,
    /// The block that takes exceptions of this function with an unknown tag.
    dispatcher: Option<Block>,
}

/// A clause of a `try_table` or `try`.
pub(in crate::lower) struct Clause {
    /// The tag; `None`: all exceptions.
    pub tag: Option<TagId>,
    /// Whether the label takes the exception itself, after the payload.
    pub exception: bool,
    pub goal: Goal,
    pub pad: Option<Block>,
}

/// The destination of a clause.
#[derive(Clone, Copy)]
pub(in crate::lower) enum Goal {
    /// The label of the frame at this index of the control stack.
    Label(usize),
    /// The code of a legacy `catch`, once something may throw to it.
    Catch(Option<Block>),
}

/// Identifies a clause: the index of its try, and its index there.
pub(super) type Place = (usize, usize);

/// The clause that catches a known tag.
pub(super) struct Fit {
    pub clause: Place,
    /// Whether it takes the payload.
    pub payload: bool,
    /// Whether it takes the exception.
    pub exception: bool,
}

/// Handlers of a call: tags ([`crate::program::Program::tag_number`]; `None`: all other exceptions)
/// and landing pads.
pub(super) type Handlers = Vec<(Option<u32>, Block)>;

impl Try {
    /// A try whose frame is opened next. `outer`: the try that catches the rest.
    pub fn new(frame: usize, clauses: Vec<Clause>, outer: Option<usize>) -> Self {
        Try {
            frame,
            clauses,
            outer,
            dispatcher: None,
        }
    }

    /// Whether anything may throw to its pads.
    fn is_used(&self) -> bool {
        self.dispatcher.is_some() || self.clauses.iter().any(|clause| clause.pad.is_some())
    }

    /// The blocks of the `catch`es of a legacy `try`, if something may throw to them, and whether
    /// they take the exception.
    pub fn catches(&self) -> Vec<(Option<Block>, bool)> {
        let catches = self.clauses.iter().map(|clause| match clause.goal {
            Goal::Catch(block) => (block, clause.exception),
            Goal::Label(_) => (None, false),
        });
        catches.collect()
    }
}

impl FunctionLowering<'_> {
    pub(super) fn open_try_table(&mut self, table: &TryTable) {
        let frame = self.frames.len();
        // The depth of a label is counted from outside the `try_table`.
        let clause = |tag: Option<u32>, label: u32, exception| Clause {
            tag: tag.map(|tag| self.instance.tags[TagIndex::from_u32(tag)]),
            exception,
            goal: Goal::Label(frame - 1 - label as usize),
            pad: None,
        };
        let clauses = table.catches.iter().map(|catch| match *catch {
            Catch::One { tag, label } => clause(Some(tag), label, false),
            Catch::OneRef { tag, label } => clause(Some(tag), label, true),
            Catch::All { label } => clause(None, label, false),
            Catch::AllRef { label } => clause(None, label, true),
        });
        let clauses = clauses.collect();
        let outer = self.tries.len().checked_sub(1);
        self.tries.push(Try::new(frame, clauses, outer));
        self.open(FrameKind::Try, table.ty);
    }

    /// The innermost try at or outside the frame with this index of the control stack.
    pub(super) fn try_around(&self, frame: usize) -> Option<usize> {
        self.tries.iter().rposition(|open| open.frame <= frame)
    }

    /// The clause of this function that catches `tag` at this point.
    pub(super) fn fitting(&self, tag: TagId) -> Option<Fit> {
        let mut next = self.tries.len().checked_sub(1);
        while let Some(position) = next {
            let open = &self.tries[position];
            let fits = |clause: &Clause| clause.tag.is_none_or(|own| own == tag);
            if let Some(index) = open.clauses.iter().position(fits) {
                let clause = &open.clauses[index];
                return Some(Fit {
                    clause: (position, index),
                    payload: clause.tag.is_some(),
                    exception: clause.exception,
                });
            }
            next = open.outer;
        }
        None
    }

    /// The handlers of the current call. Each tag has only one, and none follows a handler of all
    /// exceptions.
    pub(super) fn handlers(&mut self) -> Handlers {
        let mut handlers = Handlers::new();
        let mut next = self.tries.len().checked_sub(1);
        let mut steps = 0;
        while let Some(position) = next {
            for index in 0..self.tries[position].clauses.len() {
                steps += 1;
                if steps > MOST_HANDLERS {
                    return vec![(None, self.dispatch(self.tries.len() - 1))];
                }
                let tag = self.tries[position].clauses[index].tag;
                let tag = tag.map(|tag| self.emit.program.tag_number(tag));
                if handlers.iter().all(|(known, _)| *known != tag) {
                    handlers.push((tag, self.pad((position, index))));
                }
                if tag.is_none() {
                    return handlers;
                }
            }
            steps += 1;
            next = self.tries[position].outer;
        }
        handlers
    }

    /// The landing pad of a clause.
    fn pad(&mut self, (position, index): Place) -> Block {
        if let Some(pad) = self.tries[position].clauses[index].pad {
            return pad;
        }
        let pad = self.exception_block();
        *self.tries[position].clauses[index].pad.insert(pad)
    }

    /// The dispatcher of a try.
    pub(super) fn dispatch(&mut self, position: usize) -> Block {
        if let Some(block) = self.tries[position].dispatcher {
            return block;
        }
        let block = self.exception_block();
        *self.tries[position].dispatcher.insert(block)
    }

    /// A rarely executed block that takes an exception.
    fn exception_block(&mut self) -> Block {
        let builder = &mut self.emit.builder;
        let block = builder.create_block();
        builder.append_block_param(block, ADDRESS);
        builder.set_cold_block(block);
        block
    }

    /// The destination block of a clause; it takes the payload, then the exception.
    pub(super) fn goal(&mut self, (position, index): Place) -> Block {
        let clause = &self.tries[position].clauses[index];
        match clause.goal {
            Goal::Label(frame) => self.target((self.frames.len() - 1 - frame) as u32).0,
            Goal::Catch(Some(block)) => block,
            Goal::Catch(None) => {
                let (tag, exception) = (clause.tag, clause.exception);
                let block = self.emit.builder.create_block();
                let program = self.emit.program;
                let payload = tag.map_or(&[][..], |tag| program.payload(tag)).iter();
                for ty in payload.chain(exception.then_some(&EXCEPTION)) {
                    let builder = &mut self.emit.builder;
                    let value = builder.append_block_param(block, value_type(*ty));
                    self.emit.note_type(value, *ty);
                }
                self.tries[position].clauses[index].goal = Goal::Catch(Some(block));
                block
            }
        }
    }

    /// Whether anything may throw to the innermost try.
    pub(in crate::lower) fn is_thrown_to(&self) -> bool {
        self.tries.last().is_some_and(Try::is_used)
    }

    /// Ends the innermost try after its body: emits its dispatcher and landing pads in their own
    /// blocks. No code falls through to the code after them.
    pub(in crate::lower) fn end_body(&mut self) -> Option<Try> {
        let innermost = self.tries.len() - 1;
        let here = self.emit.builder.current_block();
        if let Some(dispatcher) = self.tries[innermost].dispatcher {
            self.enter_exception_block(dispatcher);
            self.write_dispatcher(innermost, dispatcher);
        }
        for index in 0..self.tries[innermost].clauses.len() {
            if let Some(pad) = self.tries[innermost].clauses[index].pad {
                self.enter_exception_block(pad);
                self.write_pad((innermost, index), pad);
            }
        }
        debug_assert!(self.tries[innermost].is_used() || here == self.emit.builder.current_block());
        self.tries.pop()
    }

    fn enter_exception_block(&mut self, block: Block) {
        self.emit.builder.switch_to_block(block);
        self.emit.builder.seal_block(block);
    }

    fn write_dispatcher(&mut self, position: usize, dispatcher: Block) {
        let exception = self.emit.builder.block_params(dispatcher)[0];
        let arg = [BlockArg::Value(exception)];
        let mut ty: Option<Value> = None;
        for index in 0..self.tries[position].clauses.len() {
            let tag = self.tries[position].clauses[index].tag;
            let pad = self.pad((position, index));
            let Some(tag) = tag else {
                self.emit.builder.ins().jump(pad, &arg);
                return;
            };
            let actual = *ty.get_or_insert_with(|| self.emit.exception_type(exception));
            let wanted = u64::from(self.emit.program.tag_number(tag));
            let fits = self.emit.compare(IntCC::Equal, actual, wanted);
            let builder = &mut self.emit.builder;
            let next = builder.create_block();
            builder.set_cold_block(next);
            builder.ins().brif(fits, pad, &arg, next, &[]);
            builder.switch_to_block(next);
            builder.seal_block(next);
        }
        match self.tries[position].outer {
            Some(outer) => {
                let block = self.dispatch(outer);
                self.emit.builder.ins().jump(block, &arg);
            }
            None => self.throw_out(exception),
        }
    }

    fn write_pad(&mut self, place: Place, pad: Block) {
        let exception = self.emit.builder.block_params(pad)[0];
        let clause = &self.tries[place.0].clauses[place.1];
        let (tag, wanted) = (clause.tag, clause.exception);
        let height = self.values.len();
        if let Some(tag) = tag {
            let payload = self.emit.payload(tag, exception);
            self.values.extend(payload);
        }
        if wanted {
            self.emit.note_type(exception, EXCEPTION);
            self.values.push(exception);
        }
        let block = self.goal(place);
        self.jump(block, self.values.len() - height);
        self.values.truncate(height);
    }
}
