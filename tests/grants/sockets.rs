//! Listening sockets: opened at start, or passed to the process.

use crate::{
    ensure,
    probe::{Machine, Probe, Ran, piped},
    tests,
};
use libtest_mimic::Failed;
use std::{
    fs,
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    os::{
        fd::{AsRawFd, OwnedFd},
        unix::net::{UnixDatagram, UnixStream},
    },
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

tests![
    a_connection_is_accepted,
    a_connection_over_ipv6_is_accepted,
    accept_waits_for_a_connection,
    accept_does_not_wait_if_the_program_says_so,
    a_write_too_late_is_an_error,
    directories_follow_sockets,
    an_address_in_use_is_refused,
    a_foreign_address_is_refused,
    an_address_can_be_used_again_at_once,
    sockets_are_handed_over,
    a_handed_over_socket_keeps_its_mode,
    sockets_of_another_process_are_not,
    a_handed_over_descriptor_must_be_a_socket,
    a_handed_over_descriptor_must_be_open,
    malformed_counts_are_refused,
    without_the_option_nothing_is_handed_over,
    datagrams_are_received_whole_or_cut,
    a_stream_is_waited_for_as_long_as_the_program_wants,
];

/// An address with a port that is currently free.
fn free(address: &str) -> Result<String, Failed> {
    Ok(TcpListener::bind(format!("{address}:0"))?
        .local_addr()?
        .to_string())
}

/// Connects as soon as a server listens.
fn connect(address: &str) -> Result<TcpStream, Failed> {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        match TcpStream::connect(address) {
            Ok(stream) => return Ok(stream),
            Err(error) if Instant::now() > end => return Err(error.into()),
            Err(_) => thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// Sends a line to the program's `echo`, and checks the answer and the program's output.
fn exchange(mut stream: TcpStream, child: Child) -> Result<(), Failed> {
    stream.write_all(b"hello")?;
    let mut back = String::new();
    stream.read_to_string(&mut back)?;
    ensure!(back == "hello", "{back:?}");
    stream.shutdown(Shutdown::Write)?;
    let ran = Ran::new(&child.wait_with_output()?);
    ran.printed("accept: ok\nreceived 5\nsent 5\nshutdown: ok\nthen 0\n")
}

fn a_connection_is_accepted(machine: &Machine) -> Result<(), Failed> {
    let address = free("127.0.0.1")?;
    let probe = machine.build(&["--listen", &address])?;
    let child = probe.start("echo 3", &[])?;
    exchange(connect(&address)?, child)
}

fn a_connection_over_ipv6_is_accepted(machine: &Machine) -> Result<(), Failed> {
    let Ok(address) = free("[::1]") else {
        // A machine without IPv6 refuses the address.
        let probe = machine.build(&["--listen=[::1]:0"])?;
        return probe
            .run("preopens", &[])
            .refused("cannot listen at [::1]:0");
    };
    let probe = machine.build(&["--listen", &address])?;
    let child = probe.start("echo 3", &[])?;
    exchange(connect(&address)?, child)
}

fn accept_waits_for_a_connection(machine: &Machine) -> Result<(), Failed> {
    let address = free("127.0.0.1")?;
    let probe = machine.build(&["--listen", &address])?;
    let child = probe.start("echo 3", &[])?;
    // Usually the program is waiting by then.
    thread::sleep(Duration::from_millis(300));
    exchange(connect(&address)?, child)
}

fn accept_does_not_wait_if_the_program_says_so(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--listen=127.0.0.1:0"])?;
    let ran = probe.run("poll-and-echo 3", &[]);
    let said = ran.stdout == "accept: Resource temporarily unavailable\n";
    ensure!(ran.status == 1 && said, "{ran:?}");
    Ok(())
}

fn a_write_too_late_is_an_error(machine: &Machine) -> Result<(), Failed> {
    let address = free("127.0.0.1")?;
    let probe = machine.build(&["--listen", &address])?;
    let child = probe.start("write-too-late 3", &[])?;
    let _client = connect(&address)?;
    let ran = Ran::new(&child.wait_with_output()?);
    ran.printed("accept: ok\nshutdown: ok\nwrite: Broken pipe\nsend: Broken pipe\n")
}

fn directories_follow_sockets(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--listen=127.0.0.1:0", "--dir=granted"])?;
    probe.run("preopens", &[]).printed(
        "\
3: type 6, tag 1, error 0, name , flags 0
4: type 3, tag 0, error 0, name granted, flags 0
",
    )?;
    // A C library that looks for directories continues after the socket.
    probe
        .run("read granted/file", &[])
        .printed("granted/file: ok\n")
}

fn an_address_in_use_is_refused(machine: &Machine) -> Result<(), Failed> {
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let address = taken.local_addr()?.to_string();
    let probe = machine.build(&["--listen", &address])?;
    probe.run("preopens", &[]).refused(&format!(
        "cannot listen at {address}: another program listens there (os error 98)\nhelp: "
    ))
}

fn a_foreign_address_is_refused(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--listen=192.0.2.1:80"])?;
    probe.run("preopens", &[]).refused(
        "cannot listen at 192.0.2.1:80: this machine has no such address (os error 99)\nhelp: ",
    )
}

fn an_address_can_be_used_again_at_once(machine: &Machine) -> Result<(), Failed> {
    let address = free("127.0.0.1")?;
    let probe = machine.build(&["--listen", &address])?;
    for _ in 0..2 {
        let child = probe.start("echo 3", &[])?;
        exchange(connect(&address)?, child)?;
    }
    Ok(())
}

/// Starts the program with `socket` as its descriptors 3 and 4. `pid`: the value of `LISTEN_PID`;
/// `$$` is the program's own.
fn hand_over(
    probe: &Probe,
    words: &str,
    socket: OwnedFd,
    [count, pid]: [&str; 2],
) -> Result<Child, Failed> {
    let run = probe.command(words);
    // Only a shell can pass descriptors to a process. The shell gets the socket as its own input.
    let script = format!(
        "LISTEN_FDS={count} LISTEN_PID={pid} LISTEN_FDNAMES=web; \
         export LISTEN_FDS LISTEN_PID LISTEN_FDNAMES; exec \"$0\" \"$@\" 3<&0 4<&0 </dev/null"
    );
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &script])
        .arg(run.get_program())
        .args(run.get_args())
        .current_dir(probe.path("."))
        .env_remove("LISTEN_FDS");
    Ok(piped(&mut shell).stdin(socket).spawn()?)
}

const LISTEN_FDS: &[&str] = &["--listen-fds", "--dir=granted"];

fn sockets_are_handed_over(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(LISTEN_FDS)?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    let start =
        |words, count| hand_over(&probe, words, listener.try_clone()?.into(), [count, "$$"]);
    let one = start("preopens", "1")?;
    Ran::new(&one.wait_with_output()?).printed(
        "\
3: type 6, tag 1, error 0, name , flags 0
4: type 3, tag 0, error 0, name granted, flags 0
",
    )?;
    let two = start("preopens", "2")?;
    let stdout = Ran::new(&two.wait_with_output()?).stdout;
    ensure!(stdout.matches("type 6, tag 1").count() == 2, "{stdout}");
    Ran::new(&start("env", "1")?.wait_with_output()?)
        .printed("LISTEN_FDS=1\nLISTEN_FDNAMES=web\n")?;
    exchange(connect(&address)?, start("echo 3", "1")?)
}

fn a_handed_over_socket_keeps_its_mode(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(LISTEN_FDS)?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let child = hand_over(&probe, "echo 3", listener.into(), ["1", "$$"])?;
    let ran = Ran::new(&child.wait_with_output()?);
    let said = ran.stdout == "accept: Resource temporarily unavailable\n";
    ensure!(ran.status == 1 && said, "{ran:?}");
    Ok(())
}

/// The output of a program that was passed one socket in a wrong way.
fn refused_hand_over(machine: &Machine, how: [&str; 2], message: &str) -> Result<(), Failed> {
    let probe = machine.build(LISTEN_FDS)?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let child = hand_over(&probe, "preopens", listener.into(), how)?;
    Ran::new(&child.wait_with_output()?).refused(message)
}

fn sockets_of_another_process_are_not(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(LISTEN_FDS)?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let child = hand_over(&probe, "preopens", listener.into(), ["1", "1"])?;
    Ran::new(&child.wait_with_output()?)
        .printed("3: type 3, tag 0, error 0, name granted, flags 0\n")
}

fn a_handed_over_descriptor_must_be_a_socket(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(LISTEN_FDS)?;
    let file = fs::File::open(probe.path("outside"))?;
    let child = hand_over(&probe, "preopens", file.into(), ["1", "$$"])?;
    Ran::new(&child.wait_with_output()?)
        .refused("cannot take over a socket of LISTEN_FDS=1: it is no socket (os error 88)\n")
}

fn a_handed_over_descriptor_must_be_open(machine: &Machine) -> Result<(), Failed> {
    // More descriptors than an emulator itself may have open.
    let message = "cannot take over a socket of LISTEN_FDS=200: ";
    refused_hand_over(machine, ["200", "$$"], message)
}

fn malformed_counts_are_refused(machine: &Machine) -> Result<(), Failed> {
    for count in ["x", "-1", "0", "99999999999"] {
        let message = format!("`{count}` in the variable LISTEN_FDS is not understood\n");
        refused_hand_over(machine, [count, "$$"], &message)?;
    }
    refused_hand_over(
        machine,
        ["1", "x"],
        "`x` in the variable LISTEN_PID is not understood\n",
    )
}

fn without_the_option_nothing_is_handed_over(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--dir=granted"])?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let child = hand_over(&probe, "preopens", listener.into(), ["x", "$$"])?;
    Ran::new(&child.wait_with_output()?)
        .printed("3: type 3, tag 0, error 0, name granted, flags 0\n")
}

fn datagrams_are_received_whole_or_cut(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(LISTEN_FDS)?;
    let (own, theirs) = UnixDatagram::pair()?;
    for datagram in ["0123456", "abcdefg", "", "last"] {
        own.send(datagram.as_bytes())?;
    }
    // Peek, receive, receive: at most 5 bytes. The empty one, and one that is waited for but is
    // shorter.
    let child = hand_over(&probe, "receive 3 2 1 0 0 0 2", theirs.into(), ["1", "$$"])?;
    Ran::new(&child.wait_with_output()?).printed(
        "\
stat: 0, type 5
receive: 0, 5 bytes, flags 1, <01234>
receive: 0, 5 bytes, flags 1, <01234>
receive: 0, 5 bytes, flags 1, <abcde>
receive: 0, 0 bytes, flags 0, <>
receive: 0, 4 bytes, flags 0, <last>
",
    )
}

/// Waits until the other side has read the data, however long it takes to start.
fn until_read(stream: &UnixStream) -> Result<(), Failed> {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let mut left: libc::c_int = 0;
        // SAFETY: the descriptor is open, and this request writes one number.
        if unsafe { libc::ioctl(stream.as_raw_fd(), libc::TIOCOUTQ, &mut left) } != 0 {
            return Err(std::io::Error::last_os_error().into());
        }
        if left == 0 {
            return Ok(());
        }
        ensure!(Instant::now() < end, "{left} bytes were not read");
        thread::sleep(Duration::from_millis(2));
    }
}

fn a_stream_is_waited_for_as_long_as_the_program_wants(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(LISTEN_FDS)?;
    let (mut own, theirs) = UnixStream::pair()?;
    own.write_all(b"01")?;
    // The available data; as much as fits; everything until the end; the end.
    let child = hand_over(&probe, "receive 3 7 0 2 2 2", theirs.into(), ["1", "$$"])?;
    for piece in ["abcd", "efghij", "last"] {
        until_read(&own)?;
        thread::sleep(Duration::from_millis(50));
        own.write_all(piece.as_bytes())?;
    }
    own.shutdown(Shutdown::Write)?;
    Ran::new(&child.wait_with_output()?).printed(
        "\
stat: 0, type 6
receive: 0, 2 bytes, flags 0, <01>
receive: 0, 10 bytes, flags 0, <abcdefghij>
receive: 0, 4 bytes, flags 0, <last>
receive: 0, 0 bytes, flags 0, <>
",
    )
}
