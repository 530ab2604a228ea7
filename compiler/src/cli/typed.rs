//! Reads the words of the command line: without a verb, a module is run; options of other tools are answered.

use super::args::{Cli, Verb};
use super::foreign;
use crate::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser};
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// Why words are no command.
#[derive(Debug)]
pub enum Refused {
    /// What clap says of them; help, too, which was asked for.
    Usage(clap::Error),
    /// What we know better.
    Coded(Error),
}

/// Reads the words that the process was called with, its own name first.
///
/// # Errors
/// Why they are no command.
pub fn read(words: &[OsString]) -> Result<Cli, Refused> {
    parsed(words).map_err(|error| match of_another_tool(&error, words) {
        Some(known) => Refused::Coded(known),
        None => Refused::Usage(error),
    })
}

/// The answer to an option of `build` or `run` that another tool has.
fn of_another_tool(error: &clap::Error, words: &[OsString]) -> Option<Error> {
    let rest = words.get(1..)?;
    let is_about_program = match verb(rest) {
        Some(verb) => ["build", "run"].contains(&&*verb),
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
    // An option of `run` can stand before the module, too: `wasi-aot --dir . app.wasm`.
    let (ErrorKind::InvalidSubcommand | ErrorKind::UnknownArgument) = error.kind() else {
        return Err(error);
    };
    match words.split_first() {
        Some((name, rest)) if verb(rest).is_none() => run(name, rest).unwrap_or(Err(error)),
        _ => Err(error),
    }
}

/// The name of the verb that the first word is, if it is one: errors are then about this verb.
fn verb(words: &[OsString]) -> Option<String> {
    let command = Cli::command();
    let verb = command.find_subcommand(words.first()?)?;
    Some(verb.get_name().to_owned())
}

/// The same words after `run`; `None`: they name no program.
fn run(name: &OsStr, rest: &[OsString]) -> Option<Result<Cli, clap::Error>> {
    let words = [name, OsStr::new("run")].into_iter().map(OsStr::to_owned);
    let read = Cli::try_parse_from(words.chain(rest.iter().cloned()));
    match &read {
        Ok(Cli {
            verb: Some(Verb::Run(args)),
            ..
        }) => args.command.first().is_some_and(|word| is_program(word)),
        // The options are wrong, and no word before the program says that they are those of `run`.
        Ok(_) | Err(_) => rest.iter().any(|word| is_program(word)),
    }
    .then_some(read)
}

/// Whether a word names a program, and is no verb that was mistyped: something is there, or it ends as modules do.
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
