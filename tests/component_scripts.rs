//! The components in the scripts of `tests/component`, in binary form.

use std::fs;
use std::path::Path;
use wast::WastDirective;

/// The components of all scripts, in the order of the scripts' names.
///
/// # Panics
/// If a script cannot be read.
pub fn components() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("component");
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "wast"))
        .collect();
    paths.sort();
    let mut components = Vec::new();
    for path in paths {
        let text = fs::read_to_string(path).expect("it is text");
        let buffer = wast::parser::ParseBuffer::new(&text).expect("it has tokens");
        let script: wast::Wast<'_> = wast::parser::parse(&buffer).expect("it is a script");
        for directive in script.directives {
            if let WastDirective::Module(mut component)
            | WastDirective::ModuleDefinition(mut component) = directive
            {
                components.push(component.encode().expect("it has a binary form"));
            }
        }
    }
    components
}
