//! Programs that start threads (wasi-threads): their import and their required export.

use super::entry;
use crate::error::{Code, Error, Result};
use crate::wasm::{FuncIndex, Item, Module};
use wasmparser::{FuncType, ValType};

/// The module name of [`SPAWN`].
pub const MODULE: &str = "wasi";

/// Starts a thread.
pub const SPAWN: &str = "thread-spawn";

/// The function that a thread calls.
const START: &str = "wasi_thread_start";

/// The type of [`SPAWN`]: takes the thread's start argument and returns its number.
pub fn spawn_type() -> FuncType {
    FuncType::new([ValType::I32], [ValType::I32])
}

/// Whether a module may start threads.
pub fn are_started(module: &Module<'_>) -> bool {
    let function = |item| matches!(item, Item::Func(_));
    let mut imports = module.imports.iter();
    imports.any(|import| (import.module, import.name) == (MODULE, SPAWN) && function(import.item))
}

/// The function that a module's threads call, if it starts any.
///
/// # Errors
///
/// `Entry`: it does not export one, or not with the type `(i32, i32) -> ()`.
pub fn start(module: &Module<'_>) -> Result<Option<FuncIndex>> {
    if !are_started(module) {
        return Ok(None);
    }
    let start = entry::function(module, START).ok_or_else(|| {
        Error::new(
            Code::Entry,
            format!("the module imports `{MODULE}.{SPAWN}`, but exports no `{START}`"),
        )
    })?;
    let ty = module.function_type(start);
    if (ty.params(), ty.results()) != (&[ValType::I32, ValType::I32][..], &[][..]) {
        let signature = super::link::signature(ty);
        return Err(Error::new(
            Code::Entry,
            format!("`{START}` is {signature}, but is called as (i32, i32) -> ()"),
        ));
    }
    Ok(Some(start))
}
