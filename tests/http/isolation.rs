//! Each request has a fresh instance. What an instance does to memory, handles, sockets, files, the
//! processor or its worker does not reach another instance.

use crate::server::{Machine, Server};
use crate::{answer::Answer, connection::Connection, connection::Missing, ensure};
use libtest_mimic::{Failed, Trial};
use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};
use wasi_aot_targets::Target;
use wasi_aot_tests::tool::{self, Runner};

/// A test on a machine. Its error says why it fails.
pub type Test = fn(&Machine) -> Result<(), Failed>;

pub const TESTS: &[(&str, Test)] = &[
    ("memory_is_as_at_the_start", memory_is_as_at_the_start),
    (
        "an_empty_memory_is_empty_again",
        an_empty_memory_is_empty_again,
    ),
    ("state_does_not_stay", state_does_not_stay),
    (
        "instances_draw_their_own_numbers",
        instances_draw_their_own_numbers,
    ),
    ("traps_end_one_request", traps_end_one_request),
    ("descriptors_do_not_pile_up", descriptors_do_not_pile_up),
    ("memory_does_not_pile_up", memory_does_not_pile_up),
    ("a_loop_ends_at_its_time", a_loop_ends_at_its_time),
    ("requests_run_at_once", requests_run_at_once),
    (
        "a_worker_that_dies_is_replaced",
        a_worker_that_dies_is_replaced,
    ),
    ("a_signal_stops_all", a_signal_stops_all),
    (
        "a_request_ends_before_the_server",
        a_request_ends_before_the_server,
    ),
];

/// The same tests where servers have no `/proc`, and so cannot ask which pages a request has
/// written. Under an emulator they never can.
pub fn without_proc(target: &'static Target, runner: &Result<Runner, String>) -> Vec<Trial> {
    let trial = |&(name, test): &(&str, Test)| {
        let name = format!("{}/isolation-without-proc/{name}", target.name);
        match (runner, tool::in_path("unshare")) {
            (Ok(Runner::Native), Some(unshare)) => Trial::test(name, move || {
                test(&Machine::new(target, Runner::Native).without_proc(unshare))
            }),
            (Ok(Runner::Native), None) => tool::unable(name, "no unshare".to_owned()),
            (Ok(Runner::Emulator(_)), _) => tool::left_out(name, "an emulator needs /proc"),
            (Err(reason), _) => tool::unable(name, reason.clone()),
        }
    };
    TESTS.iter().map(trial).collect()
}

/// Asks for a path on a new connection.
fn get(server: &Server, path: &str) -> Result<Answer, Failed> {
    let mut connection = Connection::new(server.address)?;
    ask(&mut connection, path)
}

/// Asks for a path.
fn ask(connection: &mut Connection, path: &str) -> Result<Answer, Failed> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
    connection.send(request.as_bytes())?;
    Answer::read(connection, false).map_err(|missing| match missing {
        Missing::End => Failed::from(format!("{path}: no answer")),
        Missing::Failed(failed) => failed,
    })
}

/// Asks for a path, and the body must be this.
fn says(server: &Server, path: &str, body: &str) -> Result<(), Failed> {
    let answer = get(server, path)?;
    ensure!(answer.body == body.as_bytes(), "{path}: {}", answer.shown());
    Ok(())
}

fn start(machine: &Machine, options: &[&str]) -> Result<Server, Failed> {
    let options: Vec<String> = options.iter().map(|&option| option.to_owned()).collect();
    machine.serve("low", &options)
}

/// A component that draws a number at instantiation is instantiated for each request, unless an
/// instance may handle several.
fn instances_draw_their_own_numbers(machine: &Machine) -> Result<(), Failed> {
    let numbers = |options: &[&str]| -> Result<Vec<Vec<u8>>, Failed> {
        let options: Vec<String> = options.iter().map(|&option| option.to_owned()).collect();
        let server = machine.serve("seed", &options)?;
        let numbers = (0..6).map(|_| Ok(get(&server, "/")?.body));
        numbers.collect()
    };
    let fresh = numbers(&["--workers=1"])?;
    let different: BTreeSet<_> = fresh.iter().collect();
    ensure!(different.len() == 6, "{fresh:?}");
    let reused = numbers(&["--workers=1", "--instance-requests=3"])?;
    let different: BTreeSet<_> = reused.iter().collect();
    ensure!(different.len() == 2 && reused[0] == reused[2], "{reused:?}");
    Ok(())
}

