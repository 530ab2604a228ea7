//! `wasi-aot run`: builds into the cache, then becomes the program.

use super::args::{LinkerArg, RunArgs};
use super::cache::{Cache, Key};
use super::config_file::{self, ConfigFile};
use super::input::Input;
use super::output::plain;
use super::pipeline::{self, Job};
use super::plan::{self, Settings};
use super::progress::Progress;
use super::value::Kind;
use crate::codegen::config::Config;
use crate::{Code, Error, Result};
use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::Command;
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
        jobs: args.code.jobs.map(usize::from),
        progress,
        input: &input,
        rest,
    };
    let done = if args.no_cache {
        start.once()
    } else {
        start.cached()
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
    jobs: Option<usize>,
    progress: Progress,
    input: &'a Input,
    rest: &'a [OsString],
}

impl Start<'_> {
    fn cached(&self) -> Result<()> {
        let cache = Cache::open()?;
        let options = self.settings.info(self.input.info(&[])).to_json();
        let config = self.config()?;
        let key = Key::new(&self.input.bytes, &config, &options);
        if let Some(path) = cache.find(&key) {
            let error = self.become_program(&path);
            // Another process may have let the entry go just now: it is built again.
            if error.kind() != io::ErrorKind::NotFound {
                return Err(start_error(&error));
            }
        }
        let path = cache.insert(&key, &self.build(config)?)?;
        Err(start_error(&self.become_program(&path)))
    }

    fn once(&self) -> Result<()> {
        let executable = self.build(self.config()?)?;
        let file = Unnamed::new(&executable).map_err(|error| start_error(&error))?;
        Err(start_error(&self.become_program(&file.path())))
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

    #[cfg(unix)]
    fn become_program(&self, path: &Path) -> io::Error {
        use std::os::unix::process::CommandExt;
        Command::new(path)
            .arg0(&self.input.name)
            .args(self.rest)
            .exec()
    }

    #[cfg(not(unix))]
    fn become_program(&self, path: &Path) -> io::Error {
        match Command::new(path).args(self.rest).status() {
            Ok(status) => std::process::exit(status.code().unwrap_or(1)),
            Err(error) => error,
        }
    }
}

fn start_error(error: &io::Error) -> Error {
    Error::new(
        Code::Output,
        format!("cannot start the program: {}", plain(error)),
    )
}

/// An executable that has no name in any folder, or none for long.
struct Unnamed {
    #[cfg(target_os = "linux")]
    file: std::fs::File,
    #[cfg(not(target_os = "linux"))]
    path: tempfile::TempPath,
}

#[cfg(target_os = "linux")]
impl Unnamed {
    fn new(bytes: &[u8]) -> io::Result<Self> {
        use std::io::Write;
        let flags = rustix::fs::MemfdFlags::CLOEXEC;
        let mut file = std::fs::File::from(rustix::fs::memfd_create("wasi-aot", flags)?);
        file.write_all(bytes)?;
        Ok(Unnamed { file })
    }

    fn path(&self) -> PathBuf {
        use std::os::fd::AsRawFd;
        format!("/proc/self/fd/{}", self.file.as_raw_fd()).into()
    }
}

#[cfg(not(target_os = "linux"))]
impl Unnamed {
    fn new(bytes: &[u8]) -> io::Result<Self> {
        let file = tempfile::NamedTempFile::new()?;
        let new = super::output::New {
            parts: &[bytes],
            mode: 0o700,
            is_durable: false,
        };
        super::output::replace(&new, file.path())?;
        let path = file.into_temp_path();
        Ok(Unnamed { path })
    }

    fn path(&self) -> PathBuf {
        self.path.to_path_buf()
    }
}
