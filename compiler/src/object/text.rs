//! The text: the offset of each function, and the machine code of all.
//!
//! A program has hundreds of thousands of direct calls and a single text section. The distances of
//! calls are known here, so an object for the in-process linker need not contain relocations for
//! them.

use super::blob::{Blob, Relocation, Target};
use super::constants::Data;
use super::state::Segments;
use crate::codegen::function::Compiled;
use crate::codegen::piece::{Reference, Referent};
use crate::cpu::{self, Cpu};
use crate::lower::Unit;
use crate::lower::symbol::Symbol;
use crate::program::{FuncId, Program, TypeId};
use crate::{Code, Error, Result};
use cranelift_entity::SecondaryMap;

/// Size of the data before a function whose address is taken: the number of its type as `u32`, then
/// zeros.
const PREFIX: usize = 8;
/// The minimum alignment of functions, which suits instruction fetch on both CPUs.
const ALIGNMENT: usize = 16;

/// The offsets of a program's functions in its text.
pub struct Layout {
    /// Offset of the first instruction of each unit, in the order of the units.
    pub starts: Vec<u32>,
    /// Size of each unit's code in bytes.
    pub sizes: Vec<u32>,
    /// Start of everything that belongs to each unit: its type, if it has one, else its code; the
    /// first is 0.
    pub begins: Vec<u32>,
    /// Size in bytes.
    pub size: u32,
    /// The alignment of its start.
    pub alignment: u64,
    functions: SecondaryMap<FuncId, Option<u32>>,
    steps: Vec<u32>,
}

impl Layout {
    /// Places `compiled`, the code of `units`.
    ///
    /// # Errors
    /// [`Code::Layout`] if a direct call cannot span the text, [`Code::Target`] for a CPU without
    /// direct calls.
    pub fn new(
        program: &Program,
        cpu: &Cpu,
        units: &[Unit],
        compiled: &[Compiled],
    ) -> Result<Self> {
        let mut layout = Layout {
            starts: Vec::with_capacity(units.len()),
            sizes: Vec::with_capacity(units.len()),
            begins: Vec::with_capacity(units.len()),
            size: 0,
            alignment: ALIGNMENT as u64,
            functions: SecondaryMap::with_capacity(program.functions.len()),
            steps: Vec::new(),
        };
        if cpu.call_reach == 0 {
            return Err(cpu.lacks("direct calls"));
        }
        let mut end = 0;
        for ((&unit, compiled), index) in units.iter().zip(compiled).zip(0..) {
            let prefix = prefix(program, unit).map_or(0, |_| PREFIX);
            let start = (end + prefix).next_multiple_of(ALIGNMENT.max(compiled.alignment as usize));
            layout.begins.push(match index {
                0 => 0,
                _ => (start - prefix) as u32,
            });
            end = start + compiled.code.len();
            layout.alignment = layout.alignment.max(u64::from(compiled.alignment));
            layout.starts.push(start as u32);
            layout.sizes.push(compiled.code.len() as u32);
            match unit {
                Unit::Func(id) => layout.functions[id] = Some(index),
                Unit::Step(_) => layout.steps.push(index),
                Unit::Entry | Unit::Thread => {}
            }
            if end > cpu.call_reach {
                return Err(Error::new(
                    Code::Layout,
                    format!(
                        "the program's code is larger than {} MiB, the reach of a call of the target's CPU",
                        cpu.call_reach >> 20
                    ),
                ));
            }
        }
        layout.size = end as u32;
        Ok(layout)
    }

    /// The index of the unit with a function's code.
    ///
    /// # Errors
    /// [`Code::Bug`] if the function was not compiled.
    pub fn function(&self, id: FuncId) -> Result<u32> {
        self.functions[id].ok_or_else(|| {
            Error::new(
                Code::Bug,
                format!("{id} is used, but was not found reachable"),
            )
        })
    }

    /// The index of the unit with a step's code.
    pub fn step(&self, index: u32) -> u32 {
        self.steps[index as usize]
    }
}

/// The type before a function whose address is taken.
fn prefix(program: &Program, unit: Unit) -> Option<TypeId> {
    let Unit::Func(id) = unit else { return None };
    let function = &program.functions[id];
    function.address_taken.then_some(function.ty)
}

