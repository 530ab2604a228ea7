//! Workers: one is killed, all of them wait, and some are not needed any longer.

use super::client::{Client, crowd, quickly};
use super::processes::{Calls, comes, descriptors, owners, settles};
use super::start;
use crate::ensure;
use crate::server::{Machine, Server};
use libtest_mimic::Failed;
use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Connections of a thread that sends requests.
const CONNECTIONS: usize = 16;

/// A worker is killed while requests come on all connections. Its own break; all others are
/// answered, and so are new ones. Another worker replaces it.
pub fn killed(machine: &Machine) -> Result<(), Failed> {
    let server = start(machine, &["--workers", "4"])?;
    let groups = spread(&server)?;
    let owners = owners(&server)?;
    let workers: HashSet<i32> = owners.values().copied().collect();
    ensure!(workers.len() > 1, "one worker has all connections");
    let victim = *workers.iter().min().ok_or("no worker has connections")?;
    let ends = AtomicBool::new(false);
    let broken: HashSet<SocketAddr> = thread::scope(|scope| {
        let load = |group| scope.spawn(|| load(group, &ends));
        let threads: Vec<_> = groups.into_iter().map(load).collect();
        thread::sleep(Duration::from_millis(100));
        // SAFETY: a process of the server, which is a child of ours.
        unsafe { libc::kill(victim, libc::SIGKILL) };
        let replaced = || {
            let workers = server.workers();
            workers.len() == 4 && !workers.contains(&victim)
        };
        let replaced = comes(Duration::from_secs(3), replaced);
        let new: Result<Vec<_>, Failed> = (0..40).map(|_| Client::new(&server)?.ask()).collect();
        thread::sleep(Duration::from_millis(100));
        ends.store(true, Ordering::Relaxed);
        let mut broken = HashSet::new();
        for thread in threads {
            broken.extend(thread.join().map_err(|_| "a client panicked")??);
        }
        ensure!(replaced, "the worker is not replaced");
        new?;
        Ok::<_, Failed>(broken)
    })?;
    let own = owners.iter().filter(|(_, worker)| **worker == victim);
    let own: HashSet<SocketAddr> = own.map(|(address, _)| *address).collect();
    let others = broken.difference(&own).count();
    ensure!(others == 0, "{others} connections of other workers broke");
    Ok(())
}

/// Groups of connections, of which no worker has all.
fn spread(server: &Server) -> Result<Vec<Vec<Client>>, Failed> {
    let group = |_| {
        let mut clients = crowd(server, CONNECTIONS)?;
        for client in &mut clients {
            client.ask()?;
        }
        Ok(clients)
    };
    (0..4).map(group).collect()
}

/// Connections that come one by one go to all workers in turn, not to the one that watches first.
pub fn shares(machine: &Machine) -> Result<(), Failed> {
    let server = start(machine, &["--workers", "4"])?;
    // Those that are not ready yet get none.
    thread::sleep(Duration::from_millis(200));
    let mut clients = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut client = Client::new(&server)?;
        client.ask()?;
        clients.push(client);
    }
    let mut counts: HashMap<i32, usize> = HashMap::new();
    for worker in owners(&server)?.into_values() {
        *counts.entry(worker).or_default() += 1;
    }
    let least = counts.values().min().copied().unwrap_or_default();
    let all = counts.len() == 4 && least >= CONNECTIONS / 4 / 2;
    ensure!(all, "connections of the workers: {counts:?}");
    Ok(())
}

/// A server whose user may have that many processes.
fn limited(machine: &Machine, processes: usize, workers: &str) -> Result<Server, Failed> {
    // The limit is one of a user's processes, and none of root's: another user for root, and others
    // have a namespace in which there are no processes of theirs. Those of another run count until
    // their parent knows of their end, which may be late, so each has a user of its own.
    let id = 20_000 + std::process::id() as usize % 10_000 * 4 + processes;
    let [user, group] = ["--reuid", "--regid"].map(|option| format!("{option}={id}"));
    // SAFETY: touches no memory.
    let user = match unsafe { libc::geteuid() } {
        0 => &["setpriv", &user, &group, "--clear-groups"][..],
        _ => &["unshare", "--user", "--map-root-user"],
    };
    let limit = format!("--nproc={processes}");
    let limited = [user, &["prlimit", &limit]].concat();
    start(&machine.with(&limited), &["--workers", workers])
}

/// The system refuses every process but the supervisor and one worker: this one goes on, and
/// nothing remains of what was prepared for the others.
pub fn refused(machine: &Machine) -> Result<(), Failed> {
    let server = limited(machine, 2, "2")?;
    Client::new(&server)?.ask()?;
    let before = descriptors(&server);
    // While a handler waits, the supervisor tries to start another worker.
    for _ in 0..20 {
        let mut client = Client::new(&server)?;
        client.send(b"GET /sleep?ms=20 HTTP/1.1\r\nHost: a\r\n\r\n")?;
        client.answer()?;
    }
    let workers = server.workers().len();
    ensure!(workers == 1, "{workers} workers");
    settles(&server, before)
}

