//! Stage three: lowers a function of the program to CLIF.
//!
//! [`Lowering`] is the entry point. Each family of instructions has a file with one `lower`
//! function, which returns whether it knows an operator; code that several families share is in
//! `emit` and `state`.

mod atomic;
mod bounds;
mod bulk;
mod call;
mod component;
mod control;
mod emit;
mod exception;
mod function;
mod gc;
mod global;
mod heap;
mod memo;
mod memory;
mod numeric;
mod reference;
mod region;
mod signature;
mod simd;
mod state;
mod step;
pub mod symbol;
mod table;
mod targets;
#[cfg(test)]
mod tests;
mod thunk;
pub mod trap;
mod unsupported;
mod wide;

pub use step::opaque_values;

use crate::cpu::Cpu;
use crate::program::{FuncId, FunctionKind, Program, TableId};
use crate::{Error, Result};
use cranelift_codegen::ir;
use cranelift_codegen::isa::TargetIsa;
use cranelift_frontend::FunctionBuilderContext;
use std::collections::HashMap;
use symbol::Symbol;

/// A unit that is lowered to one function of CLIF.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Unit {
    /// A function of the program: a module's function, or the thunk of an import. It has the `Tail`
    /// calling convention, except [`FunctionKind::Entered`] and [`FunctionKind::ByArray`], which
    /// have the runtime's.
    Func(FuncId),
    /// A step of a driver: `extern "C" fn(results: *mut u64)`.
    Step(u32),
    /// All steps of a product, without results: `extern "C" fn()`.
    Entry,
    /// The code that a thread of a product runs: `extern "C" fn(state, id: i32, argument: i32)`;
    /// see [`wasi_aot_abi::program::Threads`].
    Thread,
}

/// A function in CLIF, as input of passes and generators. It includes the signatures of its
/// callees.
#[derive(Debug)]
pub struct Lowered {
    /// The unit.
    pub unit: Unit,
    /// Its CLIF, whose names are [`Symbol`]s.
    pub func: ir::Function,
    /// The functions whose bodies passes asked for, to inline them: what these bodies are decides
    /// about its CLIF.
    pub asked: Vec<FuncId>,
    /// The calls that passes replaced by bodies, in the order of their locations.
    pub inlined: Vec<Inlined>,
}

/// A call that the callee's body replaced. The instructions of the body have source locations of
/// their own, after those of the caller's body. Locations are distances from the base of the
/// caller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inlined {
    /// The callee.
    pub callee: FuncId,
    /// The location of the first byte of its body.
    pub start: u32,
    /// The location of the call, which may be in an inlined body itself.
    pub call: u32,
}

/// Allocations that are reused from one function to the next, and cached facts about the program. A
/// value serves one program, on one thread.
pub struct Lowering {
    cpu: &'static Cpu,
    builder: FunctionBuilderContext,
    emit: emit::Buffers,
    stacks: function::Stacks,
    elements: HashMap<TableId, targets::Elements>,
    opaque: Option<Vec<u32>>,
}

impl Lowering {
    /// Lowers code for this CPU.
    pub fn new(cpu: &'static Cpu) -> Self {
        Lowering {
            cpu,
            builder: FunctionBuilderContext::default(),
            emit: emit::Buffers::default(),
            stacks: function::Stacks::default(),
            elements: HashMap::new(),
            opaque: None,
        }
    }

    /// Fills the empty `func` with the code of `unit`: name ([`Symbol`]), signature, body. Source
    /// locations are offsets in the module's bytes. The module must be valid.
    ///
    /// # Errors
    ///
    /// `Unsupported`: the function uses a feature that is not supported yet. `Limit`: the function
    /// is too large for CLIF. Function and offset are set.
    pub fn lower(
        &mut self,
        program: &Program<'_>,
        unit: Unit,
        isa: &dyn TargetIsa,
        func: &mut ir::Function,
    ) -> Result<()> {
        func.stencil.segment_base = program.segment;
        let lowered = match unit {
            Unit::Func(id) => self
                .function(program, id, isa, func)
                .map_err(|error| error.in_function(&name(program, id))),
            Unit::Step(index) => step::step(self, program, index, isa, func),
            Unit::Entry => step::entry(self, program, isa, func),
            Unit::Thread => step::thread(self, program, isa, func),
        };
        if lowered.is_err() {
            // An error left the builder in the middle of a function.
            *self = Lowering::new(self.cpu);
        }
        lowered
    }

    fn function(
        &mut self,
        program: &Program<'_>,
        id: FuncId,
        isa: &dyn TargetIsa,
        func: &mut ir::Function,
    ) -> Result<()> {
        func.name = ir::UserFuncName::User(Symbol::Func(id).to_external());
        let function = &program.functions[id];
        func.signature = signature::wasm(program, function.ty);
        match &function.kind {
            FunctionKind::Wasm { instance, index } => {
                function::lower(self, program, *instance, *index, isa, func)
            }
            FunctionKind::Host { .. } => thunk::host(self, program, id, isa, func),
            FunctionKind::Unknown { .. } => thunk::unknown(self, program, isa, func),
            FunctionKind::Thunk { .. }
            | FunctionKind::ResourceDrop { .. }
            | FunctionKind::TrapWith(_)
            | FunctionKind::Entered { .. }
            | FunctionKind::Closed { .. }
            | FunctionKind::ByArray { .. } => component::lower(self, program, id, isa, func),
        }
    }
}

/// The name of a function in errors: its own name, or `#INDEX`.
fn name(program: &Program<'_>, id: FuncId) -> String {
    let FunctionKind::Wasm { instance, index } = program.functions[id].kind else {
        return id.to_string();
    };
    let module = &program.modules[program.instances[instance].module];
    let named = module.function_names.iter().find(|(i, _)| *i == index);
    match named {
        Some((_, name)) => (*name).to_owned(),
        None => format!("#{}", index.as_u32()),
    }
}

/// A fault of an earlier stage of wasi-aot.
fn bug(message: impl Into<String>) -> Error {
    Error::new(crate::Code::Bug, message)
}
