//! Corrupted modules: for any change of a module, `wasi-aot build` terminates with an executable or
//! a coded error.
//!
//! `WASI_AOT_MUTANT_SEEDS=0..100000` tests these seeds.

use libtest_mimic::{Arguments, Failed, Trial};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Command, ExitCode};
use wasi_aot_differential::profile::{Nans, Profile};
use wasi_aot_differential::random::Random;
use wasi_aot_differential::{driver, engine, seeds};
use wasm_mutate::WasmMutate;

/// The default number of seeds.
const SEEDS: u64 = 300;
/// Seeds per test.
const TOGETHER: u64 = 25;
/// The fuel of a change that keeps the module valid; most need a fraction of it.
const MUTATION_FUEL: u64 = 300;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let seeds = seeds::asked("WASI_AOT_MUTANT_SEEDS", SEEDS);
    let first = seeds.clone().step_by(TOGETHER as usize);
    let trials = first.map(|first| {
        let last = seeds.end.min(first + TOGETHER);
        Trial::test(format!("{first}..{last}"), move || {
            (first..last).try_for_each(check)
        })
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// A way to corrupt modules: a name, and the function.
type Spoil = (&'static str, fn(Vec<u8>, &mut Random) -> Vec<u8>);

const SPOILS: [Spoil; 4] = [
    ("other bytes", other_bytes),
    ("moved bytes", moved_bytes),
    ("changed", change),
    ("changed, then other bytes", |module, random| {
        let changed = change(module, random);
        other_bytes(changed, random)
    }),
];

/// Corrupts the module of a seed and builds it. A module that fails the test is kept in the folder
/// for test files.
fn check(seed: u64) -> Result<(), Failed> {
    let mut random = Random::new(!seed);
    let (module, fuel) = Profile::of(seed).module(&mut random, Nans::of(seed));
    let module =
        driver::append(&module, fuel, &mut random).expect("the generator's module is well-formed");
    let (name, spoil) = random.pick(&SPOILS);
    let module = spoil(module, &mut random);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(format!("mutant-{seed}.wasm"));
    fs::write(&path, module)?;
    let executable = folder.join(format!("mutant-{seed}"));
    let mut build = Command::new(env!("CARGO_BIN_EXE_wasi-aot-differential-under-test"));
    // Most modules have no `_start`. With an object as the output, all exported or referenced
    // functions are compiled anyway.
    build.args([
        "build",
        "--quiet",
        "--no-cache",
        "--unknown-imports",
        "trap",
    ]);
    build
        .args(["--emit", "obj", "-o"])
        .arg(&executable)
        .arg(&path);
    let built = engine::limited(&mut build)?;
    let fine =
        built.code == Some(0) || built.code == Some(1) && built.stderr.starts_with("error[E");
    if !fine {
        return Err(format!(
            "{} ({name}): {:?}\n{}",
            path.display(),
            built.code,
            built.stderr
        )
        .into());
    }
    fs::remove_file(path)?;
    match fs::remove_file(executable) {
        Err(error) if built.code == Some(0) => Err(error.into()),
        _ => Ok(()),
    }
}

/// Changes some bytes.
fn other_bytes(mut module: Vec<u8>, random: &mut Random) -> Vec<u8> {
    for _ in 0..=random.below(8) {
        let place = random.below(module.len());
        module[place] = match random.below(4) {
            0 => random.pick(&[0, 1, 0x0b, 0x40, 0x7f, 0x80, 0xff]),
            1 => module[place] ^ (1 << random.below(8)),
            2 => module[place].wrapping_add(1),
            _ => random.number() as u8,
        };
    }
    module
}

/// Removes, repeats or moves a piece.
fn moved_bytes(mut module: Vec<u8>, random: &mut Random) -> Vec<u8> {
    let start = random.below(module.len());
    let end = module.len().min(start + 1 + random.below(40));
    match random.below(4) {
        0 => module.truncate(start),
        1 => drop(module.drain(start..end)),
        kind => {
            let piece = module[start..end].to_vec();
            let place = if kind == 2 {
                end
            } else {
                random.below(module.len())
            };
            module.splice(place..place, piece);
        }
    }
    module
}

/// Applies changes that keep the module valid, if the mutator supports its features.
fn change(mut module: Vec<u8>, random: &mut Random) -> Vec<u8> {
    for _ in 0..=random.below(5) {
        let mut mutate = WasmMutate::default();
        mutate
            .seed(random.number())
            .fuel(MUTATION_FUEL)
            .preserve_semantics(false);
        // The mutator panics for exports that it does not support.
        let run = || {
            mutate
                .run(&module)
                .ok()
                .and_then(|mut changed| changed.next()?.ok())
        };
        let changed = catch_unwind(AssertUnwindSafe(run)).ok().flatten();
        module = changed.unwrap_or(module);
    }
    module
}
