//! Messages on standard error as JSON, one per line (`--message-format json`).
//!
//! An error can come from anywhere, even from a panic, so the format is set for the whole process.

use super::report;
use crate::{Error, shown};
use clap::ValueEnum;
use serde::Serialize;
use std::io::{self, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

/// The version of the format. It increases when a field changes its meaning or is removed.
const FORMAT: u32 = 1;

/// The format of messages.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MessageFormat {
    /// For people
    #[default]
    Text,
    /// JSON, an object a line
    Json,
}

static IS_JSON: AtomicBool = AtomicBool::new(false);

/// Sets the format of messages from now on.
pub fn choose(format: MessageFormat) {
    IS_JSON.store(format == MessageFormat::Json, Ordering::Relaxed);
}

/// Whether messages are printed as lines of JSON.
pub fn is_json() -> bool {
    IS_JSON.load(Ordering::Relaxed)
}

/// The severity of a message.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The command fails because of it.
    Error,
    /// An option has no effect, or not the intended one.
    Warning,
    /// The command does its work in another way than usual.
    Note,
    /// A step that the command takes: only with `--verbose`.
    Info,
}

/// A line of output.
#[derive(Serialize, Debug)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Line<'a> {
    /// A message for a person.
    Message {
        /// Its severity.
        level: Level,
        /// The code, for an error.
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<&'static str>,
        /// One sentence.
        message: &'a str,
        /// The location in the input.
        #[serde(skip_serializing_if = "Option::is_none")]
        place: Option<Place<'a>>,
        /// A remedy, if one is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        help: Option<&'a str>,
    },
    /// A stage that has finished.
    Timing {
        /// Its name; `total` for all stages together.
        stage: &'a str,
        /// The elapsed time in seconds.
        wall: f64,
        /// The CPU time of all threads together, in seconds.
        #[serde(skip_serializing_if = "Option::is_none")]
        cpu: Option<f64>,
    },
    /// An output that was written.
    Artifact {
        /// Its kind, as `--emit` names it.
        emit: &'a str,
        /// Its path; `-` for standard output.
        path: &'a str,
        /// Its size in bytes.
        bytes: usize,
        /// The name of the target.
        target: &'a str,
    },
}

/// A location in the input.
#[derive(Serialize, Debug)]
pub struct Place<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
}

#[derive(Serialize)]
struct Versioned<'a> {
    format: u32,
    #[serde(flatten)]
    line: &'a Line<'a>,
}

/// A message without a location, as a line.
pub fn plain(level: Level, message: &str) -> Line<'_> {
    Line::Message {
        level,
        code: None,
        message,
        place: None,
        help: None,
    }
}

/// Prints an error, or a note of the same shape, which has no code.
pub fn print_error(level: Level, error: &Error) {
    let place = &error.place;
    let place = Place {
        file: place.file.as_deref(),
        function: place.function.as_deref(),
        offset: place.offset,
    };
    let has_place = place.file.is_some() || place.function.is_some() || place.offset.is_some();
    print(&Line::Message {
        level,
        code: (level == Level::Error).then(|| error.code.as_str()),
        message: &error.message,
        place: has_place.then_some(place),
        help: report::way_out(error).as_deref(),
    });
}

/// Prints a line.
pub fn print(line: &Line) {
    // If standard error is closed, there is nobody to tell.
    let _ = writeln!(io::stderr().lock(), "{}", text(line));
}

fn text(line: &Line) -> String {
    let format = FORMAT;
    let text = serde_json::to_string(&Versioned { format, line });
    shown::json(&text.expect("plain data has a JSON form")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_whatever_is_in_it() {
        let text = text(&plain(Level::Warning, "a\nb\u{202e}\u{1b}"));
        assert_eq!(
            text,
            r#"{"format":1,"kind":"message","level":"warning","message":"a\nb\u202e\u001b"}"#
        );
    }
}
