//! Where programs may connect to, where they may wait for others, and which names they may look up.

use crate::{
    ensure,
    name_server::NameServer,
    peers::Server,
    probe::{Machine, Probe, Ran},
    tests,
};
use libtest_mimic::Failed;
use std::{
    net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket},
    process::Command,
    time::Duration,
};
use wasi_aot_tests::tool;

tests![
    nothing_is_granted,
    one_address_is_granted,
    addresses_that_begin_alike_are_granted,
    what_is_granted_is_reached_over_ipv6,
    ranges_of_ports_are_granted,
    every_address_is_granted,
    an_address_to_listen_at_is_granted,
    every_address_of_a_kind_is_granted_to_listen_at,
    who_may_connect_may_have_a_port_for_it,
    datagrams_need_grants_too,
    datagrams_of_strangers_are_not_heard,
    names_need_a_grant,
    a_granted_name_is_looked_up_and_connected_to,
    names_below_a_granted_one,
    looking_up_is_not_connecting,
    localhost_is_this_machine,
    connections_are_granted_at_start,
    listening_is_granted_at_start,
    looking_up_is_granted_at_start,
    malformed_grants_of_the_network_are_refused,
    inspect_shows_what_is_granted,
];

const NET: &str = "WASI_AOT_NET";
const NET_LISTEN: &str = "WASI_AOT_NET_LISTEN";
const NAME_LOOKUP: &str = "WASI_AOT_NAME_LOOKUP";
const NAME_SERVER: &str = "WASI_AOT_NAME_SERVER";

fn build(machine: &Machine, options: &[&str]) -> Result<Probe, Failed> {
    machine.build_module("net.wasm", options)
}

/// Tries to connect to an address at which nobody listens.
fn connect(probe: &Probe, address: &str, variables: &[(&str, &str)]) -> Ran {
    probe.run(&format!("connect {address} x"), variables)
}

/// It was allowed: nobody listens there.
fn allowed(ran: &Ran) -> Result<(), Failed> {
    let said = ran.stdout == "connect: connection-refused\n";
    ensure!(said && ran.stderr.is_empty(), "{ran:?}");
    Ok(())
}

/// It was not, with this note.
fn denied(ran: &Ran, said: &str, note: &str) -> Result<(), Failed> {
    let good = ran.status == 1 && ran.stdout == said && ran.stderr == note;
    ensure!(good, "expected {said:?} and {note:?}, got {ran:?}");
    Ok(())
}

const DENIED: &str = "start-connect: access-denied\n";

fn no_connection(address: &str) -> String {
    format!(
        "\
note: the program tried to connect to {address}, which it was not granted
help: build it with `--allow-net={address}`
"
    )
}

fn no_listening(address: &str) -> String {
    format!(
        "\
note: the program tried to listen at {address}, which it was not granted
help: build it with `--allow-net-listen={address}`
"
    )
}

/// A port at which nobody listens, and the next one.
fn free() -> Result<[u16; 2], Failed> {
    for _ in 0..50 {
        let one = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = one.local_addr()?.port();
        if port < u16::MAX && TcpListener::bind((Ipv4Addr::LOCALHOST, port + 1)).is_ok() {
            return Ok([port, port + 1]);
        }
    }
    Err("no two ports are free".into())
}

fn nothing_is_granted(machine: &Machine) -> Result<(), Failed> {
    let probe = build(machine, &[])?;
    for (address, shown) in [
        ("127.0.0.1:80", "127.0.0.1:80"),
        ("192.0.2.1:443", "192.0.2.1:443"),
        ("6:80", "[::1]:80"),
    ] {
        let ran = connect(&probe, address, &[]);
        denied(&ran, DENIED, &no_connection(shown))?;
    }
    let ran = probe.run("serve 127.0.0.1:8080 1", &[]);
    let said = "listen: access-denied\n";
    denied(&ran, said, &no_listening("127.0.0.1:8080"))
}

