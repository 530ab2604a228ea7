//! What is wrong with a module that does not validate: invalid, a proposal that is not there yet,
//! or a limit; and in which function.

use super::features::{self, FEATURES, Feature};
use super::{FuncIndex, Module, limits, names, scan, sections};
use crate::error::{Code, Error, Whose};
use cranelift_entity::EntityRef;
use wasmparser::{KnownCustom, Parser, Payload, TypeRef, WasmFeatures};

/// Why a module was not read.
pub enum Failure {
    /// wasmparser's word on it.
    Refused(wasmparser::Error),
    /// Ours.
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

/// The error for the user. Only runs when there is one, so it may take its time: it validates the
/// module with other sets of proposals to find the one that is missing.
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

/// The proposal that is not there yet without which the module is not valid and with which it is, and where it
/// is first missed. For the uses that wasmparser does not attribute to a proposal itself.
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

/// All proposals that the module needs; `None` if it is not valid with them either.
pub fn needed(bytes: &[u8]) -> Option<Vec<&'static Feature>> {
    let used = validate(bytes, features::all()).ok()?;
    let mut flags = reduce(used, |flags| sections::validate(bytes, flags).is_ok());
    if validate(bytes, flags).is_err() {
        // A body needs one without an instruction of it. All are tried on the bodies, which takes its time.
        flags = reduce(used, |flags| validate(bytes, flags).is_ok());
    }
    Some(
        (FEATURES
            .iter()
            .filter(|feature| flags.contains(feature.flag)))
        .collect(),
    )
}

/// The flags that are `used`, and those without which the module is not `valid`. Of two proposals that each allow
/// the same the one that the other builds on stays, for it stands in front.
fn reduce(used: WasmFeatures, valid: impl Fn(WasmFeatures) -> bool) -> WasmFeatures {
    let mut flags = features::all();
    for feature in FEATURES.iter().rev() {
        if !used.contains(feature.flag) && valid(flags - feature.flag) {
            flags -= feature.flag;
        }
    }
    flags
}

/// Validates; the proposals whose instructions the module uses. The error is the offset, if there is one.
fn validate(bytes: &[u8], features: WasmFeatures) -> Result<WasmFeatures, Option<u64>> {
    let offset = |failure| match failure {
        Failure::Refused(error) => Some(error.offset()),
        Failure::Ours(error) => error.place.offset,
    };
    let bodies = sections::validate(bytes, features).map_err(offset)?;
    scan::validate_only(bodies).map_err(offset)
}

/// The function whose body this offset lies in: its name, or `#INDEX`.
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
