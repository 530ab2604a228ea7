//! The program of these tests, built with some grants, in its own folder.

use crate::ensure;
use libtest_mimic::Failed;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};
use wasi_aot_targets::Target;
use wasi_aot_tests::tool::{self, Runner};

/// The target, and how the program is built and run.
#[derive(Clone, Debug)]
pub struct Machine {
    pub target: &'static Target,
    pub runner: Runner,
}

/// The built program. It runs in its own folder, which contains a folder `granted` with a file
/// `file` and with links that lead outside.
pub struct Probe {
    folder: tempfile::TempDir,
    runner: Runner,
}

/// How a run ended, and what it printed.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Machine {
    /// Builds the program with options of `wasi-aot build`.
    pub fn build(&self, options: &[&str]) -> Result<Probe, Failed> {
        self.build_module("probe.wasm", options)
    }

    /// The same for another module of the folder.
    pub fn build_module(&self, module: &str, options: &[&str]) -> Result<Probe, Failed> {
        let probe = Probe {
            folder: tempfile::tempdir()?,
            runner: self.runner.clone(),
        };
        fs::create_dir(probe.path("granted"))?;
        fs::write(probe.path("granted/file"), "contents\n")?;
        fs::write(probe.path("outside"), "secret\n")?;
        std::os::unix::fs::symlink("../outside", probe.path("granted/link"))?;
        let module = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("grants")
            .join(module);
        let mut build = Command::new(env!("CARGO_BIN_EXE_wasi-aot-under-test"));
        build
            .args([
                "build",
                "--quiet",
                "--no-cache",
                "--target",
                self.target.name,
            ])
            .args(options)
            .arg(module)
            .arg("-o")
            .arg(probe.path("app"));
        let built = tool::run(&mut build, b"");
        let stderr = String::from_utf8_lossy(&built.stderr);
        ensure!(built.status.success(), "not built:\n{stderr}");
        Ok(probe)
    }
}

impl Probe {
    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Overwrites bytes of the executable. If the new bytes are fewer, only the beginning is
    /// replaced.
    pub fn replace(&self, old: &[u8], new: &[u8]) -> Result<(), Failed> {
        let mut bytes = fs::read(self.path("app"))?;
        let found = bytes.windows(old.len()).position(|window| window == old);
        let at = found.ok_or("the executable does not have these bytes")?;
        bytes[at..][..new.len()].copy_from_slice(new);
        Ok(fs::write(self.path("app"), bytes)?)
    }

    /// A command that runs the program with these arguments, without our variables.
    pub fn command(&self, words: &str) -> Command {
        let mut command = self.runner.command(&self.path("app"));
        command
            .args(words.split(' '))
            .current_dir(self.folder.path())
            .env_clear();
        command
    }

    /// Runs it with arguments and variables.
    pub fn run(&self, words: &str, variables: &[(&str, &str)]) -> Ran {
        let mut command = self.command(words);
        command.envs(variables.iter().copied());
        Ran::new(&tool::run(&mut command, b""))
    }

    /// Starts it.
    pub fn start(&self, words: &str, variables: &[(&str, &str)]) -> Result<Child, Failed> {
        let mut command = self.command(words);
        command.envs(variables.iter().copied());
        Ok(piped(&mut command).spawn()?)
    }
}

/// Connects the streams to pipes.
pub fn piped(command: &mut Command) -> &mut Command {
    let pipe = Stdio::piped;
    command.stdin(pipe()).stdout(pipe()).stderr(pipe())
}

impl Ran {
    /// The result of a process that has ended.
    pub fn new(output: &Output) -> Ran {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let mut stderr = text(&output.stderr);
        // The emulator prints its own message about termination by a signal.
        if let Some(start) = stderr.find("qemu: uncaught target signal") {
            stderr.truncate(start);
        }
        Ran {
            status: tool::status(output),
            stdout: text(&output.stdout),
            stderr,
        }
    }

    /// The program succeeded, printed this, and reported nothing.
    pub fn printed(&self, expected: &str) -> Result<(), Failed> {
        let good = self.status == 0 && self.stdout == expected && self.stderr.is_empty();
        ensure!(good, "expected {expected:?}, got {self:?}");
        Ok(())
    }

    /// The start was refused before the program ran, with this message.
    pub fn refused(&self, message: &str) -> Result<(), Failed> {
        let good = self.status == 1 && self.stdout.is_empty();
        let said = self.stderr.starts_with(&format!("Error: {message}"));
        ensure!(good && said, "expected {message:?}, got {self:?}");
        Ok(())
    }

    /// The program exited with `status`, and printed exactly this on standard error.
    pub fn failed(&self, status: i32, stderr: &str) -> Result<(), Failed> {
        let good = self.status == status && self.stderr == stderr;
        ensure!(good, "expected {status} and {stderr:?}, got {self:?}");
        Ok(())
    }
}
