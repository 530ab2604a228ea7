//! What debuggers and profilers show: names, and backtraces through the frames of signals, of
//! running processes and of core files.

use super::{build, folder, trial};
use libtest_mimic::{Failed, Trial};
use object::{Object, ObjectSection, ObjectSymbol};
use std::{
    fs,
    os::unix::process::{CommandExt, ExitStatusExt},
    path::{Path, PathBuf},
    process::Command,
};
use wasi_aot_abi::symbols::{SIGNAL_RETURN, START};
use wasi_aot_targets::{Runtime, TARGETS, Target};
use wasi_aot_tests::tool;

pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        debugger("gdb/names", "gdb", None, names_in_gdb),
        debugger("gdb/abort", "gdb", None, backtraces_of_aborts),
        debugger("gdb/timeout", "gdb", None, backtraces_of_timeouts),
        debugger("gdb/core", "gdb", no_core_files(), backtraces_of_core_files),
        debugger("addr2line", "addr2line", None, names_in_addr2line),
        debugger("perf/fp", "perf", no_samples(), |it| call_chains(it, "fp")),
        debugger("perf/dwarf", "perf", no_samples(), |it| {
            call_chains(it, "dwarf")
        }),
    ];
    for target in TARGETS {
        let obstacle = match target.runtime() {
            Runtime::Missing(how) => Some(how.to_owned()),
            Runtime::Object { .. } => None,
        };
        let name = format!("{}/signal return", target.name);
        trials.push(trial(name, obstacle, || signal_return(target)));
    }
    trials
}

/// Where a test builds its programs.
struct Scratch(tempfile::TempDir);

impl Scratch {
    /// An executable of this machine, from a file of `tests/traps`.
    fn build(&self, module: &str, options: &[&str]) -> Result<PathBuf, String> {
        let host = wasi_aot_targets::host().ok_or("this machine is no target")?;
        let executable = self.0.path().join("app");
        let module = folder().join(module).with_extension("wat");
        build(host, &module, &executable, options)?;
        Ok(executable)
    }
}

/// The test of a tool. `obstacle`: what on this machine prevents it, even in CI.
fn debugger(
    name: &'static str,
    tool: &'static str,
    obstacle: Option<String>,
    test: fn(&Scratch) -> Result<(), String>,
) -> Trial {
    if let Some(reason) = obstacle {
        return tool::left_out(name, reason);
    }
    let missing = tool::in_path(tool).is_none().then(|| format!("no {tool}"));
    trial(name.to_owned(), missing, move || {
        Ok(test(&Scratch(tempfile::tempdir()?))?)
    })
}

