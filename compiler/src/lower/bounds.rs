//! Bounds checks of accesses to a linear memory, where its guard does not suffice.
//!
//! A memory never shrinks. So an index that has been compared once needs no second comparison in
//! code that is reached only through the first ([`Facts`](crate::optimize::Facts)).
//!
//! With Spectre mitigation the comparison does not branch but selects the address, because the CPU
//! does not speculate on the result of a selection. An access out of bounds uses the address 0
//! instead, and faults.

use super::emit::Emit;
use super::trap;
use crate::optimize::Compared;
use crate::program::{Bounds, MemoryId};
use crate::wasm::MemoryIndex;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, InstructionData, Opcode, Value, types};
use cranelift_entity::PrimaryMap;
use wasi_aot_abi::Trap;

/// No target maps anything between the address 0 and this one.
pub(super) const NOTHING: u64 = 1 << 20;

/// The maximum of memories whose sizes are kept in registers during a loop.
const MOST_SIZES: usize = 2;

impl Emit<'_> {
    /// Whether comparisons must also hold during speculation past them.
    pub fn is_mitigated(&self) -> bool {
        self.isa.flags().enable_heap_access_spectre_mitigation()
    }

    /// Loads the sizes of memories with compared accesses, before a loop in which they do not
    /// change. Returns whether it loaded any; an enclosing loop may have done so already.
    pub fn read_sizes(&mut self, memories: &PrimaryMap<MemoryIndex, MemoryId>) -> bool {
        if !self.buffers.sizes.is_empty() {
            return false;
        }
        for memory in memories.values().take(MOST_SIZES) {
            let data = &self.program.memories[*memory];
            let region = data.region;
            let compared = matches!(data.bounds, Bounds::Checked { .. });
            let grows = self.program.regions[region].bytes < self.program.regions[region].limit;
            // Other threads may grow a shared memory.
            if compared && grows && !data.ty.shared {
                let bytes = self.region_bytes(region);
                self.buffers.sizes.push((region, bytes));
            }
        }
        !self.buffers.sizes.is_empty()
    }

    /// The address of `width` bytes at `index + offset`. If they are out of bounds, this code or
    /// the access traps.
    pub fn address(
        &mut self,
        memory: MemoryId,
        index: Value,
        offset: u64,
        width: u64,
    ) -> (Value, i32) {
        let size = offset.saturating_add(width);
        let Some(guard) = self.guard_behind_compared(memory, size) else {
            return self.address_in_reach(memory, index, offset);
        };
        if self.is_mitigated() {
            return self.chosen_address(memory, index, offset, (size, guard));
        }
        if self.known_to_cover(memory, index, size).is_none() {
            let outside = self.outside(memory, index, size, guard);
            self.trap_if(outside, Trap::MemoryOutOfBounds);
            self.buffers.facts.add_compared(Compared {
                memory,
                index,
                covered: size.max(guard),
                chosen: None,
            });
        }
        self.address_in_reach(memory, index, offset)
    }

    /// [`Emit::address`] for an access that must be aligned, as one value. A CPU may report
    /// misalignment before it detects the unmapped address, so the address that Spectre mitigation
    /// selects must be aligned, too.
    pub fn aligned_address(
        &mut self,
        memory: MemoryId,
        index: Value,
        offset: u64,
        width: u64,
    ) -> Value {
        let size = offset.saturating_add(width);
        let guard = self.guard_behind_compared(memory, size);
        match guard.filter(|_| self.is_mitigated() && !offset.is_multiple_of(width)) {
            Some(guard) => self.chosen_sum(memory, index, offset, (size, guard)),
            None => {
                let (base, offset) = self.address(memory, index, offset, width);
                self.plus(base, offset)
            }
        }
    }

    /// The size of the guard after a memory, if an access of `size` bytes from the index on needs a
    /// comparison; `None`: it needs none.
    fn guard_behind_compared(&self, memory: MemoryId, size: u64) -> Option<u64> {
        match self.program.memories[memory].bounds {
            Bounds::Guard { guard } if size <= guard => None,
            Bounds::Guard { .. } => Some(0),
            Bounds::Checked { guard } => Some(guard),
        }
    }

    /// [`Emit::address`] with Spectre mitigation; `bounds`: the number of bytes from the index to
    /// the end of the access, and of the guard.
    fn chosen_address(
        &mut self,
        memory: MemoryId,
        index: Value,
        offset: u64,
        (size, guard): (u64, u64),
    ) -> (Value, i32) {
        if size > NOTHING {
            return (self.chosen_sum(memory, index, offset, (size, guard)), 0);
        }
        if let Some(Some(address)) = self.known_to_cover(memory, index, size) {
            return (address, offset as i32);
        }
        let outside = self.outside(memory, index, size, guard);
        let (address, _) = self.address_in_reach(memory, index, 0);
        let address = self.unless(outside, address);
        self.buffers.facts.add_compared(Compared {
            memory,
            index,
            covered: size.max(guard),
            chosen: Some(address),
        });
        (address, offset as i32)
    }

    /// [`Emit::chosen_address`] with the offset included in the selected address.
    fn chosen_sum(
        &mut self,
        memory: MemoryId,
        index: Value,
        offset: u64,
        (size, guard): (u64, u64),
    ) -> Value {
        let outside = self.outside(memory, index, size, guard);
        let (address, offset) = self.address_in_reach(memory, index, offset);
        let address = self.plus(address, offset);
        self.unless(outside, address)
    }

    /// The selected address for an index, if this many bytes from it are known to be in bounds or
    /// to fault.
    fn known_to_cover(
        &mut self,
        memory: MemoryId,
        index: Value,
        size: u64,
    ) -> Option<Option<Value>> {
        let covers =
            |one: &&Compared| (one.memory, one.index) == (memory, index) && size <= one.covered;
        if let Some(known) = self.buffers.facts.compared().find(covers) {
            return Some(known.chosen);
        }
        if self.is_mitigated() {
            return None;
        }
        let known = self.known_below(memory, index, size)?;
        self.buffers.facts.add_compared(known);
        Some(None)
    }

    /// The fact for an index that is the sum of a compared index and a constant. A 64-bit sum does
    /// not wrap, because the compared index is below 2^48. A 32-bit sum may wrap. Then it is less
    /// than the constant, and an access below the constant plus `size` has been in bounds from the
    /// start.
    fn known_below(&self, memory: MemoryId, index: Value, size: u64) -> Option<Compared> {
        let dfg = &self.builder.func.dfg;
        let InstructionData::Binary {
            opcode: Opcode::Iadd,
            args: [base, addend],
        } = dfg.insts[dfg.value_def(index).inst()?]
        else {
            return None;
        };
        let InstructionData::UnaryImm { imm, .. } = dfg.insts[dfg.value_def(addend).inst()?] else {
            return None;
        };
        let addend = u64::try_from(imm.bits()).ok()?;
        let size = addend.checked_add(size)?;
        let data = &self.program.memories[memory];
        if !data.ty.memory64 && size > self.program.regions[data.region].bytes {
            return None;
        }
        let covers =
            |one: &&Compared| (one.memory, one.index) == (memory, base) && size <= one.covered;
        let known = self.buffers.facts.compared().find(covers)?;
        Some(Compared {
            index,
            covered: known.covered - addend,
            ..*known
        })
    }

    /// Whether fewer than `size` bytes at an index are in the memory or in the guard after it.
    fn outside(&mut self, memory: MemoryId, index: Value, size: u64, guard: u64) -> Value {
        let data = &self.program.memories[memory];
        let (region, wide) = (data.region, data.ty.memory64);
        let data = &self.program.regions[region];
        let (least, fixed) = (data.bytes, data.bytes == data.limit);
        let index = self.extended(index);
        if size <= guard {
            // The guard catches accesses that begin within the memory.
            let bytes = self.region_bytes(region);
            let ins = self.builder.ins();
            return ins.icmp(IntCC::UnsignedGreaterThanOrEqual, index, bytes);
        }
        if fixed && size <= least {
            return self.compare(IntCC::UnsignedGreaterThan, index, least - size);
        }
        let bytes = self.region_bytes(region);
        if wide && size <= least {
            let most = self.builder.ins().iadd_imm_s(bytes, -(size as i64));
            let ins = self.builder.ins();
            return ins.icmp(IntCC::UnsignedGreaterThan, index, most);
        }
        let size = self.word(size);
        self.ends_beyond((index, size), bytes, wide, Trap::MemoryOutOfBounds)
    }

    /// Whether `start + count` is greater than `limit`; all are words. If one of the addends is
    /// `wide`, the sum may overflow: then it traps, or the result is true.
    pub fn ends_beyond(
        &mut self,
        (start, count): (Value, Value),
        limit: Value,
        wide: bool,
        trap: Trap,
    ) -> Value {
        let mitigated = self.is_mitigated();
        let ins = self.builder.ins();
        let end = match wide && !mitigated {
            true => ins.uadd_overflow_trap(start, count, trap::code(trap)),
            false => ins.iadd(start, count),
        };
        let ins = self.builder.ins();
        let beyond = ins.icmp(IntCC::UnsignedGreaterThan, end, limit);
        if !(wide && mitigated) {
            return beyond;
        }
        let ins = self.builder.ins();
        let wrapped = ins.icmp(IntCC::UnsignedLessThan, end, start);
        self.builder.ins().bor(beyond, wrapped)
    }

    /// With Spectre mitigation: 0 if `outside` is not zero, else `address`. Otherwise just
    /// `address`. For code that is reached only if `outside` is zero, or for accesses near the
    /// address 0, whose fault replaces a trap.
    pub fn unless(&mut self, outside: Value, address: Value) -> Value {
        if !self.is_mitigated() {
            return address;
        }
        let nowhere = self.word(0);
        let ins = self.builder.ins();
        ins.select_spectre_guard(outside, nowhere, address)
    }

    /// An address and its displacement as one value.
    pub fn plus(&mut self, address: Value, displacement: i32) -> Value {
        match displacement {
            0 => address,
            _ => {
                let ins = self.builder.ins();
                ins.iadd_imm_s(address, i64::from(displacement))
            }
        }
    }

    /// An index of 32 or 64 bits as a word.
    pub fn extended(&mut self, index: Value) -> Value {
        match self.builder.func.dfg.value_type(index) {
            types::I64 => index,
            _ => self.builder.ins().uextend(types::I64, index),
        }
    }
}
