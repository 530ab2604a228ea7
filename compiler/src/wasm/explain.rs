//! Explains why a module does not validate: it is invalid, needs an unsupported proposal or exceeds
//! a limit; and in which function.

use super::features::{self, FEATURES, Feature};
use super::{FuncIndex, Module, limits, names, scan, sections};
use crate::error::{Code, Error, Whose};
use cranelift_entity::EntityRef;
use wasmparser::{KnownCustom, Parser, Payload, TypeRef, WasmFeatures};

/// Why a module was not read.
pub enum Failure {
    /// The error of wasmparser.
    Refused(wasmparser::Error),
    /// An error of this compiler.
    Ours(Error),
}

impl From<wasmparser::Error> for Failure {
    fn from(error: wasmparser::Error) -> Self {
        Failure::Refused(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Ours(error)
    }
}

/// The error for the user. This runs only after a failure, so it can afford to validate the module
/// again with other sets of proposals, to find the missing one.
pub fn explain(bytes: &[u8], failure: Failure) -> Error {
    let error = match failure {
        Failure::Ours(error) => error,
        Failure::Refused(error) => refused(bytes, &error),
    };
    match error.place.offset.and_then(|at| function_at(bytes, at)) {
        Some(function) => error.in_function(&function),
        None => error,
    }
}

fn refused(bytes: &[u8], error: &wasmparser::Error) -> Error {
    if let Some(error) = not_wasm(bytes) {
        return error;
    }
    if let Some(feature) = error.missing_wasm_feature().and_then(of_flag) {
        return Error::unsupported(feature.name).at(error.offset());
    }
    let message = error.message();
    if let Some(limit) = limits::exceeded(message, Whose::Validator) {
        return limit.at(error.offset());
    }
    if let Some((feature, offset)) = missing(bytes) {
        return Error::unsupported(feature.name).at(offset);
    }
    let invalid = Error::new(Code::Invalid, format!("invalid module: {message}"));
    let invalid = invalid.at(error.offset());
    if message.contains("unexpected end") && error.offset() >= bytes.len() as u64 {
        return invalid.help("the file ends too early: was it copied or downloaded completely?");
    }
    invalid
}

/// An error if the bytes are not even the beginning of a module.
fn not_wasm(bytes: &[u8]) -> Option<Error> {
    const MAGIC: &[u8] = b"\0asm";
    let message = if bytes.is_empty() {
        "the file is empty"
    } else if !bytes.starts_with(MAGIC) && !MAGIC.starts_with(bytes) {
        "this is not a WebAssembly module: it does not start with `\\0asm`"
    } else {
        return None;
    };
    Some(Error::new(Code::Invalid, message).at(0))
}

fn of_flag(flag: WasmFeatures) -> Option<&'static Feature> {
    FEATURES
        .iter()
        .find(|feature| !feature.supported && flag.intersects(feature.flag))
}

/// The unsupported proposal without which the module is invalid and with which it is valid, and the
/// offset of its first use. Covers the uses that wasmparser does not attribute to a proposal
/// itself.
fn missing(bytes: &[u8]) -> Option<(&'static Feature, u64)> {
    validate(bytes, features::all()).ok()?;
    FEATURES
        .iter()
        .filter(|feature| !feature.supported)
        .find_map(|feature| {
            let offset = validate(bytes, features::all() - feature.flag).err()?;
            Some((feature, offset?))
        })
}

/// All proposals that the module needs; `None` if it is invalid even with all of them.
pub fn needed(bytes: &[u8]) -> Option<Vec<&'static Feature>> {
    let used = validate(bytes, features::all()).ok()?;
    let mut flags = reduce(used, |flags| sections::validate(bytes, flags).is_ok());
    if validate(bytes, flags).is_err() {
        // A body needs a proposal without using an instruction of it. Trying every proposal on the
        // bodies is slow, but happens only here.
        flags = reduce(used, |flags| validate(bytes, flags).is_ok());
    }
    Some(
        (FEATURES
            .iter()
            .filter(|feature| flags.contains(feature.flag)))
        .collect(),
    )
}

/// The flags in `used`, and the flags without which the module is not `valid`. Where either of two
/// proposals would do, the one that the other builds on remains: it comes first in the table, and
/// the loop removes later ones first.
fn reduce(used: WasmFeatures, valid: impl Fn(WasmFeatures) -> bool) -> WasmFeatures {
    let mut flags = features::all();
    for feature in FEATURES.iter().rev() {
        if !used.contains(feature.flag) && valid(flags - feature.flag) {
            flags -= feature.flag;
        }
    }
    flags
}

/// Validates the module and returns the proposals whose instructions it uses. The error is the
/// offset, if it has one.
fn validate(bytes: &[u8], features: WasmFeatures) -> Result<WasmFeatures, Option<u64>> {
    let offset = |failure| match failure {
        Failure::Refused(error) => Some(error.offset()),
        Failure::Ours(error) => error.place.offset,
    };
    let bodies = sections::validate(bytes, features).map_err(offset)?;
    scan::validate_only(bodies).map_err(offset)
}

/// The function whose body contains this offset: its name, or `#INDEX`.
fn function_at(bytes: &[u8], offset: u64) -> Option<String> {
    let mut index = 0;
    let mut found = None;
    let mut named = Module::default();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload {
            Ok(Payload::ImportSection(section)) => {
                let is_function = |ty| matches!(ty, TypeRef::Func(_) | TypeRef::FuncExact(_));
                let imports = section.into_imports();
                index += imports.flatten().filter(|i| is_function(i.ty)).count();
            }
            Ok(Payload::CodeSectionEntry(body)) => {
                if body.range().contains(&offset) {
                    found = Some(FuncIndex::new(index));
                }
                index += 1;
            }
            Ok(Payload::CustomSection(section)) => {
                if let KnownCustom::Name(section) = section.as_known() {
                    names::read(&mut named, section);
                }
            }
            Ok(_) => {}
            Err(_) => break,
        }
    }
    let found = found?;
    let name = named.function_names.iter().find(|(at, _)| *at == found);
    Some(match name {
        Some((_, name)) => (*name).to_owned(),
        None => format!("#{}", found.index()),
    })
}
