//! What a format of objects and executables has to do for the phases.

use crate::Result;
use crate::arch::Cpu;
use crate::input::Object;
use crate::layout::Output;
use crate::reachability::Reachability;
use crate::relocate::Linked;
use crate::resolve::Resolution;
use std::fmt::Debug;

/// A format.
pub trait Format: Debug + Sync {
    /// Reads one relocatable object. The ids of its sections and symbols start at 0.
    fn read<'a>(&self, name: &'a str, bytes: &'a [u8], cpu: &'static Cpu) -> Result<Object<'a>>;

    /// Bytes of the headers at the start of an image of these sections.
    fn headers_size(&self, outputs: &[Output]) -> u64;

    /// What of an image of these sections is not loaded. `strip`: only what has to be there.
    fn tail(&self, kept: &Kept<'_, '_>, outputs: &[Output], strip: bool) -> Box<dyn Tail>;
}

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
