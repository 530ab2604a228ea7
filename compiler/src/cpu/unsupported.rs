//! A CPU that supports nothing: it shows each item that a record needs, and tests that no stage
//! takes it for another CPU.

use super::{Base, Cpu, Relaxed};

/// The CPU. It names every item, so that adding or removing an item of the record is a compile
/// error here.
pub static CPU: Cpu = Cpu {
    name: "the unsupported CPU",
    base: Base::Constant,
    relaxed: Relaxed {
        truncation: false,
        pseudo_minimum: false,
    },
    filler: 0,
    call_reach: 0,
    call_operand: |word, _| word,
    call_addend: 0,
    object: None,
    elf_relocation: |_| None,
    coff_relocation: |_| None,
    macho_relocation: |_| None,
    frame: None,
    instruction: |_, _| None,
    audit: None,
    restart_syscall: None,
};
