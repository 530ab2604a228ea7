//! Calls: direct, through tables and by reference; also tail calls, which replace the caller's
//! frame.

use super::emit::Emit;
use super::function::FunctionLowering;
use super::gc::FUNCTION_TYPE;
use super::symbol::Runtime;
use crate::program::{FuncId, FunctionKind, MemoryId, Program, TableId, TypeId};
use crate::wasm::{FuncIndex, TypeIndex};
use cranelift_codegen::ir::{Inst, InstBuilder, Opcode, Value, types};
use wasi_aot_abi::Trap;
use wasmparser::Operator;

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    match op {
        Operator::Call { function_index } => {
            let callee = f.instance.functions[FuncIndex::from_u32(*function_index)];
            f.collect_arguments(f.emit.program.functions[callee].ty);
            f.call(Callee::Known(callee));
        }
        Operator::ReturnCall { function_index } => {
            let callee = f.instance.functions[FuncIndex::from_u32(*function_index)];
            f.collect_arguments(f.emit.program.functions[callee].ty);
            f.return_call(Callee::Known(callee));
        }
        Operator::CallIndirect {
            type_index,
            table_index,
        } => {
            let callee = f.element(*table_index, *type_index);
            f.call(callee);
        }
        Operator::ReturnCallIndirect {
            type_index,
            table_index,
        } => {
            let callee = f.element(*table_index, *type_index);
            f.return_call(callee);
        }
        Operator::CallRef { type_index } => {
            let callee = f.reference(*type_index);
            f.call(callee);
        }
        Operator::ReturnCallRef { type_index } => {
            let callee = f.reference(*type_index);
            f.return_call(callee);
        }
        _ => return false,
    }
    true
}

/// A callee with the required type.
#[derive(Clone, Copy)]
pub(super) enum Callee {
    /// A function of the program.
    Known(FuncId),
    /// The function of this type at this address.
    At(TypeId, Value),
}

impl Callee {
    fn ty(self, program: &Program<'_>) -> TypeId {
        match self {
            Callee::Known(function) => program.functions[function].ty,
            Callee::At(ty, _) => ty,
        }
    }
}

impl FunctionLowering<'_> {
    /// Pops an index and the arguments below it, which are collected; returns the table's element
    /// at the index.
    fn element(&mut self, table: u32, ty: u32) -> Callee {
        let sig = self.instance.types[TypeIndex::from_u32(ty)];
        let table = self.table(table);
        let index = self.pop();
        self.collect_arguments(sig);
        self.emit.element_to_call(table, sig, index)
    }

    /// Pops a reference and the arguments below it, which are collected; returns the referenced
    /// function.
    fn reference(&mut self, ty: u32) -> Callee {
        let sig = self.instance.types[TypeIndex::from_u32(ty)];
        let reference = self.pop();
        self.collect_arguments(sig);
        self.emit.require_not_null(reference);
        match self.emit.known_function(reference) {
            Some(function) => Callee::Known(function),
            None => Callee::At(sig, reference),
        }
    }

    /// Calls with the collected arguments.
    fn call(&mut self, callee: Callee) {
        if self.try_call(callee) {
            return;
        }
        let call = match callee {
            Callee::Known(function) => self.emit.call(function),
            Callee::At(sig, address) => {
                let signature = self.emit.signature(sig);
                let (ins, args) = (self.emit.builder.ins(), &self.emit.buffers.args);
                ins.call_indirect(signature, address, args)
            }
        };
        let first = self.values.len();
        self.values.extend(self.emit.builder.inst_results(call));
        let program = self.emit.program;
        let results = program.signature(callee.ty(program)).results();
        for (value, ty) in self.values[first..].iter().zip(results) {
            self.emit.note_type(*value, *ty);
        }
    }

    /// Calls with the collected arguments, as a tail call.
    fn return_call(&mut self, callee: Callee) {
        let program = self.emit.program;
        if self.lookup.is_some() {
            self.call(callee);
            self.return_(program.signature(callee.ty(program)).results().len());
            self.reachable = false;
            return;
        }
        match callee {
            // A function of the runtime never continues a chain of tail calls, so a normal call
            // adds only one frame.
            Callee::Known(function) if program.functions[function].is_host() => {
                let call = self.emit.call(function);
                let results = self.emit.builder.inst_results(call).to_vec();
                self.emit.builder.ins().return_(&results);
            }
            Callee::Known(function) => {
                let function = self.emit.function(function);
                let (ins, args) = (self.emit.builder.ins(), &self.emit.buffers.args);
                ins.return_call(function, args);
            }
            Callee::At(sig, address) => {
                let signature = self.emit.signature(sig);
                let (ins, args) = (self.emit.builder.ins(), &self.emit.buffers.args);
                ins.return_call_indirect(signature, address, args);
            }
        }
        self.reachable = false;
    }

    /// Moves the arguments of a call to a function of type `sig` from the stack to the argument
    /// buffer.
    fn collect_arguments(&mut self, sig: TypeId) {
        let count = self.emit.program.signature(sig).params().len();
        self.extend_top(count);
        self.emit.start_arguments();
        let first = self.values.len() - count;
        self.emit.buffers.args.extend(self.values.drain(first..));
    }
}

impl Emit<'_> {
    /// Empties the argument buffer, except for the address of the state that is passed on.
    pub fn start_arguments(&mut self) {
        self.buffers.args.clear();
        self.buffers.args.extend(self.hidden);
    }

    /// Calls a function of the program with the arguments in the buffer.
    pub fn call(&mut self, callee: FuncId) -> Inst {
        if let FunctionKind::Host { memory, .. } = self.program.functions[callee].kind {
            return self.call_host(callee, memory);
        }
        let function = self.function(callee);
        self.builder.ins().call(function, &self.buffers.args)
    }

    /// Reports the result of a C library's path lookup to the runtime.
    pub fn tell_of_lookup(&mut self, (path, memory): (Value, MemoryId), found: Value) {
        self.check_stack();
        let region = self.region_descriptor(self.program.memories[memory].region);
        let [path, found] =
            [path, found].map(|value| self.builder.ins().uextend(types::I64, value));
        self.call_runtime(Runtime::LookedUp, &[region, path, found], 0);
    }

    /// The element of a table for a call with this type; traps if there is none, or if it has
    /// another type.
    fn element_to_call(&mut self, table: TableId, sig: TypeId, index: Value) -> Callee {
        let mut callee = self.table_get(table, index);
        let targets = self.targets(table, sig);
        match (targets.null, targets.other) {
            (_, true) => callee = self.check_type(callee, sig),
            (true, false) => self.trap_if_zero(callee, Trap::IndirectCallToNull),
            (false, false) => {}
        }
        match targets.single {
            Some(single) => Callee::Known(single),
            None => Callee::At(sig, callee),
        }
    }

    /// Traps unless the function at `callee` has this type; returns the address to call. A null
    /// reference faults at the load. With Spectre mitigation, a function with a wrong type is
    /// called at address 0 during speculation past the check.
    fn check_type(&mut self, callee: Value, sig: TypeId) -> Value {
        let flags = self.callee_flags();
        let at = (callee, FUNCTION_TYPE);
        let actual = self.load(Opcode::Load, types::I32, flags, at);
        let wrong = self.is_outside(actual, &self.program.types[sig].subtypes);
        self.trap_if(wrong, Trap::BadSignature);
        self.unless(wrong, callee)
    }
}
