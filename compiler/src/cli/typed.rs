//! Reads the words of the command line: without a verb, a module is run.

use super::args::{Cli, Verb};
use clap::Parser;
use clap::error::ErrorKind;
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// Reads the words that the process was called with, its own name first.
///
/// # Errors
/// What clap says of them, help included.
pub fn read(words: &[OsString]) -> Result<Cli, clap::Error> {
    let error = match Cli::try_parse_from(words) {
        Ok(cli) => return Ok(cli),
        Err(error) => error,
    };
    // An option of `run` can stand before the module, too: `wasi-aot --dir . app.wasm`.
    let (ErrorKind::InvalidSubcommand | ErrorKind::UnknownArgument) = error.kind() else {
        return Err(error);
    };
    match words.split_first() {
        Some((name, rest)) if !starts_with_verb(rest) => run(name, rest).unwrap_or(Err(error)),
        _ => Err(error),
    }
}

/// Whether the first word is a verb: errors are then about this verb.
fn starts_with_verb(words: &[OsString]) -> bool {
    use clap::CommandFactory;
    let is_verb = |word: &OsString| Cli::command().find_subcommand(word).is_some();
    words.first().is_some_and(is_verb)
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
        let cli = read(&words).map_err(|error| error.kind())?;
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
