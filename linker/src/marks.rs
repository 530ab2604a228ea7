//! Marks in an object's code: relocations that change nothing and only carry a number.
//!
//! The runtime marks its system calls with their numbers. The marks that are reachable from a
//! function follow from the references by which the linker decides what a program needs.

use crate::arch::Value;
use crate::input::{Binding, Object, Place, Role, text};
use crate::{Detail, Error, Result, Target, read};
use std::collections::{BTreeMap, BTreeSet};

/// The marks of an object, and the references that lead to them.
#[derive(Debug)]
pub struct Marks {
    /// For each section: the numbers of its marks, and the sections to which it refers.
    sections: Vec<(BTreeSet<u64>, BTreeSet<u32>)>,
    /// The section of each global symbol.
    symbols: BTreeMap<String, u32>,
    /// The absolute symbols.
    names: BTreeMap<String, u64>,
}

impl Marks {
    /// Reads the marks of an object.
    ///
    /// # Errors
    /// The object's faults; see [`Error`].
    pub fn read(name: &str, bytes: &[u8], target: &Target) -> Result<Marks> {
        let aligned = [(name, read::aligned(bytes))];
        let objects = read::read(&aligned, target, Detail::Stripped)?;
        let mut marks = Marks {
            sections: Vec::new(),
            symbols: BTreeMap::new(),
            names: BTreeMap::new(),
        };
        for object in &objects {
            marks.symbols(object);
            let sections = object.sections.iter();
            let roles = sections.map(|section| (section, section.role != Role::Unwind));
            marks.sections = roles
                .map(|(section, counts)| {
                    let relocations = object.relocations(section).iter();
                    let relocations = relocations.filter(|_| counts);
                    read_section(object, relocations, target)
                })
                .collect();
        }
        Ok(marks)
    }

    fn symbols(&mut self, object: &Object<'_>) {
        for symbol in &object.symbols {
            match symbol.place {
                Place::Section { section, .. } if symbol.binding != Binding::Local => {
                    self.symbols.insert(text(symbol.name), section);
                }
                Place::Absolute(value) if !symbol.name.is_empty() => {
                    self.names.insert(text(symbol.name), value);
                }
                _ => {}
            }
        }
    }

    /// The absolute symbols with this prefix: the rest of the name, and the value.
    pub fn names<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, u64)> {
        let names = self.names.iter();
        names.filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, *value)))
    }

    /// The numbers of all marks that are reachable from `roots`: names of symbols that the object
    /// defines.
    ///
    /// # Errors
    /// [`Error::Undefined`] if it does not define one of them.
    pub fn reached<'r>(&self, roots: impl IntoIterator<Item = &'r str>) -> Result<BTreeSet<u64>> {
        let mut work = Vec::new();
        for root in roots {
            let section = self.symbols.get(root).ok_or_else(|| {
                Error::Undefined(vec![crate::Undefined {
                    symbol: root.into(),
                    object: "the object".into(),
                    referrer: "the roots".into(),
                }])
            })?;
            work.push(*section);
        }
        let mut seen: BTreeSet<u32> = work.iter().copied().collect();
        let mut numbers = BTreeSet::new();
        while let Some(section) = work.pop() {
            let (marked, referred) = &self.sections[section as usize];
            numbers.extend(marked);
            work.extend(referred.iter().filter(|section| seen.insert(**section)));
        }
        Ok(numbers)
    }
}

fn read_section<'o>(
    object: &Object<'_>,
    relocations: impl Iterator<Item = &'o crate::input::Relocation>,
    target: &Target,
) -> (BTreeSet<u64>, BTreeSet<u32>) {
    let (mut marked, mut referred) = (BTreeSet::new(), BTreeSet::new());
    for relocation in relocations {
        let kind = &target.cpu.kinds[usize::from(relocation.kind)];
        let symbol = &object.symbols[relocation.symbol as usize];
        match symbol.place {
            Place::Section { section, .. } => {
                referred.insert(section);
            }
            Place::Absolute(_) if kind.value == Value::Nothing => {
                marked.insert(relocation.addend as u64);
            }
            Place::Absolute(_) | Place::Undefined => {}
        }
    }
    (marked, referred)
}
