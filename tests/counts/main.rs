//! Twice the count costs about twice the time, for each count of [`counts::all`]. The time is the
//! CPU time of the tool under test.
//!
//! The benchmark of the same name measures more precisely, and prints a table.

use libtest_mimic::{Arguments, Failed, Trial};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;
use wasi_aot_targets::{TARGETS, Target};
use wasi_aot_tests::counts::measure::{Cost, build};
use wasi_aot_tests::counts::{self, Count, Growth};
use wasi_aot_tests::tool::Runner;

const WASI_AOT: &str = env!("CARGO_BIN_EXE_wasi-aot-under-test");
/// The maximum time of a build.
const PATIENCE: Duration = Duration::from_secs(300);
/// The maximum ratio of the cost for twice the count. Quadratic growth has ratio 4; the start-up
/// time of the tool is subtracted.
const MOST: f64 = 3.3;
/// Seconds; shorter times are noise.
const LEAST: f64 = 0.05;
/// How often a count that exceeds the limit is measured again.
const ROUNDS: usize = 4;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // The CPU time of all child processes is measured, so only one test may run at a time.
    arguments.test_threads = Some(1);
    let costs = counts::all().map(|count| Trial::test(count.name, || check(count)));
    let mut trials: Vec<_> = costs.collect();
    for target in TARGETS {
        let name = format!("values in the frame, {}", target.name);
        trials.push(Trial::test(name, || values_in_the_frame(target)));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// More live values of every type than there are registers: each value keeps its contents.
fn values_in_the_frame(target: &'static Target) -> Result<(), Failed> {
    let runner = Runner::find(target)?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("alive.wasm");
    std::fs::write(&path, wat::parse_str(counts::alive_at_once(400))?)?;
    let app = folder.path().join("app");
    let mut build = Command::new(WASI_AOT);
    build.args(["build", "-q", "--no-cache", "--target", target.name, "-o"]);
    let built = build.args([&app, &path]).stdout(Stdio::null()).status()?;
    let ran = built.success() && runner.command(&app).status()?.success();
    ran.then_some(())
        .ok_or_else(|| "it does not build, or traps".into())
}

fn check(count: &Count) -> Result<(), Failed> {
    let bound = match count.growth {
        Growth::Linear => MOST,
        Growth::Upstream { ratio, .. } => ratio.max(MOST),
    };
    let (mut start, mut once, mut twice) = (Duration::MAX, Duration::MAX, Duration::MAX);
    let mut ratio = f64::MAX;
    for _ in 0..ROUNDS {
        start = start.min(time(count, 1)?.unwrap_or_default());
        let (Some(now), Some(then)) = (time(count, count.n)?, time(count, 2 * count.n)?) else {
            return Ok(());
        };
        (once, twice) = (once.min(now), twice.min(then));
        let beyond_start = |time: Duration| time.saturating_sub(start).as_secs_f64();
        ratio = beyond_start(twice) / beyond_start(once).max(LEAST);
        if ratio <= bound {
            return Ok(());
        }
    }
    let n = count.n;
    Err(format!(
        "{n} take {once:?}, {} take {twice:?}: {ratio:.2} times as much",
        2 * n
    )
    .into())
}

/// The time of a build; `None` if it exceeds a limit.
fn time(count: &Count, n: usize) -> Result<Option<Duration>, Failed> {
    match build(Path::new(WASI_AOT), count, n, PATIENCE) {
        Cost::Time(time) => Ok(Some(time)),
        Cost::Limit => Ok(None),
        Cost::Endless => Err(format!("{n} take more than {PATIENCE:?}").into()),
        Cost::Failed(error) => Err(error.into()),
    }
}
