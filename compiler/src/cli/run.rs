//! `wasi-aot run`: builds into the cache, then replaces this process with the program.

use super::args::{CodeArgs, LinkerArg, RunArgs};
use super::cache::{self, Cache, Key, Stamp};
use super::config_file::{self, ConfigFile};
use super::dev;
use super::input::{Input, Unread};
use super::options::ConfigArgs;
use super::output::plain;
use super::pipeline::{self, Job};
use super::plan::{self, Settings};
use super::progress::Progress;
use super::report;
use super::value::Kind;
use crate::policy::note::{Info, InputInfo};
use crate::policy::{Carried, Given};
use crate::{Code, Error, Result};
use sha2::{Digest as _, Sha256};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, IsTerminal};
use std::path::Path;
use wasi_aot_process::exec;

/// Runs the verb. Returns only with an error, because the program replaces this process.
pub fn run(args: &RunArgs) -> Result<()> {
    let (module, rest) = args.command.split_first().expect("clap asks for a module");
    let config = config_file::for_run(&args.config)?;
    let mut given = plan::over(&args.policy, config.as_ref());
    if args.dev {
        dev::grant(&mut given)?;
    }
    let settings = settings(&given, &args.code)?;
    let module = Path::new(module);
    let input = Unread::open(module)?;
    // Standard error belongs to the program: progress is shown only on a terminal.
    let progress = Progress::new(&args.speech, io::stderr().is_terminal());
    say_what_is_read(&args.config, module, config.as_ref(), &progress);
    let start = Start {
        settings: &settings,
        quiet: args.speech.quiet,
        jobs: args.code.jobs.map(usize::from),
        progress,
        input: &input,
        rest,
    };
    let done = match args.no_cache {
        true => start.without_cache(),
        false => start.cached(),
    };
    done.map_err(|error| error.in_file(&input.shown))
}

/// The settings of a verb that runs the program here.
///
/// # Errors
/// Those of [`Settings::new`]; [`Code::Target`] if this machine is not one of the targets.
pub fn settings(given: &Given, code: &CodeArgs) -> Result<Settings> {
    let target = plan::target("native")?;
    let settings = Settings::new(target, given, code, false, LinkerArg::Internal)?;
    plan::require_runtime(target)?;
    Ok(settings)
}

/// Reports the file with grants that is used, or the one that is ignored because it was not named.
pub fn say_what_is_read(
    args: &ConfigArgs,
    module: &Path,
    config: Option<&ConfigFile>,
    progress: &Progress,
) {
    let ignored = match config {
        Some(config) => return progress.say("Reading", &config.summary()),
        None if args.no_config => return,
        None => config_file::beside(module),
    };
    if let Some(path) = ignored {
        let path = path.display();
        progress.say(
            "Ignoring",
            &format!("{path}; `--config {path}` grants what it says"),
        );
    }
}

struct Start<'a> {
    settings: &'a Settings,
    /// Whether only errors are printed.
    quiet: bool,
    jobs: Option<usize>,
    progress: Progress,
    input: &'a Unread,
    rest: &'a [OsString],
}

