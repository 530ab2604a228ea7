//! Runs the programs in turn, and compares what they do.

use super::engine::{Engine, OWN};
use super::stats::{ENOUGH, Ratio};
use crate::cli::args::BenchArgs;
use crate::cli::output::plain;
use crate::{Code, Error, Result, shown};
use sha2::{Digest as _, Sha256};
use std::ffi::OsString;
use std::fs::File;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use wasi_aot_process::measure::{self, Ended, Runner, Usage};

/// The most rounds, of programs that end at once.
const MOST: usize = 1000;
/// The number of bytes of an output that are kept to show how two differ.
const HEAD: usize = 1 << 12;
/// The longest reason, in bytes, that is taken from what a program says.
const REASON: usize = 200;

/// The standard output of a run.
#[derive(Clone, Debug, Default)]
struct Output {
    head: Vec<u8>,
    length: u64,
    hash: Sha256,
}

impl Output {
    fn add(&mut self, bytes: &[u8]) {
        let more = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..more]);
        self.length += bytes.len() as u64;
        self.hash.update(bytes);
    }

    /// How this one differs from another; `None` if they are the same.
    fn difference(&self, other: &Output) -> Option<String> {
        let hash = |output: &Output| output.hash.clone().finalize();
        if self.length == other.length && hash(self) == hash(other) {
            return None;
        }
        let same = self
            .head
            .iter()
            .zip(&other.head)
            .take_while(|(a, b)| a == b);
        let at = same.count();
        if at == HEAD {
            let lengths = format!("of {} bytes, not {}", self.length, other.length);
            return Some(format!("{lengths}, after {HEAD} that are the same"));
        }
        let from = |output: &Output| {
            let rest = &output.head[at..output.head.len().min(at + 40)];
            format!("{:?}", String::from_utf8_lossy(rest))
        };
        Some(format!(
            "{} and not {} at byte {at}",
            from(self),
            from(other)
        ))
    }
}

/// How programs are run.
#[derive(Debug)]
pub struct Contest<'a> {
    /// The one that runs and measures them.
    pub runner: &'a Runner,
    /// The options.
    pub args: &'a BenchArgs,
    /// The program's arguments.
    pub words: &'a [OsString],
}

/// A program and its rounds.
#[derive(Debug)]
pub struct Entry {
    /// The program.
    pub engine: Engine,
    /// The resources that it used, for each round.
    pub rounds: Vec<Usage>,
    /// Why it is not compared, as a sentence.
    pub error: Option<String>,
}

impl Entry {
    /// The seconds of each round.
    pub fn seconds(&self, of: fn(&Usage) -> Duration) -> Vec<f64> {
        self.rounds
            .iter()
            .map(|usage| of(usage).as_secs_f64())
            .collect()
    }
}

/// All CPU time. The kernel measures it exactly; how it divides it into that of the program and its
/// own is an estimate, which is rough for short runs.
pub fn cpu(usage: &Usage) -> Duration {
    usage.user + usage.system
}

