//! What differs between CPUs: a record each, chosen once from the target. No other code looks at a
//! triple.

mod aarch64;
mod instructions;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub mod unsupported;
mod x86_64;

use crate::{Code, Error, Result};
use target_lexicon::{Architecture, Triple};
use wasi_aot_targets::Target;

/// A CPU: all that the stages must know of it.
#[derive(Debug)]
pub struct Cpu {
    /// For messages.
    pub name: &'static str,
    /// How code best has the first address of a region.
    pub base: Base,
    /// What relaxed vector instructions may become.
    pub relaxed: Relaxed,
    /// What stands in gaps of the text: must not be run.
    pub filler: u8,
    /// What a direct call can span, in bytes; 0: it has none.
    pub call_reach: usize,
    /// The operand of a direct call (the old word, and the distance from the operand to the
    /// callee and [`Cpu::call_addend`]).
    pub call_operand: fn(u32, i64) -> u32,
    /// What is added to a callee's address before the distance is taken.
    pub call_addend: i64,
    /// How an object file names it; `None`: it has no object format.
    pub object: Option<object::Architecture>,
    /// The number that a relocation has in ELF; `None`: its code has no such relocation.
    pub elf_relocation: fn(Relocation) -> Option<u32>,
    /// The number that it has in COFF; `None`: as above.
    pub coff_relocation: fn(Relocation) -> Option<u16>,
    /// The number that it has in Mach-O, and whether it is a distance; `None`: as above, or it takes
    /// more than one.
    pub macho_relocation: fn(Relocation) -> Option<(u8, bool)>,
    /// How frames are before a function's first instruction; `None`: they cannot be unwound.
    pub frame: Option<Frame>,
    /// Disassembles.
    pub instruction: Instruction,
    /// `AUDIT_ARCH_…`, by which a filter of system calls knows it; `None`: there is no filter.
    pub audit: Option<u32>,
    /// The number of `restart_syscall`, which the kernel itself makes the process call; `None`: not
    /// known.
    pub restart_syscall: Option<u32>,
}

/// The instruction that begins some bytes, which are at this address: its length in bytes, and its text. `None`: there is none,
/// or no disassembler.
pub type Instruction = fn(&[u8], u64) -> Option<(usize, String)>;

/// How code has the first address of a region, of a memory for example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Base {
    /// As a constant: every region has its address when the program is built.
    Constant,
    /// In a register, from the region's descriptor.
    Register,
    /// As a distance from the code, if one of 4 bytes spans it, else in a register.
    Code,
}

/// Which of its own instructions a CPU has for relaxed ones, where Cranelift does not say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relaxed {
    /// A conversion of floats to integers that gives anything for what does not fit.
    pub truncation: bool,
    /// A minimum and a maximum that are the pseudo-minimum and the pseudo-maximum.
    pub pseudo_minimum: bool,
}

/// How an address is written into code or data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relocation {
    /// All 8 bytes.
    Address,
    /// The distance from the place, in 4 bytes.
    Distance,
    /// The operand of a direct call.
    Call,
    /// The distance between pages, in an instruction.
    Page,
    /// The place in its page, in an instruction.
    PageOffset,
}

impl Relocation {
    /// All of them.
    pub const ALL: [Relocation; 5] = [
        Relocation::Address,
        Relocation::Distance,
        Relocation::Call,
        Relocation::Page,
        Relocation::PageOffset,
    ];
}

/// What an unwinder must know that holds for all functions: registers are numbered as in DWARF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// What lengths of code are multiples of.
    pub code_alignment: u8,
    /// What offsets in a frame are multiples of; from -64 to 63.
    pub data_alignment: i8,
    /// The register that stands for the return address.
    pub return_address: u16,
    /// The stack pointer.
    pub stack_pointer: u16,
    /// Bytes from the stack pointer to the caller's, at the first instruction.
    pub entry: u32,
    /// Where the return address is then, from the caller's stack pointer, as a multiple of
    /// `data_alignment`; `None`: in its register.
    pub return_at: Option<u32>,
}

/// The CPU of a target: the one choice.
///
/// # Errors
/// [`Code::Target`] for a CPU that no record describes.
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

/// The triple of a target, for the crates that choose by it: Cranelift and the linker.
///
/// # Errors
/// [`Code::Bug`] when the table of targets has one that is none.
pub fn triple(target: &Target) -> Result<Triple> {
    target.triple.parse().map_err(|error| {
        let message = format!("target {}: {error}", target.name);
        Error::new(Code::Bug, message)
    })
}

impl Cpu {
    /// The error for what this CPU does not have.
    pub fn lacks(&self, what: &str) -> Error {
        Error::new(Code::Target, format!("{} has no {what}", self.name))
    }
}
