//! The table of options: a row for each thing that can be chosen. The command line, `wasi-aot.toml`, what `inspect` says, the
//! configuration that the runtime reads, the variables at start and the reference's tables follow from it.

use super::{Policy, code, grants, limits};
use std::path::Path;

/// One option.
#[derive(Debug)]
pub struct Row {
    /// Its name: the option's without `--`, and the file's key.
    pub name: &'static str,
    /// The heading of the help under which it stands.
    pub heading: &'static str,
    /// What follows its name.
    pub takes: Takes,
    /// The first line of its help.
    pub help: &'static str,
    /// What the long help says besides; may be empty.
    pub more: &'static str,
    /// Sets a value, as it is typed. Relative paths that are read at build are below the folder, if there is one.
    pub set: fn(&mut Policy, &str, Option<&Path>) -> Result<(), String>,
    /// Of a list: what a value is a name of. One on the command line then takes the place of one in a file.
    pub names: Option<fn(&str) -> String>,
    /// Among which lines `inspect` shows it.
    pub group: Group,
    /// The lines.
    pub show: fn(&Policy, &mut Shown),
    /// How it stands in [`wasi_aot_abi::Config`].
    pub encode: Encode,
    /// The variables, without prefix, that change it at start where that was allowed: see [`wasi_aot_abi::variables::GRANTS`].
    pub variables: &'static [&'static str],
    /// Its lines in the reference's tables: how it is written, what it means.
    pub reference: &'static [[&'static str; 2]],
}

/// What follows an option's name.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    /// Nothing, or `=true` or `=false`.
    Switch,
    /// A value of this name.
    Value(&'static str),
    /// A whole number of this name.
    Number(&'static str),
    /// One of these, which have this name.
    Choice(&'static str, Choices),
    /// A value; the option may stand more than once.
    Values(&'static str),
    /// The same; after `=`, or, without one, what is named second.
    OptionalValues(&'static str, &'static str),
    /// Some of these, separated by commas, after `=`, or, without one, what is named second.
    OptionalChoices(&'static str, &'static str, Choices),
}

/// Words, each with what it means.
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

/// Which lines of `inspect` a row's stand among, in the order in which these come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Group {
    /// What the program may reach.
    Grant,
    /// What else it was given.
    Given,
    /// How much it may use.
    Limit,
    /// The wall, which has more to say than its row.
    Wall,
    /// How its code was made.
    Code,
}

/// How a row stands in [`wasi_aot_abi::Config`].
#[derive(Clone, Copy, Debug)]
pub enum Encode {
    /// Not by itself: it decides the code, or the writer knows its form.
    Elsewhere,
    /// A word at this offset.
    Word(usize, fn(&Policy) -> u64),
    /// A bit of [`wasi_aot_abi::Config::flags`].
    Flag(u64, fn(&Policy) -> bool),
    /// Texts: the offset of the array, and of its length.
    Texts(usize, usize, fn(&Policy) -> Vec<String>),
}

/// Lines of a label and a text.
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
        .chain(grants::AT_START_ROWS)
        .chain(code::ROWS)
}

/// The row of a name.
pub fn find(name: &str) -> Option<&'static Row> {
    rows().find(|row| row.name == name)
}

/// Reads `true` or `false`.
pub(super) fn switch(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| "write true or false".into())
}
