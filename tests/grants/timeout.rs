//! Half a second after `--timeout` the program has ended, whatever it does, and whether or not its
//! report is read.

use crate::{
    ensure,
    inherited::{before_exec, limit},
    probe::{Machine, Probe, Ran},
    tests,
    unread::{EVERY, Unread, Why, wait},
};
use libtest_mimic::Failed;
use std::{
    net::{TcpListener, TcpStream, UdpSocket},
    os::{fd::AsRawFd, unix::process::ExitStatusExt},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use wasi_aot_tests::tool::{self, Runner};

tests![
    a_loop_ends_unread,
    a_write_to_standard_error_ends,
    a_write_to_standard_output_ends_unread,
    a_sleep_ends_unread,
    a_read_ends_unread,
    an_accept_ends_unread,
    a_connect_ends_unread,
    a_name_lookup_ends_unread,
    a_start_function_ends_unread,
    a_destructor_ends_unread,
    threads_end_unread,
    an_unread_trap_ends,
    an_unread_note_ends,
    a_stopped_program_ends,
    who_reads_late_gets_the_whole_report,
    no_room_for_a_timer_is_said,
    a_function_without_frame_has_its_caller,
];

const OPTION: &str = "--timeout=300ms";
const TIMEOUT: Duration = Duration::from_millis(300);
/// What may pass between the time-out and the end.
const GRACE: Duration = Duration::from_millis(500);

/// The command ends in time, its standard error unread for each reason.
fn ends(machine: &Machine, command: &mut dyn FnMut() -> Command) -> Result<(), Failed> {
    EVERY
        .into_iter()
        .try_for_each(|why| ends_unread(machine, why, command))
}

/// How often a run that took too long is repeated: on a busy machine a process waits for its turn.
const TRIES: usize = 4;

fn ends_unread(
    machine: &Machine,
    why: Why,
    command: &mut dyn FnMut() -> Command,
) -> Result<(), Failed> {
    let mut late = Vec::new();
    for _ in 0..TRIES {
        let took = match machine.runner {
            Runner::Native => once(why, command())?,
            // The emulator reports the end on the same standard error, and waits for that.
            Runner::Emulator(_) => return emulated(why, command()),
        };
        ensure!(took >= TIMEOUT, "{why:?}: after {took:?}");
        if took <= TIMEOUT + GRACE {
            return Ok(());
        }
        late.push(took);
    }
    Err(format!("{why:?}: it took {late:?}").into())
}

/// Longer than any of this takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long it takes until the command has aborted.
fn once(why: Why, mut command: Command) -> Result<Duration, Failed> {
    let unread = Unread::new(why)?;
    unread.give(command.stdin(Stdio::piped()))?;
    let before = Instant::now();
    let mut child = command.spawn()?;
    drop(command);
    let (status, by_itself) = wait(&mut child, PATIENCE)?;
    let took = before.elapsed();
    ensure!(by_itself, "{why:?}: it was still running after {took:?}");
    ensure!(status.signal() == Some(libc::SIGABRT), "{why:?}: {status}");
    let text = read(unread)?;
    ensure!(!text.contains("wasm trap"), "{why:?}: it was read: {text}");
    Ok(took)
}

/// The command aborts before its report is read: the report is cut, and the emulator's own follows.
fn emulated(why: Why, mut command: Command) -> Result<(), Failed> {
    let unread = Unread::new(why)?;
    unread.give(command.stdin(Stdio::piped()))?;
    let mut child = command.spawn()?;
    drop(command);
    if why != Why::Closed {
        // An emulator on a busy machine takes its time.
        thread::sleep(TIMEOUT + 3 * GRACE);
    }
    let reader = unread.release();
    let (status, by_itself) = wait(&mut child, PATIENCE)?;
    let text = reader.join().map_err(|_| "the reader panicked")?;
    ensure!(by_itself, "{why:?}: it did not end: {text}");
    ensure!(status.signal() == Some(libc::SIGABRT), "{why:?}: {status}");
    ensure!(
        !text.contains("wasm trap"),
        "{why:?}: it was waited for: {text}"
    );
    Ok(())
}

fn read(unread: Unread) -> Result<String, Failed> {
    let text = unread.release().join();
    Ok(text.map_err(|_| "the reader panicked")?)
}

/// `words` of the program end in time.
fn words(machine: &Machine, words: &str) -> Result<(), Failed> {
    let probe = machine.build(&[OPTION])?;
    ends(machine, &mut || quiet(probe.command(words)))
}

/// Its standard output is nobody's.
fn quiet(mut command: Command) -> Command {
    command.stdout(Stdio::null());
    command
}

fn module(machine: &Machine, name: &str) -> Result<Probe, Failed> {
    machine.build_module(name, &[OPTION])
}

fn a_loop_ends_unread(machine: &Machine) -> Result<(), Failed> {
    words(machine, "spin")
}

/// The program waits where the report will wait; if standard error is closed, it goes on.
fn a_write_to_standard_error_ends(machine: &Machine) -> Result<(), Failed> {
    let probe = module(machine, "says-forever.wat")?;
    ends(machine, &mut || quiet(probe.command("")))
}

fn a_write_to_standard_output_ends_unread(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build_module("says-forever.wat", &[OPTION])?;
    let full = Unread::new(Why::Full)?;
    ends(machine, &mut || {
        let mut command = probe.command("");
        full.give_output(&mut command).expect("it is a pipe");
        command
    })
}

fn a_sleep_ends_unread(machine: &Machine) -> Result<(), Failed> {
    words(machine, "nap")
}

fn a_read_ends_unread(machine: &Machine) -> Result<(), Failed> {
    words(machine, "input")
}

fn an_accept_ends_unread(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&[OPTION, "--listen=127.0.0.1:0"])?;
    ends(machine, &mut || quiet(probe.command("echo 3")))
}

