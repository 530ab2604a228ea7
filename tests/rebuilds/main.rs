//! Builds that use code of an earlier build (`wasi_aot::codegen::kept`) give the same bytes as
//! those that compile everything. Random edits change real modules step by step, and the code that
//! is kept goes from one build to the next.
//!
//! `WASI_AOT_REBUILD_STEPS=1000` makes more edits, `WASI_AOT_REBUILD_SEED=2` other ones.

mod edits;
mod inlined;

use edits::Edit;
use libtest_mimic::{Arguments, Failed, Trial};
use std::path::Path;
use std::process::ExitCode;
use wasi_aot::codegen::kept::{Counts, Kept};
use wasi_aot::policy::{BoundsChecks, OptLevel};
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
        let name = |what| format!("{}/{what}", target.name);
        trials.push(Trial::test(name("kinds"), move || kinds(target)));
        trials.push(Trial::test(name("options"), move || options(target)));
        trials.push(Trial::test(name("inlined"), move || inlined::check(target)));
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
    bounds_checks: BoundsChecks,
}

/// The options of most builds.
const USUAL: Code = Code {
    level: OptLevel::Speed,
    nan_canonicalization: false,
    bounds_checks: BoundsChecks::Guard,
};

fn input(path: &str) -> Result<Vec<u8>, wat::Error> {
    wat::parse_file(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path))
}

/// Edits of every kind, each made to the same module: a build with the code of the module makes the
/// bytes of one without.
fn kinds(target: &Target) -> Result<(), Failed> {
    let mut random = Random::new(number("WASI_AOT_REBUILD_SEED").unwrap_or(1));
    let bytes = input("tests/rebuilds/facts.wat")?;
    let (first, contents) = rebuild(&bytes, target, USUAL, &[])?;
    for kind in 0..edits::KINDS {
        for _ in 0..4 {
            let (edit, edited) = edit(&mut random, &bytes, Some(kind));
            let what = format!("{edit:?} of {first:?}");
            let rebuilt = rebuild(&edited, target, USUAL, &contents);
            let (counts, _) = rebuilt.map_err(|failed| in_step(&what, failed))?;
            is_in_bounds(&what, edit, counts)?;
        }
    }
    Ok(())
}

/// An option that decides about the program, and not about the instruction set: code that it does
/// not change is found, other code is not.
fn options(target: &Target) -> Result<(), Failed> {
    let bytes = input("tests/rebuilds/facts.wat")?;
    let (_, contents) = rebuild(&bytes, target, USUAL, &[])?;
    let all = Code {
        bounds_checks: BoundsChecks::Explicit,
        ..USUAL
    };
    let (counts, _) = rebuild(&bytes, target, all, &contents)?;
    match counts.found > 0 && counts.compiled > 0 {
        true => Ok(()),
        false => Err(format!("{counts:?}").into()),
    }
}

fn check(input: &str, steps: usize, target: &Target) -> Result<(), Failed> {
    let steps = number("WASI_AOT_REBUILD_STEPS").map_or(steps, |steps| steps as usize);
    let mut random = Random::new(number("WASI_AOT_REBUILD_SEED").unwrap_or(1));
    let mut bytes = self::input(input)?;
    let (first, mut contents) = rebuild(&bytes, target, USUAL, &[])?;
    let (again, _) = rebuild(&bytes, target, USUAL, &contents)?;
    if first.found != 0 || again.compiled != 0 || again.lowered != 0 {
        return Err(format!("without an edit: {first:?}, then {again:?}").into());
    }
    let mut all_found = 0;
    for step in 0..steps {
        let (edit, edited) = edit(&mut random, &bytes, None);
        let code = match random.below(8) {
            0 => Code {
                level: OptLevel::None,
                ..USUAL
            },
            1 => Code {
                nan_canonicalization: true,
                ..USUAL
            },
            _ => USUAL,
        };
        let what = format!("step {step}, {edit:?}, {code:?}");
        let rebuilt = rebuild(&edited, target, code, &contents);
        let (counts, left) = rebuilt.map_err(|failed| in_step(&what, failed))?;
        if code != USUAL {
            if counts.found > 0 {
                return Err(format!("{what}: {counts:?} of other options").into());
            }
            continue;
        }
        is_in_bounds(&what, edit, counts)?;
        all_found += counts.found;
        (bytes, contents) = (edited, left);
    }
    match all_found {
        0 => Err("nothing was found".into()),
        _ => Ok(()),
    }
}

/// Whether an edit changes no more functions than it may, and not even the CLIF of the others is
/// made where the program stays the same except for their bodies.
fn is_in_bounds(what: &str, edit: Edit, counts: Counts) -> Result<(), Failed> {
    let (compiled, lowered) = most(edit);
    match counts.compiled <= compiled && counts.lowered <= lowered {
        true => Ok(()),
        false => Err(format!("{what}: {counts:?}").into()),
    }
}

/// How many functions may be compiled after an edit, and how many lowered. Edits of data and
/// globals can change all addresses.
fn most(edit: Edit) -> (usize, usize) {
    match edit {
        // The function, and another in which it is inlined.
        Edit::Moved { .. } | Edit::Constant => (2, 2),
        // The function, its caller, and another in which that is inlined. All later functions have
        // other numbers.
        Edit::Added { .. } => (3, usize::MAX),
        _ => (usize::MAX, usize::MAX),
    }
}

fn in_step(step: &str, failed: Failed) -> Failed {
    format!("{step}: {}", failed.message().unwrap_or_default()).into()
}

/// An edit, of one kind if that is given, after which the input is another one and valid.
fn edit(random: &mut Random, bytes: &[u8], kind: Option<usize>) -> (Edit, Vec<u8>) {
    loop {
        let made = match kind {
            Some(kind) => edits::of_kind(random, bytes, kind),
            None => edits::any(random, bytes),
        };
        if let Some((edit, edited)) = made
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
    let checked = build(bytes, target, code, Some(&checked));
    if with != checked {
        let why = checked.err().unwrap_or_default();
        return Err(format!("the code differs: {why}").into());
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
    options.policy.code.bounds_checks = code.bounds_checks;
    options.kept = kept;
    let built = wasi_aot::build(bytes, "input.wasm", &options);
    let image = built.map(|built| built.image.unwrap_or_default());
    image.map_err(|error: Error| error.to_string())
}
