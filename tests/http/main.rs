//! HTTP servers: their answers to the requests of `raw`, byte by byte; answers of components, which
//! are those of wasmtime in `answers`, and of components in three languages, compared with wasmtime
//! itself; that requests are isolated from each other; that each function of `wasi:http` is missed
//! if it does nothing; variables that change limits; clients that people use; and load.
//!
//! `README.md` describes the files. `TESTED_SERVER=127.0.0.1:8080` runs `raw` with the server that
//! listens there, whatever made it from `low.wasm`.

mod answer;
mod cases;
mod clients;
mod connection;
mod container;
mod isolation;
mod load;
mod mutated;
mod real;
mod server;
mod steps;
mod system;
mod variables;

use libtest_mimic::{Arguments, Failed, Trial};
use server::Machine;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use wasi_aot_targets::{TARGETS, Target};
use wasi_aot_tests::tool::{self, Runner};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = match std::env::var("TESTED_SERVER") {
        Ok(address) => elsewhere(&address),
        Err(_) => {
            let of_targets = TARGETS.iter().flat_map(of_target);
            of_targets.chain(mutated::trials()).collect()
        }
    };
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A test on a machine.
type OnMachine = Box<dyn FnOnce(&Machine) -> Result<(), Failed> + Send>;

/// The trials of a target.
fn of_target(target: &'static Target) -> Vec<Trial> {
    let runner = Runner::find(target);
    let named = |name: String, test: OnMachine| {
        let name = format!("{}/{name}", target.name);
        match runner.clone() {
            Ok(runner) => Trial::test(name, move || test(&Machine::new(target, runner))),
            Err(reason) => tool::unable(name, reason),
        }
    };
    let mut trials = Vec::new();
    for (folder, of_file) in [("raw", false), ("answers", true)] {
        for path in files(folder) {
            let stem = stem(&path);
            let component = if of_file {
                stem.clone()
            } else {
                "low".to_owned()
            };
            let test = move |machine: &Machine| {
                let file = cases::read(&path);
                let server = machine.serve(&component, &file.server)?;
                steps::run_all(server.address, &file.cases)
            };
            trials.push(named(format!("{folder}/{stem}"), Box::new(test)));
        }
    }
    for &(name, test) in isolation::TESTS {
        trials.push(named(format!("isolation/{name}"), Box::new(test)));
    }
    trials.extend(isolation::without_proc(target, &runner));
    for &(name, test) in variables::TESTS {
        trials.push(named(format!("variables/{name}"), Box::new(test)));
    }
    trials.extend(system::trials(target, &runner));
    trials.extend(load::trials(target, &runner));
    trials.extend(container::trials(target, &runner));
    trials.extend(real::trials(target, &runner));
    trials.extend(clients::trials(target, &runner));
    trials
}

/// The cases of `raw` for a server that is there, without those that need options.
fn elsewhere(address: &str) -> Vec<Trial> {
    let address = address.parse().expect("TESTED_SERVER is ADDRESS:PORT");
    let trial = |path: PathBuf| {
        let file = cases::read(&path);
        let trial = move || steps::run_all(address, &file.cases);
        file.server
            .is_empty()
            .then(|| Trial::test(stem(&path), trial))
    };
    files("raw").into_iter().filter_map(trial).collect()
}

/// The files of cases in a folder.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("http")
        .join(folder);
    let entries = fs::read_dir(folder).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("it can be read").path());
    let mut files: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    files
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// Fails the test with a message unless the condition holds.
macro_rules! ensure {
    ($condition:expr, $($message:tt)+) => {
        if !$condition {
            return Err(libtest_mimic::Failed::from(format!($($message)+)));
        }
    };
}
pub(crate) use ensure;
