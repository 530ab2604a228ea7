//! A CPU that has nothing: what a record must say, item by item, and that no stage takes it for
//! another CPU.

use super::{Base, Cpu, Relaxed};

/// The CPU. Every item is here by its name, so that one that is added to or missing from a record
/// does not compile.
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
