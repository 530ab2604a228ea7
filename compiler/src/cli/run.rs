//! `wasi-aot run`: builds into the cache, then becomes the program.

use super::args::{LinkerArg, RunArgs};
use super::cache::{self, Cache, Key};
use super::config_file::{self, ConfigFile};
use super::exec;
use super::input::Input;
use super::output::plain;
use super::pipeline::{self, Job};
use super::plan::{self, Settings};
use super::progress::Progress;
use super::report;
use super::value::Kind;
use crate::codegen::config::Config;
use crate::{Code, Error, Result};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, IsTerminal};
use std::path::Path;
use wasi_aot_abi::program::config_flags;

/// Runs the verb. Comes back only with an error: the process becomes the program.
pub fn run(args: &RunArgs) -> Result<()> {
    let (module, rest) = args.command.split_first().expect("clap asks for a module");
    let target = plan::target("native")?;
    let config = config_file::for_run(&args.config)?;
    let grants = plan::over(&args.grants, config.as_ref());
    let settings = Settings::new(target, &grants, &args.code, false, LinkerArg::Internal)?;
    plan::require_runtime(target)?;
    let module = Path::new(module);
    let input = Input::read(module)?;
    // The error stream is the program's: only a person is told that something is going on.
    let progress = Progress::new(args.quiet || !io::stderr().is_terminal());
    say_what_is_read(args, module, config.as_ref(), &progress);
    let start = Start {
        settings: &settings,
        quiet: args.quiet,
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

/// The file that grants, or the one that would if it were named.
fn say_what_is_read(
    args: &RunArgs,
    module: &Path,
    config: Option<&ConfigFile>,
    progress: &Progress,
) {
    let ignored = match config {
        Some(config) => return progress.say("Reading", &config.summary()),
        None if args.config.no_config => return,
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
    /// Whether only errors are wanted.
    quiet: bool,
    jobs: Option<usize>,
    progress: Progress,
    input: &'a Input,
    rest: &'a [OsString],
}

impl Start<'_> {
    fn without_cache(&self) -> Result<()> {
        self.from_memory(&self.build(self.config()?)?)
    }

    fn cached(&self) -> Result<()> {
        let config = self.config()?;
        let (cache, key) = match self.place(&config) {
            Ok(place) => place,
            // One can do without.
            Err(error) if error.code == Code::Output => {
                self.note(&error);
                return self.from_memory(&self.build(config)?);
            }
            Err(error) => return Err(error),
        };
        if let Some(entry) = cache.find(&key) {
            let error = self.become_program(&entry.file);
            if !is_about_entry(&error) {
                return Err(start_error(&error));
            }
        }
        let executable = self.build(config)?;
        match cache.insert(&key, &executable) {
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
        self.from_memory(&executable)
    }

    /// Where the executable is kept.
    fn place(&self, config: &Config) -> Result<(Cache, Key)> {
        let cache = Cache::open()?;
        let options = self.settings.info(self.input.info(&[])).to_json();
        let key = Key::new(&self.input.bytes, config, &options);
        let key = key.map_err(|error| {
            let why = format!("cannot tell which wasi-aot this is: {}", plain(&error));
            cache::unusable(&why, None)
        })?;
        Ok((cache, key))
    }

    /// Says why the cache is not used, also where nobody is told of progress: whoever can be harmed by it should know.
    fn note(&self, error: &Error) {
        if !self.quiet {
            report::note(error);
        }
    }

    fn from_memory(&self, executable: &[u8]) -> Result<()> {
        let file = exec::in_memory(executable).map_err(|error| start_error(&error))?;
        Err(start_error(&self.become_program(&file)))
    }

    fn config(&self) -> Result<Config> {
        let mut config = pipeline::config(self.settings, &self.input.name)?;
        config.flags |= config_flags::RUN;
        Ok(config)
    }

    fn build(&self, config: Config) -> Result<Vec<u8>> {
        let module = self.input.module()?;
        if let Some(warning) = self.settings.warning(&module) {
            self.progress.warn(warning);
        }
        let job = Job {
            module: &module,
            name: &self.input.name,
            settings: self.settings,
            info: pipeline::info(self.settings, &config, self.input.info(&module)),
            config,
            jobs: self.jobs,
        };
        let mut made = pipeline::make(&job, &[Kind::Exe], &self.progress)?;
        Ok(made.swap_remove(0))
    }

    fn become_program(&self, file: &File) -> io::Error {
        exec::become_program(file, &self.input.name, self.rest)
    }
}

/// Whether another file with the same contents may start where this one did not: it is damaged, written to, or in a place
/// where nothing may be executed. Otherwise it is about the arguments, or the machine.
fn is_about_entry(error: &io::Error) -> bool {
    use io::ErrorKind::{ArgumentListTooLong, InvalidInput, OutOfMemory, WouldBlock};
    let others = [ArgumentListTooLong, OutOfMemory, WouldBlock];
    // `InvalidInput` is the kernel's, too, for headers that make no sense.
    !others.contains(&error.kind())
        && (error.kind() != InvalidInput || error.raw_os_error().is_some())
}

fn start_error(error: &io::Error) -> Error {
    Error::new(
        Code::Output,
        format!("cannot start the program: {}", plain(error)),
    )
}
