//! Cranelift, the first generator. Only this folder uses its back end.

mod effort;
mod isa;
mod key;
mod listing;
mod pieces;
mod relocations;
mod spill;
mod unwind;

pub use isa::{Choices, OptLevel, isa};
pub use relocations::of_module;

use super::generator::{Generator, Input, Worker};
use super::kept::{Kept, Key};
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
        Box::new(OnThread {
            input,
            cpu: self.cpu,
            isas: &self.isas,
            // A listing needs more than what is kept.
            kept: (input.kept.filter(|_| !input.emit.asm))
                .map(|kept| (kept, Keys::new(kept.tool(), &self.isas))),
            context: Context::new(),
            control: ControlPlane::default(),
        })
    }
}

/// A worker, which reuses allocations between functions.
struct OnThread<'w> {
    input: Input<'w>,
    cpu: &'static Cpu,
    isas: &'w Isas,
    /// The code of other builds.
    kept: Option<(&'w Kept, Keys)>,
    context: Context,
    control: ControlPlane,
}

impl Worker for OnThread<'_> {
    fn generate(&mut self, set: &mut [Lowered]) -> Result<Vec<Piece>> {
        set.iter_mut().map(|lowered| self.one(lowered)).collect()
    }
}

impl OnThread<'_> {
    fn one(&mut self, lowered: &mut Lowered) -> Result<Piece> {
        self.context.clear();
        std::mem::swap(&mut self.context.func, &mut lowered.func);
        let piece = self.piece(lowered.unit);
        std::mem::swap(&mut self.context.func, &mut lowered.func);
        piece
    }

    /// The piece of the function in the context.
    fn piece(&mut self, unit: Unit) -> Result<Piece> {
        if let Some((kept, keys)) = &self.kept {
            let (kept, key) = (*kept, keys.key(&self.context.func));
            return self.kept(unit, kept, key)?.piece(unit, &self.context.func);
        }
        let (made, code) = self.made(unit)?;
        let Input { names, emit, .. } = self.input;
        let func = &self.context.func;
        let mut piece = made.piece(unit, func)?;
        if emit.asm {
            let asm = listing::asm(names, self.cpu, &code, func, &names.label(unit));
            piece.listing = Some(asm);
        }
        Ok(piece)
    }

    /// The code of the function in the context, of an earlier build if that has it.
    fn kept(&mut self, unit: Unit, kept: &Kept, key: Key) -> Result<Made> {
        let found = kept.find(&key).and_then(Made::from_bytes);
        if let Some(found) = found {
            if kept.checks() && self.made(unit)?.0 != found {
                let message = format!("the kept code of {unit:?} differs from new code");
                return Err(Error::new(Code::Bug, message));
            }
            return Ok(found);
        }
        let (made, _) = self.made(unit)?;
        kept.add(key, made.to_bytes());
        Ok(made)
    }

    /// Compiles the function in the context.
    fn made(&mut self, unit: Unit) -> Result<(Made, CompiledCode)> {
        effort::compile(self.isas, &mut self.context, &mut self.control)
            .map_err(|error| codegen_error(self.input.program, unit, &error))?;
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
