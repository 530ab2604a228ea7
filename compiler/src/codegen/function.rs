//! Compiles one function: lowers it, optimises it, passes it to its generator, and makes the
//! compact records for the object.

use super::generator::{Generators, Input, Workers};
use super::piece::{CaughtCall, Piece, Reference, Safepoint, Unwind};
use super::{listing, sites};
use crate::cpu::Cpu;
use crate::lower::{Lowered, Lowering, Unit};
use crate::optimize::{Bodies, Done, Functions};
use crate::program::FuncId;
use crate::{Code, Error, Result};
use cranelift_codegen::ir::Function;
use cranelift_codegen::isa::TargetIsa;

/// A compiled function. Offsets are from its first instruction.
#[derive(Debug)]
pub struct Compiled {
    /// Its name in reports. It is computed here because demangling all names on one thread would
    /// take noticeable time.
    pub name: Option<Box<str>>,
    /// Machine code.
    pub code: Box<[u8]>,
    /// The alignment of its first instruction, in bytes.
    pub alignment: u32,
    /// Direct calls of functions of the program: the offset of the call's operand, and the callee.
    pub calls: Box<[(u32, FuncId)]>,
    /// All other references of the code.
    pub references: Box<[Reference]>,
    /// The function's constants.
    pub constants: Box<[Constant]>,
    /// Records in the encoding of [`wasi_aot_abi::sites`].
    pub sites: Box<[u8]>,
    /// Calls during which references to objects are live, ascending.
    pub safepoints: Box<[Safepoint]>,
    /// Calls whose exceptions the function catches, ascending.
    pub caught: Box<[CaughtCall]>,
    /// Unwind information for its frame.
    pub unwind: Option<Unwind>,
    /// The results of the passes over its CLIF.
    pub done: Box<[Done]>,
    /// CLIF, if requested.
    pub clif: Option<String>,
    /// Disassembly, if requested.
    pub asm: Option<String>,
}

/// Constants or a table of a function.
#[derive(Debug)]
pub struct Constant {
    /// Bytes.
    pub bytes: Box<[u8]>,
    /// The alignment of their start, in bytes.
    pub alignment: u32,
    /// Their references.
    pub references: Box<[Reference]>,
}

/// Compiles functions one after the other and reuses the allocations.
pub struct Compiler<'a> {
    input: Input<'a>,
    isa: &'a dyn TargetIsa,
    lowering: Lowering,
    passes: Functions<'a>,
    workers: Workers<'a>,
    /// Each set has one function.
    set: [Lowered; 1],
}

impl<'a> Compiler<'a> {
    /// A compiler for the functions of a program.
    pub fn new(
        input: Input<'a>,
        generators: &'a Generators,
        bodies: &'a Bodies<'a>,
        cpu: &'static Cpu,
    ) -> Self {
        Compiler {
            input,
            isa: &**generators.isa(),
            lowering: Lowering::new(cpu),
            passes: Functions::new(bodies, generators.opt_level()),
            workers: generators.workers(input),
            set: [Lowered {
                unit: Unit::Entry,
                func: Function::new(),
                asked: Vec::new(),
                inlined: Vec::new(),
            }],
        }
    }

    /// Lowers and compiles `unit`, unless its code is found without that.
    ///
    /// # Errors
    /// Those of the lowering and of the generator.
    pub fn compile(&mut self, unit: Unit) -> Result<Compiled> {
        let (program, names) = (self.input.program, self.input.names);
        if let Some(pieces) = self.workers.of(unit)?.kept(unit)? {
            let mut compiled = finish(pieces, unit, &self.input)?;
            compiled.name = names.reported(unit);
            return Ok(compiled);
        }
        let [lowered] = &mut self.set;
        lowered.unit = unit;
        lowered.func.clear();
        lowered.asked.clear();
        lowered.inlined.clear();
        self.lowering
            .lower(program, unit, self.isa, &mut lowered.func)?;
        let done = self.passes.run(&mut self.lowering, lowered)?.into();
        let clif = self.input.emit.clif;
        let clif = clif.then(|| listing::clif(names, &lowered.func, &names.label(unit)));
        let pieces = self.workers.of(unit)?.generate(&mut self.set)?;
        let mut compiled = finish(pieces, unit, &self.input)?;
        compiled.name = names.reported(unit);
        compiled.done = done;
        compiled.clif = clif;
        Ok(compiled)
    }
}

/// Combines the pieces of a set that has one function.
fn finish(pieces: Vec<Piece>, unit: Unit, input: &Input<'_>) -> Result<Compiled> {
    let mut code = None;
    let mut constants = Vec::new();
    for piece in pieces {
        match piece.unit {
            Some(other) if other == unit && code.is_none() => code = Some(piece),
            Some(other) => return Err(bug(unit, &format!("code of {other:?}"))),
            None => constants.push(Constant {
                bytes: piece.bytes,
                alignment: piece.alignment,
                references: piece.references,
            }),
        }
    }
    let code = code.ok_or_else(|| bug(unit, "no code"))?;
    Ok(Compiled {
        name: None,
        sites: sites::encoded(&code, unit, input),
        code: code.bytes,
        alignment: code.alignment,
        calls: code.calls,
        references: code.references,
        constants: constants.into(),
        safepoints: code.safepoints,
        caught: code.caught,
        unwind: code.unwind,
        done: Box::default(),
        clif: None,
        asm: code.listing,
    })
}

fn bug(unit: Unit, made: &str) -> Error {
    Error::new(Code::Bug, format!("the generator made {made} of {unit:?}"))
}
