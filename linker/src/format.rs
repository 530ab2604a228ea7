//! What a format of objects and executables has to do for the phases.

use crate::Result;
use crate::arch::Cpu;
use crate::elf::Elf;
use crate::input::Object;
use crate::layout::{Output, Segment};
use crate::reachability::Reachability;
use crate::relocate::Linked;
use crate::resolve::Resolution;
use std::fmt::Debug;

/// A format.
pub trait Format: Debug + Sync {
    /// Reads one relocatable object. The ids of its sections and symbols start at 0.
    fn read<'a>(&self, name: &'a str, bytes: &'a [u8], cpu: &'static Cpu) -> Result<Object<'a>>;

    /// Whether these are the first bytes of an object or an executable of this format.
    fn is(&self, bytes: &[u8]) -> bool;

    /// The contents of the first note of this owner and type, in an object or an executable; none also where the file is
    /// neither.
    fn note<'a>(&self, bytes: &'a [u8], owner: &str, kind: u32) -> Option<&'a [u8]>;

    /// The names of the functions that an object defines for others, in the order of its symbol table.
    fn defined_functions<'a>(&self, bytes: &'a [u8]) -> object::read::Result<Vec<&'a [u8]>>;

    /// The load segments of an executable; none if it is not one.
    fn segments(&self, bytes: &[u8]) -> Vec<Segment>;

    /// Bytes of the headers at the start of an image of these sections.
    fn headers_size(&self, outputs: &[Output]) -> u64;

    /// What of an image of these sections is not loaded. `strip`: only what has to be there.
    fn tail(&self, kept: &Kept<'_, '_>, outputs: &[Output], strip: bool) -> Box<dyn Tail>;
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
    /// What symbols mean.
    pub resolution: &'k Resolution,
    /// What is kept.
    pub reachability: &'k Reachability,
}

/// The part of an image that is not loaded.
pub trait Tail: Debug {
    /// The bytes of its parts. Each lies by itself, at an offset that is a multiple of 8.
    fn sizes(&self) -> Vec<u64>;

    /// Writes it, and the headers. `values`: the addresses of all symbols, by
    /// [`crate::input::SymbolId`].
    fn write(&self, image: &mut [u8], linked: &Linked<'_, '_>, values: &[u64]);
}
