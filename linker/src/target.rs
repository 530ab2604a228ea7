//! Which CPU and format a triple means: the one place that chooses.

use crate::arch::Cpu;
use crate::format::Format;
use crate::{Error, Result, elf, macho, pe};
use target_lexicon::{BinaryFormat, Triple};

/// A machine and format that the linker links for.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    pub(crate) cpu: &'static Cpu,
    pub(crate) format: &'static dyn Format,
}

impl Target {
    /// The target of a triple.
    ///
    /// # Errors
    /// [`Error::UnsupportedTarget`] for a CPU or a format that the linker does not know.
    pub fn new(triple: &Triple) -> Result<Target> {
        match triple.binary_format {
            BinaryFormat::Elf => elf::target(triple),
            BinaryFormat::Macho => macho::target(triple),
            BinaryFormat::Coff => pe::target(triple),
            _ => Err(unsupported(triple)),
        }
    }
}

/// The error for a triple that the linker does not know.
pub(crate) fn unsupported(triple: &Triple) -> Error {
    Error::UnsupportedTarget {
        triple: triple.to_string(),
    }
}
