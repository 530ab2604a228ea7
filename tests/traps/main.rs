//! Trap reports: each `.wat` or `.wasm` file in `tests/traps` is one test per target. The `.stderr`
//! file next to it contains the expected output and exit code, as wasmtime reports them. The tests
//! of [`debuggers`] check what debuggers show. The `.wasm` files are made of `sources/`.
//!
//! `WASI_AOT_BLESS=1`, with wasmtime in `PATH`, rewrites the expectations. A file that begins with
//! `;; own: REASON` expects the output of our programs; blessing fails if wasmtime prints the same.

mod debuggers;
mod levels;

use libtest_mimic::{Arguments, Failed, Trial};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use wasi_aot_targets::{TARGETS, Target};
use wasi_aot_tests::tool::{self, Runner};

fn main() -> ExitCode {
    let cases = cases();
    if std::env::var_os("WASI_AOT_BLESS").is_some_and(|value| value == "1") {
        return match cases.iter().try_for_each(|case| bless(case)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        };
    }
    let mut trials: Vec<Trial> = TARGETS
        .iter()
        .flat_map(|target| cases.iter().map(|case| report(target, case.clone())))
        .collect();
    trials.extend(debuggers::trials());
    trials.extend(levels::trials());
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("traps")
}

fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("it can be read").path());
    let mut cases: Vec<PathBuf> = paths
        .filter(|path| {
            let extension = path.extension().unwrap_or_default();
            extension == "wat" || extension == "wasm"
        })
        .collect();
    cases.sort();
    cases
}

/// A test, or the reason why it cannot run here, which is a failure in CI.
fn trial(
    name: String,
    obstacle: Option<String>,
    test: impl FnOnce() -> Result<(), Failed> + Send + 'static,
) -> Trial {
    match obstacle {
        None => Trial::test(name, test),
        Some(reason) => tool::unable(name, reason),
    }
}

/// The test of a report.
fn report(target: &'static Target, case: PathBuf) -> Trial {
    let stem = case.file_stem().unwrap_or_default().to_string_lossy();
    let name = format!("{}/{stem}", target.name);
    let runner = Runner::find(target);
    trial(name, runner.clone().err(), move || {
        let expected = fs::read_to_string(case.with_extension("stderr"))?;
        let got = ours(target, &runner?, &case)?;
        if shape(&got) == expected {
            return Ok(());
        }
        Err(format!("expected:\n{expected}\ngot:\n{got}").into())
    })
}

/// Builds a module for a target.
fn build(
    target: &Target,
    module: &Path,
    executable: &Path,
    options: &[&str],
) -> Result<(), String> {
    let mut build = Command::new(env!("CARGO_BIN_EXE_wasi-aot-under-test"));
    build.args([
        "build",
        "--quiet",
        "--no-cache",
        "--target",
        target.name,
        "-o",
    ]);
    let built = tool::run(build.arg(executable).arg(module).args(options), b"");
    if built.status.success() {
        return Ok(());
    }
    Err(format!(
        "not built:\n{}",
        String::from_utf8_lossy(&built.stderr)
    ))
}

/// The output of our program, and how it ends.
fn ours(target: &Target, runner: &Runner, module: &Path) -> Result<String, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let executable = folder.path().join("app");
    build(target, module, &executable, &[])?;
    Ok(outcome(&mut runner.command(&executable)))
}

/// Standard error and exit code of a command.
fn outcome(command: &mut Command) -> String {
    let output = tool::run(command.env("RUST_BACKTRACE", "0"), b"");
    let printed = String::from_utf8_lossy(&output.stderr);
    // An emulator adds its own line about signals.
    let lines = printed.lines().filter(|line| !line.starts_with("qemu: "));
    let text = lines.collect::<Vec<_>>().join("\n");
    format!("{}\nexit: {}\n", text.trim_end(), tool::status(&output))
}

/// The parts of a report that must be equal: everything except the location in the innermost
/// function at a stack overflow, which wasmtime does not report.
fn shape(report: &str) -> String {
    let exhausted = report.contains("call stack exhausted");
    let line = |line: &str| match line.split_once(" - ") {
        Some((_, function)) if exhausted && line.starts_with("    0: ") => {
            format!("    0: {function}\n")
        }
        _ => format!("{line}\n"),
    };
    report.lines().map(line).collect()
}

/// Rewrites the expectation of a case.
fn bless(case: &Path) -> Result<(), String> {
    let host = wasi_aot_targets::host().ok_or("this machine is no target")?;
    let ours = shape(&ours(host, &Runner::Native, case)?);
    let wasmtime = tool::in_path("wasmtime").ok_or("wasmtime is not in PATH")?;
    let file = case.file_name().unwrap_or_default().to_string_lossy();
    let mut command = Command::new(wasmtime);
    command.env("WASMTIME_BACKTRACE_DETAILS", "1");
    let theirs = outcome(command.current_dir(folder()).args(["run", &file]));
    // A module without a name is named after its file, which is more informative.
    let theirs = shape(&theirs.replace("<unknown>!", &format!("{file}!")));
    let source = fs::read(case).map_err(|error| error.to_string())?;
    let own = source.starts_with(b";; own: ");
    if own && ours == theirs {
        return Err(format!(
            "{file} is not wasmtime's by its first line, but the same"
        ));
    }
    let expected = if own { ours } else { theirs };
    fs::write(case.with_extension("stderr"), expected).map_err(|error| error.to_string())
}
