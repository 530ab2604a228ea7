//! The description of an executable by `inspect`: its info note as text.

use super::described::{self, Kind};
use crate::policy::note::{self, Info, InputInfo, ServerInfo, WallInfo};
use crate::policy::row::{Group, Shown, rows};
use crate::policy::{CodeOptions, Grants, Limits, Policy, UnknownImports};
use crate::shown::Lines;
use crate::wall::{Allowed, Note};
use crate::{Code, DebugLevel, Error, Result};
use serde::Serialize;

/// An executable, as `--json` prints it: the contents of its notes.
#[derive(Serialize, Debug)]
struct Description<'a> {
    note_format: u32,
    version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'a str>,
    target: &'a str,
    input: &'a InputInfo,
    #[serde(skip_serializing_if = "Option::is_none")]
    invoke: Option<&'a str>,
    grants: &'a Grants,
    limits: &'a Limits,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<&'a ServerInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wall: Option<&'a WallInfo>,
    code: &'a CodeOptions,
    strip: bool,
    debug: DebugLevel,
    system_linker: bool,
    run: bool,
}

/// The description of an executable with this name, as text or JSON.
///
/// # Errors
/// [`Code::Invalid`](crate::Code::Invalid) when it is not an executable that wasi-aot built.
pub fn describe(bytes: &[u8], name: &str, json: bool) -> Result<String> {
    let mut info = info(bytes)?;
    if let Some(wall) = &mut info.wall {
        wall.note = Note::find(bytes);
    }
    Ok(match json {
        true => described::json(Kind::Executable, name, bytes.len(), &described(&info)),
        false => text(&info, bytes.len()),
    })
}

/// The contents of an info note.
fn described(info: &Info) -> Description<'_> {
    let Info {
        format,
        version,
        commit,
        target,
        input,
        grants,
        limits,
        server,
        invoke,
        wall,
        code,
        strip,
        debug,
        system_linker,
        run,
    } = info;
    Description {
        note_format: *format,
        version,
        commit: commit.as_deref(),
        target,
        input,
        invoke: invoke.as_deref(),
        grants,
        limits,
        server: server.as_ref(),
        wall: wall.as_ref(),
        code,
        strip: *strip,
        debug: *debug,
        system_linker: *system_linker,
        run: *run,
    }
}

/// The info note of an executable.
///
/// # Errors
/// [`Code::Invalid`] when there is no note, or none that this version can read.
pub fn info(bytes: &[u8]) -> Result<Info> {
    let Some(note) = note::find(bytes) else {
        let error = Error::new(Code::Invalid, "this executable was not built by wasi-aot");
        return Err(error.help("inspect shows modules, and executables that wasi-aot built"));
    };
    let text = String::from_utf8(note).ok();
    let info = text.as_deref().map(parse).transpose()?.flatten();
    info.ok_or_else(|| {
        let error = Error::new(Code::Invalid, "the note in this executable is damaged");
        error.help("`readelf -n` shows it as text")
    })
}

/// Parses a note; `None` if it is not one of ours.
fn parse(text: &str) -> Result<Option<Info>> {
    let json: Option<serde_json::Value> = serde_json::from_str(text).ok();
    let format = json.as_ref().and_then(|json| json.get("format")?.as_u64());
    match format {
        Some(format) if format > u64::from(note::FORMAT) => {
            let message = format!(
                "the note in this executable has format {format}; this wasi-aot reads up to {}",
                note::FORMAT
            );
            let help = "a newer wasi-aot built it; `readelf -n` shows the note as text";
            Err(Error::new(Code::Invalid, message).help(help))
        }
        _ => Ok(json.and_then(|json| serde_json::from_value(json).ok())),
    }
}

/// Rows of a name and a value.
#[derive(Default)]
struct Rows(Lines);

impl Rows {
    fn line(&mut self, name: &str, value: &str) {
        // Formatting text cannot fail.
        let _ = writeln!(self.0, "{name:<12} {value}");
    }
}

impl Rows {
    /// Writes the rows of a group of the table of options, and returns how many there are.
    fn rows(&mut self, policy: &Policy, group: Group) -> usize {
        let mut shown = Shown::default();
        for row in rows().filter(|row| row.group == group) {
            (row.show)(policy, &mut shown);
        }
        for (label, text) in &shown.0 {
            self.line(label, text);
        }
        shown.0.len()
    }

