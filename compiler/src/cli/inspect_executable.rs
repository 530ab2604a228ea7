//! What `inspect` says of an executable: its note, as text.

use super::grant_value::Timeout;
use super::grants::{HardenArg, RuntimeGrant};
use super::note::{self, Grants, Info, Limits, WallInfo};
use super::value::Size;
use crate::shown::Lines;
use crate::wall::{Allowed, Note};
use crate::{Code, Error, Result};

/// The description of an executable: its note as it stands there, or as text.
///
/// # Errors
/// [`Code::Invalid`] when there is no note, or none that this version reads.
pub fn describe(bytes: &[u8], json: bool) -> Result<String> {
    let Some(note) = note::find(bytes) else {
        let error = Error::new(Code::Invalid, "this executable was not built by wasi-aot");
        return Err(error.help("inspect shows modules, and executables that wasi-aot built"));
    };
    let note = String::from_utf8(note).ok();
    let mut info = note.as_deref().map(parse).transpose()?.flatten();
    let wall = Note::find(bytes);
    if let (Some(info), Some(_)) = (info.as_mut().and_then(|info| info.wall.as_mut()), &wall) {
        info.note.clone_from(&wall);
    }
    match (note, info) {
        (Some(note), Some(info)) if json => Ok(if wall.is_some() { info.to_json() } else { note }),
        (_, Some(info)) => Ok(text(&info, bytes.len())),
        _ => {
            let error = Error::new(Code::Invalid, "the note in this executable is damaged");
            Err(error.help("`readelf -n` shows it as text"))
        }
    }
}

/// What a note says; `None`: it is none of ours.
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
        // Both are text, which has a text.
        let _ = writeln!(self.0, "{name:<12} {value}");
    }
}

impl Rows {
    /// A line of words, and as many more as they need.
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
    text.line(
        "executable",
        &format!("{bytes} bytes, built by wasi-aot {}", info.version),
    );
    text.line("target", &info.target);
    text.line(
        "from",
        &format!("{} (SHA-256 {})", info.input.name, info.input.sha256),
    );
    if let Some(name) = &info.invoke {
        text.line("invokes", name);
    }
    grants(&mut text, &info.grants);
    limits(&mut text, &info.limits);
    if let Some(what) = &info.wall {
        wall(&mut text, what);
    }
    let code = &info.code;
    text.line(
        "code",
        &format!(
            "-O {}, bounds checks: {}",
            code.optimize, code.bounds_checks
        ),
    );
    if let Some(relaxed) = &code.relaxed_simd {
        text.line("", &format!("relaxed SIMD: {relaxed}"));
    }
    if let Some(cpu) = &code.cpu {
        text.line("", &format!("CPU: {cpu}"));
    }
    if code.spectre_mitigation {
        text.line("", "Spectre mitigation");
    }
    if code.nan_canonicalization {
        text.line("", "canonical NaNs");
    }
    if code.unknown_imports == "trap" {
        text.line("imports", "unknown ones trap when called");
    }
    text.0.into_text()
}

fn grants(text: &mut Rows, grants: &Grants) {
    let before = text.0.len();
    for dir in &grants.dirs {
        let mode = if dir.read_only {
            "read only"
        } else {
            "read and write"
        };
        text.line(
            "directory",
            &format!("{} as {}, {mode}", dir.host, dir.guest),
        );
    }
    for embed in &grants.embeds {
        let (files, bytes) = (embed.files, embed.bytes);
        let files = match files {
            1 => "1 file".into(),
            _ => format!("{files} files"),
        };
        text.line(
            "embedded",
            &format!("{}, read only: {files}, {bytes} bytes", embed.guest),
        );
    }
    for variable in &grants.env {
        text.line("variable", variable);
    }
    if grants.inherit_env {
        text.line("variables", "all of the environment");
    }
    for address in &grants.listen {
        text.line("listens", address);
    }
    if grants.listen_fds {
        text.line(
            "listens",
            "sockets that are handed over at start (LISTEN_FDS)",
        );
    }
    for net in &grants.allow_net {
        let to = if net == "*" { "everywhere" } else { net };
        text.line("connects", to);
    }
    for net in &grants.allow_net_listen {
        let at = if net == "*" { "at every address" } else { net };
        text.line("waits", at);
    }
    if grants.allow_name_lookup {
        text.line("looks up", "any name");
    }
    if text.0.len() == before {
        text.line("grants", "none but the standard streams");
    }
    if !grants.at_start.is_empty() {
        text.line("at start", &at_start(&grants.at_start));
    }
    if grants.no_notes {
        text.line("notes", "none about missing grants");
    }
    if let Some(name) = &grants.argv0 {
        text.line("argv[0]", name);
    }
}

/// The variables that grant at start.
fn at_start(what: &[RuntimeGrant]) -> String {
    let names: Vec<_> = what.iter().flat_map(|what| what.variables()).collect();
    names.join(", ")
}

fn limits(text: &mut Rows, limits: &Limits) {
    if let Some(bytes) = limits.max_memory {
        text.line("memory", &format!("at most {}", Size(bytes)));
    }
    if let Some(bytes) = limits.max_heap {
        text.line("heap", &format!("at most {}", Size(bytes)));
    }
    text.line("stack", &Size(limits.max_stack).to_string());
    if let Some(time) = limits.timeout {
        text.line("time", &format!("at most {}", Timeout(time)));
    }
    if let Some(files) = limits.max_open_files {
        text.line("open files", &format!("at most {files}"));
    }
}

fn wall(text: &mut Rows, wall: &WallInfo) {
    text.line(
        "wall",
        match wall.harden {
            HardenArg::Auto => "where the kernel has it",
            HardenArg::Required => "required",
            HardenArg::Off => "off",
        },
    );
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

    /// As an executable of the first version has it.
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
        let error = parse(r#"{"format":3}"#).unwrap_err();
        assert!(error.message.contains("format 3"), "{}", error.message);
    }

    #[test]
    fn what_is_no_note_is_none() {
        for text in ["", "{", "[]", "{}", r#"{"format":1}"#, r#"{"format":-1}"#] {
            assert_eq!(parse(text), Ok(None), "{text}");
        }
    }
}
