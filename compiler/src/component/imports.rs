//! Resolves the functions that a component imports to symbols of the runtime, by interface and
//! compatible version.

use super::known::INTERFACES;
use super::plan::{Import, Plan};
use super::types::Func;
use crate::error::{Code, Error, Result};
use crate::program::UnknownImports;
use std::collections::{BTreeMap, BTreeSet};
use wasi_aot_abi::component::RESOURCES;

/// The part of a version that compatible versions share: `0.2` of `0.2.6`, `1` of `1.4.0`. None: no
/// other version is compatible.
pub fn compatible(version: &str) -> Option<&str> {
    let numbers: Vec<_> = version.splitn(3, '.').collect();
    let [major, minor, patch] = numbers[..] else {
        return None;
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if ![major, minor, patch].into_iter().all(is_number) {
        return None;
    }
    match (major, minor) {
        ("0", "0") => None,
        ("0", _) => Some(&version[..major.len() + 1 + minor.len()]),
        _ => Some(major),
    }
}

/// The runtime's symbol for an item of an interface; `None` if no other version is compatible with
/// the interface's.
pub fn symbol(interface: &str, function: &str) -> Option<String> {
    let (name, version) = interface.split_once('@')?;
    Some(format!("{name}@{}#{function}", compatible(version)?))
}

/// The number of a resource type of the host, and the symbol of its destructor.
pub fn resource(interface: &str, name: &str) -> Option<(u32, String)> {
    let symbol = symbol(interface, &format!("[resource-drop]{name}"))?;
    let (interface, version) = interface.split_once('@')?;
    let position = RESOURCES
        .iter()
        .position(|known| *known == (interface, name))?;
    (compatible(version) == Some("0.2")).then_some((position as u32, symbol))
}

/// Fails if the component imports functions that nothing provides, or with the wrong type.
/// `provided` says whether the target's runtime defines a symbol.
pub fn check(
    plan: &Plan<'_>,
    unknown: UnknownImports,
    provided: &dyn Fn(&str) -> bool,
) -> Result<()> {
    let mut missing = BTreeMap::<&str, BTreeSet<&str>>::new();
    for (import, ty) in plan.lowered() {
        check_type(import, ty)?;
        if !is_provided(import, provided) {
            missing
                .entry(&import.interface)
                .or_default()
                .insert(&import.function);
        }
    }
    if missing.is_empty() || unknown == UnknownImports::Trap {
        return Ok(());
    }
    Err(unknown_imports(&missing))
}

/// Whether the runtime has this function.
pub fn is_provided(import: &Import, provided: &dyn Fn(&str) -> bool) -> bool {
    symbol(&import.interface, &import.function).is_some_and(|symbol| provided(&symbol))
}

/// The type of a known function.
fn known(import: &Import) -> Option<&'static str> {
    let (name, version) = import.interface.split_once('@')?;
    let version = compatible(version)?;
    let interface = INTERFACES
        .iter()
        .find(|interface| interface.name == name && interface.version == version)?;
    let mut functions = interface.functions.iter();
    functions
        .find(|(name, _)| *name == import.function)
        .map(|(_, ty)| *ty)
}

fn check_type(import: &Import, ty: &Func) -> Result<()> {
    match known(import) {
        Some(known) if ty.structure() != known => Err(Error::new(
            Code::ImportType,
            format!(
                "incompatible import type: `{}#{}` is imported as {ty}, but is func{}",
                import.interface, import.function, known
            ),
        )),
        _ => Ok(()),
    }
}

fn unknown_imports(missing: &BTreeMap<&str, BTreeSet<&str>>) -> Error {
    let names = missing.iter().map(|(interface, functions)| {
        let later = match interface.contains("@0.3.") {
            true => " (not supported yet)",
            false => "",
        };
        let functions: Vec<_> = functions.iter().copied().collect();
        match functions[..] {
            _ if interface.is_empty() => format!("`{}`", functions.join("`, `")),
            [function] => format!("`{interface}#{function}`{later}"),
            _ => format!("`{interface}`{later}: `{}`", functions.join("`, `")),
        }
    });
    let names: Vec<_> = names.collect();
    let count: usize = missing.values().map(BTreeSet::len).sum();
    let plural = if count == 1 { "" } else { "s" };
    let message = format!("unknown import{plural}: {}", names.join("; "));
    Error::new(Code::UnknownImport, message).help(
        "`--unknown-imports trap` builds the program anyway; it traps when it calls one of them",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compatible_versions_share_a_symbol() {
        let name = |version: &str| symbol(&format!("wasi:io/poll@{version}"), "poll");
        assert_eq!(name("0.2.0").as_deref(), Some("wasi:io/poll@0.2#poll"));
        assert_eq!(name("0.2.0"), name("0.2.12"));
        assert_eq!(name("1.2.0").as_deref(), Some("wasi:io/poll@1#poll"));
        assert_eq!(name("0.2.0-rc-2023-11-10"), None);
        assert_eq!(name("0.0.1"), None);
        assert_eq!(symbol("wasi:io/poll", "poll"), None);
    }

    #[test]
    fn resources_have_the_numbers_of_the_table() {
        let (number, destructor) = resource("wasi:io/poll@0.2.3", "pollable").unwrap();
        assert_eq!(RESOURCES[number as usize], ("wasi:io/poll", "pollable"));
        assert_eq!(destructor, "wasi:io/poll@0.2#[resource-drop]pollable");
        assert_eq!(resource("wasi:io/poll@0.3.0", "pollable"), None);
        assert_eq!(resource("wasi:io/poll@0.2.3", "other"), None);
    }
}
