//! The interface between a format of objects and executables and the phases.

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
    /// whether its debug sections are also read.
    fn read<'a>(
        &self,
        name: &'a str,
        bytes: &'a [u8],
        cpu: &'static Cpu,
        detail: Detail,
    ) -> Result<Object<'a>>;

    /// Whether these bytes begin an object or an executable of this format.
    fn is(&self, bytes: &[u8]) -> bool;

    /// The contents of the first note with this owner and type, in an object or an executable;
    /// `None` also if the file is neither.
    fn note<'a>(&self, bytes: &'a [u8], owner: &str, kind: u32) -> Option<&'a [u8]>;

    /// The names of the functions that an object defines for other objects, in the order of its
    /// symbol table.
    fn defined_functions<'a>(&self, bytes: &'a [u8]) -> object::read::Result<Vec<&'a [u8]>>;

    /// The load segments of an executable; empty if it is not one.
    fn segments(&self, bytes: &[u8]) -> Vec<Segment>;

    /// Reads the unwind tables of all objects. It may reorder the relocations in their sections.
    fn unwind(&self, objects: &mut [Object<'_>], detail: Detail) -> Result<Box<dyn Unwind>>;

    /// The boundary of the image that a symbol denotes if no object defines it.
    fn boundary(&self, name: &[u8]) -> Option<Boundary>;

    /// Size of the headers at the start of an image with these sections. `page`: the page size.
    fn headers_size(&self, outputs: &[Output], page: u64) -> u64;

    /// The unloaded part of an image with these sections, except debug sections.
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

/// The format of an object or an executable; `None` if the linker does not know it.
pub fn of(bytes: &[u8]) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.is(bytes))
}

/// The supported formats.
const FORMATS: &[&dyn Format] = &[&Elf];

/// The results of the phases before layout.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'k, 'a> {
    /// The inputs.
    pub objects: &'k [Object<'a>],
    /// The debug sections.
    pub debug: &'k [Output],
    /// The definitions of symbols.
    pub resolution: &'k Resolution,
    /// The sections that are kept.
    pub reachability: &'k Reachability,
}

/// The unwind tables of an image, which describe how to unwind each function: records, one for each
/// function, and an index for searching them.
pub trait Unwind: Debug {
    /// Keeps the records of the functions in these sections. Returns the references of the records
    /// that were not kept before.
    fn keep(&mut self, sections: &[SectionId]) -> Vec<References>;

    /// The output sections, in the order of their addresses:
    /// [`Contents::UnwindIndex`](crate::layout::Contents) and
    /// [`Contents::Unwind`](crate::layout::Contents) for the kept records. Those of size 0 are
    /// omitted.
    fn outputs(&mut self) -> Vec<Output>;

    /// Writes the records to the section `output`.
    ///
    /// # Errors
    /// For a reference that does not fit: see [`Relocator::apply`].
    fn records(
        &self,
        output: &Output,
        relocator: &Relocator<'_, '_, '_>,
        bytes: &mut [u8],
    ) -> Result<()>;

    /// Writes the index to the section `output`.
    fn index(&self, output: &Output, relocator: &Relocator<'_, '_, '_>, bytes: &mut [u8]);
}

/// The relocations of a part of an input section.
#[derive(Clone, Debug)]
pub struct References {
    /// Index of the object.
    pub object: u32,
    /// Index of the section in the object.
    pub section: u32,
    /// Range in the relocations of the object.
    pub relocations: Range<u32>,
}

/// The unloaded part of an image.
pub trait Tail: Debug {
    /// The sizes of its parts in bytes. Each part is placed separately, at an offset that is a
    /// multiple of 8.
    fn sizes(&self) -> Vec<u64>;

    /// Writes it, and the headers. `values`: the addresses of all symbols, by
    /// [`crate::input::SymbolId`].
    fn write(&self, image: &mut [u8], linked: &Linked<'_, '_>, values: &[u64]);
}
