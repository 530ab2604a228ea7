//! Converts machine code of Cranelift and its metadata into a piece, in two steps. The first result
//! ([`Made`]) fits every function of the same CLIF, wherever it is and whatever it calls.

use super::relocations;
use super::unwind::unwind;
use crate::codegen::piece::{CaughtCall, Line, Piece, Reference, Referent, Safepoint, Unwind};
use crate::cpu::Relocation;
use crate::lower::symbol::Symbol;
use crate::lower::{Inlined, Unit, trap};
use crate::{Code, Error, Result};
use cranelift_codegen::ir::{ExternalName, Function, SourceLoc, TrapCode, UserExternalNameRef};
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::{
    CompiledCode, Final, FinalizedMachExceptionHandler, FinalizedMachReloc, FinalizedRelocTarget,
    MachBufferFinalized,
};
use serde::{Deserialize, Deserializer, Serialize};
use wasi_aot_abi::Trap;
use wasi_aot_abi::exceptions::ANY;

/// The code of a function, whose names are indices of the function's own table, and whose source
/// locations are distances from the function's base. The fields are those of [`Piece`].
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Made {
    #[serde(deserialize_with = "at_once")]
    bytes: Vec<u8>,
    alignment: u32,
    relocations: Vec<Relocated>,
    /// By their codes ([`Trap::code`]).
    traps: Vec<(u32, u8)>,
    returns: Vec<u32>,
    lines: Vec<Line>,
    safepoints: Box<[Safepoint]>,
    caught: Box<[CaughtCall]>,
    unwind: Option<Unwind>,
}

/// Bytes, which are otherwise read one by one.
fn at_once<'d, D: Deserializer<'d>>(from: D) -> std::result::Result<Vec<u8>, D::Error> {
    <&[u8]>::deserialize(from).map(<[u8]>::to_vec)
}

/// A relocation: offset, kind, target, and what is added to the target's address.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Relocated(u32, Relocation, Target, i64);

/// The target of a relocation.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Target {
    /// The name with this index in the function's table.
    Name(u32),
    /// The start of the function.
    Own,
}

impl Made {
    /// The code that Cranelift made of a function with this base of source locations. Cranelift
    /// puts constants after the code.
    ///
    /// # Errors
    /// [`Code::Bug`] for a relocation, a name or a trap that the lowering never emits.
    pub fn new(isa: &dyn TargetIsa, base: SourceLoc, code: &CompiledCode) -> Result<Made> {
        let buffer = &code.buffer;
        let traps = buffer.traps().iter();
        let traps = traps.map(|trap| Ok((trap.offset, trap_code(trap.code)?.code())));
        Ok(Made {
            bytes: code.code_buffer().into(),
            alignment: buffer.alignment,
            relocations: buffer
                .relocs()
                .iter()
                .map(relocated)
                .collect::<Result<_>>()?,
            traps: traps.collect::<Result<_>>()?,
            returns: buffer.call_sites().map(|call| call.ret_addr).collect(),
            lines: lines(base, buffer),
            safepoints: safepoints(buffer),
            caught: caught(buffer),
            unwind: unwind(isa, code)?,
        })
    }

    /// The code with this binary form; `None` if it is no such form.
    pub fn from_bytes(bytes: &[u8]) -> Option<Made> {
        postcard::from_bytes(bytes).ok()
    }

    /// The binary form.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).expect("plain data has a binary form")
    }

    /// The piece of a function of whose CLIF this was made, with this base of source locations,
    /// these replaced calls and these names.
    ///
    /// # Errors
    /// [`Code::Bug`] for names or traps that do not exist.
    pub fn piece(
        self,
        unit: Unit,
        base: SourceLoc,
        inlined: impl Iterator<Item = Inlined>,
        name: impl Fn(u32) -> Option<Symbol>,
    ) -> Result<Piece> {
        let Made {
            bytes,
            alignment,
            relocations,
            traps,
            returns,
            mut lines,
            safepoints,
            caught,
            unwind,
        } = self;
        let (mut calls, mut references) = (Vec::new(), Vec::new());
        for Relocated(offset, kind, target, addend) in relocations {
            match (kind, referent(target, &name)?) {
                (Relocation::Call, Referent::Symbol(Symbol::Func(callee))) => {
                    calls.push((offset, callee));
                }
                (kind, target) => references.push(Reference {
                    offset,
                    kind,
                    target,
                    addend,
                }),
            }
        }
        for line in &mut lines {
            line.wasm = line.wasm.wrapping_add(base.bits());
        }
        let inlined = inlined.map(|inlined| Inlined {
            start: inlined.start.wrapping_add(base.bits()),
            call: inlined.call.wrapping_add(base.bits()),
            ..inlined
        });
        let trap = |(offset, code)| Some((offset, Trap::from_code(code)?));
        let traps = traps.into_iter().map(trap).collect::<Option<_>>();
        Ok(Piece {
            unit: Some(unit),
            bytes: bytes.into(),
            alignment,
            calls: calls.into(),
            references: references.into(),
            traps: traps.ok_or_else(|| Error::new(Code::Bug, "code has an unknown trap"))?,
            returns,
            lines,
            inlined: inlined.collect(),
            safepoints,
            caught,
            unwind,
            listing: None,
        })
    }
}

