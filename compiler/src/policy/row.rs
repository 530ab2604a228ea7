//! The table of options. The command line, `wasi-aot.toml`, the output of `inspect`, the
//! configuration that the runtime reads, the variables at start and the tables of the reference
//! follow from its rows.

use super::{Policy, Server, code, grants, limits, server};
use std::path::Path;
use wasi_aot_abi::http::Http;

/// One option.
#[derive(Debug)]
pub struct Row {
    /// Its name: that of the option without `--`, and the key in the file.
    pub name: &'static str,
    /// Its heading in the help.
    pub heading: &'static str,
    /// The kind of value that it takes.
    pub takes: Takes,
    /// The first line of its help.
    pub help: &'static str,
    /// The rest of its long help; may be empty.
    pub more: &'static str,
    /// Sets a value from the user's text. The folder, if there is one, is the base of relative
    /// paths that are read at build.
    pub set: fn(&mut Policy, &str, Option<&Path>) -> Result<(), String>,
    /// For lists whose values have names: the name in a value. A value on the command line replaces
    /// one of the same name in a file.
    pub names: Option<fn(&str) -> String>,
    /// The group of lines in which `inspect` shows it.
    pub group: Group,
    /// Adds its lines to the output of `inspect`.
    pub show: fn(&Policy, &mut Shown),
    /// Its representation in [`wasi_aot_abi::Config`].
    pub encode: Encode,
    /// The variables, without prefix, that change it at start if the policy allows this: see
    /// [`wasi_aot_abi::variables::GRANTS`].
    pub variables: &'static [&'static str],
    /// Its rows in the reference's tables: syntax and meaning.
    pub reference: &'static [[&'static str; 2]],
}

/// The kind of value that an option takes.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    /// None, `=true` or `=false`.
    Switch,
    /// A value, with its name in the help.
    Value(&'static str),
    /// A whole number, with its name in the help.
    Number(&'static str),
    /// One of these words, with the value's name in the help.
    Choice(&'static str, Choices),
    /// A value, with its name in the help; the option may be repeated.
    Values(&'static str),
    /// The same, after `=`. The second text is the value if none is given.
    OptionalValues(&'static str, &'static str),
    /// Several of these words, separated by commas, after `=`. The second text is the value if none
    /// is given.
    OptionalChoices(&'static str, &'static str, Choices),
}

/// Words and their meanings.
pub type Choices = fn() -> Vec<(&'static str, &'static str)>;

impl Takes {
    /// Whether more than one value can be given.
    pub fn is_list(self) -> bool {
        match self {
            Takes::Switch | Takes::Value(_) | Takes::Number(_) | Takes::Choice(..) => false,
            Takes::Values(_) | Takes::OptionalValues(..) | Takes::OptionalChoices(..) => true,
        }
    }
}

/// The groups of lines in the output of `inspect`, in its order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Group {
    /// The resources that the program may use.
    Grant,
    /// Everything else that it was given.
    Given,
    /// Limits.
    Limit,
    /// What only HTTP servers have.
    Server,
    /// The sandbox policy, which shows more than its row.
    Wall,
    /// How its code was generated.
    Code,
}

/// The representation of an option in [`wasi_aot_abi::Config`].
#[derive(Clone, Copy, Debug)]
pub enum Encode {
    /// None: it affects only code, or is written by other code.
    Elsewhere,
    /// A word at this offset.
    Word(usize, fn(&Policy) -> u64),
    /// A bit of [`wasi_aot_abi::Config::flags`].
    Flag(u64, fn(&Policy) -> bool),
    /// Strings: the offset of the array, and of its length.
    Texts(usize, usize, fn(&Policy) -> Vec<String>),
    /// A field of [`wasi_aot_abi::http::Http`]: sets it if the option was given, and returns
    /// whether it was.
    Http(fn(&Server, &mut Http) -> bool),
}

/// Lines, each with a label and a text.
#[derive(Debug, Default)]
pub struct Shown(pub Vec<(&'static str, String)>);

impl Shown {
    /// Adds a line.
    pub fn line(&mut self, label: &'static str, text: impl Into<String>) {
        self.0.push((label, text.into()));
    }
}

/// All rows, in the order of the help.
pub fn rows() -> impl Iterator<Item = &'static Row> + Clone {
    grants::ROWS
        .iter()
        .chain(limits::ROWS)
        .chain(server::ROWS)
        .chain(grants::AT_START_ROWS)
        .chain(code::ROWS)
}

/// The row with a name.
pub fn find(name: &str) -> Option<&'static Row> {
    rows().find(|row| row.name == name)
}

/// Parses `true` or `false`.
pub(super) fn switch(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| "write true or false".into())
}
