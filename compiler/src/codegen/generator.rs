//! The boundary of code generators, and the choice of a generator for each function.

use super::cranelift::Cranelift;
use super::kept::Kept;
use super::piece::Piece;
use super::sources::Sources;
use super::{Choices, Emit, OptLevel};
use crate::lower::{Lowered, Unit};
use crate::names::Names;
use crate::program::{FuncId, Generator as Column, Program};
use crate::{Code, Error, Result};
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_entity::SecondaryMap;
use wasi_aot_targets::Target;

/// Generates machine code from CLIF.
pub trait Generator: Sync {
    /// A worker for one thread.
    fn worker<'w>(&'w self, input: Input<'w>) -> Box<dyn Worker + 'w>;
}

/// The input of all generators.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The program: types and properties of callees.
    pub program: &'a Program<'a>,
    /// The names of its functions.
    pub names: &'a Names<'a>,
    /// The requested listings.
    pub emit: Emit,
    /// The position in the text of each function that has code.
    pub positions: &'a SecondaryMap<FuncId, u32>,
    /// The code of other builds, and what the CLIF of the program's units is made from.
    pub kept: Option<(&'a Kept, &'a Sources<'a>)>,
}

/// Generates code for sets of functions, one after the other.
pub trait Worker {
    /// The pieces of a set: one for each function, which names it, and the unnamed ones that these
    /// refer to. The functions are consumed; their allocations stay.
    ///
    /// # Errors
    /// [`Code::Limit`] for a function that is too large, [`Code::Bug`] for invalid CLIF.
    fn generate(&mut self, set: &mut [Lowered]) -> Result<Vec<Piece>>;

    /// The pieces of a unit whose code is kept, if they can be found without its CLIF.
    ///
    /// # Errors
    /// [`Code::Bug`] for code that was not made from CLIF of the program.
    fn kept(&mut self, unit: Unit) -> Result<Option<Vec<Piece>>>;
}

/// The generators of a program's functions.
pub struct Generators {
    opt_level: OptLevel,
    optimising: Cranelift,
    /// Present only if a function uses it.
    plain: Option<Cranelift>,
}

impl Generators {
    /// The generators for `program`.
    ///
    /// # Errors
    /// As [`super::isa`].
    pub fn new(program: &Program, target: &Target, choices: Choices) -> Result<Generators> {
        let plain = Choices {
            opt_level: OptLevel::None,
            ..choices
        };
        let mut functions = program.functions.values();
        let has_plain = functions.any(|function| function.generator == Column::Plain);
        Ok(Generators {
            opt_level: choices.opt_level,
            optimising: Cranelift::new(target, choices)?,
            plain: has_plain
                .then(|| Cranelift::new(target, plain))
                .transpose()?,
        })
    }

    /// The optimisation level of the passes that run before the generators.
    pub fn opt_level(&self) -> OptLevel {
        self.opt_level
    }

    /// The instruction set for which functions are lowered: types and calling conventions are the
    /// same for all generators.
    pub fn isa(&self) -> &OwnedTargetIsa {
        self.optimising.isa()
    }

    /// The workers of one thread.
    pub fn workers<'w>(&'w self, input: Input<'w>) -> Workers<'w> {
        Workers {
            program: input.program,
            optimising: self.optimising.worker(input),
            plain: self.plain.as_ref().map(|plain| plain.worker(input)),
        }
    }
}

/// The workers of one thread.
pub struct Workers<'w> {
    program: &'w Program<'w>,
    optimising: Box<dyn Worker + 'w>,
    plain: Option<Box<dyn Worker + 'w>>,
}

impl<'w> Workers<'w> {
    /// The worker of the generator for `unit`.
    ///
    /// # Errors
    /// [`Code::Bug`] if that generator was not made.
    pub fn of(&mut self, unit: Unit) -> Result<&mut (dyn Worker + 'w)> {
        let column = match unit {
            Unit::Func(id) => self.program.functions[id].generator,
            Unit::Step(_) | Unit::Entry | Unit::Thread => Column::Optimising,
        };
        let worker = match column {
            Column::Optimising => Some(&mut self.optimising),
            Column::Plain => self.plain.as_mut(),
        };
        match worker {
            Some(worker) => Ok(&mut **worker),
            None => Err(Error::new(
                Code::Bug,
                format!("{unit:?} needs the plain generator, but no function was assigned to it"),
            )),
        }
    }
}
