//! Programs on the network, as clients and as servers, whose peers are not programs of ours.
//! Everything is granted.

use crate::{
    ensure,
    probe::{Machine, Probe, Ran},
    tests,
};
use libtest_mimic::Failed;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket},
    os::fd::AsRawFd,
    process::{Child, ChildStdout},
    thread,
    time::{Duration, Instant},
};
use wasi_aot_tests::tool::Runner;

tests![
    a_client_talks_to_a_peer,
    a_client_talks_over_ipv6,
    nobody_listens,
    a_peer_resets,
    a_connection_that_takes_time_is_waited_for,
    more_than_the_system_keeps_is_exchanged,
    a_client_has_thousands_of_connections,
    a_server_has_thousands_of_connections,
    a_server_listens_over_ipv6,
    datagrams_come_back,
    datagrams_come_back_over_ipv6,
    datagrams_are_sent_back,
];

/// The number of connections, in total and at the same time.
const CONNECTIONS: usize = 3000;
const AT_ONCE: usize = 300;

/// The maximum time for something that must happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// Builds the program and grants it everything.
pub fn build(machine: &Machine) -> Result<Probe, Failed> {
    let all = ["--allow-net", "--allow-net-listen", "--allow-name-lookup"];
    machine.build_module("net.wasm", &all)
}

/// A program that waits for connections.
pub struct Server {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Server {
    /// Starts it.
    pub fn start(probe: &Probe, words: &str, variables: &[(&str, &str)]) -> Result<Server, Failed> {
        let mut child = probe.start(words, variables)?;
        let output = BufReader::new(child.stdout.take().ok_or("it is piped")?);
        Ok(Server { child, output })
    }

    /// The port, which the program prints after this line.
    pub fn port(&mut self, behind: &str) -> Result<u16, Failed> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        ensure!(line.trim_end() == behind, "it says {line:?}");
        line.clear();
        self.output.read_line(&mut line)?;
        Ok(line.trim_end().parse()?)
    }

    /// Waits for it to exit. Its output must include this text.
    pub fn ended(mut self, said: &str) -> Result<(), Failed> {
        let mut rest = String::new();
        self.output.read_to_string(&mut rest)?;
        let ran = Ran::new(&self.child.wait_with_output()?);
        ensure!(ran.status == 0, "{rest:?} {ran:?}");
        ensure!(rest == said, "it says {rest:?}");
        Ok(())
    }
}

fn listen(address: &str) -> Result<(TcpListener, SocketAddr), Failed> {
    let listener = TcpListener::bind(address)?;
    let at = listener.local_addr()?;
    Ok((listener, at))
}

/// Sets how many connections, in addition to one, may wait to be accepted.
fn queue(listener: &TcpListener, most: usize) -> Result<(), Failed> {
    // SAFETY: touches no memory.
    let set = unsafe { libc::listen(listener.as_raw_fd(), most as i32) };
    ensure!(set == 0, "the queue cannot be set");
    Ok(())
}

fn talk(probe: &Probe, listener: &TcpListener, to: &str) -> Result<(), Failed> {
    let child = probe.start(&format!("connect {to} hello"), &[])?;
    let (mut peer, _) = listener.accept()?;
    let mut heard = String::new();
    // Reads until the program closes that direction.
    peer.read_to_string(&mut heard)?;
    ensure!(heard == "hello", "{heard:?}");
    peer.write_all(b"and back, ")?;
    thread::sleep(Duration::from_millis(50));
    peer.write_all(b"later\n")?;
    drop(peer);
    Ran::new(&child.wait_with_output()?).printed("connect: ok\nand back, later\nclosed\n")
}

fn a_client_talks_to_a_peer(machine: &Machine) -> Result<(), Failed> {
    let (listener, at) = listen("127.0.0.1:0")?;
    talk(&build(machine)?, &listener, &at.to_string())
}

fn a_client_talks_over_ipv6(machine: &Machine) -> Result<(), Failed> {
    let (listener, at) = listen("[::1]:0")?;
    talk(&build(machine)?, &listener, &format!("6:{}", at.port()))
}

