//! Translates WebAssembly types and function types to CLIF.

use super::simd::VECTOR;
use crate::program::{Program, StateForm, TypeId};
use cranelift_codegen::ir::{AbiParam, Signature, Type, types};
use cranelift_codegen::isa::CallConv;
use wasmparser::{FuncType, StorageType, ValType};

/// The type of addresses and words.
pub(super) const ADDRESS: Type = types::I64;

/// The CLIF type of a WebAssembly type. References are words.
pub(super) fn value_type(ty: ValType) -> Type {
    match ty {
        ValType::I32 => types::I32,
        ValType::I64 => types::I64,
        ValType::F32 => types::F32,
        ValType::F64 => types::F64,
        ValType::V128 => VECTOR,
        ValType::Ref(_) => ADDRESS,
    }
}

/// The CLIF type of a field or element after a load.
pub(super) fn storage_type(ty: StorageType) -> Type {
    match ty {
        StorageType::I8 | StorageType::I16 => types::I32,
        StorageType::Val(ty) => value_type(ty),
    }
}

/// The way in which the program's code finds its state: an instance in the `Pointer` form is the
/// program's only instance.
pub(super) fn form(program: &Program<'_>) -> StateForm {
    let mut instances = program.instances.values();
    instances.next().map_or(StateForm::Static, |i| i.form)
}

/// The signature of the program's own functions: `Tail` convention; in the `Pointer` form the
/// address of the state is the first parameter.
pub(super) fn wasm(program: &Program<'_>, sig: TypeId) -> Signature {
    let hidden = match form(program) {
        StateForm::Static => None,
        StateForm::Pointer => Some(AbiParam::new(ADDRESS)),
    };
    with_first(hidden, program.signature(sig), CallConv::Tail)
}

/// The signature of the runtime's function for an import: the memory's region is the first
/// parameter.
pub(super) fn host(program: &Program<'_>, sig: TypeId, conv: CallConv) -> Signature {
    with_first(Some(AbiParam::new(ADDRESS)), program.signature(sig), conv)
}

/// The signature of an entry for the runtime: the callee's.
pub(super) fn entered(program: &Program<'_>, sig: TypeId, conv: CallConv) -> Signature {
    with_first(None, program.signature(sig), conv)
}

/// A signature of words, for functions of the runtime that code calls without an import.
pub(super) fn words(params: usize, results: usize, conv: CallConv) -> Signature {
    uniform(ADDRESS, params, results, conv)
}

/// The signature of a thread's code: its state, its number, and its start argument.
pub(super) fn thread(conv: CallConv) -> Signature {
    Signature {
        params: [ADDRESS, types::I32, types::I32]
            .map(AbiParam::new)
            .to_vec(),
        returns: Vec::new(),
        call_conv: conv,
    }
}

/// A signature whose values all have one type.
pub(super) fn uniform(ty: Type, params: usize, results: usize, conv: CallConv) -> Signature {
    Signature {
        params: vec![AbiParam::new(ty); params],
        returns: vec![AbiParam::new(ty); results],
        call_conv: conv,
    }
}

fn with_first(first: Option<AbiParam>, ty: &FuncType, call_conv: CallConv) -> Signature {
    let param = |ty: &ValType| AbiParam::new(value_type(*ty));
    let params = ty.params().iter().map(param);
    Signature {
        params: first.into_iter().chain(params).collect(),
        returns: ty.results().iter().map(param).collect(),
        call_conv,
    }
}
