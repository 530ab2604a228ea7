//! Tests of parsing and queries, with realistic files and messages.

use super::{
    addresses::Addresses,
    hosts,
    message::{self, Answer, Kind, QUESTION},
    name::{self, Name, Written},
    resolv::Resolv,
    sources::words,
};
use core::net::IpAddr;
use std::{string::String, string::ToString, vec::Vec};

fn name(text: &str) -> Name {
    Name::new(text.as_bytes()).expect("it is a name")
}

#[test]
fn a_line_has_words() {
    let all: Vec<_> = words(b" a\tb # c", b"#").collect();
    assert_eq!(all, [b"a", b"b"]);
}

#[test]
fn hosts_have_several_names() {
    let address = |line: &str, name: &str| {
        hosts::address(line.as_bytes(), name.as_bytes()).map(|ip| ip.to_string())
    };
    let line = "127.0.0.1\tlocalhost Other # hidden";
    assert_eq!(address(line, "localhost").as_deref(), Some("127.0.0.1"));
    assert_eq!(address(line, "other").as_deref(), Some("127.0.0.1"));
    assert_eq!(address(line, "OTHER.").as_deref(), Some("127.0.0.1"));
    assert_eq!(address("::1 a", "a").as_deref(), Some("::1"));
    for name in ["hidden", "127.0.0.1", "othe", ""] {
        assert_eq!(address(line, name), None, "{name}");
    }
    for line in ["", "#", "x a", "fe80::1%eth0 a", "127.0.0.1"] {
        assert_eq!(address(line, "a"), None, "{line}");
    }
}

fn resolv(text: &str) -> Resolv {
    let mut resolv = Resolv::EMPTY;
    text.lines().for_each(|line| resolv.line(line.as_bytes()));
    resolv
}

