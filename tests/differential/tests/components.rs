//! Random components, and corrupted components of the scripts in `tests/component`: they compile,
//! or are refused with a code.
//!
//! `WASI_AOT_COMPONENT_SEEDS=0..100000` tests these seeds.

use arbitrary::Unstructured;
use libtest_mimic::{Arguments, Failed, Trial};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::sync::LazyLock;
use wasi_aot::Code;
use wasi_aot::program::{Entry, UnknownImports};
use wasi_aot_differential::random::Random;
use wasi_aot_differential::seeds;
use wasi_aot_tests::component_scripts;
use wasm_smith::{Component, Config};

/// The default number of seeds.
const SEEDS: u64 = 1000;
/// Seeds per test.
const TOGETHER: u64 = 100;
/// The number of random bytes from which a component is generated.
const BYTES: usize = 4096;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let seeds = seeds::asked("WASI_AOT_COMPONENT_SEEDS", SEEDS);
    let trials = [("made", made as Maker), ("scripts", of_scripts)].map(|(name, maker)| {
        let first = seeds.clone().step_by(TOGETHER as usize);
        let end = seeds.end;
        first.map(move |first| {
            let last = end.min(first + TOGETHER);
            Trial::test(format!("{name}/{first}..{last}"), move || {
                (first..last).try_for_each(|seed| check(seed, maker))
            })
        })
    });
    let trials = trials.into_iter().flatten().collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Makes a component.
type Maker = fn(&mut Random) -> Option<Vec<u8>>;

/// A generated component; half of them are corrupted.
fn made(random: &mut Random) -> Option<Vec<u8>> {
    let mut component = component(random)?;
    if random.coin() {
        change(&mut component, random);
    }
    Some(component)
}

/// A corrupted component of a script.
fn of_scripts(random: &mut Random) -> Option<Vec<u8>> {
    static COMPONENTS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(component_scripts::components);
    let mut component = COMPONENTS[random.below(COMPONENTS.len())].clone();
    change(&mut component, random);
    Some(component)
}

fn change(component: &mut [u8], random: &mut Random) {
    for _ in 0..1 + random.below(4) {
        let at = random.below(component.len());
        component[at] = random.number() as u8;
    }
}

/// The component of a seed; for some seeds the generator gives up.
fn component(random: &mut Random) -> Option<Vec<u8>> {
    let bytes = random.bytes(BYTES);
    let made = catch_unwind(AssertUnwindSafe(|| {
        Component::new(Config::default(), &mut Unstructured::new(&bytes))
    }));
    Some(made.ok()?.ok()?.to_bytes())
}

/// Builds the component of a seed. A component that fails the test is kept in the folder for test
/// files.
fn check(seed: u64, maker: Maker) -> Result<(), Failed> {
    let mut random = Random::new(!seed);
    let Some(component) = maker(&mut random) else {
        return Ok(());
    };
    let built = catch_unwind(AssertUnwindSafe(|| build(&component)));
    let problem = match built {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(problem)) => problem,
        Err(_) => "a panic".to_owned(),
    };
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("component-{seed}.wasm"));
    fs::write(&path, component)?;
    Err(format!("seed {seed}, {}: {problem}", path.display()).into())
}

/// Fails if it is neither built nor refused with a code.
fn build(component: &[u8]) -> Result<(), String> {
    let target = wasi_aot_targets::host().ok_or("this machine is no target")?;
    let mut options = wasi_aot::Options::new(target);
    options.entry = Entry::Invoke(Vec::new());
    options.policy.code.unknown_imports = UnknownImports::Trap;
    match wasi_aot::build(component, "component.wasm", &options) {
        Err(error) if error.code == Code::Bug => Err(error.message),
        _ => Ok(()),
    }
}
