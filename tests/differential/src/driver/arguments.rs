//! Interesting arguments for calls.

use super::Driver;
use crate::parts::IMPORTS;
use crate::random::Random;
use wasm_encoder::{
    AbstractHeapType, CompositeInnerType, ConstExpr, Encode, HeapType, RefType, ValType,
};

impl Driver {
    /// The code that makes a value of this type. `None`: the type has no value that can be made.
    pub(super) fn argument(&mut self, ty: ValType, random: &mut Random) -> Option<Vec<u8>> {
        let value = match ty {
            ValType::I32 => ConstExpr::i32_const(integer(random, 32) as i32),
            ValType::I64 => ConstExpr::i64_const(integer(random, 64) as i64),
            ValType::F32 => ConstExpr::f32_const(f32::from_bits(float32(random)).into()),
            ValType::F64 => ConstExpr::f64_const(f64::from_bits(float64(random)).into()),
            ValType::V128 => {
                let half = |random: &mut Random| match random.below(4) {
                    0 => u64::from(float32(random)) << 32 | u64::from(float32(random)),
                    1 => float64(random),
                    2 => 0x8001_7fff_00ff_ff80,
                    _ => integer(random, 64),
                };
                let (low, high) = (half(random), half(random));
                ConstExpr::v128_const((u128::from(high) << 64 | u128::from(low)) as i128)
            }
            ValType::Ref(ty) => self.reference(ty, random)?,
        };
        let mut code = Vec::new();
        value.encode(&mut code);
        // The encoding of a constant expression includes its `end`.
        code.pop();
        Some(code)
    }

    fn reference(&mut self, ty: RefType, random: &mut Random) -> Option<ConstExpr> {
        let null = ConstExpr::ref_null(ty.heap_type);
        if ty.nullable && random.coin() {
            return Some(null);
        }
        let made = match ty.heap_type {
            HeapType::Abstract {
                ty: AbstractHeapType::Func,
                ..
            } => self.function(random, |_| true),
            HeapType::Abstract { ty, .. } => {
                use AbstractHeapType::{Any, Eq, I31};
                let number = random.number() as i32;
                matches!(ty, Any | Eq | I31).then(|| {
                    ConstExpr::extended([
                        wasm_encoder::Instruction::I32Const(number),
                        wasm_encoder::Instruction::RefI31,
                    ])
                })
            }
            HeapType::Concrete(index) | HeapType::Exact(index) => self.instance(index, random),
        };
        made.or(ty.nullable.then_some(null))
    }

    fn instance(&mut self, index: u32, random: &mut Random) -> Option<ConstExpr> {
        use wasm_encoder::Instruction;
        match &self.parts.types[index as usize].composite_type.inner {
            CompositeInnerType::Func(_) => self.function(random, |ty| ty == index),
            CompositeInnerType::Struct(ty) => {
                let defaults = ty
                    .fields
                    .iter()
                    .all(|field| field.element_type.unpack().is_defaultable());
                defaults.then(|| ConstExpr::extended([Instruction::StructNewDefault(index)]))
            }
            CompositeInnerType::Array(ty) => {
                ty.0.element_type.unpack().is_defaultable().then(|| {
                    let length = Instruction::I32Const(random.below(5) as i32);
                    ConstExpr::extended([length, Instruction::ArrayNewDefault(index)])
                })
            }
            CompositeInnerType::Cont(_) => None,
        }
    }

    /// A function of the module with a fitting type.
    fn function(&mut self, random: &mut Random, fits: impl Fn(u32) -> bool) -> Option<ConstExpr> {
        let functions: Vec<u32> = (0..)
            .zip(&self.parts.functions)
            .filter(|(_, ty)| fits(**ty))
            .map(|(index, _)| index + IMPORTS)
            .collect();
        if functions.is_empty() {
            return None;
        }
        let function = random.pick(&functions);
        self.referred.push(function);
        Some(ConstExpr::ref_func(function))
    }
}

/// An integer of this width, often an edge case.
fn integer(random: &mut Random, bits: u32) -> u64 {
    match random.below(6) {
        0 => random.pick(&[0, 1, 2, u64::MAX, u64::MAX - 1]),
        1 => 1 << (bits - 1),
        2 => (1 << (bits - 1)) - 1,
        3 => random.number() % 300,
        4 => 1 << (random.number() % u64::from(bits)),
        _ => random.number(),
    }
}

/// The bits of a float, often an edge case. The only NaN is the canonical one.
fn float32(random: &mut Random) -> u32 {
    let edges = [
        0.0,
        -0.0,
        1.0,
        -1.5,
        0.1,
        f32::MAX,
        f32::MIN_POSITIVE,
        f32::INFINITY,
        f32::NEG_INFINITY,
    ];
    let more: [f32; 6] = [
        2_147_483_648.0,
        -2_147_483_648.0,
        4_294_967_296.0,
        9.223_372e18,
        1e-45,
        16_777_217.0,
    ];
    match random.below(4) {
        0 => f32::NAN.to_bits() & 0x7fc0_0000,
        1 => random.pick(&edges).to_bits(),
        2 => random.pick(&more).to_bits(),
        _ => random.number() as u32 & 0xbfff_ffff,
    }
}

/// As `float32`, for `f64`.
fn float64(random: &mut Random) -> u64 {
    let edges = [
        0.0,
        -0.0,
        1.0,
        -1.5,
        0.1,
        f64::MAX,
        f64::MIN_POSITIVE,
        f64::INFINITY,
        f64::NEG_INFINITY,
    ];
    let more: [f64; 6] = [
        2_147_483_647.5,
        -2_147_483_649.0,
        4_294_967_296.0,
        9.223_372_036_854_776e18,
        5e-324,
        1e39,
    ];
    match random.below(4) {
        0 => 0x7ff8_0000_0000_0000,
        1 => random.pick(&edges).to_bits(),
        2 => random.pick(&more).to_bits(),
        _ => random.number() & 0xbfff_ffff_ffff_ffff,
    }
}