fn one_address_is_granted(machine: &Machine) -> Result<(), Failed> {
    let [port, next] = free()?;
    let probe = build(machine, &[&format!("--allow-net=127.0.0.1:{port}")])?;
    allowed(&connect(&probe, &format!("127.0.0.1:{port}"), &[]))?;
    for other in [format!("127.0.0.1:{next}"), format!("127.0.0.2:{port}")] {
        denied(
            &connect(&probe, &other, &[]),
            DENIED,
            &no_connection(&other),
        )?;
    }
    let other = no_connection(&format!("[::1]:{port}"));
    denied(&connect(&probe, &format!("6:{port}"), &[]), DENIED, &other)
}

fn addresses_that_begin_alike_are_granted(machine: &Machine) -> Result<(), Failed> {
    let [port, _] = free()?;
    let probe = build(machine, &["--allow-net=127.1.0.0/16:*"])?;
    allowed(&connect(&probe, &format!("127.1.2.3:{port}"), &[]))?;
    for other in [format!("127.2.0.1:{port}"), format!("127.0.255.255:{port}")] {
        denied(
            &connect(&probe, &other, &[]),
            DENIED,
            &no_connection(&other),
        )?;
    }
    Ok(())
}

fn what_is_granted_is_reached_over_ipv6(machine: &Machine) -> Result<(), Failed> {
    let [port, _] = free()?;
    for host in ["[::]/64", "localhost", "[::1]"] {
        let probe = build(machine, &[&format!("--allow-net={host}:{port}")])?;
        allowed(&connect(&probe, &format!("6:{port}"), &[]))?;
    }
    Ok(())
}

fn ranges_of_ports_are_granted(machine: &Machine) -> Result<(), Failed> {
    let [port, next] = free()?;
    let probe = build(machine, &[&format!("--allow-net=*:{port}-{next}")])?;
    for port in [port, next] {
        allowed(&connect(&probe, &format!("127.0.0.1:{port}"), &[]))?;
        allowed(&connect(&probe, &format!("127.3.2.1:{port}"), &[]))?;
    }
    for port in [port - 1, next.wrapping_add(1).max(1)] {
        let other = format!("127.0.0.1:{port}");
        denied(
            &connect(&probe, &other, &[]),
            DENIED,
            &no_connection(&other),
        )?;
    }
    Ok(())
}

fn every_address_is_granted(machine: &Machine) -> Result<(), Failed> {
    let [port, _] = free()?;
    for option in ["--allow-net", "--allow-net=*:*", "--allow-net=0.0.0.0/0:*"] {
        let probe = build(machine, &[option])?;
        allowed(&connect(&probe, &format!("127.0.0.1:{port}"), &[]))?;
    }
    Ok(())
}

/// The program serves one connection at this address.
fn serves(probe: &Probe, address: &str, variables: &[(&str, &str)]) -> Result<(), Failed> {
    let mut server = Server::start(probe, &format!("serve {address} 1"), variables)?;
    let port = server.port("listen: ok")?;
    drop(TcpStream::connect((Ipv4Addr::LOCALHOST, port))?);
    server.ended("connections: 1\nmany at once: no\n")
}

fn an_address_to_listen_at_is_granted(machine: &Machine) -> Result<(), Failed> {
    let [port, next] = free()?;
    let here = format!("127.0.0.1:{port}");
    let probe = build(machine, &[&format!("--allow-net-listen={here}")])?;
    serves(&probe, &here, &[])?;
    for other in [
        format!("127.0.0.1:{next}"),
        format!("127.0.0.2:{port}"),
        format!("0.0.0.0:{port}"),
    ] {
        let ran = probe.run(&format!("serve {other} 1"), &[]);
        denied(&ran, "listen: access-denied\n", &no_listening(&other))?;
    }
    // Listening is not connecting.
    denied(&connect(&probe, &here, &[]), DENIED, &no_connection(&here))
}

