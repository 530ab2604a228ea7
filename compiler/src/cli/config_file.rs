//! `wasi-aot.toml`: the options about grants and code, in a file next to the module.
//!
//! `build` reads the file automatically, and reports that. `run` reads only a file named with
//! `--config`: a user who runs a module in a folder from an untrusted source must not grant what
//! that folder requests. For the same reason, a file that was not named can embed only files from
//! its own folder.

use super::options::ConfigArgs;
use super::output::plain;
use crate::policy::Given;
use crate::{Code, Error, Result};
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use toml::de::DeTable;

/// The name of the file.
pub const NAME: &str = "wasi-aot.toml";
/// The maximum size in bytes, far above that of a handwritten file.
const MAX_BYTES: u64 = 1 << 20;

/// A file that was read.
#[derive(Debug)]
pub struct ConfigFile {
    /// Its path.
    pub path: PathBuf,
    /// Its contents.
    pub given: Given,
    /// Its keys in alphabetical order.
    pub keys: Vec<String>,
}

/// The file next to a module, if there is one; standard input has none. Pipes and devices are not
/// considered, because reading them could block forever. A dangling link is a mistake that
/// [`ConfigFile::read`] reports.
pub fn beside(module: &Path) -> Option<PathBuf> {
    if module == Path::new("-") {
        return None;
    }
    let path = module.with_file_name(NAME);
    let there = fs::metadata(&path).or_else(|_| fs::symlink_metadata(&path));
    let is_it = there.is_ok_and(|there| there.is_file() || there.is_symlink());
    is_it.then_some(path)
}

/// The file that `build` uses for this module.
pub fn for_build(args: &ConfigArgs, module: &Path) -> Result<Option<ConfigFile>> {
    if args.config.is_some() || args.no_config {
        return for_run(args);
    }
    let read = |path: PathBuf| {
        let read = ConfigFile::read(&path).and_then(ConfigFile::embeds_only_beside);
        read.map_err(|error| match error.help {
            None => error.help("`--no-config` builds without it"),
            Some(_) => error,
        })
    };
    beside(module).map(read).transpose()
}

/// The file that `run` uses.
pub fn for_run(args: &ConfigArgs) -> Result<Option<ConfigFile>> {
    args.config
        .as_ref()
        .map(|path| ConfigFile::read(path))
        .transpose()
}

impl ConfigFile {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// [`Code::Input`] when it cannot be read; [`Code::Config`] when it is not TOML, or contains a
    /// setting that no option accepts; the errors of [`crate::Policy::check`].
    pub fn read(path: &Path) -> Result<ConfigFile> {
        let shown = path.display().to_string();
        let text = text(path, &shown)?;
        let (mut given, keys) = parse(&text).map_err(|error| match &error.place.file {
            Some(place) => Error {
                place: crate::Place {
                    file: Some(format!("{shown}:{place}")),
                    ..error.place
                },
                ..error
            },
            None => error.in_file(&shown),
        })?;
        let checked = given.policy().and_then(|policy| policy.check());
        checked.map_err(|error| Error {
            code: Code::Config,
            ..error.in_file(&shown)
        })?;
        given.below(path.parent().unwrap_or(Path::new("")));
        let path = path.into();
        Ok(ConfigFile { path, given, keys })
    }

    /// Refuses to embed files from outside the file's folder: a user who builds in a folder from an
    /// untrusted source must not include their own files by accident.
    fn embeds_only_beside(self) -> Result<ConfigFile> {
        let folder = match self.path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        // A missing file is reported later.
        let real = |path: &Path| fs::canonicalize(path).ok();
        let is_outside = |path: &Path| Some(!real(path)?.starts_with(real(folder)?));
        let embeds = self.given.policy()?.grants.embeds;
        let mut hosts = embeds.iter().map(|embed| &embed.host);
        match hosts.find(|host| is_outside(host) == Some(true)) {
            None => Ok(self),
            Some(host) => {
                let message = format!(
                    "`embed`: {} is outside of the file's folder",
                    host.display()
                );
                let help = format!("`--config {}` embeds it all the same", self.path.display());
                let error = Error::new(Code::Config, message).help(help);
                Err(error.in_file(self.path.display().to_string()))
            }
        }
    }

    /// The summary that `--quiet` suppresses.
    pub fn summary(&self) -> String {
        let path = self.path.display();
        match &*self.keys {
            [] => format!("{path}: nothing"),
            keys => format!("{path}: {}", keys.join(", ")),
        }
    }
}

