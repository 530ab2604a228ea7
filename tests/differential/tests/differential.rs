//! Generated modules: this project's executables must give the same answers as wasmtime.
//! `README.md` says more.
//!
//! `WASI_AOT_SMITH_SEEDS=0..2000`, with wasmtime in `PATH`, tests these seeds; `WASI_AOT_BLESS=1`
//! records its answers.

use libtest_mimic::{Arguments, Failed, Trial};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use wasi_aot_differential::answer::Answer;
use wasi_aot_differential::engine::{self, Module, WAYS, Way};
use wasi_aot_differential::profile::{Nans, PROFILES, Profile};
use wasi_aot_differential::random::Random;
use wasi_aot_differential::record::{self, Record};
use wasi_aot_differential::{driver, seeds};
use wasi_aot_targets::{TARGETS, Target};
use wasi_aot_tests::tool::{self, Runner};

/// The number of seeds that are tested by default, and have recorded answers.
const SEEDS: u64 = 100;
/// An emulator tests one in this number of seeds, which shares no factor with the number of
/// profiles or ways.
const EMULATED: u64 = 5;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let seeds = seeds::asked("WASI_AOT_SMITH_SEEDS", SEEDS);
    if std::env::var_os("WASI_AOT_BLESS").is_some_and(|value| value == "1") {
        return match bless() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        };
    }
    let records = Arc::new(record::read().expect("the recorded answers are there"));
    let trials = TARGETS
        .iter()
        .flat_map(|target| seeds.clone().map(move |seed| (target, seed)));
    let trials = trials.filter_map(|(target, seed)| {
        let runner = Runner::find(target);
        let emulated = !matches!(runner, Ok(Runner::Native));
        (!emulated || seed % EMULATED == 0).then(|| trial(target, runner, seed, records.clone()))
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// The module of a seed, with its driver.
fn module(seed: u64) -> Vec<u8> {
    let mut random = Random::new(seed);
    let (module, fuel) = Profile::of(seed).module(&mut random, Nans::of(seed));
    driver::append(&module, fuel, &mut random).expect("the generator's module is well-formed")
}

fn trial(
    target: &'static Target,
    runner: Result<Runner, String>,
    seed: u64,
    records: Arc<BTreeMap<u64, Record>>,
) -> Trial {
    let profile = Profile::of(seed);
    let name = format!("{}/{seed}/{}", target.name, profile.name);
    let missing = profile.missing();
    if !missing.is_empty() {
        let kind = format!("waits for {}", missing.join(", "));
        return tool::left_out(name, kind);
    }
    match runner {
        Ok(runner) => Trial::test(name, move || {
            check(target, &runner, seed, records.get(&seed))
        }),
        Err(reason) => tool::unable(name, reason),
    }
}

/// Tests one seed: every executable must give the recorded answer, and wasmtime's if it is
/// available.
fn check(
    target: &Target,
    runner: &Runner,
    seed: u64,
    recorded: Option<&Record>,
) -> Result<(), Failed> {
    let bytes = module(seed);
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{seed}.wasm", target.name));
    fs::write(&path, &bytes)?;
    if let Some(recorded) = recorded.filter(|recorded| recorded.module != record::hash(&bytes)) {
        return Err(format!(
            "the generator makes another module than the one recorded ({recorded:?})"
        )
        .into());
    }
    let module = Module {
        path,
        nans: Nans::of(seed),
    };
    let theirs = engine::find_wasmtime()
        .map(|wasmtime| engine::wasmtime(&wasmtime, &module))
        .transpose()?;
    if recorded.is_none() && theirs.is_none() {
        return Err("wasmtime is not in PATH, and no answer of it is recorded".into());
    }
    let tool = Path::new(env!("CARGO_BIN_EXE_wasi-aot-differential-under-test"));
    for way in ways(seed, runner) {
        let ours = engine::ours(tool, way, target, runner, &module);
        ours.and_then(|ours| compare(&ours, theirs.as_ref(), recorded))
            .map_err(|error| format!("{} ({}): {error}", module.path.display(), way.name))?;
    }
    fs::remove_file(module.path)?;
    Ok(())
}

/// The plain way, and another one, which cycles through the rest.
fn ways(seed: u64, runner: &Runner) -> [&'static Way; 2] {
    let native = matches!(runner, Runner::Native);
    let others: Vec<&Way> = WAYS[1..]
        .iter()
        .filter(|way| native || !way.native)
        .collect();
    // Each way gets all profiles, with both kinds of NaNs.
    let turn = seed / (2 * PROFILES.len() as u64);
    [&WAYS[0], others[(turn % others.len() as u64) as usize]]
}

fn compare(
    ours: &Answer,
    theirs: Option<&Answer>,
    recorded: Option<&Record>,
) -> Result<(), String> {
    if let Some(theirs) = theirs
        && let Some((ours, theirs)) = ours.difference(theirs)
    {
        return Err(format!("\n    ours {ours}\n  theirs {theirs}"));
    }
    match recorded {
        Some(record) if record.answer != record::hash(ours.0.as_bytes()) => Err(format!(
            "not the recorded answer (with wasmtime in PATH the difference is shown):\n{}",
            ours.0
        )),
        _ => Ok(()),
    }
}

/// Records wasmtime's answers for all seeds, including those of profiles that are not supported
/// yet.
fn bless() -> Result<(), String> {
    let wasmtime = engine::find_wasmtime().ok_or("wasmtime is not in PATH")?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut records = BTreeMap::new();
    for seed in 0..SEEDS {
        let bytes = module(seed);
        let path = folder.path().join("module.wasm");
        fs::write(&path, &bytes).map_err(|error| error.to_string())?;
        let module = Module {
            path,
            nans: Nans::of(seed),
        };
        let answer =
            engine::wasmtime(&wasmtime, &module).map_err(|error| format!("{seed}: {error}"))?;
        let (module, answer) = (record::hash(&bytes), record::hash(answer.0.as_bytes()));
        records.insert(seed, Record { module, answer });
    }
    record::write(&records).map_err(|error| error.to_string())
}
