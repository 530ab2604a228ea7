//! Mutants of built executables: a function of WASI 0.2 is replaced by code that only returns the
//! error `not-supported` (or a similar one, or nothing if it has no such error).
//!
//! Executables have a symbol for each function of the runtime, so nothing is compiled for this: the
//! beginning of the function is overwritten.

use object::{Object, ObjectSection, ObjectSymbol};
use std::collections::HashMap;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use wasi_aot::component::INTERFACES;
use wasi_aot_abi::component::RESOURCES;

mod layout;
mod stub;

/// An executable, and the locations of the WASI functions in it that its program imports.
#[derive(Debug)]
pub struct Original {
    bytes: Vec<u8>,
    functions: HashMap<String, Place>,
}

/// The location of code in a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Place {
    offset: usize,
    len: usize,
}

/// The symbols of all functions, and the x86-64 code that takes their places.
pub fn functions() -> impl Iterator<Item = (String, Vec<u8>)> {
    let declared = INTERFACES.iter().flat_map(|interface| {
        let symbol = |name: &str| format!("{}@{}#{name}", interface.name, interface.version);
        let functions = interface.functions.iter();
        functions.map(move |(name, of)| (symbol(name), stub::of_function(of)))
    });
    let drops = RESOURCES.iter().map(|(interface, name)| {
        let symbol = format!("{interface}@0.2#[resource-drop]{name}");
        (symbol, stub::of_drop())
    });
    declared.chain(drops)
}

/// Writes an executable.
///
/// # Errors
/// Those of the file system.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::write(path, bytes)?;
    fs::set_permissions(path, Permissions::from_mode(0o755))
}

impl Original {
    /// Finds the functions in an executable.
    ///
    /// # Errors
    /// If it is malformed.
    pub fn new(bytes: Vec<u8>) -> Result<Original, String> {
        let file = object::File::parse(&*bytes).map_err(|error| error.to_string())?;
        let mut functions = HashMap::new();
        for symbol in file.symbols().filter(|symbol| symbol.size() > 0) {
            let name = symbol.name().unwrap_or_default();
            let section = symbol.section_index();
            let Some(section) = section.and_then(|index| file.section_by_index(index).ok()) else {
                continue;
            };
            let Some((start, _)) = section.file_range() else {
                continue;
            };
            if name.starts_with("wasi:") {
                let offset = (symbol.address() - section.address() + start) as usize;
                let len = symbol.size() as usize;
                functions.insert(name.to_owned(), Place { offset, len });
            }
        }
        // A program also contains functions that it does not import, if they share code with one
        // that it imports.
        let imported = |name: &str| functions.contains_key(&format!("{name} [import]"));
        let functions = functions
            .iter()
            .filter(|(name, _)| imported(name))
            .map(|(name, place)| (name.clone(), *place))
            .collect();
        Ok(Original { bytes, functions })
    }

    /// The executable with `code` in place of a function; `None` if the program does not import the
    /// function, or if another function shares its code. The program could fail because of that
    /// other function.
    ///
    /// # Errors
    /// If the function is too small.
    pub fn without(&self, symbol: &str, code: &[u8]) -> Result<Option<Vec<u8>>, String> {
        let Some(place) = self.functions.get(symbol) else {
            return Ok(None);
        };
        let mut others = self.functions.iter();
        if others.any(|(other, at)| other != symbol && at == place) {
            return Ok(None);
        }
        if place.len < code.len() {
            return Err(format!("{symbol} has only {} bytes", place.len));
        }
        let mut bytes = self.bytes.clone();
        let beginning = bytes.get_mut(place.offset..place.offset + code.len());
        let beginning = beginning.ok_or("the file ends before the function")?;
        beginning.copy_from_slice(code);
        Ok(Some(bytes))
    }
}
