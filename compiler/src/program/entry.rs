//! The entry of a product: the exports that its single step calls.

use super::{Entry, Operand, Value, link};
use crate::error::{Code, Error, Result};
use crate::wasm::{FuncIndex, Item, Module};
use wasi_aot_abi::invoke::{kind, parse};
use wasmparser::{FuncType, ValType};

/// The export that engines call if a module has no `_start`: reactors that are also commands have
/// it.
pub const DEFAULT: &str = "";
/// The export that is called before all others (WASI application ABI).
pub const INITIALIZE: &str = "_initialize";
const START: &str = "_start";

/// A call of an exported function.
#[derive(Debug)]
pub struct Call {
    /// The function.
    pub function: FuncIndex,
    /// Its arguments.
    pub operands: Vec<Operand>,
    /// Whether the arguments come from the process: then their number is checked.
    pub counted: bool,
    /// Whether its results are printed.
    pub printed: bool,
}

/// The functions to call after instantiation, in order.
pub fn find(module: &Module<'_>, entry: &Entry) -> Result<Vec<Call>> {
    let exports = |name| function(module, name).is_some();
    let mut calls = Vec::new();
    let initialized = match entry {
        Entry::Start => false,
        Entry::Invoke(names) => names.iter().any(|name| name == INITIALIZE),
    };
    if !initialized && exports(INITIALIZE) {
        calls.push(plain(module, INITIALIZE)?);
    }
    match entry {
        Entry::Start if exports(START) => calls.push(plain(module, START)?),
        Entry::Start if exports(DEFAULT) => calls.push(plain(module, DEFAULT)?),
        Entry::Start if calls.is_empty() => {
            let error = Error::new(Code::Entry, "the module exports no `_start`");
            return Err(error.help(candidates(module)));
        }
        Entry::Start => {}
        Entry::Invoke(names) => {
            for name in names {
                calls.push(invoked(module, name)?);
            }
        }
    }
    Ok(calls)
}

/// A warning for the user about the way in which the module starts.
pub fn warning(module: &Module<'_>, entry: &Entry) -> Option<String> {
    let exports = |name| function(module, name).is_some();
    if *entry != Entry::Start || !exports(INITIALIZE) {
        return None;
    }
    if exports(START) {
        return Some(
            "the module exports `_start` and `_initialize`, though the WASI application ABI says of commands and reactors \
             that \"these kinds are mutually exclusive\": `_initialize` is called, then `_start`"
                .into(),
        );
    }
    let others = !exports(DEFAULT) && names(module).next().is_some();
    others.then(|| {
        format!(
            "the module is a reactor: nothing but `_initialize` is called; {}",
            candidates(module)
        )
    })
}

/// A call of an export with neither parameters nor results.
fn plain(module: &Module<'_>, name: &str) -> Result<Call> {
    let function = export(module, name)?;
    let ty = module.function_type(function);
    let what = match (ty.params(), ty.results()) {
        ([], []) => None,
        ([], _) => Some("results"),
        _ => Some("parameters"),
    };
    if let Some(what) = what {
        let message = format!("the entry `{name}` has {what}: {}", link::signature(ty));
        return Err(Error::new(Code::Entry, message));
    }
    Ok(Call {
        function,
        operands: Vec::new(),
        counted: false,
        printed: false,
    })
}

/// A call of any export. The values come from the arguments of the process, or are part of the
/// call: `NAME(VALUES)`.
fn invoked(module: &Module<'_>, call: &str) -> Result<Call> {
    let given = match call.strip_suffix(')').and_then(|call| call.split_once('(')) {
        // The whole text may also be the name of an export.
        Some((name, values)) if function(module, call).is_none() => Some((name.trim(), values)),
        _ => None,
    };
    let name = given.map_or(call, |(name, _)| name);
    let function = export(module, name)?;
    let ty = module.function_type(function);
    let mut kinds = Vec::new();
    for param in ty.params() {
        kinds.push(kind_of(*param).ok_or_else(|| {
            let message = format!("the entry `{name}` has parameters that text cannot give");
            Error::new(Code::Entry, format!("{message}: {}", link::signature(ty)))
        })?);
    }
    let operands = match given {
        Some((_, values)) => known(values, &kinds).map_err(|error| {
            error.help(format!("the type of `{name}` is {}", link::signature(ty)))
        })?,
        None => (0..)
            .zip(&kinds)
            .map(|(position, kind)| Operand::Argument(position, *kind))
            .collect(),
    };
    Ok(Call {
        function,
        operands,
        // A function without parameters leaves the arguments to the program.
        counted: given.is_none() && !kinds.is_empty(),
        printed: !ty.results().is_empty(),
    })
}

