//! Components from chance: they translate and compile, or are refused with a code, whole or with other bytes in them.
//!
//! `WASI_AOT_COMPONENT_SEEDS=0..100000` tries these seeds.

use arbitrary::Unstructured;
use libtest_mimic::{Arguments, Failed, Trial};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use wasi_aot::Code;
use wasi_aot::program::{Entry, UnknownImports};
use wasi_aot_differential::random::Random;
use wasi_aot_differential::seeds;
use wasm_smith::{Component, Config};

/// How many seeds are tried.
const SEEDS: u64 = 1000;
/// Seeds of a test.
const TOGETHER: u64 = 100;
/// What a component is made of.
const BYTES: usize = 4096;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let seeds = seeds::asked("WASI_AOT_COMPONENT_SEEDS", SEEDS);
    let first = seeds.clone().step_by(TOGETHER as usize);
    let trials = first.map(|first| {
        let last = seeds.end.min(first + TOGETHER);
        Trial::test(format!("{first}..{last}"), move || {
            (first..last).try_for_each(check)
        })
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// The component of a seed; the generator gives up on some.
fn component(random: &mut Random) -> Option<Vec<u8>> {
    let bytes = random.bytes(BYTES);
    let made = catch_unwind(AssertUnwindSafe(|| {
        Component::new(Config::default(), &mut Unstructured::new(&bytes))
    }));
    Some(made.ok()?.ok()?.to_bytes())
}

/// Builds the component of a seed. One that is not refused well stays in the folder of tests' files.
fn check(seed: u64) -> Result<(), Failed> {
    let mut random = Random::new(!seed);
    let Some(mut component) = component(&mut random) else {
        return Ok(());
    };
    if random.coin() {
        for _ in 0..1 + random.below(4) {
            let at = random.below(component.len());
            component[at] = random.number() as u8;
        }
    }
    let built = catch_unwind(AssertUnwindSafe(|| build(&component)));
    let problem = match built {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(problem)) => problem,
        Err(_) => "a panic".to_owned(),
    };
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("component-{seed}.wasm"));
    std::fs::write(&path, component)?;
    Err(format!("seed {seed}, {}: {problem}", path.display()).into())
}

/// What is wrong if it is neither built nor refused with a code.
fn build(component: &[u8]) -> Result<(), String> {
    let target = wasi_aot_targets::host().ok_or("this machine is no target")?;
    let mut options = wasi_aot::Options::new(target);
    options.program.entry = Entry::Invoke(Vec::new());
    options.program.unknown_imports = UnknownImports::Trap;
    match wasi_aot::build(component, "component.wasm", &options) {
        Err(error) if error.code == Code::Bug => Err(error.message),
        _ => Ok(()),
    }
}
