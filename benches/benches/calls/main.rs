//! Measures the cost of a host call beyond its system call: the nanoseconds per call in a program,
//! minus those in a native loop of the same calls. The limit is 20 ns; for a function of WASI 0.2
//! it is 1.5 times the equivalent call of preview 1.
//!
//! usage: `cargo bench -p wasi-aot-benches --bench calls [-- [-n CALLS] [NAME...]]`
//!
//! Both are measured without and with the sandbox policy. A filter makes the system call itself
//! slower, so the native loop installs the program's filter and the same Landlock rules. The
//! difference between the native loops is the cost of the policy. Each loop is a separate process,
//! and they alternate; `more` in a row is the median of the rounds' differences. Rounds also
//! alternate between programs with different positions of their code within pages. Other work on
//! the machine increases all columns: run it on an idle one.

mod calls;
mod component;
mod native;
mod program;
mod wall;

use calls::{CALLS, Call};
use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use wall::Wall;

/// Calls between two clock readings: few enough that other work on the machine does not disturb
/// most batches.
const BATCH: u32 = 100;

/// The number of rounds in which programs and native loops alternate. It is large, because other
/// work comes and goes.
const ROUNDS: u32 = 250;

/// The limit on a host call's cost beyond its system call, in nanoseconds.
const BAR: f64 = 20.0;

/// The limit on a WASI 0.2 function's cost, as a multiple of the equivalent preview 1 call's.
const LIKE: f64 = 1.5;

fn main() -> ExitCode {
    let mut words: Vec<String> = env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    if words.first().is_some_and(|word| word == native::ROLE) {
        return native::main(&words[1..]);
    }
    let mut calls = 10_000_000;
    if words.len() > 1 && words[0] == "-n" {
        let Ok(number) = words[1].parse() else {
            eprintln!("usage: calls [-n CALLS] [NAME...]");
            return ExitCode::from(2);
        };
        calls = number;
        words.drain(..2);
    }
    let batches = (calls / BATCH).div_ceil(ROUNDS).max(1);
    println!(
        "nanoseconds a call: medians of {ROUNDS} rounds of {batches} batches of {BATCH} calls"
    );
    println!(
        "{:20} {:^26}   {:^26}",
        "", "without a policy", "with the policy"
    );
    let columns = format!("{:>9} {:>8} {:>7}", "program", "native", "more");
    println!("{:20} {columns}   {columns}  {:>7}", "call", "policy");
    let wanted =
        |call: &&Call| words.is_empty() || words.iter().any(|word| call.name.contains(&**word));
    let (mut over, mut medians) = (Vec::new(), BTreeMap::<_, [f64; 2]>::new());
    for call in CALLS.iter().filter(wanted) {
        let [bare, walled] = measure(call, batches);
        println!(
            "{:20} {}   {}  {:7.1}",
            call.name,
            bare.columns(),
            walled.columns(),
            walled.native - bare.native
        );
        let programs = [bare.program, walled.program];
        if let Some((like, [one, other])) = call.like.and_then(|like| medians.get_key_value(like)) {
            let ratios = [bare.program / one, walled.program / other];
            println!(
                "{:20} {:.2} times {like}; with the policy {:.2} times (bar: {LIKE})",
                "", ratios[0], ratios[1]
            );
            if ratios.iter().any(|ratio| *ratio > LIKE) {
                over.push(call.name);
            }
        }
        medians.insert(call.name, programs);
        if call.like.is_none() && bare.more.max(walled.more) > BAR {
            over.push(call.name);
        }
    }
    println!(
        "over the bar ({BAR} ns, or {LIKE} times): {}",
        match over.is_empty() {
            true => "none".into(),
            false => over.join(", "),
        }
    );
    ExitCode::SUCCESS
}

/// The cost of a call in nanoseconds.
struct Cost {
    program: f64,
    native: f64,
    /// The median of the rounds' differences, which differs from the difference of the medians.
    more: f64,
}

impl Cost {
    fn columns(&self) -> String {
        format!("{:9.1} {:8.1} {:7.1}", self.program, self.native, self.more)
    }
}

/// The cost of a call without and with the sandbox policy.
fn measure(call: &Call, batches: u32) -> [Cost; 2] {
    let folder = tempfile::tempdir().expect("there is room for files");
    let folder = folder.path();
    fs::write(folder.join("file"), [b'x'; 4096]).expect("it can be written");
    let forms = [false, true].map(|walled| Form::new(call, walled, folder, batches));
    let mut rounds = [const { Vec::new() }; 2];
    for round in 0..ROUNDS as usize {
        for (form, rounds) in forms.iter().zip(&mut rounds) {
            let app = &form.apps[round % form.apps.len()];
            let program = program::run(app, &folder.join(call.stdin), folder);
            let native = native::spawn(call, form.wall.as_ref(), folder, batches);
            rounds.push((median(&program), median(&native)));
        }
    }
    rounds.map(|rounds| Cost {
        program: median(&rounds.iter().map(|round| round.0).collect::<Vec<_>>()),
        native: median(&rounds.iter().map(|round| round.1).collect::<Vec<_>>()),
        more: median(
            &rounds
                .iter()
                .map(|round| round.0 - round.1)
                .collect::<Vec<_>>(),
        ),
    })
}

/// A program with or without the sandbox policy.
struct Form {
    /// Its executables with different layouts.
    apps: Vec<PathBuf>,
    /// The policy that the native loop also installs.
    wall: Option<Wall>,
}

impl Form {
    fn new(call: &Call, walled: bool, folder: &Path, batches: u32) -> Form {
        let apps: Vec<_> = (0..program::LAYOUTS)
            .map(|layout| program::build(call, walled, layout, folder, batches))
            .collect();
        let wall = walled.then(|| Wall::of(&apps[0], &program::imports(call)));
        Form { apps, wall }
    }
}

fn median(times: &[f64]) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Nanoseconds per call, from the nanoseconds per batch that a loop writes.
fn times(bytes: &[u8]) -> Vec<f64> {
    let batches = bytes.as_chunks().0.iter();
    batches
        .map(|batch| u64::from_le_bytes(*batch) as f64 / f64::from(BATCH))
        .collect()
}
