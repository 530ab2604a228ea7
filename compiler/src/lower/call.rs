//! Calls, direct and through tables.

use super::emit::Emit;
use super::function::FunctionLowering;
use crate::program::{FuncId, SigId, TableId};
use crate::wasm::{FuncIndex, TypeIndex};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Inst, InstBuilder, Opcode, Value, types};
use wasi_aot_abi::Trap;
use wasmparser::Operator;

/// Where the type of a function whose address is taken stands, from its first instruction.
const TYPE_OFFSET: i32 = -8;

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    match op {
        Operator::Call { function_index } => {
            let callee = f.instance.functions[FuncIndex::from_u32(*function_index)];
            f.collect_arguments(f.emit.program.functions[callee].sig);
            let call = f.emit.call(callee);
            f.push_results(call);
        }
        Operator::CallIndirect {
            type_index,
            table_index,
        } => {
            let sig = f.instance.types[TypeIndex::from_u32(*type_index)];
            let table = f.table(*table_index);
            let index = f.pop();
            f.collect_arguments(sig);
            let call = f.emit.call_indirect(table, sig, index);
            f.push_results(call);
        }
        _ => return false,
    }
    true
}

impl FunctionLowering<'_> {
    /// Moves the arguments of a call to a function of type `sig` from the stack to the buffer of arguments.
    fn collect_arguments(&mut self, sig: SigId) {
        let count = self.emit.program.types[sig].params().len();
        self.extend_top(count);
        self.emit.start_arguments();
        let first = self.values.len() - count;
        self.emit.buffers.args.extend(self.values.drain(first..));
    }

    fn push_results(&mut self, call: Inst) {
        self.values.extend(self.emit.builder.inst_results(call));
    }
}

impl Emit<'_> {
    /// Empties the buffer of arguments, but for the address of the state that is passed on.
    pub fn start_arguments(&mut self) {
        self.buffers.args.clear();
        self.buffers.args.extend(self.hidden);
    }

    /// Calls a function of the program with the arguments in the buffer.
    pub fn call(&mut self, callee: FuncId) -> Inst {
        let callee = self.function(callee);
        self.builder.ins().call(callee, &self.buffers.args)
    }

    /// Calls an element of a table with the arguments in the buffer.
    fn call_indirect(&mut self, table: TableId, sig: SigId, index: Value) -> Inst {
        let callee = self.table_get(table, index);
        let targets = self.targets(table, sig);
        match (targets.null, targets.other) {
            (_, true) => self.check_type(callee, sig),
            (true, false) => self.trap_if_zero(callee, Trap::IndirectCallToNull),
            (false, false) => {}
        }
        if let Some(single) = targets.single {
            return self.call(single);
        }
        let signature = self.signature(sig);
        let ins = self.builder.ins();
        ins.call_indirect(signature, callee, &self.buffers.args)
    }

    /// Traps unless the function at `callee` has this type. A null reference faults at the load.
    fn check_type(&mut self, callee: Value, sig: SigId) {
        let flags = self.callee_flags();
        let at = (callee, TYPE_OFFSET);
        let actual = self.load(Opcode::Load, types::I32, flags, at);
        let wrong = self.compare(IntCC::NotEqual, actual, u64::from(sig.as_u32()));
        self.trap_if(wrong, Trap::BadSignature);
    }
}
