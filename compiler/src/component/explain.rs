//! Explains why a component was refused: it is invalid, needs an unsupported proposal, or exceeds a
//! limit.

use super::expansion;
use crate::error::{Code, Error, Result, Whose};
use crate::wasm::{
    COMPONENT_FEATURES, FEATURES, Feature, all_in_components, limits, supported_in_components,
};
use wasmparser::{Parser, Payload, WasmFeatures};

/// The error for the user if the translator refused a component with this message at this offset.
/// Validates it again with this compiler's own parser: messages, and the table of proposals, are
/// then the same as for modules.
pub fn explain(bytes: &[u8], message: &str, offset: Option<u64>) -> Error {
    if let Err(error) = check(bytes) {
        return error;
    }
    // The component is valid: the translator does not support it, or it exceeds the translator's
    // limits.
    let error = limits::exceeded(message, Whose::Translator).unwrap_or_else(|| {
        let message = format!("the component uses what is not supported yet: {message}");
        Error::new(Code::Unsupported, message)
    });
    match offset {
        Some(offset) => error.at(offset),
        None => error,
    }
}

/// Checks a component, except function bodies: fails if it is invalid, or becomes too large when it
/// is flattened.
pub fn check(bytes: &[u8]) -> Result<()> {
    match expansion::read(bytes, supported_in_components()) {
        Ok(definitions) => definitions.count(bytes.len()).map(drop),
        Err(error) => Err(refused(bytes, &error)),
    }
}

fn refused(bytes: &[u8], error: &wasmparser::Error) -> Error {
    if let Some(feature) = error.missing_wasm_feature().and_then(of_flag) {
        return unsupported(bytes, feature, error.offset());
    }
    let message = error.message();
    if let Some(limit) = limits::exceeded(message, Whose::Validator) {
        return limit.at(error.offset());
    }
    if let Some((feature, offset)) = missing(bytes) {
        return unsupported(bytes, feature, offset);
    }
    let invalid = Error::new(Code::Invalid, format!("invalid component: {message}"));
    let invalid = invalid.at(error.offset());
    if message.contains("unexpected end") && error.offset() >= bytes.len() as u64 {
        return invalid.help("the file ends too early: was it copied or downloaded completely?");
    }
    invalid
}

/// The error for an unsupported proposal. It names the component's imports from the WASI version
/// that uses the proposal.
fn unsupported(bytes: &[u8], feature: &Feature, offset: u64) -> Error {
    let error = Error::unsupported(feature.name).at(offset);
    let names = imports(bytes).filter(|name| name.contains("@0.3."));
    let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    match names.len() {
        0 => error,
        _ => error.help(format!("it imports {}", names.join(", "))),
    }
}

/// The names of the component's own imports.
fn imports(bytes: &[u8]) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    let payloads = Parser::new(0).parse_all(bytes).map_while(Result::ok);
    let sections = payloads.filter_map(move |payload| {
        match payload {
            Payload::ComponentSection { .. } | Payload::ModuleSection { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentImportSection(imports) if depth == 0 => return Some(imports),
            _ => {}
        }
        None
    });
    sections.flat_map(|imports| imports.into_iter().flatten().map(|import| import.name.name))
}

/// Validates everything but function bodies, which are validated with their modules.
fn validate(bytes: &[u8], features: WasmFeatures) -> wasmparser::Result<()> {
    expansion::read(bytes, features).map(drop)
}

fn features() -> impl Iterator<Item = &'static Feature> {
    let all = COMPONENT_FEATURES.iter().chain(FEATURES);
    all.filter(|feature| !feature.supported)
}

fn of_flag(flag: WasmFeatures) -> Option<&'static Feature> {
    features().find(|feature| flag.intersects(feature.flag))
}

/// The proposal without which the component is invalid and with which it is valid, and the offset
/// of its first use.
fn missing(bytes: &[u8]) -> Option<(&'static Feature, u64)> {
    validate(bytes, all_in_components()).ok()?;
    features().find_map(|feature| {
        let error = validate(bytes, all_in_components() - feature.flag).err()?;
        Some((feature, error.offset()))
    })
}
