//! Evaluates constant expressions at compile time, except objects and expressions that refer to
//! objects.

use super::{FuncId, Global, GlobalId, GlobalPlace, Operand, TypeId, Value};
use crate::wasm::{ConstExpr, ConstOp, FuncIndex, GlobalIndex, TypeIndex};
use cranelift_entity::PrimaryMap;
use std::collections::HashSet;

/// The items to which constant expressions of an instance can refer.
pub struct Scope<'s> {
    /// Types of the instance.
    pub types: &'s PrimaryMap<TypeIndex, TypeId>,
    /// Functions of the instance.
    pub functions: &'s PrimaryMap<FuncIndex, FuncId>,
    /// Globals of the instance: imports, and those that precede the expression.
    pub indices: &'s PrimaryMap<GlobalIndex, GlobalId>,
    /// All globals of the program, still with their initial values.
    pub globals: &'s PrimaryMap<GlobalId, Global>,
    /// Those of them that are initialised when the program starts.
    pub late: &'s HashSet<GlobalId>,
}

impl Scope<'_> {
    /// The value of a validated expression: [`Operand::Known`] if it is known.
    pub fn operand(&self, expr: &ConstExpr) -> Operand {
        match expr {
            ConstExpr::I32(value) => Operand::Known(Value::I32(*value)),
            ConstExpr::I64(value) => Operand::Known(Value::I64(*value)),
            ConstExpr::F32(bits) => Operand::Known(Value::F32(*bits)),
            ConstExpr::F64(bits) => Operand::Known(Value::F64(*bits)),
            ConstExpr::V128(bytes) => Operand::Known(Value::V128(*bytes)),
            ConstExpr::Null => Operand::Known(Value::Null),
            ConstExpr::Func(index) => Operand::Known(Value::Func(self.functions[*index])),
            ConstExpr::Global(index) => {
                let global = self.indices[*index];
                match self.late.contains(&global) {
                    true => Operand::Global(global),
                    false => Operand::Known(self.globals[global].initial()),
                }
            }
            ConstExpr::Binary(op, left, right) => match (self.operand(left), self.operand(right)) {
                (Operand::Known(left), Operand::Known(right)) => {
                    Operand::Known(apply(*op, left, right))
                }
                (left, right) => Operand::Binary(*op, left.into(), right.into()),
            },
            ConstExpr::I31(value) => match self.operand(value) {
                Operand::Known(Value::I32(value)) => Operand::Known(Value::I31(value)),
                other => Operand::I31(other.into()),
            },
            ConstExpr::Object(ty, fields) => {
                let fields = fields.as_ref();
                let fields = fields.map(|fields| fields.iter().map(|f| self.operand(f)).collect());
                Operand::Object(self.types[*ty], fields)
            }
            ConstExpr::Array(ty, value, length) => {
                let value = value.as_ref().map(|value| self.operand(value).into());
                Operand::Array(self.types[*ty], value, self.operand(length).into())
            }
        }
    }

    /// The value of an offset expression. It is an integer and so never depends on an object.
    pub fn value(&self, expr: &ConstExpr) -> Value {
        match self.operand(expr) {
            Operand::Known(value) => value,
            other => unreachable!("an integer is known, but not {other:?}"),
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
