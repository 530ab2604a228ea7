//! Grants at run time: sockets, variables, limits, notes, and the process itself. Each test runs
//! once per target. The program is `tests/grants/probe.wasm`, `threads.wasm` or `net.wasm`, built
//! from the `.c` file next to it, which says how, or one of the `.wat` files there.

mod address_space;
mod growth;
mod inherited;
mod limits;
mod name_server;
mod names;
mod net;
mod notes;
mod peers;
mod probe;
mod process;
mod sockets;
mod threads;
mod timeout;
mod unread;
mod variables;

use libtest_mimic::{Arguments, Failed, Trial};
use probe::Machine;
use std::process::ExitCode;
use wasi_aot_targets::TARGETS;
use wasi_aot_tests::tool::{self, Runner};

/// A test on a machine. Its error says why it fails.
type Test = fn(&Machine) -> Result<(), Failed>;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let families = [
        address_space::TESTS,
        growth::TESTS,
        inherited::TESTS,
        limits::TESTS,
        names::TESTS,
        net::TESTS,
        notes::TESTS,
        peers::TESTS,
        process::TESTS,
        sockets::TESTS,
        threads::TESTS,
        timeout::TESTS,
        variables::TESTS,
    ];
    let trials = TARGETS.iter().flat_map(|target| {
        let tests = families.into_iter().flatten();
        tests.map(move |&(name, test)| {
            let name = format!("{}/{name}", target.name);
            let without = tool::without_ipv6().filter(|_| name.ends_with("_over_ipv6"));
            match Runner::find(target) {
                Ok(_) if let Some(reason) = without => tool::left_out(name, reason),
                Ok(runner) => Trial::test(name, move || test(&Machine { target, runner })),
                Err(reason) => tool::unable(name, reason),
            }
        })
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// A list of tests: functions that return the reason for their failure.
macro_rules! tests {
    ($($name:ident),* $(,)?) => {
        pub const TESTS: &[(&str, crate::Test)] = &[$((concat!(module_path!(), "::", stringify!($name)), $name)),*];
    };
}
pub(crate) use tests;

/// Fails the test with a message unless the condition holds.
macro_rules! ensure {
    ($condition:expr, $($message:tt)+) => {
        if !$condition {
            return Err(libtest_mimic::Failed::from(format!($($message)+)));
        }
    };
}
pub(crate) use ensure;
