//! `wasi-aot --version`: the version and the components inside.

use super::print_line;
use crate::Result;
use crate::policy::note::COMMIT;
use wasi_aot_targets::{Runtime, TARGETS};

/// The SHA-256 of the profile that this wasi-aot is optimised for (`packaging/release --profile`).
const PROFILE: Option<&str> = option_env!("WASI_AOT_PROFILE");

/// Prints the version; with `verbose`, also the components inside.
pub fn run(verbose: bool) -> Result<()> {
    let version = format!("wasi-aot {}", env!("CARGO_PKG_VERSION"));
    if !verbose {
        return print_line(&version);
    }
    let present = TARGETS
        .iter()
        .filter(|t| !matches!(t.runtime(), Runtime::Missing(_)));
    let names: Vec<&str> = present.map(|target| target.name).collect();
    print_line(&format!(
        "{version}\ncommit: {}\nhost: {}\ncranelift: {} with changes\nABI: {}\ntargets: {}\nprofile: {}",
        COMMIT.unwrap_or("unknown"),
        target_lexicon::HOST,
        cranelift_codegen::VERSION,
        wasi_aot_abi::ABI_VERSION,
        names.join(", "),
        PROFILE.unwrap_or("none")
    ))
}
