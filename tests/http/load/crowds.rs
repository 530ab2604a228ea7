//! Many clients: at once, slow ones, and ones whose connections break.

use super::client::{Client, STATE, crowd, quickly};
use super::processes::{descriptors, memory, raise_descriptors, settles};
use super::{report, start};
use crate::ensure;
use crate::server::{Machine, Server};
use libtest_mimic::Failed;
use std::io::Write;
use std::net::Shutdown;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

pub fn connections_2000(machine: &Machine) -> Result<(), Failed> {
    connections(machine, 2000)
}

pub fn connections_10000(machine: &Machine) -> Result<(), Failed> {
    connections(machine, 10_000)
}

/// That many connections, all with a request at once, three times.
fn connections(machine: &Machine, count: usize) -> Result<(), Failed> {
    raise_descriptors(count)?;
    let server = start(machine, &["--workers", "2"])?;
    let mut clients = crowd(&server, count)?;
    for _ in 0..3 {
        round(&mut clients)?;
    }
    Ok(())
}

/// Sends a request on all connections, then reads all answers.
fn round(clients: &mut [Client]) -> Result<(), Failed> {
    for client in &*clients {
        client.send(STATE)?;
    }
    clients.iter_mut().try_for_each(Client::state)
}

pub fn slow_heads(machine: &Machine) -> Result<(), Failed> {
    slow(machine, 200, Duration::from_millis(50), STATE, STATE.len())
}

/// Each has a byte a second for 30 seconds: the time for heads is longer than that.
pub fn slow_heads_1000(machine: &Machine) -> Result<(), Failed> {
    slow(machine, 1000, Duration::from_secs(1), STATE, 30)
}

/// The handlers run all the time, and wait for the bytes.
pub fn slow_bodies(machine: &Machine) -> Result<(), Failed> {
    let request = b"POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\n\
        0123456789012345678901234567890123456789";
    slow(machine, 200, Duration::from_millis(50), request, 40)
}

/// That many clients send the last `slow` bytes of a request one by one, with pauses. Others are
/// answered quickly meanwhile, and these in the end, too.
fn slow(
    machine: &Machine,
    count: usize,
    pause: Duration,
    request: &[u8],
    slow: usize,
) -> Result<(), Failed> {
    raise_descriptors(count)?;
    let server = start(machine, &["--head-timeout", "60s"])?;
    let mut clients = crowd(&server, count)?;
    let mut kept = crowd(&server, 10)?;
    let (first, rest) = request.split_at(request.len() - slow);
    let result = thread::scope(|scope| {
        let sender = scope.spawn(|| {
            for piece in std::iter::once(first).chain(rest.chunks(1)) {
                for client in &clients {
                    client.send(piece)?;
                }
                thread::sleep(pause);
            }
            Ok::<(), Failed>(())
        });
        thread::sleep(pause * 2);
        let result = quickly("while others are slow", || {
            let kept = kept.iter_mut().map(Client::ask);
            let new = (0..10).map(|_| Client::new(&server)?.ask());
            kept.chain(new).collect()
        });
        ensure!(!sender.is_finished(), "the measurement has taken too long");
        sender.join().map_err(|_| "the sender panicked")??;
        result
    });
    for client in &mut clients {
        let (status, body) = client.answer()?;
        ensure!(status == 200, "a slow one: {status}, \"{body}\"");
    }
    result
}

/// One connection sends many requests without waiting for answers, while handlers of others wait
/// for some milliseconds: the connection is given away at times, and each request is answered.
pub fn pipelines(machine: &Machine) -> Result<(), Failed> {
    const AT_ONCE: usize = 40;
    let server = start(machine, &["--workers", "1"])?;
    let ends = AtomicBool::new(false);
    thread::scope(|scope| {
        let sleepers = || {
            let mut client = Client::new(&server)?;
            while !ends.load(Ordering::Relaxed) {
                client.send(b"GET /sleep?ms=8 HTTP/1.1\r\nHost: a\r\n\r\n")?;
                let (status, _) = client.answer()?;
                ensure!(status == 200, "one that waited: {status}");
            }
            Ok::<(), Failed>(())
        };
        let sleepers = [scope.spawn(sleepers), scope.spawn(sleepers)];
        let result = (0..100).try_for_each(|_| {
            let mut client = Client::new(&server)?;
            let socket = client.socket().try_clone()?;
            let sender = scope.spawn(move || {
                (0..10).try_for_each(|_| {
                    thread::sleep(Duration::from_millis(1));
                    (&socket).write_all(&STATE.repeat(AT_ONCE))
                })
            });
            let read = (0..10 * AT_ONCE).try_for_each(|_| client.state());
            drop(client);
            let sent = sender.join().map_err(|_| "the sender panicked")?;
            read?;
            Ok::<(), Failed>(sent?)
        });
        ends.store(true, Ordering::Relaxed);
        for sleeper in sleepers {
            sleeper.join().map_err(|_| "a sleeper panicked")??;
        }
        result
    })
}

/// How far clients get whose connections break.
const PARTS: &[&[u8]] = &[
    b"",
    b"GET /sta",
    STATE,
    b"GET /state HTTP/1.1\r\nHost: a\r\n\r\nGET /state HTTP/1.1\r\nHost: a\r\n\r\nGET /",
    b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n0123456789",
    b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01",
    b"GET /big?bytes=2000000 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /sleep?ms=50 HTTP/1.1\r\nHost: a\r\n\r\n",
];

/// Connections that are reset or half closed at any time end, and leave no descriptor.
pub fn broken_connections(machine: &Machine) -> Result<(), Failed> {
    let server = start(machine, &["--workers", "2"])?;
    for _ in 0..10 {
        Client::new(&server)?.ask()?;
    }
    thread::sleep(Duration::from_millis(100));
    let before = descriptors(&server);
    for (part, pause) in PARTS.iter().flat_map(|part| [(part, 0), (part, 3)]) {
        let mut clients = crowd(&server, 20)?;
        for client in &clients {
            client.send(part)?;
        }
        thread::sleep(Duration::from_millis(pause));
        for client in clients.drain(..10) {
            client.reset();
        }
        for client in &clients {
            client.socket().shutdown(Shutdown::Write)?;
        }
        for client in &mut clients {
            let shown = part.escape_ascii();
            let rest = client.rest();
            rest.map_err(|error| format!("half closed after \"{shown}\": {error:?}"))?;
        }
        Client::new(&server)?.ask()?;
    }
    settles(&server, before)
}

/// Connections of that test, and requests before the first measurement.
const CONNECTIONS: usize = 64;
const BEFORE: usize = 100_000;

/// Neither memory nor descriptors grow with the number of requests.
pub fn requests_1000000(machine: &Machine) -> Result<(), Failed> {
    let server = start(machine, &["--workers", "2"])?;
    let mut clients = crowd(&server, CONNECTIONS)?;
    let start = Instant::now();
    requests(&mut clients, BEFORE)?;
    let measure = |server: &Server| (memory(server), descriptors(server));
    let before = measure(&server);
    requests(&mut clients, 1_000_000 - BEFORE)?;
    let after = measure(&server);
    report(&format!("{before:?}, then {after:?}"), start);
    ensure!(
        after.0 < before.0 + 256 && after.1.fits(before.1),
        "{before:?}, then {after:?} (kB and descriptors)"
    );
    Ok(())
}

fn requests(clients: &mut [Client], count: usize) -> Result<(), Failed> {
    (0..count.div_ceil(CONNECTIONS)).try_for_each(|_| round(clients))
}
