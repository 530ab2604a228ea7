//! What the processes of a server have: descriptors, memory, and connections.

use crate::{ensure, server::Server};
use libtest_mimic::Failed;
use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How long something may take that happens by itself: the server waits up to 2 s for the clients
/// of connections that it has ended.
const SETTLES: Duration = Duration::from_secs(10);

/// Lets this process open that many descriptors, besides a few.
pub fn raise_descriptors(count: usize) -> Result<(), Failed> {
    let wanted = count as libc::rlim_t + 500;
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the call writes the structure.
    unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) };
    // The superuser may raise both.
    limit.rlim_max = limit.rlim_max.max(wanted);
    limit.rlim_cur = limit.rlim_cur.max(wanted);
    // SAFETY: the call reads the structure.
    let raised = unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) };
    ensure!(
        raised == 0,
        "the test needs {wanted} descriptors: raise the limit (`ulimit -Hn`)"
    );
    Ok(())
}

/// The most descriptors that a worker has, and those of the supervisor without the channels to
/// workers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Descriptors {
    worker: usize,
    supervisor: usize,
}

impl Descriptors {
    /// Whether these are no more than `before`.
    pub fn fits(self, before: Descriptors) -> bool {
        self.worker <= before.worker && self.supervisor <= before.supervisor
    }
}

/// The descriptors of a server.
pub fn descriptors(server: &Server) -> Descriptors {
    let count = |id: i32| fs::read_dir(format!("/proc/{id}/fd")).map_or(0, Iterator::count);
    let workers = server.workers();
    let channels = workers.len();
    Descriptors {
        worker: workers.into_iter().map(count).max().unwrap_or_default(),
        supervisor: count(server.supervisor()).saturating_sub(channels),
    }
}

/// Waits until the processes have no more descriptors than that.
pub fn settles(server: &Server, before: Descriptors) -> Result<(), Failed> {
    let fits = || descriptors(server).fits(before);
    ensure!(
        comes(SETTLES, fits),
        "{before:?} before, {:?} after",
        descriptors(server)
    );
    Ok(())
}

/// Waits until something holds; returns whether it does.
pub fn comes(patience: Duration, holds: impl Fn() -> bool) -> bool {
    let until = Instant::now() + patience;
    while Instant::now() < until {
        if holds() {
            return true;
        }
        thread::sleep(Duration::from_millis(20));
    }
    holds()
}

/// Kilobytes of memory that the server's processes have; what they share counts once.
pub fn memory(server: &Server) -> u64 {
    let of = |id: i32| {
        let text = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
        line.trim().strip_suffix(" kB")?.parse::<u64>().ok()
    };
    server.processes().into_iter().filter_map(of).sum()
}

/// The most memory that the server has while `work` is done.
pub fn most_memory(
    server: &Server,
    work: impl FnOnce() -> Result<(), Failed>,
) -> Result<u64, Failed> {
    let ends = AtomicBool::new(false);
    thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut most = 0;
            while !ends.load(Ordering::Relaxed) {
                most = most.max(memory(server));
                thread::sleep(Duration::from_millis(10));
            }
            most
        });
        let done = work();
        ends.store(true, Ordering::Relaxed);
        let most = watcher.join().map_err(|_| "the watcher panicked");
        done?;
        Ok(most?)
    })
}

/// The worker that has each connection, by the client's address.
pub fn owners(server: &Server) -> Result<HashMap<SocketAddr, i32>, Failed> {
    let mut sockets = HashMap::new();
    for worker in server.workers() {
        for entry in fs::read_dir(format!("/proc/{worker}/fd"))?.flatten() {
            let target = fs::read_link(entry.path()).unwrap_or_default();
            let target = target.to_string_lossy();
            let number = target.strip_prefix("socket:[");
            if let Some(number) = number.and_then(|text| text.strip_suffix(']')) {
                sockets.insert(number.to_owned(), worker);
            }
        }
    }
    let table = fs::read_to_string("/proc/net/tcp")?;
    let of_line = |line: &str| {
        let words: Vec<_> = line.split_whitespace().collect();
        let local = address(words.get(1)?)?;
        let worker = sockets.get(*words.get(9)?)?;
        (local == server.address).then_some((address(words.get(2)?)?, *worker))
    };
    Ok(table.lines().skip(1).filter_map(of_line).collect())
}

/// An address of that table: `0100007F:1F90`, in the order of the CPU's bytes.
fn address(text: &str) -> Option<SocketAddr> {
    let (address, port) = text.split_once(':')?;
    let address = u32::from_str_radix(address, 16).ok()?.to_ne_bytes();
    Some((address, u16::from_str_radix(port, 16).ok()?).into())
}

/// The calls of the system with this name that a process makes from now on, by `strace`.
pub struct Calls {
    strace: Child,
    name: &'static str,
}

impl Calls {
    /// Begins to watch a process.
    pub fn of(process: i32, name: &'static str) -> Result<Calls, Failed> {
        let mut strace = Command::new("strace");
        strace.args(["-qq", "-e", &format!("trace={name}")]);
        strace.args(["-e", "signal=none", "-p", &process.to_string()]);
        strace.stderr(Stdio::piped());
        let calls = Calls {
            strace: strace.spawn()?,
            name,
        };
        let traced = || {
            let status = fs::read_to_string(format!("/proc/{process}/status"));
            let status = status.unwrap_or_default();
            let mut lines = status.lines();
            lines.any(|line| line.starts_with("TracerPid:") && !line.ends_with("\t0"))
        };
        ensure!(comes(SETTLES, traced), "strace does not watch the process");
        Ok(calls)
    }

    /// Ends it; returns how many there were.
    pub fn count(mut self) -> Result<usize, Failed> {
        let id = self.strace.id().cast_signed();
        // SAFETY: a child that has not been waited for.
        unsafe { libc::kill(id, libc::SIGTERM) };
        let mut text = String::new();
        if let Some(mut stream) = self.strace.stderr.take() {
            stream.read_to_string(&mut text)?;
        }
        Ok(text.matches(&format!("{}(", self.name)).count())
    }
}

impl Drop for Calls {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.strace.kill();
        let _ = self.strace.wait();
    }
}
