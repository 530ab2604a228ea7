//! Exceptions: instructions that throw, `try_table` and `try`, and the calls inside them.
//!
//! An exception is an object of the heap (`object`). A call inside a `try_table` or `try` lists the
//! handlers of its function around it (`tries`), for the runtime's unwinder. Calls outside have
//! none, and cost nothing. The legacy encoding has its clauses after a `try`: `legacy` reads them
//! in advance, and everything else is shared.

mod call;
mod legacy;
mod object;
mod tries;

pub(super) use legacy::Clauses;
pub(super) use tries::Try;

use super::function::FunctionLowering;
use super::symbol::Runtime;
use super::trap;
use crate::Result;
use crate::program::TagId;
use crate::wasm::TagIndex;
use cranelift_codegen::ir::{BlockArg, InstBuilder, Value};
use tries::Fit;
use wasi_aot_abi::Trap;
use wasmparser::Operator;

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> Result<bool> {
    match op {
        Operator::Throw { tag_index } => f.throw(*tag_index)?,
        Operator::ThrowRef => {
            let exception = f.pop();
            f.emit.require_not_null(exception);
            f.throw_again(exception);
        }
        Operator::TryTable { try_table } => f.open_try_table(try_table),
        Operator::Try { blockty } => f.open_try(*blockty)?,
        Operator::Catch { .. } | Operator::CatchAll => f.open_catch(),
        Operator::Delegate { .. } => f.close(),
        Operator::Rethrow { relative_depth } => {
            let exception = f.caught(*relative_depth);
            f.throw_again(exception);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

impl FunctionLowering<'_> {
    fn tag(&self, index: u32) -> TagId {
        self.instance.tags[TagIndex::from_u32(index)]
    }

    /// `throw`: a branch if a handler of this function catches it.
    fn throw(&mut self, tag: u32) -> Result<()> {
        let tag = self.tag(tag);
        let count = self.emit.program.payload(tag).len();
        self.extend_top(count);
        let first = self.values.len() - count;
        match self.fitting(tag) {
            Some(Fit {
                clause,
                payload,
                exception,
            }) => {
                let object = if exception {
                    Some(self.emit.new_exception(tag, &self.values[first..])?)
                } else {
                    None
                };
                if !payload {
                    self.values.truncate(first);
                }
                self.values.extend(object);
                let block = self.goal(clause);
                self.jump(block, self.values.len() - first);
            }
            None => {
                self.make_cold();
                let exception = self.emit.new_exception(tag, &self.values[first..])?;
                self.throw_out(exception);
            }
        }
        self.reachable = false;
        Ok(())
    }

    /// Throws an exception with an unknown tag.
    fn throw_again(&mut self, exception: Value) {
        self.make_cold();
        match self.tries.len().checked_sub(1) {
            Some(innermost) => {
                let block = self.dispatch(innermost);
                let args = [BlockArg::Value(exception)];
                self.emit.builder.ins().jump(block, &args);
            }
            None => self.throw_out(exception),
        }
        self.reachable = false;
    }

    /// Throws an exception that no handler of this function catches.
    fn throw_out(&mut self, exception: Value) {
        self.emit.call_runtime(Runtime::Throw, &[exception], 0);
        let unreachable = trap::code(Trap::Unreachable);
        self.emit.builder.ins().trap(unreachable);
    }
}
