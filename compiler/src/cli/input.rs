//! Reads a module: a file or standard input, binary or text.

use super::output::plain;
use super::progress::thousands;
use super::source;
use crate::policy::hex;
use crate::policy::note::InputInfo;
use crate::{Code, Error, Result, Whose};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// An input that was read.
#[derive(Debug)]
pub struct Input {
    /// Its name as the user gave it, for messages.
    pub shown: String,
    /// Its file name without folders; `-` becomes `stdin.wasm`.
    pub name: String,
    /// Its bytes as they are in the file.
    pub bytes: Vec<u8>,
}

/// The maximum size of a module in bytes: the limit of other engines and of our parser.
const MAX_MODULE: u64 = 1 << 30;
/// The maximum size of a text module in bytes. Parsing it takes about ten times as much memory.
const MAX_TEXT: u64 = 1 << 28;
/// The maximum size of an inspected executable in bytes: more than `build` can produce.
const MAX_EXECUTABLE: u64 = 1 << 31;
/// The number of bytes that suffice to recognise an input.
const HEAD: usize = 1024;

/// The form of an input, recognised by its first bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Binary,
    Text,
    Executable,
    Empty,
    Other,
}

impl Form {
    fn of(head: &[u8]) -> Form {
        // Text contains no control characters. `wat` reports any other problem with it better.
        let is_text = |head: &[u8]| {
            head.iter()
                .all(|&byte| byte >= 0x20 || byte.is_ascii_whitespace())
        };
        match head {
            [] => Form::Empty,
            _ if head.starts_with(b"\0asm") => Form::Binary,
            _ if head.starts_with(b"\x7fELF") => Form::Executable,
            _ if is_text(head) => Form::Text,
            _ => Form::Other,
        }
    }

    /// The maximum number of bytes to read, and the name of the form.
    fn limit(self) -> (u64, &'static str) {
        match self {
            Form::Binary => (MAX_MODULE, "a module"),
            Form::Text => (MAX_TEXT, "a module as text"),
            Form::Executable => (MAX_EXECUTABLE, "an executable"),
            // It is only used for an error message.
            Form::Empty | Form::Other => (HEAD as u64, "an unknown file"),
        }
    }
}

/// An input that is open but not read yet.
#[derive(Debug)]
pub struct Unread {
    /// As [`Input::shown`].
    pub shown: String,
    /// As [`Input::name`].
    pub name: String,
    /// The file; `None` is standard input.
    pub file: Option<File>,
}

impl Unread {
    /// Opens a file, or takes standard input for `-`.
    ///
    /// # Errors
    /// [`Code::Input`] when it cannot be opened.
    pub fn open(path: &Path) -> Result<Unread> {
        if path == Path::new("-") {
            return Ok(Unread {
                shown: "<stdin>".into(),
                name: "stdin.wasm".into(),
                file: None,
            });
        }
        let shown = path.display().to_string();
        refuse_folder(path)?;
        let file = File::open(path).map_err(|error| input_error(&shown, &error))?;
        let name = path
            .file_name()
            .map_or_else(|| shown.clone(), |name| name.to_string_lossy().into_owned());
        Ok(Unread {
            shown,
            name,
            file: Some(file),
        })
    }

    /// Reads it, once. An input that can be neither a module nor an executable is not read to its
    /// end, because it may be endless.
    ///
    /// # Errors
    /// [`Code::Input`] when it cannot be read, [`Code::Limit`] when it is too large.
    pub fn read(&self) -> Result<Input> {
        let bytes = match &self.file {
            None => read(&mut io::stdin().lock(), None, "standard input")?,
            Some(file) => {
                let mut file = file;
                let data = file.metadata();
                let data = data.map_err(|error| input_error(&self.shown, &error))?;
                let length = data.is_file().then_some(data.len());
                read(&mut file, length, &self.shown)?
            }
        };
        Ok(Input {
            shown: self.shown.clone(),
            name: self.name.clone(),
            bytes,
        })
    }
}

impl Input {
    /// Opens and reads a file, or standard input for `-`.
    ///
    /// # Errors
    /// Those of [`Unread::open`] and [`Unread::read`].
    pub fn read(path: &Path) -> Result<Input> {
        Unread::open(path)?.read()
    }

    /// A description of it, for `--verbose`.
    pub fn summary(&self) -> String {
        let (_, what) = Form::of(&self.bytes[..self.bytes.len().min(HEAD)]).limit();
        let bytes = thousands(self.bytes.len() as u64);
        format!("{}: {what}, {bytes} bytes", self.shown)
    }

