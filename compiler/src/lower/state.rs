//! Instance state: the single interface to the locations of globals, lengths, tables and region
//! descriptors, and the flags of accesses to them.
//!
//! The two forms of [`crate::program::StateForm`] differ only in [`Emit::place`].

use super::emit::Emit;
use super::trap;
use crate::program::{GlobalId, Location, MemoryId, Place, RegionId, TableId, TablePlace};
use cranelift_codegen::ir::{
    AliasRegion, AliasRegionData, Endianness, InstBuilder, MemFlags, MemFlagsData, Opcode, Value,
    types,
};
use std::mem::offset_of;
use wasi_aot_abi::Trap;

/// Parts of memory that never overlap. The numbers are unique in the program, because inlining
/// combines functions.
enum Alias {
    /// Region descriptors and the lengths of segments.
    State,
    /// The words for allocation.
    Free,
    /// The cards of the heap.
    Cards,
    /// The headers of objects.
    Headers,
    /// Fields of structures.
    Fields,
    /// Elements of arrays.
    Elements,
    /// Constant tables.
    Constants,
    /// A memory, table or global with its own region ([`crate::program::AliasRegions`]).
    Own(Location),
    /// All others of the location's kind.
    Shared(Location),
}

/// The number for memories, tables or globals that share a region.
const SHARED: u32 = (1 << 30) - 1;

/// Part of an object, and whether an access to it serves as the null check of the reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ObjectPart {
    /// Type and length of an object.
    Header,
    /// The length of an array, or a fault on null.
    LengthOfNull,
    /// The type of an object, or a fault on null, as a failed cast.
    TypeOfNull,
    /// A field of a structure.
    Field,
    /// A field of a structure, or a fault on null.
    FieldOfNull,
    /// An element of an array.
    Element,
}

impl ObjectPart {
    /// The number of parts.
    pub const COUNT: usize = 6;
}

impl Alias {
    fn data(&self) -> AliasRegionData {
        let (kind, index, description) = match self {
            Alias::State => (0, 0, "state"),
            Alias::Free => (0, 1, "free"),
            Alias::Cards => (0, 2, "cards"),
            Alias::Headers => (0, 8, "headers"),
            Alias::Fields => (0, 9, "fields"),
            Alias::Elements => (0, 10, "elements"),
            Alias::Constants => (0, 11, "constants"),
            Alias::Own(Location::Memory(id)) => (1, id.as_u32(), "memory"),
            Alias::Own(Location::Table(id)) => (2, id.as_u32(), "table"),
            Alias::Own(Location::Global(id)) => (3, id.as_u32(), "global"),
            Alias::Shared(Location::Memory(_)) => (1, SHARED, "memories"),
            Alias::Shared(Location::Table(_)) => (2, SHARED, "tables"),
            Alias::Shared(Location::Global(_)) => (3, SHARED, "globals"),
        };
        AliasRegionData {
            user_id: kind << 30 | index,
            description: description.into(),
        }
    }
}

