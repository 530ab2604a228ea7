//! Messages on standard error as JSON, a line each (`--message-format json`).
//!
//! An error can come from anywhere, a panic included, so the choice holds for the whole process.

use super::report;
use crate::{Error, shown};
use clap::ValueEnum;
use serde::Serialize;
use std::io::{self, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

/// The version of the lines. It goes up when a field changes its meaning or goes.
const FORMAT: u32 = 1;

/// How messages are printed.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MessageFormat {
    /// For people
    #[default]
    Text,
    /// JSON, an object a line
    Json,
}

static IS_JSON: AtomicBool = AtomicBool::new(false);

/// Chooses how messages are printed from now on.
pub fn choose(format: MessageFormat) {
    IS_JSON.store(format == MessageFormat::Json, Ordering::Relaxed);
}

/// Whether messages are lines of JSON.
pub fn is_json() -> bool {
    IS_JSON.load(Ordering::Relaxed)
}

/// How much a message matters.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The command ends for it.
    Error,
    /// Something has no effect, or not the one that was meant.
    Warning,
    /// The command does its work in another way.
    Note,
    /// What is done: only with `--verbose`.
    Info,
}

/// A line.
#[derive(Serialize, Debug)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Line<'a> {
    /// Something to read.
    Message {
        /// How much it matters.
        level: Level,
        /// Of an error: its code.
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<&'static str>,
        /// One sentence.
        message: &'a str,
        /// Where in the input.
        #[serde(skip_serializing_if = "Option::is_none")]
        place: Option<Place<'a>>,
        /// A way out, if one is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        help: Option<&'a str>,
    },
    /// A stage that is over.
    Timing {
        /// Its name; `total` for all together.
        stage: &'a str,
        /// How long it took, in seconds.
        wall: f64,
        /// How long all processors together worked for it, in seconds.
        #[serde(skip_serializing_if = "Option::is_none")]
        cpu: Option<f64>,
    },
    /// A result that was written.
    Artifact {
        /// As `--emit` names it.
        emit: &'a str,
        /// Where it is; `-` for standard output.
        path: &'a str,
        /// Its size.
        bytes: usize,
        /// The name of the target.
        target: &'a str,
    },
}

/// A place in the input.
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

/// A message without a place, as a line.
pub fn plain(level: Level, message: &str) -> Line<'_> {
    Line::Message {
        level,
        code: None,
        message,
        place: None,
        help: None,
    }
}

/// Prints an error, or a note of its shape, which has no code.
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
    // Where the error stream is gone there is nobody to tell.
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
