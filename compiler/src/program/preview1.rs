//! The functions of WASI preview 1, and of what came before it, with their core types, and how a module's
//! imports become them.

use super::builder::{Builder, Extern};
use super::link::signature;
use super::{ModuleId, UnknownImports};
use crate::error::{Code, Error, Result};
use crate::wasm::{Import, Item, Module};
use wasmparser::{FuncType, ValType};

/// The module name of preview 1's functions.
pub const MODULE: &str = "wasi_snapshot_preview1";

/// The module name of snapshot 0: functions of the same names and core types, some with other structures
/// in memory.
pub const SNAPSHOT_0: &str = "wasi_unstable";

/// What snapshot 0 did not have.
const ADDED: &[&str] = &["sock_accept"];

/// All functions: name, parameters and results, a letter each: `i` for `i32`, `I` for `i64`.
const FUNCTIONS: &[(&str, &str, &str)] = &[
    ("args_get", "ii", "i"),
    ("args_sizes_get", "ii", "i"),
    ("clock_res_get", "ii", "i"),
    ("clock_time_get", "iIi", "i"),
    ("environ_get", "ii", "i"),
    ("environ_sizes_get", "ii", "i"),
    ("fd_advise", "iIIi", "i"),
    ("fd_allocate", "iII", "i"),
    ("fd_close", "i", "i"),
    ("fd_datasync", "i", "i"),
    ("fd_fdstat_get", "ii", "i"),
    ("fd_fdstat_set_flags", "ii", "i"),
    ("fd_fdstat_set_rights", "iII", "i"),
    ("fd_filestat_get", "ii", "i"),
    ("fd_filestat_set_size", "iI", "i"),
    ("fd_filestat_set_times", "iIIi", "i"),
    ("fd_pread", "iiiIi", "i"),
    ("fd_prestat_dir_name", "iii", "i"),
    ("fd_prestat_get", "ii", "i"),
    ("fd_pwrite", "iiiIi", "i"),
    ("fd_read", "iiii", "i"),
    ("fd_readdir", "iiiIi", "i"),
    ("fd_renumber", "ii", "i"),
    ("fd_seek", "iIii", "i"),
    ("fd_sync", "i", "i"),
    ("fd_tell", "ii", "i"),
    ("fd_write", "iiii", "i"),
    ("path_create_directory", "iii", "i"),
    ("path_filestat_get", "iiiii", "i"),
    ("path_filestat_set_times", "iiiiIIi", "i"),
    ("path_link", "iiiiiii", "i"),
    ("path_open", "iiiiiIIii", "i"),
    ("path_readlink", "iiiiii", "i"),
    ("path_remove_directory", "iii", "i"),
    ("path_rename", "iiiiii", "i"),
    ("path_symlink", "iiiii", "i"),
    ("path_unlink_file", "iii", "i"),
    ("poll_oneoff", "iiii", "i"),
    ("proc_exit", "i", ""),
    ("proc_raise", "i", "i"),
    ("random_get", "ii", "i"),
    ("sched_yield", "", "i"),
    ("sock_accept", "iii", "i"),
    ("sock_recv", "iiiiii", "i"),
    ("sock_send", "iiiii", "i"),
    ("sock_shutdown", "ii", "i"),
];

/// The core type of a function of preview 1 or snapshot 0; `None`: the module has none of this name.
pub fn type_of(module: &str, name: &str) -> Option<FuncType> {
    let is_there = module == MODULE || module == SNAPSHOT_0 && !ADDED.contains(&name);
    if !is_there {
        return None;
    }
    let types = |letters: &str| -> Vec<ValType> {
        let types = letters.bytes().map(|letter| match letter {
            b'I' => ValType::I64,
            _ => ValType::I32,
        });
        types.collect()
    };
    let (_, params, results) = FUNCTIONS.iter().find(|(other, ..)| *other == name)?;
    Some(FuncType::new(types(params), types(results)))
}

/// What stands for each import of a product's only module.
pub fn resolve(
    builder: &mut Builder<'_>,
    module: ModuleId,
    unknown: UnknownImports,
    provided: &dyn Fn(&str) -> bool,
) -> Result<Vec<Extern>> {
    let imports = check(builder.get(module), unknown, provided)?;
    let functions = imports.into_iter().map(|import| match import {
        Found::Host(symbol, ty) => builder.host_function(&symbol, &ty),
        Found::Unknown(import) => builder.unknown_function(module, import),
    });
    Ok(functions.map(Extern::Func).collect())
}

enum Found {
    Host(String, FuncType),
    /// The index of the import.
    Unknown(usize),
}

fn check(
    module: &Module<'_>,
    unknown: UnknownImports,
    provided: &dyn Fn(&str) -> bool,
) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for (position, import) in module.imports.iter().enumerate() {
        let Item::Func(index) = import.item else {
            missing.push(import);
            continue;
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
        .all(|import| matches!(import.item, Item::Func(_)))
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
    };
    let later = if type_of(import.module, import.name).is_some() {
        " (not supported yet)"
    } else {
        ""
    };
    format!("{kind}`{}.{}`{later}", import.module, import.name)
}