/// The form of direct calls between functions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Calls {
    /// Resolved: functions are not moved afterwards.
    Resolved,
    /// Relocations, as every linker expects.
    Open,
}

/// Copies the code of all units to its location and resolves references between units and to
/// `data`. It takes `compiled` to free the code of each unit as soon as it is copied; the records
/// are in the result.
///
/// # Errors
/// [`Code::Bug`] for a reference to data that does not exist.
pub fn assemble(
    program: &Program,
    cpu: &Cpu,
    units: &[Unit],
    layout: &Layout,
    compiled: &mut [Compiled],
    data: &Data,
    calls: Calls,
) -> Result<Blob> {
    let mut text = Blob::with_capacity(layout.size as usize);
    let places = layout.starts.iter().zip(&data.constants);
    let units = units.iter().zip(0..);
    for (((&unit, index), compiled), (&start, constants)) in units.zip(compiled).zip(places) {
        text.bytes.resize(start as usize, cpu.filler);
        if let Some(ty) = prefix(program, unit) {
            let prefix = u64::from(program.types[ty].number()).to_le_bytes();
            text.bytes[start as usize - PREFIX..].copy_from_slice(&prefix);
        }
        text.bytes.extend_from_slice(&compiled.code);
        for &(offset, callee) in &compiled.calls {
            let callee = layout.function(callee)?;
            match calls {
                Calls::Resolved => {
                    let at = start + offset;
                    let distance = i64::from(layout.starts[callee as usize]) - i64::from(at);
                    let at = &mut text.bytes[at as usize..][..4];
                    patch_call(cpu, at, distance + cpu.call_addend);
                }
                Calls::Open => text.relocations.push(Relocation {
                    offset: u64::from(start + offset),
                    kind: cpu::Relocation::Call,
                    target: Target::Unit(callee),
                    addend: cpu.call_addend,
                }),
            }
        }
        for reference in &compiled.references {
            let (target, addend) = resolve(
                layout,
                data.segments,
                constants,
                (Target::Unit(index), 0),
                reference,
            )?;
            text.relocations.push(Relocation {
                offset: u64::from(start + reference.offset),
                kind: reference.kind,
                target,
                addend,
            });
        }
        compiled.code = Box::default();
        compiled.calls = Box::default();
        compiled.references = Box::default();
    }
    Ok(text)
}

/// Writes the distance of a call into its operand.
fn patch_call(cpu: &Cpu, at: &mut [u8], distance: i64) {
    let mut word = [0; 4];
    word.copy_from_slice(at);
    let word = (cpu.call_operand)(u32::from_le_bytes(word), distance);
    at.copy_from_slice(&word.to_le_bytes());
}

/// The target of a reference of a unit, whose constants are at `constants`. What holds the
/// reference is at `own`.
///
/// # Errors
/// [`Code::Bug`] if the target does not exist.
pub fn resolve(
    layout: &Layout,
    segments: &Segments,
    constants: &[u64],
    own: (Target, i64),
    reference: &Reference,
) -> Result<(Target, i64)> {
    let rodata = |offset: Option<u64>| match offset {
        Some(offset) => Ok((Target::Rodata, reference.addend + offset as i64)),
        None => Err(Error::new(
            Code::Bug,
            format!("code refers to {:?}, which has no data", reference.target),
        )),
    };
    let symbol = match reference.target {
        Referent::Symbol(symbol) => symbol,
        Referent::Constant(index) => return rodata(constants.get(index as usize).copied()),
        Referent::Own => return Ok((own.0, own.1 + reference.addend)),
    };
    Ok(match symbol {
        Symbol::Func(id) => (Target::Unit(layout.function(id)?), reference.addend),
        Symbol::Step(index) => (Target::Unit(layout.step(index)), reference.addend),
        Symbol::Runtime(runtime) => (Target::Runtime(runtime), reference.addend),
        Symbol::Host(id) => (Target::Host(id), reference.addend),
        Symbol::Region(id) => (Target::Region(id), reference.addend),
        data @ (Symbol::Data(_)
        | Symbol::Elem(_)
        | Symbol::Opaque
        | Symbol::Options(_)
        | Symbol::Invocation(_)) => rodata(segments.offset(data))?,
    })
}
