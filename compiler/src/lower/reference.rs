//! References: null, functions.

use super::function::FunctionLowering;
use crate::wasm::FuncIndex;
use cranelift_codegen::ir::condcodes::IntCC;
use wasmparser::Operator;

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
        _ => return false,
    }
    true
}
