//! Each function of the resource `fields`: what it answers to names and values that are right, that
//! are not, and that are reserved.

use crate::answer::{full, text, value};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Write as _;
use wasip2::http::types::{
    Fields, HeaderError, OutgoingRequest, OutgoingResponse, ResponseOutparam,
};

/// Names that are reserved for the host in HTTP/1.1, and some that are not.
const NAMES: &[&str] = &[
    "connection",
    "keep-alive",
    "proxy-connection",
    "transfer-encoding",
    "upgrade",
    "http2-settings",
    "host",
    "te",
    "trailer",
    "expect",
    "content-length",
    "date",
    "server",
    "proxy-authenticate",
];

/// Names that are no tokens.
const BAD_NAMES: &[&str] = &[
    "", " ", "a b", "a:b", "a\r\nb", "a\u{0}", "é", "(a)", "a/b", "\"a\"", "a\t", "{a}",
];

/// Values; some hold bytes that no field may have.
const VALUES: &[&[u8]] = &[
    b"",
    b"plain",
    b"two words",
    b"\ta tab\t",
    b" blanks around ",
    b"a\rb",
    b"a\nb",
    b"a\r\nb: c",
    b"a\0b",
    b"a\x01b",
    b"a\x1bb",
    b"a\x7fb",
    b"\x80",
    b"\xff\xfe",
    "é".as_bytes(),
];

/// Calls each function and says what they answered.
pub fn script() -> String {
    let mut said = String::new();
    basics(&mut said);
    lists(&mut said);
    names(&mut said);
    values(&mut said);
    immutable(&mut said);
    said
}

fn basics(said: &mut String) {
    let fields = Fields::new();
    line(said, "empty", &list(&fields));
    line(said, "has a", &fields.has("a").to_string());
    line(said, "get a", &join(&fields.get("a")));
    line(said, "append a", word(&fields.append("a", b"1")));
    line(said, "append A", word(&fields.append("A", b"2")));
    line(said, "append B", word(&fields.append("B", b"3")));
    line(said, "has A", &fields.has("A").to_string());
    line(said, "get a", &join(&fields.get("a")));
    line(said, "get A", &join(&fields.get("A")));
    line(said, "entries", &list(&fields));
    let clone = fields.clone();
    let set = fields.set("a", &[b"4".to_vec(), b"5".to_vec(), b"6".to_vec()]);
    line(said, "set a", word(&set));
    line(said, "set b to nothing", word(&fields.set("b", &[])));
    line(said, "has b", &fields.has("b").to_string());
    line(said, "entries", &list(&fields));
    line(said, "delete A", word(&fields.delete("A")));
    line(said, "delete again", word(&fields.delete("A")));
    line(said, "entries", &list(&fields));
    line(said, "clone has", &list(&clone));
    line(said, "clone append", word(&clone.append("c", b"7")));
    line(said, "original has c", &fields.has("c").to_string());
}

fn lists(said: &mut String) {
    let pair = |name: &str, value: &[u8]| (name.to_string(), value.to_vec());
    let entries: &[Vec<_>] = &[
        Vec::new(),
        [
            pair("X-One", b"1"),
            pair("x-two", b"2"),
            pair("x-one", b"3"),
        ]
        .into(),
        [pair("good", b"1"), pair("not good", b"2")].into(),
        [pair("good", b"1"), pair("bad", b"a\nb")].into(),
        [pair("transfer-encoding", b"chunked")].into(),
        [pair("content-length", b"5")].into(),
    ];
    for entries in entries {
        match Fields::from_list(entries) {
            Ok(fields) => line(said, "from-list", &list(&fields)),
            Err(error) => line(said, "from-list", name(error)),
        }
    }
}

fn names(said: &mut String) {
    for &reserved in NAMES {
        let fields = Fields::new();
        let append = word(&fields.append(reserved, b"1"));
        let set = word(&fields.set(reserved, &[b"1".to_vec()]));
        let delete = word(&fields.delete(reserved));
        let has = fields.has(reserved);
        line(
            said,
            reserved,
            &format!("append {append}, set {set}, delete {delete}, has {has}"),
        );
    }
    for bad in BAD_NAMES {
        let fields = Fields::new();
        let append = word(&fields.append(bad, b"1"));
        let set = word(&fields.set(bad, &[b"1".to_vec()]));
        let delete = word(&fields.delete(bad));
        let (has, get) = (fields.has(bad), fields.get(bad).len());
        let all = format!("append {append}, set {set}, delete {delete}, has {has}, get {get}");
        line(said, &format!("{bad:?}"), &all);
    }
}

fn values(said: &mut String) {
    for &value in VALUES {
        let fields = Fields::new();
        let append = word(&fields.append("a", value));
        let set = word(&fields.set("b", &[value.to_vec()]));
        let got = join(&fields.get("a"));
        let shown = value.escape_ascii();
        line(
            said,
            &format!("\"{shown}\""),
            &format!("append {append}, set {set}, get {got}"),
        );
    }
}

/// Fields that belong to a request or a response cannot be changed; a clone can.
fn immutable(said: &mut String) {
    let response = OutgoingResponse::new(Fields::new());
    let request = OutgoingRequest::new(Fields::new());
    for (whose, fields) in [
        ("response", response.headers()),
        ("request", request.headers()),
    ] {
        let append = word(&fields.append("a", b"1"));
        let set = word(&fields.set("a", &[b"1".to_vec()]));
        let delete = word(&fields.delete("a"));
        let clone = word(&fields.clone().append("a", b"1"));
        let all = format!("append {append}, set {set}, delete {delete}, clone {clone}");
        line(said, &format!("headers of a {whose}"), &all);
    }
}

/// `/header?name=&value=&status=`: a response with that field.
pub fn header(out: ResponseOutparam, query: &str) {
    let fields = Fields::new();
    let name = String::from_utf8(value(query, "name")).unwrap_or_default();
    match fields.append(&name, &value(query, "value")) {
        Ok(()) => full(out, 200, &fields, b"header\n"),
        Err(error) => text(out, &format!("append: {}\n", self::name(error))),
    }
}

/// The entries, one a line; bytes that cannot be shown are escaped.
pub fn list(fields: &Fields) -> String {
    let entries = fields.entries();
    let shown = entries
        .iter()
        .map(|(name, value)| format!("{name}: {}\n", value.escape_ascii()));
    shown.collect()
}

fn line(said: &mut String, what: &str, answer: &str) {
    let answer = answer.trim_end().replace('\n', " | ");
    let _ = writeln!(said, "{what} = {answer}");
}

fn join(values: &[Vec<u8>]) -> String {
    let shown: Vec<_> = values
        .iter()
        .map(|value| format!("\"{}\"", value.escape_ascii()))
        .collect();
    format!("[{}]", shown.join(", "))
}

fn word(result: &Result<(), HeaderError>) -> &'static str {
    match result {
        Ok(()) => "ok",
        Err(error) => name(*error),
    }
}

/// The case of the variant `header-error`.
fn name(error: HeaderError) -> &'static str {
    match error {
        HeaderError::InvalidSyntax => "invalid-syntax",
        HeaderError::Forbidden => "forbidden",
        HeaderError::Immutable => "immutable",
    }
}
