//! The engines: executables of this project, for each way to build them, and wasmtime.

use crate::answer::{Answer, Ended};
use crate::profile::Nans;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use wasi_aot_targets::Target;
use wasi_aot_tests::tool::{self, Runner};

/// The limit of a build or run, which none reaches, even in an emulator. It counts pauses, so time
/// during which the machine is suspended does not count.
const PATIENCE: u32 = 60_000;
const PAUSE: Duration = Duration::from_millis(1);
/// Deeper than any module gets with its fuel, so that no result depends on the size of frames.
const STACK: &str = "256M";
const STACK_BYTES: u32 = 256 << 20;

/// A module to run.
#[derive(Debug)]
pub struct Module {
    /// Its file.
    pub path: PathBuf,
    /// Where its NaNs become canonical.
    pub nans: Nans,
}

/// A way to build executables.
#[derive(Debug)]
pub struct Way {
    /// Its name in failures.
    pub name: &'static str,
    options: &'static [&'static str],
    /// Whether it only works for this machine's CPU.
    pub native: bool,
}

const fn way(name: &'static str, options: &'static [&'static str]) -> Way {
    Way {
        name,
        options,
        native: false,
    }
}

/// All ways, the plain one first.
pub const WAYS: &[Way] = &[
    way("plain", &[]),
    way("unoptimised", &["-O0"]),
    way("checked", &["--bounds-checks", "explicit"]),
    way("mitigated", &["--spectre-mitigation"]),
    way(
        "checked, mitigated",
        &["--bounds-checks", "explicit", "--spectre-mitigation"],
    ),
    Way {
        name: "this CPU",
        options: &["--cpu", "native"],
        native: true,
    },
];

/// The options with which wasmtime accepts the modules of all profiles.
const PROPOSALS: &str = "memory64=y,multi-memory=y,tail-call=y,custom-page-sizes=y,wide-arithmetic=y,\
    extended-const=y,function-references=y,gc=y,exceptions=y,threads=y,shared-memory=y,\
    relaxed-simd-deterministic=y";

/// The answer of this project's executable for a module.
///
/// # Errors
/// The reason why there is none: the build failed, or the run ended neither normally nor by a trap.
pub fn ours(
    tool: &Path,
    way: &Way,
    target: &Target,
    runner: &Runner,
    module: &Module,
) -> Result<Answer, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let executable = folder.path().join("app");
    let mut build = Command::new(tool);
    build
        .args([
            "build",
            "--no-cache",
            "--quiet",
            "--relaxed-simd",
            "deterministic",
            "--max-stack",
            STACK,
        ])
        .args(way.options)
        .args((module.nans == Nans::Engines).then_some("--nan-canonicalization"))
        .args(["--target", target.name, "-o"])
        .arg(&executable)
        .arg(&module.path);
    let built = limited(&mut build)?;
    if built.code != Some(0) {
        return Err(format!("not built ({:?}):\n{}", built.code, built.stderr));
    }
    Answer::of(|skip| limited(runner.command(&executable).args(skip)))
}

/// The answer of wasmtime.
///
/// # Errors
/// As for `ours`.
pub fn wasmtime(wasmtime: &Path, module: &Module) -> Result<Answer, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let compiled = folder.path().join("module.cwasm");
    let options = || {
        let mut command = Command::new(wasmtime);
        let stack = STACK_BYTES + (1 << 20);
        let limits = format!("max-wasm-stack={STACK_BYTES},async-stack-size={stack}");
        let nans = match module.nans {
            Nans::Module => "nan-canonicalization=n",
            Nans::Engines => "nan-canonicalization=y",
        };
        command.env("RUST_BACKTRACE", "0");
        (
            command,
            ["-W".to_owned(), format!("{PROPOSALS},{limits},{nans}")],
        )
    };
    let (mut command, words) = options();
    let built = limited(
        command
            .arg("compile")
            .args(words)
            .arg("-o")
            .arg(&compiled)
            .arg(&module.path),
    )?;
    if built.code != Some(0) {
        return Err(format!("wasmtime does not compile it:\n{}", built.stderr));
    }
    Answer::of(|skip| {
        let (mut command, words) = options();
        command.arg("run").arg("--allow-precompiled").args(words);
        limited(command.arg(&compiled).args(skip))
    })
}

/// The wasmtime in `PATH`.
pub fn find_wasmtime() -> Option<PathBuf> {
    tool::in_path("wasmtime")
}

/// Runs a command until it ends, or until the limit.
///
/// # Errors
/// If it cannot be run, or does not end in time.
pub fn limited(command: &mut Command) -> Result<Ended, String> {
    let what = format!("{command:?}");
    let failed = |error: std::io::Error| format!("{what}: {error}");
    let folder = tempfile::tempdir().map_err(failed)?;
    let (stdout, stderr) = (folder.path().join("out"), folder.path().join("err"));
    command
        .stdin(Stdio::null())
        .stdout(fs::File::create(&stdout).map_err(failed)?)
        .stderr(fs::File::create(&stderr).map_err(failed)?);
    let mut child = loop {
        // Another thread may hold a copy of the descriptor through which the executable was
        // written.
        match command.spawn() {
            Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => {}
            spawned => break spawned.map_err(failed)?,
        }
        std::thread::sleep(PAUSE);
    };
    let mut pauses = 0;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(failed)? {
            break status;
        }
        if pauses == PATIENCE {
            child.kill().and_then(|()| child.wait()).map_err(failed)?;
            return Err(format!("{what}: does not end"));
        }
        std::thread::sleep(PAUSE);
        pauses += 1;
    };
    let read = |path| {
        let mut text = vec![];
        fs::File::open(path)?.read_to_end(&mut text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    };
    Ok(Ended {
        code: status.code(),
        stdout: read(stdout).map_err(failed)?,
        stderr: read(stderr).map_err(failed)?,
    })
}
