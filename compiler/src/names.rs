//! Names of functions in the symbol table, reports, listings and errors.

use crate::demangle::readable;
use crate::lower::Unit;
use crate::program::{FuncId, FunctionKind, Program};
use crate::wasm::FuncIndex;
use cranelift_entity::{EntityRef, SecondaryMap};
use std::borrow::Cow;

/// The names of the functions of a program's modules.
pub struct Names<'a> {
    program: &'a Program<'a>,
    by_module: Vec<SecondaryMap<FuncIndex, &'a str>>,
}

impl<'a> Names<'a> {
    /// Indexes the name sections of `program`.
    pub fn new(program: &'a Program<'a>) -> Self {
        let by_module = program.modules.values().map(|module| {
            let mut names = SecondaryMap::with_capacity(module.functions.len());
            for &(index, name) in &module.function_names {
                // The name section is not validated: it may name functions that do not exist.
                if index.index() < module.functions.len() {
                    names[index] = name;
                }
            }
            names
        });
        Names {
            program,
            by_module: by_module.collect(),
        }
    }

    /// The program.
    pub fn program(&self) -> &'a Program<'a> {
        self.program
    }

    /// A function's name in the name section, if any.
    pub fn given(&self, id: FuncId) -> Option<&'a str> {
        let FunctionKind::Wasm { instance, index } = &self.program.functions[id].kind else {
            return None;
        };
        let module = self.program.instances[*instance].module;
        Some(self.by_module[module.index()][*index]).filter(|name| !name.is_empty())
    }

    /// The name of a unit in listings: its symbol, in readable form.
    pub fn label(&self, unit: Unit) -> String {
        readable(&self.symbol(unit)).into_owned()
    }

    /// The name of a function in reports, if the name section has one, in readable form.
    pub fn reported(&self, unit: Unit) -> Option<Box<str>> {
        let Unit::Func(id) = unit else { return None };
        self.given(id).map(|name| readable(name).into())
    }

    /// The symbol of a unit. Symbols are local, so several may have the same name.
    pub fn symbol(&self, unit: Unit) -> Cow<'a, str> {
        let Unit::Func(id) = unit else {
            return Cow::Owned(unit_name(unit));
        };
        match self.given(id) {
            // NUL ends a name in a symbol table.
            Some(name) if name.contains('\0') => Cow::Owned(name.replace('\0', "\u{fffd}")),
            Some(name) => Cow::Borrowed(name),
            None => Cow::Owned(function_name(self.program, id)),
        }
    }
}

/// The name of a function that the name section does not name.
fn function_name(program: &Program, id: FuncId) -> String {
    match &program.functions[id].kind {
        FunctionKind::Wasm { index, .. } => format!("wasm-function[{}]", index.as_u32()),
        FunctionKind::Host { symbol, .. } | FunctionKind::Thunk { symbol, .. } => {
            format!("{symbol} [import]").replace('\0', "\u{fffd}")
        }
        FunctionKind::ResourceDrop { type_use, .. } => {
            format!("wasi_aot_resource_drop[{type_use}]")
        }
        FunctionKind::TrapWith(_) => "wasi_aot_trap".to_owned(),
        FunctionKind::Entered { callee, .. } => format!("wasi_aot_enter[{callee}]"),
        FunctionKind::Closed { callee, .. } => format!("wasi_aot_closed[{callee}]"),
        FunctionKind::ByArray { callee, .. } => format!("wasi_aot_call[{callee}]"),
        // The stand-in for functions in tables that nothing can call.
        FunctionKind::Unknown { module, name } if module.is_empty() && name.is_empty() => {
            "wasi_aot_unreached".to_owned()
        }
        FunctionKind::Unknown { module, name } => {
            format!("{module}.{name} [unknown import]").replace('\0', "\u{fffd}")
        }
    }
}

fn unit_name(unit: Unit) -> String {
    match unit {
        Unit::Func(id) => id.to_string(),
        Unit::Step(index) => format!("wasi_aot_step[{index}]"),
        Unit::Entry => "wasi_aot_entry".to_owned(),
        Unit::Thread => "wasi_aot_thread".to_owned(),
    }
}

/// Offset of a unit's body in its module.
pub fn offset(program: &Program, unit: Unit) -> Option<u64> {
    let Unit::Func(id) = unit else { return None };
    program.body(id).map(|body| body.offset)
}
