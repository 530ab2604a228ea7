//! Real programs: built, run, and compared with what another engine gave, to the byte.
//!
//! `tests/programs/README.md` says where they come from.

use libtest_mimic::{Arguments, Failed, Trial};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use wasi_aot_targets::{TARGETS, Target};
use wasi_aot_tests::tool::{self, Runner};

/// A program of `programs.json`.
#[derive(Deserialize, Clone)]
struct Program {
    name: String,
    module: PathBuf,
    size: Size,
    /// Options of `build` that it needs.
    #[serde(default)]
    build: Vec<String>,
    args: Vec<String>,
    stdin: Option<String>,
    expect: Outcome,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Size {
    Small,
    Large,
}

/// What a program gives.
#[derive(Deserialize, Clone, PartialEq, Debug)]
struct Outcome {
    exit: i32,
    stdout: String,
    files: BTreeMap<String, Option<String>>,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let table = fs::read(folder().join("programs.json")).expect("the table is there");
    let programs: Vec<Program> = serde_json::from_slice(&table).expect("the table is well-formed");
    let trials = TARGETS.iter().flat_map(|target| {
        programs
            .iter()
            .map(|program| trial(target, program.clone()))
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("programs")
}

/// One program on one target. What cannot run here is reported with the reason: as ignored, in CI
/// as failed.
fn trial(target: &'static Target, program: Program) -> Trial {
    let name = format!("{}/{}", target.name, program.name);
    let module = tool::corpus().join(&program.module);
    let runner = Runner::find(target).and_then(|runner| {
        if module.is_file() {
            Ok(runner)
        } else {
            Err(format!("no {}", program.module.display()))
        }
    });
    let size = program.size;
    let trial = match runner {
        Ok(runner) => Trial::test(name, move || check(target, &runner, &module, &program)),
        Err(reason) => tool::unable(name, reason),
    };
    match size {
        Size::Small => trial,
        Size::Large => tool::on_request(trial, "large program"),
    }
}

fn check(target: &Target, runner: &Runner, module: &Path, program: &Program) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let app = folder.path().join("app");
    let root = folder.path().join("root");
    copy_inputs(&root)?;
    let mut build = Command::new(env!("CARGO_BIN_EXE_wasi-aot-under-test"));
    build.args([
        "build",
        "--no-cache",
        "--quiet",
        "--dir",
        ".::/",
        "--target",
        target.name,
        "-o",
    ]);
    let built = tool::run(build.arg(&app).args(&program.build).arg(module), b"");
    if !built.status.success() {
        return Err(format!("not built:\n{}", String::from_utf8_lossy(&built.stderr)).into());
    }
    let stdin = match &program.stdin {
        Some(name) => fs::read(root.join(name))?,
        None => Vec::new(),
    };
    let ran = tool::run(
        runner.command(&app).args(&program.args).current_dir(&root),
        &stdin,
    );
    let read = |name: &String| {
        (
            name.clone(),
            fs::read(root.join(name)).ok().map(|bytes| sha256(&bytes)),
        )
    };
    let outcome = Outcome {
        exit: tool::status(&ran),
        stdout: sha256(&ran.stdout),
        files: program.expect.files.keys().map(read).collect(),
    };
    if outcome == program.expect {
        return Ok(());
    }
    let end = |bytes: &[u8]| {
        String::from_utf8_lossy(&bytes[bytes.len().saturating_sub(2000)..]).into_owned()
    };
    Err(format!(
        "expected {:?}\n     got {outcome:?}\nstdout ends:\n{}\nstderr ends:\n{}",
        program.expect,
        end(&ran.stdout),
        end(&ran.stderr)
    )
    .into())
}

fn copy_inputs(to: &Path) -> std::io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(folder().join("inputs"))? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