fn every_address_of_a_kind_is_granted_to_listen_at(machine: &Machine) -> Result<(), Failed> {
    let [port, next] = free()?;
    let probe = build(
        machine,
        &[&format!("--allow-net-listen=0.0.0.0:{port}-{next}")],
    )?;
    serves(&probe, &format!("0.0.0.0:{port}"), &[])?;
    serves(&probe, &format!("127.0.0.1:{next}"), &[])?;
    let probe = build(machine, &["--allow-net-listen"])?;
    serves(&probe, "127.0.0.1:0", &[])?;
    serves(&probe, &format!("127.0.0.1:{port}"), &[])
}

fn who_may_connect_may_have_a_port_for_it(machine: &Machine) -> Result<(), Failed> {
    let probe = build(machine, &["--allow-net=127.0.0.1:*"])?;
    // It is bound, but others cannot be waited for there.
    let ran = probe.run("serve 127.0.0.1:0 1", &[]);
    ensure!(ran.stdout == "listen: access-denied\n", "{ran:?}");
    let begin = "note: the program tried to listen at 127.0.0.1:";
    ensure!(ran.stderr.starts_with(begin), "{ran:?}");
    Ok(())
}

fn datagrams_need_grants_too(machine: &Machine) -> Result<(), Failed> {
    let probe = build(machine, &["--allow-net=192.0.2.1:9"])?;
    let note = no_connection("127.0.0.1:9");
    let ran = probe.run("send 127.0.0.1:9 x", &[]);
    denied(&ran, "send: access-denied\n", &note)?;
    let ran = probe.run("send 127.0.0.1:9 x connected", &[]);
    denied(&ran, "stream: access-denied\n", &note)?;
    let probe = build(machine, &[])?;
    let ran = probe.run("send 127.0.0.1:9 x", &[]);
    denied(&ran, "bind: access-denied\n", &no_listening("0.0.0.0:0"))?;
    let ran = probe.run("datagrams 127.0.0.1:9 1", &[]);
    denied(&ran, "bind: access-denied\n", &no_listening("127.0.0.1:9"))
}

fn datagrams_of_strangers_are_not_heard(machine: &Machine) -> Result<(), Failed> {
    let peer = UdpSocket::bind("127.0.0.1:0")?;
    let stranger = UdpSocket::bind("127.0.0.1:0")?;
    peer.set_read_timeout(Some(Duration::from_secs(20)))?;
    let to = peer.local_addr()?;
    let probe = build(machine, &[&format!("--allow-net={to}")])?;
    let child = probe.start(&format!("send {to} hello"), &[])?;
    let (_, from) = peer.recv_from(&mut [0; 10])?;
    stranger.send_to(b"from a stranger", from)?;
    peer.send_to(b"from the peer", from)?;
    Ran::new(&child.wait_with_output()?).printed("send: ok\nfrom the peer\n")
}

const NO_NAME: &str = "\
note: the program wanted to look up a name, which it was not granted
help: build it with `--allow-name-lookup`
";

/// As wasmtime says it: programs take it for a machine without name servers.
const NO_LOOKUP: &str = "resolve-addresses: permanent-resolver-failure\n";

fn names_need_a_grant(machine: &Machine) -> Result<(), Failed> {
    for options in [
        &[][..],
        &["--allow-net=127.0.0.1:*"],
        &["--allow-net=b.example:*"],
    ] {
        let ran = build(machine, options)?.run("reach a.example 80", &[]);
        denied(&ran, NO_LOOKUP, NO_NAME)?;
    }
    Ok(())
}

/// A server for which every name is an address of this machine.
fn name_server() -> Result<(NameServer, String), Failed> {
    let server = NameServer::start(|question| question.addresses(&["127.0.0.1"]))?;
    let address = server.address.to_string();
    Ok((server, address))
}

const REACHED: &str = "resolve-next-address: ok\nconnect: connection-refused\n";

