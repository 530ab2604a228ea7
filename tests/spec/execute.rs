//! Runs a driver program and parses the answers of its steps.

use super::expect::Answer;
use crate::tool::Runner;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use wasi_aot_abi::Trap;

/// The time limit of a script; the slowest takes a fraction of it, even in an emulator.
const TIME_LIMIT: Duration = Duration::from_secs(300);

/// The result of a driver program.
#[derive(Debug)]
pub struct Run {
    /// The answers of its steps, in order. There are fewer answers than steps if it ended early.
    pub answers: Vec<Answer>,
    /// If its status is not 0: how it ended, and its output on standard error.
    pub failure: Option<String>,
}

/// Runs the driver program with these bytes. `stress`: every allocation moves all objects of its
/// heap.
pub fn run(executable: &[u8], runner: &Runner, stress: bool) -> io::Result<Run> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("script");
    fs::write(&path, executable)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    let (stdout, stderr) = (directory.path().join("out"), directory.path().join("err"));
    let mut command = runner.command(&path);
    command
        .stdin(Stdio::null())
        .stdout(File::create(&stdout)?)
        .stderr(File::create(&stderr)?);
    if stress {
        command.env("WASI_AOT_STRESS", "1");
    }
    let status = wait(spawn(&mut command)?)?;
    let answers = answers(&read(&stdout)?);
    let failure = (!status.is_some_and(|status| status.success())).then(|| {
        let end = status.map_or("time is over".to_owned(), |status| status.to_string());
        format!("{end}\n{}", read(&stderr).unwrap_or_default())
    });
    match (answers, failure) {
        (Ok(answers), failure) => Ok(Run { answers, failure }),
        (Err(error), failure) => Ok(Run {
            answers: Vec::new(),
            failure: Some(format!("{error}; {}", failure.unwrap_or_default())),
        }),
    }
}

/// Starts a program that was just written. If another thread is starting a program, the child holds
/// a copy of the file's descriptor for a moment, and the kernel returns `ETXTBSY`.
fn spawn(command: &mut Command) -> io::Result<Child> {
    loop {
        match command.spawn() {
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => {
                std::thread::sleep(Duration::from_millis(1));
            }
            other => return other,
        }
    }
}

/// `None`: it exceeded the time limit.
fn wait(mut child: Child) -> io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    while start.elapsed() < TIME_LIMIT {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}

fn read(path: &Path) -> io::Result<String> {
    Ok(String::from_utf8_lossy(&fs::read(path)?).into_owned())
}

/// Parses lines `INDEX ok HEX…` and `INDEX trap CODE`, whose indices count from 0. A truncated last
/// line belongs to a program that died: it is ignored.
fn answers(text: &str) -> Result<Vec<Answer>, String> {
    let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
    let answer = |(index, line): (usize, &str)| {
        let bad = || format!("line {index} of the driver's output is `{line}`");
        let mut words = line.split(' ');
        if words.next().and_then(|word| word.parse().ok()) != Some(index) {
            return Err(bad());
        }
        match (words.next(), words) {
            (Some("ok"), words) => words
                .map(|word| u64::from_str_radix(word, 16).map_err(|_| bad()))
                .collect::<Result<_, _>>()
                .map(Answer::Ok),
            (Some("trap"), mut words) => words
                .next()
                .and_then(|code| Trap::from_code(code.parse().ok()?))
                .map(Answer::Trap)
                .ok_or_else(bad),
            _ => Err(bad()),
        }
    };
    whole.lines().enumerate().map(answer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_answers_in_order() {
        assert_eq!(
            answers("0 ok\n1 ok 0000000000000001 ff\n2 trap 9\n3 o").unwrap(),
            [
                Answer::Ok(vec![]),
                Answer::Ok(vec![1, 255]),
                Answer::Trap(Trap::StackOverflow)
            ]
        );
        for bad in ["1 ok\n", "0 ok x\n", "0 trap 200\n", "0\n", "\n"] {
            assert!(answers(bad).is_err(), "{bad:?}");
        }
    }
}