/// Parses values separated by commas.
fn known(values: &str, kinds: &[u64]) -> Result<Vec<Operand>> {
    let values: Vec<_> = match values.trim() {
        "" => Vec::new(),
        values => values.split(',').map(str::trim).collect(),
    };
    if values.len() != kinds.len() {
        let (wanted, given) = (kinds.len(), values.len());
        let message = format!("`--invoke`: the function takes {wanted} values, not {given}");
        return Err(Error::new(Code::Option, message));
    }
    let values = values.iter().zip(kinds).map(|(text, kind)| {
        let bits = parse(*kind, text).ok_or_else(|| {
            let name = kind::NAMES[*kind as usize];
            let message = format!("`--invoke`: `{text}` is not a value of type {name}");
            Error::new(Code::Option, message)
        })?;
        Ok(Operand::Known(match *kind {
            kind::I32 => Value::I32(bits as i32),
            kind::I64 => Value::I64(bits.cast_signed()),
            kind::F32 => Value::F32(bits as u32),
            _ => Value::F64(bits),
        }))
    });
    values.collect()
}

/// The kind of a parameter, if its values can be written as text.
fn kind_of(ty: ValType) -> Option<u64> {
    match ty {
        ValType::I32 => Some(kind::I32),
        ValType::I64 => Some(kind::I64),
        ValType::F32 => Some(kind::F32),
        ValType::F64 => Some(kind::F64),
        ValType::V128 | ValType::Ref(_) => None,
    }
}

fn export(module: &Module<'_>, name: &str) -> Result<FuncIndex> {
    function(module, name).ok_or_else(|| {
        let message = format!("the module exports no function `{name}`");
        Error::new(Code::Entry, message).help(candidates(module))
    })
}

/// The exported function with this name.
pub fn function(module: &Module<'_>, name: &str) -> Option<FuncIndex> {
    module.exports.iter().find_map(|export| match export.item {
        Item::Func(index) if export.name == name => Some(index),
        _ => None,
    })
}

/// The exports that a user may want to call, with their parameters. Toolchains also export
/// functions for the host: their names begin with `_`, or they allocate memory.
fn names<'m>(module: &'m Module<'_>) -> impl Iterator<Item = String> + 'm {
    const MEMORY: [&str; 5] = ["malloc", "calloc", "realloc", "free", "cabi_realloc"];
    let callable = |ty: &FuncType| ty.params().iter().all(|ty| kind_of(*ty).is_some());
    module
        .exports
        .iter()
        .filter_map(move |export| match export.item {
            Item::Func(index)
                if !export.name.starts_with('_') && !MEMORY.contains(&export.name) =>
            {
                let ty = module.function_type(index);
                let params: Vec<_> = ty.params().iter().map(ValType::to_string).collect();
                callable(ty).then(|| match params.is_empty() {
                    true => format!("`{}`", export.name),
                    false => format!("`{}` ({})", export.name, params.join(", ")),
                })
            }
            _ => None,
        })
}

/// The names of exports that `--invoke` accepts: some of them, if there are many.
fn candidates(module: &Module<'_>) -> String {
    const SHOWN: usize = 8;
    let mut names = names(module);
    let shown: Vec<_> = names.by_ref().take(SHOWN).collect();
    let more = match names.count() {
        _ if shown.is_empty() => {
            return "`--invoke NAME` calls another export, but there is none that it can call"
                .into();
        }
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "`--invoke NAME` calls another export: {}{more}",
        shown.join(", ")
    )
}
