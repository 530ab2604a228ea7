//! The command-line options that come from the table ([`crate::policy::row`]).

use crate::policy::row::{Choices, Row, Takes, rows};
use crate::policy::{Given, check};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};
use std::path::PathBuf;
use std::str::FromStr;

/// Where grants are read from, beside the command line.
#[derive(Args, Debug, Default, Clone)]
#[command(next_help_heading = "Grants")]
pub struct ConfigArgs {
    /// Read grants from this file, too [default of `build`: wasi-aot.toml beside the module]
    #[arg(long, value_name = "PATH", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Read no wasi-aot.toml
    #[arg(long)]
    pub no_config: bool,
}

/// The typed options of the table.
#[derive(Clone, Debug, Default)]
pub struct PolicyArgs(pub Given);

impl Args for PolicyArgs {
    fn augment_args(command: Command) -> Command {
        command.args(rows().map(arg))
    }

    fn augment_args_for_update(command: Command) -> Command {
        PolicyArgs::augment_args(command)
    }
}

impl FromArgMatches for PolicyArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<PolicyArgs, Error> {
        let mut given = Given::default();
        for row in rows() {
            for text in matches.get_many::<String>(row.name).into_iter().flatten() {
                // The row's parser has already checked it.
                given
                    .push(row, text)
                    .map_err(|why| Error::raw(ErrorKind::ValueValidation, why))?;
            }
        }
        Ok(PolicyArgs(given))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = PolicyArgs::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The argument for a row.
fn arg(row: &'static Row) -> Arg {
    let arg = Arg::new(row.name)
        .long(row.name)
        .help(row.help)
        .help_heading(row.heading);
    let arg = match row.more {
        "" => arg,
        more => arg.long_help(format!("{}\n\n{more}", row.help)),
    };
    let arg = match row.takes.is_list() {
        true => arg.action(ArgAction::Append),
        false => arg.action(ArgAction::Set),
    };
    let optional = |arg: Arg, missing| {
        arg.num_args(0..=1)
            .require_equals(true)
            .default_missing_value(missing)
    };
    match row.takes {
        Takes::Switch => optional(arg, "true")
            .value_name("BOOL")
            .value_parser(PossibleValuesParser::new(["true", "false"]))
            .hide_possible_values(true),
        Takes::Value(value) | Takes::Number(value) | Takes::Values(value) => {
            arg.value_name(value).value_parser(checked(row))
        }
        Takes::OptionalValues(value, missing) => optional(arg, missing)
            .value_name(value)
            .value_parser(checked(row)),
        Takes::Choice(value, words) => arg.value_name(value).value_parser(choices(words)),
        Takes::OptionalChoices(value, missing, words) => optional(arg, missing)
            .value_name(value)
            .value_delimiter(',')
            .value_parser(choices(words)),
    }
}

/// A parser that accepts the text that the row accepts.
fn checked(row: &'static Row) -> impl TypedValueParser<Value = String> {
    move |text: &str| check(row, text).map(|()| text.to_owned())
}

fn choices(words: Choices) -> PossibleValuesParser {
    let words = words().into_iter();
    words
        .map(|(word, help)| PossibleValue::new(word).help(help))
        .collect::<Vec<_>>()
        .into()
}

/// Parses one of the words of a choice.
pub fn word<T: FromStr<Err = String> + Clone + Send + Sync + 'static>(
    words: Choices,
) -> impl TypedValueParser<Value = T> {
    choices(words).try_map(|word| word.parse())
}
