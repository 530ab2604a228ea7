//! Calls inside a `try_table` or `try`.

use super::tries::Handlers;
use crate::lower::call::Callee;
use crate::lower::function::FunctionLowering;
use crate::lower::signature::value_type;
use crate::program::TypeId;
use cranelift_codegen::ir::{
    Block, BlockArg, BlockCall, ExceptionTableData, ExceptionTableItem, ExceptionTag, InstBuilder,
};

impl FunctionLowering<'_> {
    /// Calls with the collected arguments, with the handlers around it. Returns `false` without a
    /// call if there are none, or if the callee throws nothing.
    pub(in crate::lower) fn try_call(&mut self, callee: Callee) -> bool {
        if self.tries.is_empty() || !self.throws(callee) {
            return false;
        }
        let handlers = self.handlers();
        if handlers.is_empty() {
            return false;
        }
        let ty = match callee {
            Callee::Known(function) => self.emit.program.functions[function].ty,
            Callee::At(ty, _) => ty,
        };
        let next = self.results_block(ty);
        let table = self.exception_table(ty, next, handlers);
        let table = self.emit.builder.func.dfg.exception_tables.push(table);
        match callee {
            Callee::Known(function) => {
                let function = self.emit.function(function);
                let (ins, args) = (self.emit.builder.ins(), &self.emit.buffers.args);
                ins.try_call(function, args, table);
            }
            Callee::At(_, address) => {
                let (ins, args) = (self.emit.builder.ins(), &self.emit.buffers.args);
                ins.try_call_indirect(address, args, table);
            }
        }
        let builder = &mut self.emit.builder;
        builder.switch_to_block(next);
        builder.seal_block(next);
        self.values.extend(builder.block_params(next));
        true
    }

    /// Whether a call may throw an exception.
    fn throws(&self, callee: Callee) -> bool {
        match callee {
            Callee::Known(function) => self.emit.program.functions[function].throws,
            Callee::At(..) => true,
        }
    }

    /// A block that takes the results of a function.
    fn results_block(&mut self, ty: TypeId) -> Block {
        let block = self.emit.builder.create_block();
        for ty in self.emit.program.signature(ty).results() {
            let builder = &mut self.emit.builder;
            let value = builder.append_block_param(block, value_type(*ty));
            self.emit.note_type(value, *ty);
        }
        block
    }

    /// The exception table of a call, which continues in the block `next` with its results.
    fn exception_table(
        &mut self,
        ty: TypeId,
        next: Block,
        handlers: Handlers,
    ) -> ExceptionTableData {
        let signature = self.emit.signature(ty);
        let results = self.emit.program.signature(ty).results().len() as u32;
        let pool = &mut self.emit.builder.func.dfg.value_lists;
        let results = (0..results).map(BlockArg::TryCallRet);
        let normal = BlockCall::new(next, results, pool);
        let mut items = Vec::with_capacity(handlers.len());
        for (tag, pad) in handlers {
            let pad = BlockCall::new(pad, [BlockArg::TryCallExn(0)], pool);
            items.push(match tag {
                Some(tag) => ExceptionTableItem::Tag(ExceptionTag::from_u32(tag), pad),
                None => ExceptionTableItem::Default(pad),
            });
        }
        ExceptionTableData::new(signature, normal, items)
    }
}
