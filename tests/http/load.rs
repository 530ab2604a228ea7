//! Load: many connections and requests, slow and broken clients, long bodies, busy workers. The
//! server goes on answering, and its memory and its descriptors stay as they are.
//!
//! One of these tests runs at a time: they measure times. Those that take long are ignored; see
//! `README.md`.

mod bodies;
mod client;
mod crowds;
mod dirt;
mod processes;
mod workers;

use crate::server::{Machine, Server};
use libtest_mimic::{Failed, Trial};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;
use wasi_aot_targets::Target;
use wasi_aot_tests::tool::{self, Runner};

/// A test.
struct Test {
    name: &'static str,
    test: fn(&Machine) -> Result<(), Failed>,
    /// Why it only runs with `--ignored`.
    long: Option<&'static str>,
    /// A program that it needs.
    tool: Option<&'static str>,
}

const fn short(name: &'static str, test: fn(&Machine) -> Result<(), Failed>) -> Test {
    Test {
        name,
        test,
        long: None,
        tool: None,
    }
}

/// `reason`: how long it takes, or what it needs.
const fn long(
    name: &'static str,
    test: fn(&Machine) -> Result<(), Failed>,
    reason: &'static str,
) -> Test {
    Test {
        name,
        test,
        long: Some(reason),
        tool: None,
    }
}

const TESTS: &[Test] = &[
    short("connections_2000", crowds::connections_2000),
    short("slow_heads", crowds::slow_heads),
    short("slow_bodies", crowds::slow_bodies),
    short(
        "broken_connections_leave_nothing",
        crowds::broken_connections,
    ),
    short("echo_64_mb", bodies::echo_64_mb),
    short(
        "a_client_that_reads_nothing_is_ended",
        bodies::reads_nothing,
    ),
    short(
        "a_client_that_sends_nothing_is_ended",
        bodies::sends_nothing,
    ),
    short("pipelines_while_others_wait", crowds::pipelines),
    short("a_worker_is_killed_under_load", workers::killed),
    short("workers_share_connections", workers::shares),
    short("bodies_are_dropped_while_others_wait", bodies::dropped),
    short("processes_are_refused", workers::refused),
    Test {
        tool: Some("strace"),
        ..short("refused_processes_wait", workers::refused_again)
    },
    short("handlers_that_wait_delay_nobody", workers::wait),
    long(
        "connections_10000",
        crowds::connections_10000,
        "many descriptors",
    ),
    long("slow_heads_1000", crowds::slow_heads_1000, "30 s"),
    long("requests_1000000", crowds::requests_1000000, "1 min"),
    long("echo_1_gb", bodies::echo_1_gb, "5 s"),
    long("workers_end_when_not_needed", workers::retire, "20 s"),
    long("dirt_100000", dirt::dirt_100000, "5 min"),
];

/// Times are measured.
static ALONE: Mutex<()> = Mutex::new(());

/// The trials of a target.
pub fn trials(target: &'static Target, runner: &Result<Runner, String>) -> Vec<Trial> {
    let trial = |test: &'static Test| {
        let name = format!("{}/load/{}", target.name, test.name);
        let runner = match runner {
            Ok(Runner::Native) => Runner::Native,
            Ok(Runner::Emulator(_)) => return tool::left_out(name, "times of an emulator"),
            Err(reason) => return tool::unable(name, reason.clone()),
        };
        if let Some(tool) = test.tool
            && tool::in_path(tool).is_none()
        {
            return tool::unable(name, format!("no {tool}"));
        }
        let trial = Trial::test(name, move || {
            let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
            (test.test)(&Machine::new(target, runner))
        });
        match test.long {
            Some(reason) => tool::on_request(trial, reason),
            None => trial,
        }
    };
    TESTS.iter().map(trial).collect()
}

/// A server of `low.wasm`.
fn start(machine: &Machine, options: &[&str]) -> Result<Server, Failed> {
    let options: Vec<String> = options.iter().map(|&option| option.to_owned()).collect();
    machine.serve("low", &options)
}

/// Prints what a long test has measured since `start`.
fn report(what: &str, start: Instant) {
    println!("    {what}: {:.1} s", start.elapsed().as_secs_f64());
}
