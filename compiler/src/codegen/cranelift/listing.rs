//! Machine code as text, for `--emit asm`.

use crate::codegen::listing::symbol;
use crate::codegen::piece::{Piece, origin};
use crate::lower::Unit;
use crate::lower::symbol::Symbol;
use crate::names::{self, Names};
use crate::{cpu::Cpu, shown};
use cranelift_codegen::ir::{ExternalName, Function};
use cranelift_codegen::{CompiledCode, FinalizedRelocTarget};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The disassembly of a piece, under the name of its function. Each change of the WebAssembly
/// offset has its own line, which names the function if its body replaced a call.
pub fn asm(
    names: &Names,
    cpu: &Cpu,
    code: &CompiledCode,
    func: &Function,
    piece: &Piece,
) -> String {
    let body = |id| names::offset(names.program(), Unit::Func(id));
    let name = piece
        .unit
        .map_or_else(String::new, |unit| names.label(unit));
    let notes = notes(names, code, func);
    let ranges = code.buffer.get_srclocs_sorted();
    let bytes = code.code_buffer();
    let (mut at, mut last) = (0, None);
    let mut text = format!("{}:\n", shown::line(&name));
    while at < bytes.len() {
        let Some((length, instruction)) = (cpu.instruction)(&bytes[at..], at as u64) else {
            // Constants after the code may not decode.
            let _ = writeln!(text, "{at:8x}:  .byte {:#04x}", bytes[at]);
            at += 1;
            continue;
        };
        let pc = at as u32;
        let range = ranges.partition_point(|range| range.end <= pc);
        let loc = ranges
            .get(range)
            .filter(|r| r.start <= pc && !r.loc.is_default());
        if let Some(loc) = loc.map(|range| range.loc.bits())
            && last.replace(loc) != Some(loc)
        {
            let (wasm, within) = origin(&piece.inlined, loc, body);
            let of = within.map(|inlined| names.label(Unit::Func(inlined.callee)));
            let of = of.map_or_else(String::new, |name| format!(" of {}", shown::line(&name)));
            let _ = writeln!(text, "                                ;; @{wasm:#x}{of}");
        }
        let (mnemonic, operands) = instruction.split_once(' ').unwrap_or((&instruction, ""));
        let line = format!("{at:8x}:  {mnemonic:7} {operands}");
        let _ = write!(text, "{}", line.trim_end());
        at += length;
        for (_, note) in notes.range(pc..at as u32) {
            let _ = write!(text, " ; {}", shown::line(note));
        }
        text.push('\n');
    }
    text.push('\n');
    text
}

/// Annotations by code offset: the symbol that the instruction refers to, and its trap.
fn notes(names: &Names, code: &CompiledCode, func: &Function) -> BTreeMap<u32, String> {
    let mut notes = BTreeMap::<u32, String>::new();
    let mut add = |offset: u32, note: String| {
        let all = notes.entry(offset).or_default();
        if !all.is_empty() {
            all.push_str(", ");
        }
        all.push_str(&note);
    };
    for reloc in code.buffer.relocs() {
        if let FinalizedRelocTarget::ExternalName(ExternalName::User(name)) = &reloc.target {
            let target = Symbol::from_external(&func.params.user_named_funcs()[*name]);
            add(reloc.offset, symbol(names, target));
        }
    }
    for trap in code.buffer.traps() {
        match super::pieces::trap_code(trap.code) {
            Ok(code) => add(trap.offset, format!("trap {code:?}")),
            Err(_) => add(trap.offset, format!("trap {}", trap.code)),
        }
    }
    notes
}