fn relocated(reloc: &FinalizedMachReloc) -> Result<Relocated> {
    let kind = relocations::ours(reloc.kind)?;
    let (target, from) = match &reloc.target {
        FinalizedRelocTarget::ExternalName(ExternalName::User(name)) => {
            (Target::Name(name.as_u32()), 0)
        }
        FinalizedRelocTarget::Func(offset) => (Target::Own, i64::from(*offset)),
        other => {
            let message = format!("code refers to {}", other.display(None));
            return Err(Error::new(Code::Bug, message));
        }
    };
    Ok(Relocated(reloc.offset, kind, target, reloc.addend + from))
}

fn referent(target: Target, name: &impl Fn(u32) -> Option<Symbol>) -> Result<Referent> {
    let index = match target {
        Target::Own => return Ok(Referent::Own),
        Target::Name(index) => index,
    };
    match name(index) {
        Some(symbol) => Ok(Referent::Symbol(symbol)),
        None => Err(Error::new(
            Code::Bug,
            format!("code refers to name {index}"),
        )),
    }
}

/// The symbol of a name of a function's table.
pub fn symbol(func: &Function, name: u32) -> Option<Symbol> {
    let names = func.params.user_named_funcs();
    let name = names.get(UserExternalNameRef::from_u32(name))?;
    Some(Symbol::from_external(name))
}

/// The trap for a trap code of CLIF.
pub fn trap_code(code: TrapCode) -> Result<Trap> {
    trap::from_code(code).ok_or_else(|| Error::new(Code::Bug, format!("unknown trap code {code}")))
}

fn lines(base: SourceLoc, buffer: &MachBufferFinalized<Final>) -> Vec<Line> {
    let ranges = buffer.get_srclocs_sorted().iter();
    let known = ranges.filter(|range| !range.loc.is_default());
    let lines = known.map(|range| Line {
        start: range.start,
        end: range.end,
        wasm: range.loc.bits().wrapping_sub(base.bits()),
    });
    lines.collect()
}

fn safepoints(buffer: &MachBufferFinalized<Final>) -> Box<[Safepoint]> {
    let maps = buffer.user_stack_maps().iter();
    let calls = maps.map(|(returns, frame, map)| {
        let mut slots: Box<[u32]> = map.entries().map(|(_, offset)| offset).collect();
        slots.sort_unstable();
        Safepoint {
            returns: *returns,
            frame: *frame,
            slots,
        }
    });
    calls.collect()
}

/// The calls of a function whose exceptions are caught, ascending.
fn caught(buffer: &MachBufferFinalized<Final>) -> Box<[CaughtCall]> {
    let sites = buffer.call_sites();
    let caught = sites.filter(|site| !site.exception_handlers.is_empty());
    let calls = caught.map(|site| CaughtCall {
        returns: site.ret_addr,
        frame: site.frame_offset.unwrap_or_default(),
        handlers: site.exception_handlers.iter().filter_map(handler).collect(),
    });
    calls.collect()
}

fn handler(handler: &FinalizedMachExceptionHandler) -> Option<(u32, u32)> {
    match *handler {
        FinalizedMachExceptionHandler::Tag(tag, code) => Some((tag.as_u32(), code)),
        FinalizedMachExceptionHandler::Default(code) => Some((ANY, code)),
        FinalizedMachExceptionHandler::Context(_) => None,
    }
}
