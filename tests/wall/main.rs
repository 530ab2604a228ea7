//! The sandbox policy: the calls that the filter allows, number by number; the effect on holes;
//! kernels without the features that the policy needs.

mod conditions;
mod edges;
mod filter;
mod holes;
mod marks;
mod missing;
mod servers;
mod worker_holes;
mod workers;

use libtest_mimic::{Arguments, Trial};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use wasi_aot_targets::Target;
use wasi_aot_tests::tool;

fn main() -> ExitCode {
    let families = [
        marks::trials(),
        filter::trials(),
        servers::trials(),
        holes::trials(),
        workers::trials(),
        missing::trials(),
    ];
    let trials = families.into_iter().flatten().collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// The folder of expectations.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("wall")
}

/// Compares `text` with the lines of the expectation `name`, or rewrites that.
fn compare(name: &str, text: &str) -> Result<(), String> {
    let path = folder().join(format!("{name}.expect"));
    if std::env::var_os("WASI_AOT_BLESS").is_some_and(|value| value == "1") {
        return std::fs::write(path, text).map_err(|error| error.to_string());
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    let mut difference = String::new();
    for (sign, lines, others) in [('+', text, &*expected), ('-', &*expected, text)] {
        for line in lines.lines() {
            if !others.lines().any(|other| other == line) {
                let _ = writeln!(difference, "{sign} {line}");
            }
        }
    }
    match difference.is_empty() {
        true => Ok(()),
        false => Err(format!("what is allowed has changed:\n{difference}")),
    }
}

/// Builds the module `text` to `executable`.
fn build(target: &Target, text: &str, options: &[String], executable: &Path) -> Result<(), String> {
    let module = executable.with_extension("wat");
    std::fs::write(&module, text).map_err(|error| error.to_string())?;
    build_file(target, &module, options, executable)
}

/// Builds `module` to `executable`.
fn build_file(
    target: &Target,
    module: &Path,
    options: &[String],
    executable: &Path,
) -> Result<(), String> {
    let mut build = Command::new(env!("CARGO_BIN_EXE_wasi-aot-under-test"));
    build.args(["build", "--quiet", "--no-cache", "--target", target.name]);
    let built = tool::run(
        build.args(options).arg("-o").arg(executable).arg(module),
        b"",
    );
    match built.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&built.stderr).into_owned()),
    }
}

/// A test, or the reason why it cannot run here, which is a failure in CI.
fn trial(
    name: String,
    obstacle: Option<String>,
    test: impl FnOnce() -> Result<(), String> + Send + 'static,
) -> Trial {
    match obstacle {
        None => Trial::test(name, move || Ok(test()?)),
        Some(reason) => tool::unable(name, reason),
    }
}