/// The system refuses the third of three workers: the supervisor tries again rarely, whatever its
/// workers tell it meanwhile. One that ends is replaced at once.
pub fn refused_again(machine: &Machine) -> Result<(), Failed> {
    let server = limited(machine, 3, "3")?;
    let two = || server.workers().len() == 2;
    ensure!(
        comes(Duration::from_secs(5), two),
        "{} workers, not two",
        server.workers().len()
    );
    let forks = Calls::of(server.supervisor(), "clone")?;
    let start = Instant::now();
    let mut clients = crowd(&server, 2)?;
    while start.elapsed() < Duration::from_millis(1500) {
        for client in &clients {
            client.send(b"GET /sleep?ms=10 HTTP/1.1\r\nHost: a\r\n\r\n")?;
        }
        for client in &mut clients {
            client.answer()?;
        }
    }
    let time = start.elapsed();
    let count = forks.count()?;
    // The pause is 100 ms at first, and then twice as long each time.
    ensure!(count <= 5, "{count} attempts in {time:?}");
    let victim = *server.workers().iter().min().ok_or("no worker is left")?;
    // SAFETY: a process of the server, which is a child of ours.
    unsafe { libc::kill(victim, libc::SIGKILL) };
    let replaced = || {
        let workers = server.workers();
        workers.len() == 2 && !workers.contains(&victim)
    };
    let replaced = comes(Duration::from_millis(500), replaced);
    ensure!(replaced, "the worker is not replaced at once");
    Client::new(&server)?.ask().map(drop)
}

/// Sends requests on all connections until the end; returns those that broke.
fn load(clients: Vec<Client>, ends: &AtomicBool) -> Result<HashSet<SocketAddr>, Failed> {
    let mut broken = HashSet::new();
    let mut whole = clients;
    while !ends.load(Ordering::Relaxed) {
        let mut left = Vec::new();
        for mut client in whole {
            match client.ask() {
                Ok(_) => left.push(client),
                Err(_) => drop(broken.insert(client.address()?)),
            }
        }
        whole = left;
    }
    Ok(broken)
}

/// All workers have a handler that waits for a second. Requests on new connections are answered
/// meanwhile, and those on connections that these workers have.
pub fn wait(machine: &Machine) -> Result<(), Failed> {
    let server = start(machine, &["--workers", "2"])?;
    quickly("new connections while handlers wait", || {
        let sleepers = sleepers(&server, 6)?;
        let times = (0..20).map(|_| Client::new(&server)?.ask()).collect();
        wake(sleepers)?;
        times
    })?;
    quickly("idle connections while handlers wait", || {
        let mut idle = crowd(&server, 40)?;
        for client in &mut idle {
            client.ask()?;
        }
        let sleepers = sleepers(&server, 6)?;
        let times = idle.iter_mut().map(Client::ask).collect();
        wake(sleepers)?;
        times
    })
}

/// Connections with requests whose handlers wait for a second from now on.
fn sleepers(server: &Server, count: usize) -> Result<Vec<Client>, Failed> {
    let clients = crowd(server, count)?;
    for client in &clients {
        client.send(b"GET /sleep?ms=1000 HTTP/1.1\r\nHost: a\r\n\r\n")?;
    }
    thread::sleep(Duration::from_millis(100));
    Ok(clients)
}

/// Reads their answers.
fn wake(clients: Vec<Client>) -> Result<(), Failed> {
    for mut client in clients {
        let (status, body) = client.answer()?;
        ensure!(status == 200, "one that waited: {status}, \"{body}\"");
    }
    Ok(())
}

/// Workers that were started because others waited end some time later. No request suffers.
pub fn retire(machine: &Machine) -> Result<(), Failed> {
    let server = start(machine, &["--workers", "2"])?;
    let groups: Result<Vec<_>, _> = (0..2).map(|_| crowd(&server, CONNECTIONS)).collect();
    wake(sleepers(&server, 20)?)?;
    let most = server.workers().len();
    ensure!(most >= 20, "{most} workers for 20 requests that wait");
    let ends = AtomicBool::new(false);
    let (ended, broken) = thread::scope(|scope| {
        let load = |group| scope.spawn(|| load(group, &ends));
        let threads: Vec<_> = groups?.into_iter().map(load).collect();
        let ended = comes(Duration::from_secs(60), || server.workers().len() == 2);
        ends.store(true, Ordering::Relaxed);
        let mut broken = 0;
        for thread in threads {
            broken += thread.join().map_err(|_| "a client panicked")??.len();
        }
        Ok::<_, Failed>((ended, broken))
    })?;
    ensure!(
        ended,
        "{} of {most} workers are left",
        server.workers().len()
    );
    ensure!(broken == 0, "{broken} connections broke");
    Ok(())
}
