//! Reads the fixed addresses of sections from the objects' notes, and checks them.

use crate::input::{Object, Role};
use crate::{Error, Result};
use std::collections::HashMap;

/// Sections with this prefix are only referred to by address, so the note must fix them.
const MUST_BE_FIXED: &[u8] = b".wasm.";

/// The fixed address of each section that has one, by [`crate::input::SectionId`].
pub fn addresses(objects: &[Object<'_>]) -> Result<Vec<Option<u64>>> {
    let count = objects.iter().map(|o| o.sections.len()).sum();
    let mut addresses = vec![None; count];
    for object in objects {
        let names = SectionNames::new(object);
        for (name, address) in &object.fixed {
            let index = names.find(name).map_err(|why| Error::Fixed {
                section: name.clone(),
                address: *address,
                why,
            })?;
            addresses[object.section_id(index).index()] = Some(*address);
        }
        for (index, section) in object.sections.iter().enumerate() {
            if section.name.starts_with(MUST_BE_FIXED)
                && section.role != Role::Ignored
                && addresses[object.section_id(index).index()].is_none()
            {
                return Err(Error::Malformed {
                    object: object.name.into(),
                    what: format!(
                        "the address of section {} is in no note",
                        crate::input::text(section.name)
                    ),
                });
            }
        }
    }
    Ok(addresses)
}

/// The sections of an object by name: the first with this name, and whether there are more.
struct SectionNames<'o, 'a> {
    object: &'o Object<'a>,
    by_name: HashMap<&'a [u8], (usize, bool)>,
}

impl<'o, 'a> SectionNames<'o, 'a> {
    fn new(object: &'o Object<'a>) -> Self {
        let mut by_name = HashMap::new();
        for (index, section) in object.sections.iter().enumerate() {
            if section.role != Role::Ignored {
                by_name
                    .entry(section.name)
                    .and_modify(|(_, more)| *more = true)
                    .or_insert((index, false));
            }
        }
        SectionNames { object, by_name }
    }

    /// The index of the section with this name.
    fn find(&self, name: &str) -> Result<usize, &'static str> {
        let index = match self.by_name.get(name.as_bytes()) {
            None => return Err("the object has no such section"),
            Some((_, true)) => return Err("the object has several such sections"),
            Some(&(index, false)) => index,
        };
        match self.object.sections[index].role {
            Role::Ignored | Role::Debug | Role::Note | Role::Unwind | Role::ThreadLocal => {
                Err("sections of this kind cannot be fixed")
            }
            Role::Code | Role::ReadOnly | Role::Data | Role::Zero => Ok(index),
        }
    }
}
