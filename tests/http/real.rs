//! Components of other people's libraries: wstd in Rust, ComponentizeJS, and componentize-py with
//! CPython. Each request is answered here as `wasmtime serve` answers it with the same component.
//!
//! `tests/programs/get.sh` makes those in JavaScript and Python, from `components/other`.
//!
//! These are not compared:
//! - `Date`, and numbers of milliseconds in bodies ([`Compared::Times`]);
//! - `Transfer-Encoding`, and `Content-Length` unless both answers have it: the server chooses the
//!   framing. Ours collects up to 64 KiB before it gives up to know the length. [`Answer`] has
//!   checked that the framing is a right one, and the body is compared without it;
//! - the case of names of fields, the order of fields with different names, the reason phrase;
//! - trailers, unless both answers have them; ours are those that are expected;
//! - what [`Compared`] says of single requests.

mod requests;
mod theirs;

use crate::answer::{Answer, Field};
use crate::connection::{Connection, Missing};
use crate::ensure;
use crate::server::Machine;
use libtest_mimic::{Failed, Trial};
use requests::{Compared, Request};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::thread;
use theirs::Wasmtime;
use wasi_aot_targets::Target;
use wasi_aot_tests::tool::{self, Runner};

/// A program, and what it is asked.
struct Program {
    name: &'static str,
    /// Its component: in the corpus, or one of `components`.
    file: fn() -> PathBuf,
    requests: fn() -> Vec<Request>,
}

const PROGRAMS: &[Program] = &[
    Program {
        name: "javascript",
        file: || tool::corpus().join("servers/hello-js.wasm"),
        requests: requests::of_javascript,
    },
    Program {
        name: "python",
        file: || tool::corpus().join("servers/hello-py.wasm"),
        requests: requests::of_python,
    },
    Program {
        name: "rust",
        file: || crate::server::component("routes"),
        requests: requests::of_rust,
    },
];

/// How often all requests are sent: the second time, instances are those that others have used.
const ROUNDS: usize = 2;

/// The trials of a target.
pub fn trials(target: &'static Target, runner: &Result<Runner, String>) -> Vec<Trial> {
    let trial = |program: &'static Program| {
        let name = format!("{}/real/{}", target.name, program.name);
        let file = (program.file)();
        let runner = match runner {
            Ok(runner) => runner.clone(),
            Err(reason) => return tool::unable(name, reason.clone()),
        };
        if !file.is_file() {
            let file = file.file_name().unwrap_or_default().display();
            return tool::unable(name, format!("no {file}"));
        }
        let Some(wasmtime) = wasmtime() else {
            return tool::unable(name, "no wasmtime".to_owned());
        };
        let machine = Machine::new(target, runner);
        Trial::test(name, move || {
            agree(&machine, &wasmtime, &file, &(program.requests)())
        })
    };
    let mut trials: Vec<_> = PROGRAMS.iter().map(trial).collect();
    // The sources do not depend on the target.
    if wasi_aot_targets::host().is_some_and(|host| host.name == target.name) {
        let name = format!("{}/real/every_route", target.name);
        trials.push(Trial::test(name, requests::every_route));
    }
    trials
}

/// wasmtime: from `PATH`, or from the corpus.
fn wasmtime() -> Option<PathBuf> {
    let in_corpus = tool::corpus().join("wasmtime/wasmtime_cli/wasmtime");
    tool::in_path("wasmtime").or_else(|| in_corpus.is_file().then_some(in_corpus))
}

/// Both servers give the same answers. The error lists all that differ.
fn agree(
    machine: &Machine,
    wasmtime: &Path,
    component: &Path,
    requests: &[Request],
) -> Result<(), Failed> {
    let name = component.to_str().ok_or("a path that is not UTF-8")?;
    let ours = machine.serve(name, &[])?;
    let theirs = Wasmtime::serve(wasmtime, component)?;
    let mut said = String::new();
    for round in 1..=ROUNDS {
        for request in requests {
            if let Err(failed) = same(request, ours.address, theirs.address) {
                let message = failed.message().unwrap_or_default();
                let _ = writeln!(said, "{} (round {round}): {message}", request.name);
            }
        }
    }
    match said.is_empty() {
        true => Ok(()),
        false => Err(said.into()),
    }
}

