//! Phase two: finds the definition of every symbol.

use crate::format::Format;
use crate::input::{Binding, Object, Place, SectionId, SymbolId, text};
use crate::{Error, Result};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// The definitions of all symbols.
#[derive(Debug)]
pub struct Resolution {
    /// By [`SymbolId`]: the symbol that defines it; itself if it is a definition, or undefined.
    pub definers: Vec<SymbolId>,
    /// By [`SymbolId`]: the location of its definition.
    pub definitions: Vec<Definition>,
    /// By [`SectionId`]: whether it is dropped because an earlier input has its COMDAT group.
    pub discarded: Vec<bool>,
    /// The symbol where execution starts.
    pub entry: SymbolId,
}

/// The location of a symbol's definition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Definition {
    /// Undefined: an error if anything that is kept refers to it.
    Missing,
    /// Undefined, with the value 0.
    MissingWeak,
    /// An absolute address.
    Absolute(u64),
    /// A section, and an offset in it.
    Section(SectionId, u64),
    /// A section that is dropped because an earlier input has its COMDAT group: an error if
    /// anything that is kept refers to it.
    Discarded,
    /// Defined by the linker.
    Linker(Boundary),
}

/// A boundary of the image to which objects refer by a symbol. The names depend on the format.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Boundary {
    /// The headers.
    Headers,
    /// The first byte of the image.
    Start,
    /// The end of the code.
    CodeEnd,
    /// The end of the initialised variables.
    DataEnd,
    /// The end of the zero-initialised variables, and of the ordinary image.
    End,
    /// The index of the unwind tables.
    UnwindIndex,
}

/// Resolves all symbols of all objects. `entry` is the symbol where execution starts.
pub fn resolve(objects: &[Object<'_>], format: &dyn Format, entry: &str) -> Result<Resolution> {
    let discarded = discard_groups(objects);
    let globals = globals(objects, &discarded)?;
    let count = objects.iter().map(|o| o.symbols.len()).sum();
    let mut definers = Vec::with_capacity(count);
    let mut definitions = Vec::with_capacity(count);
    for object in objects {
        for (index, symbol) in object.symbols.iter().enumerate() {
            let own = object.symbol_id(index);
            let found = match symbol.binding {
                Binding::Local => None,
                Binding::Global | Binding::Weak => globals.get(symbol.name),
            };
            let (definer, place) = found.map_or((own, symbol.place), |g| (g.id, g.place));
            definers.push(definer);
            definitions.push(match place {
                Place::Undefined => match format.boundary(symbol.name) {
                    Some(boundary) => Definition::Linker(boundary),
                    None if symbol.binding == Binding::Weak => Definition::MissingWeak,
                    None => Definition::Missing,
                },
                Place::Absolute(address) => Definition::Absolute(address),
                Place::Section { section, offset } => {
                    let object = found.map_or(object, |g| &objects[g.object]);
                    let id = object.section_id(section as usize);
                    match discarded[id.index()] {
                        true => Definition::Discarded,
                        false => Definition::Section(id, offset),
                    }
                }
            });
        }
    }
    let no_entry = || Error::NoEntry {
        symbol: entry.into(),
    };
    let entry = globals.get(entry.as_bytes()).ok_or_else(no_entry)?.id;
    Ok(Resolution {
        definers,
        definitions,
        discarded,
        entry,
    })
}

/// The definition of a global symbol.
struct Definer {
    id: SymbolId,
    object: usize,
    place: Place,
    weak: bool,
}

fn globals<'a>(objects: &[Object<'a>], discarded: &[bool]) -> Result<HashMap<&'a [u8], Definer>> {
    let count = objects.iter().map(|o| o.symbols.len()).sum();
    let mut globals = HashMap::<&[u8], Definer>::with_capacity(count);
    for (number, object) in objects.iter().enumerate() {
        for (index, symbol) in object.symbols.iter().enumerate() {
            let defined = match symbol.place {
                Place::Undefined => false,
                Place::Absolute(_) => true,
                Place::Section { section, .. } => {
                    !discarded[object.section_id(section as usize).index()]
                }
            };
            if symbol.binding == Binding::Local || !defined {
                continue;
            }
            let new = Definer {
                id: object.symbol_id(index),
                object: number,
                place: symbol.place,
                weak: symbol.binding == Binding::Weak,
            };
            match globals.entry(symbol.name) {
                Entry::Vacant(entry) => {
                    entry.insert(new);
                }
                Entry::Occupied(mut entry) if entry.get().weak && !new.weak => {
                    entry.insert(new);
                }
                Entry::Occupied(entry) if !entry.get().weak && !new.weak => {
                    return Err(Error::Duplicate {
                        symbol: text(symbol.name),
                        first: objects[entry.get().object].name.into(),
                        second: object.name.into(),
                    });
                }
                Entry::Occupied(_) => {}
            }
        }
    }
    Ok(globals)
}

/// Drops all but the first of the COMDAT groups with the same signature.
fn discard_groups(objects: &[Object<'_>]) -> Vec<bool> {
    let mut discarded = vec![false; objects.iter().map(|o| o.sections.len()).sum()];
    let mut seen = HashMap::new();
    for (number, object) in objects.iter().enumerate() {
        for (index, group) in object.groups.iter().enumerate() {
            if *seen.entry(group.signature).or_insert((number, index)) == (number, index) {
                continue;
            }
            for &section in &group.sections {
                discarded[object.section_id(section as usize).index()] = true;
            }
        }
    }
    discarded
}
