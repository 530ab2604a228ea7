//! Bytes from chance for each function of [`wasi_aot_tests::entries`]: no panic, no hang, no
//! appetite for memory; and the parser of requests compared with others (`compare`).
//! `tests/entries/README.md` says more.

#[expect(dead_code, reason = "only what is sent matters here")]
#[path = "../http/cases.rs"]
mod cases;
mod compare;
mod mutate;
mod seeds;
mod watch;

use libtest_mimic::{Arguments, Failed, Trial};
use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{self, ExitCode};
use std::thread;
use std::time::{Duration, Instant};
use wasi_aot_tests::entries::ENTRIES;
use wasi_aot_tests::random::Random;
use watch::Watch;

/// As the command's: what has depth in an input has a limit that needs less.
const STACK: usize = 64 << 20;
/// How long each entry is tried.
const TIME: Duration = Duration::from_secs(2);
/// The most CPU time for one input.
const MOST_TIME: Duration = Duration::from_secs(1);
/// The most bytes of memory for one input.
const MOST_MEMORY: usize = 1 << 30;

#[global_allocator]
static MEMORY: watch::Counted = watch::Counted;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Time and memory of the process are measured.
    arguments.test_threads = Some(1);
    let trials = ENTRIES.iter().flat_map(|&(name, run)| {
        [
            Trial::test(format!("{name}/corpus"), move || {
                own_thread(move || corpus(name, run))
            }),
            Trial::test(format!("{name}/chance"), move || {
                own_thread(move || chance(name, run))
            }),
        ]
    });
    let mut trials: Vec<Trial> = trials.collect();
    trials.push(Trial::test("watch", watch_works));
    trials.extend(compare::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn own_thread(test: impl FnOnce() -> Result<(), Failed> + Send + 'static) -> Result<(), Failed> {
    let thread = thread::Builder::new().stack_size(STACK).spawn(test)?;
    thread.join().unwrap_or_else(|_| Err("it panics".into()))
}

/// What is kept, and what is made of the project's own files, runs as it is.
fn corpus(name: &str, run: fn(&[u8])) -> Result<(), Failed> {
    let inputs = seeds::all(name);
    inputs.iter().try_for_each(|input| check(name, run, input))
}

/// Changes of that, from one seed and so the same each time, as many as the time allows.
fn chance(name: &str, run: fn(&[u8])) -> Result<(), Failed> {
    let inputs = seeds::all(name);
    let time = seconds().unwrap_or(TIME);
    let mut random = Random::new(seed());
    let end = Instant::now() + time;
    let mut count = 0_u64;
    while Instant::now() < end {
        check(name, run, &mutate::changed(&inputs, &mut random))?;
        count += 1;
    }
    println!("\n  {name}: {count} inputs");
    // A handful shows nothing.
    match count {
        0..10 => Err(format!("only {count} inputs").into()),
        _ => Ok(()),
    }
}

/// The seed of all that is from chance.
fn seed() -> u64 {
    env::var("WASI_AOT_ENTRY_SEED").map_or(1, |seed| {
        seed.parse().expect("WASI_AOT_ENTRY_SEED is a number")
    })
}

/// The time that is asked for.
fn seconds() -> Option<Duration> {
    let seconds = env::var("WASI_AOT_ENTRY_SECONDS").ok()?.parse();
    let seconds = seconds.expect("WASI_AOT_ENTRY_SECONDS is a number");
    Some(Duration::from_secs(seconds))
}

/// Runs one input. One that fails stays in a file, also if the process ends.
fn check(name: &str, run: fn(&[u8]), input: &[u8]) -> Result<(), Failed> {
    let kept = kept(name);
    fs::write(&kept, input)?;
    let watch = Watch::start(&kept);
    let ended = catch_unwind(AssertUnwindSafe(|| run(input)));
    let used = watch.end();
    let problem = match ended {
        Err(_) => "a panic".to_owned(),
        Ok(()) if used.time > MOST_TIME => format!("{:?}", used.time),
        Ok(()) if used.memory > MOST_MEMORY => format!("{} bytes of memory", used.memory),
        Ok(()) => return Ok(fs::remove_file(kept)?),
    };
    Err(format!("{}: {problem}", kept.display()).into())
}

/// A file of this process alone.
fn kept(name: &str) -> PathBuf {
    let file = format!("entry-{name}-{}", process::id());
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(file)
}

/// What is watched for is noticed: a panic, time, memory.
fn watch_works() -> Result<(), Failed> {
    fn panics(_: &[u8]) {
        panic!("on purpose");
    }
    fn spins(_: &[u8]) {
        let end = watch::cpu_time() + 2 * MOST_TIME;
        while watch::cpu_time() < end {}
    }
    fn eats(_: &[u8]) {
        std::hint::black_box(Vec::<u8>::with_capacity(MOST_MEMORY + 1));
    }
    for (name, run) in [
        ("panics", panics as fn(&[u8])),
        ("eats", eats),
        ("spins", spins),
    ] {
        if check(name, run, b"").is_ok() {
            return Err(format!("what {name} is not noticed").into());
        }
        fs::remove_file(kept(name))?;
    }
    Ok(())
}