fn nobody_listens(machine: &Machine) -> Result<(), Failed> {
    let (_, at) = listen("127.0.0.1:0")?;
    let ran = build(machine)?.run(&format!("connect {at} x"), &[]);
    ensure!(
        ran.status == 1 && ran.stdout == "connect: connection-refused\n",
        "{ran:?}"
    );
    Ok(())
}

fn a_peer_resets(machine: &Machine) -> Result<(), Failed> {
    let (listener, at) = listen("127.0.0.1:0")?;
    let probe = build(machine)?;
    let child = probe.start(&format!("connect {at} hello"), &[])?;
    let (peer, _) = listener.accept()?;
    // Closed while unread data is there.
    peer.peek(&mut [0])?;
    drop(peer);
    Ran::new(&child.wait_with_output()?).printed("connect: ok\nfailed\n")
}

fn a_connection_that_takes_time_is_waited_for(machine: &Machine) -> Result<(), Failed> {
    let (listener, at) = listen("127.0.0.1:0")?;
    queue(&listener, 0)?;
    // There is room for one connection that is not accepted. The packets of the next one are
    // dropped and sent again.
    let _first = TcpStream::connect(at)?;
    let probe = build(machine)?;
    let mut child = probe.start(&format!("connect {at} hello"), &[])?;
    thread::sleep(Duration::from_millis(300));
    ensure!(child.try_wait()?.is_none(), "it has not waited");
    let (_first, _) = listener.accept()?;
    let (peer, _) = listener.accept()?;
    drop(peer);
    let ran = Ran::new(&child.wait_with_output()?);
    ensure!(ran.stdout.starts_with("connect: ok\n"), "{ran:?}");
    Ok(())
}

/// Echoes the received data, in pieces and with delays.
fn echo(mut peer: TcpStream) -> std::io::Result<()> {
    let mut room = vec![0; 65536];
    loop {
        let bytes = peer.read(&mut room)?;
        if bytes == 0 {
            return Ok(());
        }
        thread::sleep(Duration::from_micros(200));
        peer.write_all(&room[..bytes])?;
    }
}

fn more_than_the_system_keeps_is_exchanged(machine: &Machine) -> Result<(), Failed> {
    let bytes = 48 << 20;
    let (listener, at) = listen("127.0.0.1:0")?;
    let probe = build(machine)?;
    let child = probe.start(&format!("exchange {at} {bytes}"), &[])?;
    let (peer, _) = listener.accept()?;
    // Longer than it takes to fill the system's buffers.
    thread::sleep(Duration::from_millis(200));
    echo(peer)?;
    let said = format!("connect: ok\nbytes: {bytes}\nall as they were: yes\nhad to wait: yes\n");
    Ran::new(&child.wait_with_output()?).printed(&said)
}

fn a_client_has_thousands_of_connections(machine: &Machine) -> Result<(), Failed> {
    let (listener, at) = listen("127.0.0.1:0")?;
    queue(&listener, 2 * AT_ONCE)?;
    let words = format!("clients {at} {CONNECTIONS} {AT_ONCE}");
    let probe = build(machine)?;
    let mut child = probe.start(&words, &[])?;
    listener.set_nonblocking(true)?;
    let mut peers = Vec::new();
    while peers.len() < CONNECTIONS {
        match listener.accept() {
            Ok((peer, _)) => {
                peer.set_nonblocking(false)?;
                peers.push(thread::spawn(move || echo(peer)));
            }
            Err(_) if child.try_wait()?.is_none() => thread::sleep(Duration::from_millis(1)),
            Err(_) => break,
        }
    }
    for peer in peers {
        peer.join().map_err(|_| "a peer has panicked")??;
    }
    Ran::new(&child.wait_with_output()?).printed(&format!("connections: {CONNECTIONS}\n"))
}

