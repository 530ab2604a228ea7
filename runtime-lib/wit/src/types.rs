//! Converts types of WIT to types of Rust, and to the text that the compiler compares.

use super::interfaces::Wit;
use super::names::camel;
use anyhow::{Result, bail};
use wit_parser::{Handle, Type, TypeDefKind, TypeId};

/// The direction of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// From the program, as a parameter.
    Lift,
    /// To the program, as a result.
    Lower,
}

impl Wit {
    /// The type of Rust.
    ///
    /// # Errors
    ///
    /// WASI 0.2 has no such type yet.
    pub fn rust(&self, ty: &Type, way: Way) -> Result<String> {
        Ok(match ty {
            Type::Bool => "bool".to_owned(),
            Type::U8 => "u8".to_owned(),
            Type::U16 => "u16".to_owned(),
            Type::U32 => "u32".to_owned(),
            Type::U64 => "u64".to_owned(),
            Type::S32 => "i32".to_owned(),
            Type::S64 => "i64".to_owned(),
            Type::String => match way {
                Way::Lift => "Text<'_>".to_owned(),
                Way::Lower => "Stored<str>".to_owned(),
            },
            Type::Id(id) => self.rust_named(*id, way)?,
            other => bail!("{other:?} in an interface"),
        })
    }

    fn rust_named(&self, id: TypeId, way: Way) -> Result<String> {
        let original = self.original(id);
        let def = &self.resolve.types[original];
        let optional = |ty: &Option<Type>| match ty {
            Some(ty) => self.rust(ty, way),
            None => Ok("()".to_owned()),
        };
        Ok(match &def.kind {
            TypeDefKind::Option(ty) => format!("Option<{}>", self.rust(ty, way)?),
            TypeDefKind::Result(result) => {
                format!(
                    "Result<{}, {}>",
                    optional(&result.ok)?,
                    optional(&result.err)?
                )
            }
            TypeDefKind::Tuple(tuple) => {
                let types: Result<Vec<_>> =
                    tuple.types.iter().map(|ty| self.rust(ty, way)).collect();
                format!("({})", types?.join(", "))
            }
            TypeDefKind::List(ty) => match way {
                Way::Lift => format!("List<'_, {}>", self.rust(ty, way)?),
                Way::Lower => format!("Stored<[{}]>", self.rust(ty, way)?),
            },
            TypeDefKind::Handle(Handle::Own(id)) => format!("Own<{}>", self.path(*id, way)?),
            TypeDefKind::Handle(Handle::Borrow(id)) => format!("Borrow<{}>", self.path(*id, way)?),
            TypeDefKind::Type(ty) => self.rust(ty, way)?,
            TypeDefKind::Record(_)
            | TypeDefKind::Variant(_)
            | TypeDefKind::Enum(_)
            | TypeDefKind::Flags(_) => {
                let lifetime = if way == Way::Lift && self.holds_list(&Type::Id(original)) {
                    "<'_>"
                } else {
                    ""
                };
                format!("{}{lifetime}", self.path(original, way)?)
            }
            other => bail!("{} in an interface", other.as_str()),
        })
    }

    /// The path of the Rust type for a named type.
    fn path(&self, id: TypeId, way: Way) -> Result<String> {
        let id = self.original(id);
        let wit_parser::TypeOwner::Interface(owner) = self.resolve.types[id].owner else {
            bail!("a type without an interface");
        };
        Ok(format!(
            "{}::{}",
            self.module(owner),
            self.form_name(id, way)
        ))
    }

    /// The name of the Rust type for a named type.
    pub fn form_name(&self, id: TypeId, way: Way) -> String {
        let name = camel(self.resolve.types[id].name.as_deref().unwrap_or_default());
        match way {
            Way::Lift if self.has_two_forms(id) => format!("{name}Param"),
            _ => name,
        }
    }

    /// Whether values of a type have one form as parameters, which refer to the program's memory,
    /// and another one as results.
    pub fn has_two_forms(&self, id: TypeId) -> bool {
        self.uses.ways(id) == "both" && self.holds_list(&Type::Id(id))
    }

    /// Whether a value of this type refers to the program's memory.
    pub fn holds_list(&self, ty: &Type) -> bool {
        let Type::Id(id) = ty else {
            return matches!(ty, Type::String);
        };
        match &self.resolve.types[*id].kind {
            TypeDefKind::List(_) => true,
            _ => self.parts(*id).iter().any(|part| self.holds_list(part)),
        }
    }