impl Contest<'_> {
    /// Runs all programs in turn, until their ratios keep still or the time is over. A first round
    /// warms up the machine and is not measured.
    ///
    /// # Errors
    /// [`Code::Comparison`] when wasi-aot's program fails: then there is nothing to compare.
    pub fn measure(&self, entries: &mut [Entry]) -> Result<()> {
        let mut expected = None;
        for entry in &mut *entries {
            self.turn(entry, &mut expected, false)?;
        }
        let begin = Instant::now();
        let mut rounds = 0;
        while !self.is_over(entries, rounds, begin) {
            // Another one comes first each time, so that none has always the same predecessor.
            let first = rounds % entries.len();
            let (before, after) = entries.split_at_mut(first);
            for entry in after.iter_mut().chain(before) {
                self.turn(entry, &mut expected, true)?;
            }
            rounds += 1;
        }
        Ok(())
    }

    fn is_over(&self, entries: &[Entry], rounds: usize, begin: Instant) -> bool {
        if let Some(asked) = self.args.rounds {
            return rounds >= asked as usize;
        }
        let is_still = || {
            let base = entries[0].seconds(cpu);
            let others = entries[1..].iter().filter(|entry| entry.error.is_none());
            let ratios = others.map(|entry| Ratio::of(&entry.seconds(cpu), &base));
            ratios.flatten().all(|ratio| ratio.counts)
        };
        let is_late = rounds > 0 && begin.elapsed() >= self.args.within;
        is_late || rounds >= MOST || rounds >= ENOUGH && is_still()
    }

    /// Runs one program once, unless it has failed before. `expected` is the output that ours had
    /// first.
    fn turn(
        &self,
        entry: &mut Entry,
        expected: &mut Option<Output>,
        is_measured: bool,
    ) -> Result<()> {
        if entry.error.is_some() {
            return Ok(());
        }
        let is_own = entry.engine.name == OWN;
        let why = match self.once(&entry.engine) {
            Ok((usage, output)) => {
                if is_measured {
                    entry.rounds.push(usage);
                }
                let expected = expected.get_or_insert_with(|| output.clone());
                match output.difference(expected) {
                    None => return Ok(()),
                    Some(how) if is_own => {
                        format!("its output is not the same each time: {how}")
                    }
                    Some(how) => format!("another output than {OWN}'s: {how}"),
                }
            }
            Err(why) => why,
        };
        if is_own {
            let error = Error::new(Code::Comparison, format!("{OWN}'s program: {why}"));
            return Err(error.help(
                "`wasi-aot run` with the same options shows what it does; `--exit-status N` says how it should end",
            ));
        }
        entry.error = Some(why);
        entry.rounds.clear();
        Ok(())
    }

    /// Runs a program; the error is a reason.
    fn once(&self, engine: &Engine) -> Result<(Usage, Output), String> {
        let mut command = engine.start();
        command.args(self.words);
        command.stdin(match &self.args.stdin {
            Some(path) => {
                let file = File::open(path).map_err(|error| plain(&error))?;
                file.into()
            }
            None => Stdio::null(),
        });
        command.stderr(Stdio::piped());
        let mut output = Output::default();
        let limit = self.args.run_timeout;
        let done = supervised(self.runner, command, limit, &mut |bytes| output.add(bytes))?;
        match done.status.code() == Some(self.args.exit_status.into()) {
            true => Ok((done.usage, output)),
            false => Err(done.reason()),
        }
    }
}

/// A program that has ended.
#[derive(Debug)]
pub struct Done {
    /// How.
    pub status: ExitStatus,
    /// The resources that it used.
    pub usage: Usage,
    errors: Vec<u8>,
}

impl Done {
    /// How it ended, and the line of what it said that says most.
    pub fn reason(&self) -> String {
        let how = match (self.status.code(), self.status.signal()) {
            (Some(code), _) => format!("exit status {code}"),
            (None, Some(signal)) => format!("signal {signal}"),
            (None, None) => "an unknown status".into(),
        };
        let text = String::from_utf8_lossy(&self.errors);
        let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
        let telling = lines().find(|line| line.to_lowercase().contains("error"));
        match telling.or_else(|| lines().next()) {
            Some(line) => {
                let end = line.floor_char_boundary(REASON.min(line.len()));
                format!("{how}, {}", shown::line(&line[..end]))
            }
            None => how,
        }
    }
}

/// Runs a command to its end, and passes its standard output on. If this process is interrupted, it
/// ends here, and nothing is left over. The error is a reason.
pub fn supervised(
    runner: &Runner,
    mut command: Command,
    limit: Duration,
    output: &mut dyn FnMut(&[u8]),
) -> Result<Done, String> {
    let program = Path::new(command.get_program()).display().to_string();
    command.stdout(Stdio::piped());
    match runner.run(&mut command, limit, output) {
        Ok(Ended::Exited {
            status,
            usage,
            errors,
        }) => Ok(Done {
            status,
            usage,
            errors,
        }),
        Ok(Ended::TookTooLong) => Err(format!("it took more than {} s", limit.as_secs_f64())),
        Ok(Ended::Interrupted(signal)) => measure::end_by(signal),
        Err(error) => Err(format!("cannot run {program}: {}", plain(&error))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(parts: &[&[u8]]) -> Output {
        let mut output = Output::default();
        parts.iter().for_each(|part| output.add(part));
        output
    }

    #[test]
    fn outputs_differ_at_a_byte() {
        let one = output(&[b"a\nbc"]);
        assert_eq!(one.difference(&output(&[b"a\n", b"bc"])), None);
        assert_eq!(
            one.difference(&output(&[b"a\nbd"])).as_deref(),
            Some("\"c\" and not \"d\" at byte 3")
        );
        assert_eq!(
            one.difference(&output(&[b"a\nbcd"])).as_deref(),
            Some("\"\" and not \"d\" at byte 4")
        );
        let long = vec![b'x'; HEAD];
        let differ = output(&[&long, b"y"]).difference(&output(&[&long, b"z"]));
        assert!(
            differ.is_some_and(|how| how.ends_with("after 4096 that are the same")),
            "the rest counts, too"
        );
    }
}
