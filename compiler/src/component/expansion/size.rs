//! The size of types as trees: the translator converts each part as often as it occurs.

use std::collections::HashMap;
use wasmparser::ComponentExternalKind as Kind;
use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentDefinedType, ComponentEntityType, ComponentFuncTypeId,
    ComponentInstanceTypeId, ComponentItem, ComponentValType,
};
use wasmparser::types::TypesRef;

/// This many bytes of a name cost as much as an item.
const NAME: u64 = 64;

/// The size of a type.
#[derive(Clone, Copy, Debug, Default)]
pub struct Size {
    /// The number of types and names in it, each counted as often as it occurs.
    pub items: u64,
    /// The number of resource types in an instance of it.
    pub resources: u64,
}

impl Size {
    fn add(&mut self, other: Size) {
        self.items = self.items.saturating_add(other.items);
        self.resources = self.resources.saturating_add(other.resources);
    }

    fn name(&mut self, name: &str) {
        self.items = self.items.saturating_add(name.len() as u64 / NAME);
    }
}

/// The sizes of the types seen. Types share parts, so each is computed once.
#[derive(Debug, Default)]
pub struct Sizes {
    known: HashMap<ComponentAnyTypeId, Size>,
}

impl Sizes {
    /// The type of an import or export.
    pub fn entity(&mut self, types: TypesRef<'_>, ty: ComponentEntityType) -> Size {
        match ty {
            ComponentEntityType::Module(id) => Size {
                items: 1 + types[id].imports.len() as u64 + types[id].exports.len() as u64,
                resources: 0,
            },
            ComponentEntityType::Func(id) => self.function(types, id),
            ComponentEntityType::Value(ty) => self.value(types, ty),
            ComponentEntityType::Type { created, .. } => self.any(types, created),
            ComponentEntityType::Instance(id) => self.instance(types, id),
            ComponentEntityType::Component(id) => {
                self.any(types, ComponentAnyTypeId::Component(id))
            }
        }
    }

    /// A function type.
    pub fn function(&mut self, types: TypesRef<'_>, id: ComponentFuncTypeId) -> Size {
        self.any(types, ComponentAnyTypeId::Func(id))
    }

    /// An instance type.
    pub fn instance(&mut self, types: TypesRef<'_>, id: ComponentInstanceTypeId) -> Size {
        self.any(types, ComponentAnyTypeId::Instance(id))
    }

    /// Any type. The validator limits the depth of types, and so of this recursion.
    fn any(&mut self, types: TypesRef<'_>, id: ComponentAnyTypeId) -> Size {
        if let Some(size) = self.known.get(&id) {
            return *size;
        }
        let mut size = Size {
            items: 1,
            resources: 0,
        };
        match id {
            ComponentAnyTypeId::Resource(_) => size.resources = 1,
            ComponentAnyTypeId::Defined(id) => self.defined(types, &types[id], &mut size),
            ComponentAnyTypeId::Func(id) => {
                for (name, ty) in &types[id].params {
                    size.name(name);
                    size.add(self.value(types, *ty));
                }
                if let Some(ty) = types[id].result {
                    size.add(self.value(types, ty));
                }
            }
            ComponentAnyTypeId::Instance(id) => {
                self.named(types, types[id].exports.iter(), &mut size);
            }
            ComponentAnyTypeId::Component(id) => {
                let (imports, exports) = (types[id].imports.iter(), types[id].exports.iter());
                self.named(types, imports.chain(exports), &mut size);
            }
        }
        self.known.insert(id, size);
        size
    }

    fn named<'t>(
        &mut self,
        types: TypesRef<'_>,
        items: impl Iterator<Item = (&'t String, &'t ComponentItem)>,
        size: &mut Size,
    ) {
        for (name, item) in items {
            size.name(name);
            size.add(self.entity(types, item.ty));
        }
    }

    fn value(&mut self, types: TypesRef<'_>, ty: ComponentValType) -> Size {
        match ty {
            ComponentValType::Primitive(_) => Size {
                items: 1,
                resources: 0,
            },
            ComponentValType::Type(id) => self.any(types, ComponentAnyTypeId::Defined(id)),
        }
    }

    fn defined(&mut self, types: TypesRef<'_>, ty: &ComponentDefinedType, size: &mut Size) {
        use ComponentDefinedType as D;
        match ty {
            D::Primitive(_) | D::Own(_) | D::Borrow(_) => {}
            D::Record(record) => {
                for (name, ty) in &record.fields {
                    size.name(name);
                    size.add(self.value(types, *ty));
                }
            }
            D::Variant(variant) => {
                for (name, case) in &variant.cases {
                    size.name(name);
                    size.items = size.items.saturating_add(1);
                    if let Some(ty) = case.ty {
                        size.add(self.value(types, ty));
                    }
                }
            }
            D::Tuple(tuple) => {
                for ty in &tuple.types {
                    size.add(self.value(types, *ty));
                }
            }
            D::Flags(names) | D::Enum(names) => {
                for name in names {
                    size.name(name);
                    size.items = size.items.saturating_add(1);
                }
            }
            D::List { element, .. } | D::FixedLengthList { element, .. } => {
                size.add(self.value(types, *element));
            }
            D::Map { key, value, .. } => {
                size.add(self.value(types, *key));
                size.add(self.value(types, *value));
            }
            D::Option { ty, .. } => size.add(self.value(types, *ty)),
            D::Result { ok, err, .. } => {
                for ty in [ok, err].into_iter().flatten() {
                    size.add(self.value(types, *ty));
                }
            }
            D::Future { ty, .. } | D::Stream { ty, .. } => {
                if let Some(ty) = ty {
                    size.add(self.value(types, *ty));
                }
            }
        }
    }
}

/// The index space of an item of this type.
pub fn kind(ty: ComponentEntityType) -> Kind {
    match ty {
        ComponentEntityType::Module(_) => Kind::Module,
        ComponentEntityType::Func(_) => Kind::Func,
        ComponentEntityType::Value(_) => Kind::Value,
        ComponentEntityType::Type { .. } => Kind::Type,
        ComponentEntityType::Instance(_) => Kind::Instance,
        ComponentEntityType::Component(_) => Kind::Component,
    }
}
