//! Comparisons that keep accesses inside a linear memory, where its guard does not.
//!
//! A memory never shrinks. So an index that was compared once needs no second comparison in any code that is only
//! reached through the first ([`super::facts`]).

use super::emit::Emit;
use super::trap;
use crate::program::{Bounds, MemoryId};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types};
use wasi_aot_abi::Trap;

/// An index that was compared.
#[derive(Clone, Copy)]
pub(super) struct Compared {
    memory: MemoryId,
    index: Value,
    /// This many bytes from it on are in the memory, or fault.
    covered: u64,
}

impl Emit<'_> {
    /// Traps, or lets the access trap, unless `size` bytes at `index` are in the memory.
    pub fn check_access(&mut self, memory: MemoryId, index: Value, size: u64) {
        let guard = match self.program.memories[memory].bounds {
            Bounds::Guard { guard } if size <= guard => return,
            Bounds::Guard { .. } => 0,
            Bounds::Checked { guard } => guard,
        };
        let covers =
            |one: &Compared| (one.memory, one.index) == (memory, index) && size <= one.covered;
        if self.buffers.facts.compared().any(covers) {
            return;
        }
        if size <= guard {
            self.compare_with_guard(memory, index);
        } else {
            self.compare_exactly(memory, index, size);
        }
        self.buffers.facts.add_compared(Compared {
            memory,
            index,
            covered: size.max(guard),
        });
    }

    /// The guard behind the memory sees to what begins inside.
    fn compare_with_guard(&mut self, memory: MemoryId, index: Value) {
        let region = self.program.memories[memory].region;
        let index = self.extended(index);
        let bytes = self.region_bytes(region);
        let ins = self.builder.ins();
        let outside = ins.icmp(IntCC::UnsignedGreaterThanOrEqual, index, bytes);
        self.trap_if(outside, Trap::MemoryOutOfBounds);
    }

    fn compare_exactly(&mut self, memory: MemoryId, index: Value, size: u64) {
        let data = &self.program.memories[memory];
        let (region, wide) = (data.region, data.ty.memory64);
        let data = &self.program.regions[region];
        let index = self.extended(index);
        let outside = if data.bytes == data.limit && size <= data.bytes {
            self.compare(IntCC::UnsignedGreaterThan, index, data.bytes - size)
        } else {
            let size = self.word(size);
            let end = self.sum(index, size, wide, Trap::MemoryOutOfBounds);
            let bytes = self.region_bytes(region);
            let ins = self.builder.ins();
            ins.icmp(IntCC::UnsignedGreaterThan, end, bytes)
        };
        self.trap_if(outside, Trap::MemoryOutOfBounds);
    }

    /// The sum of two words, which may be too large for a word if an operand is `wide`; traps if it is.
    pub fn sum(&mut self, left: Value, right: Value, wide: bool, trap: Trap) -> Value {
        let ins = self.builder.ins();
        match wide {
            true => ins.uadd_overflow_trap(left, right, trap::code(trap)),
            false => ins.iadd(left, right),
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