fn text(path: &Path, shown: &str) -> Result<String> {
    let read = || {
        let mut bytes = Vec::new();
        File::open(path)?
            .take(MAX_BYTES + 1)
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|error: std::io::Error| {
        let message = format!("cannot read {shown}: {}", plain(&error));
        Error::new(Code::Input, message)
    })?;
    if bytes.len() as u64 > MAX_BYTES {
        let message = format!("{shown} is larger than {MAX_BYTES} bytes");
        return Err(Error::new(Code::Config, message));
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..good]).into_owned();
        let message = "this is not UTF-8, as TOML is";
        Error::new(Code::Config, message).in_file(format!("{shown}:{}", place(&before, good)))
    })
}

/// Parses the text into its settings and its keys. The location of an error is `LINE:COLUMN`.
fn parse(text: &str) -> Result<(Given, Vec<String>)> {
    let given = toml::from_str(text).map_err(|error| explain(text, &error))?;
    let table = DeTable::parse(text).map_err(|error| explain(text, &error))?;
    let keys = table.get_ref().keys().map(|key| key.get_ref().to_string());
    Ok((given, keys.collect()))
}

fn explain(text: &str, error: &toml::de::Error) -> Error {
    let message = error.message().trim().replace('\n', "; ");
    let Some(span) = error.span() else {
        return Error::new(Code::Config, message);
    };
    // The key whose value contains the error; a syntax error has none.
    let table = DeTable::parse(text).ok();
    let key = table.as_ref().and_then(|table| {
        let mut entries = table.get_ref().iter();
        entries.find_map(|(key, value)| {
            let value = value.span();
            (value.start <= span.start && span.start < value.end).then(|| key.get_ref())
        })
    });
    let message = match key {
        // The message already contains the key.
        _ if message.starts_with("unknown field") => message,
        Some(key) => format!("`{key}`: {message}"),
        None if message == "duplicate key" => format!("{message} {:?}", &text[span.clone()]),
        None => message,
    };
    Error::new(Code::Config, message)
        .help("the keys are names of options: see `wasi-aot help build`")
        .in_file(place(text, span.start))
}

/// `LINE:COLUMN`, from 1; columns are counted in characters.
fn place(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    format!("{line}:{column}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_line_and_a_character() {
        assert_eq!(place("", 0), "1:1");
        assert_eq!(place("é\nab", 5), "2:3");
        assert_eq!(place("é", 1), "1:2", "inside of a character");
        assert_eq!(place("a", 99), "1:2");
    }

    /// A sequence of numbers that is the same in every run (xorshift64).
    fn random(state: &mut u64) -> usize {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        *state as usize
    }

    #[test]
    fn changed_texts_are_read_or_have_a_place() {
        let good =
            "dir = [\n '.', \"a::/b:ro\"] # é\nmax-memory='1M'\ntimeout = 3\nharden = \"auto\"\n";
        let pieces = [
            "\"", "[", "]]", "=", "\n", "{", "}", ".", "é", "\\u", "0x", "-", "#", "\0",
        ];
        let chars: Vec<char> = good.chars().collect();
        let (mut state, mut refused) = (0x9e37_79b9_7f4a_7c15, 0);
        for _ in 0..5000 {
            let mut text: Vec<String> = chars.iter().map(char::to_string).collect();
            for _ in 0..1 + random(&mut state) % 3 {
                let at = random(&mut state) % text.len();
                text[at] = match random(&mut state) % 3 {
                    0 => String::new(),
                    1 => text[random(&mut state) % chars.len()].repeat(2),
                    _ => pieces[random(&mut state) % pieces.len()].into(),
                };
            }
            let text = text.concat();
            if let Err(error) = parse(&text) {
                refused += 1;
                assert_eq!(error.code, Code::Config, "{text:?}");
                assert!(error.place.file.is_some(), "{text:?}: {}", error.message);
            }
        }
        assert!(refused > 1000 && parse(good).is_ok(), "{refused} of 5000");
    }

    #[test]
    fn the_largest_file_takes_no_longer_than_it_must() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        let list = |count: usize| -> String {
            let items: Vec<String> = (0..count).map(|n| format!("\"{n}\"")).collect();
            format!("dir = [{}]", items.join(","))
        };
        fs::write(&path, list(110_000)).unwrap();
        let file = ConfigFile::read(&path).unwrap();
        let dirs = |given: &Given| given.policy().unwrap().grants.dirs.len();
        assert_eq!(dirs(&file.given), 110_000);
        let twice = file.given.clone().over(file.given);
        assert_eq!(dirs(&twice), 110_000);
        fs::write(&path, list(150_000)).unwrap();
        assert_eq!(ConfigFile::read(&path).unwrap_err().code, Code::Config);
    }
}