/// The other side has no room for another connection, and answers nothing.
fn a_connect_ends_unread(machine: &Machine) -> Result<(), Failed> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    // SAFETY: touches no memory.
    let shortened = unsafe { libc::listen(listener.as_raw_fd(), 0) };
    ensure!(shortened == 0, "{}", std::io::Error::last_os_error());
    let mut waiting = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(300)) {
        waiting.push(stream);
        ensure!(waiting.len() < 100, "there is room");
    }
    let probe = machine.build_module("net.wasm", &[OPTION, "--allow-net"])?;
    let words = format!("connect {address} x");
    ends(machine, &mut || quiet(probe.command(&words)))
}

/// The name server says nothing.
fn a_name_lookup_ends_unread(machine: &Machine) -> Result<(), Failed> {
    let server = UdpSocket::bind("127.0.0.1:0")?;
    let address = server.local_addr()?.to_string();
    let options = [OPTION, "--allow-name-lookup", "--runtime-grants=net"];
    let probe = machine.build_module("../wasi/net/p2-net-names.wasm", &options)?;
    ends(machine, &mut || {
        let mut command = quiet(probe.command("some.example"));
        command.env("WASI_AOT_NAME_SERVER", &address);
        command
    })
}

fn a_start_function_ends_unread(machine: &Machine) -> Result<(), Failed> {
    let probe = module(machine, "start-loops.wat")?;
    ends(machine, &mut || quiet(probe.command("")))
}

fn a_destructor_ends_unread(machine: &Machine) -> Result<(), Failed> {
    let probe = module(machine, "destructor-loops.wat")?;
    ends(machine, &mut || quiet(probe.command("")))
}

fn threads_end_unread(machine: &Machine) -> Result<(), Failed> {
    let probe = module(machine, "threads.wasm")?;
    ends(machine, &mut || quiet(probe.command("spin")))
}

/// The report of another trap waits.
fn an_unread_trap_ends(machine: &Machine) -> Result<(), Failed> {
    for file in [
        "divide.wat",
        "memory.wat",
        "segment.wat",
        "thread-unreachable.wat",
    ] {
        let probe = module(machine, &format!("../traps/{file}"))?;
        for why in [Why::Full, Why::Stopped] {
            ends_unread(machine, why, &mut || quiet(probe.command("")))?;
        }
    }
    Ok(())
}

/// So does a note.
fn an_unread_note_ends(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&[OPTION])?;
    for why in [Why::Full, Why::Stopped] {
        ends_unread(machine, why, &mut || {
            quiet(probe.command("read-and-fail /x"))
        })?;
    }
    Ok(())
}

/// The signals of preview 1 that stop a process.
fn a_stopped_program_ends(machine: &Machine) -> Result<(), Failed> {
    words(machine, "raise 18")?;
    let probe = machine.build(&[OPTION])?;
    let ran = probe.run("raise 18", &[]);
    ensure!(
        ran.status == 134 && ran.stderr.ends_with("wasm trap: interrupt\n"),
        "{ran:?}"
    );
    Ok(())
}

/// A reader that is a little late is no reason to cut the report.
fn who_reads_late_gets_the_whole_report(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--timeout=1s"])?;
    let mut cut = String::new();
    // On a busy machine the reader may come too late.
    for _ in 0..TRIES {
        let unread = Unread::new(Why::Full)?;
        let mut command = quiet(probe.command("spin"));
        unread.give(&mut command)?;
        let mut child = command.spawn()?;
        drop(command);
        thread::sleep(Duration::from_millis(1050));
        let reader = unread.release();
        let (status, _) = wait(&mut child, PATIENCE)?;
        cut = reader.join().map_err(|_| "the reader panicked")?;
        ensure!(status.signal() == Some(libc::SIGABRT), "{status}");
        if cut.contains("wasm trap: interrupt\n") {
            return Ok(());
        }
    }
    Err(format!("it is cut: {cut}").into())
}

/// Each timer counts against the limit on pending signals.
fn no_room_for_a_timer_is_said(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&[OPTION])?;
    let mut command = probe.command("spin");
    before_exec(&mut command, || limit(libc::RLIMIT_SIGPENDING, 0));
    let ran = Ran::new(&tool::run(&mut command, b""));
    ran.refused("the clock of `--timeout` cannot be started (os error 11)\nhelp: ")
}

/// The interrupt comes in the function that computes, but now and then between its calls.
fn a_function_without_frame_has_its_caller(machine: &Machine) -> Result<(), Failed> {
    let probe = module(machine, "frameless.wat")?;
    let mut report = String::new();
    for _ in 0..TRIES {
        let ran = Ran::new(&tool::run(&mut probe.command(""), b""));
        report = ran.stderr;
        let functions = report.lines().filter_map(|line| line.split_once("!"));
        let functions: Vec<_> = functions.map(|(_, function)| function).collect();
        match functions[..] {
            ["compute", "caller", "main"] => return Ok(()),
            ["caller", "main"] => {}
            _ => break,
        }
    }
    Err(report.into())
}
