//! Whether the instances of a server can be a snapshot of one that was made once: whether
//! instantiation always does the same, so that nobody can tell.

use super::{Action, FuncId, Function, FunctionKind, Leading, Program};
use crate::wasm::Uses;
use cranelift_entity::{EntityRef, EntitySet};

/// The host functions whose results are the same at any time, by the start of their symbols: those
/// that work on what the program itself has made, and the canonical built-ins.
const SAME: &[&str] = &[
    "wasi_aot_",
    "wasi:io/poll@0.2#",
    "wasi:cli/stdout@0.2#",
    "wasi:cli/stderr@0.2#",
];

/// A part of the symbols of destructors, which have no results.
const DESTRUCTOR: &str = "#[resource-drop]";

/// The symbol of a host function that instantiation may call, and whose results may differ from
/// one time to another; `None` if there is none.
///
/// An indirect call may reach any function whose address is taken.
pub fn differs<'p>(program: &'p Program<'_>) -> Option<&'p str> {
    let mut walk = Walk {
        program,
        seen: EntitySet::new(),
        work: Vec::new(),
        indirect: false,
        found: None,
    };
    for action in program.steps.iter().flat_map(|step| &step.actions) {
        if let Action::Call(function, _) | Action::Pass(function) | Action::Show(function) = action
        {
            walk.reach(*function);
        }
    }
    walk.run();
    walk.found
}

struct Walk<'p, 'a> {
    program: &'p Program<'a>,
    seen: EntitySet<FuncId>,
    work: Vec<FuncId>,
    /// Whether there was an indirect call.
    indirect: bool,
    found: Option<&'p str>,
}

impl<'p> Walk<'p, '_> {
    fn run(&mut self) {
        while let Some(id) = self.work.pop() {
            if self.found.is_some() {
                return;
            }
            self.function(&self.program.functions[id]);
        }
    }

    fn reach(&mut self, function: FuncId) {
        // The requests come after instantiation.
        if self.program.component.serves != Some(function) && self.seen.insert(function) {
            self.work.push(function);
        }
    }

    fn function(&mut self, function: &'p Function) {
        match &function.kind {
            FunctionKind::Wasm { instance, index } => {
                let instance = &self.program.instances[*instance];
                let module = &self.program.modules[instance.module];
                let own = index.index().checked_sub(module.imported_functions);
                let Some(body) = own.and_then(|own| module.bodies.get(own)) else {
                    return;
                };
                for callee in &body.uses.calls {
                    self.reach(instance.functions[*callee]);
                }
                if is_indirect(&body.uses) {
                    self.reach_taken();
                }
            }
            FunctionKind::Host { symbol, .. } => self.host(symbol),
            FunctionKind::Thunk {
                symbol, leading, ..
            } => {
                self.host(symbol);
                for leading in leading {
                    if let Leading::Options(options) = leading
                        && let Some(realloc) = self.program.component.options[*options].realloc
                    {
                        self.reach(realloc);
                    }
                }
            }
            FunctionKind::ResourceDrop { destructor, .. } => {
                if let Some(destructor) = destructor {
                    self.reach(*destructor);
                }
            }
            FunctionKind::Entered { callee, .. }
            | FunctionKind::Closed { callee, .. }
            | FunctionKind::ByArray { callee, .. } => self.reach(*callee),
            FunctionKind::TrapWith(_) | FunctionKind::Unknown { .. } => {}
        }
    }

    fn host(&mut self, symbol: &'p str) {
        let same = SAME.iter().any(|start| symbol.starts_with(start));
        if !same && !symbol.contains(DESTRUCTOR) {
            self.found.get_or_insert(symbol);
        }
    }

    fn reach_taken(&mut self) {
        if std::mem::replace(&mut self.indirect, true) {
            return;
        }
        for (id, function) in &self.program.functions {
            if function.address_taken {
                self.reach(id);
            }
        }
    }
}

fn is_indirect(uses: &Uses) -> bool {
    !uses.indirect.is_empty() || !uses.by_reference.is_empty()
}
