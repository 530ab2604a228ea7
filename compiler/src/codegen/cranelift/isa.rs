//! Chooses Cranelift's instruction set and flags. No other code does.

use crate::policy::Carried;
pub use crate::policy::OptLevel;
use crate::{Code, Error, Result, cpu};
use cranelift_codegen::isa::{self, OwnedTargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use wasi_aot_targets::Target;

/// The choices about code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub struct Choices {
    /// How hard to optimise.
    pub opt_level: OptLevel,
    /// Whether bounds checks also hold during speculation past the comparison (Spectre).
    pub spectre_mitigation: bool,
    /// The CPU features beyond the target's baseline: bits of [`Target::features`].
    pub features: u64,
    /// Whether arithmetic produces only the positive canonical NaN.
    pub nan_canonicalization: bool,
}

impl Choices {
    /// The choices in an executable's policy.
    pub fn new(carried: &Carried) -> Choices {
        let code = &carried.policy.code;
        Choices {
            opt_level: code.optimize,
            spectre_mitigation: code.spectre_mitigation,
            features: carried.cpu,
            nan_canonicalization: code.nan_canonicalization,
        }
    }
}

/// The flags that do not depend on options. Everything runs at fixed addresses, on its own stack,
/// so code is not position-independent. The unwinder and the backtrace follow frame pointers.
/// Functions with several results may return them through memory in Cranelift's own way, because
/// only compiled code calls them.
const FLAGS: &[(&str, &str)] = &[
    ("is_pic", "false"),
    ("use_colocated_libcalls", "true"),
    ("preserve_frame_pointers", "true"),
    ("unwind_info", "true"),
    ("enable_probestack", "true"),
    ("probestack_strategy", "inline"),
    ("enable_multi_ret_implicit_sret", "true"),
];

/// The instruction set of a target, with the chosen features.
///
/// # Errors
/// [`Code::Bug`] if Cranelift refuses a target or setting of the table of targets.
pub fn isa(target: &Target, choices: Choices) -> Result<OwnedTargetIsa> {
    let bug = |error: &dyn std::fmt::Display| {
        Error::new(Code::Bug, format!("target {}: {error}", target.name))
    };
    let mut flags = settings::builder();
    for (name, value) in FLAGS {
        flags.set(name, value).map_err(|e| bug(&e))?;
    }
    let guard = wasi_aot_abi::STACK_GUARD.ilog2().to_string();
    let opt_level = match choices.opt_level {
        OptLevel::Speed => "speed",
        OptLevel::None => "none",
    };
    let switch = |on| if on { "true" } else { "false" };
    for (name, value) in [
        ("probestack_size_log2", guard.as_str()),
        ("opt_level", opt_level),
        ("enable_verifier", switch(cfg!(debug_assertions))),
        (
            "enable_heap_access_spectre_mitigation",
            switch(choices.spectre_mitigation),
        ),
        (
            "enable_table_access_spectre_mitigation",
            switch(choices.spectre_mitigation),
        ),
        (
            "enable_nan_canonicalization",
            switch(choices.nan_canonicalization),
        ),
    ] {
        flags.set(name, value).map_err(|e| bug(&e))?;
    }
    let mut builder = isa::lookup(cpu::triple(target)?).map_err(|e| bug(&e))?;
    for name in target.baseline {
        builder.enable(name).map_err(|e| bug(&e))?;
    }
    for (bit, name) in target.features.iter().enumerate() {
        if choices.features >> bit & 1 != 0 {
            let setting = format!("has_{name}");
            builder.enable(&setting).map_err(|e| bug(&e))?;
        }
    }
    builder
        .finish(settings::Flags::new(flags))
        .map_err(|e| bug(&e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_an_instruction_set() {
        for target in wasi_aot_targets::TARGETS {
            let isa = isa(target, Choices::default()).expect(target.name);
            assert!(!isa.flags().is_pic() && isa.flags().preserve_frame_pointers());
        }
    }

    #[test]
    fn every_feature_is_a_setting() {
        for target in wasi_aot_targets::TARGETS {
            let features = (1 << target.features.len()) - 1;
            let choices = Choices {
                features,
                ..Choices::default()
            };
            isa(target, choices).expect(target.name);
            let mut below = 0;
            for level in target.levels {
                assert_eq!(level.features & !features, 0, "{}", level.name);
                assert_eq!(below & !level.features, 0, "{}", level.name);
                below = level.features;
            }
        }
    }
}
