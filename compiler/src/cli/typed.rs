//! Parses the command line. Without a verb, it runs a module. Options of other tools get an answer.

use super::args::{Cli, Verb};
use super::foreign;
use super::message::{self, MessageFormat};
use crate::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ColorChoice, CommandFactory, Parser, ValueEnum};
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// Why the words are not a command.
#[derive(Debug)]
pub enum Refused {
    /// Clap's error, or the help that was requested.
    Usage(clap::Error),
    /// An error that clap has no message for.
    Coded(Error),
}

/// Parses the words that the process was called with, starting with its own name.
///
/// # Errors
/// Why they are not a command.
pub fn read(words: &[OsString]) -> Result<Cli, Refused> {
    let cli = parsed(words).map(Cli::shared);
    cli.map_err(|error| match of_another_tool(&error, words) {
        Some(known) => Refused::Coded(known),
        None => Refused::Usage(error),
    })
}

/// Applies the options that determine how errors in the words themselves are shown: colours, JSON.
pub fn before_reading(words: &[OsString]) {
    let color = value(words, "--color").and_then(|word| ColorChoice::from_str(&word, false).ok());
    use_color(color.unwrap_or_default());
    let format = value(words, "--message-format");
    let format = format.and_then(|word| MessageFormat::from_str(&word, false).ok());
    message::choose(format.unwrap_or_default());
}

/// Applies the same options once the words are parsed.
pub fn after_reading(cli: &Cli) {
    use_color(cli.color);
    message::choose(cli.message_format());
}

fn use_color(choice: ColorChoice) {
    let choice = match choice {
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
        ColorChoice::Auto => anstream::ColorChoice::Auto,
    };
    choice.write_global();
}

/// The value of an option among words that clap cannot parse. Words after a program belong to the
/// program.
fn value(words: &[OsString], option: &str) -> Option<String> {
    let words = words.get(1..)?;
    let is_option = |word: &OsString| word.to_str().is_some_and(|word| word.starts_with(option));
    if !words.iter().any(is_option) {
        return None;
    }
    let (skipped, runs) = match verb(words) {
        Some(verb) => (1, ["run", "bench"].contains(&&*verb)),
        None => (0, true),
    };
    let words = words.iter().skip(skipped);
    let mut words = words.take_while(|word| !(runs && is_program(word)));
    let word = words.by_ref().find(|word| is_option(word))?.to_str()?;
    match word.strip_prefix(option)?.strip_prefix('=') {
        Some(value) => Some(value.to_owned()),
        None => words.next()?.to_str().map(str::to_owned),
    }
}

/// The answer to an option of another tool that was given to a verb that builds.
fn of_another_tool(error: &clap::Error, words: &[OsString]) -> Option<Error> {
    let rest = words.get(1..)?;
    let is_about_program = match verb(rest) {
        Some(verb) => ["build", "run", "bench"].contains(&&*verb),
        None => true,
    };
    let (ErrorKind::UnknownArgument, Some(ContextValue::String(option)), true) = (
        error.kind(),
        error.get(ContextKind::InvalidArg),
        is_about_program,
    ) else {
        return None;
    };
    foreign::error(option, rest)
}

fn parsed(words: &[OsString]) -> Result<Cli, clap::Error> {
    let error = match Cli::try_parse_from(words) {
        Ok(cli) => return Ok(cli),
        Err(error) => error,
    };
    // An option of `run` can also come before the module: `wasi-aot --dir . app.wasm`.
    let (ErrorKind::InvalidSubcommand | ErrorKind::UnknownArgument) = error.kind() else {
        return Err(error);
    };
    match words.split_first() {
        Some((name, rest)) if verb(rest).is_none() => run(name, rest).unwrap_or(Err(error)),
        _ => Err(error),
    }
}

/// The name of the verb, if the first word is one. Errors are then about this verb.
fn verb(words: &[OsString]) -> Option<String> {
    let command = Cli::command();
    let verb = command.find_subcommand(words.first()?)?;
    Some(verb.get_name().to_owned())
}

