//! Compares the table of options with everything that follows from it.

use super::row::{Encode, Row, Takes, rows};
use super::*;
use std::collections::BTreeSet;
use wasi_aot_abi::http::{self, Http};
use wasi_aot_abi::program::Unit;
use wasi_aot_abi::{variables, words};

fn file(text: &str) -> Policy {
    let given: Given = toml::from_str(text).expect("parses");
    given.policy().expect("is a policy")
}

fn given(options: &[(&str, &str)]) -> Given {
    let mut given = Given::default();
    for (name, text) in options {
        let row = row::find(name).expect("there is such an option");
        given.push(row, text).expect("the row reads it");
    }
    given
}

fn policy(options: &[(&str, &str)]) -> Policy {
    given(options).policy().expect("is a policy")
}

/// A value of each option, as typed and in a file.
const EACH: [(&str, &str, &str); 36] = [
    ("dir", "a::/b:ro", r#"["a::/b:ro"]"#),
    ("embed", "a::/b", r#"["a::/b"]"#),
    ("env", "K=v", r#"["K=v"]"#),
    ("inherit-env", "true", "true"),
    ("argv0", "x", r#""x""#),
    ("listen", "*:1", r#"["0.0.0.0:1"]"#),
    ("listen-fds", "true", "true"),
    ("allow-net", "*", r#"["*"]"#),
    ("allow-net-listen", "*:80", r#"["*:80"]"#),
    ("allow-name-lookup", "true", "true"),
    ("max-memory", "1K", "1024"),
    ("max-heap", "2M", "'2M'"),
    ("max-stack", "1M", r#""1M""#),
    ("timeout", "2s", "2"),
    ("max-open-files", "7", "7"),
    ("max-head", "1M", "'1M'"),
    ("max-fields", "7", "7"),
    ("head-timeout", "none", "'none'"),
    ("idle-timeout", "2s", "2"),
    ("progress-timeout", "2s", "'2s'"),
    ("max-body", "1K", "1024"),
    ("max-connections", "7", "7"),
    ("max-requests", "7", "7"),
    ("workers", "7", "7"),
    ("instance-requests", "7", "7"),
    ("grace", "2s", "2"),
    ("access-log", "json", r#""json""#),
    ("runtime-grants", "env", r#"["env"]"#),
    ("no-notes", "true", "true"),
    ("harden", "off", r#""off""#),
    ("bounds-checks", "explicit", r#""explicit""#),
    ("cpu", "native", r#""native""#),
    ("spectre-mitigation", "true", "true"),
    ("keep-gs", "true", "true"),
    ("nan-canonicalization", "true", "true"),
    ("relaxed-simd", "deterministic", r#""deterministic""#),
];

#[test]
fn every_row_is_tried() {
    let tried: BTreeSet<_> = EACH.iter().map(|(name, ..)| *name).collect();
    let all: BTreeSet<_> = rows().map(|row| row.name).collect();
    assert_eq!(tried, all);
    assert_eq!(rows().count(), all.len(), "two rows have one name");
}

#[test]
fn a_file_says_what_the_command_line_says() {
    for (name, typed, text) in EACH {
        let text = format!("{name} = {text}");
        assert_eq!(policy(&[(name, typed)]), file(&text), "{text}");
        assert_ne!(file(&text), Policy::default(), "{text}");
    }
}

#[test]
fn either_source_alone_is_as_it_is() {
    for (name, typed, _) in EACH {
        let (one, none) = (given(&[(name, typed)]), Given::default());
        let expected = one.policy();
        assert_eq!(one.clone().over(none.clone()).policy(), expected, "{name}");
        assert_eq!(none.over(one).policy(), expected, "{name}");
    }
}

#[test]
fn what_is_typed_takes_the_place_of_a_single_value() {
    for (name, typed, _) in EACH {
        let row = row::find(name).unwrap();
        let (above, below) = (given(&[(name, typed)]), given(&[(name, typed)]));
        let both = above.over(below).policy().unwrap();
        let doubled = both != policy(&[(name, typed)]);
        let once = row.names.is_some() || !row.takes.is_list() || name == "runtime-grants";
        assert_eq!(doubled, !once, "{name}");
    }
}

/// A note survives the conversion to JSON and back, except for the host paths of embedded files.
#[test]
fn a_note_has_all_that_is_said() {
    for (name, typed, _) in EACH {
        let policy = policy(&[(name, typed)]);
        let json = serde_json::to_string(&policy).expect("plain data");
        let read: Policy = serde_json::from_str(&json).expect("the same words");
        assert_eq!(read == policy, name != "embed", "{name}: {json}");
        let default = serde_json::to_string(&Policy::default()).expect("plain data");
        assert_eq!(json != default, name != "embed", "{name}");
    }
}

#[test]
fn what_is_said_is_shown() {
    let lines = |policy: &Policy| {
        let mut shown = row::Shown::default();
        rows().for_each(|row| (row.show)(policy, &mut shown));
        shown.0
    };
    let nothing = lines(&Policy::default());
    for (name, typed, _) in EACH {
        let shown = lines(&policy(&[(name, typed)]));
        assert_eq!(shown != nothing, name != "embed", "{name}");
    }
}

#[test]
fn values_that_are_no_word_of_their_row_are_refused() {
    for row in rows() {
        let wrong = match row.takes {
            Takes::Switch => "yes",
            Takes::Number(_) => "-1",
            Takes::Choice(..) | Takes::OptionalChoices(..) => "nothing",
            Takes::Value(_) | Takes::Values(_) | Takes::OptionalValues(..) => "",
        };
        assert!(check(row, wrong).is_err(), "{} {wrong:?}", row.name);
    }
}

/// The row accepts every word that the help lists.
#[test]
fn every_choice_is_read() {
    for row in rows() {
        if let Takes::Choice(_, words) | Takes::OptionalChoices(_, _, words) = row.takes {
            for (word, help) in words() {
                assert_eq!(check(row, word), Ok(()), "{} {word}", row.name);
                assert!(!help.is_empty(), "{} {word}", row.name);
            }
        }
    }
}

#[test]
fn every_variable_belongs_to_a_row() {
    let of_rows: Vec<_> = rows().flat_map(|row| row.variables).copied().collect();
    let all: Vec<_> = variables::grants().map(|(_, name)| name).collect();
    let sorted = |mut names: Vec<&'static str>| {
        names.sort();
        names
    };
    assert_eq!(sorted(of_rows), sorted(all));
    let bits = RuntimeGrant::ALL
        .iter()
        .fold(0, |bits, what| bits | what.bit());
    let all = variables::grants().fold(0, |bits, row| bits | row.0);
    assert_eq!(bits, all);
}

/// No word or bit of the configuration belongs to two rows.
#[test]
fn every_place_of_the_configuration_has_one_row() {
    let (mut words, mut flags) = (BTreeSet::new(), 0);
    let mut place = |row: &Row, at: usize| assert!(words.insert(at), "{}", row.name);
    for row in rows() {
        match row.encode {
            Encode::Elsewhere => {}
            Encode::Word(at, _) => place(row, at),
            Encode::Texts(at, count_at, _) => {
                place(row, at);
                place(row, count_at);
            }
            // `each_option_of_servers_has_its_own_field` compares these.
            Encode::Http(_) => {}
            Encode::Flag(bit, _) => {
                assert_eq!(flags & bit, 0, "{}", row.name);
                flags |= bit;
            }
        }
    }
}

/// Each option of servers changes one field of [`Http`], and no other does.
#[test]
fn each_option_of_servers_has_its_own_field() {
    let mut changed = BTreeSet::new();
    for (name, typed, _) in EACH {
        let words = |http: Http| format!("{http:?}");
        let (http, default) = (words(policy(&[(name, typed)]).http()), words(Http::DEFAULT));
        let fields = http.split(", ").zip(default.split(", "));
        let fields: Vec<_> = fields.filter(|(a, b)| a != b).collect();
        let is_server = matches!(row::find(name).unwrap().encode, Encode::Http(_));
        assert_eq!(fields.len(), usize::from(is_server), "{name}");
        for (_, field) in fields {
            assert!(changed.insert(field.to_owned()), "{name}");
        }
    }
    assert_eq!(changed.len(), 12);
}

/// A variable changes what the option with its name changes, in the same way.
#[test]
fn each_limit_of_servers_has_a_variable() {
    let mut limits = http::LIMITS.iter();
    for (name, typed, _) in EACH {
        let row = row::find(name).unwrap();
        if !matches!(row.encode, Encode::Http(_)) || row.variables == [variables::ACCESS_LOG] {
            continue;
        }
        let limit = limits.next().expect("they have the order of the options");
        assert_eq!(limit.variable, name.to_uppercase().replace('-', "_"));
        let number = match (typed, limit.unit) {
            ("none", _) => limit.none,
            (_, Unit::Bytes) => words::size(typed.as_bytes()).ok(),
            (_, Unit::Nanoseconds) => words::duration(typed.as_bytes()).ok(),
            (_, Unit::Things) => words::count(typed.as_bytes()).ok(),
        };
        let mut http = Http::DEFAULT;
        (limit.set)(&mut http, number.expect(typed));
        assert_eq!(http, policy(&[(name, typed)]).http(), "{name}");
    }
    assert!(limits.next().is_none());
}

#[test]
fn options_of_servers_are_for_servers() {
    for (name, typed, _) in EACH {
        let policy = policy(&[(name, typed)]);
        let is_server = matches!(row::find(name).unwrap().encode, Encode::Http(_));
        let refused = policy.suits(false);
        assert_eq!(refused.is_err(), is_server, "{name}");
        if let Err(error) = refused {
            assert!(
                error.message.starts_with(&format!("--{name} ")),
                "{}",
                error.message
            );
        }
    }
    let unix = policy(&[("listen", "unix:a")]);
    assert_eq!(unix.suits(false).unwrap_err().code, Code::Option);
    assert_eq!(unix.suits(true), Ok(()));
    let limits = policy(&[("runtime-grants", "server"), ("runtime-grants", "listen")]);
    let error = limits.suits(false).unwrap_err();
    assert!(error.message.starts_with("--runtime-grants=server "));
    assert_eq!(limits.suits(true), Ok(()));
}

#[test]
fn a_server_listens_somewhere() {
    for (options, listens) in [
        (&[][..], false),
        (&[("listen", "*:0")], true),
        (&[("listen-fds", "true")], true),
        (&[("runtime-grants", "listen")], true),
        (&[("runtime-grants", "net")], false),
        (&[("allow-net-listen", "*")], false),
    ] {
        let mut policy = policy(options);
        assert_eq!(policy.suits(true).is_ok(), listens, "{options:?}");
        assert_eq!(policy.suits(false), Ok(()));
        let before = policy.clone();
        policy.listen_by_default();
        assert_eq!(policy == before, listens, "{options:?}");
        assert_eq!(policy.suits(true), Ok(()));
    }
}

#[test]
fn what_is_recorded_of_a_server_means_the_same() {
    for (name, typed, _) in EACH {
        let policy = policy(&[(name, typed)]);
        let recorded = Policy {
            server: policy.server.filled(),
            ..policy.clone()
        };
        assert_eq!(recorded.http(), policy.http(), "{name}");
        assert_eq!(recorded.server.filled(), recorded.server, "{name}");
    }
}

#[test]
fn lists_add_but_names_are_replaced() {
    let below: Given = toml::from_str(
        r#"dir = ["a", "b::/b"]
        embed = ["c::/c"]
        env = ["A=1", "B"]
        timeout = 1
        runtime-grants = ["dir"]"#,
    )
    .expect("parses");
    let above = given(&[
        ("dir", "x::/b/"),
        ("dir", "y::/c"),
        ("env", "A"),
        ("timeout", "2"),
        ("runtime-grants", "env"),
    ]);
    let Policy { grants, limits, .. } = above.over(below).policy().unwrap();
    let hosts: Vec<_> = grants.dirs.iter().map(|dir| &*dir.host).collect();
    assert_eq!(hosts, ["a", "x", "y"]);
    assert!(grants.embeds.is_empty());
    let env: Vec<_> = grants.env.iter().map(ToString::to_string).collect();
    assert_eq!(env, ["B", "A"]);
    assert_eq!(limits.timeout, Some(2_000_000_000));
    assert_eq!(grants.at_start, [RuntimeGrant::Dir, RuntimeGrant::Env]);
}

#[test]
fn files_to_embed_are_beside_the_file_that_names_them() {
    let mut below = given(&[("embed", "a::/a"), ("embed", "/x::/x")]);
    below.below("folder".as_ref());
    let both = given(&[("embed", "b::/b")]).over(below).policy().unwrap();
    let hosts: Vec<_> = both.grants.embeds.iter().map(|embed| &embed.host).collect();
    assert_eq!(hosts, ["folder/a", "/x", "b"].map(std::path::Path::new));
}

#[test]
fn paths_are_compared_without_what_changes_nothing() {
    let plain = ["/", "//", "/a/", "/a//./b", ".", "./", "a/.", "./a", "../a"].map(plain_path);
    assert_eq!(plain, ["/", "/", "/a", "/a/b", ".", ".", "a", "a", "../a"]);
}

#[test]
fn all_stands_for_every_grant_at_start() {
    use RuntimeGrant::{Dir, Env, Limits, Listen, Net, Server};
    let each = |words: &[&str]| {
        let options: Vec<_> = words.iter().map(|word| ("runtime-grants", *word)).collect();
        policy(&options).grants.at_start
    };
    let all = [Dir, Env, Listen, Net, Limits, Server];
    assert_eq!(each(&["all", "dir"]), all);
    assert_eq!(each(&["net", "dir", "net"]), [Dir, Net]);
    assert!(each(&[]).is_empty());
}

#[test]
fn what_contradicts_itself_is_refused() {
    let target = wasi_aot_targets::TARGETS.first().unwrap();
    for options in [
        &[("dir", "a::/x"), ("dir", "b::/x/")][..],
        &[("dir", "a::/x"), ("embed", "b::/x/.")],
        &[("env", "A"), ("env", "A=1")],
        &[("listen", "localhost:1"), ("listen", "127.0.0.1:1")],
        &[("max-stack", "1")],
        &[("max-heap", "1")],
        &[("max-head", "1")],
        &[("workers", "3"), ("max-requests", "2")],
        &[("listen", "unix:a"), ("listen", "unix:a")],
        &[("cpu", "z80")],
    ] {
        let refused = policy(options).on(target);
        assert_eq!(refused.unwrap_err().code, Code::Option, "{options:?}");
    }
}
