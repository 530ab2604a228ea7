//! Where a product starts: which exports its one step calls.

use super::Entry;
use crate::error::{Code, Error, Result};
use crate::wasm::{FuncIndex, Item, Module};

/// The export that engines call of a module without `_start`: reactors have it that are commands, too.
pub const DEFAULT: &str = "";

/// The functions to call after instantiation, in order.
pub fn find(module: &Module<'_>, entry: &Entry) -> Result<Vec<FuncIndex>> {
    let exports = |name| function(module, name).is_some();
    let (name, no_results) = match entry {
        Entry::Start if exports("_start") => return Ok(vec![export(module, "_start", true)?]),
        Entry::Start if exports(DEFAULT) => (DEFAULT, true),
        Entry::Start => return Err(no_start(module)),
        Entry::Invoke(name) => (name.as_str(), false),
    };
    let mut calls = Vec::new();
    if name != "_initialize" && exports("_initialize") {
        calls.push(export(module, "_initialize", true)?);
    }
    calls.push(export(module, name, no_results)?);
    Ok(calls)
}

/// The exported function, which can be called without more.
fn export(module: &Module<'_>, name: &str, no_results: bool) -> Result<FuncIndex> {
    let index = function(module, name).ok_or_else(|| {
        let message = format!("the module exports no function `{name}`");
        Error::new(Code::Entry, message).help(candidates(module))
    })?;
    check(module, name, index, no_results)?;
    Ok(index)
}

/// The function that a module exports under this name.
pub fn function(module: &Module<'_>, name: &str) -> Option<FuncIndex> {
    module.exports.iter().find_map(|export| match export.item {
        Item::Func(index) if export.name == name => Some(index),
        _ => None,
    })
}

fn check(module: &Module<'_>, name: &str, index: FuncIndex, no_results: bool) -> Result<()> {
    let ty = module.function_type(index);
    let message = if !ty.params().is_empty() {
        format!(
            "the entry `{name}` has parameters: {}",
            super::link::signature(ty)
        )
    } else if no_results && !ty.results().is_empty() {
        format!(
            "the entry `{name}` has results: {}",
            super::link::signature(ty)
        )
    } else {
        return Ok(());
    };
    Err(Error::new(Code::Entry, message))
}

fn no_start(module: &Module<'_>) -> Error {
    let message = if function(module, "_initialize").is_some() {
        "the module is a reactor: it exports `_initialize`, but no `_start`"
    } else {
        "the module exports no `_start`"
    };
    Error::new(Code::Entry, message).help(candidates(module))
}

/// Names the exports that `--invoke` accepts: some of them, if there are many.
fn candidates(module: &Module<'_>) -> String {
    const SHOWN: usize = 8;
    let mut names = module
        .exports
        .iter()
        .filter_map(|export| match export.item {
            Item::Func(index) if module.function_type(index).params().is_empty() => {
                Some(format!("`{}`", export.name))
            }
            _ => None,
        });
    let shown: Vec<_> = names.by_ref().take(SHOWN).collect();
    let more = names.count();
    if shown.is_empty() {
        return "`--invoke NAME` starts at another export, but none is a function without parameters".into();
    }
    let more = if more == 0 {
        String::new()
    } else {
        format!(" and {more} more")
    };
    format!(
        "`--invoke NAME` starts at another export: {}{more}",
        shown.join(", ")
    )
}
