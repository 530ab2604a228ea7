//! Option values from the command line or a file, before they are combined into a policy.

use super::Policy;
use super::row::{Row, Takes, find, rows};
use crate::{Code, Error, Result};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Values of options, in the order given. The row of each accepts it.
#[derive(Clone, Debug, Default)]
pub struct Given {
    values: Vec<(&'static Row, String)>,
    /// A folder for relative paths that are read at build. It applies to the first values, up to
    /// this number.
    below: Option<(usize, PathBuf)>,
}

impl Given {
    /// Adds a value.
    ///
    /// # Errors
    /// Why the row rejects it.
    pub fn push(&mut self, row: &'static Row, text: &str) -> Result<(), String> {
        check(row, text)?;
        self.values.push((row, text.to_owned()));
        Ok(())
    }

    /// Adds a value of a list, unless what it names has one already.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn push_unless_named(&mut self, row: &'static Row, text: &str) -> Result<(), String> {
        let new = name(&(row, text.to_owned()));
        let is_named = self.values.iter().filter_map(name);
        match new.is_some() && is_named.map(Some).any(|name| name == new) {
            true => Ok(()),
            false => self.push(row, text),
        }
    }

    /// The values as options that could be typed.
    pub fn words(&self) -> impl Iterator<Item = String> {
        let values = self.values.iter();
        values.map(|(row, text)| format!("--{}={text}", row.name))
    }

    /// Paths that are read at build are below this folder.
    pub fn below(&mut self, folder: &Path) {
        self.below = Some((self.values.len(), folder.to_owned()));
    }

    /// The rows that have a value, without duplicates, in the order of the table.
    pub fn rows(&self) -> impl Iterator<Item = &'static Row> {
        let given: HashSet<_> = self.values.iter().map(|(row, _)| row.name).collect();
        rows().filter(move |row| given.contains(row.name))
    }

    /// Combines these values with those of a file. Lists are joined. These values replace those of
    /// the file for options with one value, and for entries of lists with the same name (of a
    /// variable, or of a path that the program sees).
    pub fn over(self, file: Given) -> Given {
        let single: HashSet<_> = (self.values.iter())
            .filter(|(row, _)| !row.takes.is_list())
            .map(|(row, _)| row.name)
            .collect();
        let names: HashSet<_> = self.values.iter().filter_map(name).collect();
        let is_free = |value: &(&'static Row, String)| {
            !single.contains(value.0.name) && name(value).is_none_or(|name| !names.contains(&name))
        };
        let mut values: Vec<_> = file.values.into_iter().filter(is_free).collect();
        let below = file.below.map(|(_, folder)| (values.len(), folder));
        values.extend(self.values);
        Given { values, below }
    }

    /// The policy that results from the values.
    ///
    /// # Errors
    /// None for values that were pushed.
    pub fn policy(&self) -> Result<Policy> {
        let mut policy = Policy::default();
        for (number, (row, text)) in self.values.iter().enumerate() {
            let below = self.below.as_ref().filter(|(count, _)| number < *count);
            let below = below.map(|(_, folder)| &**folder);
            (row.set)(&mut policy, text, below)
                .map_err(|why| Error::new(Code::Option, format!("--{} {text}: {why}", row.name)))?;
        }
        Ok(policy)
    }
}

/// The name in a value, for lists whose values are told apart by name.
fn name((row, text): &(&'static Row, String)) -> Option<String> {
    row.names.map(|names| names(text))
}

/// Checks that a row accepts a value.
///
/// # Errors
/// Why it does not.
pub fn check(row: &Row, text: &str) -> Result<(), String> {
    (row.set)(&mut Policy::default(), text, None)
}

impl<'de> Deserialize<'de> for Given {
    /// Reads a table whose keys are names of rows.
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Given, D::Error> {
        from.deserialize_map(Table)
    }
}

struct Table;

impl<'de> Visitor<'de> for Table {
    type Value = Given;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("options")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Given, A::Error> {
        let mut given = Given::default();
        while let Some(row) = map.next_key_seed(Key)? {
            let texts = map.next_value_seed(Values(row))?;
            given
                .values
                .extend(texts.into_iter().map(|text| (row, text)));
        }
        Ok(given)
    }
}

/// A key: the name of a row.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = &'static Row;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<&'static Row, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Key {
    type Value = &'static Row;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of an option")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<&'static Row, E> {
        static NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| rows().map(|row| row.name).collect());
        find(name).ok_or_else(|| E::unknown_field(name, &NAMES))
    }
}

/// The value or the list of values of a row.
struct Values(&'static Row);

impl<'de> DeserializeSeed<'de> for Values {
    type Value = Vec<String>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Vec<String>, D::Error> {
        match self.0.takes {
            Takes::Switch => bool::deserialize(from).map(|on| vec![on.to_string()]),
            Takes::Number(_) => u64::deserialize(from).map(|number| vec![number.to_string()]),
            Takes::Value(_) | Takes::Choice(..) => {
                One(self.0).deserialize(from).map(|text| vec![text])
            }
            Takes::Values(_) | Takes::OptionalValues(..) | Takes::OptionalChoices(..) => {
                from.deserialize_seq(self)
            }
        }
    }
}

impl<'de> Visitor<'de> for Values {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<String>, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = list.next_element_seed(One(self.0))? {
            texts.push(text);
        }
        Ok(texts)
    }
}

/// One value, as text or as a number, in the command line's form.
struct One(&'static Row);

impl<'de> DeserializeSeed<'de> for One {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<String, D::Error> {
        from.deserialize_any(self)
    }
}

impl Visitor<'_> for One {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text in quotes, as on the command line")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<String, E> {
        check(self.0, text).map_err(E::custom)?;
        Ok(text.to_owned())
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<String, E> {
        self.visit_str(&number.to_string())
    }
}
