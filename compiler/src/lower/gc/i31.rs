//! `i31` references, and instructions that examine only the words of references.

use super::super::emit::Emit;
use super::super::function::FunctionLowering;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types};
use wasi_aot_abi::heap::{I31, I31_SHIFT};
use wasmparser::{Operator, RefType};

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    match op {
        Operator::RefI31 => {
            let value = f.pop();
            let reference = f.emit.ref_i31(value);
            f.push(reference);
        }
        Operator::I31GetS => {
            let word = f.pop_i31();
            let value = f.emit.builder.ins().sshr_imm_u(word, i64::from(I31_SHIFT));
            f.push(value);
        }
        Operator::I31GetU => {
            let word = f.pop_i31();
            let value = f.emit.builder.ins().ushr_imm_u(word, i64::from(I31_SHIFT));
            f.push(value);
        }
        Operator::RefEq => {
            let [left, right] = f.pop_many();
            let equal = f.emit.builder.ins().icmp(IntCC::Equal, left, right);
            f.push(equal);
        }
        // References of both hierarchies have the same representation.
        Operator::AnyConvertExtern | Operator::ExternConvertAny => {}
        _ => return false,
    }
    true
}

impl FunctionLowering<'_> {
    /// The low half of the word of the `i31` on the stack; traps if it is null.
    fn pop_i31(&mut self) -> Value {
        let reference = self.pop();
        self.emit.require_not_null(reference);
        self.emit.builder.ins().ireduce(types::I32, reference)
    }
}

impl Emit<'_> {
    /// `ref.i31`.
    pub fn ref_i31(&mut self, value: Value) -> Value {
        let shifted = self.builder.ins().ishl_imm_u(value, i64::from(I31_SHIFT));
        let tagged = self.builder.ins().bor_imm_u(shifted, I31 as i64);
        let word = self.builder.ins().uextend(types::I64, tagged);
        self.set_not_null(word);
        self.set_type(word, RefType::I31.heap_type());
        word
    }
}
