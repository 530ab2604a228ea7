//! Spoilt modules: `wasi-aot build` gives an executable or a coded error, and ends, whatever was done to a module.
//!
//! `WASI_AOT_MUTANT_SEEDS=0..100000` tries these seeds.

use libtest_mimic::{Arguments, Failed, Trial};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Command, ExitCode};
use wasi_aot_differential::profile::{Nans, Profile};
use wasi_aot_differential::random::Random;
use wasi_aot_differential::{driver, engine, seeds};
use wasm_mutate::WasmMutate;

/// How many seeds are tried.
const SEEDS: u64 = 300;
/// Seeds of a test.
const TOGETHER: u64 = 25;
/// What a change of the valid kind may cost; most cost a fraction.
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

/// What is done to modules: a name, and how.
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

/// Builds the module of a seed after it was spoilt. A module that is refused or crashes stays in the folder of tests' files.
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
    // Most have no `_start`: everything that is exported or referred to is compiled all the same, as an object.
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

/// Some bytes are others.
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

/// A piece is missing, or stands twice, or at another place.
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

/// The module after some changes that leave it valid, as far as they are known for what it uses.
fn change(mut module: Vec<u8>, random: &mut Random) -> Vec<u8> {
    for _ in 0..=random.below(5) {
        let mut mutate = WasmMutate::default();
        mutate
            .seed(random.number())
            .fuel(MUTATION_FUEL)
            .preserve_semantics(false);
        // It panics where it does not know what to do with an export.
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
