//! Helpers of the linker's tests, which link and examine images.

use crate::build::Builder;
use wasi_aot_linker::{Detail, Error, Image, Input, Options, Result, Target, link};

/// The usual options, with the address plan of x86-64.
pub fn options() -> Options {
    Options {
        entry: "_start",
        image_base: 0x20_0000,
        page: 0x1000,
        detail: Detail::Symbols,
    }
}

/// The target of a triple.
pub fn target(triple: &str) -> Target {
    Target::new(&triple.parse().expect("the triple parses")).expect("the target is known")
}

/// Links for x86-64.
pub fn link_x86_64(objects: &[&[u8]], options: &Options) -> Result<Image> {
    link_for("x86_64-unknown-linux-gnu", objects, options)
}

/// Links objects under construction, for x86-64.
pub fn link_with(builders: &[&Builder], options: &Options) -> Result<Image, Error> {
    let objects: Vec<Vec<u8>> = builders.iter().map(|b| b.bytes()).collect();
    let objects: Vec<&[u8]> = objects.iter().map(Vec::as_slice).collect();
    link_x86_64(&objects, options)
}

/// Links for a triple. The inputs have the names `object 0` and so on.
pub fn link_for(triple: &str, objects: &[&[u8]], options: &Options) -> Result<Image> {
    let names: Vec<String> = (0..objects.len()).map(|i| format!("object {i}")).collect();
    let inputs: Vec<Input<'_>> = names
        .iter()
        .zip(objects)
        .map(|(name, &bytes)| Input { name, bytes })
        .collect();
    link(&inputs, &target(triple), options)
}

/// A section of an image: its address and bytes.
pub fn section(image: &[u8], name: &str) -> Option<(u64, Vec<u8>)> {
    use object::{Object as _, ObjectSection as _};
    let file = object::File::parse(image).expect("the image is an ELF file");
    let section = file.section_by_name(name)?;
    let data = section.data().expect("the section has its bytes");
    Some((section.address(), data.to_vec()))
}

/// The signed 32-bit word at an offset.
pub fn word(bytes: &[u8], at: usize) -> i32 {
    i32::from_le_bytes(bytes[at..at + 4].try_into().expect("4 bytes"))
}

/// The bytes of an image at an address.
pub fn at_address(image: &Image, address: u64, length: usize) -> &[u8] {
    let mut segments = image.segments.iter();
    let segment = segments.find(|s| (s.address..s.address + s.file_size).contains(&address));
    let segment = segment.expect("the address is in the image");
    let offset = (segment.offset + address - segment.address) as usize;
    &image.bytes[offset..offset + length]
}

/// The address of a symbol of an image.
pub fn symbol(image: &[u8], name: &str) -> Option<u64> {
    use object::{Object as _, ObjectSymbol as _};
    let file = object::File::parse(image).expect("the image is an ELF file");
    let found = file.symbols().find(|s| s.name() == Ok(name));
    found.map(|s| s.address())
}
