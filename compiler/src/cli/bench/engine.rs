//! The programs that are compared: how each is made, and how it is started.

use super::wasmtime;
use crate::cli::args::BenchArgs;
use crate::cli::message::MessageFormat;
use crate::cli::output::plain;
use crate::cli::plan::Settings;
use crate::{Code, Error, Result};
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::os::fd::AsRawFd as _;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use wasi_aot_process::exec;

/// The name of our own row, which comes first, and which the others are compared with.
pub const OWN: &str = "wasi-aot";
/// The name of wasmtime's row, and of its command.
const WASMTIME: &str = "wasmtime";

/// A program to compare.
#[derive(Debug)]
pub struct Engine {
    /// The name of its row.
    pub name: String,
    /// The command that makes it of the module, without the paths; `None`: it is there.
    compile: Option<(PathBuf, Vec<OsString>)>,
    start: Start,
    /// The result of compiling: a file that has no name, so that nothing is left over however this
    /// process ends.
    made: Option<File>,
}

/// How a program is started.
#[derive(Debug)]
enum Start {
    /// The result is an executable, which sees this as its name.
    Made(OsString),
    /// A command with these words runs the result.
    With(PathBuf, Vec<OsString>),
    /// The executable at this path.
    At(PathBuf),
}

impl Engine {
    /// The command that makes the program anew; `None` if it is there.
    ///
    /// # Errors
    /// [`Code::Output`] if there is no memory for it.
    pub fn compile(&mut self, module: &Path) -> Result<Option<Command>> {
        let Some((program, words)) = &self.compile else {
            return Ok(None);
        };
        let made = exec::nameless().map_err(|error| {
            let message = format!("cannot make a file in memory: {}", plain(&error));
            Error::new(Code::Output, message)
        })?;
        let mut command = Command::new(program);
        command.args(words).arg("-o").arg(path_of(&made));
        command.arg("--").arg(module);
        self.made = Some(made);
        Ok(Some(command))
    }

    /// The command that starts the program, which must have been made, without its arguments.
    pub fn start(&self) -> Command {
        let made = self.made.as_ref().map(path_of);
        match (&self.start, made) {
            (Start::Made(name), Some(made)) => {
                let mut command = Command::new(made);
                command.arg0(name);
                command
            }
            (Start::With(program, words), Some(made)) => {
                let mut command = Command::new(program);
                command.args(words).arg(made);
                command
            }
            (Start::At(path), _) => Command::new(path),
            (Start::Made(_) | Start::With(..), None) => unreachable!("it was made"),
        }
    }

    /// The size in bytes of what was made, or is there.
    pub fn size(&self) -> Option<u64> {
        let data = match (&self.made, &self.start) {
            (Some(made), _) => made.metadata(),
            (None, Start::At(path)) => fs::metadata(path),
            (None, Start::Made(_) | Start::With(..)) => return None,
        };
        data.ok().map(|data| data.len())
    }

    /// The command that prints the version, if the program is another tool's.
    pub fn version(&self) -> Option<Command> {
        match &self.start {
            Start::With(program, _) => {
                let mut command = Command::new(program);
                command.arg("--version");
                Some(command)
            }
            Start::Made(_) | Start::At(_) => None,
        }
    }
}

/// The path of a file without a name, for this process's children and theirs.
fn path_of(file: &File) -> PathBuf {
    format!("/proc/{}/fd/{}", process::id(), file.as_raw_fd()).into()
}

/// Everything that is compared, and why something is not.
#[derive(Debug)]
pub struct Engines {
    /// Ours first.
    pub present: Vec<Engine>,
    /// A sentence for each that was not asked for by name and cannot run.
    pub absent: Vec<String>,
}

/// The programs that the options name, and wasmtime if it is there.
///
/// # Errors
/// [`Code::Input`] for a program that is not there, [`Code::Option`] for two of one name.
pub fn engines(args: &BenchArgs, settings: &Settings, name: &str) -> Result<Engines> {
    let policy = &settings.policy;
    let shown = policy.grants.argv0.as_deref().unwrap_or(name);
    let mut present = vec![ours(args, shown)?];
    let mut absent = Vec::new();
    match (which_wasmtime(args)?, wasmtime::lacking(policy)) {
        (Ok(path), None) => {
            let compile = words("compile", wasmtime::compile_words(policy, args.code.jobs));
            let run = wasmtime::run_words(policy, settings.invoke.as_deref());
            let run = ["--allow-precompiled", "--argv0", shown]
                .map(str::to_owned)
                .into_iter()
                .chain(run);
            present.push(Engine {
                name: WASMTIME.into(),
                compile: Some((path.clone(), compile)),
                start: Start::With(path, words("run", run)),
                made: None,
            });
        }
        (Ok(_), Some(option)) => absent.push(format!(
            "wasmtime is left out: its command has no counterpart of `--{option}`"
        )),
        (Err(Some(why)), _) => absent.push(why),
        (Err(None), _) => {}
    }
    for typed in &args.native {
        let (name, path) = named(typed);
        if present.iter().any(|engine| engine.name == name) {
            let message = format!("two programs would be called `{name}`");
            return Err(Error::new(Code::Option, message).help("name them: `--native NAME=PATH`"));
        }
        present.push(Engine {
            name,
            compile: None,
            start: Start::At(executable(&path)?),
            made: None,
        });
    }
    Ok(Engines { present, absent })
}

