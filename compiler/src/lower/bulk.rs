//! Bulk operations on linear memory: copy, fill, initialisation from segments.

use super::emit::Emit;
use super::function::FunctionLowering;
use super::symbol::{Runtime, Symbol};
use crate::program::{DataId, MemoryId, Place};
use crate::wasm::DataIndex;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Opcode, Value, types};
use wasi_aot_abi::Trap;
use wasmparser::Operator;

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    match op {
        Operator::MemoryCopy { dst_mem, src_mem } => {
            let (to, from) = (f.memory(*dst_mem), f.memory(*src_mem));
            let [destination, source, count] = f.pop_many();
            f.emit.memory_copy((to, destination), (from, source), count);
        }
        Operator::MemoryFill { mem } => {
            let memory = f.memory(*mem);
            let [destination, value, count] = f.pop_many();
            f.emit.memory_fill(memory, destination, value, count);
        }
        Operator::MemoryInit { data_index, mem } => {
            let memory = f.memory(*mem);
            let data = f.instance.data[DataIndex::from_u32(*data_index)];
            let [destination, source, count] = f.pop_many();
            f.emit.memory_init(memory, data, destination, source, count);
        }
        Operator::DataDrop { data_index } => {
            if let Some(data) = f.instance.data[DataIndex::from_u32(*data_index)] {
                f.emit.data_drop(data);
            }
        }
        _ => return false,
    }
    true
}

impl Emit<'_> {
    fn memory_copy(&mut self, to: (MemoryId, Value), from: (MemoryId, Value), count: Value) {
        let (destination, bytes) = self.range(to.0, to.1, count);
        let (source, _) = self.range(from.0, from.1, count);
        self.call_runtime(Runtime::Memmove, &[destination, source, bytes], 1);
    }

    fn memory_fill(&mut self, memory: MemoryId, index: Value, value: Value, count: Value) {
        let (destination, bytes) = self.range(memory, index, count);
        let value = self.builder.ins().uextend(types::I64, value);
        self.call_runtime(Runtime::Memset, &[destination, value, bytes], 1);
    }

    /// `memory.init`. A segment that does not exist at run time has no bytes.
    pub fn memory_init(
        &mut self,
        memory: MemoryId,
        data: Option<DataId>,
        index: Value,
        source: Value,
        count: Value,
    ) {
        let (destination, bytes) = self.range(memory, index, count);
        let source = self.builder.ins().uextend(types::I64, source);
        let length = data.map(|data| self.program.data[data].length);
        let outside = self.check_segment(length, source, bytes, Trap::MemoryOutOfBounds);
        if let Some(data) = data {
            let start = self.symbol(Symbol::Data(data), 0);
            let source = self.builder.ins().iadd(start, source);
            let source = self.unless(outside, source);
            self.call_runtime(Runtime::Memcpy, &[destination, source, bytes], 1);
        }
    }

    /// `data.drop`.
    pub fn data_drop(&mut self, data: DataId) {
        self.drop_segment(self.program.data[data].length);
    }

    /// Traps unless `source + count`, both words, is at most the segment's current length; returns
    /// the condition.
    pub fn check_segment(
        &mut self,
        length: Option<Place>,
        source: Value,
        count: Value,
        trap: Trap,
    ) -> Value {
        let end = self.builder.ins().iadd(source, count);
        let length = match length {
            Some(place) => {
                let flags = self.state_flags();
                let at = self.place(place);
                self.load(Opcode::Uload32, types::I64, flags, at)
            }
            None => self.word(0),
        };
        let ins = self.builder.ins();
        let outside = ins.icmp(IntCC::UnsignedGreaterThan, end, length);
        self.trap_if(outside, trap);
        outside
    }

    /// Sets the length of a segment to 0.
    pub fn drop_segment(&mut self, length: Place) {
        let flags = self.state_flags();
        let zero = self.int(0);
        let at = self.place(length);
        self.store(Opcode::Store, flags, zero, at);
    }
}
