//! Assigns addresses: state blocks, constant tables, regions.

use super::builder::Graph;
use super::*;
use crate::error::{Code, Error};
use cranelift_entity::PrimaryMap;
use wasi_aot_abi as abi;

/// Size of the guard after a memory without bounds checks. An access needs no check if its offset
/// and width end within the guard.
const GUARD: u64 = 2 << 30;

/// The reach of a 32-bit index.
const REACH: u64 = 4 << 30;

/// What a memory with indices of 64 bits may grow to, unless the options say more.
pub const MAX_MEMORY64: u64 = 128 << 30;

/// The largest table of fixed size without its own region.
const MAX_FIXED_TABLE: u64 = 1 << 20;

/// The maximum total size of tables in state blocks. Further tables get their own regions.
const MAX_FIXED_TABLES: u64 = 8 << 20;

/// Size of a table element, and of most globals.
const WORD: u64 = 8;

/// Multiples of this take one instruction less on AArch64, whose instructions encode 16 bits of a
/// constant.
const SHORT_ADDRESS: u64 = 1 << 16;

/// Size of such an instruction.
const INSTRUCTION: u64 = 4;

/// Where constant tables start in a page. The linker maps them together with the other constants,
/// so the same number of bytes has to precede them in the file: headers, notes and some constants.
const BEFORE_TABLES: u64 = 0xc00;

/// Linux maps the pages of a file around the one that is accessed, up to multiples of this. The
/// page with the constant tables is usually the first of the file.
const WINDOW: u64 = 64 << 10;

/// The distance from the constant tables to the state, or to a heap before it, at least: room for
/// the runtime's variables and for the constants after the tables, which the linker puts there.
const VARIABLES: u64 = 512 << 10;

/// Alignment of state blocks: a cache line.
const LINE: u64 = 64;

/// Size of the heap in a program that only throws exceptions. It lies before the state.
const EXCEPTIONS: u64 = 64 << 20;

/// Number of values of a reference.
const REFERENCES: u64 = 1 << 32;

/// Images take multiples of this size in the file, so that the data after them is aligned. The
/// kernel clears the rest of the last page and must copy the page to do so. The program would
/// usually cause this copy anyway, because variables are at the end of an image.
pub const IMAGE_UNIT: u64 = 16;

/// The end of user space on every target.
const ADDRESS_SPACE: u64 = 1 << 47;

/// Assigns all addresses.
pub fn layout(graph: &mut Graph<'_>) -> Result<()> {
    let mut layout = Layout {
        tables_size: 0,
        state_tables: 0,
        blocks: graph.program.instances.values().map(|_| 0).collect(),
        graph,
    };
    layout.threads()?;
    layout.heap();
    layout.globals();
    layout.memories()?;
    layout.tables()?;
    layout.lengths();
    layout.bases()?;
    layout.fixed()
}

struct Layout<'g, 'a> {
    graph: &'g mut Graph<'a>,
    /// Size of the constant tables so far.
    tables_size: u64,
    /// Size of the tables in state blocks so far.
    state_tables: u64,
    /// Size of each instance's block so far.
    blocks: PrimaryMap<InstanceId, u64>,
}

impl Layout<'_, '_> {
    fn reserve(&mut self, instance: InstanceId, bytes: u64, align: u64) -> Place {
        let block = &mut self.blocks[instance];
        let offset = block.next_multiple_of(align);
        *block = offset + bytes;
        let offset = offset as u32;
        Place { instance, offset }
    }

    /// The runtime's record of a thread comes first in its state.
    fn threads(&mut self) -> Result<()> {
        let program = &self.graph.program;
        if !self.graph.threads {
            return Ok(());
        }
        let mut memories = program.memories.values();
        let lacking = match self.graph.heap {
            HeapUse::Exceptions => Some("exceptions in a program with threads"),
            HeapUse::Objects => Some("structures and arrays in a program with threads"),
            HeapUse::None => memories
                .any(|memory| !memory.ty.shared)
                .then_some("unshared memories in a program with threads"),
        };
        if let Some(lacking) = lacking {
            return Err(Error::unsupported(lacking));
        }
        for instance in self.blocks.keys() {
            self.reserve(
                instance,
                size_of::<abi::program::ThreadState>() as u64,
                WORD,
            );
        }
        Ok(())
    }

    /// The heap of objects takes the place of region 0. Its words for allocation come first in the
    /// state.
    fn heap(&mut self) {
        let (graph, plan) = (&*self.graph, self.graph.addresses);
        let (base, end) = match graph.heap {
            HeapUse::None => return,
            HeapUse::Exceptions => (plan.fixed - EXCEPTIONS, plan.fixed),
            HeapUse::Objects => (plan.region, REFERENCES - abi::WASM_PAGE),
        };
        let reserved = end - base;
        let Some(instance) = graph.program.instances.keys().next() else {
            return;
        };
        let words = size_of::<abi::heap::Free>() as u64;
        let free = self.reserve(instance, words, words);
        self.graph.program.heap = Some(Heap {
            base,
            reserved,
            free,
        });
    }