#[test]
fn the_configuration_says_who_is_asked() {
    let servers = |text| -> Vec<String> {
        resolv(text)
            .servers()
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    assert_eq!(servers(""), ["127.0.0.1:53"]);
    assert_eq!(
        servers("nameserver 1.2.3.4\n# nameserver 9.9.9.9\n nameserver ::1\nnameserver x\n"),
        ["1.2.3.4:53", "[::1]:53"]
    );
    let four = "nameserver 1.1.1.1\n".repeat(4);
    assert_eq!(servers(&four).len(), 3);
    let options = resolv("options ndots:2 timeout:99 attempts:0 rotate ndots:x\n");
    assert_eq!(
        (options.ndots, options.timeout, options.attempts),
        (2, 30, 1)
    );
}

#[test]
fn names_are_looked_for_in_domains() {
    let asked = |text: &str, written: &str| -> Vec<String> {
        let (resolv, name) = (resolv(text), name(written));
        let candidates = (0..).map_while(|number| name.candidate(&resolv, number));
        candidates
            .map(|name| String::from_utf8_lossy(name.text()).into())
            .collect()
    };
    let file = "search a.example. b.example\n";
    assert_eq!(asked(file, "x"), ["x.a.example", "x.b.example", "x"]);
    assert_eq!(
        asked(file, "x.y"),
        ["x.y", "x.y.a.example", "x.y.b.example"]
    );
    assert_eq!(asked(file, "x."), ["x"]);
    assert_eq!(asked("search a\ndomain b c\n", "x"), ["x.b", "x"]);
    assert_eq!(asked("options ndots:0\nsearch a\n", "x"), ["x", "x.a"]);
    let long = std::format!("search {}\n", "d".repeat(60) + ".");
    let most = [
        "l".repeat(60),
        "l".repeat(60),
        "l".repeat(60),
        "l".repeat(50),
    ]
    .join(".");
    assert_eq!(
        asked(&long, &most).len(),
        1,
        "too long with the domain behind it"
    );
}

#[test]
fn names_are_told_from_addresses() {
    let read = |text: &str| match name::read(text.as_bytes()) {
        None => "nothing".to_string(),
        Some(Written::Address(address)) => address.to_string(),
        Some(Written::Name(name)) => {
            std::format!(
                "{}{}",
                String::from_utf8_lossy(name.text()),
                if name.absolute { "!" } else { "" }
            )
        }
    };
    for (text, is) in [
        ("1.2.3.4", "1.2.3.4"),
        ("::1", "::1"),
        ("[::1]", "::1"),
        ("::ffff:1.2.3.4", "1.2.3.4"),
        ("127.1", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("1.2.3.4.", "1.2.3.4"),
        ("example.com", "example.com"),
        ("a_b-c.d.", "a_b-c.d!"),
        ("1.2.3.4.5", "nothing"),
        ("256.1.1.1", "nothing"),
        ("1.2.3.256", "nothing"),
        ("a.1", "nothing"),
        ("4294967296", "nothing"),
        ("08", "nothing"),
        ("", "nothing"),
        (".", "nothing"),
        ("a..b", "nothing"),
        ("a b", "nothing"),
        ("a/b", "nothing"),
        ("a:80", "nothing"),
        ("[::1", "nothing"),
        ("fe80::1%1", "nothing"),
        ("\u{e9}.example", "nothing"),
    ] {
        assert_eq!(read(text), is, "{text:?}");
    }
    assert_eq!(read(&"l".repeat(63)), "l".repeat(63));
    assert_eq!(read(&"l".repeat(64)), "nothing");
    assert_eq!(read(&"ab.".repeat(90)), "nothing");
}

/// A message: its header, a question for `name`, and records.
fn reply(id: u16, flags: u16, name: &Name, kind: Kind, records: &[Vec<u8>]) -> Vec<u8> {
    let mut room = [0; QUESTION];
    let mut message = message::question(&mut room, id, name, kind).to_vec();
    message[2..4].copy_from_slice(&flags.to_be_bytes());
    message[6..8].copy_from_slice(&(records.len() as u16).to_be_bytes());
    records.iter().for_each(|record| message.extend(record));
    message
}

/// A record for a name in its encoded form.
fn record(name: &[u8], kind: u16, data: &[u8]) -> Vec<u8> {
    let mut record = name.to_vec();
    record.extend(kind.to_be_bytes());
    record.extend([0, 1, 0, 0, 0, 60]);
    record.extend((data.len() as u16).to_be_bytes());
    record.extend(data);
    record
}

/// A pointer to the name of the question.
const QUESTIONED: &[u8] = &[0xc0, 12];

fn read(message: &[u8], kind: Kind) -> (Option<Answer>, Vec<String>) {
    let mut addresses = Addresses::EMPTY;
    let answer = message::answer(message, 7, &name("a.example"), kind, &mut addresses);
    (
        answer,
        addresses.all().iter().map(IpAddr::to_string).collect(),
    )
}

#[test]
fn a_question_has_the_name_in_labels() {
    let mut room = [0; QUESTION];
    let question = message::question(&mut room, 0x1234, &name("a.example"), Kind::Aaaa);
    assert_eq!(
        question,
        b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01a\x07example\x00\x00\x1c\x00\x01"
    );
}

#[test]
fn answers_have_addresses() {
    let asked = name("A.Example");
    let records = [
        record(QUESTIONED, 1, &[1, 2, 3, 4]),
        record(QUESTIONED, 1, &[5, 6, 7, 8]),
        record(QUESTIONED, 1, &[1, 2, 3, 4]),
        record(QUESTIONED, 16, b"text"),
        record(b"\x05other\0", 1, &[9, 9, 9, 9]),
    ];
    let message = reply(7, 0x8180, &asked, Kind::A, &records);
    let complete = Some(Answer::Complete);
    assert_eq!(
        read(&message, Kind::A),
        (complete, ["1.2.3.4".into(), "5.6.7.8".into()].into())
    );
    let mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 1, 2, 3, 4];
    let message = reply(
        7,
        0x8180,
        &asked,
        Kind::Aaaa,
        &[record(QUESTIONED, 28, &mapped)],
    );
    assert_eq!(
        read(&message, Kind::Aaaa),
        (complete, ["1.2.3.4".into()].into())
    );
    for (flags, answer) in [
        (0x8183, Answer::NoName),
        (0x8182, Answer::Failed),
        (0x8185, Answer::Failed),
        (0x8380, Answer::Truncated),
        (0x8180, Answer::Complete),
    ] {
        let message = reply(7, flags, &asked, Kind::A, &[]);
        assert_eq!(read(&message, Kind::A), (Some(answer), Vec::new()));
    }
}

#[test]
fn aliases_are_followed() {
    let asked = name("a.example");
    let one = record(b"\x01b\xc0\x0e", 1, &[1, 1, 1, 1]);
    let alias = record(QUESTIONED, 5, b"\x01b\xc0\x0e");
    for records in [[alias.clone(), one.clone()], [one, alias]] {
        let message = reply(7, 0x8180, &asked, Kind::A, &records);
        assert_eq!(
            read(&message, Kind::A),
            (Some(Answer::Complete), ["1.1.1.1".into()].into())
        );
    }
    // A cycle of aliases: parsing ends without addresses.
    let circle = reply(
        7,
        0x8180,
        &asked,
        Kind::A,
        &[record(QUESTIONED, 5, QUESTIONED)],
    );
    assert_eq!(read(&circle, Kind::A), (Some(Answer::Complete), Vec::new()));
}

#[test]
fn only_the_answer_to_the_question_is_one() {
    let asked = name("a.example");
    let good = [record(QUESTIONED, 1, &[1, 2, 3, 4])];
    let none = (None, Vec::new());
    let message = |id, flags, name: &Name, kind| reply(id, flags, name, kind, &good);
    assert_eq!(read(&message(8, 0x8180, &asked, Kind::A), Kind::A), none);
    assert_eq!(read(&message(7, 0x0180, &asked, Kind::A), Kind::A), none);
    assert_eq!(read(&message(7, 0x8980, &asked, Kind::A), Kind::A), none);
    assert_eq!(
        read(&message(7, 0x8180, &name("b.example"), Kind::A), Kind::A),
        none
    );
    assert_eq!(
        read(&message(7, 0x8180, &name("a.example.x"), Kind::A), Kind::A),
        none
    );
    assert_eq!(read(&message(7, 0x8180, &asked, Kind::Aaaa), Kind::A), none);
    let mut two = message(7, 0x8180, &asked, Kind::A);
    two[5] = 2;
    assert_eq!(read(&two, Kind::A), none);
}

#[test]
fn senseless_messages_are_harmless() {
    let asked = name("a.example");
    let failed = Some(Answer::Failed);
    for records in [
        // An address with a wrong length, data beyond the end, pointers forward and to themselves.
        record(QUESTIONED, 1, &[1, 2, 3]),
        record(QUESTIONED, 28, &[0; 16])[..20].to_vec(),
        record(&[0xff, 0xff], 1, &[1, 2, 3, 4])[..11].to_vec(),
        record(QUESTIONED, 5, &[0x80]),
        Vec::new(),
    ] {
        let mut message = reply(7, 0x8180, &asked, Kind::A, &[records]);
        message[7] = 1;
        assert_eq!(read(&message, Kind::A).0, failed, "{message:?}");
    }
    let good = reply(
        7,
        0x8180,
        &asked,
        Kind::A,
        &[record(QUESTIONED, 1, &[1, 2, 3, 4])],
    );
    for len in 0..good.len() {
        assert_ne!(
            read(&good[..len], Kind::A).0,
            Some(Answer::Complete),
            "{len}"
        );
    }
    // A label followed by a pointer to that label: an endless name.
    let mut endless = good.clone();
    let at = endless.len();
    endless.extend([1, b'x', 0xc0, at as u8]);
    endless.extend(&record(&[], 1, &[1, 1, 1, 1]));
    endless[7] = 2;
    assert_eq!(
        read(&endless, Kind::A),
        (Some(Answer::Complete), ["1.2.3.4".into()].into())
    );
    // Random bytes.
    let mut state = 1u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    for _ in 0..20_000 {
        let mut message = good.clone();
        for _ in 0..3 {
            let at = usize::from(random()) % message.len();
            message[at] = random();
        }
        read(&message, Kind::A);
    }
}
