//! Source locations from the debug information of modules (DWARF 4 and 5, as custom sections).
//!
//! `dwarf` reads them; [`table`] writes those that reports of traps can show. Debug information
//! never fails a build: what is malformed is left out with a warning. The work that it causes is
//! linear in its size (`dwarf::Cost`).

mod codes;
mod dwarf;
mod places;
mod scopes;
pub mod table;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ops::Range;

pub use dwarf::read;

/// The sections of a module that hold debug information.
#[derive(Clone, Debug, Default)]
pub struct Sections<'a> {
    /// Names, with their dot, and contents.
    pub contents: Vec<(&'a str, &'a [u8])>,
    /// The contents of the code section in the module's bytes: addresses count from its start
    /// ("DWARF for WebAssembly", §2).
    pub code: Range<u32>,
}

/// What debug information says about a module's code. Addresses are offsets in the module's bytes.
#[derive(Debug, Default)]
pub struct Source {
    /// Where locations begin, ascending.
    pub rows: Vec<Row>,
    /// Functions and calls that were inlined into them; an outer one is before its inner ones.
    pub scopes: Vec<Scope>,
    /// Their code, ascending by start, that of outer ones first.
    pub ranges: Vec<ScopeRange>,
}

/// A place in source code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Location {
    /// The path of the file.
    pub file: Text,
    /// The line, counted from 1; 0: unknown.
    pub line: u32,
    /// The column, counted from 1; 0: unknown.
    pub column: u32,
}

/// Where a location begins.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The first instruction.
    pub start: u32,
    /// `None`: nothing is known from here on.
    pub location: Option<Location>,
}

/// A function, or a call that was inlined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Scope {
    /// The scope around it; `None`: it is a function of its own.
    pub outer: Option<u32>,
    /// Its name: that for linkers, if it has one.
    pub name: Option<Text>,
    /// For a call that was inlined: where it was.
    pub call: Option<Location>,
}

/// Code of a scope.
#[derive(Clone, Copy, Debug)]
pub struct ScopeRange {
    /// The first byte of it.
    pub start: u32,
    /// The byte after it.
    pub end: u32,
    /// How many scopes are around the scope.
    pub depth: u32,
    /// The scope.
    pub scope: u32,
}

/// A text of [`Texts`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Text(pub u32);

/// Texts without repetitions.
#[derive(Debug, Default)]
pub struct Texts {
    all: Vec<Box<str>>,
    known: HashMap<Box<str>, Text>,
}

impl Texts {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// A text by its number.
    pub fn get(&self, text: Text) -> &str {
        &self.all[text.0 as usize]
    }

    /// The number of a text.
    fn add(&mut self, text: &str) -> Text {
        if let Some(&known) = self.known.get(text) {
            return known;
        }
        let number = Text(self.all.len() as u32);
        self.all.push(text.into());
        self.known.insert(text.into(), number);
        number
    }
}