    /// Writes a line of words, continued on as many lines as they need.
    fn words(&mut self, name: &str, words: impl Iterator<Item = String>) {
        const WIDTH: usize = 80;
        let (mut name, mut line) = (name, String::new());
        let mut words = words.peekable();
        while let Some(word) = words.next() {
            line.push_str(&word);
            let Some(next) = words.peek() else { break };
            line.push(',');
            if line.len() + next.len() > WIDTH {
                self.line(name, &line);
                (name, line) = ("", String::new());
            } else {
                line.push(' ');
            }
        }
        self.line(name, &line);
    }
}

/// `bytes`: the executable's size.
fn text(info: &Info, bytes: usize) -> String {
    let mut text = Rows::default();
    let by = match &info.commit {
        Some(commit) => format!("{} ({commit})", info.version),
        None => info.version.clone(),
    };
    text.line(
        "executable",
        &format!("{bytes} bytes, built by wasi-aot {by}"),
    );
    text.line("target", &info.target);
    text.line(
        "from",
        &format!("{} (SHA-256 {})", info.input.name, info.input.sha256),
    );
    if let Some(name) = &info.invoke {
        text.line("invokes", name);
    }
    let policy = info.policy();
    if text.rows(&policy, Group::Grant) == 0 {
        text.line("grants", "none but the standard streams");
    }
    text.rows(&policy, Group::Given);
    text.rows(&policy, Group::Limit);
    if let Some(server) = &info.server {
        text.line("instance", &instance(server, &policy));
        text.rows(&policy, Group::Server);
    }
    if let Some(what) = &info.wall {
        text.rows(&policy, Group::Wall);
        wall(&mut text, what);
    }
    text.rows(&policy, Group::Code);
    if policy.code.unknown_imports == UnknownImports::Trap {
        text.line("imports", "unknown ones trap when called");
    }
    text.0.into_text()
}

/// What an instance of a server's component is, and how long it lives.
fn instance(server: &ServerInfo, policy: &Policy) -> String {
    let when = match policy.http().instance_requests {
        1 => "for each request",
        _ => "when it is replaced",
    };
    match &server.instantiation_calls {
        None => format!("a snapshot, restored {when}"),
        Some(function) => format!("instantiated {when} (calls {function})"),
    }
}

/// Writes what the sandbox policy allows.
fn wall(text: &mut Rows, wall: &WallInfo) {
    let Some(note) = &wall.note else { return };
    text.words("calls", note.calls.iter().map(call));
    let files = match note.paths {
        true => "those below the granted directories (Landlock)",
        false => "none: no call opens one",
    };
    text.line("files", files);
}

fn call(call: &Allowed) -> String {
    match &call.only {
        Some(only) => format!("{} ({only})", call.name),
        None => call.name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The note of an executable of the first format version.
    const FORMAT_1: &str = r#"{"format":1,"version":"0.1.0","target":"x86_64-linux","input":{"name":"a.wasm","sha256":"00"},"grants":{"dirs":[{"host":".","guest":"/","read_only":true}],"env":["A=b"],"inherit_env":false},"limits":{"max_stack":8388608},"code":{"bounds_checks":"guard","unknown_imports":"error","optimize":"2"}}"#;

    #[test]
    fn notes_of_the_first_format_can_be_read() {
        let info = parse(FORMAT_1).unwrap().unwrap();
        assert_eq!((info.format, &info.wall), (1, &None));
        let text = text(&info, 7);
        assert!(text.contains("directory    . as /, read only\n"), "{text}");
        assert!(!text.contains("wall"), "{text}");
    }

    #[test]
    fn notes_of_a_later_format_are_refused() {
        let error = parse(r#"{"format":4}"#).unwrap_err();
        assert!(error.message.contains("format 4"), "{}", error.message);
    }

    #[test]
    fn what_is_no_note_is_none() {
        for text in ["", "{", "[]", "{}", r#"{"format":1}"#, r#"{"format":-1}"#] {
            assert_eq!(parse(text), Ok(None), "{text}");
        }
    }
}
