//! x86-64, from the psABI and `linux/audit.h`.

use super::{Base, Cpu, Frame, Relaxed, Relocation, instructions};
use object::{elf, macho, pe};

/// The CPU.
pub static CPU: Cpu = Cpu {
    name: "x86-64",
    base: Base::Constant,
    relaxed: Relaxed {
        truncation: true,
        pseudo_minimum: true,
    },
    // `int3`
    filler: 0xcc,
    call_reach: i32::MAX as usize,
    call_operand: |_, distance| distance as u32,
    // The CPU counts from the end of the operand.
    call_addend: -4,
    object: Some(object::Architecture::X86_64),
    elf_relocation: |relocation| match relocation {
        Relocation::Address => Some(elf::R_X86_64_64),
        Relocation::Address32 => Some(elf::R_X86_64_32S),
        Relocation::Distance => Some(elf::R_X86_64_PC32),
        Relocation::Call => Some(elf::R_X86_64_PLT32),
        Relocation::Page | Relocation::PageOffset => None,
    },
    coff_relocation: |relocation| match relocation {
        Relocation::Address => Some(pe::IMAGE_REL_AMD64_ADDR64),
        Relocation::Distance | Relocation::Call => Some(pe::IMAGE_REL_AMD64_REL32),
        Relocation::Address32 | Relocation::Page | Relocation::PageOffset => None,
    },
    macho_relocation: |relocation| match relocation {
        Relocation::Address => Some((macho::X86_64_RELOC_UNSIGNED, false)),
        Relocation::Distance => Some((macho::X86_64_RELOC_SIGNED, true)),
        Relocation::Call => Some((macho::X86_64_RELOC_BRANCH, true)),
        Relocation::Address32 | Relocation::Page | Relocation::PageOffset => None,
    },
    frame: Some(Frame {
        code_alignment: 1,
        data_alignment: -8,
        return_address: 16,
        stack_pointer: 7,
        // The call has pushed the return address.
        entry: 8,
        return_at: Some(1),
    }),
    instruction: instructions::x86_64::instruction,
    audit: Some(0xc000_003e),
    restart_syscall: Some(219),
};
