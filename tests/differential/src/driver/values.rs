//! Converts values to words that can be printed and hashed.

use super::Driver;
use super::print::Print;
use wasm_encoder::{
    AbstractHeapType, BlockType, CompositeInnerType, FieldType, Function, HeapType,
    InstructionSink, RefType, StorageType, ValType,
};

/// The maximum of object types whose values are examined.
const DESCRIBED: usize = 24;

/// The number of words of a value.
pub(super) fn words(ty: ValType) -> u8 {
    match ty {
        ValType::V128 => 2,
        _ => 1,
    }
}

impl Driver {
    /// Converts the value on the stack to its word with this number.
    pub(super) fn word(
        &self,
        code: &mut InstructionSink<'_>,
        ty: ValType,
        number: u8,
        describe: u32,
    ) {
        match ty {
            ValType::I32 => code.i64_extend_i32_u(),
            ValType::I64 => code,
            ValType::F32 => code.i32_reinterpret_f32().i64_extend_i32_u(),
            ValType::F64 => code.i64_reinterpret_f64(),
            ValType::V128 => code.i64x2_extract_lane(number),
            ValType::Ref(ty) if self.is_any(ty) => code.call(describe),
            ValType::Ref(_) => code.ref_is_null().i64_extend_i32_u(),
        };
    }

    /// Adds the function `(anyref) → word`: it returns the kind of object and its numbers. In a
    /// module without objects it does nothing, and nothing calls it.
    pub(super) fn describing(&mut self, print: &Print) -> u32 {
        let objects: Vec<u32> = (0..self.parts.types.len() as u32)
            .filter(|&index| !self.is_function(index))
            .take(DESCRIBED)
            .collect();
        if objects.is_empty() && !self.has_references() {
            let mut body = Function::new([]);
            body.instructions().end();
            return self.define(&[], &[], &body);
        }
        let mut body = Function::new([(1, ValType::I64)]);
        let mut code = body.instructions();
        self.case(&mut code, AbstractHeapType::None, |_, code| {
            code.i64_const(0);
        });
        self.case(&mut code, AbstractHeapType::I31, |_, code| {
            code.local_get(0)
                .ref_cast_non_null(HeapType::I31)
                .i31_get_u()
                .i64_extend_i32_u()
                .i64_const(1 << 32)
                .i64_or();
        });
        // Subtypes follow their supertypes, and describe more.
        for index in objects.into_iter().rev() {
            self.object(&mut code, index, print);
        }
        code.i64_const(2).end();
        let any = ValType::Ref(RefType {
            nullable: true,
            heap_type: HeapType::ANY,
        });
        self.define(&[any], &[ValType::I64], &body)
    }

    /// Whether some value can be an object even though the module defines no type of objects.
    fn has_references(&self) -> bool {
        let is_any = |ty: &ValType| matches!(ty, ValType::Ref(ty) if self.is_any(*ty));
        let in_types = self
            .parts
            .types
            .iter()
            .any(|ty| match &ty.composite_type.inner {
                CompositeInnerType::Func(ty) => ty.params().iter().chain(ty.results()).any(is_any),
                _ => false,
            });
        in_types
            || self
                .parts
                .globals
                .iter()
                .any(|global| is_any(&global.val_type))
            || self
                .parts
                .tables
                .iter()
                .any(|table| self.is_any(table.element_type))
    }

    /// Returns a word if the parameter is of this type.
    fn case(
        &self,
        code: &mut InstructionSink<'_>,
        ty: AbstractHeapType,
        word: impl FnOnce(&Driver, &mut InstructionSink<'_>),
    ) {
        let heap_type = HeapType::Abstract { shared: false, ty };
        code.local_get(0);
        if ty == AbstractHeapType::None {
            code.ref_is_null();
        } else {
            code.ref_test_non_null(heap_type);
        }
        code.if_(BlockType::Empty);
        word(self, code);
        code.return_().end();
    }

    /// Returns a word if the parameter has this structure or array type.
    fn object(&self, code: &mut InstructionSink<'_>, index: u32, print: &Print) {
        let heap_type = HeapType::Concrete(index);
        let cast = |code: &mut InstructionSink<'_>| {
            code.local_get(0).ref_cast_non_null(heap_type);
        };
        code.local_get(0)
            .ref_test_non_null(heap_type)
            .if_(BlockType::Empty);
        code.i64_const(3 + i64::from(index)).local_set(1);
        match &self.parts.types[index as usize].composite_type.inner {
            CompositeInnerType::Struct(ty) => {
                for (number, field) in ty.fields.iter().enumerate() {
                    let get = |code: &mut InstructionSink<'_>| {
                        cast(code);
                        match field.element_type {
                            StorageType::Val(_) => code.struct_get(index, number as u32),
                            _ => code.struct_get_s(index, number as u32),
                        };
                    };
                    self.mix_field(code, field, get, print);
                }
            }
            CompositeInnerType::Array(ty) => {
                code.local_get(1);
                cast(code);
                code.array_len()
                    .i64_extend_i32_u()
                    .call(print.mix)
                    .local_set(1);
                cast(code);
                code.array_len().if_(BlockType::Empty);
                let get = |code: &mut InstructionSink<'_>| {
                    cast(code);
                    code.i32_const(0);
                    match ty.0.element_type {
                        StorageType::Val(_) => code.array_get(index),
                        _ => code.array_get_s(index),
                    };
                };
                self.mix_field(code, &ty.0, get, print);
                code.end();
            }
            _ => unreachable!("neither struct nor array"),
        }
        code.local_get(1).return_().end();
    }

    /// Mixes a field into the second local: a number as it is, a reference as whether it is null.
    fn mix_field(
        &self,
        code: &mut InstructionSink<'_>,
        field: &FieldType,
        get: impl Fn(&mut InstructionSink<'_>),
        print: &Print,
    ) {
        let ty = field.element_type.unpack();
        for number in 0..words(ty) {
            code.local_get(1);
            get(code);
            match ty {
                ValType::Ref(_) => {
                    code.ref_is_null().i64_extend_i32_u();
                }
                _ => self.word(code, ty, number, u32::MAX),
            }
            code.call(print.mix).local_set(1);
        }
    }
}