impl Start<'_> {
    fn without_cache(&self) -> Result<()> {
        let input = self.input.read()?;
        self.start_in_memory(&self.build(&input, self.carried()?, None)?)
    }

    fn cached(&self) -> Result<()> {
        let carried = self.carried()?;
        let cache = match Cache::open() {
            Ok(cache) => cache,
            // The program can run without a cache.
            Err(error) if error.code == Code::Output => {
                self.note(&error);
                let input = self.input.read()?;
                return self.start_in_memory(&self.build(&input, carried, None)?);
            }
            Err(error) => return Err(error),
        };
        let input = InputInfo {
            name: self.input.name.clone(),
            sha256: String::new(),
        };
        let options = Info {
            debug: self.settings.debug,
            ..carried.info(self.settings.target, input, self.settings.invoke.clone())
        };
        let options = options.to_json();
        let stamp = || self.input.file.as_ref().and_then(Stamp::of);
        let before = stamp();
        if let Some(hash) = before.and_then(|stamp| cache.known(&stamp)) {
            self.start_kept(&cache, &cache.key(&hash, &carried, &options))?;
        }
        let input = self.input.read()?;
        let hash = Sha256::digest(&input.bytes).into();
        if let Some(stamp) = before.filter(|before| stamp() == Some(*before)) {
            cache.learn(&stamp, &hash);
        }
        let key = cache.key(&hash, &carried, &options);
        self.start_kept(&cache, &key)?;
        self.build_and_keep(&cache, &key, &input, carried)
    }

    /// Starts the program from the cache; returns if there is no entry or it cannot be used.
    fn start_kept(&self, cache: &Cache, key: &Key) -> Result<()> {
        let Some(entry) = cache.find(key) else {
            self.progress.detail("Cache", "has no such executable yet");
            return Ok(());
        };
        self.progress.detail("Cache", "has the executable");
        let error = self.become_program(&entry.file);
        match is_about_entry(&error) {
            true => Ok(()),
            false => Err(start_error(&error)),
        }
    }

    fn build_and_keep(
        &self,
        cache: &Cache,
        key: &Key,
        input: &Input,
        carried: Carried,
    ) -> Result<()> {
        let executable = self.build(input, carried, Some(cache))?;
        self.progress.begin("keep");
        match cache.insert(key, &executable) {
            Ok(entry) => {
                let error = self.become_program(&entry.file);
                if !is_about_entry(&error) {
                    return Err(start_error(&error));
                }
                let why = format!("cannot start from there: {}", plain(&error));
                self.note(&cache::unusable(&why, None));
            }
            Err(error) => self.note(&error),
        }
        self.start_in_memory(&executable)
    }

    /// Prints why the cache is not used, unless `--quiet` is given. This is printed even without a
    /// terminal, because the reason can be an attack on the user.
    fn note(&self, error: &Error) {
        if !self.quiet {
            report::note(error);
        }
    }

    fn start_in_memory(&self, executable: &[u8]) -> Result<()> {
        let file = exec::in_memory(executable).map_err(|error| start_error(&error))?;
        Err(start_error(&self.become_program(&file)))
    }

    fn carried(&self) -> Result<Carried> {
        let settings = self.settings;
        let mut carried = Carried::new(&settings.policy, settings.target, &self.input.name)?;
        carried.run = true;
        Ok(carried)
    }

    fn build(&self, input: &Input, carried: Carried, cache: Option<&Cache>) -> Result<Vec<u8>> {
        self.progress.detail("Read", &input.summary());
        let module = input.module()?;
        if let Some(warning) = self.settings.warning(&module) {
            self.progress.warn(warning);
        }
        let job = Job {
            module: &module,
            name: &self.input.name,
            shown: &self.input.shown,
            settings: self.settings,
            info: carried.info(
                self.settings.target,
                input.info(&module),
                self.settings.invoke.clone(),
            ),
            carried,
            jobs: self.jobs,
            cache,
        };
        let mut made = pipeline::make(&job, &[Kind::Exe], &self.progress)?;
        Ok(made.swap_remove(0))
    }

    fn become_program(&self, file: &File) -> io::Error {
        self.progress.print_timings();
        exec::become_program(file, &self.input.name, self.rest)
    }
}

/// Whether another file with the same contents might start although this one did not: this one is
/// damaged, being written to, or on a file system where execution is not allowed. Any other error
/// is about the arguments or the machine.
fn is_about_entry(error: &io::Error) -> bool {
    use io::ErrorKind::{ArgumentListTooLong, InvalidInput, OutOfMemory, WouldBlock};
    let others = [ArgumentListTooLong, OutOfMemory, WouldBlock];
    // The kernel also reports invalid headers as `InvalidInput`.
    !others.contains(&error.kind())
        && (error.kind() != InvalidInput || error.raw_os_error().is_some())
}

fn start_error(error: &io::Error) -> Error {
    Error::new(
        Code::Output,
        format!("cannot start the program: {}", plain(error)),
    )
}