    /// The module in binary form. Text is converted.
    pub fn module(&self) -> Result<Cow<'_, [u8]>> {
        let message = match Form::of(&self.bytes[..self.bytes.len().min(HEAD)]) {
            Form::Binary => return Ok(Cow::Borrowed(&self.bytes)),
            Form::Text => {
                return wat::parse_bytes(&self.bytes).map_err(|error| {
                    match source::mistaken(&self.shown, &self.bytes) {
                        Some(mistaken) => mistaken.in_file(&self.shown),
                        None => self.text_error(&error.to_string()),
                    }
                });
            }
            Form::Empty => "the file is empty",
            Form::Executable | Form::Other => {
                if let Some(error) = source::mistaken(&self.shown, &self.bytes) {
                    return Err(error.in_file(&self.shown));
                }
                "this is not a WebAssembly module: it does not start with `\\0asm`, and is no text"
            }
        };
        let error = Error::new(Code::Invalid, message);
        Err(error.at(0).in_file(&self.shown))
    }

    /// `wat` prints the source location below its message. The message is kept; the line and column
    /// become the error's location.
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
        // wast has no error kinds, so its own nesting limit is recognised by the wording.
        let error = match message.contains("nesting too deep") {
            true => Error::limit(message, Whose::TextParser),
            false => Error::new(Code::Text, message),
        };
        error.in_file(place)
    }

    /// The description of the input for the info note.
    pub fn info(&self, module: &[u8]) -> InputInfo {
        InputInfo {
            name: self.name.clone(),
            sha256: hex(&Sha256::digest(module)),
        }
    }
}

/// Refuses a folder, and explains how to build a module from its contents.
///
/// # Errors
/// [`Code::Input`] for a folder.
pub fn refuse_folder(path: &Path) -> Result<()> {
    match path.is_dir() {
        true => Err(source::folder(&path.display().to_string(), path)),
        false => Ok(()),
    }
}

/// Reads the input up to the limit of its form. `length`: the length that the file reports.
fn read(from: &mut impl Read, length: Option<u64>, shown: &str) -> Result<Vec<u8>> {
    let failed = |error| input_error(shown, &error);
    let mut bytes = Vec::new();
    from.by_ref()
        .take(HEAD as u64)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    let (limit, what) = Form::of(&bytes).limit();
    let too_large = || {
        let message = format!("{what} may have {limit} bytes at most");
        Error::limit(&message, Whose::Own).in_file(shown)
    };
    if limit == HEAD as u64 {
        return Ok(bytes);
    }
    match length {
        Some(length) if length > limit => return Err(too_large()),
        Some(length) => {
            let rest = (length as usize).saturating_sub(bytes.len());
            bytes
                .try_reserve_exact(rest)
                .map_err(|error| failed(error.into()))?;
        }
        None => {}
    }
    let rest = limit + 1 - bytes.len() as u64;
    from.by_ref()
        .take(rest)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    match bytes.len() as u64 > limit {
        true => Err(too_large()),
        false => Ok(bytes),
    }
}

fn input_error(shown: &str, error: &io::Error) -> Error {
    Error::new(
        Code::Input,
        format!("cannot read {shown}: {}", plain(error)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the same bytes forever, and counts them.
    struct Endless(&'static [u8], u64);

    impl Read for Endless {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            for (to, from) in to.iter_mut().zip(self.0.iter().cycle()) {
                *to = *from;
            }
            self.1 += to.len() as u64;
            Ok(to.len())
        }
    }

    #[test]
    fn what_has_no_end_is_read_to_a_limit() {
        let mut zeros = Endless(b"\0", 0);
        assert_eq!(read(&mut zeros, None, "x").unwrap().len(), HEAD);
        assert!(zeros.1 <= 2 * HEAD as u64, "{} bytes were read", zeros.1);
        let mut text = Endless(b"y\n", 0);
        let error = read(&mut text, None, "x").unwrap_err();
        assert_eq!(error.code, Code::Limit, "{error}");
        assert!(
            text.1 <= MAX_TEXT + (HEAD as u64),
            "{} bytes were read",
            text.1
        );
    }

    #[test]
    fn a_length_beyond_the_limit_is_an_error_before_it_is_read() {
        let mut module = Endless(b"\0asm\x01\0\0\0", 0);
        let error = read(&mut module, Some(MAX_MODULE + 1), "x").unwrap_err();
        assert_eq!(error.code, Code::Limit, "{error}");
        assert!(error.message.contains("1073741824 bytes"), "{error}");
        assert!(module.1 <= 2 * HEAD as u64, "{} bytes were read", module.1);
    }
}
