//! Which sections have fixed addresses: what the objects' notes say, checked.

use crate::input::{Object, Role};
use crate::{Error, Result};

/// Sections of these names are reached by address only, which the note has to fix.
const MUST_BE_FIXED: &[u8] = b".wasm.";

/// The fixed address of every section that has one, by [`crate::input::SectionId`].
pub fn addresses(objects: &[Object<'_>]) -> Result<Vec<Option<u64>>> {
    let count = objects.iter().map(|o| o.sections.len()).sum();
    let mut addresses = vec![None; count];
    for object in objects {
        for (name, address) in &object.fixed {
            let index = find(object, name).map_err(|why| Error::Fixed {
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

/// The index of the section of this name.
fn find(object: &Object<'_>, name: &str) -> Result<usize, &'static str> {
    let mut found = object
        .sections
        .iter()
        .enumerate()
        .filter(|(_, s)| s.name == name.as_bytes() && s.role != Role::Ignored);
    let Some((index, section)) = found.next() else {
        return Err("the object has no such section");
    };
    if found.next().is_some() {
        return Err("the object has several such sections");
    }
    match section.role {
        Role::Ignored | Role::Debug | Role::Note | Role::Unwind | Role::ThreadLocal => {
            Err("sections of this kind cannot be fixed")
        }
        Role::Code | Role::ReadOnly | Role::Data | Role::Zero => Ok(index),
    }
}