fn a_server_has_thousands_of_connections(machine: &Machine) -> Result<(), Failed> {
    let words = format!("serve 127.0.0.1:0 {CONNECTIONS}");
    let probe = build(machine)?;
    let mut server = Server::start(&probe, &words, &[])?;
    let port = server.port("listen: ok")?;
    let message: Vec<u8> = (0..5000u32).map(|byte| (byte % 251) as u8).collect();
    for round in 0..CONNECTIONS / AT_ONCE {
        let peers = (0..AT_ONCE).map(|_| {
            let peer = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
            peer.set_read_timeout(Some(PATIENCE))?;
            Ok(peer)
        });
        let mut peers: Vec<TcpStream> = peers.collect::<Result<_, Failed>>()?;
        for peer in &mut peers {
            peer.write_all(&message)?;
        }
        for (index, peer) in peers.iter_mut().enumerate() {
            // Some clients close their sending side at once, some when everything has come back,
            // and some without reading everything.
            if index % 3 == 0 {
                peer.shutdown(Shutdown::Write)?;
            }
            if index % 3 == 2 && round % 2 == 1 {
                continue;
            }
            let mut back = vec![0; message.len()];
            peer.read_exact(&mut back)?;
            ensure!(back == message, "something else comes back");
        }
    }
    server.ended(&format!("connections: {CONNECTIONS}\nmany at once: yes\n"))
}

fn a_server_listens_over_ipv6(machine: &Machine) -> Result<(), Failed> {
    let probe = build(machine)?;
    let mut server = Server::start(&probe, "serve 6:0 1", &[])?;
    let port = server.port("listen: ok")?;
    let mut peer = TcpStream::connect(("::1", port))?;
    peer.write_all(b"hello")?;
    peer.shutdown(Shutdown::Write)?;
    let mut back = String::new();
    peer.read_to_string(&mut back)?;
    ensure!(back == "hello", "{back:?}");
    server.ended("connections: 1\nmany at once: no\n")
}

fn datagrams_come_back(machine: &Machine) -> Result<(), Failed> {
    come_back(machine, "127.0.0.1:0", "127.0.0.1")
}

fn datagrams_come_back_over_ipv6(machine: &Machine) -> Result<(), Failed> {
    come_back(machine, "[::1]:0", "6")
}

/// Sends from an address that the program knows by this name.
fn come_back(machine: &Machine, address: &str, written: &str) -> Result<(), Failed> {
    let probe = build(machine)?;
    let peer = UdpSocket::bind(address)?;
    peer.set_read_timeout(Some(PATIENCE))?;
    let port = peer.local_addr()?.port();
    for how in ["", " connected"] {
        let child = probe.start(&format!("send {written}:{port} hello{how}"), &[])?;
        let mut room = [0; 100];
        let (bytes, from) = peer.recv_from(&mut room)?;
        ensure!(&room[..bytes] == b"hello", "{room:?}");
        peer.send_to(b"and back", from)?;
        Ran::new(&child.wait_with_output()?).printed("send: ok\nand back\n")?;
    }
    Ok(())
}

fn datagrams_are_sent_back(machine: &Machine) -> Result<(), Failed> {
    // The longest datagram. An emulator may have a smaller buffer for it.
    let longest = match machine.runner {
        Runner::Native => 65507,
        Runner::Emulator(_) => 9000,
    };
    let lengths = [0, 1, 1000, longest];
    let probe = build(machine)?;
    let mut server = Server::start(&probe, "datagrams 127.0.0.1:0 1004", &[])?;
    let port = server.port("bind: ok")?;
    let peer = UdpSocket::bind("127.0.0.1:0")?;
    peer.set_read_timeout(Some(PATIENCE))?;
    let mut room = vec![0; 70000];
    let start = Instant::now();
    for length in lengths.into_iter().chain([7; 1000]) {
        let message: Vec<u8> = (0..length).map(|byte: usize| byte as u8).collect();
        peer.send_to(&message, (Ipv4Addr::LOCALHOST, port))?;
        let bytes = peer.recv(&mut room)?;
        ensure!(room[..bytes] == message, "{bytes} bytes of {length}");
        ensure!(start.elapsed() < PATIENCE, "it takes too long");
    }
    server.ended("")
}
