//! AArch64, from "ELF for the Arm 64-bit Architecture" and `linux/audit.h`.

use super::{Base, Cpu, Frame, Relaxed, Relocation, instructions};
use object::{elf, macho, pe};

/// The CPU.
pub static CPU: Cpu = Cpu {
    name: "aarch64",
    // A register with the base is part of the addressing mode, with the zero-extended index. As an
    // ordinary constant, the base would be built again at each access.
    base: Base::Held,
    relaxed: Relaxed {
        truncation: false,
        pseudo_minimum: false,
    },
    // `udf #0` is all zeros.
    filler: 0,
    call_reach: 128 << 20,
    // The operand of `bl` and `b`: a distance in words, in the low 26 bits.
    call_operand: |word, distance| word & 0xfc00_0000 | (distance >> 2) as u32 & 0x03ff_ffff,
    call_addend: 0,
    object: Some(object::Architecture::Aarch64),
    elf_relocation: |relocation| match relocation {
        Relocation::Address => Some(elf::R_AARCH64_ABS64),
        Relocation::Address32 => None,
        Relocation::Distance => Some(elf::R_AARCH64_PREL32),
        Relocation::Call => Some(elf::R_AARCH64_CALL26),
        Relocation::Page => Some(elf::R_AARCH64_ADR_PREL_PG_HI21),
        Relocation::PageOffset => Some(elf::R_AARCH64_ADD_ABS_LO12_NC),
    },
    coff_relocation: |relocation| match relocation {
        Relocation::Address => Some(pe::IMAGE_REL_ARM64_ADDR64),
        Relocation::Address32 => None,
        Relocation::Distance => Some(pe::IMAGE_REL_ARM64_REL32),
        Relocation::Call => Some(pe::IMAGE_REL_ARM64_BRANCH26),
        Relocation::Page => Some(pe::IMAGE_REL_ARM64_PAGEBASE_REL21),
        Relocation::PageOffset => Some(pe::IMAGE_REL_ARM64_PAGEOFFSET_12A),
    },
    macho_relocation: |relocation| match relocation {
        Relocation::Address => Some((macho::ARM64_RELOC_UNSIGNED, false)),
        // Mach-O needs a pair of relocations for a difference of two symbols.
        Relocation::Address32 | Relocation::Distance => None,
        Relocation::Call => Some((macho::ARM64_RELOC_BRANCH26, true)),
        Relocation::Page => Some((macho::ARM64_RELOC_PAGE21, true)),
        Relocation::PageOffset => Some((macho::ARM64_RELOC_PAGEOFF12, false)),
    },
    frame: Some(Frame {
        code_alignment: 4,
        data_alignment: -8,
        return_address: 30,
        stack_pointer: 31,
        entry: 0,
        return_at: None,
    }),
    instruction: instructions::aarch64::instruction,
    audit: Some(0xc000_00b7),
    restart_syscall: Some(128),
};
