//! Fields as an observer of their handles sees them.

use super::*;
use crate::host::tests::ONE_AT_A_TIME;
use std::{string::String, vec, vec::Vec};

fn alone() -> std::sync::MutexGuard<'static, ()> {
    ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn entries(fields: Fields) -> Vec<(String, String)> {
    fields.with(|all| all.map(|(name, value)| (text(name), text(value))).collect())
}

fn list(number: u32) -> Vec<(String, String)> {
    entries(Fields::by_handle(number))
}

fn made(fields: &[(&str, &str)]) -> u32 {
    let number = new().unwrap();
    for (name, value) in fields {
        append(number, name.as_bytes(), value.as_bytes()).unwrap();
    }
    number
}

fn expected(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()))
        .collect()
}

fn none(_: &mut dyn FnMut(&[u8]) -> Result) -> Result {
    Ok(())
}

#[test]
fn names_keep_their_case_and_order() {
    let _alone = alone();
    let fields = made(&[("Accept", "a"), ("x", ""), ("ACCEPT", "b"), ("y", "2")]);
    let all = [("Accept", "a"), ("x", ""), ("ACCEPT", "b"), ("y", "2")];
    assert_eq!(list(fields), expected(&all));
    let values = |name: &[u8]| -> Vec<String> {
        Fields::by_handle(fields)
            .with_name(name, |found| found.map(|(_, value)| text(value)).collect())
    };
    assert_eq!(values(b"aCCept"), ["a", "b"]);
    assert_eq!(values(b"X"), [""]);
    assert!(values(b"accep").is_empty() && values(b"").is_empty());
    delete(fields, b"accept").unwrap();
    delete(fields, b"z").unwrap();
    assert_eq!(list(fields), expected(&[("x", ""), ("y", "2")]));
    set(fields, b"X", |each| each(b"1").and_then(|()| each(b"2"))).unwrap();
    assert_eq!(
        list(fields),
        expected(&[("y", "2"), ("X", "1"), ("X", "2")])
    );
    set(fields, b"x", none).unwrap();
    assert_eq!(list(fields), expected(&[("y", "2")]));
    remove(fields);
}

#[test]
fn invalid_names_and_values_change_nothing() {
    let _alone = alone();
    let fields = made(&[("a", "1")]);
    for name in ["", " ", "a b", "a:", "\u{e9}", "a\r\n", "(x)"] {
        let name = name.as_bytes();
        assert_eq!(append(fields, name, b""), Err(Refusal::Syntax));
        assert_eq!(delete(fields, name), Err(Refusal::Syntax));
        assert_eq!(set(fields, name, none), Err(Refusal::Syntax));
    }
    for value in [&b"\r"[..], b"\n", b"\0", b"a\x7f", b"a\r\nb: c"] {
        assert_eq!(append(fields, b"b", value), Err(Refusal::Syntax));
        let both = set(fields, b"a", |each| {
            each(b"fine").and_then(|()| each(value))
        });
        assert_eq!(both, Err(Refusal::Syntax));
    }
    for name in FORBIDDEN {
        let upper = name.to_ascii_uppercase();
        assert_eq!(append(fields, &upper, b"x"), Err(Refusal::Forbidden));
        assert_eq!(delete(fields, name), Err(Refusal::Forbidden));
    }
    append(fields, b"te", b"trailers").unwrap();
    append(fields, b"c", b"\xff\t x").unwrap();
    assert_eq!(list(fields)[0], ("a".into(), "1".into()));
    assert_eq!(list(fields).len(), 3);
    remove(fields);
}

#[test]
fn shared_fields_outlive_their_message_and_cannot_change() {
    let _alone = alone();
    let before = (FIELDS.used(), CONTENTS.used());
    let message = Fields::take(made(&[("a", "1"), ("Content-Length", "5")]));
    let shared = message.shared().insert().unwrap();
    assert_eq!(append(shared, b"b", b"2"), Err(Refusal::Immutable));
    assert_eq!(set(shared, b"b", none), Err(Refusal::Immutable));
    assert_eq!(delete(shared, b"b"), Err(Refusal::Immutable));
    let again = Fields::by_handle(shared).shared().insert().unwrap();
    message.release();
    remove(shared);
    let copy = clone(again).unwrap();
    remove(again);
    append(copy, b"b", b"2").unwrap();
    let mut passed = vec![];
    Fields::by_handle(copy).pass(&mut |name, value| passed.push((text(name), text(value))));
    assert_eq!(passed, expected(&[("a", "1"), ("b", "2")]));
    remove(copy);
    assert_eq!((FIELDS.used(), CONTENTS.used()), before);
    assert!(entries(Fields::NONE).is_empty());
    Fields::NONE.release();
}

#[test]
fn lengths_of_bodies() {
    let _alone = alone();
    for (fields, length) in [
        (&[][..], Ok(None)),
        (&[("content-length", "0")], Ok(Some(0))),
        (
            &[("Content-Length", "18446744073709551615")],
            Ok(Some(u64::MAX)),
        ),
        (
            &[("content-length", "5"), ("content-length", "5")],
            Err(BadLength),
        ),
    ] {
        let number = made(fields);
        assert_eq!(
            Fields::by_handle(number).content_length(),
            length,
            "{fields:?}"
        );
        remove(number);
    }
    let number = new().unwrap();
    for invalid in ["18446744073709551616", "", "+5", "-1", "x", "5, 5"] {
        let refused = append(number, b"Content-Length", invalid.as_bytes());
        assert_eq!(refused, Err(Refusal::Syntax), "{invalid}");
    }
    remove(number);
}

#[test]
fn sizes_are_bounded() {
    let _alone = alone();
    let fields = new().unwrap();
    let value = [b'v'; 1000];
    let count = (0..)
        .take_while(|_| append(fields, b"name", &value).is_ok())
        .count();
    assert_eq!(count, LARGEST / (LENGTHS + 4 + 1000));
    assert_eq!(append(fields, b"name", &value), Err(Refusal::NoRoom));
    delete(fields, b"NAME").unwrap();
    assert!(list(fields).is_empty());
    let count = (0..)
        .take_while(|_| append(fields, b"n", b"").is_ok())
        .count();
    assert_eq!(count, LARGEST / (LENGTHS + 1));
    remove(fields);
}
