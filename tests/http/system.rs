//! What the system refuses a worker in the middle of its work: memory by which an instance grows,
//! and the map of pages by which the instance's memory is restored. The next request must not
//! notice.

use crate::server::{Machine, Server};
use crate::{answer::Answer, connection::Connection, connection::Missing, ensure};
use libtest_mimic::{Failed, Trial};
use std::fs;
use std::thread;
use std::time::{Duration, Instant};
use wasi_aot_targets::Target;
use wasi_aot_tests::tool::{self, Runner};

/// How long the worker may take until its next instance is ready.
const SETTLES: Duration = Duration::from_secs(5);

/// Pages by which memory grows at first: the worker keeps them for the next request.
const KEPT: usize = 30;

/// A test.
struct Test {
    name: &'static str,
    /// A program that it needs.
    tool: Option<&'static str>,
    test: fn(&Machine) -> Result<(), Failed>,
}

const TESTS: &[Test] = &[
    Test {
        name: "memory_that_is_not_mapped",
        tool: None,
        test: not_mapped,
    },
    Test {
        name: "memory_that_is_not_opened",
        tool: None,
        test: not_opened,
    },
    Test {
        name: "a_map_of_pages_that_fails",
        tool: Some("strace"),
        test: map_fails,
    },
];

/// The trials of a target. An emulator has mappings and system calls of its own.
pub fn trials(target: &'static Target, runner: &Result<Runner, String>) -> Vec<Trial> {
    let trial = |test: &'static Test| {
        let name = format!("{}/system/{}", target.name, test.name);
        match runner {
            Ok(Runner::Native) => {}
            Ok(Runner::Emulator(_)) => return tool::left_out(name, "processes of an emulator"),
            Err(reason) => return tool::unable(name, reason.clone()),
        }
        match test.tool.filter(|tool| tool::in_path(tool).is_none()) {
            Some(missing) => tool::unable(name, format!("no {missing}")),
            None => Trial::test(name, move || {
                (test.test)(&Machine::new(target, Runner::Native))
            }),
        }
    };
    TESTS.iter().map(trial).collect()
}

fn start(machine: &Machine) -> Result<Server, Failed> {
    machine.serve("low", &["--workers=1".to_owned()])
}

/// The body of the answer to a path.
fn get(server: &Server, path: &str) -> Result<String, Failed> {
    let mut connection = Connection::new(server.address)?;
    connection.send(format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes())?;
    match Answer::read(&mut connection, false) {
        Ok(answer) => Ok(String::from_utf8_lossy(&answer.body).into_owned()),
        Err(Missing::End) => Err(format!("{path}: no answer").into()),
        Err(Missing::Failed(failed)) => Err(failed),
    }
}

/// The address space is used up when a growth maps the pages that are not kept.
fn not_mapped(machine: &Machine) -> Result<(), Failed> {
    let room = 8 * PAGE;
    fails(machine, KEPT + 30, libc::RLIMIT_AS, "VmSize:", room)
}

/// The memory for data is used up when a growth makes the kept pages accessible, after it has
/// mapped one that is not kept.
fn not_opened(machine: &Machine) -> Result<(), Failed> {
    let room = 8 * PAGE;
    fails(machine, KEPT + 1, libc::RLIMIT_DATA, "VmData:", room)
}

/// Bytes of a page of WebAssembly.
const PAGE: u64 = 65536;

