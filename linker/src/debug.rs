//! Debug sections: kept whole if requested. They are not part of the program, and keep no other
//! section alive.

use crate::arch::Value;
use crate::input::{Object, Role, SymbolId, text};
use crate::layout::{Access, ByName, Contents, Output};
use crate::relocate::{Piece, Relocator};
use crate::resolve::{Definition, Resolution};
use crate::{Error, Result};

/// The address of a dropped definition in debug sections.
const DROPPED: i64 = 0;

/// The same in lists of ranges, where a pair of zeros ends the list.
const DROPPED_IN_LIST: i64 = 1;

/// The sections that contain such lists (DWARF 4, §2.6.2 and §2.17.3).
const LISTS: [&[u8]; 2] = [b".debug_loc", b".debug_ranges"];

/// The output sections: one for each name, from the sections that are not in a dropped group.
pub fn collect(objects: &[Object<'_>], resolution: &Resolution) -> Vec<Output> {
    let mut debug = ByName::default();
    for (number, object) in objects.iter().enumerate() {
        for (index, section) in object.sections.iter().enumerate() {
            let discarded = resolution.discarded[object.section_id(index).index()];
            if section.role == Role::Debug && !discarded {
                let new = |name| Output::new(name, Access::Read, Contents::Sections(Vec::new()));
                let output = debug.output(section.name, new);
                output.add(number, index, section);
            }
        }
    }
    debug.outputs
}

/// Applies the relocations of an image's debug sections.
///
/// # Errors
/// [`Error::Unsupported`] for a relocation that is not an address, [`Error::Overflow`] for a value
/// that does not fit.
pub fn relocate(relocator: &Relocator<'_, '_, '_>, image: &mut [u8]) -> Result<()> {
    for output in &relocator.linked.layout.debug {
        let (Contents::Sections(members) | Contents::Notes(members)) = &output.contents else {
            continue;
        };
        for member in members {
            let object = &relocator.linked.objects[member.object as usize];
            let piece = Piece {
                object,
                section: member.section as usize,
                address: output.address + member.offset,
                start: 0,
            };
            let data = object.sections[piece.section].data;
            let start = (output.offset + member.offset) as usize;
            fill(relocator, &piece, &mut image[start..start + data.len()])?;
        }
    }
    Ok(())
}

/// Applies the relocations of an input section.
fn fill(relocator: &Relocator<'_, '_, '_>, piece: &Piece<'_>, bytes: &mut [u8]) -> Result<()> {
    let object = piece.object;
    let section = &object.sections[piece.section];
    bytes.copy_from_slice(section.data);
    let dropped = match LISTS.contains(&section.name) {
        true => DROPPED_IN_LIST,
        false => DROPPED,
    };
    for relocation in object.relocations(section) {
        let kind = relocator.kind(relocation);
        if !matches!(kind.value, Value::Absolute | Value::Nothing) {
            return Err(Error::Unsupported {
                object: object.name.into(),
                what: format!("{} in section {}", kind.name, text(section.name)),
            });
        }
        if is_kept(relocator, object.symbol_id(relocation.symbol as usize)) {
            relocator.apply(piece, relocation, bytes)?;
            continue;
        }
        let at = relocation.offset as usize;
        if !kind
            .field
            .put(&mut bytes[at..at + kind.field.width()], dropped)
        {
            return Err(relocator.overflow(piece, relocation, dropped));
        }
    }
    Ok(())
}

/// Whether a symbol's definition is in the file.
fn is_kept(relocator: &Relocator<'_, '_, '_>, symbol: SymbolId) -> bool {
    let layout = relocator.linked.layout;
    match relocator.linked.resolution.definitions[symbol.index()] {
        Definition::Section(section, offset) => layout.address(section, offset).is_some(),
        Definition::Absolute(_) | Definition::Linker(_) => true,
        Definition::Missing | Definition::MissingWeak | Definition::Discarded => false,
    }
}
