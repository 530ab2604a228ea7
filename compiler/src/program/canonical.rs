//! Function types made comparable over all modules of a program (core specification §3.1.4, iso-recursive type
//! equivalence).
//!
//! In a module a type refers to others by their index. Here it refers to them by their [`SigId`], and equal
//! types have equal ids: a recursion group is the same as another if its types are, once references within
//! the group are numbered from its start.

use super::types::SigId;
use crate::wasm::{GlobalIndex, Module, TableIndex, TypeIndex};
use cranelift_entity::{EntityRef, PrimaryMap};
use std::collections::HashMap;
use wasmparser::{AbstractHeapType, FuncType, HeapType, RefType, UnpackedIndex, ValType};

/// The recursion groups of the program.
#[derive(Debug, Default)]
pub struct Groups {
    /// The first id of each group.
    known: HashMap<Box<[FuncType]>, SigId>,
    /// Whether there are more types than references can name. Then some of them are wrong.
    pub overflow: bool,
}

/// What a module's types are in the program.
#[derive(Debug, Default)]
pub struct Canonical {
    /// Function types.
    pub types: PrimaryMap<TypeIndex, SigId>,
    /// Types of the elements of tables.
    pub tables: PrimaryMap<TableIndex, RefType>,
    /// Types of the values of globals.
    pub globals: PrimaryMap<GlobalIndex, ValType>,
}

impl Groups {
    /// The id of a type that refers to no other.
    pub fn plain(&mut self, all: &mut PrimaryMap<SigId, FuncType>, ty: &FuncType) -> SigId {
        let group = [ty.clone()];
        if let Some(id) = self.known.get(group.as_slice()) {
            return *id;
        }
        let id = all.push(ty.clone());
        self.known.insert(group.into(), id);
        id
    }

    /// Makes a module's types those of the program; new ones are added to `all`.
    pub fn module(
        &mut self,
        all: &mut PrimaryMap<SigId, FuncType>,
        module: &Module<'_>,
    ) -> Canonical {
        let mut types: PrimaryMap<TypeIndex, SigId> = PrimaryMap::new();
        for &count in &module.type_groups {
            let start = types.len();
            let group = (start..start + count).map(|index| &module.types[TypeIndex::new(index)]);
            let outside = |index: u32, inside: &dyn Fn(u32) -> UnpackedIndex| {
                let known = types.get(TypeIndex::from_u32(index));
                known.map_or_else(
                    || inside(index - start as u32),
                    |id| UnpackedIndex::Module(id.as_u32()),
                )
            };
            let key: Box<[_]> = group
                .clone()
                .map(|ty| self.function(ty, &|i| outside(i, &UnpackedIndex::RecGroup)))
                .collect();
            let first = match self.known.get(&key) {
                Some(first) => *first,
                None => {
                    let first = all.next_key();
                    let own = |index| UnpackedIndex::Module(first.as_u32() + index);
                    for ty in group {
                        all.push(self.function(ty, &|i| outside(i, &own)));
                    }
                    self.known.insert(key, first);
                    first
                }
            };
            for index in 0..count {
                types.push(SigId::new(first.index() + index));
            }
        }
        let index = |index| UnpackedIndex::Module(types[TypeIndex::from_u32(index)].as_u32());
        let tables = module.tables.values();
        let tables = tables.map(|ty| self.reference(ty.element_type, &index));
        let tables = tables.collect();
        let globals = module.globals.values();
        let globals = globals.map(|ty| self.value(ty.content_type, &index));
        let globals = globals.collect();
        Canonical {
            types,
            tables,
            globals,
        }
    }

    fn function(&mut self, ty: &FuncType, index: &dyn Fn(u32) -> UnpackedIndex) -> FuncType {
        let values = ty.params().iter().chain(ty.results());
        let mut values: Vec<_> = values.map(|ty| self.value(*ty, index)).collect();
        let results = values.split_off(ty.params().len());
        FuncType::new(values, results)
    }

    fn value(&mut self, ty: ValType, index: &dyn Fn(u32) -> UnpackedIndex) -> ValType {
        match ty {
            ValType::Ref(ty) => ValType::Ref(self.reference(ty, index)),
            other => other,
        }
    }

    fn reference(&mut self, ty: RefType, index: &dyn Fn(u32) -> UnpackedIndex) -> RefType {
        let HeapType::Concrete(UnpackedIndex::Module(own)) = ty.heap_type() else {
            return ty;
        };
        let heap = HeapType::Concrete(index(own));
        RefType::new(ty.is_nullable(), heap).unwrap_or_else(|| {
            self.overflow = true;
            ty
        })
    }
}

/// Whether a value of the canonical type `ty` is one of `wanted` (core specification §3.3).
pub fn is_value(ty: ValType, wanted: ValType) -> bool {
    match (ty, wanted) {
        (ValType::Ref(ty), ValType::Ref(wanted)) => {
            (wanted.is_nullable() || !ty.is_nullable())
                && is_heap(ty.heap_type(), wanted.heap_type())
        }
        (ty, wanted) => ty == wanted,
    }
}

fn is_heap(ty: HeapType, wanted: HeapType) -> bool {
    let kind = |heap| match heap {
        HeapType::Abstract { shared: false, ty } => Some(ty),
        _ => None,
    };
    ty == wanted
        || match (kind(ty), kind(wanted)) {
            // What is concrete is a function.
            (None, Some(AbstractHeapType::Func)) | (Some(AbstractHeapType::NoFunc), None) => true,
            (Some(AbstractHeapType::NoFunc), Some(AbstractHeapType::Func)) => true,
            (Some(AbstractHeapType::NoExtern), Some(AbstractHeapType::Extern)) => true,
            (Some(AbstractHeapType::NoExn), Some(AbstractHeapType::Exn)) => true,
            _ => false,
        }
}
