//! Phase one: reads the inputs into objects.

use crate::input::Object;
use crate::{Detail, Input, Result, Target};
use object::pod::{bytes_of_slice, bytes_of_slice_mut};
use std::ops::Deref;

/// The bytes of a file, at an address that is a multiple of 8: its tables are read in place.
#[derive(Debug)]
pub enum Aligned<'a> {
    /// The original bytes, which are aligned.
    Borrowed(&'a [u8]),
    /// A copy: words, and the number of bytes.
    Copied(Vec<u64>, usize),
}

impl Deref for Aligned<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Aligned::Borrowed(bytes) => bytes,
            Aligned::Copied(words, len) => &bytes_of_slice(words)[..*len],
        }
    }
}

/// Aligns a file's bytes.
pub fn aligned(bytes: &[u8]) -> Aligned<'_> {
    if bytes.as_ptr().cast::<u64>().is_aligned() {
        return Aligned::Borrowed(bytes);
    }
    let mut words = vec![0u64; bytes.len().div_ceil(size_of::<u64>())];
    bytes_of_slice_mut(&mut words)[..bytes.len()].copy_from_slice(bytes);
    Aligned::Copied(words, bytes.len())
}

/// Aligns all inputs, and returns them with their names.
pub fn align<'a>(inputs: &[Input<'a>]) -> Vec<(&'a str, Aligned<'a>)> {
    let each = |input: &Input<'a>| (input.name, aligned(input.bytes));
    inputs.iter().map(each).collect()
}

/// Reads all objects and numbers their sections and symbols consecutively. `detail`: whether debug
/// sections are read.
pub fn read<'a>(
    inputs: &'a [(&'a str, Aligned<'a>)],
    target: &Target,
    detail: Detail,
) -> Result<Vec<Object<'a>>> {
    let (mut sections, mut symbols) = (0, 0);
    let mut objects = Vec::with_capacity(inputs.len());
    for (name, bytes) in inputs {
        let mut object = target.format.read(name, bytes, target.cpu, detail)?;
        object.first_section = sections;
        object.first_symbol = symbols;
        sections += object.sections.len() as u32;
        symbols += object.symbols.len() as u32;
        objects.push(object);
    }
    Ok(objects)
}
