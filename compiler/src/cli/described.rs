//! The shape of what `inspect --json` prints: the same for modules, components and executables.

use serde::Serialize;

/// The version of the shape. It goes up when a field changes its meaning or goes.
const FORMAT: u32 = 1;

/// What a file is.
#[derive(Serialize, Clone, Copy, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A core module.
    Module,
    /// A component.
    Component,
    /// An executable that wasi-aot built.
    Executable,
}

#[derive(Serialize)]
struct Described<'a, T> {
    format: u32,
    kind: Kind,
    /// The file's name, without folders.
    name: &'a str,
    /// Its size; of text, the size in binary form.
    bytes: usize,
    #[serde(flatten)]
    rest: &'a T,
}

/// The JSON for a file of this name and size, with what its kind has besides.
pub fn json(kind: Kind, name: &str, bytes: usize, rest: &impl Serialize) -> String {
    let described = Described {
        format: FORMAT,
        kind,
        name,
        bytes,
        rest,
    };
    serde_json::to_string_pretty(&described).expect("plain data has a JSON form")
}
