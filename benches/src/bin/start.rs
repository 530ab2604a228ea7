//! Measures small programs from start to exit: medians of interleaved runs, as ratios to the last
//! program.
//!
//! usage: `start [-n SPAWNS] PROGRAM...`, each PROGRAM a command line without quotes. For the
//! comparison with others: `start './hello' 'wasmtime run --allow-precompiled hello.cwasm'
//! './hello-static-c'`.

use std::io;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    let mut spawns = 2000;
    if words.first().is_some_and(|word| word == "-n") && words.len() > 1 {
        match words[1].parse() {
            Ok(number) => spawns = number,
            Err(_) => return usage(),
        }
        words.drain(..2);
    }
    if words.is_empty() || spawns == 0 {
        return usage();
    }
    match measure(&words, spawns) {
        Ok(medians) => {
            report(&words, &medians);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: start [-n SPAWNS] PROGRAM...");
    ExitCode::from(2)
}

/// The median time of each program.
fn measure(programs: &[String], spawns: usize) -> io::Result<Vec<Duration>> {
    let mut times = vec![Vec::with_capacity(spawns); programs.len()];
    for _ in 0..spawns {
        for (program, times) in programs.iter().zip(&mut times) {
            times.push(spawn(program)?);
        }
    }
    let median = |mut times: Vec<Duration>| {
        times.sort();
        times[times.len() / 2]
    };
    Ok(times.into_iter().map(median).collect())
}

fn spawn(program: &str) -> io::Result<Duration> {
    let mut words = program.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    command
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let start = Instant::now();
    let status = command.status()?;
    let time = start.elapsed();
    if status.success() {
        Ok(time)
    } else {
        Err(io::Error::other(format!("{program}: {status}")))
    }
}

fn report(programs: &[String], medians: &[Duration]) {
    let last = medians.last().map_or(1.0, Duration::as_secs_f64);
    for (program, median) in programs.iter().zip(medians) {
        let micros = median.as_secs_f64() * 1e6;
        let ratio = median.as_secs_f64() / last;
        println!("{micros:9.1} µs {ratio:6.2}  {program}");
    }
}
