//! The command line: transcripts (a file is a test), bad input, outputs, processes.

mod bad_input;
mod bench;
mod benches;
mod cache;
mod docs;
mod expansion;
mod explain;
mod invoke;
mod linkers;
mod names;
mod output;
mod process;
mod progress;
mod reproducible;
mod scratch;
mod transcript;

use libtest_mimic::{Arguments, Failed, Trial};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let families = [
        transcript::trials(),
        bad_input::trials(),
        bench::trials(),
        benches::trials(),
        output::trials(),
        process::trials(),
        progress::trials(),
        names::trials(),
        cache::trials(),
        reproducible::trials(),
        docs::trials(),
        expansion::trials(),
        explain::trials(),
        invoke::trials(),
        linkers::trials(),
    ];
    libtest_mimic::run(&arguments, families.into_iter().flatten().collect()).exit_code()
}

/// A list of tests: functions that return why they failed.
macro_rules! trials {
    ($($name:ident),* $(,)?) => {
        vec![$(crate::trial(concat!(module_path!(), "::", stringify!($name)), $name)),*]
    };
}
pub(crate) use trials;

fn trial(path: &str, test: fn() -> Result<(), Failed>) -> Trial {
    let name = path.split_once("::").map_or(path, |(_, name)| name);
    Trial::test(name, test)
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
