//! Converts the translator's types to this compiler's.

use super::{Flat, asynchronous, nested, sorted};
use crate::component::plan::ResourceType;
use crate::component::types::{Func, Resource, Type};
use crate::error::{Error, Result};
use wasmtime_environ::EntityRef;
use wasmtime_environ::component::{
    Export as Exported, ExportIndex, InterfaceType, TypeDef, TypeFuncIndex, TypeResourceTableIndex,
};

impl Flat<'_, '_> {
    /// Finds the names of the resource types that the component exports.
    pub(super) fn resource_names(&mut self) {
        for (name, (index, _)) in self.translation.component.exports.raw_iter() {
            self.resource_name("", name, *index);
        }
    }

    fn resource_name(&mut self, interface: &str, name: &str, index: ExportIndex) {
        match &self.translation.component.export_items[index] {
            Exported::Type(TypeDef::Resource(ty)) => {
                let resource = self.plan.type_uses[ty.index()].resource;
                let name = full_name(interface, name);
                self.resource_names.entry(resource).or_insert(name);
            }
            Exported::Instance { exports, .. } => {
                let path = nested(interface, name);
                for (name, index) in sorted(exports) {
                    self.resource_name(&path, name, index);
                }
            }
            _ => {}
        }
    }

    pub(super) fn func(&self, index: TypeFuncIndex) -> Result<Func> {
        let ty = &self.types[index];
        if ty.async_ {
            return Err(asynchronous());
        }
        let types = self.types[ty.params].types.iter().map(|ty| self.ty(ty));
        let params = ty.param_names.iter().cloned().zip(types);
        let params = params.map(|(name, ty)| Ok((name, ty?)));
        let result = self.types[ty.results].types.first();
        Ok(Func {
            params: params.collect::<Result<_>>()?,
            result: result.map(|ty| self.ty(ty)).transpose()?,
        })
    }

    pub(super) fn ty(&self, ty: &InterfaceType) -> Result<Type> {
        let types = self.types;
        let boxed = |ty: &InterfaceType| self.ty(ty).map(Box::new);
        let names = |names: &mut dyn Iterator<Item = &String>| names.cloned().collect();
        Ok(match ty {
            InterfaceType::Bool => Type::Bool,
            InterfaceType::S8 => Type::S8,
            InterfaceType::U8 => Type::U8,
            InterfaceType::S16 => Type::S16,
            InterfaceType::U16 => Type::U16,
            InterfaceType::S32 => Type::S32,
            InterfaceType::U32 => Type::U32,
            InterfaceType::S64 => Type::S64,
            InterfaceType::U64 => Type::U64,
            InterfaceType::Float32 => Type::F32,
            InterfaceType::Float64 => Type::F64,
            InterfaceType::Char => Type::Char,
            InterfaceType::String => Type::String,
            InterfaceType::List(index) => Type::List(boxed(&types[*index].element)?),
            InterfaceType::FixedLengthList(index) => {
                let list = &types[*index];
                Type::FixedList(boxed(&list.element)?, list.size)
            }
            InterfaceType::Record(index) => {
                let fields = types[*index].fields.iter();
                let fields = fields.map(|field| Ok((field.name.clone(), self.ty(&field.ty)?)));
                Type::Record(fields.collect::<Result<_>>()?)
            }
            InterfaceType::Tuple(index) => {
                let members = types[*index].types.iter().map(|ty| self.ty(ty));
                Type::Tuple(members.collect::<Result<_>>()?)
            }
            InterfaceType::Variant(index) => {
                let cases = types[*index].cases.iter();
                let cases = cases.map(|(name, ty)| {
                    Ok((name.clone(), ty.as_ref().map(|ty| self.ty(ty)).transpose()?))
                });
                Type::Variant(cases.collect::<Result<_>>()?)
            }
            InterfaceType::Enum(index) => Type::Enum(names(&mut types[*index].names.iter())),
            InterfaceType::Flags(index) => Type::Flags(names(&mut types[*index].names.iter())),
            InterfaceType::Option(index) => Type::Option(boxed(&types[*index].ty)?),
            InterfaceType::Result(index) => {
                let result = &types[*index];
                let ok = result.ok.as_ref().map(boxed).transpose()?;
                let err = result.err.as_ref().map(boxed).transpose()?;
                Type::Result(ok, err)
            }
            InterfaceType::Own(index) => Type::Own(self.resource(*index)),
            InterfaceType::Borrow(index) => Type::Borrow(self.resource(*index)),
            InterfaceType::Map(_) => return Err(Error::unsupported("maps of the component model")),
            InterfaceType::ErrorContext(_) => return Err(Error::unsupported("error contexts")),
            InterfaceType::Future(_) | InterfaceType::Stream(_) => return Err(asynchronous()),
        })
    }

    fn resource(&self, index: TypeResourceTableIndex) -> Resource {
        let resource = self.plan.type_uses[index.index()].resource;
        let name = match self.plan.resources.get(resource) {
            Some(ResourceType::Host { interface, name }) => full_name(interface, name),
            _ => match self.resource_names.get(&resource) {
                Some(name) => name.clone(),
                None => format!("#{resource}"),
            },
        };
        Resource {
            type_use: index.as_u32(),
            name,
        }
    }
}

/// The name of a type with its interface, if it is in one, without the version.
fn full_name(interface: &str, name: &str) -> String {
    match interface.split('@').next().unwrap_or_default() {
        "" => name.to_owned(),
        interface => format!("{interface}.{name}"),
    }
}
