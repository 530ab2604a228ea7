//! Runs the `wasi-aot` command and the executables that it builds, natively or in an emulator.

use libtest_mimic::Trial;
use std::ffi::OsStr;
use std::io::{ErrorKind, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use wasi_aot_targets::{Runtime, Target};

/// The way to run a target's programs here.
#[derive(Clone, Debug)]
pub enum Runner {
    /// Directly.
    Native,
    /// With this emulator.
    Emulator(PathBuf),
}

impl Runner {
    /// The way to run programs for `target` here.
    ///
    /// # Errors
    /// The reason why they cannot be run, for the test's report.
    pub fn find(target: &Target) -> Result<Runner, String> {
        if let Runtime::Missing(how) = target.runtime() {
            return Err(format!("no runtime: {how}"));
        }
        if wasi_aot_targets::host().is_some_and(|host| host.name == target.name) {
            return Ok(Runner::Native);
        }
        let cpu = target.triple.split('-').next().unwrap_or_default();
        let names = [format!("qemu-{cpu}"), format!("qemu-{cpu}-static")];
        let found = names.iter().find_map(in_path);
        found
            .map(Runner::Emulator)
            .ok_or_else(|| format!("no {}", names[0]))
    }

    /// A command that runs `executable`.
    pub fn command(&self, executable: &Path) -> Command {
        match self {
            Runner::Native => Command::new(executable),
            Runner::Emulator(emulator) => {
                let mut command = Command::new(emulator);
                command.arg(executable);
                command
            }
        }
    }
}

/// The program with this name in `PATH`.
pub fn in_path(name: impl AsRef<OsStr>) -> Option<PathBuf> {
    let name = name.as_ref();
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

/// The folder that `tests/programs/get.sh` fills.
pub fn corpus() -> PathBuf {
    let set = |name| {
        let value = std::env::var_os(name).filter(|value| !value.is_empty());
        value.map(PathBuf::from)
    };
    set("WASI_AOT_CORPUS").unwrap_or_else(|| {
        let cache = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")));
        cache.unwrap_or_default().join("wasi-aot-corpus")
    })
}

/// Whether a test that cannot run counts as a failure, because this is CI.
pub fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty())
}

/// A test that this machine cannot run: ignored with the reason, in CI a failure.
pub fn unable(name: impl Into<String>, reason: String) -> Trial {
    let kind = reason.clone();
    Trial::test(name, move || Err(reason.into()))
        .with_kind(kind)
        .with_ignored_flag(!in_ci())
}

/// A test that there is no use in here, in CI neither: ignored with the reason.
pub fn left_out(name: impl Into<String>, reason: impl Into<String>) -> Trial {
    Trial::test(name, || Ok(()))
        .with_kind(reason)
        .with_ignored_flag(true)
}

/// A test that runs only with `--include-ignored`, for the reason.
pub fn on_request(trial: Trial, reason: &str) -> Trial {
    trial.with_kind(reason).with_ignored_flag(true)
}

/// Why what needs IPv6 cannot run here: some machines, and many containers, do not have it.
pub fn without_ipv6() -> Option<&'static str> {
    let bound = std::net::TcpListener::bind((std::net::Ipv6Addr::LOCALHOST, 0));
    bound.is_err().then_some("this machine has no IPv6")
}

/// Runs a command with `stdin`; returns its output and status.
///
/// # Panics
/// If it cannot be started.
pub fn run(command: &mut Command, stdin: &[u8]) -> Output {
    let what = format!("{command:?}");
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = loop {
        match command.spawn() {
            // Another thread that is starting a process may still have the new file open.
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => thread::yield_now(),
            child => break child.unwrap_or_else(|error| panic!("{what}: {error}")),
        }
    };
    let mut pipe = child.stdin.take().expect("it is piped");
    thread::scope(|scope| {
        // It is no failure if the program does not read all its input.
        scope.spawn(move || drop(pipe.write_all(stdin)));
        child
            .wait_with_output()
            .unwrap_or_else(|error| panic!("{what}: {error}"))
    })
}

/// Resets every signal of `command` to its default action, even if the process that started the
/// tests ignores some (`nohup`): ignored signals are inherited.
pub fn default_signals(command: &mut Command) {
    let reset = || {
        for signal in 1..32 {
            // SAFETY: no handler is installed, and `signal` may be called between fork and exec. It
            // fails without effect for the two signals that cannot be set.
            unsafe { libc::signal(signal, libc::SIG_DFL) };
        }
        Ok(())
    };
    // SAFETY: `reset` calls only `signal`, which is allowed after fork.
    unsafe { command.pre_exec(reset) };
}

/// The status of a process in a shell's form: the exit code, or 128 plus the signal.
pub fn status(output: &Output) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    let status = output.status;
    status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
}
