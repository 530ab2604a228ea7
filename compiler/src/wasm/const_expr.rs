//! Constant expressions (core specification §3.4.14): read once, folded as far as they go.

use super::explain::Failure;
use super::{ConstExpr, ConstOp, FuncIndex, GlobalIndex};
use crate::error::{Code, Error};
use cranelift_entity::EntityRef;
use wasmparser::{Operator, WasmFeatures};

/// Operations on values that are not constants in one expression: more than any program has, few
/// enough that walking the tree never runs out of stack.
const MAX_OPERATIONS: usize = 1000;

/// Reads a validated expression. Adds the proposals that it needs to `features`.
pub fn read(
    expr: &wasmparser::ConstExpr<'_>,
    features: &mut WasmFeatures,
) -> Result<ConstExpr, Failure> {
    let mut stack = Vec::new();
    let mut operations = 0;
    for operator in expr.get_operators_reader() {
        let operator = operator?;
        if let Some(leaf) = leaf(&operator) {
            stack.push(leaf);
        } else if let Some(op) = operation(&operator) {
            *features |= WasmFeatures::EXTENDED_CONST;
            let (Some(right), Some(left)) = (stack.pop(), stack.pop()) else {
                return Err(unexpected());
            };
            let result = apply(op, left, right);
            operations += usize::from(matches!(result, ConstExpr::Binary(..)));
            if operations > MAX_OPERATIONS {
                return Err(Error::new(
                    Code::Limit,
                    format!("a constant expression has more than {MAX_OPERATIONS} operations"),
                )
                .into());
            }
            stack.push(result);
        } else if !matches!(operator, Operator::End) {
            return Err(unexpected());
        }
    }
    stack.pop().ok_or_else(unexpected)
}

/// Validation refuses such expressions before.
fn unexpected() -> Failure {
    Error::new(Code::Bug, "a valid constant expression could not be read").into()
}

fn leaf(operator: &Operator<'_>) -> Option<ConstExpr> {
    Some(match *operator {
        Operator::I32Const { value } => ConstExpr::I32(value),
        Operator::I64Const { value } => ConstExpr::I64(value),
        Operator::F32Const { value } => ConstExpr::F32(value.bits()),
        Operator::F64Const { value } => ConstExpr::F64(value.bits()),
        Operator::V128Const { value } => ConstExpr::V128(*value.bytes()),
        Operator::RefNull { .. } => ConstExpr::Null,
        Operator::RefFunc { function_index } => {
            ConstExpr::Func(FuncIndex::new(function_index as usize))
        }
        Operator::GlobalGet { global_index } => {
            ConstExpr::Global(GlobalIndex::new(global_index as usize))
        }
        _ => return None,
    })
}

fn operation(operator: &Operator<'_>) -> Option<ConstOp> {
    Some(match operator {
        Operator::I32Add => ConstOp::I32Add,
        Operator::I32Sub => ConstOp::I32Sub,
        Operator::I32Mul => ConstOp::I32Mul,
        Operator::I64Add => ConstOp::I64Add,
        Operator::I64Sub => ConstOp::I64Sub,
        Operator::I64Mul => ConstOp::I64Mul,
        _ => return None,
    })
}

/// The expression `left op right`: a constant if both are.
fn apply(op: ConstOp, left: ConstExpr, right: ConstExpr) -> ConstExpr {
    match (&left, &right) {
        (ConstExpr::I32(a), ConstExpr::I32(b)) => ConstExpr::I32(op.apply_i32(*a, *b)),
        (ConstExpr::I64(a), ConstExpr::I64(b)) => ConstExpr::I64(op.apply_i64(*a, *b)),
        _ => ConstExpr::Binary(op, Box::new(left), Box::new(right)),
    }
}

impl ConstOp {
    /// The operation on two `i32`, wrapping; those of `i64` on their low halves.
    pub fn apply_i32(self, a: i32, b: i32) -> i32 {
        match self {
            ConstOp::I32Add | ConstOp::I64Add => a.wrapping_add(b),
            ConstOp::I32Sub | ConstOp::I64Sub => a.wrapping_sub(b),
            ConstOp::I32Mul | ConstOp::I64Mul => a.wrapping_mul(b),
        }
    }

    /// The operation on two `i64`, wrapping.
    pub fn apply_i64(self, a: i64, b: i64) -> i64 {
        match self {
            ConstOp::I32Add | ConstOp::I64Add => a.wrapping_add(b),
            ConstOp::I32Sub | ConstOp::I64Sub => a.wrapping_sub(b),
            ConstOp::I32Mul | ConstOp::I64Mul => a.wrapping_mul(b),
        }
    }
}