/// One worker: every request meets the instance's place that the one before had.
fn memory_is_as_at_the_start(machine: &Machine) -> Result<(), Failed> {
    let server = start(machine, &["--workers", "1"])?;
    let first = get(&server, "/dirty")?;
    let text = String::from_utf8_lossy(&first.body).into_owned();
    ensure!(text.starts_with("count 1, "), "{text}");
    ensure!(text.ends_with("grown: true, clean: true\n"), "{text}");
    for _ in 0..50 {
        says(&server, "/dirty", &text)?;
    }
    says(&server, "/grow?pages=10", "17 pages and 10, clean: true\n")?;
    says(&server, "/grow?pages=10", "17 pages and 10, clean: true\n")
}

/// Nothing is before the pages by which such a memory grows.
fn an_empty_memory_is_empty_again(machine: &Machine) -> Result<(), Failed> {
    let server = machine.serve("grows", &["--workers=1".to_owned()])?;
    for _ in 0..20 {
        says(&server, "/", "hello\n")?;
    }
    Ok(())
}

fn state_does_not_stay(machine: &Machine) -> Result<(), Failed> {
    let server = start(machine, &["--workers", "1"])?;
    let mut connection = Connection::new(server.address)?;
    for _ in 0..50 {
        let answer = ask(&mut connection, "/state")?;
        ensure!(answer.body == b"1\n", "{}", answer.shown());
        says(&server, "/state", "1\n")?;
    }
    Ok(())
}

fn traps_end_one_request(machine: &Machine) -> Result<(), Failed> {
    let mut server = start(machine, &["--workers", "1"])?;
    for path in [
        "/trap",
        "/panic",
        "/no-set",
        "/no-set-leak",
        "/drop-response",
    ] {
        let answer = get(&server, path)?;
        ensure!(answer.status == 500, "{path}: {}", answer.shown());
        says(&server, "/state", "1\n")?;
    }
    let cut = get(&server, "/panic-after-head")?;
    ensure!(cut.cut && cut.status == 200, "{}", cut.shown());
    says(&server, "/state", "1\n")?;
    let (_, [errors, _]) = server.stop(libc::SIGTERM)?;
    let named = errors.matches("failed to invoke `handle` function").count();
    let reports = errors.matches("\nCaused by:\n").count();
    ensure!(named >= 3 && named == reports, "{errors}");
    Ok(())
}

/// The descriptors of all processes of the server.
fn descriptors(server: &Server) -> usize {
    let count = |id: i32| std::fs::read_dir(format!("/proc/{id}/fd")).map_or(0, Iterator::count);
    server.processes().into_iter().map(count).sum()
}

/// Instances that leave sockets, files and timers open leave nothing to the process.
fn descriptors_do_not_pile_up(machine: &Machine) -> Result<(), Failed> {
    let options = ["--workers", "1", "--allow-net-listen"];
    let server = start(machine, &options)?;
    let answer = get(&server, "/dirty")?;
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    ensure!(text.contains("\ntcp true, Ok(\"listens\")"), "{text}");
    let before = descriptors(&server);
    for _ in 0..100 {
        get(&server, "/dirty")?;
    }
    thread::sleep(Duration::from_millis(100));
    let after = descriptors(&server);
    ensure!(after <= before, "{before} descriptors, then {after}");
    Ok(())
}

/// Kilobytes that all processes of the server have in memory.
fn resident(server: &Server) -> u64 {
    let of = |id: i32| {
        let text = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().strip_suffix(" kB")?.parse::<u64>().ok()
    };
    server.processes().into_iter().filter_map(of).sum()
}