/// Parses the same words as arguments of `run`; `None` if they do not name a program.
fn run(name: &OsStr, rest: &[OsString]) -> Option<Result<Cli, clap::Error>> {
    let words = [name, OsStr::new("run")].into_iter().map(OsStr::to_owned);
    let read = Cli::try_parse_from(words.chain(rest.iter().cloned()));
    match &read {
        Ok(Cli {
            verb: Some(Verb::Run(args)),
            ..
        }) => args.command.first().is_some_and(|word| is_program(word)),
        // The options are wrong. They are options of `run` if some word names a program.
        Ok(_) | Err(_) => rest.iter().any(|word| is_program(word)),
    }
    .then_some(read)
}

/// Whether a word names a program, rather than being a mistyped verb: the file exists, or the word
/// has a module's extension.
pub fn is_program(word: &OsStr) -> bool {
    let path = Path::new(word);
    let ends = |ending: &OsStr| ["wasm", "wat"].iter().any(|known| ending == *known);
    path.extension().is_some_and(ends) || path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verb(words: &[&str]) -> Result<Verb, ErrorKind> {
        let words: Vec<OsString> = ["wasi-aot"].iter().chain(words).map(Into::into).collect();
        let cli = parsed(&words).map_err(|error| error.kind())?;
        Ok(cli.verb.expect("there is a verb"))
    }

    fn command(words: &[&str]) -> Vec<OsString> {
        match verb(words) {
            Ok(Verb::Run(args)) => args.command,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_module_without_a_verb_is_run() {
        assert_eq!(command(&["a.wasm"]), ["a.wasm"]);
        assert_eq!(command(&["a.wat", "--help"]), ["a.wat", "--help"]);
        let words = ["--dir", ".", "-q", "a.wasm", "--dir", "x"];
        assert_eq!(command(&words), ["a.wasm", "--dir", "x"]);
        let folder = tempfile::tempdir().unwrap();
        let there = folder.path().join("no-ending");
        std::fs::write(&there, "").unwrap();
        assert_eq!(command(&[there.to_str().unwrap()]), [there.as_os_str()]);
    }

    #[test]
    fn an_option_is_found_before_the_words_are_read() {
        let color = |words: &[&str]| {
            let words: Vec<OsString> = ["wasi-aot"].iter().chain(words).map(Into::into).collect();
            value(&words, "--color")
        };
        let always = Some("always".to_owned());
        assert_eq!(color(&["--color", "always", "build"]), always);
        assert_eq!(
            color(&["build", "a.wasm", "--frob", "--color=always"]),
            always
        );
        assert_eq!(
            color(&["run", "--color=always", "a.wasm", "--color=never"]),
            always
        );
        assert_eq!(color(&["run", "a.wasm", "--color=never"]), None);
        assert_eq!(color(&["bench", "a.wasm", "--color=never"]), None);
        assert_eq!(color(&["a.wasm", "--color", "never"]), None);
        assert_eq!(color(&["build", "--color"]), None);
    }

    #[test]
    fn what_names_no_program_is_a_verb_that_is_wrong() {
        let kind = |words: &[&str]| verb(words).expect_err("there is no such verb");
        assert_eq!(kind(&["biuld", "a.wasm"]), ErrorKind::InvalidSubcommand);
        assert_eq!(kind(&["frobnicate"]), ErrorKind::InvalidSubcommand);
        assert_eq!(kind(&["--frobnicate"]), ErrorKind::UnknownArgument);
        assert_eq!(
            kind(&["build", "--frob", "a.wasm"]),
            ErrorKind::UnknownArgument
        );
        assert!(matches!(verb(&["build", "a.wasm"]), Ok(Verb::Build(_))));
    }

    #[test]
    fn options_before_a_module_are_those_of_run() {
        let error = |words: &[&str]| verb(words).expect_err("no such option");
        assert_eq!(error(&["--dir", "", "a.wasm"]), ErrorKind::ValueValidation);
        assert_eq!(
            error(&["--frobnicate", "a.wasm"]),
            ErrorKind::UnknownArgument
        );
    }
}
