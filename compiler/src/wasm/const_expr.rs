//! Constant expressions (core specification §3.4.14): parsed once and folded as much as possible.

use super::explain::Failure;
use super::{ConstExpr, ConstOp, FuncIndex, GlobalIndex, TypeIndex};
use crate::error::{Code, Error, Whose};
use cranelift_entity::{EntityRef, PrimaryMap};
use wasmparser::{Operator, SubType, WasmFeatures};

/// The limit on nesting of operations in one expression. It exceeds any real program and is small
/// enough that a recursive walk of the tree never exhausts the stack.
const MAX_DEPTH: usize = 1000;

/// Parses a validated constant expression of a module with these types. Adds the proposals that it
/// needs to `features`.
pub fn read(
    expr: &wasmparser::ConstExpr<'_>,
    types: &PrimaryMap<TypeIndex, SubType>,
    features: &mut WasmFeatures,
) -> Result<ConstExpr, Failure> {
    let mut stack = Stack {
        values: Vec::new(),
        types,
    };
    for operator in expr.get_operators_reader() {
        let operator = operator?;
        if let Some(leaf) = leaf(&operator) {
            stack.values.push((leaf, 0));
        } else if let Some(op) = operation(&operator) {
            *features |= WasmFeatures::EXTENDED_CONST;
            let ([left, right], depth) = stack.pop()?;
            stack.push(apply(op, left, right), depth)?;
        } else if stack.object(&operator)? {
            *features |= WasmFeatures::GC;
        } else if !matches!(operator, Operator::End) {
            return Err(unexpected());
        }
    }
    let (expr, _) = stack.values.pop().ok_or_else(unexpected)?;
    Ok(expr)
}

/// The operand stack: each operand with the nesting depth of its operations.
struct Stack<'m> {
    values: Vec<(ConstExpr, usize)>,
    types: &'m PrimaryMap<TypeIndex, SubType>,
}

impl Stack<'_> {
    /// Pushes the object that the operator makes. Returns `false` if the operator makes none.
    fn object(&mut self, operator: &Operator<'_>) -> Result<bool, Failure> {
        let ty = |index: u32| TypeIndex::new(index as usize);
        match *operator {
            Operator::RefI31 => {
                let ([value], depth) = self.pop()?;
                self.push(ConstExpr::I31(Box::new(value)), depth)?;
            }
            // The conversion leaves the reference unchanged.
            Operator::AnyConvertExtern | Operator::ExternConvertAny => {}
            Operator::StructNew { struct_type_index } => {
                let ty = ty(struct_type_index);
                let count = self.types[ty].unwrap_struct().fields.len();
                self.fixed(ty, count)?;
            }
            Operator::ArrayNewFixed {
                array_type_index,
                array_size,
            } => self.fixed(ty(array_type_index), array_size as usize)?,
            Operator::StructNewDefault { struct_type_index } => {
                self.push(ConstExpr::Object(ty(struct_type_index), None), 0)?;
            }
            Operator::ArrayNew { array_type_index } => {
                let ([value, length], depth) = self.pop()?;
                let (value, length) = (Some(Box::new(value)), Box::new(length));
                self.push(ConstExpr::Array(ty(array_type_index), value, length), depth)?;
            }
            Operator::ArrayNewDefault { array_type_index } => {
                let ([length], depth) = self.pop()?;
                let array = ConstExpr::Array(ty(array_type_index), None, Box::new(length));
                self.push(array, depth)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Makes an object from the `count` topmost operands.
    fn fixed(&mut self, ty: TypeIndex, count: usize) -> Result<(), Failure> {
        let first = self.values.len().checked_sub(count);
        let first = first.ok_or_else(unexpected)?;
        let mut depth = 0;
        let fields = self.values.drain(first..).map(|(value, nested)| {
            depth = depth.max(nested);
            value
        });
        let fields = fields.collect();
        self.push(ConstExpr::Object(ty, Some(fields)), depth)
    }

    /// Pops the topmost operands, the deepest first, and returns the greatest nesting depth among
    /// them.
    fn pop<const N: usize>(&mut self) -> Result<([ConstExpr; N], usize), Failure> {
        let first = self.values.len().checked_sub(N);
        let operands = self.values.split_off(first.ok_or_else(unexpected)?);
        let depth = operands.iter().map(|(_, depth)| *depth).max();
        let operands: Vec<_> = operands.into_iter().map(|(value, _)| value).collect();
        let operands = operands.try_into().map_err(|_| unexpected())?;
        Ok((operands, depth.unwrap_or(0)))
    }

    /// Pushes the result of an operation whose operands have the nesting depth `depth`.
    fn push(&mut self, value: ConstExpr, depth: usize) -> Result<(), Failure> {
        let depth = match value {
            ConstExpr::Binary(..)
            | ConstExpr::I31(_)
            | ConstExpr::Object(..)
            | ConstExpr::Array(..) => depth + 1,
            _ => 0,
        };
        if depth > MAX_DEPTH {
            let message = format!(
                "the operations of a constant expression are nested deeper than {MAX_DEPTH}"
            );
            return Err(Error::limit(&message, Whose::Own).into());
        }
        self.values.push((value, depth));
        Ok(())
    }
}

/// Validation has already refused such expressions.
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

/// The expression `left op right`, folded if both operands are constants.
fn apply(op: ConstOp, left: ConstExpr, right: ConstExpr) -> ConstExpr {
    match (&left, &right) {
        (ConstExpr::I32(a), ConstExpr::I32(b)) => ConstExpr::I32(op.apply_i32(*a, *b)),
        (ConstExpr::I64(a), ConstExpr::I64(b)) => ConstExpr::I64(op.apply_i64(*a, *b)),
        _ => ConstExpr::Binary(op, Box::new(left), Box::new(right)),
    }
}

impl ConstOp {
    /// Applies the operation to two `i32` values, wrapping. An operation on `i64` uses their low
    /// halves.
    pub fn apply_i32(self, a: i32, b: i32) -> i32 {
        match self {
            ConstOp::I32Add | ConstOp::I64Add => a.wrapping_add(b),
            ConstOp::I32Sub | ConstOp::I64Sub => a.wrapping_sub(b),
            ConstOp::I32Mul | ConstOp::I64Mul => a.wrapping_mul(b),
        }
    }

    /// Applies the operation to two `i64` values, wrapping.
    pub fn apply_i64(self, a: i64, b: i64) -> i64 {
        match self {
            ConstOp::I32Add | ConstOp::I64Add => a.wrapping_add(b),
            ConstOp::I32Sub | ConstOp::I64Sub => a.wrapping_sub(b),
            ConstOp::I32Mul | ConstOp::I64Mul => a.wrapping_mul(b),
        }
    }
}
