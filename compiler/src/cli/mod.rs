//! The command line, with one file per verb: the arguments as typed (`args`) and their meaning
//! (`plan`).

mod args;
#[cfg(target_os = "linux")]
mod bench;
#[cfg(not(target_os = "linux"))]
#[path = "bench_elsewhere.rs"]
mod bench;
mod build;
#[cfg(target_os = "linux")]
mod cache;
#[cfg(not(target_os = "linux"))]
#[path = "cache_elsewhere.rs"]
mod cache;
#[cfg(target_os = "linux")]
mod cache_verb;
#[cfg(not(target_os = "linux"))]
#[path = "cache_verb_elsewhere.rs"]
mod cache_verb;
mod completions;
mod config_file;
mod described;
#[cfg(target_os = "linux")]
mod dev;
mod explain;
mod foreign;
mod input;
mod inspect;
mod inspect_component;
mod inspect_executable;
mod inspect_module;
mod kept;
mod message;
mod options;
mod output;
mod pipeline;
mod plan;
mod progress;
mod report;
#[cfg(target_os = "linux")]
mod run;
#[cfg(not(target_os = "linux"))]
#[path = "run_elsewhere.rs"]
mod run;
mod source;
mod speech;
mod targets;
mod timings;
mod typed;
mod value;
mod verify;
mod version;

#[cfg(target_os = "linux")]
#[doc(hidden)]
pub use cache::read_entry;
#[doc(hidden)]
pub use inspect_executable::describe;
#[doc(hidden)]
pub use kept::Kept;

use crate::{Code, Error, Result};
use args::{Cli, Verb};
use clap::CommandFactory as _;
use std::any::Any;
use std::env;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;
use std::thread;

/// The command's stack size in bytes. This is address space; only used pages take memory. Every
/// nesting depth in an input has a limit that needs less.
const STACK: usize = 64 << 20;

/// Runs the command that the process was called with, and returns its exit status.
///
/// The command has its own stack, because the environment determines the size of the main thread's
/// stack (`ulimit -s`).
pub fn main() -> ExitCode {
    thread::scope(|scope| {
        let own = thread::Builder::new().stack_size(STACK);
        match own.spawn_scoped(scope, command) {
            Ok(command) => command
                .join()
                .unwrap_or_else(|panic| panic::resume_unwind(panic)),
            // There is not enough address space for the stack, or no thread.
            Err(_) => command(),
        }
    })
}

/// The command line as clap represents it, for man pages.
pub fn syntax() -> clap::Command {
    Cli::command()
}

fn command() -> ExitCode {
    let words: Vec<_> = env::args_os().collect();
    typed::before_reading(&words);
    let cli = match typed::read(&words) {
        Ok(cli) => cli,
        Err(typed::Refused::Usage(error)) => return report::usage(&error),
        Err(typed::Refused::Coded(error)) => return report::print(&error),
    };
    typed::after_reading(&cli);
    match guarded(|| dispatch(&cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => report::print(&error),
    }
}

fn dispatch(cli: &Cli) -> Result<()> {
    if cli.version {
        return version::run(cli.verbose);
    }
    match &cli.verb {
        Some(Verb::Build(args)) => build::run(args),
        Some(Verb::Run(args)) => run::run(args),
        Some(Verb::Bench(args)) => bench::run(args),
        Some(Verb::Inspect(args)) => inspect::run(args),
        Some(Verb::Cache { verb }) => cache_verb::run(verb),
        Some(Verb::Verify(args)) => verify::run(args),
        Some(Verb::Explain { code }) => explain::run(code),
        Some(Verb::Targets { json }) => targets::run(*json),
        Some(Verb::Completions { shell }) => completions::run(*shell),
        None => Err(Error::new(Code::Option, "no verb").help("see `wasi-aot --help`")),
    }
}

/// Turns a panic in any thread into a message that this is a bug.
fn guarded(work: impl FnOnce() -> Result<()>) -> Result<()> {
    static PLACE: Mutex<Option<String>> = Mutex::new(None);
    panic::set_hook(Box::new(|info| {
        if let (Some(at), Ok(mut place)) = (info.location(), PLACE.lock()) {
            place.get_or_insert_with(|| format!("{}:{}", at.file(), at.line()));
        }
    }));
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        let place = PLACE.lock().ok().and_then(|mut place| place.take());
        let place = place.unwrap_or_else(|| "an unknown place".into());
        Err(Error::new(
            Code::Bug,
            format!("panicked at {place}: {}", panic_text(&*payload)),
        ))
    })
}

fn panic_text(payload: &(dyn Any + Send)) -> &str {
    match (
        payload.downcast_ref::<&str>(),
        payload.downcast_ref::<String>(),
    ) {
        (Some(text), _) => text,
        (_, Some(text)) => text,
        _ => "no message",
    }
}

/// Prints a result.
fn print_line(text: &str) -> Result<()> {
    print_bytes(text.as_bytes())
}

/// Prints a result as it is, even if it is not UTF-8, and ends the line. A reader that stops early
/// (`| head`) is not an error.
fn print_bytes(line: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    let written = out.write_all(line).and_then(|()| out.write_all(b"\n"));
    match written.and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(output::output_error(Path::new("standard output"), &error))
        }
        _ => Ok(()),
    }
}
