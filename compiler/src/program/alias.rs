//! Selects the memories, tables and globals that get their own alias region in the code generator.
//!
//! Two accesses with different alias regions never touch the same location, so Cranelift forwards
//! values across accesses to other regions. The selection is made once for the program. Bodies are
//! inlined into functions of other modules, so a selection per function could put one location into
//! two regions, which would be a miscompilation.

use super::{GlobalId, MemoryId, Program, TableId, TablePlace, types::GlobalPlace};
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

/// The maximum of locations with their own region. The others share one for each kind.
///
/// Cranelift's alias analysis copies the state of all regions at each block, and visits a block
/// again when one of them changes: its time grows with the square of the regions, times the blocks.
/// A function with 2,000 globals and 2,000 branches took more than 100 s with a region for each
/// global. With this limit it takes 0.1 s.
const OWN: usize = 16;

/// A memory, table or global.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Location {
    /// The bytes of a linear memory.
    Memory(MemoryId),
    /// The elements of a table that is not constant.
    Table(TableId),
    /// A global that is written.
    Global(GlobalId),
}

/// The locations with their own region.
#[derive(Debug, Default, Hash)]
pub struct AliasRegions {
    own: BTreeSet<Location>,
}

impl AliasRegions {
    /// Whether a location has its own region.
    pub fn is_own(&self, location: Location) -> bool {
        self.own.contains(&location)
    }

    /// Gives a region to the locations with the most `uses`. Runs after the layout, because
    /// constants need none.
    pub(super) fn choose(program: &Program<'_>, uses: &HashMap<Location, u64>) -> Self {
        let changes = |location: &Location| match *location {
            Location::Memory(_) => true,
            Location::Table(id) => match program.tables[id].place {
                TablePlace::Constant { .. } => false,
                TablePlace::State(_) | TablePlace::Region(_) => true,
            },
            Location::Global(id) => match program.globals[id].place {
                GlobalPlace::Constant(_) => false,
                GlobalPlace::State(..) => true,
            },
        };
        let mut ranked: Vec<_> = uses
            .iter()
            .filter(|(location, _)| changes(location))
            .map(|(location, count)| (Reverse(*count), *location))
            .collect();
        ranked.sort_unstable();
        let own = ranked.into_iter().take(OWN).map(|(_, location)| location);
        AliasRegions { own: own.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{Builder, GlobalPlace};
    use std::fmt::Write;

    #[test]
    fn only_what_is_used_most_has_a_region_of_its_own() {
        let (count, used) = (1_000, 700);
        let mut text = String::from("(module (memory 1) (global i32 (i32.const 3))");
        for _ in 0..count {
            text.push_str("(global (mut i32) (i32.const 0))");
        }
        text.push_str("(func (param i32) (i32.store (global.get 0) (i32.load (local.get 0)))");
        for global in (1..=count).chain([used, used]) {
            let _ = write!(text, "(global.set {global} (global.get 0))");
        }
        text.push_str("))");
        let bytes = wat::parse_str(&text).expect("it parses");
        let mut builder = Builder::new(&wasi_aot_targets::TARGETS[0], &Default::default());
        let module = builder.module(crate::wasm::parse(&bytes, "test").expect("it is valid"));
        builder.link(module).expect("it links");
        let program = builder.finish().expect("it is a program");
        let regions = &program.alias_regions;
        assert_eq!(regions.own.len(), OWN);
        let globals = program.globals.iter();
        for (id, global) in globals {
            let is_constant = matches!(global.place, GlobalPlace::Constant(_));
            assert!(
                !(is_constant && regions.is_own(Location::Global(id))),
                "{id}"
            );
        }
        assert!(regions.is_own(Location::Global(GlobalId::from_u32(used))));
        assert!(regions.is_own(Location::Memory(MemoryId::from_u32(0))));
    }
}