/// What gdb prints.
fn gdb(commands: &[&str], arguments: &[&Path]) -> String {
    let mut gdb = Command::new("gdb");
    // By default a backtrace ends at any function called `main`.
    gdb.args(["-nx", "-batch", "-ex", "set backtrace past-main on"]);
    for command in commands {
        gdb.args(["-ex", command]);
    }
    let output = tool::run(gdb.args(arguments), b"");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The functions of the last backtrace that gdb has printed, innermost first.
fn backtrace(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for line in text.lines().filter(|line| line.starts_with('#')) {
        if line.starts_with("#0 ") {
            names.clear();
        }
        let line = line.split_once(" in ").map_or(line, |(_, after)| after);
        let line = line.trim_start_matches(|c: char| c == '#' || c.is_ascii_digit() || c == ' ');
        names.push(line.split(" (").next().unwrap_or(line));
    }
    names
}

/// The backtrace goes from the end of the process through the signal's frame to `functions`, and
/// ends where the thread began.
fn whole(text: &str, functions: &[&str], entry: &str) -> Result<(), String> {
    let names = backtrace(text);
    let signal = names
        .iter()
        .position(|name| *name == "<signal handler called>");
    let after = signal.map_or(&[][..], |at| &names[at + 1..]);
    let found = after
        .windows(functions.len())
        .any(|names| names == functions);
    // A function of the runtime has its path before its name, and a hash after it.
    let ours = format!("::{entry}::");
    let ends = (names.last()).is_some_and(|name| *name == entry || name.contains(&ours));
    match found && ends && !text.contains("corrupt") {
        true => Ok(()),
        false => Err(format!("{functions:?} are not in {names:?}:\n{text}")),
    }
}

/// Modules that trap, the functions that are running then, and where the thread began.
const TRAPS: [(&str, &[&str], &str); 3] = [
    ("divide", &["quotient", "compute", "main"], START),
    ("memory", &["store", "wasm-function[1]"], START),
    ("thread-unreachable", &["inner", "run"], "thread::start"),
];

fn names_in_gdb(scratch: &Scratch) -> Result<(), String> {
    let text = gdb(&["run", "bt"], &[&scratch.build("divide", &[])?]);
    let names = backtrace(&text);
    match names.starts_with(&["quotient", "compute", "main"]) && names.last() == Some(&START) {
        true => Ok(()),
        false => Err(format!("{names:?}:\n{text}")),
    }
}

/// gdb stops at the abort.
fn backtraces_of_aborts(scratch: &Scratch) -> Result<(), String> {
    for (module, functions, entry) in TRAPS {
        let commands = ["handle SIGSEGV SIGILL SIGFPE nostop", "run", "bt"];
        let text = gdb(&commands, &[&scratch.build(module, &[])?]);
        whole(&text, functions, entry)?;
    }
    Ok(())
}

fn backtraces_of_timeouts(scratch: &Scratch) -> Result<(), String> {
    let executable = scratch.build("debuggers/sleeps", &["--timeout=300ms"])?;
    // On a busy machine the signal that resumes a stopped process may arrive before the abort.
    let commands = ["handle SIGCONT nostop", "run", "bt"];
    let text = gdb(&commands, &[&executable]);
    whole(&text, &["sleep", "rest", "main"], START)
}

/// Why no core file appears in the directory of a process that aborts.
fn no_core_files() -> Option<String> {
    let pattern = fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap_or_default();
    let pattern = pattern.trim();
    let here = !pattern.is_empty() && !pattern.starts_with(['|', '/']);
    (!here).then(|| format!("core files go elsewhere: `{pattern}`"))
}

fn backtraces_of_core_files(scratch: &Scratch) -> Result<(), String> {
    for (module, functions, entry) in TRAPS {
        let executable = scratch.build(module, &[])?;
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let mut command = Command::new(&executable);
        let unlimited = || {
            let limits = libc::rlimit {
                rlim_cur: libc::RLIM_INFINITY,
                rlim_max: libc::RLIM_INFINITY,
            };
            // SAFETY: reads the limits.
            match unsafe { libc::setrlimit(libc::RLIMIT_CORE, &limits) } {
                0 => Ok(()),
                _ => Err(std::io::Error::last_os_error()),
            }
        };
        // SAFETY: `unlimited` makes a system call.
        unsafe { command.current_dir(&folder).pre_exec(unlimited) };
        let output = tool::run(&mut command, b"");
        if !output.status.core_dumped() {
            return Err(format!("no core file: {output:?}"));
        }
        let mut files = fs::read_dir(&folder).map_err(|error| error.to_string())?;
        let core = files
            .next()
            .and_then(Result::ok)
            .ok_or("the core file is elsewhere")?;
        let text = gdb(&["bt"], &[&executable, &core.path()]);
        whole(&text, functions, entry)?;
    }
    Ok(())
}

/// The name of the function at an address.
fn names_in_addr2line(scratch: &Scratch) -> Result<(), String> {
    let executable = scratch.build("divide", &[])?;
    let bytes = fs::read(&executable).map_err(|error| error.to_string())?;
    let file = object::File::parse(&*bytes).map_err(|error| error.to_string())?;
    let symbol = file.symbols().find(|symbol| symbol.name() == Ok("compute"));
    let symbol = symbol.ok_or("no symbol `compute`")?;
    let inside = symbol.address() + symbol.size() / 2;
    let mut command = Command::new("addr2line");
    command.args(["-f", "-e"]).arg(executable);
    let output = tool::run(command.arg(format!("{inside:#x}")), b"");
    let text = String::from_utf8_lossy(&output.stdout);
    match text.lines().next() {
        Some("compute") => Ok(()),
        _ => Err(format!("{inside:#x} is in {text}")),
    }
}

/// perf, with a clock that every machine has.
fn record(options: &[&str], executable: &Path, data: &Path) -> std::process::Output {
    let mut perf = Command::new("perf");
    perf.args(["record", "-q", "-e", "task-clock", "-F", "199"]);
    perf.args(options).arg("-o").arg(data);
    tool::run(perf.arg(executable), b"")
}

/// Why perf cannot take samples here: some machines and containers do not let it.
fn no_samples() -> Option<String> {
    tool::in_path("perf")?;
    let folder = tempfile::tempdir().ok()?;
    let output = record(&[], Path::new("/bin/true"), &folder.path().join("data"));
    let said = String::from_utf8_lossy(&output.stderr);
    (!output.status.success()).then(|| format!("perf cannot record: {}", said.trim()))
}

/// The chains of calls that perf shows name the functions.
fn call_chains(scratch: &Scratch, how: &str) -> Result<(), String> {
    let executable = scratch.build("debuggers/counts", &[])?;
    let data = scratch.0.path().join("data");
    let recorded = record(&["--call-graph", how], &executable, &data);
    if !recorded.status.success() {
        return Err(format!("{recorded:?}"));
    }
    let mut perf = Command::new("perf");
    perf.args(["script", "-F", "ip,sym", "-i"]).arg(&data);
    let output = tool::run(&mut perf, b"");
    let text = String::from_utf8_lossy(&output.stdout);
    let frames = text
        .lines()
        .filter_map(|line| line.split_whitespace().nth(1));
    let frames: Vec<_> = frames.collect();
    let chain = ["count", "middle", "outer", "main"];
    let chains = frames
        .windows(chain.len())
        .filter(|names| *names == chain)
        .count();
    // The beginning and the end of the process are samples as well.
    match chains > 5 {
        true => Ok(()),
        false => Err(format!("{chains} chains of {chain:?} in:\n{text}")),
    }
}

/// The instructions that gdb and unwinders recognize: `mov` of the call's number, and the call.
const RETURNS: &[(&str, &[u8])] = &[
    ("x86_64", b"\x48\xc7\xc0\x0f\0\0\0\x0f\x05"),
    ("aarch64", b"\x68\x11\x80\xd2\x01\0\0\xd4"),
];

/// A signal handler returns to what debuggers recognize, on each CPU.
fn signal_return(target: &Target) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let executable = folder.path().join("app");
    build(
        target,
        &super::folder().join("divide.wat"),
        &executable,
        &[],
    )?;
    let bytes = fs::read(&executable)?;
    let file = object::File::parse(&*bytes)?;
    let symbol = file
        .symbols()
        .find(|symbol| symbol.name() == Ok(SIGNAL_RETURN));
    let address = symbol.ok_or("no symbol")?.address();
    let (_, expected) = RETURNS
        .iter()
        .find(|(cpu, _)| target.triple.starts_with(cpu))
        .ok_or("no instructions are known")?;
    let code = file.sections().find_map(|section| {
        let len = expected.len() as u64;
        section.data_range(address, len).ok().flatten()
    });
    match code == Some(expected) {
        true => Ok(()),
        false => Err(format!("{address:#x}: {code:x?}").into()),
    }
}
