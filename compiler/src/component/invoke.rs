//! A call of an export with values that are known at build time (`--invoke`).

use super::imports::compatible;
use super::layout::{cases, discriminant, flatten, layout, offsets, payload};
use super::plan::{Export, Plan};
use super::types::Type;
use super::values;
use crate::error::{Code, Error, Result};
use crate::program::TypeNode;
use wasi_aot_abi::component::invocation::kind;

/// Words that WAVE does not parse as the name of a case.
const KEYWORDS: &[&str] = &["true", "false", "some", "none", "ok", "err", "inf", "nan"];

/// The export that a call names: with its interface (`a:b/c.NAME@1.0.0` or `a:b/c@1.0.0#NAME`; a
/// compatible version also matches), or without it if the name is unique.
///
/// # Errors
///
/// `Entry`: there is none of this name, or there are several.
pub fn find<'p>(plan: &'p Plan<'_>, call: &str) -> Result<&'p Export> {
    let name = values::name(call);
    let exact = |export: &&Export| full_name(export) == name || by_symbol(export) == name;
    let mut exports = plan.exports.iter();
    if let Some(export) = exports.clone().find(exact) {
        return Ok(export);
    }
    if let Some(export) = exports.find(|export| is_compatible(&full_name(export), name)) {
        return Ok(export);
    }
    let mut found = plan.exports.iter().filter(|export| export.name == name);
    match (found.next(), found.next()) {
        (Some(export), None) => Ok(export),
        (None, _) => {
            let message = format!("the component exports no function `{name}`");
            let names: Vec<_> = plan.exports.iter().map(shown).collect();
            let error = Error::new(Code::Entry, message);
            Err(match names.len() {
                0 => error,
                _ => error.help(format!("it exports {}", names.join(", "))),
            })
        }
        (Some(_), Some(_)) => {
            let message = format!("the component exports several functions `{name}`");
            let named = plan.exports.iter().filter(|export| export.name == name);
            let names: Vec<_> = named.map(shown).collect();
            Err(Error::new(Code::Entry, message).help(format!("name one: {}", names.join(", "))))
        }
    }
}

/// The full name of an export, for messages.
pub fn shown(export: &Export) -> String {
    format!("`{}`", full_name(export))
}

/// The full name of an export in WIT's form: `a:b/c.name@1.0.0`.
fn full_name(export: &Export) -> String {
    let name = &export.name;
    match export.interface.split_once('@') {
        _ if export.interface.is_empty() => name.clone(),
        Some((interface, version)) => format!("{interface}.{name}@{version}"),
        None => format!("{}.{name}", export.interface),
    }
}

/// The full name in the form of symbols: `a:b/c@1.0.0#name`.
fn by_symbol(export: &Export) -> String {
    format!("{}#{}", export.interface, export.name)
}

/// Whether two full names differ only in compatible versions.
fn is_compatible(a: &str, b: &str) -> bool {
    let parts = |name: &'_ str| {
        let (name, version) = name.split_once('@')?;
        Some((name.to_owned(), compatible(version)?.to_owned()))
    };
    parts(a).is_some_and(|a| parts(b) == Some(a))
}

/// Adds a type and all its parts to `nodes`; returns its index.
pub fn describe(ty: &Type, nodes: &mut Vec<TypeNode>) -> u32 {
    let layout = layout(ty);
    let (kind, count) = match ty {
        Type::Bool => (kind::BOOL, 0),
        Type::S8 => (kind::S8, 0),
        Type::U8 => (kind::U8, 0),
        Type::S16 => (kind::S16, 0),
        Type::U16 => (kind::U16, 0),
        Type::S32 => (kind::S32, 0),
        Type::U32 => (kind::U32, 0),
        Type::S64 => (kind::S64, 0),
        Type::U64 => (kind::U64, 0),
        Type::F32 => (kind::F32, 0),
        Type::F64 => (kind::F64, 0),
        Type::Char => (kind::CHAR, 0),
        Type::String => (kind::STRING, 0),
        Type::List(_) => (kind::LIST, 0),
        Type::FixedList(_, length) => (kind::FIXED_LIST, *length),
        Type::Record(_) => (kind::RECORD, 0),
        Type::Tuple(_) => (kind::TUPLE, 0),
        Type::Flags(_) => (kind::FLAGS, 0),
        Type::Variant(_) | Type::Enum(_) | Type::Result(..) => (kind::VARIANT, discriminant(ty)),
        Type::Option(_) => (kind::OPTION, discriminant(ty)),
        // These were refused earlier.
        Type::Own(_) | Type::Borrow(_) => (kind::U32, 0),
    };
    let members = members(ty, nodes);
    nodes.push(TypeNode {
        kind,
        size: layout.size,
        align: layout.align,
        count,
        members,
    });
    nodes.len() as u32 - 1
}

fn members(ty: &Type, nodes: &mut Vec<TypeNode>) -> Vec<(String, Option<u32>, u32)> {
    match ty {
        Type::List(element) | Type::FixedList(element, _) => {
            vec![(String::new(), Some(describe(element, nodes)), 0)]
        }
        Type::Record(fields) => {
            let (offsets, _) = offsets(fields.iter().map(|(_, ty)| ty));
            let fields = fields.iter().zip(offsets);
            let fields =
                fields.map(|((name, ty), at)| (name.clone(), Some(describe(ty, nodes)), at));
            fields.collect()
        }
        Type::Tuple(types) => {
            let (offsets, _) = offsets(types.iter());
            let types = types.iter().zip(offsets);
            let types = types.map(|(ty, at)| (String::new(), Some(describe(ty, nodes)), at));
            types.collect()
        }
        Type::Flags(names) => names.iter().map(|name| (name.clone(), None, 0)).collect(),
        Type::Variant(_) | Type::Enum(_) | Type::Option(_) | Type::Result(..) => {
            let at = payload(ty);
            let named_by_user = matches!(ty, Type::Variant(_) | Type::Enum(_));
            let text = |name: &str| match named_by_user && KEYWORDS.contains(&name) {
                true => format!("%{name}"),
                false => name.to_owned(),
            };
            let cases = cases(ty).into_iter();
            let cases = cases.map(|(name, ty)| (text(name), ty.map(|ty| describe(ty, nodes)), at));
            cases.collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a result of this type is one flat value.
pub fn is_flat(ty: &Type) -> bool {
    flatten(ty).len() <= 1
}
