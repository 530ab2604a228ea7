//! References: null, comparisons with null, functions.

use super::emit::Emit;
use super::function::FunctionLowering;
use crate::wasm::FuncIndex;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstructionData, Value};
use wasi_aot_abi::Trap;
use wasmparser::{Operator, RefType, ValType};

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    match op {
        Operator::RefNull { .. } => {
            let null = f.emit.word(0);
            f.push(null);
        }
        Operator::RefIsNull => {
            let reference = f.pop();
            let null = f.emit.compare(IntCC::Equal, reference, 0);
            f.push(null);
        }
        Operator::RefFunc { function_index } => {
            let function = f.instance.functions[FuncIndex::from_u32(*function_index)];
            let address = f.emit.function_address(function);
            f.push(address);
        }
        Operator::RefAsNonNull => {
            let reference = f.pop();
            f.emit.require_not_null(reference);
            f.push(reference);
        }
        _ => return false,
    }
    true
}

impl Emit<'_> {
    /// Traps if a reference is null.
    pub fn require_not_null(&mut self, reference: Value) {
        if !self.is_not_null(reference) {
            self.trap_if_zero(reference, Trap::NullReference);
            self.set_not_null(reference);
        }
    }

    /// Records facts from the type of a new value: they hold wherever the value is used.
    pub fn note_type(&mut self, value: Value, ty: ValType) {
        if let ValType::Ref(ty) = ty {
            if !ty.is_nullable() {
                self.buffers.facts.add_never_null(value);
            }
            self.note_reference(value, ty);
        }
    }

    /// Records facts from the type of a reference, which hold from here on. It must be called for
    /// every reference of which the collector must know.
    pub fn note_reference(&mut self, reference: Value, ty: RefType) {
        if !ty.is_nullable() {
            self.set_not_null(reference);
        }
        self.set_type(reference, ty.heap_type());
        if self.program.refers_to_objects(ty.into()) {
            self.builder.declare_value_needs_stack_map(reference);
        }
    }
}

impl Emit<'_> {
    /// Whether a reference is known not to be null.
    pub fn is_not_null(&self, reference: Value) -> bool {
        let dfg = &self.builder.func.dfg;
        let made_by = dfg.value_def(reference).inst().map(|inst| dfg.insts[inst]);
        if let Some(InstructionData::FuncAddr { .. }) = made_by {
            return true;
        }
        self.buffers.facts.is_not_null(reference)
    }

    /// Records that a reference is not null from here on.
    pub fn set_not_null(&mut self, reference: Value) {
        if !self.is_not_null(reference) {
            self.buffers.facts.add_not_null(reference);
        }
    }
}