impl Emit<'_> {
    /// The address of a location in an instance's state: a base and an offset for a load or store.
    pub fn place(&mut self, place: Place) -> (Value, i32) {
        match self.hidden {
            Some(state) => (state, place.offset as i32),
            None => {
                let block = self.program.instances[place.instance].state;
                self.absolute(block + u64::from(place.offset))
            }
        }
    }

    /// The current size of a region in bytes.
    pub fn region_bytes(&mut self, region: RegionId) -> Value {
        let data = &self.program.regions[region];
        if data.bytes == data.limit {
            return self.word(data.bytes);
        }
        let mut known = self.buffers.sizes.iter();
        if let Some((_, bytes)) = known.find(|(known, _)| *known == region) {
            return *bytes;
        }
        let descriptor = self.region_descriptor(region);
        let flags = self.state_flags();
        let offset = offset_of!(wasi_aot_abi::Region, bytes) as i32;
        self.load(Opcode::Load, types::I64, flags, (descriptor, offset))
    }

    /// The current size of a memory in bytes, if other threads may be growing it.
    pub fn region_bytes_now(&mut self, region: RegionId) -> Value {
        let data = &self.program.regions[region];
        if data.bytes == data.limit {
            return self.word(data.bytes);
        }
        let offset = offset_of!(wasi_aot_abi::Region, bytes) as u64;
        let address = self.word(data.descriptor + offset);
        let flags = self.state_flags();
        let ins = self.builder.ins();
        let (inst, dfg) = ins.LoadNoOffset(Opcode::AtomicLoad, types::I64, flags, address);
        dfg.first_result(inst)
    }

    /// The address of a region's descriptor.
    pub fn region_descriptor(&mut self, region: RegionId) -> Value {
        self.word(self.program.regions[region].descriptor)
    }

    /// Flags of accesses to a linear memory.
    pub fn memory_flags(&mut self, id: MemoryId) -> MemFlags {
        if let Some(flags) = self.buffers.memories.get(id) {
            return flags;
        }
        let data = MemFlagsData::new()
            .with_endianness(Endianness::Little)
            .with_trap_code(Some(trap::code(Trap::MemoryOutOfBounds)));
        let alias = self.alias(Location::Memory(id));
        let flags = self.flags(data, Some(alias));
        self.buffers.memories.set(id, flags)
    }

    /// Flags of accesses to the elements of a table. The index has been checked; if it is out of
    /// bounds, the address is 0.
    pub fn table_flags(&mut self, id: TableId) -> MemFlags {
        if let Some(flags) = self.buffers.tables.get(id) {
            return flags;
        }
        let mut data = MemFlagsData::trusted();
        if self.is_mitigated() {
            data = data.with_trap_code(Some(trap::code(Trap::TableOutOfBounds)));
        }
        let alias = match self.program.tables[id].place {
            TablePlace::Constant { .. } => {
                data = data.with_readonly();
                Alias::Constants
            }
            TablePlace::State(_) | TablePlace::Region(_) => self.alias(Location::Table(id)),
        };
        let flags = self.flags(data, Some(alias));
        self.buffers.tables.set(id, flags)
    }

    /// Flags of accesses to a global.
    pub fn global_flags(&mut self, id: GlobalId) -> MemFlags {
        if let Some(flags) = self.buffers.globals.get(id) {
            return flags;
        }
        let alias = self.alias(Location::Global(id));
        let flags = self.flags(MemFlagsData::trusted(), Some(alias));
        self.buffers.globals.set(id, flags)
    }

    /// Flags of accesses to region descriptors and the lengths of segments.
    pub fn state_flags(&mut self) -> MemFlags {
        match self.buffers.state {
            Some(flags) => flags,
            None => {
                let flags = self.flags(MemFlagsData::trusted(), Some(Alias::State));
                *self.buffers.state.insert(flags)
            }
        }
    }

    /// Flags of accesses to the words for allocation.
    pub fn free_flags(&mut self) -> MemFlags {
        self.flags(MemFlagsData::trusted(), Some(Alias::Free))
    }

    /// Flags of accesses to the cards of the heap.
    pub fn card_flags(&mut self) -> MemFlags {
        self.flags(MemFlagsData::trusted(), Some(Alias::Cards))
    }

    /// Flags of the load of the word before a callee: it faults on a null reference.
    pub fn callee_flags(&mut self) -> MemFlags {
        match self.buffers.callee {
            Some(flags) => flags,
            None => {
                let trap = trap::code(Trap::IndirectCallToNull);
                let data = MemFlagsData::new()
                    .with_aligned()
                    .with_readonly()
                    .with_trap_code(Some(trap));
                let flags = self.flags(data, None);
                *self.buffers.callee.insert(flags)
            }
        }
    }

    /// Flags of accesses to objects.
    pub fn object_flags(&mut self, part: ObjectPart) -> MemFlags {
        if let Some(flags) = self.buffers.objects[part as usize] {
            return flags;
        }
        let (trap, alias) = match part {
            ObjectPart::Header => (None, Alias::Headers),
            ObjectPart::LengthOfNull => (Some(Trap::NullReference), Alias::Headers),
            ObjectPart::TypeOfNull => (Some(Trap::CastFailure), Alias::Headers),
            ObjectPart::Field => (None, Alias::Fields),
            ObjectPart::FieldOfNull => (Some(Trap::NullReference), Alias::Fields),
            ObjectPart::Element => (None, Alias::Elements),
        };
        let data = MemFlagsData::new().with_trap_code(trap.map(trap::code));
        let flags = self.flags(data, Some(alias));
        self.buffers.objects[part as usize] = Some(flags);
        flags
    }

    /// Flags of accesses to memory of the runtime.
    pub fn plain_flags(&mut self) -> MemFlags {
        self.flags(MemFlagsData::trusted(), None)
    }

    /// Flags of loads of read-only data in the image, at any alignment.
    pub fn rodata_flags(&mut self) -> MemFlags {
        self.flags(MemFlagsData::new().with_notrap().with_readonly(), None)
    }

    fn alias(&self, location: Location) -> Alias {
        match self.program.alias_regions.is_own(location) {
            true => Alias::Own(location),
            false => Alias::Shared(location),
        }
    }

    fn flags(&mut self, data: MemFlagsData, alias: Option<Alias>) -> MemFlags {
        let dfg = &mut self.builder.func.dfg;
        let region: Option<AliasRegion> = alias.map(|alias| dfg.alias_regions.insert(alias.data()));
        dfg.mem_flags
            .insert_unchecked(data.with_alias_region(region))
    }
}
