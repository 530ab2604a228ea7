//! The legacy encoding of exceptions: `try`, with its `catch` clauses after its body, `delegate`
//! and `rethrow`.
//!
//! A call in the body must list the exceptions to catch, but the clauses follow the body. So the
//! first `try` of a function reads the function's whole body in advance.

use super::tries::{Clause, Goal, Try};
use crate::Result;
use crate::lower::control::FrameKind;
use crate::lower::function::{FunctionLowering, malformed};
use crate::wasm::TagIndex;
use cranelift_codegen::ir::Block;
use std::collections::HashMap;
use wasmparser::{BlockType, FunctionBody, Operator};

/// The clauses of all `try`s of a function, by the offset of the `try`.
pub(in crate::lower) struct Clauses {
    tries: HashMap<u64, Ahead>,
    /// For each open `try` whose body has ended, outermost first: its `catch`es that follow, the
    /// next one last.
    open: Vec<Vec<(Option<Block>, bool)>>,
}

/// The clauses after the body of a `try`.
#[derive(Default)]
struct Ahead {
    /// `catch` and `catch_all` (`None`), and whether a `rethrow` refers to it.
    catches: Vec<(Option<u32>, bool)>,
    /// The label of `delegate`.
    delegate: Option<u32>,
}

impl Clauses {
    /// Reads a body.
    fn read(body: &FunctionBody<'_>) -> Result<Self> {
        let mut tries: HashMap<u64, Ahead> = HashMap::new();
        // The offset of each open `try`; `None` for other blocks.
        let mut open: Vec<Option<u64>> = vec![None];
        let mut reader = body.get_operators_reader().map_err(malformed)?;
        while !reader.eof() {
            let (op, offset) = reader.read_with_offset().map_err(malformed)?;
            let innermost = open.last().copied().flatten();
            match op {
                Operator::Block { .. }
                | Operator::Loop { .. }
                | Operator::If { .. }
                | Operator::TryTable { .. } => open.push(None),
                Operator::Try { .. } => {
                    tries.insert(offset, Ahead::default());
                    open.push(Some(offset));
                }
                Operator::End => _ = open.pop(),
                Operator::Delegate { relative_depth } => {
                    if let Some(ahead) = innermost.and_then(|offset| tries.get_mut(&offset)) {
                        ahead.delegate = Some(relative_depth);
                    }
                    open.pop();
                }
                Operator::Catch { tag_index } => add(&mut tries, innermost, Some(tag_index)),
                Operator::CatchAll => add(&mut tries, innermost, None),
                Operator::Rethrow { relative_depth } => {
                    let frame = open.len().checked_sub(1 + relative_depth as usize);
                    let offset = frame.and_then(|frame| open[frame]);
                    let ahead = offset.and_then(|offset| tries.get_mut(&offset));
                    if let Some((_, rethrown)) = ahead.and_then(|ahead| ahead.catches.last_mut()) {
                        *rethrown = true;
                    }
                }
                _ => {}
            }
        }
        Ok(Clauses {
            tries,
            open: Vec::new(),
        })
    }
}

fn add(tries: &mut HashMap<u64, Ahead>, offset: Option<u64>, tag: Option<u32>) {
    if let Some(ahead) = offset.and_then(|offset| tries.get_mut(&offset)) {
        ahead.catches.push((tag, false));
    }
}

impl FunctionLowering<'_> {
    /// `try`.
    pub(super) fn open_try(&mut self, ty: BlockType) -> Result<()> {
        if self.legacy.is_none() {
            self.legacy = Some(Clauses::read(self.body)?);
        }
        let ahead = self.legacy.as_mut().map(|clauses| &mut clauses.tries);
        let ahead = ahead.and_then(|tries| tries.remove(&self.offset));
        let Ahead { catches, delegate } = ahead.unwrap_or_default();
        let frame = self.frames.len();
        let outer = match delegate {
            Some(label) => self.try_around(frame - 1 - label as usize),
            None => self.tries.len().checked_sub(1),
        };
        let clauses = catches.into_iter().map(|(tag, exception)| Clause {
            tag: tag.map(|tag| self.instance.tags[TagIndex::from_u32(tag)]),
            exception,
            goal: Goal::Catch(None),
            pad: None,
        });
        let clauses = clauses.collect();
        self.tries.push(Try::new(frame, clauses, outer));
        self.open(FrameKind::Try, ty);
        Ok(())
    }

    /// `catch` or `catch_all`: the next clause of the innermost frame.
    pub(in crate::lower) fn open_catch(&mut self) {
        let body = self.leave_for_catch();
        if body {
            let mut catches = self.end_body().map_or(Vec::new(), |over| over.catches());
            catches.reverse();
            if let Some(clauses) = &mut self.legacy {
                clauses.open.push(catches);
            }
        }
        let open = self.legacy.as_mut().and_then(|c| c.open.last_mut());
        let Some((Some(block), takes_exception)) = open.and_then(Vec::pop) else {
            self.enter_catch(None, None);
            return;
        };
        let exception = takes_exception.then(|| {
            let params = self.emit.builder.block_params(block);
            params[params.len() - 1]
        });
        self.enter_catch(Some(block), exception);
    }

    /// Ends the last `catch` of the innermost frame.
    pub(in crate::lower) fn close_catches(&mut self) {
        if let Some(clauses) = &mut self.legacy {
            clauses.open.pop();
        }
    }
}
