//! Links a program object and a runtime object into an executable, in-process.
//!
//! [`link`] is a row of phases, a file each: read, resolve, reachability, merge, layout, place,
//! relocate, write. What differs between CPUs is a description each in `arch/`, what differs
//! between formats stands behind `format.rs`: today there is `elf/`.

#![forbid(unsafe_code)]

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

/// What to link.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// For messages.
    pub name: &'a str,
    /// A relocatable object.
    pub bytes: &'a [u8],
}

/// How to link.
#[derive(Clone, Debug)]
pub struct Options {
    /// The symbol where execution starts; what it does not reach is dropped.
    pub entry: &'static str,
    /// First address of the image.
    pub image_base: u64,
    /// The largest page size of the target, in bytes.
    pub page: u64,
    /// What comes along for debuggers and profilers.
    pub detail: Detail,
}

/// What an image has that the program does not need to run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Detail {
    /// Nothing.
    Stripped,
    /// The symbol table, and the unwind tables of a format in which programs run without.
    Symbols,
    /// The same, and the debug sections of the inputs. Nothing is kept in the image for their sake.
    Debug,
}

impl Detail {
    /// Whether there is a symbol table.
    fn has_symbols(self) -> bool {
        match self {
            Detail::Stripped => false,
            Detail::Symbols | Detail::Debug => true,
        }
    }

    /// Whether there are debug sections.
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
    /// The file.
    pub bytes: Vec<u8>,
    /// Its load segments, by address.
    pub segments: Vec<Segment>,
}

/// Links relocatable objects into an executable. The same inputs, in the same order, give the same bytes.
///
/// What neither [`Options::entry`] nor a note reaches is dropped; what a
/// [`FIXED_NOTE`](wasi_aot_abi::symbols::sections::FIXED_NOTE) names is kept, where the note says.
///
/// # Errors
/// Whatever is wrong with the inputs, or does not fit: see [`Error`]. Malformed inputs do not panic.
pub fn link(inputs: &[Input<'_>], target: &Target, options: &Options) -> Result<Image> {
    let aligned = read::align(inputs);
    let mut objects = read::read(&aligned, target, options.detail)?;
    let mut unwind = target.format.unwind(&mut objects, options.detail)?;
    let objects = objects;
    let fixed = fixed::addresses(&objects)?;
    let resolution = resolve::resolve(&objects, target.format, options.entry)?;
    let reachability = reachability::mark(&objects, target.cpu, &resolution, &fixed, &mut *unwind)?;

    let merged = merge::merge(&objects, &fixed, &reachability);
    let outputs = layout::collect(
        &objects,
        &fixed,
        &reachability,
        &merged,
        &mut *unwind,
        options.page,
    );
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

/// The contents of the first note of this owner and type, in an object or an executable; none also when
/// the file is neither.
pub fn read_note(bytes: &[u8], owner: &str, n_type: u32) -> Option<Vec<u8>> {
    let aligned = read::aligned(bytes);
    Some(
        format::of(&aligned)?
            .note(&aligned, owner, n_type)?
            .to_vec(),
    )
}

/// The names of the functions that an object defines for others, in the order of its symbol table.
///
/// # Errors
/// [`Error::Malformed`] when it is no object.
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