/// Instances that grow leave their memory to nobody.
fn memory_does_not_pile_up(machine: &Machine) -> Result<(), Failed> {
    let server = start(machine, &["--workers", "1"])?;
    for _ in 0..5 {
        get(&server, "/grow?pages=500")?;
        get(&server, "/handles?count=20000")?;
    }
    let before = resident(&server);
    for _ in 0..40 {
        let answer = get(&server, "/grow?pages=500")?;
        ensure!(
            answer.body.ends_with(b"clean: true\n"),
            "{}",
            answer.shown()
        );
        get(&server, "/handles?count=20000")?;
    }
    let after = resident(&server);
    ensure!(after < before + 8192, "{before} kB, then {after} kB");
    Ok(())
}

fn a_loop_ends_at_its_time(machine: &Machine) -> Result<(), Failed> {
    let server = start(machine, &["--workers", "1", "--timeout", "300ms"])?;
    let started = Instant::now();
    let answer = get(&server, "/spin")?;
    ensure!(answer.status == 504, "{}", answer.shown());
    let taken = started.elapsed();
    ensure!(taken >= Duration::from_millis(290), "{taken:?}");
    says(&server, "/state", "1\n")
}

/// Requests that wait do not keep others from being handled.
fn requests_run_at_once(machine: &Machine) -> Result<(), Failed> {
    let server = start(machine, &["--workers", "1"])?;
    let started = Instant::now();
    let asked = thread::scope(|scope| {
        let ask = || scope.spawn(|| get(&server, "/sleep?ms=1000").map(|answer| answer.status));
        let threads: Vec<_> = (0..4).map(|_| ask()).collect();
        thread::sleep(Duration::from_millis(50));
        let quick = get(&server, "/state").map(|answer| answer.status);
        let quick = quick.map(|status| (status, started.elapsed()));
        let all: Vec<_> = threads
            .into_iter()
            .map(thread::ScopedJoinHandle::join)
            .collect();
        (quick, all)
    });
    let (status, taken) = asked.0?;
    ensure!(
        status == 200 && taken < Duration::from_millis(900),
        "{status}, {taken:?}"
    );
    for result in asked.1 {
        let status = result.map_err(|_| "a thread panicked")??;
        ensure!(status == 200, "{status}");
    }
    let taken = started.elapsed();
    ensure!(taken < Duration::from_millis(3500), "{taken:?}");
    Ok(())
}

fn a_worker_that_dies_is_replaced(machine: &Machine) -> Result<(), Failed> {
    let server = start(machine, &["--workers", "2"])?;
    says(&server, "/state", "1\n")?;
    let supervisor = server.processes().into_iter().min();
    let workers = server
        .processes()
        .into_iter()
        .filter(|id| Some(*id) != supervisor);
    for worker in workers {
        // SAFETY: a process of the server, which is a child of ours.
        unsafe { libc::kill(worker, libc::SIGKILL) };
    }
    thread::sleep(Duration::from_millis(300));
    for _ in 0..10 {
        says(&server, "/state", "1\n")?;
    }
    Ok(())
}

fn a_signal_stops_all(machine: &Machine) -> Result<(), Failed> {
    for signal in [libc::SIGTERM, libc::SIGINT] {
        let mut server = start(machine, &[])?;
        says(&server, "/state", "1\n")?;
        let idle = Connection::new(server.address)?;
        let (status, [errors, _]) = server.stop(signal)?;
        drop(idle);
        ensure!(status.success(), "signal {signal}: {status}, {errors}");
        let left = server.processes();
        ensure!(left.is_empty(), "signal {signal}: {left:?} are left");
    }
    Ok(())
}

/// A request that runs when the signal comes is answered.
fn a_request_ends_before_the_server(machine: &Machine) -> Result<(), Failed> {
    let mut server = start(machine, &[])?;
    let mut connection = Connection::new(server.address)?;
    connection.send(b"GET /sleep?ms=500 HTTP/1.1\r\nHost: a\r\n\r\n")?;
    thread::sleep(Duration::from_millis(100));
    let (status, [errors, _]) = server.stop(libc::SIGTERM)?;
    ensure!(status.success(), "{status}, {errors}");
    match Answer::read(&mut connection, false) {
        Ok(answer) if answer.status == 200 && !answer.cut => Ok(()),
        Ok(answer) => Err(answer.shown().into()),
        Err(_) => Err("no answer".into()),
    }
}
