//! Converts machine code of Cranelift and its metadata into a piece.

use super::relocations;
use super::unwind::unwind;
use crate::codegen::piece::{CaughtCall, Line, Piece, Reference, Referent, Safepoint};
use crate::cpu::Relocation;
use crate::lower::symbol::Symbol;
use crate::lower::{Unit, trap};
use crate::program::FuncId;
use crate::{Code, Error, Result};
use cranelift_codegen::ir::{ExternalName, Function, TrapCode};
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::{
    CompiledCode, Final, FinalizedMachExceptionHandler, FinalizedMachReloc, FinalizedRelocTarget,
    MachBufferFinalized,
};
use wasi_aot_abi::Trap;
use wasi_aot_abi::exceptions::ANY;

/// The piece of a function. Cranelift puts constants after the code, so there is only one.
///
/// # Errors
/// [`Code::Bug`] for a relocation, a name or a trap that the lowering never emits.
pub fn piece(
    isa: &dyn TargetIsa,
    unit: Unit,
    func: &Function,
    code: &CompiledCode,
) -> Result<Piece> {
    let buffer = &code.buffer;
    let (calls, references) = references(func, buffer)?;
    let traps = buffer.traps().iter();
    let traps = traps.map(|trap| Ok((trap.offset, trap_code(trap.code)?)));
    Ok(Piece {
        unit: Some(unit),
        bytes: code.code_buffer().into(),
        alignment: buffer.alignment,
        calls: calls.into(),
        references: references.into(),
        traps: traps.collect::<Result<_>>()?,
        returns: buffer.call_sites().map(|call| call.ret_addr).collect(),
        lines: lines(buffer),
        safepoints: safepoints(buffer),
        caught: caught(buffer),
        unwind: unwind(isa, code)?,
        listing: None,
    })
}

type Calls = Vec<(u32, FuncId)>;

fn references(
    func: &Function,
    buffer: &MachBufferFinalized<Final>,
) -> Result<(Calls, Vec<Reference>)> {
    let (mut calls, mut references) = (Vec::new(), Vec::new());
    for reloc in buffer.relocs() {
        let kind = relocations::ours(reloc.kind)?;
        let (target, from) = target(func, reloc)?;
        match (kind, target) {
            (Relocation::Call, Referent::Symbol(Symbol::Func(callee))) => {
                calls.push((reloc.offset, callee));
            }
            (kind, target) => references.push(Reference {
                offset: reloc.offset,
                kind,
                target,
                addend: reloc.addend + from,
            }),
        }
    }
    Ok((calls, references))
}

/// The target of a function's relocation, and the distance from it.
fn target(func: &Function, reloc: &FinalizedMachReloc) -> Result<(Referent, i64)> {
    match &reloc.target {
        FinalizedRelocTarget::ExternalName(ExternalName::User(name)) => {
            let symbol = Symbol::from_external(&func.params.user_named_funcs()[*name]);
            Ok((Referent::Symbol(symbol), 0))
        }
        FinalizedRelocTarget::Func(offset) => Ok((Referent::Own, i64::from(*offset))),
        other => Err(Error::new(
            Code::Bug,
            format!("code refers to {}", other.display(None)),
        )),
    }
}

/// The trap for a trap code of CLIF.
pub fn trap_code(code: TrapCode) -> Result<Trap> {
    trap::from_code(code).ok_or_else(|| Error::new(Code::Bug, format!("unknown trap code {code}")))
}

fn lines(buffer: &MachBufferFinalized<Final>) -> Vec<Line> {
    let ranges = buffer.get_srclocs_sorted().iter();
    let known = ranges.filter(|range| !range.loc.is_default());
    let lines = known.map(|range| Line {
        start: range.start,
        end: range.end,
        wasm: range.loc.bits(),
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
