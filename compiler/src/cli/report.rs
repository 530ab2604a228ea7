//! Prints errors in the style of rustc.

use super::message::{self, Level};
use crate::shown;
use crate::{Code, Error};
use anstyle::{AnsiColor, Style};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

/// The exit status for an error code, as documented in `--help` and the reference.
pub fn status(code: Code) -> u8 {
    match code {
        Code::Option => 2,
        Code::Bug => 101,
        _ => 1,
    }
}

const ERROR: Style = AnsiColor::Red.on_default().bold();
const ARROW: Style = AnsiColor::Blue.on_default().bold();
const BOLD: Style = Style::new().bold();

/// Prints a problem that does not stop the command, in the shape of an error.
pub fn note(error: &Error) {
    if message::is_json() {
        return message::print_error(Level::Note, error);
    }
    let mut text = format!("{BOLD}note{BOLD:#}: {}\n", shown::line(&error.message));
    // Writing to a `String` cannot fail.
    let _ = help(&mut text, error);
    // If standard error is closed, there is nobody to tell.
    let _ = anstream::stderr().write_all(text.as_bytes());
}

fn help(text: &mut String, error: &Error) -> std::fmt::Result {
    match &error.help {
        Some(help) => writeln!(
            text,
            "{ARROW}  = {ARROW:#}{BOLD}help{BOLD:#}: {}",
            shown::line(help)
        ),
        None => Ok(()),
    }
}

/// The remedy for a bug: reporting it.
const PLEASE_REPORT: &str = concat!(
    "this is a bug of wasi-aot, not of your program; please report it at ",
    env!("CARGO_PKG_REPOSITORY")
);
const WITH: &str = "with the module, the command line and `wasi-aot --version --verbose`";

/// The remedy for an error, including a bug, to be embedded in a line.
pub fn way_out(error: &Error) -> Option<String> {
    match error.code {
        Code::Bug => Some(format!("{PLEASE_REPORT} {WITH}")),
        _ => error.help.clone(),
    }
}

/// The error as coloured text. The output stream removes the colours where they do not belong.
pub fn text(error: &Error) -> String {
    let mut text = String::new();
    let code = error.code.as_str();
    // Writing to a `String` cannot fail.
    let _ = writeln!(
        text,
        "{ERROR}error[{code}]{ERROR:#}{BOLD}: {}{BOLD:#}",
        shown::line(&error.message)
    );
    let place = &error.place;
    let parts = [
        place.file.clone(),
        place
            .function
            .as_ref()
            .map(|name| format!("function `{name}`")),
        place.offset.map(|offset| format!("offset {offset:#x}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if !parts.is_empty() {
        let place = parts.join(", ");
        let _ = writeln!(text, "{ARROW}  -->{ARROW:#} {}", shown::line(&place));
    }
    let _ = help(&mut text, error);
    if error.code == Code::Bug {
        let _ = writeln!(
            text,
            "{ARROW}  = {ARROW:#}{BOLD}help{BOLD:#}: {PLEASE_REPORT}\n         {WITH}"
        );
    }
    text
}

/// Prints clap's message about the command line, and returns the exit status.
pub fn usage(error: &clap::Error) -> ExitCode {
    let text = error.render().ansi().to_string();
    if !error.use_stderr() {
        // `--help` was requested. If the stream is closed, there is nobody to tell.
        let _ = anstream::stdout().write_all(text.as_bytes());
        return ExitCode::SUCCESS;
    }
    match message::is_json() {
        true => message::print_error(Level::Error, &as_error(&error.render().to_string())),
        // As above.
        false => drop(anstream::stderr().write_all(text.as_bytes())),
    }
    ExitCode::from(status(Code::Option))
}

/// Converts clap's text into an error: the first paragraph is the message, the tips are the remedy.
fn as_error(text: &str) -> Error {
    let first = text.split("\n\n").next().unwrap_or_default();
    let words: Vec<_> = first
        .split_whitespace()
        .skip_while(|word| *word == "error:")
        .collect();
    let tips: Vec<_> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("tip: "))
        .collect();
    Error {
        help: (!tips.is_empty()).then(|| tips.join("; ")),
        ..Error::new(Code::Option, words.join(" "))
    }
}

/// Prints the error, and returns the exit status.
pub fn print(error: &Error) -> ExitCode {
    match message::is_json() {
        true => message::print_error(Level::Error, error),
        // If standard error is closed, there is nobody to tell.
        false => drop(anstream::stderr().write_all(text(error).as_bytes())),
    }
    ExitCode::from(status(error.code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_its_place_and_a_way_out() {
        let error = Error::unsupported("SIMD").at(0x1234).in_function("foo");
        let error = error.in_file("app.wasm").help("none");
        let plain = anstream::adapter::strip_str(&text(&error)).to_string();
        assert_eq!(
            plain,
            "error[E0102]: SIMD is not supported yet\n  --> app.wasm, function `foo`, offset 0x1234\n  = help: none\n"
        );
    }

    #[test]
    fn no_name_speaks_to_the_terminal() {
        let error = Error::new(Code::Invalid, "`\x1b[2J`")
            .in_file("a\rb")
            .help("\u{9b}c");
        let text = text(&error);
        let plain = anstream::adapter::strip_str(&text).to_string();
        assert!(plain.contains(r"`\u{1b}[2J`"), "{plain}");
        assert!(
            plain.contains(r"a\rb") && plain.contains(r"\u{9b}c"),
            "{plain}"
        );
    }

    #[test]
    fn no_name_makes_a_line() {
        let forged = "x`\nerror[E0000]: y\r\n  = help: z\u{2028}\u{202e}";
        let error = Error::new(Code::Invalid, forged)
            .in_file(forged)
            .in_function(forged)
            .help(forged);
        let plain = anstream::adapter::strip_str(&text(&error)).to_string();
        let begins: Vec<_> = plain.lines().map(|line| &line[..5]).collect();
        assert_eq!(begins, ["error", "  -->", "  = h"], "{plain}");
        assert!(!plain.contains(['\r', '\u{2028}', '\u{202e}']), "{plain}");
    }

    #[test]
    fn what_clap_prints_becomes_a_message_and_a_way_out() {
        let error = as_error(
            "error: unexpected argument '--a' found\n\n  tip: a similar one\n\nUsage: b\n",
        );
        assert_eq!(error.message, "unexpected argument '--a' found");
        assert_eq!(error.help.as_deref(), Some("a similar one"));
        let error = as_error("error: not provided:\n  <MODULE>\n\nUsage: b\n");
        assert_eq!(
            (error.message.as_str(), error.help),
            ("not provided: <MODULE>", None)
        );
    }

    #[test]
    fn a_bug_says_so() {
        let plain = anstream::adapter::strip_str(&text(&Error::new(Code::Bug, "x"))).to_string();
        assert!(
            plain.starts_with("error[E9999]: x\n") && plain.contains("please report"),
            "{plain}"
        );
        assert_eq!(status(Code::Bug), 101);
    }
}
