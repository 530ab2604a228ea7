//! What instances leave, a hundred thousand times: the next request sees nothing of it.

use super::client::Client;
use super::processes::{descriptors, memory};
use super::{report, start};
use crate::ensure;
use crate::server::Machine;
use libtest_mimic::Failed;
use std::time::Instant;

/// Requests, and how many there are before the first measurement.
const REQUESTS: usize = 100_000;
const BEFORE: usize = 1000;

/// They write all memory, leave handles, descriptors and timers, grow the memory, trap, exhaust the
/// stack, and end without an answer. The status is that of the answer.
const ROUTES: &[(&str, u16)] = &[
    ("/dirty", 200),
    ("/trap", 500),
    ("/grow?pages=100", 200),
    ("/exhaust", 500),
    ("/handles?count=2000", 200),
    ("/panic", 500),
    ("/no-set-leak", 500),
];

/// One worker: every request meets the instance's place that the one before had.
pub fn dirt_100000(machine: &Machine) -> Result<(), Failed> {
    let server = start(machine, &["--workers", "1", "--allow-net-listen"])?;
    let started = Instant::now();
    let mut first = vec![String::new(); ROUTES.len()];
    let mut kept = Client::new(&server)?;
    let mut before = None;
    for request in 0..REQUESTS {
        if request == BEFORE {
            before = Some((memory(&server), descriptors(&server)));
        }
        let index = request % ROUTES.len();
        let (path, wanted) = ROUTES[index];
        let mut client = Client::new(&server)?;
        client.send(format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes())?;
        let (status, body) = client.answer()?;
        ensure!(status == wanted, "{request}: {path}: {status}, \"{body}\"");
        // What an instance finds in its memory is in the text.
        let text = &mut first[index];
        if text.is_empty() {
            text.clone_from(&body);
        }
        ensure!(
            *text == body && !body.contains("clean: false"),
            "{request}: {path}: \"{body}\", the first was \"{text}\""
        );
        kept.ask()?;
    }
    let before = before.ok_or("there was no measurement")?;
    let after = (memory(&server), descriptors(&server));
    report(&format!("{before:?}, then {after:?}"), started);
    ensure!(
        after.0 < before.0 + 1024 && after.1.fits(before.1),
        "{before:?}, then {after:?} (kB and descriptors)"
    );
    Ok(())
}