/// A growth by that many pages fails because a limit of the worker is `room` above what it uses.
/// Nothing of it stays accessible: neither what the worker has kept, nor what was mapped.
fn fails(
    machine: &Machine,
    pages: usize,
    limit: libc::__rlimit_resource_t,
    used: &str,
    room: u64,
) -> Result<(), Failed> {
    let server = start(machine)?;
    get(&server, "/state")?;
    let [worker] = *server.workers() else {
        return Err("there is not one worker".into());
    };
    thread::sleep(Duration::from_millis(50));
    let before = accessible(worker)?;
    let grows = |pages: usize| -> Result<bool, Failed> {
        let answer = get(&server, &format!("/grow?pages={pages}"))?;
        let grown = format!(" pages and {pages}, clean: true\n");
        ensure!(answer == "no\n" || answer.ends_with(&grown), "{answer}");
        Ok(answer != "no\n")
    };
    ensure!(grows(KEPT)?, "it does not grow");
    settles(worker, &before)?;
    let bytes = status(worker, used)? * 1024;
    let unlimited = limited(worker, limit, bytes + room)?;
    ensure!(!grows(pages)?, "it grows in spite of the limit");
    settles(worker, &before)?;
    limited(worker, limit, unlimited)?;
    ensure!(grows(KEPT)? && grows(pages)?, "it does not grow again");
    settles(worker, &before)?;
    ensure!(server.workers() == [worker], "the worker has ended");
    Ok(())
}

/// The first searches of the map succeed, and of those that follow one in two fails.
fn map_fails(machine: &Machine) -> Result<(), Failed> {
    let inject = "inject=ioctl:error=EIO:when=4+2";
    let strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", inject];
    let server = start(&machine.with(&strace))?;
    let first = get(&server, "/dirty")?;
    ensure!(first.ends_with("grown: true, clean: true\n"), "{first}");
    for _ in 0..20 {
        let next = get(&server, "/dirty")?;
        ensure!(next == first, "{next}");
    }
    Ok(())
}

/// Waits until nothing is accessible that was not so before.
fn settles(worker: i32, before: &[(u64, u64)]) -> Result<(), Failed> {
    let until = Instant::now() + SETTLES;
    loop {
        let now = accessible(worker)?;
        let known = |(start, end): &&(u64, u64)| {
            let mut before = before.iter();
            before.any(|(first, last)| first <= start && end <= last)
        };
        let Some((start, end)) = now.iter().find(|range| !known(range)) else {
            return Ok(());
        };
        ensure!(
            Instant::now() < until,
            "{start:x} to {end:x} stays accessible"
        );
        thread::sleep(Duration::from_millis(10));
    }
}

/// The addresses to which a process can write; ranges that touch are one.
fn accessible(process: i32) -> Result<Vec<(u64, u64)>, Failed> {
    let mut found: Vec<(u64, u64)> = Vec::new();
    for line in fs::read_to_string(format!("/proc/{process}/maps"))?.lines() {
        let mut words = line.split_whitespace();
        let (Some(range), Some(access)) = (words.next(), words.next()) else {
            continue;
        };
        let ends = range.split_once('-').ok_or("a line without a range")?;
        let ends = [ends.0, ends.1].map(|text| u64::from_str_radix(text, 16));
        let (start, end) = (ends[0].clone()?, ends[1].clone()?);
        if !access.starts_with("rw") {
            continue;
        }
        match found.last_mut().filter(|last| last.1 == start) {
            Some(last) => last.1 = end,
            None => found.push((start, end)),
        }
    }
    Ok(found)
}

/// A number of `/proc/PROCESS/status`.
fn status(process: i32, name: &str) -> Result<u64, Failed> {
    let text = fs::read_to_string(format!("/proc/{process}/status"))?;
    let mut lines = text.lines();
    let line = lines.find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.trim().strip_suffix(" kB"));
    Ok(number.ok_or_else(|| format!("no {name}"))?.parse()?)
}

/// Sets a limit of a process; returns what it was.
fn limited(
    process: i32,
    limit: libc::__rlimit_resource_t,
    value: libc::rlim_t,
) -> Result<libc::rlim_t, Failed> {
    let mut old = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the call writes the structure.
    let got = unsafe { libc::prlimit(process, limit, std::ptr::null(), &raw mut old) };
    let new = libc::rlimit {
        rlim_cur: value,
        ..old
    };
    // SAFETY: the call reads the structure.
    let set = unsafe { libc::prlimit(process, limit, &raw const new, std::ptr::null_mut()) };
    ensure!(got == 0 && set == 0, "the limit cannot be set");
    Ok(old.rlim_cur)
}
