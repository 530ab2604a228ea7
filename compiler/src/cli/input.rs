//! Reads a module: a file or standard input, binary or text.

use super::note::InputInfo;
use super::output::plain;
use crate::{Code, Error, Result};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// What was read.
#[derive(Debug)]
pub struct Input {
    /// As the user named it, for messages.
    pub shown: String,
    /// File name without folders; `-` becomes `stdin.wasm`.
    pub name: String,
    /// The bytes as they stand in the file.
    pub bytes: Vec<u8>,
}

impl Input {
    /// Reads a file, or standard input for `-`.
    pub fn read(path: &Path) -> Result<Input> {
        if path == Path::new("-") {
            let mut bytes = Vec::new();
            io::stdin()
                .lock()
                .read_to_end(&mut bytes)
                .map_err(|error| input_error("standard input", &error))?;
            let (shown, name) = ("<stdin>".into(), "stdin.wasm".into());
            return Ok(Input { shown, name, bytes });
        }
        let shown = path.display().to_string();
        let bytes = fs::read(path).map_err(|error| input_error(&shown, &error))?;
        let name = path
            .file_name()
            .map_or_else(|| shown.clone(), |name| name.to_string_lossy().into_owned());
        Ok(Input { shown, name, bytes })
    }

    /// The module in binary form; text is translated.
    pub fn module(&self) -> Result<Cow<'_, [u8]>> {
        if self.bytes.starts_with(b"\0asm") {
            return Ok(Cow::Borrowed(&self.bytes));
        }
        if !looks_like_text(&self.bytes) {
            let message = if self.bytes.is_empty() {
                "the file is empty"
            } else {
                "this is not a WebAssembly module: it does not start with `\\0asm`, and is no text"
            };
            return Err(Error::new(Code::Invalid, message)
                .at(0)
                .in_file(&self.shown));
        }
        wat::parse_bytes(&self.bytes).map_err(|error| self.text_error(&error.to_string()))
    }

    /// `wat` draws the place in the text below its message: the message is kept, the line and column
    /// go to the place.
    fn text_error(&self, text: &str) -> Error {
        let message = text.lines().next().unwrap_or("the text does not parse");
        let place = text
            .lines()
            .find_map(|line| line.trim().strip_prefix("--> "))
            .and_then(|place| place.split_once(':'))
            .map_or_else(
                || self.shown.clone(),
                |(_, at)| format!("{}:{at}", self.shown),
            );
        Error::new(Code::Text, message).in_file(place)
    }

    /// What the note says about it.
    pub fn info(&self, module: &[u8]) -> InputInfo {
        InputInfo {
            name: self.name.clone(),
            sha256: hex(&Sha256::digest(module)),
        }
    }
}

/// Hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Text has no control characters in it, and is not empty; what then is wrong `wat` says better.
fn looks_like_text(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(1024)];
    !start.is_empty()
        && !start
            .iter()
            .any(|&byte| byte < 0x20 && !byte.is_ascii_whitespace())
}

fn input_error(shown: &str, error: &io::Error) -> Error {
    Error::new(
        Code::Input,
        format!("cannot read {shown}: {}", plain(error)),
    )
}
