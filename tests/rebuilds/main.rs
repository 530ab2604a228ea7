//! Builds that use code of an earlier build (`wasi_aot::codegen::kept`) give the same bytes as
//! those that compile everything. Random edits change real modules step by step, and the code that
//! is kept goes from one build to the next.
//!
//! `WASI_AOT_REBUILD_STEPS=1000` makes more edits, `WASI_AOT_REBUILD_SEED=2` other ones.

mod edits;

use edits::Edit;
use libtest_mimic::{Arguments, Failed, Trial};
use std::path::Path;
use std::process::ExitCode;
use wasi_aot::codegen::kept::{Counts, Kept};
use wasi_aot::policy::OptLevel;
use wasi_aot::{Error, Options};
use wasi_aot_targets::{TARGETS, Target};
use wasi_aot_tests::random::Random;
use wasmparser::Validator;

/// The inputs, and how many edits each gets: builds of large ones take long.
const INPUTS: &[(&str, usize)] = &[
    ("examples/hello.wasm", 12),
    ("examples/hello.component.wasm", 3),
    ("examples/show.wasm", 5),
    ("tests/fuzz/fuzz.wasm", 8),
    ("tests/grants/threads.wasm", 12),
    ("tests/rebuilds/facts.wat", 60),
];
/// The identity of the tool whose code is kept.
const TOOL: &[u8] = b"the tool";

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for target in TARGETS {
        for &(input, steps) in INPUTS {
            let name = format!("{}/{input}", target.name);
            trials.push(Trial::test(name, move || check(input, steps, target)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// The parts of the options that change between builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Code {
    level: OptLevel,
    nan_canonicalization: bool,
}

fn check(input: &str, steps: usize, target: &Target) -> Result<(), Failed> {
    let steps = number("WASI_AOT_REBUILD_STEPS").map_or(steps, |steps| steps as usize);
    let mut random = Random::new(number("WASI_AOT_REBUILD_SEED").unwrap_or(1));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(input);
    let mut bytes = wat::parse_file(path)?;
    let usual = Code {
        level: OptLevel::Speed,
        nan_canonicalization: false,
    };
    let (first, mut contents) = rebuild(&bytes, target, usual, &[])?;
    let (again, _) = rebuild(&bytes, target, usual, &contents)?;
    if first.found != 0 || again.compiled != 0 {
        return Err(format!("without an edit: {first:?}, then {again:?}").into());
    }
    let mut all_found = 0;
    for step in 0..steps {
        let (edit, edited) = edit(&mut random, &bytes);
        let code = match random.below(8) {
            0 => Code {
                level: OptLevel::None,
                ..usual
            },
            1 => Code {
                nan_canonicalization: true,
                ..usual
            },
            _ => usual,
        };
        let what = format!("step {step}, {edit:?}, {code:?}");
        let rebuilt = rebuild(&edited, target, code, &contents);
        let (counts, left) = rebuilt.map_err(|failed| in_step(&what, failed))?;
        if code != usual {
            if counts.found > 0 {
                return Err(format!("{what}: {counts:?} of other options").into());
            }
            continue;
        }
        if counts.compiled > most(edit) {
            return Err(format!("{what}: {counts:?}").into());
        }
        all_found += counts.found;
        (bytes, contents) = (edited, left);
    }
    match all_found {
        0 => Err("nothing was found".into()),
        _ => Ok(()),
    }
}

/// How many functions an edit may change. Edits of data and globals can change all addresses.
fn most(edit: Edit) -> usize {
    match edit {
        Edit::Moved { .. } => 1,
        // The function, and another in which it is inlined.
        Edit::Constant => 2,
        // The function, and its caller.
        Edit::Added { .. } => 2,
        _ => usize::MAX,
    }
}

fn in_step(step: &str, failed: Failed) -> Failed {
    format!("{step}: {}", failed.message().unwrap_or_default()).into()
}

/// An edit after which the input is valid.
fn edit(random: &mut Random, bytes: &[u8]) -> (Edit, Vec<u8>) {
    loop {
        if let Some((edit, edited)) = edits::any(random, bytes)
            && edited != bytes
            && Validator::new().validate_all(&edited).is_ok()
        {
            return (edit, edited);
        }
    }
}

/// Builds with the code that is kept, and without. Returns how much was found, and the code to
/// keep.
fn rebuild(
    bytes: &[u8],
    target: &Target,
    code: Code,
    contents: &[u8],
) -> Result<(Counts, Vec<u8>), Failed> {
    let kept = Kept::new(TOOL, contents.into());
    let with = build(bytes, target, code, Some(&kept));
    let without = build(bytes, target, code, None);
    if with != without {
        return Err("the executables differ".into());
    }
    // The code of each function, too, so that the first function that differs is named.
    let checked = Kept::new(TOOL, contents.into()).checked();
    if with != build(bytes, target, code, Some(&checked)) {
        return Err("the code differs".into());
    }
    Ok((kept.counts(), kept.into_contents()))
}

/// The executable, or the error as text.
fn build(
    bytes: &[u8],
    target: &Target,
    code: Code,
    kept: Option<&Kept>,
) -> Result<Vec<u8>, String> {
    let mut options = Options::new(target);
    options.policy.code.optimize = code.level;
    options.policy.code.nan_canonicalization = code.nan_canonicalization;
    options.kept = kept;
    let built = wasi_aot::build(bytes, "input.wasm", &options);
    let image = built.map(|built| built.image.unwrap_or_default());
    image.map_err(|error: Error| error.to_string())
}
