//! Canonical types, which can be compared across all modules of a program (core specification
//! §3.1.4, iso-recursive type equivalence).
//!
//! Types of a module refer to each other by index. Here they refer to each other by [`TypeId`], and
//! equal types have equal ids. Two recursion groups are equal if their types are equal once
//! references within the group are numbered from its start.

use super::types::{Type, TypeId};
use crate::wasm::{ElemIndex, GlobalIndex, Module, TableIndex, TypeIndex};
use cranelift_entity::{EntityRef, PrimaryMap};
use std::collections::HashMap;
use wasmparser::{
    ArrayType, CompositeInnerType, CompositeType, FieldType, FuncType, HeapType, PackedIndex,
    RefType, StorageType, StructType, SubType, UnpackedIndex, ValType,
};

/// The recursion groups of the program.
#[derive(Debug, Default)]
pub struct Groups {
    /// The first id of each group.
    known: HashMap<Box<[SubType]>, TypeId>,
    /// Whether there are more types than references can encode. Some references are then wrong.
    pub overflow: bool,
}

/// The program's types for a module's types.
#[derive(Debug, Default)]
pub struct Canonical {
    /// Types.
    pub types: PrimaryMap<TypeIndex, TypeId>,
    /// Types of the elements of tables.
    pub tables: PrimaryMap<TableIndex, RefType>,
    /// Types of the values of globals.
    pub globals: PrimaryMap<GlobalIndex, ValType>,
    /// Types of the elements of segments.
    pub elements: PrimaryMap<ElemIndex, RefType>,
}

/// Maps the index of a module's type.
type Rename<'r> = dyn Fn(u32) -> UnpackedIndex + 'r;

impl Groups {
    /// The id of a final function type without references to other types.
    pub fn plain(&mut self, all: &mut PrimaryMap<TypeId, Type>, ty: &FuncType) -> TypeId {
        let group = [SubType::func(ty.clone(), false)];
        if let Some(id) = self.known.get(group.as_slice()) {
            return *id;
        }
        let id = all.push(Type::new(group[0].clone()));
        self.known.insert(group.into(), id);
        id
    }

    /// Maps a module's types to the program's; new ones are added to `all`.
    pub fn module(&mut self, all: &mut PrimaryMap<TypeId, Type>, module: &Module<'_>) -> Canonical {
        let mut types: PrimaryMap<TypeIndex, TypeId> = PrimaryMap::new();
        for &count in &module.type_groups {
            let start = types.len();
            let group = (start..start + count).map(|index| &module.types[TypeIndex::new(index)]);
            let outside = |index: u32, inside: &Rename<'_>| {
                let known = types.get(TypeIndex::from_u32(index));
                known.map_or_else(
                    || inside(index - start as u32),
                    |id| UnpackedIndex::Module(id.as_u32()),
                )
            };
            let key: Box<[_]> = group
                .clone()
                .map(|ty| self.definition(ty, &|i| outside(i, &UnpackedIndex::RecGroup)))
                .collect();
            let first = match self.known.get(&key) {
                Some(first) => *first,
                None => {
                    let first = all.next_key();
                    let own = |index| UnpackedIndex::Module(first.as_u32() + index);
                    for ty in group {
                        let ty = self.definition(ty, &|i| outside(i, &own));
                        all.push(Type::new(ty));
                    }
                    self.known.insert(key, first);
                    first
                }
            };
            for index in 0..count {
                types.push(TypeId::new(first.index() + index));
            }
        }
        let index = |index| UnpackedIndex::Module(types[TypeIndex::from_u32(index)].as_u32());
        let tables = module.tables.values();
        let tables = tables.map(|ty| self.reference(ty.element_type, &index));
        let tables = tables.collect();
        let globals = module.globals.values();
        let globals = globals.map(|ty| self.value(ty.content_type, &index));
        let globals = globals.collect();
        let elements = module.elements.values();
        let elements = elements.map(|segment| self.reference(segment.ty, &index));
        let elements = elements.collect();
        Canonical {
            types,
            tables,
            globals,
            elements,
        }
    }

    fn definition(&mut self, ty: &SubType, index: &Rename<'_>) -> SubType {
        let inner = match &ty.composite_type.inner {
            CompositeInnerType::Func(ty) => CompositeInnerType::Func(self.function(ty, index)),
            CompositeInnerType::Array(ty) => {
                CompositeInnerType::Array(ArrayType(self.field(ty.0, index)))
            }
            CompositeInnerType::Struct(ty) => {
                let fields = ty.fields.iter().map(|ty| self.field(*ty, index));
                let fields = fields.collect();
                CompositeInnerType::Struct(StructType { fields })
            }
            other @ CompositeInnerType::Cont(_) => other.clone(),
        };
        let supertypes = ty.supertype_idxs.iter().map(|ty| self.index(*ty, index));
        SubType {
            is_final: ty.is_final,
            supertype_idxs: supertypes.collect(),
            composite_type: CompositeType {
                inner,
                ..ty.composite_type.clone()
            },
        }
    }

    fn function(&mut self, ty: &FuncType, index: &Rename<'_>) -> FuncType {
        let values = ty.params().iter().chain(ty.results());
        let mut values: Vec<_> = values.map(|ty| self.value(*ty, index)).collect();
        let results = values.split_off(ty.params().len());
        FuncType::new(values, results)
    }

    fn field(&mut self, ty: FieldType, index: &Rename<'_>) -> FieldType {
        let element_type = match ty.element_type {
            StorageType::Val(ty) => StorageType::Val(self.value(ty, index)),
            packed => packed,
        };
        FieldType { element_type, ..ty }
    }

    fn value(&mut self, ty: ValType, index: &Rename<'_>) -> ValType {
        match ty {
            ValType::Ref(ty) => ValType::Ref(self.reference(ty, index)),
            other => other,
        }
    }

    fn reference(&mut self, ty: RefType, index: &Rename<'_>) -> RefType {
        let HeapType::Concrete(UnpackedIndex::Module(own)) = ty.heap_type() else {
            return ty;
        };
        let heap = HeapType::Concrete(index(own));
        RefType::new(ty.is_nullable(), heap).unwrap_or_else(|| {
            self.overflow = true;
            ty
        })
    }

    fn index(&mut self, packed: PackedIndex, index: &Rename<'_>) -> PackedIndex {
        let UnpackedIndex::Module(own) = packed.unpack() else {
            return packed;
        };
        index(own).pack().unwrap_or_else(|| {
            self.overflow = true;
            packed
        })
    }
}
