//! Constant expressions to values. Whatever WebAssembly 2.0 allows in them is known at compile
//! time: they read immutable globals only, and those are initialised by such expressions.

use super::{FuncId, Global, GlobalId, GlobalPlace, Value};
use crate::wasm::{ConstExpr, ConstOp, FuncIndex, GlobalIndex};
use cranelift_entity::PrimaryMap;

/// What constant expressions of an instance can refer to.
pub struct Scope<'s> {
    /// Functions of the instance.
    pub functions: &'s PrimaryMap<FuncIndex, FuncId>,
    /// Globals of the instance: imports, and those that stand in front of the expression.
    pub indices: &'s PrimaryMap<GlobalIndex, GlobalId>,
    /// All globals of the program, still with their initial values.
    pub globals: &'s PrimaryMap<GlobalId, Global>,
}

impl Scope<'_> {
    /// The value of a validated expression.
    pub fn value(&self, expr: &ConstExpr) -> Value {
        match expr {
            ConstExpr::I32(value) => Value::I32(*value),
            ConstExpr::I64(value) => Value::I64(*value),
            ConstExpr::F32(bits) => Value::F32(*bits),
            ConstExpr::F64(bits) => Value::F64(*bits),
            ConstExpr::V128(bytes) => Value::V128(*bytes),
            ConstExpr::Null => Value::Null,
            ConstExpr::Func(index) => Value::Func(self.functions[*index]),
            ConstExpr::Global(index) => self.globals[self.indices[*index]].initial(),
            ConstExpr::Binary(op, left, right) => apply(*op, self.value(left), self.value(right)),
        }
    }
}

impl Global {
    /// Its initial value.
    pub fn initial(&self) -> Value {
        match self.place {
            GlobalPlace::Constant(value) | GlobalPlace::State(_, value) => value,
        }
    }
}

fn apply(op: ConstOp, left: Value, right: Value) -> Value {
    match (left, right) {
        (Value::I32(a), Value::I32(b)) => Value::I32(op.apply_i32(a, b)),
        (Value::I64(a), Value::I64(b)) => Value::I64(op.apply_i64(a, b)),
        _ => unreachable!("validation gives both operands the type of the operation"),
    }
}
