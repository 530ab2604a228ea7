//! What is wrong with a component that was refused: invalid, a proposal that is not there yet, or a limit.

use crate::error::{Code, Error};
use crate::wasm::{
    self, COMPONENT_FEATURES, FEATURES, Feature, all_in_components, supported_in_components,
};
use wasmparser::{Validator, WasmFeatures};

/// The error for the user, for a component that the translator refused with this message at this offset. Validates it again
/// with our own parser: the words, and the table of proposals, are then those for modules.
pub fn explain(bytes: &[u8], message: &str, offset: Option<u64>) -> Error {
    let Err(error) = validate(bytes, supported_in_components()) else {
        // It is valid: this is what the translator does not know.
        let message = format!("the component uses what is not supported yet: {message}");
        let error = Error::new(Code::Unsupported, message);
        return match offset {
            Some(offset) => error.at(offset),
            None => error,
        };
    };
    if let Some(feature) = error.missing_wasm_feature().and_then(of_flag) {
        return Error::unsupported(feature.name).at(error.offset());
    }
    let message = error.message();
    if wasm::is_limit(message) {
        return Error::new(Code::Limit, message).at(error.offset());
    }
    if let Some((feature, offset)) = missing(bytes) {
        return Error::unsupported(feature.name).at(offset);
    }
    let invalid = Error::new(Code::Invalid, format!("invalid component: {message}"));
    let invalid = invalid.at(error.offset());
    if message.contains("unexpected end") && error.offset() >= bytes.len() as u64 {
        return invalid.help("the file ends too early: was it copied or downloaded completely?");
    }
    invalid
}

fn validate(bytes: &[u8], features: WasmFeatures) -> wasmparser::Result<()> {
    let mut validator = Validator::new_with_features(features);
    validator.validate_all(bytes).map(drop)
}

fn features() -> impl Iterator<Item = &'static Feature> {
    let all = COMPONENT_FEATURES.iter().chain(FEATURES);
    all.filter(|feature| !feature.supported)
}

fn of_flag(flag: WasmFeatures) -> Option<&'static Feature> {
    features().find(|feature| flag.intersects(feature.flag))
}

/// The proposal without which the component is not valid and with which it is, and where it is first missed.
fn missing(bytes: &[u8]) -> Option<(&'static Feature, u64)> {
    validate(bytes, all_in_components()).ok()?;
    features().find_map(|feature| {
        let error = validate(bytes, all_in_components() - feature.flag).err()?;
        Some((feature, error.offset()))
    })
}
