//! Standard streams that are open in both directions: files (which also have a position), sockets,
//! terminals, the null device. A program gets the same information about them as about pipes. It
//! reads nothing from its outputs, and does not write to its input or over the output of other
//! writers.

use super::{Case, compare, terminal};
use libtest_mimic::{Failed, Trial};
use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, Write},
    os::{fd::OwnedFd, unix::net::UnixStream},
    path::Path,
    process::{Command, Output},
};
use wasi_aot_targets::{TARGETS, Target};
use wasi_aot_tests::tool::Runner;

/// A kind of streams, the program, and the function that runs it. Its standard output is everything
/// that was written to any of the streams.
type Streams = (
    &'static str,
    &'static str,
    fn(Command, &Path) -> io::Result<Output>,
);

const STREAMS: &[Streams] = &[
    ("file", "stdio", with_file),
    ("socket", "stdio", with_socket),
    ("terminal", "stdio", with_terminal),
    ("null", "flags", with_null),
];

/// The contents of the file before the run.
const HEADER: &str = "header\n";

/// Data that could be read from any of the streams.
const TYPED: &[u8] = b"typed\n";

/// One test for each kind of stream on each target that can run here. The other tests report the
/// targets that cannot.
pub fn trials(cases: &[Case]) -> Vec<Trial> {
    let mut trials = Vec::new();
    for target in TARGETS {
        let Ok(runner) = Runner::find(target) else {
            continue;
        };
        for &streams in STREAMS {
            let (name, program, _) = streams;
            let runner = runner.clone();
            let case = cases.iter().find(|case| case.is(program)).cloned();
            trials.push(Trial::test(
                format!("{}/stdio-{name}", target.name),
                move || check(target, &runner, case, streams),
            ));
        }
    }
    trials
}

fn check(
    target: &Target,
    runner: &Runner,
    case: Option<Case>,
    (_, program, run): Streams,
) -> Result<(), Failed> {
    let case = case.ok_or_else(|| format!("{program}.expect is not there"))?;
    let folder = tempfile::tempdir()?;
    let app = case.build(target, &folder)?;
    case.set_up_run(folder.path())?;
    let mut command = runner.command(&app);
    command.current_dir(folder.path());
    Ok(compare(&case, &run(command, folder.path())?)?)
}

/// Runs the command with all streams on `all`, which is then closed. Returns the result.
fn run_on(mut command: Command, all: OwnedFd) -> io::Result<Output> {
    command
        .stdin(all.try_clone()?)
        .stdout(all.try_clone()?)
        .stderr(all);
    Ok(Output {
        status: command.status()?,
        stdout: Vec::new(),
        stderr: Vec::new(),
    })
}

/// Like `(echo header; program) <>file 1>&0 2>&0`.
fn with_file(command: Command, folder: &Path) -> io::Result<Output> {
    let path = folder.join("log");
    let mut options = OpenOptions::new();
    let mut file = options
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)?;
    file.write_all(HEADER.as_bytes())?;
    let mut output = run_on(command, file.try_clone()?.into())?;
    let end = file.stream_position()?;
    let text = std::fs::read(path)?;
    if end != text.len() as u64 {
        return Err(io::Error::other(format!(
            "the position is {end} of {}",
            text.len()
        )));
    }
    output.stdout = match text.strip_prefix(HEADER.as_bytes()) {
        Some(rest) => rest.to_vec(),
        None => text,
    };
    Ok(output)
}

fn with_socket(command: Command, _: &Path) -> io::Result<Output> {
    let (theirs, mut ours) = UnixStream::pair()?;
    ours.write_all(TYPED)?;
    let kept = theirs.try_clone()?;
    let mut output = run_on(command, theirs.into())?;
    // The readable data is still there, and the other end receives the written data.
    let mut left = vec![0; TYPED.len()];
    kept.set_nonblocking(true)?;
    (&kept).read_exact(&mut left)?;
    drop(kept);
    ours.read_to_end(&mut output.stdout)?;
    Ok(output)
}

fn with_terminal(command: Command, _: &Path) -> io::Result<Output> {
    let mut output = terminal::run(command, TYPED)?;
    // The terminal echoes typed input between any two lines of the program.
    let mut lines: Vec<_> = output
        .stdout
        .split_inclusive(|&byte| byte == b'\n')
        .collect();
    if let Some(typed) = lines.iter().position(|line| *line == TYPED) {
        lines.remove(typed);
    }
    output.stdout = lines.concat();
    Ok(output)
}

/// A device that is not a terminal.
fn with_null(mut command: Command, _: &Path) -> io::Result<Output> {
    let null = || -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).open("/dev/null")
    };
    command.stdin(null()?).stderr(null()?).output()
}