    /// Assigns addresses to globals, first in each block; constant globals need none.
    fn globals(&mut self) {
        for id in self.graph.program.globals.keys() {
            let late = self.graph.globals_late.contains(&id);
            if late || self.graph.globals_written.contains(&id) {
                let bytes = size(self.graph.program.globals[id].ty.content_type);
                let place = self.reserve(self.graph.global_owner[id], bytes, bytes);
                let global = &mut self.graph.program.globals[id];
                global.place = GlobalPlace::State(place, global.initial());
            }
        }
    }

    /// The memory with the most accesses becomes region 0, which has the best address.
    fn memories(&mut self) -> Result<()> {
        let graph = &mut *self.graph;
        let mut memories: Vec<_> = graph.program.memories.keys().collect();
        let uses = |id: &MemoryId| graph.uses.get(&Location::Memory(*id)).copied();
        memories.sort_by_key(|id| std::cmp::Reverse(uses(id).unwrap_or(0)));
        for id in memories {
            let memory = &mut graph.program.memories[id];
            let grows = graph.memories_grown.contains(&id);
            let (bytes, limit) = extent(memory, grows, graph.options.memory64)?;
            graph.program.memory_at_start += bytes;
            // A guard serves what 32 bits can reach, and keeps to whole pages.
            let paged = memory.page() == abi::WASM_PAGE;
            let guarded = graph.options.bounds_checks == BoundsChecks::Guard;
            let (bounds, reserved) = if guarded && paged && !memory.ty.memory64 {
                (Bounds::Guard { guard: GUARD }, REACH + GUARD)
            } else {
                let guard = if paged { abi::WASM_PAGE } else { 0 };
                // Mapped as it grows, because address space may be limited. Nothing else is mapped
                // in the addresses after it.
                (Bounds::Checked { guard }, 0)
            };
            memory.bounds = bounds;
            memory.region = graph.program.regions.push(Region {
                base: 0,
                bytes,
                limit,
                maximum: limit,
                reserved,
                descriptor: 0,
                contents: RegionContents::Bytes(graph.images[id].pieces()),
            });
        }
        Ok(())
    }

    fn tables(&mut self) -> Result<()> {
        let tables = self.graph.program.tables.values();
        let elements: u64 = tables.map(|table| table.ty.initial).sum();
        if elements > abi::MAX_TABLE_ELEMENTS {
            return Err(Error::new(
                Code::Limit,
                format!(
                    "the tables of the program start with {elements} elements; wasi-aot's limit is {}",
                    abi::MAX_TABLE_ELEMENTS
                ),
            ));
        }
        for id in self.graph.program.tables.keys() {
            let size = self.graph.program.tables[id].ty.initial * WORD;
            let grows = self.graph.tables_grown.contains(&id);
            let late = self.graph.tables_late.contains(&id);
            let changes = late || self.graph.tables_written.contains(&id);
            let fixed = self.tables_size + self.state_tables + size;
            let large = size > MAX_FIXED_TABLE || fixed > MAX_FIXED_TABLES;
            if self.graph.threads && (grows || large) {
                return Err(Error::unsupported(
                    "tables that grow, or of a million elements, in a program with threads",
                ));
            }
            self.graph.program.tables[id].place = if grows || large {
                TablePlace::Region(self.table_region(id, grows))
            } else if changes {
                self.state_tables += size;
                TablePlace::State(self.reserve(self.graph.table_owner[id], size, WORD))
            } else {
                // From the start of the tables, which `fixed` decides.
                let address = self.tables_size;
                self.tables_size += size;
                TablePlace::Constant { address }
            };
        }
        Ok(())
    }

    /// The offset of the constant tables from the start of a page. They start at a page only if the
    /// shorter addresses save at least as many bytes of code as a page has.
    fn before_tables(&self) -> u64 {
        let graph = &*self.graph;
        let page = graph.addresses.page;
        let tables = graph.program.tables.iter();
        let constant = tables.filter(|(_, t)| matches!(t.place, TablePlace::Constant { .. }));
        let uses = constant.filter_map(|(id, _)| graph.uses.get(&Location::Table(id)));
        let longer = uses.sum::<u64>().saturating_mul(INSTRUCTION);
        match page.is_multiple_of(SHORT_ADDRESS) && page <= longer {
            true => 0,
            false => BEFORE_TABLES,
        }
    }

    fn table_region(&mut self, id: TableId, grows: bool) -> RegionId {
        let program = &mut self.graph.program;
        let ty = &program.tables[id].ty;
        let bytes = ty.initial * WORD;
        let limit = match grows {
            true => {
                let most = abi::MAX_TABLE_ELEMENTS;
                ty.maximum.unwrap_or(most).min(most) * WORD
            }
            false => bytes,
        };
        let limit = limit.max(bytes);
        program.regions.push(Region {
            base: 0,
            bytes,
            limit,
            maximum: 0,
            reserved: 0,
            descriptor: 0,
            contents: RegionContents::Table(id),
        })
    }