fn a_granted_name_is_looked_up_and_connected_to(machine: &Machine) -> Result<(), Failed> {
    let (_server, address) = name_server()?;
    let [port, next] = free()?;
    let grant = format!("--allow-net=a.example:{port}");
    let probe = build(machine, &[&grant, "--runtime-grants=net"])?;
    let variables = [(NAME_SERVER, &*address)];
    let ran = probe.run(&format!("reach A.example {port}"), &variables);
    ensure!(ran.stdout == REACHED && ran.stderr.is_empty(), "{ran:?}");
    let ran = probe.run(&format!("reach a.example {next}"), &variables);
    let said = "resolve-next-address: ok\nstart-connect: access-denied\n";
    ensure!(ran.stdout == said, "{ran:?}");
    let ran = probe.run(&format!("reach b.example {port}"), &variables);
    ensure!(ran.stdout == NO_LOOKUP, "{ran:?}");
    // The address is only granted to who has looked up the name.
    let ran = connect(&probe, &format!("127.0.0.1:{port}"), &variables);
    ensure!(ran.stdout == DENIED, "{ran:?}");
    Ok(())
}

fn names_below_a_granted_one(machine: &Machine) -> Result<(), Failed> {
    let (_server, address) = name_server()?;
    let [port, _] = free()?;
    let probe = build(
        machine,
        &["--allow-net=*.example:*", "--runtime-grants=net"],
    )?;
    let variables = [(NAME_SERVER, &*address)];
    for (name, said) in [
        ("a.example", REACHED),
        ("a.b.example", REACHED),
        ("example", NO_LOOKUP),
        ("a-example", NO_LOOKUP),
        ("a.example.org", NO_LOOKUP),
    ] {
        let ran = probe.run(&format!("reach {name} {port}"), &variables);
        ensure!(ran.stdout == said, "{name}: {ran:?}");
    }
    Ok(())
}

fn looking_up_is_not_connecting(machine: &Machine) -> Result<(), Failed> {
    let (_server, address) = name_server()?;
    let probe = build(machine, &["--allow-name-lookup", "--runtime-grants=net"])?;
    let ran = probe.run("reach a.example 80", &[(NAME_SERVER, &address)]);
    let said = "resolve-next-address: ok\nstart-connect: access-denied\n";
    let note = "\
note: the program tried to connect to 127.0.0.1:80, which it was not granted
help: start it with WASI_AOT_NET=127.0.0.1:80
      or build it with `--allow-net=127.0.0.1:80`
";
    denied(&ran, said, note)
}

fn localhost_is_this_machine(machine: &Machine) -> Result<(), Failed> {
    let [port, _] = free()?;
    let probe = build(machine, &[&format!("--allow-net=localhost:{port}")])?;
    allowed(&connect(&probe, &format!("127.0.0.1:{port}"), &[]))?;
    let ran = probe.run(&format!("reach localhost {port}"), &[]);
    ensure!(ran.stdout == REACHED, "{ran:?}");
    let ran = connect(&probe, &format!("192.0.2.1:{port}"), &[]);
    ensure!(ran.stdout == DENIED, "{ran:?}");
    Ok(())
}

fn connections_are_granted_at_start(machine: &Machine) -> Result<(), Failed> {
    let [port, next] = free()?;
    let (here, there) = (format!("127.0.0.1:{port}"), format!("127.0.0.1:{next}"));
    let probe = build(
        machine,
        &[&format!("--allow-net={here}"), "--runtime-grants=net"],
    )?;
    let denied = |address: &str, value: &str| -> Result<(), Failed> {
        let ran = connect(&probe, address, &[(NET, value)]);
        ensure!(ran.stdout == DENIED, "{value}: {ran:?}");
        Ok(())
    };
    allowed(&connect(&probe, &here, &[]))?;
    allowed(&connect(&probe, &here, &[(NET, &there)]))?;
    allowed(&connect(&probe, &there, &[(NET, &there)]))?;
    allowed(&connect(&probe, &there, &[(NET, "*")]))?;
    denied(&there, "")?;
    denied(&here, "-")?;
    denied(&here, &format!("-{here}"))?;
    allowed(&connect(&probe, &there, &[(NET, &format!("-;{there}"))]))?;
    // What the build has not opened is refused.
    let closed = build(machine, &["--runtime-grants=dir"])?;
    connect(&closed, &here, &[(NET, "*")]).refused(&format!(
        "the variable {NET} is not opened by `--runtime-grants`\n"
    ))
}