/// Both answer with the status that is expected, and the same.
fn same(request: &Request, ours: SocketAddr, theirs: SocketAddr) -> Result<(), Failed> {
    // At once: some answers take a second.
    let (ours, theirs) = thread::scope(|scope| {
        let theirs = scope.spawn(move || ask(request, theirs));
        (ask(request, ours), theirs.join())
    });
    let theirs = theirs.map_err(|_| "the client of theirs has panicked")?;
    let ours = ours.map_err(|failed| of("ours", &failed))?;
    let theirs = theirs.map_err(|failed| of("theirs", &failed))?;
    let ours = ours.ok_or("ours: no answer")?;
    if request.compared == Compared::Unanswered {
        let right = ours.status == request.status && !ours.cut;
        ensure!(right, "ours: {}", ours.shown());
        let none = theirs.is_none_or(|theirs| theirs.cut);
        ensure!(none, "theirs is complete");
        return Ok(());
    }
    let theirs = theirs.ok_or("theirs: no answer")?;
    let both = || format!("ours: {}, theirs: {}", ours.shown(), theirs.shown());
    let right = [ours.status, theirs.status] == [request.status; 2];
    ensure!(right, "not {}: {}", request.status, both());
    let dated = [&ours, &theirs].map(|answer| answer.values("date").len());
    ensure!(dated == [1, 1], "no date: {}", both());
    match request.compared {
        Compared::Broken => ensure!(ours.cut, "complete: {}", both()),
        _ => ensure!(!ours.cut && !theirs.cut, "incomplete: {}", both()),
    }
    if request.compared == Compared::Status {
        return Ok(());
    }
    let fields = [&ours, &theirs].map(|answer| compared(&answer.fields));
    ensure!(fields[0] == fields[1], "fields: {}", shown(&fields));
    let lengths = [&ours, &theirs].map(|answer| answer.values("content-length"));
    let differ = !lengths[0].is_empty() && !lengths[1].is_empty() && lengths[0] != lengths[1];
    ensure!(!differ, "Content-Length: {lengths:?}");
    let trailers = [&ours, &theirs].map(|answer| compared(&answer.trailers));
    let expected = request.trailers.iter();
    let expected: Vec<Field> = expected
        .map(|&(name, value)| (name.to_owned(), value.into()))
        .collect();
    let right = trailers[0] == expected && (trailers[1].is_empty() || trailers[1] == expected);
    ensure!(right, "trailers: {}", shown(&trailers));
    let bodies = [&ours, &theirs].map(|answer| match request.compared {
        Compared::Times => without_numbers(&answer.body),
        _ => answer.body.clone(),
    });
    ensure!(bodies[0] == bodies[1], "bodies: {}", both());
    Ok(())
}

fn of(whose: &str, failed: &Failed) -> Failed {
    format!("{whose}: {}", failed.message().unwrap_or_default()).into()
}

/// Sends a request on a connection of its own, and reads the answer, if there is one.
fn ask(request: &Request, address: SocketAddr) -> Result<Option<Answer>, Failed> {
    let mut connection = Connection::new(address)?;
    connection.send(&request.bytes)?;
    match Answer::read(&mut connection, request.head) {
        Ok(answer) => Ok(Some(answer)),
        Err(Missing::End) => Ok(None),
        Err(Missing::Failed(failed)) => Err(failed),
    }
}

/// The fields that are compared: all but the date and the framing. Those with one name keep their
/// order.
fn compared(fields: &[Field]) -> Vec<Field> {
    let left_out = ["date", "content-length", "transfer-encoding"];
    let mut fields = fields.to_vec();
    fields.retain(|(name, _)| !left_out.contains(&name.as_str()));
    fields.sort_by(|(one, _), (other, _)| one.cmp(other));
    fields
}

fn shown(both: &[Vec<Field>; 2]) -> String {
    let lines = both.each_ref().map(|fields| {
        let lines = fields.iter();
        let lines = lines.map(|(name, value)| format!("{name}: {}", value.escape_ascii()));
        lines.collect::<Vec<_>>()
    });
    format!("ours {:?}, theirs {:?}", lines[0], lines[1])
}

/// The text with one `#` for each number.
fn without_numbers(text: &[u8]) -> Vec<u8> {
    let mut without = Vec::new();
    for &byte in text {
        match byte {
            b'0'..=b'9' if without.last() == Some(&b'#') => {}
            b'0'..=b'9' => without.push(b'#'),
            _ => without.push(byte),
        }
    }
    without
}
