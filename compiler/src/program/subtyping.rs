//! Subtyping (core specification §3.3), and the type numbers that represent it at run time.
//!
//! The forest of declared supertypes is fully known. Types are numbered in preorder from its roots,
//! so the subtypes of a type are a range. A cast compares a number with two constants, or with one
//! if the type has no other subtypes.

use super::types::{Type, TypeId};
use cranelift_entity::{PrimaryMap, SecondaryMap};
use std::ops::Range;
use wasmparser::{AbstractHeapType, CompositeInnerType, HeapType, UnpackedIndex, ValType};

/// All types of a program.
pub type Types = PrimaryMap<TypeId, Type>;

/// Numbers all types: structures, then arrays, then functions. Returns the numbers of the first two
/// kinds.
pub fn number(types: &mut Types) -> (Range<u32>, Range<u32>) {
    use AbstractHeapType::{Array, Struct};
    let mut children = SecondaryMap::<TypeId, Vec<TypeId>>::new();
    let mut roots = Vec::new();
    let (mut structures, mut arrays) = (0, 0);
    for (id, ty) in types.iter() {
        match ty.supertype() {
            Some(supertype) => children[supertype].push(id),
            None => roots.push(id),
        }
        structures += u32::from(kind(ty) == Struct);
        arrays += u32::from(kind(ty) == Array);
    }
    roots.sort_by_key(|id| match kind(&types[*id]) {
        Struct => 0,
        Array => 1,
        _ => 2,
    });
    let mut next = 0;
    // The flag says whether a type has its number. The second visit of a type comes after its
    // subtypes.
    let mut open: Vec<(TypeId, bool)> = roots.iter().rev().map(|id| (*id, false)).collect();
    while let Some((id, numbered)) = open.pop() {
        if numbered {
            types[id].subtypes.end = next;
            continue;
        }
        types[id].subtypes.start = next;
        next += 1;
        open.push((id, true));
        open.extend(children[id].iter().rev().map(|id| (*id, false)));
    }
    (0..structures, structures..structures + arrays)
}

/// Whether `ty` is `wanted`, or a subtype of it.
pub fn is_subtype(types: &Types, ty: TypeId, wanted: TypeId) -> bool {
    supertypes(types, ty).any(|ty| ty == wanted)
}

/// A type and its supertypes, the nearest first.
pub fn supertypes(types: &Types, ty: TypeId) -> impl Iterator<Item = TypeId> {
    std::iter::successors(Some(ty), |ty| types[*ty].supertype())
}

/// Whether a value of the canonical type `ty` is one of `wanted`.
pub fn is_value(types: &Types, ty: ValType, wanted: ValType) -> bool {
    match (ty, wanted) {
        (ValType::Ref(ty), ValType::Ref(wanted)) => {
            (wanted.is_nullable() || !ty.is_nullable())
                && is_heap(types, ty.heap_type(), wanted.heap_type())
        }
        (ty, wanted) => ty == wanted,
    }
}

/// Whether everything that a reference of the canonical heap type `ty` refers to is one of
/// `wanted`.
pub fn is_heap(types: &Types, ty: HeapType, wanted: HeapType) -> bool {
    use AbstractHeapType as A;
    let kind = |ty: TypeId| kind(&types[ty]);
    match (concrete(ty), concrete(wanted)) {
        (Some(ty), Some(wanted)) => is_subtype(types, ty, wanted),
        (Some(ty), None) => abstract_type(wanted).is_some_and(|wanted| is_below(kind(ty), wanted)),
        (None, Some(wanted)) => matches!(
            (abstract_type(ty), kind(wanted)),
            (Some(A::NoFunc), A::Func)
                | (Some(A::None), A::Struct | A::Array)
                | (Some(A::NoCont), A::Cont)
        ),
        _ => {
            ty == wanted
                || abstract_type(ty)
                    .zip(abstract_type(wanted))
                    .is_some_and(|(ty, wanted)| is_below(ty, wanted))
        }
    }
}

/// The program's type for a canonical heap type, unless it is abstract.
pub fn concrete(ty: HeapType) -> Option<TypeId> {
    match ty {
        HeapType::Concrete(UnpackedIndex::Module(id)) => Some(TypeId::from_u32(id)),
        _ => None,
    }
}

fn abstract_type(ty: HeapType) -> Option<AbstractHeapType> {
    match ty {
        HeapType::Abstract { shared: false, ty } => Some(ty),
        _ => None,
    }
}

/// The abstract heap type above a type.
fn kind(ty: &Type) -> AbstractHeapType {
    match ty.definition.composite_type.inner {
        CompositeInnerType::Func(_) => AbstractHeapType::Func,
        CompositeInnerType::Struct(_) => AbstractHeapType::Struct,
        CompositeInnerType::Array(_) => AbstractHeapType::Array,
        CompositeInnerType::Cont(_) => AbstractHeapType::Cont,
    }
}

fn is_below(ty: AbstractHeapType, wanted: AbstractHeapType) -> bool {
    use AbstractHeapType::*;
    ty == wanted
        || matches!(
            (ty, wanted),
            (Eq | I31 | Struct | Array | None, Any)
                | (I31 | Struct | Array | None, Eq)
                | (None, I31 | Struct | Array)
                | (NoFunc, Func)
                | (NoExtern, Extern)
                | (NoExn, Exn)
                | (NoCont, Cont)
        )
}
