//! One record per CPU, chosen once from the target, holds all differences between CPUs. No other
//! code examines a triple.

mod aarch64;
mod instructions;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub mod unsupported;
mod x86_64;

use crate::{Code, Error, Result};
use serde::{Deserialize, Serialize};
use target_lexicon::{Architecture, Triple};
use wasi_aot_targets::Target;

/// All that the compiler's stages need to know of a CPU.
#[derive(Debug)]
pub struct Cpu {
    /// Its name, for messages.
    pub name: &'static str,
    /// The best way for code to get the base address of a region.
    pub base: Base,
    /// The instructions that relaxed vector instructions may become.
    pub relaxed: Relaxed,
    /// The byte that fills gaps in the text. Executing it must trap.
    pub filler: u8,
    /// The reach of a direct call, in bytes; 0: the CPU has no direct call.
    pub call_reach: usize,
    /// The operand of a direct call, from the old word and the distance from the operand to the
    /// callee, including [`Cpu::call_addend`].
    pub call_operand: fn(u32, i64) -> u32,
    /// The value that is added to a callee's address before the distance is computed.
    pub call_addend: i64,
    /// Its name in object files; `None`: it has no object format.
    pub object: Option<object::Architecture>,
    /// The number of a relocation in ELF; `None`: code for this CPU has no such relocation.
    pub elf_relocation: fn(Relocation) -> Option<u32>,
    /// The number of a relocation in COFF; `None` as for ELF.
    pub coff_relocation: fn(Relocation) -> Option<u16>,
    /// The number of a relocation in Mach-O, and whether it is PC-relative; `None` as for ELF, or
    /// if one relocation cannot express it.
    pub macho_relocation: fn(Relocation) -> Option<(u8, bool)>,
    /// The frame at a function's first instruction; `None`: frames cannot be unwound.
    pub frame: Option<Frame>,
    /// The disassembler.
    pub instruction: Instruction,
    /// The `AUDIT_ARCH_…` value that identifies it to a system call filter; `None`: there is no
    /// filter.
    pub audit: Option<u32>,
    /// The number of `restart_syscall`, which the kernel makes the process call; `None`: unknown.
    pub restart_syscall: Option<u32>,
}

/// Disassembles the instruction at the start of some bytes, which lie at this address: its length
/// in bytes, and its text. `None`: not an instruction, or no disassembler.
pub type Instruction = fn(&[u8], u64) -> Option<(usize, String)>;

/// How code gets the base address of a region, such as a memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Base {
    /// As a constant: every region has its address at build time.
    Constant,
    /// As a constant that stays in a register within a function.
    Held,
    /// In a register, from the region's descriptor.
    Register,
    /// Relative to the code if a displacement of 4 bytes reaches it, else in a register.
    Code,
}

/// The properties of the CPU's instructions for relaxed SIMD that Cranelift does not expose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relaxed {
    /// Whether it has a conversion of floats to integers whose result is arbitrary for values out
    /// of range.
    pub truncation: bool,
    /// Whether its minimum and maximum are the pseudo-minimum and the pseudo-maximum.
    pub pseudo_minimum: bool,
}

/// How an address is written into code or data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Relocation {
    /// All 8 bytes.
    Address,
    /// 4 bytes, which the CPU sign-extends. Only ELF has it: its objects are linked below 2 GiB.
    Address32,
    /// The distance from the relocated field, in 4 bytes.
    Distance,
    /// The operand of a direct call.
    Call,
    /// The distance between the two 4 KiB pages, in an instruction.
    Page,
    /// The offset within the page, in an instruction.
    PageOffset,
}

impl Relocation {
    /// All relocations.
    pub const ALL: [Relocation; 6] = [
        Relocation::Address,
        Relocation::Address32,
        Relocation::Distance,
        Relocation::Call,
        Relocation::Page,
        Relocation::PageOffset,
    ];
}

/// The properties of all frames that an unwinder must know. Registers have their DWARF numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The unit of code lengths.
    pub code_alignment: u8,
    /// The unit of offsets in a frame; from -64 to 63.
    pub data_alignment: i8,
    /// The register that represents the return address.
    pub return_address: u16,
    /// The stack pointer.
    pub stack_pointer: u16,
    /// The distance in bytes from the stack pointer to the caller's stack pointer at the first
    /// instruction.
    pub entry: u32,
    /// The location of the return address at the first instruction, relative to the caller's stack
    /// pointer, as a multiple of `data_alignment`; `None`: it is in its register.
    pub return_at: Option<u32>,
}

/// The CPU of a target. This is the only place that chooses it.
///
/// # Errors
/// [`Code::Target`] if no record describes the CPU.
pub fn of(target: &Target) -> Result<&'static Cpu> {
    match triple(target)?.architecture {
        Architecture::X86_64 => Ok(&x86_64::CPU),
        Architecture::Aarch64(_) => Ok(&aarch64::CPU),
        other => Err(Error::new(
            Code::Target,
            format!("{other}, the CPU of {}, is not known", target.name),
        )),
    }
}

/// The triple of a target, for Cranelift and the linker, which choose by it.
///
/// # Errors
/// [`Code::Bug`] if the table of targets contains an invalid triple.
pub fn triple(target: &Target) -> Result<Triple> {
    target.triple.parse().map_err(|error| {
        let message = format!("target {}: {error}", target.name);
        Error::new(Code::Bug, message)
    })
}

impl Cpu {
    /// The error for a feature that this CPU lacks.
    pub fn lacks(&self, what: &str) -> Error {
        Error::new(Code::Target, format!("{} has no {what}", self.name))
    }
}
