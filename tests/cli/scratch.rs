//! A directory for one test, with the shipped examples in it and a cache of its own.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use wasi_aot_tests::tool;

/// The command under test.
pub const WASI_AOT: &str = env!("CARGO_BIN_EXE_wasi-aot-under-test");

/// A directory for one test. It goes when the test ends.
pub struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    /// A directory with the examples.
    pub fn new() -> io::Result<Scratch> {
        let scratch = Scratch {
            folder: tempfile::tempdir()?,
        };
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
        for entry in fs::read_dir(examples)? {
            let entry = entry?;
            fs::copy(entry.path(), scratch.path(entry.file_name()))?;
        }
        // `wasi-aot` by its name, for shells.
        fs::create_dir(scratch.path(".bin"))?;
        std::os::unix::fs::symlink(WASI_AOT, scratch.path(".bin/wasi-aot"))?;
        Ok(scratch)
    }

    /// A path in the directory.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `program`, to be run in the directory.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        let path = std::env::var("PATH").unwrap_or_default();
        command
            .current_dir(self.folder.path())
            .env("PATH", format!("{}:{path}", self.path(".bin").display()))
            .env("WASI_AOT_CACHE", self.path(".cache"))
            .env_remove("WASI_AOT_CACHE_SIZE")
            .env_remove("CLICOLOR_FORCE");
        command
    }

    /// Runs `wasi-aot` with arguments.
    pub fn wasi_aot(&self, args: &[&str]) -> Output {
        tool::run(self.command(WASI_AOT).args(args), b"")
    }

    /// Runs a line of shell.
    pub fn shell(&self, line: &str) -> Output {
        tool::run(self.command("sh").args(["-c", line]), b"")
    }

    /// The names in the directory, hidden ones too, but not our own.
    pub fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.folder.path())? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.retain(|name| name != ".bin" && name != ".cache");
        names.sort();
        Ok(names)
    }
}