/// wasi-aot's row. It is compiled by a process of its own, whose time and memory are those that a
/// user of `build` sees.
fn ours(args: &BenchArgs, shown: &str) -> Result<Engine> {
    let own = env::current_exe().map_err(|error| {
        let message = format!("cannot find this command: {}", plain(&error));
        Error::new(Code::Input, message)
    })?;
    Ok(Engine {
        name: OWN.into(),
        compile: Some((own, build_words(args))),
        start: Start::Made(shown.into()),
        made: None,
    })
}

/// The words of a `build` with the same options, without the paths. It uses no cache, and is silent
/// but for errors.
fn build_words(args: &BenchArgs) -> Vec<OsString> {
    let code = &args.code;
    let mut options = vec![
        "--quiet".to_owned(),
        "--no-cache".into(),
        format!("--unknown-imports={}", code.unknown_imports.word()),
        format!("-O{}", code.optimize),
    ];
    options.extend(code.invoke.iter().map(|name| format!("--invoke={name}")));
    options.extend(code.jobs.iter().map(|jobs| format!("--jobs={jobs}")));
    options.extend(args.policy.0.words());
    if args.speech.messages.message_format == MessageFormat::Json {
        options.push("--message-format=json".into());
    }
    let mut words = words("build", options);
    match &args.config.config {
        Some(path) => words.extend(["--config".into(), path.into()]),
        None => words.push("--no-config".into()),
    }
    words
}

fn words(verb: &str, words: impl IntoIterator<Item = String>) -> Vec<OsString> {
    let verb = OsString::from(verb);
    [verb]
        .into_iter()
        .chain(words.into_iter().map(Into::into))
        .collect()
}

/// wasmtime's command, or why there is none: a reason, unless that was asked for.
fn which_wasmtime(args: &BenchArgs) -> Result<Result<PathBuf, Option<String>>> {
    if args.no_wasmtime {
        return Ok(Err(None));
    }
    if let Some(path) = &args.wasmtime {
        return executable(path).map(Ok);
    }
    let folders = env::var_os("PATH").unwrap_or_default();
    let mut paths = env::split_paths(&folders).map(|folder| folder.join(WASMTIME));
    let found = paths.find(|path| is_executable(path));
    Ok(found
        .ok_or_else(|| Some("there is no wasmtime in PATH: `--wasmtime PATH` names one".into())))
}

fn is_executable(path: &Path) -> bool {
    path.is_file() && rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok()
}

/// The path as one that no shell looks up in `PATH`.
fn executable(path: &Path) -> Result<PathBuf> {
    match fs::metadata(path) {
        Err(error) => {
            let message = format!("cannot run {}: {}", path.display(), plain(&error));
            Err(Error::new(Code::Input, message))
        }
        Ok(_) if !is_executable(path) => {
            let message = format!("cannot run {}: it is not executable", path.display());
            Err(Error::new(Code::Input, message))
        }
        Ok(_) => Ok(Path::new(".").join(path)),
    }
}

/// `NAME=PATH`, or a path alone. A name has no slash.
fn named(typed: &OsStr) -> (String, PathBuf) {
    let bytes = typed.as_bytes();
    let split = bytes.iter().position(|byte| *byte == b'=');
    let split = split.filter(|at| *at > 0 && !bytes[..*at].contains(&b'/'));
    match split.map(|at| (str::from_utf8(&bytes[..at]), &bytes[at + 1..])) {
        Some((Ok(name), path)) => (name.into(), OsString::from_vec(path.to_vec()).into()),
        Some((Err(_), _)) | None => ("native".into(), typed.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_native_program_may_have_a_name() {
        let parsed = |typed: &str| {
            let (name, path) = named(OsStr::new(typed));
            (name, path.display().to_string())
        };
        let native = |path: &str| ("native".to_owned(), path.to_owned());
        assert_eq!(parsed("app"), native("app"));
        assert_eq!(parsed("./a=b"), native("./a=b"));
        assert_eq!(parsed("=b"), native("=b"));
        assert_eq!(parsed("gcc -O3=x/y=z"), ("gcc -O3".into(), "x/y=z".into()));
    }
}
