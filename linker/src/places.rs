//! Finds relocations by location, for those that take a part of another relocation's value.

use crate::arch::{Cpu, Value};
use crate::input::SectionId;
use crate::relocate::Linked;
use std::collections::HashMap;

/// The relocations to which others may refer.
#[derive(Debug, Default)]
pub struct Places {
    /// By section and offset: the object, and the index in its relocations. The first one counts if
    /// there are several.
    by_place: HashMap<(SectionId, u32), (u32, u32)>,
}

impl Places {
    /// The relocations of the kept sections; empty if the CPU has no relocations that refer to
    /// others.
    pub fn new(linked: &Linked<'_, '_>) -> Places {
        let mut places = Places::default();
        let is_named = named(linked.cpu);
        if !is_named.contains(&true) {
            return places;
        }
        for (number, object) in (0..).zip(linked.objects) {
            for (index, section) in object.sections.iter().enumerate() {
                let id = object.section_id(index);
                if !linked.reachability.live[id.index()] {
                    continue;
                }
                for at in section.relocations.clone() {
                    let relocation = &object.relocations[at as usize];
                    if is_named[usize::from(relocation.kind)] {
                        let place = (id, relocation.offset);
                        places.by_place.entry(place).or_insert((number, at));
                    }
                }
            }
        }
        places
    }

    /// The relocation at this location: the object, and the index in its relocations.
    pub fn find(&self, section: SectionId, offset: u64) -> Option<(u32, u32)> {
        let offset = u32::try_from(offset).ok()?;
        self.by_place.get(&(section, offset)).copied()
    }
}

/// By index in [`Cpu::kinds`]: whether another type takes its value.
fn named(cpu: &Cpu) -> Vec<bool> {
    let lists = cpu.kinds.iter().filter_map(|kind| match kind.value {
        Value::OfPlace(types) => Some(types),
        Value::Nothing
        | Value::Absolute
        | Value::Relative
        | Value::Branch
        | Value::Page
        | Value::Got
        | Value::GotRelative
        | Value::GotRelaxable
        | Value::GotPage => None,
    });
    let types: Vec<u32> = lists.flatten().copied().collect();
    let kinds = cpu.kinds.iter();
    kinds.map(|kind| types.contains(&kind.elf)).collect()
}
