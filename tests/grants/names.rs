//! Name lookups: the queries that a name server on this machine receives, and the effect of its
//! answers.

use crate::{
    ensure,
    name_server::{NameServer, Question},
    probe::{Machine, Probe},
    tests,
};
use libtest_mimic::Failed;
use std::{
    fs,
    net::UdpSocket,
    time::{Duration, Instant},
};
use wasi_aot_tests::tool;

tests![
    a_name_has_addresses_of_both_kinds,
    one_kind_of_address_is_enough,
    aliases_are_followed,
    there_is_no_such_name,
    a_name_without_addresses_is_none,
    a_server_fails,
    what_is_too_long_is_asked_for_by_tcp,
    what_is_lost_is_asked_again,
    a_server_that_says_nothing_is_given_up,
    a_server_that_is_not_there_is_given_up,
    the_next_server_is_asked,
    forged_answers_are_not_believed,
    answers_that_make_no_sense_are_no_answers,
    answers_with_a_changed_byte_end_no_program,
    short_names_are_looked_for_in_domains,
    a_name_with_a_dot_at_its_end_is_asked_for_alone,
    names_of_the_machines_file_are_not_asked_for,
    several_names_are_looked_up_one_after_the_other,
];

const SERVER: &str = "WASI_AOT_NAME_SERVER";

/// The system's files as the executable names them, and the files that it reads instead.
const FILES: [(&str, &str); 2] = [
    ("/etc/resolv.conf\0", "resolv.conf\0"),
    ("/etc/hosts\0", "hosts\0"),
];

/// Builds the program that looks up its arguments. It uses its own files instead of the system's.
fn build(machine: &Machine, resolv: &str, hosts: &str) -> Result<Probe, Failed> {
    let options = ["--allow-name-lookup", "--runtime-grants=net"];
    let probe = machine.build_module("../wasi/net/p2-net-names.wasm", &options)?;
    for (of_system, own) in FILES {
        probe.replace(of_system.as_bytes(), own.as_bytes())?;
    }
    fs::write(probe.path("resolv.conf"), resolv)?;
    fs::write(probe.path("hosts"), hosts)?;
    Ok(probe)
}

/// The program's output for `names` when this server answers.
fn look_up(probe: &Probe, server: &NameServer, names: &str) -> Result<String, Failed> {
    let ran = probe.run(names, &[(SERVER, &server.address.to_string())]);
    ensure!(ran.status == 0 && ran.stderr.is_empty(), "{ran:?}");
    Ok(ran.stdout)
}

fn says(
    machine: &Machine,
    answers: impl Fn(&Question) -> Vec<Vec<u8>> + Send + Sync + 'static,
    said: &str,
) -> Result<Vec<Question>, Failed> {
    let server = NameServer::start(answers)?;
    let probe = build(machine, "options timeout:1 attempts:2\n", "")?;
    let all = look_up(&probe, &server, "some.example")?;
    ensure!(all == format!("`some.example`:{said}\n"), "{all}");
    Ok(server.asked())
}

fn a_name_has_addresses_of_both_kinds(machine: &Machine) -> Result<(), Failed> {
    let answers =
        |question: &Question| question.addresses(&["192.0.2.1", "2001:db8::1", "192.0.2.2"]);
    let server = NameServer::start(answers)?;
    let all = look_up(&build(machine, "", "")?, &server, "some.example")?;
    // The order depends on the machine's own addresses.
    let mut found: Vec<&str> = all.trim_end().split(' ').skip(1).collect();
    found.sort_unstable();
    ensure!(
        found == ["192.0.2.1", "192.0.2.2", "8193:3512:0:0:0:0:0:1"],
        "{all}"
    );
    let mut asked = server.asked();
    asked.sort_by_key(|question| question.ipv6);
    let asked: Vec<_> = asked
        .iter()
        .map(|question| (&*question.name, question.ipv6, question.by_tcp))
        .collect();
    let once = [
        ("some.example", false, false),
        ("some.example", true, false),
    ];
    ensure!(asked == once, "{asked:?}");
    Ok(())
}

fn one_kind_of_address_is_enough(machine: &Machine) -> Result<(), Failed> {
    says(machine, |of| of.addresses(&["192.0.2.1"]), " 192.0.2.1")?;
    let said = " 8193:3512:0:0:0:0:0:1";
    says(machine, |of| of.addresses(&["2001:db8::1"]), said)?;
    Ok(())
}

fn aliases_are_followed(machine: &Machine) -> Result<(), Failed> {
    let names = ["a.example", "b.c.example", "d.example"];
    let answers = move |question: &Question| question.alias(&names, &["192.0.2.7"]);
    says(machine, answers, " 192.0.2.7")?;
    let circle = |question: &Question| question.alias(&["a.example", "some.example"], &[]);
    says(machine, circle, " name-unresolvable").map(drop)
}

fn there_is_no_such_name(machine: &Machine) -> Result<(), Failed> {
    let asked = says(machine, |of| of.code(3), " name-unresolvable")?;
    ensure!(asked.len() == 2, "{asked:?}");
    Ok(())
}

