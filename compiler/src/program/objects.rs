//! The layout of objects ([`wasi_aot_abi::heap`]), from which the lowering and the collector's
//! tables follow.

use std::mem::size_of;
use wasi_aot_abi::heap::{ARRAY_LENGTH, OBJECT_ALIGN, Object};
use wasmparser::{
    AbstractHeapType, CompositeInnerType, HeapType, StorageType, UnpackedIndex, ValType,
};

use super::subtyping::Types;
use super::types::{Type, TypeId};

/// The layout of a type's objects. It begins with the layout of the supertype.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ObjectLayout {
    /// For a structure: its size in bytes including the header, a multiple of [`OBJECT_ALIGN`]. For
    /// an array: the offset of element 0.
    pub bytes: u32,
    /// Size of an array's element in bytes; 0: a structure.
    pub stride: u32,
    /// Offsets of a structure's fields.
    pub fields: Box<[u32]>,
    /// Offsets of the references to objects, ascending. For an array of references: 0, the offset
    /// within an element.
    pub references: Box<[u32]>,
}

/// The layouts of all types, by number; empty for types other than structures and arrays.
pub fn layouts(types: &Types) -> Vec<ObjectLayout> {
    let mut layouts = vec![ObjectLayout::default(); types.len()];
    for ty in types.values() {
        layouts[ty.number() as usize] = match &ty.definition.composite_type.inner {
            CompositeInnerType::Struct(ty) => {
                structure(types, ty.fields.iter().map(|field| field.element_type))
            }
            CompositeInnerType::Array(ty) => array(types, ty.0.element_type),
            CompositeInnerType::Func(_) | CompositeInnerType::Cont(_) => continue,
        };
    }
    layouts
}

/// The layout of a structure with these fields.
pub fn structure(types: &Types, fields: impl Iterator<Item = StorageType>) -> ObjectLayout {
    let mut end = size_of::<Object>() as u32;
    let (mut offsets, mut references) = (Vec::new(), Vec::new());
    for field in fields {
        let offset = end.next_multiple_of(alignment(field));
        offsets.push(offset);
        if is_reference(types, field) {
            references.push(offset);
        }
        end = offset + size(field);
    }
    ObjectLayout {
        bytes: end.next_multiple_of(OBJECT_ALIGN as u32),
        stride: 0,
        fields: offsets.into(),
        references: references.into(),
    }
}

fn array(types: &Types, element: StorageType) -> ObjectLayout {
    let length_end = ARRAY_LENGTH as u32 + size_of::<u32>() as u32;
    let references: &[u32] = if is_reference(types, element) {
        &[0]
    } else {
        &[]
    };
    ObjectLayout {
        bytes: length_end.next_multiple_of(alignment(element)),
        stride: size(element),
        fields: Box::default(),
        references: references.into(),
    }
}

/// The type of an array's elements.
pub fn element(ty: &Type) -> StorageType {
    ty.definition.unwrap_array().0.element_type
}

/// The type of a structure's field, or of an array's elements.
pub fn field(ty: &Type, index: usize) -> StorageType {
    match &ty.definition.composite_type.inner {
        CompositeInnerType::Struct(ty) => ty.fields[index].element_type,
        _ => element(ty),
    }
}

/// Size of a field or element, in bytes.
pub fn size(ty: StorageType) -> u32 {
    match ty {
        StorageType::I8 => 1,
        StorageType::I16 => 2,
        StorageType::Val(ValType::I32 | ValType::F32 | ValType::Ref(_)) => 4,
        StorageType::Val(ValType::I64 | ValType::F64) => 8,
        StorageType::Val(ValType::V128) => 16,
    }
}

fn alignment(ty: StorageType) -> u32 {
    size(ty).min(OBJECT_ALIGN as u32)
}

fn is_reference(types: &Types, ty: StorageType) -> bool {
    matches!(ty, StorageType::Val(ty) if may_be_object(types, ty))
}

/// Whether a value of this canonical type can refer to an object, so that the collector must know
/// of it.
pub fn may_be_object(types: &Types, ty: ValType) -> bool {
    let ValType::Ref(ty) = ty else { return false };
    use AbstractHeapType::*;
    match ty.heap_type() {
        HeapType::Abstract { ty, .. } => match ty {
            Func | NoFunc | Cont | NoCont | I31 | None | NoExtern | NoExn => false,
            Any | Eq | Struct | Array | Extern | Exn => true,
        },
        HeapType::Concrete(UnpackedIndex::Module(id))
        | HeapType::Exact(UnpackedIndex::Module(id)) => {
            let ty = &types[TypeId::from_u32(id)].definition.composite_type.inner;
            matches!(
                ty,
                CompositeInnerType::Struct(_) | CompositeInnerType::Array(_)
            )
        }
        _ => false,
    }
}
