//! Which CPU and format a triple means: the one place that chooses.

use crate::arch::{Cpu, aarch64, x86_64};
use crate::{Error, Result};
use target_lexicon::{Architecture, BinaryFormat, Triple};

/// A machine and format that the linker links for.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    cpu: &'static Cpu,
}

impl Target {
    /// The target of a triple.
    pub fn new(triple: &Triple) -> Result<Target> {
        let cpu = match triple.architecture {
            Architecture::X86_64 => Some(&x86_64::CPU),
            Architecture::Aarch64(_) => Some(&aarch64::CPU),
            _ => None,
        };
        match (triple.binary_format, cpu) {
            (BinaryFormat::Elf, Some(cpu)) => Ok(Target { cpu }),
            _ => Err(Error::UnsupportedTarget {
                triple: triple.to_string(),
            }),
        }
    }

    /// Its CPU.
    pub(crate) fn cpu(&self) -> &'static Cpu {
        self.cpu
    }
}
