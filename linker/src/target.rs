//! Selects the format for a triple; the format selects the CPU. No other code does.

use crate::arch::Cpu;
use crate::format::Format;
use crate::{Error, Result, elf, macho, pe};
use target_lexicon::{BinaryFormat, Triple};

/// A machine and format that the linker supports.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    pub(crate) cpu: &'static Cpu,
    pub(crate) format: &'static dyn Format,
}

impl Target {
    /// The target for a triple.
    ///
    /// # Errors
    /// [`Error::UnsupportedTarget`] for an unknown CPU or format.
    pub fn new(triple: &Triple) -> Result<Target> {
        match triple.binary_format {
            BinaryFormat::Elf => elf::target(triple),
            BinaryFormat::Macho => macho::target(triple),
            BinaryFormat::Coff => pe::target(triple),
            _ => Err(unsupported(triple)),
        }
    }
}

/// The error for an unknown triple.
pub(crate) fn unsupported(triple: &Triple) -> Error {
    Error::UnsupportedTarget {
        triple: triple.to_string(),
    }
}
