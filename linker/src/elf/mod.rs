//! The Executable and Linkable Format, 64 bits, little-endian.

mod inspect;
mod read;
mod unwind;
mod write;

use crate::arch::{Cpu, aarch64, x86_64};
use crate::format::{self, Format, Kept, Tail};
use crate::input::Object;
use crate::layout::{Output, Segment};
use crate::resolve::Boundary;
use crate::target::{Target, unsupported};
use crate::{Detail, Result};
use object::elf::ELFMAG;
use object::read::elf::ElfFile64;
use target_lexicon::{Architecture, Triple};

/// The target for a triple.
pub fn target(triple: &Triple) -> Result<Target> {
    let cpu = match triple.architecture {
        Architecture::X86_64 => &x86_64::CPU,
        Architecture::Aarch64(_) => &aarch64::CPU,
        _ => return Err(unsupported(triple)),
    };
    Ok(Target { cpu, format: &Elf })
}

/// The symbols of boundaries of the image, with GNU ld's names.
const BOUNDARIES: &[(&str, Boundary)] = &[
    ("__ehdr_start", Boundary::Headers),
    ("__executable_start", Boundary::Start),
    ("etext", Boundary::CodeEnd),
    ("edata", Boundary::DataEnd),
    ("end", Boundary::End),
    ("_end", Boundary::End),
    ("__GNU_EH_FRAME_HDR", Boundary::UnwindIndex),
];

/// The format.
#[derive(Debug)]
pub struct Elf;

impl Format for Elf {
    fn read<'a>(
        &self,
        name: &'a str,
        bytes: &'a [u8],
        cpu: &'static Cpu,
        detail: Detail,
    ) -> Result<Object<'a>> {
        read::read(name, bytes, cpu, detail)
    }

    fn is(&self, bytes: &[u8]) -> bool {
        bytes.starts_with(&ELFMAG)
    }

    fn note<'a>(&self, bytes: &'a [u8], owner: &str, kind: u32) -> Option<&'a [u8]> {
        inspect::find_note(&ElfFile64::parse(bytes).ok()?, owner, kind)
    }

    fn defined_functions<'a>(&self, bytes: &'a [u8]) -> object::read::Result<Vec<&'a [u8]>> {
        inspect::defined_functions(&ElfFile64::parse(bytes)?)
    }

    fn segments(&self, bytes: &[u8]) -> Vec<Segment> {
        inspect::segments(bytes)
    }

    fn unwind(
        &self,
        objects: &mut [Object<'_>],
        detail: Detail,
    ) -> Result<Box<dyn format::Unwind>> {
        Ok(Box::new(match detail.has_symbols() {
            true => unwind::read(objects)?,
            false => unwind::Unwind::default(),
        }))
    }

    fn boundary(&self, name: &[u8]) -> Option<Boundary> {
        let found = BOUNDARIES.iter().find(|(n, _)| n.as_bytes() == name);
        found.map(|&(_, boundary)| boundary)
    }

    fn headers_size(&self, outputs: &[Output], page: u64) -> u64 {
        write::headers_size(outputs, page)
    }

    fn tail(
        &self,
        kept: &Kept<'_, '_>,
        outputs: &[Output],
        detail: Detail,
    ) -> Result<Box<dyn Tail>> {
        let tail = write::SymbolsAndHeaders::new(kept, outputs, detail)?;
        Ok(Box::new(tail))
    }
}
