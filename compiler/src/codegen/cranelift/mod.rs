//! Cranelift, the first generator. Only this folder uses its back end.

mod effort;
mod isa;
mod key;
mod listing;
mod pieces;
mod relocations;
mod shortcut;
mod spill;
mod unwind;

pub use isa::{Choices, OptLevel, isa};
pub use relocations::of_module;

use super::generator::{Generator, Input, Worker};
use super::piece::Piece;
use crate::cpu::{self, Cpu};
use crate::lower::{Lowered, Unit};
use crate::names;
use crate::program::Program;
use crate::{Code, Error, Result, Whose};
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::{CodegenError, CompiledCode, Context};
use effort::Isas;
use key::Keys;
use pieces::Made;
use shortcut::Earlier;
use wasi_aot_targets::Target;

/// The generator, configured by the options.
pub struct Cranelift {
    cpu: &'static Cpu,
    isas: Isas,
}

impl Cranelift {
    /// For a target.
    ///
    /// # Errors
    /// As [`isa`].
    pub fn new(target: &Target, choices: Choices) -> Result<Cranelift> {
        let isas = Isas::new(target, choices)?;
        let cpu = cpu::of(target)?;
        Ok(Cranelift { cpu, isas })
    }

    /// The instruction set.
    pub fn isa(&self) -> &OwnedTargetIsa {
        &self.isas.chosen
    }
}

impl Generator for Cranelift {
    fn worker<'w>(&'w self, input: Input<'w>) -> Box<dyn Worker + 'w> {
        // A listing needs more than what is kept.
        let kept = input.kept.filter(|_| !input.emit.asm);
        let earlier = kept.map(|(kept, sources)| {
            let keys = Keys::new(kept.tool(), &self.isas);
            Earlier::new(kept, sources, keys)
        });
        Box::new(OnThread {
            input,
            cpu: self.cpu,
            earlier,
            compiler: Compiler {
                program: input.program,
                isas: &self.isas,
                context: Context::new(),
                control: ControlPlane::default(),
            },
        })
    }
}

/// A worker.
struct OnThread<'w> {
    input: Input<'w>,
    cpu: &'static Cpu,
    /// The code of other builds.
    earlier: Option<Earlier<'w>>,
    compiler: Compiler<'w>,
}

/// Compiles one function after the other, and reuses the allocations.
struct Compiler<'w> {
    program: &'w Program<'w>,
    isas: &'w Isas,
    context: Context,
    control: ControlPlane,
}

impl Worker for OnThread<'_> {
    fn generate(&mut self, set: &mut [Lowered]) -> Result<Vec<Piece>> {
        set.iter_mut().map(|lowered| self.one(lowered)).collect()
    }

    fn kept(&mut self, unit: Unit) -> Result<Option<Vec<Piece>>> {
        let Input { program, emit, .. } = self.input;
        let Some(earlier) = &self.earlier else {
            return Ok(None);
        };
        // Listings show CLIF, and what passes did to it. A check compares everything.
        if emit.clif || !program.states.is_empty() || earlier.kept.checks() {
            return Ok(None);
        }
        let piece = earlier.piece(program, unit)?;
        Ok(piece.map(|piece| vec![piece]))
    }
}

impl OnThread<'_> {
    /// The piece of a function.
    fn one(&mut self, lowered: &mut Lowered) -> Result<Piece> {
        let (made, code) = match &self.earlier {
            Some(earlier) => (self.compiler.found(earlier, lowered)?, None),
            None => {
                let (made, code) = self.compiler.made(lowered)?;
                (made, Some(code))
            }
        };
        let (unit, func) = (lowered.unit, &lowered.func);
        let base = func.params.base_srcloc();
        let inlined = lowered.inlined.iter().copied();
        let mut piece = made.piece(unit, base, inlined, |name| pieces::symbol(func, name))?;
        let Input { names, emit, .. } = self.input;
        if let Some(code) = code.filter(|_| emit.asm) {
            let asm = listing::asm(names, self.cpu, &code, func, &piece);
            piece.listing = Some(asm);
        }
        Ok(piece)
    }
}

impl Compiler<'_> {
    /// The code of a function, of an earlier build if that has it.
    fn found(&mut self, earlier: &Earlier<'_>, lowered: &mut Lowered) -> Result<Made> {
        let (key, found) = earlier.code(lowered);
        earlier.keep(self.program, lowered, key)?;
        let Some(found) = found else {
            let (made, _) = self.made(lowered)?;
            earlier.kept.add(key, made.to_bytes());
            return Ok(made);
        };
        if earlier.kept.checks() && self.made(lowered)?.0 != found {
            let unit = lowered.unit;
            let message = format!("the kept code of {unit:?} differs from new code");
            return Err(Error::new(Code::Bug, message));
        }
        Ok(found)
    }

    /// Compiles a function.
    fn made(&mut self, lowered: &mut Lowered) -> Result<(Made, CompiledCode)> {
        self.context.clear();
        std::mem::swap(&mut self.context.func, &mut lowered.func);
        let made = self.compiled(lowered.unit);
        std::mem::swap(&mut self.context.func, &mut lowered.func);
        made
    }

    /// Compiles the function in the context.
    fn compiled(&mut self, unit: Unit) -> Result<(Made, CompiledCode)> {
        effort::compile(self.isas, &mut self.context, &mut self.control)
            .map_err(|error| codegen_error(self.program, unit, &error))?;
        let Some(code) = self.context.take_compiled_code() else {
            return Err(Error::new(Code::Bug, "compiled, but no code is there"));
        };
        let base = self.context.func.params.base_srcloc();
        Ok((Made::new(&*self.isas.chosen, base, &code)?, code))
    }
}

/// The error for the user: a limit of Cranelift is the program's fault, anything else is a bug.
pub fn codegen_error(program: &Program, unit: Unit, error: &CodegenError) -> Error {
    let error = match error {
        CodegenError::ImplLimitExceeded | CodegenError::CodeTooLarge => {
            Error::limit("the function is too large", Whose::Generator)
                .help("split the function, or compile the module with less inlining")
        }
        other => Error::new(Code::Bug, format!("code generator: {other}")),
    };
    match names::offset(program, unit) {
        Some(offset) => error.at(offset),
        None => error,
    }
}
