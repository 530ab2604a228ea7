//! `wasi-aot bench`: compares a module's program with what wasmtime makes of it, and with native
//! builds of the same program.

mod contest;
mod engine;
mod report;
mod stats;
mod wasmtime;

use super::args::BenchArgs;
use super::input::Unread;
use super::output::plain;
use super::plan;
use super::progress::Progress;
use super::{config_file, print_line, run as run_verb};
use crate::{Code, Error, Result, shown};
use contest::{Contest, Entry, supervised};
use engine::{Engine, OWN};
use report::{Compiled, Report};
use std::fs::File;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::process::{self, Command, Stdio};
use std::time::{Duration, Instant};
use wasi_aot_process::measure::{Runner, Usage};

/// How often the module is compiled at most.
const COMPILATIONS: usize = 5;
/// The time after which it is not compiled again.
const COMPILING: Duration = Duration::from_secs(5);
/// The longest time that a compilation may take.
const COMPILE_LIMIT: Duration = Duration::from_secs(30 * 60);
/// The longest time that a tool may take to print its version.
const VERSION_LIMIT: Duration = Duration::from_secs(20);
/// The longest version, in bytes.
const VERSION_BYTES: usize = 200;

/// Runs the verb.
pub fn run(args: &BenchArgs) -> Result<()> {
    let (module, words) = args.command.split_first().expect("clap asks for a module");
    let module = Path::new(module);
    let config = config_file::for_run(&args.config)?;
    let given = plan::over(&args.policy, config.as_ref());
    let settings = run_verb::settings(&given, &args.code)?;
    let name = check_inputs(args, module)?;
    let engines = engine::engines(args, &settings, &name)?;
    let progress = Progress::new(&args.speech, true);
    run_verb::say_what_is_read(&args.config, module, config.as_ref(), &progress);
    for warning in settings.absent() {
        progress.warn(&warning);
    }
    let runner = Runner::new().map_err(|error| {
        let message = format!("cannot run programs: {}", plain(&error));
        Error::new(Code::Output, message)
    })?;
    let mut entries: Vec<_> = engines.present.into_iter().map(entry).collect();
    let versions: Vec<_> = entries
        .iter()
        .map(|entry| version(&runner, &entry.engine))
        .collect();
    progress.begin("compile");
    progress.say("Compiling", &names(&entries, &name));
    let compiled = compile(&runner, &mut entries, module)?;
    progress.begin("measure");
    progress.say("Measuring", &names(&entries, &name));
    for entry in entries.iter().filter(|entry| entry.error.is_none()) {
        progress.detail("Running", &format!("{:?}", entry.engine.start()));
    }
    let contest = Contest {
        runner: &runner,
        args,
        words,
    };
    let measured = contest.measure(&mut entries);
    measured.map_err(|error| error.in_file(module.display().to_string()))?;
    // From here on a signal ends this process, even if nobody reads the report.
    drop(runner);
    progress.print_timings();
    let report = Report::new(&name, words, &entries, &compiled, versions, engines.absent);
    print_line(&match args.json {
        true => report.json(),
        false => report.text(),
    })?;
    match report.failed() {
        failed if failed.is_empty() => Ok(()),
        failed => {
            let message = format!("not compared: {}", failed.join(", "));
            Err(Error::new(Code::Comparison, message))
        }
    }
}

/// Checks that the files that are read again and again can be read, and returns the module's name.
fn check_inputs(args: &BenchArgs, module: &Path) -> Result<String> {
    if module == Path::new("-") {
        let message = "`bench` gives the module to several programs, and needs it as a file";
        return Err(Error::new(Code::Option, message));
    }
    let name = Unread::open(module)?.name;
    if let Some(path) = &args.stdin {
        let refused = |why: &str| {
            let message = format!("cannot read {}: {why}", path.display());
            Error::new(Code::Input, message)
        };
        let kind = path.metadata().map_err(|error| refused(&plain(&error)))?;
        if kind.is_dir() {
            return Err(refused("it is a folder"));
        }
        if !(kind.is_file() || kind.file_type().is_char_device()) {
            return Err(refused("each run reads it again, which takes a file"));
        }
        File::open(path).map_err(|error| refused(&plain(&error)))?;
    }
    Ok(name)
}

fn entry(engine: Engine) -> Entry {
    Entry {
        engine,
        rounds: Vec::new(),
        error: None,
    }
}

/// The module and the programs that are not out, for a line of progress.
fn names(entries: &[Entry], module: &str) -> String {
    let names = entries.iter().filter(|entry| entry.error.is_none());
    let names: Vec<_> = names.map(|entry| &*entry.engine.name).collect();
    format!("{module}: {}", names.join(", "))
}

/// The version of wasi-aot, or the first line that another tool prints, if it has one.
fn version(runner: &Runner, engine: &Engine) -> Option<String> {
    if engine.name == OWN {
        return Some(concat!("wasi-aot ", env!("CARGO_PKG_VERSION")).into());
    }
    let mut command = engine.version()?;
    command.stdin(Stdio::null()).stderr(Stdio::null());
    let mut text = Vec::new();
    let mut keep = |bytes: &[u8]| {
        let more = VERSION_BYTES.saturating_sub(text.len()).min(bytes.len());
        text.extend_from_slice(&bytes[..more]);
    };
    supervised(runner, command, VERSION_LIMIT, &mut keep).ok()?;
    let text = String::from_utf8_lossy(&text);
    text.lines().next().map(|line| shown::line(line).into())
}

/// Compiles the module with all tools in turn, as often as there is time for.
fn compile(runner: &Runner, entries: &mut [Entry], module: &Path) -> Result<Vec<Compiled>> {
    let mut compiled: Vec<Vec<Usage>> = vec![Vec::new(); entries.len()];
    let begin = Instant::now();
    for turn in 0..COMPILATIONS {
        for (entry, usages) in entries.iter_mut().zip(&mut compiled) {
            let Some(command) = entry.engine.compile(module)? else {
                continue;
            };
            if entry.error.is_some() {
                continue;
            }
            match made(runner, command, entry, turn)? {
                Ok(usage) => usages.push(usage),
                Err(why) => entry.error = Some(format!("it does not compile: {why}")),
            }
        }
        if begin.elapsed() >= COMPILING {
            break;
        }
    }
    Ok(compiled.into_iter().map(Compiled).collect())
}

/// Runs a compiler. Of another tool, the inner error is a reason. Our own says itself what is
/// wrong, and this process ends with its status.
fn made(
    runner: &Runner,
    mut command: Command,
    entry: &Entry,
    turn: usize,
) -> Result<Result<Usage, String>> {
    let is_own = entry.engine.name == OWN;
    command.stdin(Stdio::null());
    command.stderr(match is_own && turn == 0 {
        true => Stdio::inherit(),
        false => Stdio::piped(),
    });
    let done = supervised(runner, command, COMPILE_LIMIT, &mut |_| {});
    let why = match done {
        Ok(done) if done.status.success() && entry.engine.size() == Some(0) => {
            "it wrote nothing".into()
        }
        Ok(done) if done.status.success() => return Ok(Ok(done.usage)),
        Ok(done) => match (is_own && turn == 0, done.status.code()) {
            (true, Some(status)) => process::exit(status),
            (true, None) | (false, _) => done.reason(),
        },
        Err(why) => why,
    };
    match is_own {
        true => Err(Error::new(
            Code::Comparison,
            format!("`wasi-aot build`: {why}"),
        )),
        false => Ok(Err(why)),
    }
}
