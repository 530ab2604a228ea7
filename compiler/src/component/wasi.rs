//! The functions of WASI 0.2 that the runtime can have, with their types.

/// All of them: interface without version, function as in components, type as in [`super::types`].
pub const FUNCTIONS: &[(&str, &str, &str)] = &[];
