//! Stage four: compiles every reachable function to machine code.
//!
//! Several threads (`parallel`) lower functions and pass each to its generator (`generator`), whose
//! pieces become compact records (`function`). Only `cranelift` uses Cranelift's back end.

#[cfg(test)]
mod boundary_tests;
pub mod cranelift;
pub mod function;
pub mod generator;
mod hashed;
pub mod kept;
mod listing;
pub mod parallel;
pub mod piece;
mod sites;
pub mod sources;

pub use cranelift::{Choices, OptLevel, isa};

#[cfg(doc)]
use crate::Code;
use crate::Result;
use crate::cpu;
use crate::lower::Unit;
use crate::names::Names;
use crate::optimize::{After, listing as points};
use crate::program::Program;
use function::Compiled;
use generator::Generators;
use kept::Kept;
use std::num::NonZeroUsize;
use wasi_aot_targets::Target;

/// How to compile.
pub struct Options<'a> {
    /// The choices about code.
    pub code: Choices,
    /// Number of threads. The result does not depend on it.
    pub jobs: NonZeroUsize,
    /// The requested listings.
    pub emit: Emit,
    /// The code of other builds of the program, if it is used.
    pub kept: Option<&'a Kept>,
    /// Called after each function, from any thread: bytes of code done, and in all.
    pub progress: Option<&'a (dyn Fn(usize, usize) + Sync)>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options {
            code: Choices::default(),
            jobs: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            emit: Emit::default(),
            kept: None,
            progress: None,
        }
    }
}

/// The listings to make in addition to the object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Emit {
    /// CLIF, before Cranelift's optimisations.
    pub clif: bool,
    /// Disassembly.
    pub asm: bool,
}

/// The code of a program.
pub struct Output<'a> {
    /// The names of its functions.
    pub names: Names<'a>,
    /// The compiled units, in the order of the text.
    pub units: Vec<Unit>,
    /// The code of each unit.
    pub compiled: Vec<Compiled>,
    /// Source locations for reports ([`crate::debug::table`]), if there are any.
    pub lines: Option<Vec<u8>>,
    /// CLIF of all functions, if requested.
    pub clif: Option<String>,
    /// Disassembly of all functions, if requested.
    pub asm: Option<String>,
}

impl Output<'_> {
    /// The program as text, in its state after a pass, at the optimisation level of the build.
    ///
    /// # Panics
    /// If the program's options do not request this state.
    pub fn program(&self, after: After, level: OptLevel) -> String {
        let units = self.units.iter().zip(&self.compiled);
        let done = units.map(|(unit, compiled)| (*unit, &*compiled.done));
        points::text(after, &self.names, level, done)
    }
}

/// Compiles a program.
///
/// # Errors
/// [`Code::Unsupported`] from the lowering; [`Code::Limit`] for a function that is too large.
pub fn compile<'a>(
    program: &'a Program<'a>,
    target: &Target,
    options: &Options,
) -> Result<Output<'a>> {
    let cpu = cpu::of(target)?;
    let generators = Generators::new(program, target, options.code)?;
    let names = Names::new(program);
    let units = parallel::units(program);
    let generators = (&generators, cpu);
    let mut compiled = parallel::compile(program, &names, generators, &units, options)?;
    Ok(Output {
        clif: together(options.emit.clif, &mut compiled, |c| c.clif.take()),
        asm: together(options.emit.asm, &mut compiled, |c| c.asm.take()),
        names,
        units,
        compiled,
        lines: None,
    })
}

/// Joins the listings of all functions, in the order of the text.
fn together(
    wanted: bool,
    compiled: &mut [Compiled],
    take: impl FnMut(&mut Compiled) -> Option<String>,
) -> Option<String> {
    wanted.then(|| compiled.iter_mut().filter_map(take).collect())
}