fn listening_is_granted_at_start(machine: &Machine) -> Result<(), Failed> {
    let [port, _] = free()?;
    let here = format!("127.0.0.1:{port}");
    let probe = build(machine, &["--runtime-grants=net"])?;
    serves(&probe, &here, &[(NET_LISTEN, &here)])?;
    serves(&probe, "127.0.0.1:0", &[(NET_LISTEN, "*")])?;
    let ran = probe.run(&format!("serve {here} 1"), &[]);
    let note = format!(
        "\
note: the program tried to listen at {here}, which it was not granted
help: start it with WASI_AOT_NET_LISTEN={here}
      or build it with `--allow-net-listen={here}`
"
    );
    denied(&ran, "listen: access-denied\n", &note)
}

fn looking_up_is_granted_at_start(machine: &Machine) -> Result<(), Failed> {
    let (_server, address) = name_server()?;
    let closed = build(machine, &["--runtime-grants=net"])?;
    let server = (NAME_SERVER, &*address);
    let looked_up = "resolve-next-address: ok\n";
    let ran = closed.run("reach a.example 80", &[server, (NAME_LOOKUP, "1")]);
    ensure!(ran.stdout.starts_with(looked_up), "{ran:?}");
    let note = "\
note: the program wanted to look up a name, which it was not granted
help: start it with WASI_AOT_NAME_LOOKUP=1
      or build it with `--allow-name-lookup`
";
    let ran = closed.run("reach a.example 80", &[server]);
    denied(&ran, NO_LOOKUP, note)?;
    let open = build(machine, &["--allow-name-lookup", "--runtime-grants=net"])?;
    let ran = open.run("reach a.example 80", &[server, (NAME_LOOKUP, "-")]);
    denied(&ran, NO_LOOKUP, note)
}

fn malformed_grants_of_the_network_are_refused(machine: &Machine) -> Result<(), Failed> {
    let probe = build(machine, &["--runtime-grants=net"])?;
    for (name, values) in [
        (
            NET,
            &[
                "80",
                "a.b",
                "a:b",
                "::1:80",
                "1.2.3.4:65536",
                "10.0.0.1/8:1",
                "a:9-8",
            ][..],
        ),
        (NET_LISTEN, &["80", "1.2.3.4:x"]),
        (NAME_LOOKUP, &["yes", "0"]),
        (NAME_SERVER, &["1.2.3.4", "a.example:53", "-"]),
    ] {
        for value in values {
            let message =
                format!("`{value}` in the variable {name} is not understood\nhelp: write ");
            let ran = probe.run("reach a.example 80", &[(name, value)]);
            ran.refused(&message)
                .map_err(|error| format!("{value}: {error:?}"))?;
        }
    }
    let missing =
        "the variable WASI_AOT_NET takes away `1.2.3.4:5`, which the program does not have\n";
    let ran = probe.run("reach a.example 80", &[(NET, "-1.2.3.4:5")]);
    ran.refused(missing)
}

fn inspect_shows_what_is_granted(machine: &Machine) -> Result<(), Failed> {
    let options = [
        "--allow-net=a.example:443",
        "--allow-net=10.0.0.0/8:8000-8099",
        "--allow-net-listen=[::]:80",
        "--allow-name-lookup",
    ];
    let probe = build(machine, &options)?;
    let inspect = |probe: &Probe| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wasi-aot-under-test"));
        let output = tool::run(command.arg("inspect").arg(probe.path("app")), b"");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let shown = inspect(&probe);
    for part in ["a.example:443", "10.0.0.0/8:8000-8099", "[::]:80"] {
        ensure!(shown.contains(part), "{part} is not in {shown}");
    }
    let names = shown.lines().filter(|line| line.starts_with("looks up "));
    ensure!(names.count() == 1, "{shown}");
    let shown = inspect(&build(machine, &["--allow-net", "--allow-net-listen"])?);
    ensure!(shown.contains("everywhere"), "{shown}");
    ensure!(shown.contains("at every address"), "{shown}");
    Ok(())
}
