//! What a format of objects and executables has to do for the phases.

use crate::arch::Cpu;
use crate::elf::Elf;
use crate::input::{Object, SectionId};
use crate::layout::{Output, Segment};
use crate::reachability::Reachability;
use crate::relocate::{Linked, Relocator};
use crate::resolve::{Boundary, Resolution};
use crate::{Detail, Result};
use std::fmt::Debug;
use std::ops::Range;

/// A format.
pub trait Format: Debug + Sync {
    /// Reads one relocatable object. The ids of its sections and symbols start at 0. `detail`:
    /// whether its debug sections are read too.
    fn read<'a>(
        &self,
        name: &'a str,
        bytes: &'a [u8],
        cpu: &'static Cpu,
        detail: Detail,
    ) -> Result<Object<'a>>;

    /// Whether these are the first bytes of an object or an executable of this format.
    fn is(&self, bytes: &[u8]) -> bool;

    /// The contents of the first note of this owner and type, in an object or an executable; none also where the file is
    /// neither.
    fn note<'a>(&self, bytes: &'a [u8], owner: &str, kind: u32) -> Option<&'a [u8]>;

    /// The names of the functions that an object defines for others, in the order of its symbol table.
    fn defined_functions<'a>(&self, bytes: &'a [u8]) -> object::read::Result<Vec<&'a [u8]>>;

    /// The load segments of an executable; none if it is not one.
    fn segments(&self, bytes: &[u8]) -> Vec<Segment>;

    /// Reads the unwind tables of all objects. It may reorder the relocations of their sections.
    fn unwind(&self, objects: &mut [Object<'_>], detail: Detail) -> Result<Box<dyn Unwind>>;

    /// The edge of the image that a symbol means where no object defines it.
    fn boundary(&self, name: &[u8]) -> Option<Boundary>;

    /// Bytes of the headers at the start of an image of these sections.
    fn headers_size(&self, outputs: &[Output]) -> u64;

    /// What of an image of these sections is not loaded, but for debug sections.
    ///
    /// # Errors
    /// [`Error::TooManySections`](crate::Error::TooManySections).
    fn tail(
        &self,
        kept: &Kept<'_, '_>,
        outputs: &[Output],
        detail: Detail,
    ) -> Result<Box<dyn Tail>>;
}

/// The format of an object or an executable; none if it is of none that the linker knows.
pub fn of(bytes: &[u8]) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.is(bytes))
}

/// The formats that can be read.
const FORMATS: &[&dyn Format] = &[&Elf];

/// What is known before layout.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'k, 'a> {
    /// The inputs.
    pub objects: &'k [Object<'a>],
    /// The debug sections.
    pub debug: &'k [Output],
    /// What symbols mean.
    pub resolution: &'k Resolution,
    /// What is kept.
    pub reachability: &'k Reachability,
}

/// The unwind tables of an image, which say how each of its functions is left: records, which
/// belong to functions, and a table in which they are searched.
pub trait Unwind: Debug {
    /// Keeps the records of the functions in these sections. What the records that were not kept
    /// before refer to comes back.
    fn keep(&mut self, sections: &[SectionId]) -> Vec<References>;

    /// The output sections, in the order of their addresses:
    /// [`Contents::UnwindIndex`](crate::layout::Contents) and
    /// [`Contents::Unwind`](crate::layout::Contents) of what is kept. Those of size 0 are left out.
    fn outputs(&mut self) -> Vec<Output>;

    /// Fills in the records, of which `output` is made.
    ///
    /// # Errors
    /// For a reference that does not fit: see [`Relocator::apply`].
    fn records(
        &self,
        output: &Output,
        relocator: &Relocator<'_, '_, '_>,
        bytes: &mut [u8],
    ) -> Result<()>;

    /// Fills in the table in which they are searched, of which `output` is made.
    fn index(&self, output: &Output, relocator: &Relocator<'_, '_, '_>, bytes: &mut [u8]);
}

/// Relocations of a part of an input section.
#[derive(Clone, Debug)]
pub struct References {
    /// Index of the object.
    pub object: u32,
    /// Index of the section in the object.
    pub section: u32,
    /// In the relocations of the object.
    pub relocations: Range<u32>,
}

/// The part of an image that is not loaded.
pub trait Tail: Debug {
    /// The bytes of its parts. Each lies by itself, at an offset that is a multiple of 8.
    fn sizes(&self) -> Vec<u64>;

    /// Writes it, and the headers. `values`: the addresses of all symbols, by
    /// [`crate::input::SymbolId`].
    fn write(&self, image: &mut [u8], linked: &Linked<'_, '_>, values: &[u64]);
}
