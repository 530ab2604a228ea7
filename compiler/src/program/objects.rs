//! Where the fields and elements of objects are ([`wasi_aot_abi::heap`]): what lowering and the collector's
//! tables follow from.

use std::mem::size_of;
use wasi_aot_abi::heap::{ARRAY_LENGTH, OBJECT_ALIGN, Object};
use wasmparser::{
    AbstractHeapType, CompositeInnerType, HeapType, StorageType, UnpackedIndex, ValType,
};

use super::subtyping::Types;
use super::types::{Type, TypeId};

/// How the objects of a type are laid out. A subtype's starts as its supertype's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectLayout {
    /// Bytes of a structure, a multiple of [`OBJECT_ALIGN`], header included; of an array: offset of element 0.
    pub bytes: u32,
    /// Bytes of an element of an array; 0: a structure.
    pub stride: u32,
    /// Offsets of a structure's fields.
    pub fields: Box<[u32]>,
    /// Offsets of the references to objects among them, ascending; of an array that holds such, 0: an offset from
    /// the element.
    pub references: Box<[u32]>,
}

/// The layouts of all types' objects, by number; those of other types are empty.
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

/// The layout of an object with these fields.
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

/// The type of the elements of an array.
pub fn element(ty: &Type) -> StorageType {
    ty.definition.unwrap_array().0.element_type
}

/// The type of a field of a structure, or of the elements of an array.
pub fn field(ty: &Type, index: usize) -> StorageType {
    match &ty.definition.composite_type.inner {
        CompositeInnerType::Struct(ty) => ty.fields[index].element_type,
        _ => element(ty),
    }
}

/// Bytes of a field or element.
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

/// Whether a value of this canonical type can refer to an object, which the collector must know of.
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
