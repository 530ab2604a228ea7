//! Links a program object and a runtime object into an executable, in-process.
//!
//! [`link`] is a sequence of phases, with a file for each: read, resolve, reachability, merge,
//! layout, place, relocate, write. All differences between CPUs are in the descriptions in `arch/`,
//! all differences between formats are hidden by `format.rs`; the only format so far is `elf/`.

#![forbid(unsafe_code)]

mod anchor;
mod arch;
mod debug;
mod elf;
mod error;
mod fixed;
mod format;
mod input;
mod layout;
mod macho;
mod marks;
mod merge;
mod pe;
mod place;
mod places;
mod reachability;
mod read;
mod relocate;
mod resolve;
pub mod system;
mod target;

pub use error::{Error, Result, Undefined};
pub use layout::{Access, Segment};
pub use marks::Marks;
pub use target::Target;

/// An input of the linker.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Its name, for messages.
    pub name: &'a str,
    /// A relocatable object.
    pub bytes: &'a [u8],
}

/// Options of the linker.
#[derive(Clone, Debug)]
pub struct Options {
    /// The symbol where execution starts; everything unreachable from it is dropped.
    pub entry: &'static str,
    /// First address of the image.
    pub image_base: u64,
    /// The largest page size of the target, in bytes.
    pub page: u64,
    /// Information for debuggers and profilers.
    pub detail: Detail,
}

/// The parts of an image that the program does not need to run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Detail {
    /// None.
    Stripped,
    /// The symbol table, and the unwind tables of formats whose programs run without them.
    Symbols,
    /// The same, and the debug sections of the inputs. These keep no other section alive.
    Debug,
}

impl Detail {
    /// Whether it includes a symbol table.
    fn has_symbols(self) -> bool {
        match self {
            Detail::Stripped => false,
            Detail::Symbols | Detail::Debug => true,
        }
    }

    /// Whether it includes debug sections.
    fn has_debug(self) -> bool {
        match self {
            Detail::Stripped | Detail::Symbols => false,
            Detail::Debug => true,
        }
    }
}

/// An executable, before it is written to disk.
#[derive(Debug)]
pub struct Image {
    /// The contents of the file.
    pub bytes: Vec<u8>,
    /// Its load segments, by address.
    pub segments: Vec<Segment>,
}

/// Links relocatable objects into an executable. The same inputs, in the same order, give the same
/// bytes.
///
/// Everything that is unreachable from [`Options::entry`] and from notes is dropped, except the
/// sections that a [`FIXED_NOTE`](wasi_aot_abi::symbols::sections::FIXED_NOTE) names, which get
/// their addresses from it.
///
/// # Errors
/// For malformed inputs, or if something does not fit: see [`Error`]. Malformed inputs never cause
/// a panic.
pub fn link(inputs: &[Input<'_>], target: &Target, options: &Options) -> Result<Image> {
    let aligned = read::align(inputs);
    let mut objects = read::read(&aligned, target, options.detail)?;
    let mut unwind = target.format.unwind(&mut objects, options.detail)?;
    let objects = objects;
    let fixed = fixed::addresses(&objects)?;
    let resolution = resolve::resolve(&objects, target.format, options.entry)?;
    let reachability = reachability::mark(&objects, target.cpu, &resolution, &fixed, &mut *unwind)?;

    let merged = merge::merge(&objects, &fixed, &reachability);
    let outputs = layout::collect(&objects, &fixed, &reachability, &merged, &mut *unwind);
    let debug = debug::collect(&objects, &resolution);
    let kept = format::Kept {
        objects: &objects,
        debug: &debug,
        resolution: &resolution,
        reachability: &reachability,
    };
    let (layout, tail) = place::place(outputs, merged, &kept, target.format, options)?;

    let linked = relocate::Linked {
        objects: &objects,
        cpu: target.cpu,
        options,
        fixed: &fixed,
        resolution: &resolution,
        reachability: &reachability,
        unwind: &*unwind,
        layout: &layout,
    };
    let values = relocate::values(&linked);
    let mut bytes = relocate::relocate(&linked, &values)?;
    tail.write(&mut bytes, &linked, &values);
    Ok(Image {
        bytes,
        segments: layout.segments,
    })
}

/// The contents of the first note with this owner and type, in an object or an executable; `None`
/// also if the file is neither.
pub fn read_note(bytes: &[u8], owner: &str, n_type: u32) -> Option<Vec<u8>> {
    let aligned = read::aligned(bytes);
    Some(
        format::of(&aligned)?
            .note(&aligned, owner, n_type)?
            .to_vec(),
    )
}

/// The names of the functions that an object defines for other objects, in the order of its symbol
/// table.
///
/// # Errors
/// [`Error::Malformed`] if it is no object.
pub fn defined_symbols(bytes: &[u8]) -> Result<Vec<String>> {
    let malformed = |what: String| Error::Malformed {
        object: "the object".into(),
        what,
    };
    let aligned = read::aligned(bytes);
    let format = format::of(&aligned).ok_or_else(|| malformed("no object".into()))?;
    let names = format.defined_functions(&aligned);
    let names = names.map_err(|error| malformed(error.to_string()))?;
    Ok(names.into_iter().map(input::text).collect())
}