fn a_name_without_addresses_is_none(machine: &Machine) -> Result<(), Failed> {
    says(machine, |of| of.addresses(&[]), " name-unresolvable").map(drop)
}

fn a_server_fails(machine: &Machine) -> Result<(), Failed> {
    let asked = says(machine, |of| of.code(2), " temporary-resolver-failure")?;
    ensure!(asked.len() >= 2, "{asked:?}");
    // Refused (5) is also an error that may not occur the next time.
    let answers = |question: &Question| match question.number {
        0 | 1 => question.code(5),
        _ => question.addresses(&["192.0.2.1"]),
    };
    says(machine, answers, " 192.0.2.1").map(drop)
}

fn what_is_too_long_is_asked_for_by_tcp(machine: &Machine) -> Result<(), Failed> {
    let answers = |question: &Question| match question.by_tcp {
        true => question.addresses(&["192.0.2.1"]),
        false => question.truncated(),
    };
    let asked = says(machine, answers, " 192.0.2.1")?;
    let by_tcp = asked.iter().filter(|question| question.by_tcp);
    let mut kinds: Vec<bool> = by_tcp.map(|question| question.ipv6).collect();
    kinds.sort_unstable();
    ensure!(kinds == [false, true], "{asked:?}");
    Ok(())
}

fn what_is_lost_is_asked_again(machine: &Machine) -> Result<(), Failed> {
    let answers = |question: &Question| match question.number {
        // Both queries are lost, and losing one of them again would exceed the limit.
        0 | 1 => Vec::new(),
        _ => question.addresses(&["192.0.2.1"]),
    };
    let start = Instant::now();
    says(machine, answers, " 192.0.2.1")?;
    let took = start.elapsed();
    ensure!(took > Duration::from_millis(900), "{took:?}");
    // Only one query is lost, and only that one is repeated.
    let answers = |question: &Question| match (question.ipv6, question.number) {
        (true, 0 | 1) => Vec::new(),
        _ => question.addresses(&["192.0.2.1"]),
    };
    let asked = says(machine, answers, " 192.0.2.1")?;
    let count = |ipv6| asked.iter().filter(|of| of.ipv6 == ipv6).count();
    ensure!((count(false), count(true)) == (1, 2), "{asked:?}");
    Ok(())
}

fn a_server_that_says_nothing_is_given_up(machine: &Machine) -> Result<(), Failed> {
    let start = Instant::now();
    let asked = says(machine, |_| Vec::new(), " temporary-resolver-failure")?;
    let took = start.elapsed();
    ensure!(took > Duration::from_millis(1900), "{took:?}");
    ensure!(asked.len() == 4, "{asked:?}");
    Ok(())
}

/// An address at which nobody receives datagrams.
fn nobody() -> Result<String, Failed> {
    Ok(UdpSocket::bind("127.0.0.1:0")?.local_addr()?.to_string())
}

fn a_server_that_is_not_there_is_given_up(machine: &Machine) -> Result<(), Failed> {
    let probe = build(machine, "", "")?;
    let ran = probe.run("some.example", &[(SERVER, &nobody()?)]);
    ran.printed("`some.example`: temporary-resolver-failure\n")
}

fn the_next_server_is_asked(machine: &Machine) -> Result<(), Failed> {
    let silent = NameServer::start(|_| Vec::new())?;
    let failing = NameServer::start(|question| question.code(2))?;
    let good = NameServer::start(|question| question.addresses(&["192.0.2.1"]))?;
    let probe = build(machine, "options timeout:1\n", "")?;
    for first in [
        silent.address.to_string(),
        failing.address.to_string(),
        nobody()?,
    ] {
        let servers = format!("{first};{}", good.address);
        let ran = probe.run("some.example", &[(SERVER, &servers)]);
        ran.printed("`some.example`: 192.0.2.1\n")?;
    }
    Ok(())
}

fn forged_answers_are_not_believed(machine: &Machine) -> Result<(), Failed> {
    let answers = |question: &Question| {
        let mut answers = question.forged(&["192.0.2.66", "2001:db8::66"]);
        answers.extend(question.addresses(&["192.0.2.1"]));
        answers
    };
    says(machine, answers, " 192.0.2.1")?;
    let forged = |question: &Question| question.forged(&["192.0.2.66"]);
    says(machine, forged, " temporary-resolver-failure").map(drop)
}

fn answers_that_make_no_sense_are_no_answers(machine: &Machine) -> Result<(), Failed> {
    for bytes in [0, 1, 11, 12, 20, 29, 40] {
        let answers = move |question: &Question| {
            let mut answer = question.addresses(&["192.0.2.1", "2001:db8::1"]);
            answer[0].truncate(bytes);
            answer
        };
        says(machine, answers, " temporary-resolver-failure")?;
    }
    Ok(())
}

