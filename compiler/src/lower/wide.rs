//! Wide arithmetic: sums, differences and products of 128 bits. A value is two words, the lower one
//! deeper on the stack.

use super::function::FunctionLowering;
use cranelift_codegen::ir::{InstBuilder, Value, types::I128};
use wasmparser::Operator;

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    match op {
        Operator::I64Add128 => {
            let [left, right] = f.pop_wide();
            let sum = f.emit.builder.ins().iadd(left, right);
            f.push_wide(sum);
        }
        Operator::I64Sub128 => {
            let [left, right] = f.pop_wide();
            let difference = f.emit.builder.ins().isub(left, right);
            f.push_wide(difference);
        }
        Operator::I64MulWideS => {
            let operands: [Value; 2] = f.pop_many();
            let [left, right] = operands.map(|word| f.emit.builder.ins().sextend(I128, word));
            let product = f.emit.builder.ins().imul(left, right);
            f.push_wide(product);
        }
        Operator::I64MulWideU => {
            let operands: [Value; 2] = f.pop_many();
            let [left, right] = operands.map(|word| f.emit.builder.ins().uextend(I128, word));
            let product = f.emit.builder.ins().imul(left, right);
            f.push_wide(product);
        }
        _ => return false,
    }
    true
}

impl FunctionLowering<'_> {
    fn pop_wide(&mut self) -> [Value; 2] {
        let [left, left_high, right, right_high] = self.pop_many();
        [(left, left_high), (right, right_high)]
            .map(|(low, high)| self.emit.builder.ins().iconcat(low, high))
    }

    fn push_wide(&mut self, value: Value) {
        let (low, high) = self.emit.builder.ins().isplit(value);
        self.push(low);
        self.push(high);
    }
}
