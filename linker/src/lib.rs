//! Links a program object and a runtime object into an executable, in-process.

/// What to link.
#[derive(Debug)]
pub struct Input<'a> {
    /// For messages.
    pub name: &'a str,
    /// A relocatable object.
    pub bytes: &'a [u8],
}

/// How to link.
#[derive(Debug)]
pub struct Options {
    /// The symbol where execution starts; what it does not reach is dropped.
    pub entry: &'static str,
    /// First address of the image.
    pub image_base: u64,
    /// The largest page size of the target, in bytes.
    pub page: u64,
    /// Leave out the symbol table and everything that only debuggers read.
    pub strip: bool,
}
