//! The shape of `inspect --json`: the same for modules, components and executables.

use serde::Serialize;

/// The version of the format. It increases when a field changes its meaning or is removed.
const FORMAT: u32 = 1;

/// The kind of a file.
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
    /// Its size in bytes; for text, the size of the binary form.
    bytes: usize,
    #[serde(flatten)]
    rest: &'a T,
}

/// The JSON for a file with this name and size, with the fields of its kind.
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
