//! The functions of WASI preview 1 and of its predecessor, with their core types, and the
//! resolution of a module's imports.

use super::builder::{Builder, Extern};
use super::link::signature;
use super::{ModuleId, UnknownImports, threads};
use crate::error::{Code, Error, Result};
use crate::wasm::{Import, Item, Module};
use wasmparser::{FuncType, MemoryType, ValType};

pub use wasi_aot_abi::preview1::{MODULE, SNAPSHOT_0};

/// A function of preview 1.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// The core types of its parameters.
    params: &'static [ValType],
    /// The core types of its results.
    results: &'static [ValType],
    /// Whether snapshot 0 lacks it.
    is_added: bool,
    /// Whether it can fail for lack of a grant.
    needs_grant: bool,
}

/// The core type of a parameter.
macro_rules! value_type {
    (u32) => {
        ValType::I32
    };
    (u64) => {
        ValType::I64
    };
    (i64) => {
        ValType::I64
    };
}

macro_rules! whether_granted {
    () => {
        false
    };
    (grant) => {
        true
    };
}

/// Joins all groups into one list. Properties that a group shares have a macro each.
macro_rules! functions {
    ($($group:ident { $($(#[$doc:meta])* $name:ident($($argument:ident: $type:ident),*) $($need:ident)?;)* })*) => {
        &[$($(Function {
            name: stringify!($name),
            params: &[$(value_type!($type)),*],
            results: group!($group results),
            is_added: group!($group is_added),
            needs_grant: whether_granted!($($need)?),
        },)*)*]
    };
}

macro_rules! group {
    (ends results) => {
        &[]
    };
    (both results) => {
        &[ValType::I32]
    };
    (changed results) => {
        &[ValType::I32]
    };
    (added results) => {
        &[ValType::I32]
    };
    (added is_added) => {
        true
    };
    (both is_added) => {
        false
    };
    (changed is_added) => {
        false
    };
    (ends is_added) => {
        false
    };
}

/// All functions.
pub const FUNCTIONS: &[Function] = wasi_aot_abi::preview1!(functions);

/// The function of preview 1 or snapshot 0 with this name; `None`: the module has none.
fn function(module: &str, name: &str) -> Option<&'static Function> {
    let found = FUNCTIONS.iter().find(|function| function.name == name);
    found.filter(|function| module == MODULE || module == SNAPSHOT_0 && !function.is_added)
}

/// Whether a symbol of the runtime is one of these functions and can fail for lack of a grant.
pub fn needs_grant(symbol: &str) -> bool {
    let found = symbol
        .split_once('.')
        .and_then(|(module, name)| function(module, name));
    found.is_some_and(|function| function.needs_grant)
}

/// The core type of a function of preview 1 or snapshot 0, or of `thread-spawn`; `None`: the module
/// has none with this name.
pub fn type_of(module: &str, name: &str) -> Option<FuncType> {
    if (module, name) == (threads::MODULE, threads::SPAWN) {
        return Some(threads::spawn_type());
    }
    let function = function(module, name)?;
    let [params, results] = [function.params, function.results];
    Some(FuncType::new(
        params.iter().copied(),
        results.iter().copied(),
    ))
}

/// Resolves each import of a product's only module.
pub fn resolve(
    builder: &mut Builder<'_>,
    module: ModuleId,
    unknown: UnknownImports,
    provided: &dyn Fn(&str) -> bool,
) -> Result<Vec<Extern>> {
    let imports = check(builder.get(module), unknown, provided)?;
    let found = imports.into_iter().map(|import| match import {
        Found::Host(symbol, ty) => Extern::Func(builder.host_function(&symbol, &ty)),
        Found::Unknown(import) => Extern::Func(builder.unknown_function(module, import)),
        Found::Tag(import) => Extern::Tag(builder.unknown_tag(module, import)),
        Found::Memory(ty) => Extern::Memory(builder.memory(ty)),
    });
    Ok(found.collect())
}

enum Found {
    Host(String, FuncType),
    /// A shared memory, created with the import's type: modules that are linked for threads import
    /// theirs.
    Memory(MemoryType),
    /// The index of the import of a function.
    Unknown(usize),
    /// The index of the import of a tag.
    Tag(usize),
}

fn check(
    module: &Module<'_>,
    unknown: UnknownImports,
    provided: &dyn Fn(&str) -> bool,
) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for (position, import) in module.imports.iter().enumerate() {
        let index = match import.item {
            Item::Func(index) => index,
            Item::Tag(_) if unknown == UnknownImports::Trap => {
                found.push(Found::Tag(position));
                continue;
            }
            Item::Memory(index) if module.memories[index].shared => {
                found.push(Found::Memory(module.memories[index]));
                continue;
            }
            _ => {
                missing.push(import);
                continue;
            }
        };
        let ty = module.function_type(index);
        let symbol = format!("{}.{}", import.module, import.name);
        let specified = type_of(import.module, import.name);
        if let Some(specified) = specified.as_ref().filter(|specified| *specified != ty) {
            return Err(Error::new(
                Code::ImportType,
                format!(
                    "incompatible import type: `{symbol}` is imported as {}, but is {}",
                    signature(ty),
                    signature(specified)
                ),
            ));
        }
        if specified.is_some() && provided(&symbol) {
            found.push(Found::Host(symbol, ty.clone()));
        } else if unknown == UnknownImports::Trap {
            found.push(Found::Unknown(position));
        } else {
            missing.push(import);
        }
    }
    if missing.is_empty() {
        return Ok(found);
    }
    Err(unknown_imports(&missing))
}

fn unknown_imports(missing: &[&Import<'_>]) -> Error {
    let names: Vec<_> = missing.iter().map(|import| describe(import)).collect();
    let plural = if names.len() == 1 { "" } else { "s" };
    let error = Error::new(
        Code::UnknownImport,
        format!("unknown import{plural}: {}", names.join(", ")),
    );
    if missing
        .iter()
        .all(|import| matches!(import.item, Item::Func(_) | Item::Tag(_)))
    {
        error.help("`--unknown-imports trap` builds the program anyway; it traps when it calls one of them")
    } else {
        error.help("a program can import functions only: link it so that it defines its own memory, tables and globals")
    }
}

fn describe(import: &Import<'_>) -> String {
    let kind = match import.item {
        Item::Func(_) => "",
        Item::Table(_) => "table ",
        Item::Memory(_) => "memory ",
        Item::Global(_) => "global ",
        Item::Tag(_) => "tag ",
    };
    let later = if type_of(import.module, import.name).is_some() {
        " (not supported yet)"
    } else {
        ""
    };
    format!("{kind}`{}.{}`{later}", import.module, import.name)
}
