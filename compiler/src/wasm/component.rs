//! A component where a module is expected: recognised, described and refused.

use crate::error::{Code, Error, Result};
use wasmparser::{Encoding, Parser, Payload};

/// An error if the bytes are a component.
pub fn refuse(bytes: &[u8]) -> Result<()> {
    if !Parser::is_component(bytes) {
        return Ok(());
    }
    let error = match wasi_version(bytes) {
        Some(version) => Error::new(
            Code::Component,
            format!("this is a component for WASI {version}; components are not supported yet"),
        ),
        None => Error::new(
            Code::Component,
            "this is a component; components are not supported yet",
        ),
    };
    Err(error.help("build the program for WASI preview 1 (target wasm32-wasip1)"))
}

/// The version of the first `wasi:` interface that the component imports, as far as it parses.
fn wasi_version(bytes: &[u8]) -> Option<String> {
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.ok()? {
            Payload::Version { encoding, .. } => {
                depth += 1;
                if depth == 1 && encoding != Encoding::Component {
                    return None;
                }
            }
            Payload::End(_) => depth -= 1,
            Payload::ComponentImportSection(imports) if depth == 1 => {
                for import in imports {
                    let name = import.ok()?.name.name;
                    if let Some(version) =
                        name.strip_prefix("wasi:").and_then(|n| n.split_once('@'))
                    {
                        return Some(version.1.to_owned());
                    }
                }
            }
            _ => {}
        }
    }
    None
}
