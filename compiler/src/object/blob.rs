//! The bytes of a section under construction, with its relocations.

use crate::cpu;
use crate::lower::symbol::Runtime;
use crate::program::{FuncId, RegionId};
use std::ops::Range;

/// Contents of a section.
#[derive(Debug, Default)]
pub struct Blob {
    /// Contents.
    pub bytes: Vec<u8>,
    /// Relocations, in no particular order.
    pub relocations: Vec<Relocation>,
}

/// A location whose value depends on an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relocation {
    /// Its offset.
    pub offset: u64,
    /// Its encoding.
    pub kind: cpu::Relocation,
    /// The address of this target …
    pub target: Target,
    /// … plus this number of bytes.
    pub addend: i64,
}

/// The target of a relocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// The start of the text.
    Text,
    /// The first instruction of a unit, by its index in the order of the text.
    Unit(u32),
    /// The start of the read-only data.
    Rodata,
    /// The start of the names of functions.
    Names,
    /// The start of the configuration: the [`wasi_aot_abi::Config`].
    Config,
    /// The start of the embedded files.
    Embed,
    /// A symbol that every runtime object defines.
    Runtime(Runtime),
    /// The runtime's function for a host function of the program.
    Host(FuncId),
    /// The base address of a region.
    Region(RegionId),
}

impl Blob {
    /// An empty section with capacity for this number of bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Blob {
            bytes: Vec::with_capacity(bytes),
            relocations: Vec::new(),
        }
    }

    /// A section with this number of zero bytes.
    pub fn zeroed(bytes: u64) -> Self {
        Blob {
            bytes: vec![0; bytes as usize],
            relocations: Vec::new(),
        }
    }

    /// Pads to a multiple of `alignment`; returns the offset.
    pub fn align(&mut self, alignment: usize) -> u64 {
        self.bytes
            .resize(self.bytes.len().next_multiple_of(alignment), 0);
        self.bytes.len() as u64
    }

    /// Appends bytes; returns their offset.
    pub fn append(&mut self, bytes: &[u8]) -> u64 {
        let offset = self.bytes.len() as u64;
        self.bytes.extend_from_slice(bytes);
        offset
    }

    /// The bytes without the zeros at the end, in multiples of 8.
    pub fn used(&self) -> u64 {
        let last = self.bytes.iter().rposition(|&byte| byte != 0);
        let end = last.map_or(0, |last| last as u64 + 1);
        let pointers = self
            .relocations
            .iter()
            .map(|relocation| relocation.offset + 8);
        end.max(pointers.max().unwrap_or(0)).next_multiple_of(8)
    }

    /// Appends a structure, aligned to 8 bytes; returns its offset.
    pub fn record(&mut self, record: &Record) -> u64 {
        self.copy(&record.blob, 0..record.blob.bytes.len() as u64)
    }

    /// Writes a structure over the one at `offset`.
    pub fn replace(&mut self, offset: u64, record: &Record) {
        self.set(offset, &record.blob.bytes);
        let relocations = record.blob.relocations.iter();
        self.relocations
            .extend(relocations.map(|relocation| Relocation {
                offset: offset + relocation.offset,
                ..*relocation
            }));
    }

    /// Appends a copy of a part of another one, aligned to 8 bytes, and says where.
    pub fn copy(&mut self, other: &Blob, part: Range<u64>) -> u64 {
        let offset = self.align(8);
        self.bytes
            .extend_from_slice(&other.bytes[part.start as usize..part.end as usize]);
        let relocations = other.relocations.iter();
        let inside = relocations.filter(|relocation| part.contains(&relocation.offset));
        self.relocations.extend(inside.map(|relocation| Relocation {
            offset: offset + relocation.offset - part.start,
            ..*relocation
        }));
        offset
    }

    /// Appends consecutive structures; returns the offset of the first.
    pub fn records(&mut self, records: impl IntoIterator<Item = Record>) -> u64 {
        let offset = self.align(8);
        for record in records {
            self.record(&record);
        }
        offset
    }

    /// Appends 4-byte numbers, or structures that consist of them; returns the offset of the first.
    pub fn numbers(&mut self, numbers: &[u32]) -> u64 {
        let offset = self.align(4);
        for number in numbers {
            self.append(&number.to_le_bytes());
        }
        offset
    }

    /// Overwrites 4 bytes with a number.
    pub fn set_u32(&mut self, offset: u64, value: u32) {
        self.set(offset, &value.to_le_bytes());
    }

    /// Overwrites 8 bytes with a number.
    pub fn set_u64(&mut self, offset: u64, value: u64) {
        self.set(offset, &value.to_le_bytes());
    }

    /// Overwrites bytes.
    pub fn set(&mut self, offset: u64, bytes: &[u8]) {
        self.bytes[offset as usize..][..bytes.len()].copy_from_slice(bytes);
    }

    /// Makes the 8 bytes at `offset` the address of `target` plus `addend`.
    pub fn point(&mut self, offset: u64, target: Target, addend: u64) {
        self.relocations.push(Relocation {
            offset,
            kind: cpu::Relocation::Address,
            target,
            addend: addend as i64,
        });
    }
}

/// A `repr(C)` structure of [`wasi_aot_abi`]. A field is given by its offset (`offset_of!`), which
/// is the same on every 64-bit host and target.
#[derive(Debug)]
pub struct Record {
    blob: Blob,
}

// The layout of the abi's structures is taken from the host that compiles this.
const _: () = assert!(size_of::<usize>() == 8 && cfg!(target_endian = "little"));

impl Record {
    /// A `T` whose bytes are all zero.
    pub fn new<T>() -> Self {
        Record {
            blob: Blob::zeroed(size_of::<T>() as u64),
        }
    }

    /// Sets a field of 4 bytes.
    pub fn u32(mut self, offset: usize, value: u32) -> Self {
        self.blob.set_u32(offset as u64, value);
        self
    }

    /// Sets a field of 8 bytes.
    pub fn u64(mut self, offset: usize, value: u64) -> Self {
        self.blob.set_u64(offset as u64, value);
        self
    }

    /// Sets a pointer.
    pub fn point(mut self, offset: usize, target: Target, addend: u64) -> Self {
        self.blob.point(offset as u64, target, addend);
        self
    }

    /// Its bytes and relocations.
    pub fn into_blob(self) -> Blob {
        self.blob
    }
}