    /// Assigns locations to lengths of the segments that exist at run time.
    fn lengths(&mut self) {
        for id in self.graph.program.data.keys() {
            let instance = self.graph.program.data[id].instance;
            self.graph.program.data[id].length = self.reserve(instance, 4, 4);
        }
        for id in self.graph.program.elements.keys() {
            let segment = &self.graph.program.elements[id];
            let (instance, bytes) = (segment.instance, segment.items.len() as u64 * WORD);
            if segment.place.is_some() {
                let place = self.reserve(instance, bytes, WORD);
                self.graph.program.elements[id].place = Some(place);
            }
            self.graph.program.elements[id].length = self.reserve(instance, 4, 4);
        }
    }

    /// Region 0 has its own base, unless the heap takes it; the others are at multiples of the
    /// stride. The addresses after a region, up to its maximum, stay free, reserved or not.
    fn bases(&mut self) -> Result<()> {
        let plan = self.graph.addresses;
        let mut base = match &self.graph.program.heap {
            Some(heap) if heap.base == plan.region => plan.stride,
            _ => plan.region,
        };
        self.graph.program.regions_end = base;
        for region in self.graph.program.regions.values_mut() {
            let room = region
                .reserved
                .max(with_guard(region.limit.max(region.maximum)));
            if room > ADDRESS_SPACE - base {
                return Err(Error::new(
                    Code::Layout,
                    "the memories and tables of the program do not fit into the address space",
                ));
            }
            region.base = base;
            self.graph.program.regions_end = base + room;
            base = (base + room)
                .next_multiple_of(plan.stride)
                .min(ADDRESS_SPACE);
        }
        Ok(())
    }

    /// Places the fixed sections: the state, which is the region descriptors and the instances'
    /// blocks, directly before region 0, so that one mapping can have both; the constant tables
    /// before it.
    fn fixed(&mut self) -> Result<()> {
        let plan = self.graph.addresses;
        let state_size = self.state(0);
        let before = self.before_tables();
        let program = &mut self.graph.program;
        let room = state_size + VARIABLES + self.tables_size + before;
        let taken = room.next_multiple_of(WINDOW.max(plan.page));
        // A heap before the state follows the tables, and these follow the image.
        let end = match &program.heap {
            Some(heap) if heap.base < plan.region => heap.base,
            _ => plan.region,
        };
        if taken > plan.region - plan.fixed {
            return Err(Error::new(
                Code::Layout,
                format!(
                    "the globals and tables of the program take {} bytes; there is room for {}",
                    state_size + self.tables_size,
                    plan.region - plan.fixed - VARIABLES - WINDOW.max(plan.page)
                ),
            ));
        }
        let tables = end - taken + before;
        for table in program.tables.values_mut() {
            if let TablePlace::Constant { address } = &mut table.place {
                *address += tables;
            }
        }
        let state = plan.region - state_size;
        program.fixed = FixedSections {
            tables,
            tables_size: self.tables_size,
            state,
            state_size,
        };
        self.state(state);
        Ok(())
    }

    /// Places everything in the state, which starts here; returns its size.
    fn state(&mut self, start: u64) -> u64 {
        let program = &mut self.graph.program;
        let mut next = start;
        for region in program.regions.values_mut() {
            region.descriptor = next;
            next += size_of::<abi::Region>() as u64;
        }
        program.component.state = next;
        next +=
            u64::from(program.component.instances) * size_of::<abi::component::Instance>() as u64;
        for (id, instance) in program.instances.iter_mut() {
            next = next.next_multiple_of(LINE);
            instance.state = next;
            instance.state_size = self.blocks[id] as u32;
            next += self.blocks[id];
        }
        next.next_multiple_of(LINE) - start
    }
}

/// Size of a global, which is also its alignment.
fn size(ty: wasmparser::ValType) -> u64 {
    match ty {
        wasmparser::ValType::V128 => 2 * WORD,
        _ => WORD,
    }
}

/// The address space of a region with this size: whole pages, and one more that is never mapped.
fn with_guard(bytes: u64) -> u64 {
    bytes.next_multiple_of(abi::WASM_PAGE) + abi::WASM_PAGE
}

/// The size of a memory at start, and its largest size, in bytes. `memory64`: see [`super::Options::memory64`].
fn extent(memory: &Memory, grows: bool, memory64: Option<u64>) -> Result<(u64, u64)> {
    let (ty, page) = (&memory.ty, memory.page());
    let bytes = u64::try_from(u128::from(ty.initial) * u128::from(page));
    let Some(bytes) = bytes.ok().filter(|bytes| *bytes < ADDRESS_SPACE) else {
        return Err(Error::new(
            Code::Layout,
            format!(
                "the memory starts with {} pages of {page} bytes: more than the address space has",
                ty.initial
            ),
        ));
    };
    if !grows {
        return Ok((bytes, bytes));
    }
    // `memory.size` must be able to return the number of pages.
    let most = match memory.ty.memory64 {
        true => memory64.unwrap_or(0).clamp(MAX_MEMORY64, ADDRESS_SPACE) / page,
        false => (REACH / page).min(u64::from(u32::MAX)),
    };
    let declared = ty.maximum.map_or(most, |pages| pages.min(most)) * page;
    Ok((bytes, declared.max(bytes)))
}