/// For each byte of an answer, some answers with that byte changed. The right answer follows.
fn answers_with_a_changed_byte_end_no_program(machine: &Machine) -> Result<(), Failed> {
    const ADDRESSES: [&str; 2] = ["192.0.2.1", "2001:db8::1"];
    const CHANGES: [u8; 5] = [0x01, 0x3f, 0x40, 0xc0, 0xff];
    let answers = |question: &Question| {
        let right = question.alias(&["other.example"], &ADDRESSES);
        let (at, change) = question.name.split_once('.').unwrap_or_default();
        let number = |text: &str| text.get(1..).and_then(|text| text.parse().ok());
        let (at, change): (usize, usize) = (number(at).unwrap_or(0), number(change).unwrap_or(1));
        let mut changed = right[0].clone();
        if let Some(byte) = changed.get_mut(at) {
            *byte ^= change as u8;
        }
        vec![changed, right[0].clone()]
    };
    let server = NameServer::start(answers)?;
    let probe = build(machine, "options timeout:1 attempts:1\n", "")?;
    for change in CHANGES {
        let names: Vec<_> = (2..100)
            .map(|at| format!("a{at}.c{change}.example"))
            .collect();
        let said = look_up(&probe, &server, &names.join(" "))?;
        let lines: Vec<_> = said.lines().collect();
        ensure!(lines.len() == names.len(), "{change:#x}: {said}");
        for (line, name) in lines.iter().zip(&names) {
            ensure!(
                line.starts_with(&format!("`{name}`:")),
                "{change:#x}: {line}"
            );
        }
        // Most changes are detected.
        let right = lines.iter().filter(|line| line.contains(" 192.0.2.1"));
        ensure!(right.count() > names.len() / 4, "{change:#x}: {said}");
    }
    Ok(())
}

fn short_names_are_looked_for_in_domains(machine: &Machine) -> Result<(), Failed> {
    let answers = |question: &Question| match &*question.name {
        "host.second.example" | "two.parts" => question.addresses(&["192.0.2.1"]),
        _ => question.code(3),
    };
    let server = NameServer::start(answers)?;
    let resolv = "search first.example second.example\noptions timeout:1\n";
    let probe = build(machine, resolv, "")?;
    let said = look_up(&probe, &server, "host two.parts unknown")?;
    let expected = "`host`: 192.0.2.1\n`two.parts`: 192.0.2.1\n`unknown`: name-unresolvable\n";
    ensure!(said == expected, "{said}");
    let mut names: Vec<_> = server.asked().into_iter().map(|of| of.name).collect();
    names.dedup();
    let expected = [
        "host.first.example",
        "host.second.example",
        "two.parts",
        "unknown.first.example",
        "unknown.second.example",
        "unknown",
    ];
    ensure!(names == expected, "{names:?}");
    Ok(())
}

fn a_name_with_a_dot_at_its_end_is_asked_for_alone(machine: &Machine) -> Result<(), Failed> {
    let server = NameServer::start(|question| question.code(3))?;
    let probe = build(machine, "search first.example\n", "")?;
    let said = look_up(&probe, &server, "host.")?;
    ensure!(said == "`host.`: name-unresolvable\n", "{said}");
    let asked = server.asked();
    ensure!(asked.iter().all(|of| of.name == "host"), "{asked:?}");
    Ok(())
}

fn names_of_the_machines_file_are_not_asked_for(machine: &Machine) -> Result<(), Failed> {
    let server = NameServer::start(|question| question.addresses(&["192.0.2.66"]))?;
    let hosts = "# some machines\n192.0.2.1\tThis other # and a word\n2001:db8::1 six\n";
    let probe = build(machine, "", hosts)?;
    let said = look_up(&probe, &server, "this OTHER six localhost word.example")?;
    // Unreachable addresses come last.
    let localhost = match tool::without_ipv6() {
        None => "0:0:0:0:0:0:0:1 127.0.0.1",
        Some(_) => "127.0.0.1 0:0:0:0:0:0:0:1",
    };
    let expected = format!(
        "\
`this`: 192.0.2.1
`OTHER`: 192.0.2.1
`six`: 8193:3512:0:0:0:0:0:1
`localhost`: {localhost}
`word.example`: 192.0.2.66
"
    );
    ensure!(said == expected, "{said}");
    let asked = server.asked();
    ensure!(
        asked.iter().all(|of| of.name == "word.example"),
        "{asked:?}"
    );
    Ok(())
}

fn several_names_are_looked_up_one_after_the_other(machine: &Machine) -> Result<(), Failed> {
    let answers = |question: &Question| match &*question.name {
        "none.example" => question.code(3),
        _ => question.addresses(&["192.0.2.1"]),
    };
    let server = NameServer::start(answers)?;
    let probe = build(machine, "", "")?;
    let names = ["a.example", "none.example", "1.2.3.4", "b..example"];
    let all = names.repeat(30).join(" ");
    let said = look_up(&probe, &server, &all)?;
    let expected = "\
`a.example`: 192.0.2.1
`none.example`: name-unresolvable
`1.2.3.4`: 1.2.3.4
`b..example`: not begun, invalid-argument
";
    ensure!(said == expected.repeat(30), "{said}");
    Ok(())
}