    /// The direct parts of a type.
    pub fn parts(&self, id: TypeId) -> Vec<Type> {
        match &self.resolve.types[id].kind {
            TypeDefKind::Record(record) => record.fields.iter().map(|field| field.ty).collect(),
            TypeDefKind::Variant(variant) => {
                variant.cases.iter().filter_map(|case| case.ty).collect()
            }
            TypeDefKind::Tuple(tuple) => tuple.types.clone(),
            TypeDefKind::Option(ty) | TypeDefKind::List(ty) | TypeDefKind::Type(ty) => vec![*ty],
            TypeDefKind::Result(result) => result.ok.into_iter().chain(result.err).collect(),
            _ => Vec::new(),
        }
    }

    /// A type in full, without the names of records and similar types:
    /// `record{seconds:u64,nanoseconds:u32}`. Resources have the name of their interface:
    /// `own<wasi:io/error.error>`.
    pub fn structure(&self, ty: &Type) -> Result<String> {
        let Type::Id(id) = ty else {
            return Ok(match ty {
                Type::Bool => "bool",
                Type::U8 => "u8",
                Type::U16 => "u16",
                Type::U32 => "u32",
                Type::U64 => "u64",
                Type::S8 => "s8",
                Type::S16 => "s16",
                Type::S32 => "s32",
                Type::S64 => "s64",
                Type::F32 => "f32",
                Type::F64 => "f64",
                Type::Char => "char",
                Type::String => "string",
                other => bail!("{other:?} in an interface"),
            }
            .to_owned());
        };
        let list = |parts: Vec<String>| parts.join(",");
        let optional = |ty: &Option<Type>| match ty {
            Some(ty) => self.structure(ty),
            None => Ok("_".to_owned()),
        };
        let named = |name: &str, ty: &Type| Ok(format!("{name}:{}", self.structure(ty)?));
        Ok(match &self.resolve.types[*id].kind {
            TypeDefKind::Type(ty) => self.structure(ty)?,
            TypeDefKind::Option(ty) => format!("option<{}>", self.structure(ty)?),
            TypeDefKind::List(ty) => format!("list<{}>", self.structure(ty)?),
            TypeDefKind::Result(result) => {
                format!(
                    "result<{},{}>",
                    optional(&result.ok)?,
                    optional(&result.err)?
                )
            }
            TypeDefKind::Tuple(tuple) => {
                let types = tuple.types.iter().map(|ty| self.structure(ty));
                format!("tuple<{}>", list(types.collect::<Result<_>>()?))
            }
            TypeDefKind::Record(record) => {
                let fields = record.fields.iter().map(|f| named(&f.name, &f.ty));
                format!("record{{{}}}", list(fields.collect::<Result<_>>()?))
            }
            TypeDefKind::Variant(variant) => {
                let cases = variant.cases.iter().map(|case| match &case.ty {
                    Some(ty) => named(&case.name, ty),
                    None => Ok(case.name.clone()),
                });
                format!("variant{{{}}}", list(cases.collect::<Result<_>>()?))
            }
            TypeDefKind::Enum(cases) => {
                let names = cases.cases.iter().map(|case| case.name.clone());
                format!("enum{{{}}}", list(names.collect()))
            }
            TypeDefKind::Flags(flags) => {
                let names = flags.flags.iter().map(|flag| flag.name.clone());
                format!("flags{{{}}}", list(names.collect()))
            }
            TypeDefKind::Handle(Handle::Own(id)) => format!("own<{}>", self.resource_name(*id)),
            TypeDefKind::Handle(Handle::Borrow(id)) => {
                format!("borrow<{}>", self.resource_name(*id))
            }
            other => bail!("{} in an interface", other.as_str()),
        })
    }

    /// A resource type's name: `wasi:io/error.error`.
    pub fn resource_name(&self, id: TypeId) -> String {
        let def = &self.resolve.types[self.original(id)];
        let name = def.name.as_deref().unwrap_or_default();
        match def.owner {
            wit_parser::TypeOwner::Interface(owner) => {
                format!("{}.{name}", self.interface_name(owner))
            }
            _ => name.to_owned(),
        }
    }
}
