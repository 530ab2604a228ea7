//! Long bodies: they pass through a worker of constant memory, and a client that does not read them
//! holds nothing for long.

use super::client::{Client, STATE, crowd, quickly};
use super::processes::{memory, most_memory};
use super::{report, start};
use crate::ensure;
use crate::server::{Machine, Server};
use libtest_mimic::Failed;
use std::thread;
use std::time::{Duration, Instant};

pub fn echo_64_mb(machine: &Machine) -> Result<(), Failed> {
    echo(machine, 64 << 20)
}

pub fn echo_1_gb(machine: &Machine) -> Result<(), Failed> {
    echo(machine, 1 << 30)
}

/// Kilobytes by which the memory may grow while a body passes.
const GROWTH: u64 = 1024;

fn echo(machine: &Machine, bytes: u64) -> Result<(), Failed> {
    let server = start(machine, &["--workers", "1"])?;
    // The handler waits, so there is a second worker from here on, and buffers have their size.
    transfer(&server, 4 << 20)?;
    let before = memory(&server);
    let start = Instant::now();
    let most = most_memory(&server, || transfer(&server, bytes))?;
    report(&format!("{bytes} bytes, {before} kB, {most} kB"), start);
    ensure!(
        most < before + GROWTH,
        "{before} kB before, up to {most} kB"
    );
    Ok(())
}

/// The bytes after which the contents begin again: no size of a buffer.
const PERIOD: usize = 64_507;

/// Sends a body to `/echo` and reads it at the same time.
fn transfer(server: &Server, bytes: u64) -> Result<(), Failed> {
    let contents: Vec<u8> = (0..2 * PERIOD)
        .map(|at| at % PERIOD)
        .map(|at| (at % 251 + at / 251) as u8)
        .collect();
    let mut client = Client::new(server)?;
    let head = format!("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: {bytes}\r\n\r\n");
    client.send(head.as_bytes())?;
    let socket = client.socket().try_clone()?;
    thread::scope(|scope| {
        let sender = scope.spawn(|| {
            let mut left = bytes;
            while left > 0 {
                let count = PERIOD.min(usize::try_from(left).unwrap_or(PERIOD));
                std::io::Write::write_all(&mut &socket, &contents[..count])?;
                left -= count as u64;
            }
            Ok::<(), Failed>(())
        });
        let (status, framing) = client.head()?;
        ensure!(status == 200, "{status}");
        let mut at = 0;
        let read = client.body(&framing, &mut |piece| {
            let from = (at % PERIOD as u64) as usize;
            let wanted = contents.get(from..from + piece.len());
            ensure!(wanted == Some(piece), "other bytes after {at}");
            at += piece.len() as u64;
            Ok(())
        });
        if read.is_err() {
            let _ = socket.shutdown(std::net::Shutdown::Both);
        }
        let sent = sender.join().map_err(|_| "the sender panicked")?;
        read?;
        sent?;
        ensure!(at == bytes, "{at} bytes of {bytes}");
        Ok(())
    })
}

/// Longer than what the system keeps for a client that does not read.
const BIG: u64 = 100_000_000;

/// Others are answered quickly meanwhile, although there is one worker, which has the answer that
/// is not read. After the time without progress the connection is closed.
pub fn reads_nothing(machine: &Machine) -> Result<(), Failed> {
    let server = start(machine, &["--workers", "1", "--progress-timeout", "1s"])?;
    let mut clients = crowd(&server, 4)?;
    for client in &clients {
        client.send(format!("GET /big?bytes={BIG} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes())?;
    }
    thread::sleep(Duration::from_millis(100));
    quickly("while others do not read", || {
        (0..10).map(|_| Client::new(&server)?.ask()).collect()
    })?;
    // The time, and what the machine may be late.
    thread::sleep(Duration::from_secs(2));
    for client in &mut clients {
        let bytes = client.rest()?;
        ensure!(bytes < BIG, "all {bytes} bytes have come");
    }
    Client::new(&server)?.ask()?;
    Ok(())
}

/// The same for bodies of requests, whichever way the handler waits for them: with calls that
/// block, or with pollables.
pub fn sends_nothing(machine: &Machine) -> Result<(), Failed> {
    let server = start(machine, &["--workers", "1", "--progress-timeout", "1s"])?;
    let mut clients = Vec::new();
    for path in ["/echo", "/echo-copy", "/echo-splice", "/count"] {
        let client = Client::new(&server)?;
        let head = format!("POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
        client.send(head.as_bytes())?;
        client.send(b"0123456789")?;
        clients.push((path, client));
    }
    let started = Instant::now();
    for (path, client) in &mut clients {
        let rest = client.rest();
        rest.map_err(|error| format!("{path}: {error:?}"))?;
        let taken = started.elapsed();
        ensure!(taken < Duration::from_secs(5), "{path}: after {taken:?}");
    }
    Ok(())
}

/// Half of a body that is dropped.
const HALF: &[u8] = b"no request, again no";

/// The rest of a body that nobody reads is dropped while a handler of the same worker waits, too:
/// another worker would take it for a request.
pub fn dropped(machine: &Machine) -> Result<(), Failed> {
    let server = start(machine, &["--workers", "1"])?;
    let mut clients = crowd(&server, 8)?;
    for client in &mut clients {
        let length = 2 * HALF.len();
        let head = format!("POST /method HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
        client.send(head.as_bytes())?;
        let (status, body) = client.answer()?;
        ensure!((status, &*body) == (200, "post\n"), "{status}, \"{body}\"");
    }
    let mut sleeper = Client::new(&server)?;
    sleeper.send(b"GET /sleep?ms=500 HTTP/1.1\r\nHost: a\r\n\r\n")?;
    thread::sleep(Duration::from_millis(100));
    for end in [&[][..], STATE] {
        for client in &clients {
            client.send(&[HALF, end].concat())?;
        }
        thread::sleep(Duration::from_millis(50));
    }
    for client in &mut clients {
        client.state()?;
    }
    let (status, _) = sleeper.answer()?;
    ensure!(status == 200, "the one that waited: {status}");
    Ok(())
}
