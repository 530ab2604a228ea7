//! Where a product starts: which exports its one step calls.

use super::Entry;
use crate::error::{Code, Error, Result};
use crate::wasm::{FuncIndex, Item, Module};

/// The functions to call after instantiation, in order.
pub fn find(module: &Module<'_>, entry: &Entry) -> Result<Vec<FuncIndex>> {
    let initialize = function(module, "_initialize");
    let mut calls = Vec::new();
    match entry {
        Entry::Start => {
            let start = function(module, "_start").ok_or_else(|| no_start(module))?;
            check(module, "_start", start, true)?;
            calls.push(start);
        }
        Entry::Invoke(name) => {
            if let Some(initialize) = initialize.filter(|_| name != "_initialize") {
                check(module, "_initialize", initialize, true)?;
                calls.push(initialize);
            }
            let entry = function(module, name).ok_or_else(|| {
                let message = format!("the module exports no function `{name}`");
                Error::new(Code::Entry, message).help(candidates(module))
            })?;
            check(module, name, entry, false)?;
            calls.push(entry);
        }
    }
    Ok(calls)
}

fn function(module: &Module<'_>, name: &str) -> Option<FuncIndex> {
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
