//! Loads and stores of linear memory, its size and growth.

use super::emit::Emit;
use super::function::FunctionLowering;
use super::symbol::Runtime;
use crate::program::{MemoryId, RegionId};
use crate::wasm::MemoryIndex;
use crate::{Error, Result};
use cranelift_codegen::cursor::{Cursor as _, FuncCursor};
use cranelift_codegen::ir::{Block, InstBuilder, Opcode, Type, Value, types};
use wasi_aot_abi::Trap;
use wasmparser::{MemArg, MemArgTarget, Operator};

/// The number of addresses that are remembered.
pub(super) const RECENT: usize = 8;

/// An address that was computed earlier in this block.
#[derive(Clone, Copy)]
pub(super) struct Recent {
    memory: MemoryId,
    index: Value,
    block: Option<Block>,
    address: Value,
}

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> Result<bool> {
    use Opcode::{
        Istore8, Istore16, Istore32, Load, Sload8, Sload16, Sload32, Store, Uload8, Uload16,
        Uload32,
    };
    use types::{F32, F64, I32, I64};
    match op {
        Operator::I32Load { memarg } => f.load(memarg, Load, I32, 4),
        Operator::I64Load { memarg } => f.load(memarg, Load, I64, 8),
        Operator::F32Load { memarg } => f.load(memarg, Load, F32, 4),
        Operator::F64Load { memarg } => f.load(memarg, Load, F64, 8),
        Operator::I32Load8S { memarg } => f.load(memarg, Sload8, I32, 1),
        Operator::I32Load8U { memarg } => f.load(memarg, Uload8, I32, 1),
        Operator::I32Load16S { memarg } => f.load(memarg, Sload16, I32, 2),
        Operator::I32Load16U { memarg } => f.load(memarg, Uload16, I32, 2),
        Operator::I64Load8S { memarg } => f.load(memarg, Sload8, I64, 1),
        Operator::I64Load8U { memarg } => f.load(memarg, Uload8, I64, 1),
        Operator::I64Load16S { memarg } => f.load(memarg, Sload16, I64, 2),
        Operator::I64Load16U { memarg } => f.load(memarg, Uload16, I64, 2),
        Operator::I64Load32S { memarg } => f.load(memarg, Sload32, I64, 4),
        Operator::I64Load32U { memarg } => f.load(memarg, Uload32, I64, 4),
        Operator::I32Store { memarg } => f.store(memarg, Store, 4),
        Operator::I64Store { memarg } => f.store(memarg, Store, 8),
        Operator::F32Store { memarg } => f.store(memarg, Store, 4),
        Operator::F64Store { memarg } => f.store(memarg, Store, 8),
        Operator::I32Store8 { memarg } | Operator::I64Store8 { memarg } => {
            f.store(memarg, Istore8, 1)
        }
        Operator::I32Store16 { memarg } | Operator::I64Store16 { memarg } => {
            f.store(memarg, Istore16, 2)
        }
        Operator::I64Store32 { memarg } => f.store(memarg, Istore32, 4),
        Operator::MemorySize { mem } => {
            let memory = f.memory(*mem);
            let size = f.emit.memory_size(memory);
            f.push(size);
            Ok(())
        }
        Operator::MemoryGrow { mem } => {
            let memory = f.memory(*mem);
            let delta = f.pop();
            let old = f.emit.memory_grow(memory, delta);
            f.push(old);
            Ok(())
        }
        _ => return Ok(false),
    }?;
    Ok(true)
}

impl FunctionLowering<'_> {
    /// Replaces the index on the stack by the loaded value; `width` is in bytes.
    pub fn load(&mut self, memarg: &MemArg, op: Opcode, ty: Type, width: u64) -> Result<()> {
        let memory = self.accessed(memarg)?;
        let index = self.pop();
        let at = self.emit.address(memory, index, memarg.offset, width);
        let flags = self.emit.memory_flags(memory);
        let value = self.emit.load(op, ty, flags, at);
        self.push(value);
        Ok(())
    }

    /// Stores the value on the stack at the index below it; `width` is in bytes.
    pub fn store(&mut self, memarg: &MemArg, op: Opcode, width: u64) -> Result<()> {
        let value = self.pop();
        self.store_value(memarg, op, value, width)
    }

    /// Stores `value` at the index on the stack.
    pub fn store_value(
        &mut self,
        memarg: &MemArg,
        op: Opcode,
        value: Value,
        width: u64,
    ) -> Result<()> {
        let memory = self.accessed(memarg)?;
        let index = self.pop();
        let at = self.emit.address(memory, index, memarg.offset, width);
        let flags = self.emit.memory_flags(memory);
        self.emit.store(op, flags, value, at);
        Ok(())
    }

    /// A memory of the instance.
    pub fn memory(&self, index: u32) -> MemoryId {
        self.instance.memories[MemoryIndex::from_u32(index)]
    }

    fn accessed(&self, memarg: &MemArg) -> Result<MemoryId> {
        match memarg.target {
            MemArgTarget::Memory(index) => Ok(self.memory(index)),
            MemArgTarget::Array(_) => Err(Error::unsupported("multibyte array access")),
        }
    }
}

impl Emit<'_> {
    /// The address of the byte at `index + offset`, if it is in the memory.
    pub fn address_in_reach(
        &mut self,
        memory: MemoryId,
        index: Value,
        offset: u64,
    ) -> (Value, i32) {
        let region = self.program.memories[memory].region;
        if let Some(base) = self.distant_base(region, offset) {
            let index = self.extended(index);
            return (self.builder.ins().iadd(base, index), 0);
        }
        match i32::try_from(offset) {
            Ok(offset) => (self.base_plus(memory, index), offset),
            Err(_) => {
                let index = self.extended(index);
                let base = self.region_base(region, offset);
                (self.builder.ins().iadd(base, index), 0)
            }
        }
    }

    /// The address of the byte at an index. Several accesses at one index, such as to the fields of
    /// a structure, share it. Cranelift would find this too, but only after more work.
    ///
    /// The constant is the left operand, and an access's offset is part of the access: x86-64
    /// combines both to one displacement.
    fn base_plus(&mut self, memory: MemoryId, index: Value) -> Value {
        let block = self.builder.current_block();
        let slot = index.as_u32() as usize % RECENT;
        if let Some(recent) = self.buffers.recent[slot]
            && (recent.memory, recent.index, recent.block) == (memory, index, block)
        {
            return recent.address;
        }
        let word = self.extended(index);
        let base = self.base(memory);
        let address = self.builder.ins().iadd(base, word);
        self.buffers.recent[slot] = Some(Recent {
            memory,
            index,
            block,
            address,
        });
        address
    }

    /// The base address of a memory, computed once, at the start of the function. If it is a
    /// constant, Cranelift rematerialises it in each block that uses it, so it occupies no register
    /// in between.
    pub(super) fn base(&mut self, memory: MemoryId) -> Value {
        if let Some(base) = self.buffers.bases.get(memory) {
            return base;
        }
        let region = self.program.memories[memory].region;
        let Some(entry) = self.builder.func.layout.entry_block() else {
            return self.region_base(region, 0);
        };
        let form = self.region_form(region);
        let mut cursor = FuncCursor::new(self.builder.func).at_first_insertion_point(entry);
        let base = form.first(&mut cursor);
        self.buffers.bases.set(memory, base)
    }

    /// Traps unless the `count` bytes at `index` are in the memory; returns the address of the
    /// first byte and the count, both as words.
    pub fn range(&mut self, memory: MemoryId, index: Value, count: Value) -> (Value, Value) {
        let data = &self.program.memories[memory];
        let (region, wide) = (data.region, data.ty.memory64);
        let index = self.extended(index);
        let count = self.extended(count);
        let bytes = self.region_bytes(region);
        let outside = self.ends_beyond((index, count), bytes, wide, Trap::MemoryOutOfBounds);
        self.trap_if(outside, Trap::MemoryOutOfBounds);
        let base = self.region_base(region, 0);
        let address = self.builder.ins().iadd(base, index);
        (self.unless(outside, address), count)
    }

    /// `memory.size`, in pages.
    fn memory_size(&mut self, memory: MemoryId) -> Value {
        let data = &self.program.memories[memory];
        let bytes = match data.ty.shared {
            true => self.region_bytes_now(data.region),
            false => self.region_bytes(data.region),
        };
        self.units(bytes, data.page(), index_type(data.ty.memory64))
    }

    /// `memory.grow`: returns the old size in pages, or -1.
    fn memory_grow(&mut self, memory: MemoryId, delta: Value) -> Value {
        let data = &self.program.memories[memory];
        self.region_grow(Runtime::RegionGrow, data.region, delta, data.page())
    }

    /// Calls `grow` to grow a region by `delta` units, where a unit is a power of two of bytes.
    /// Returns the old size in units, or -1, in the type of `delta`.
    pub fn region_grow(
        &mut self,
        grow: Runtime,
        region: RegionId,
        delta: Value,
        unit: u64,
    ) -> Value {
        let ty = self.builder.func.dfg.value_type(delta);
        let mut delta = self.extended(delta);
        if ty == types::I64 && unit > 1 {
            // A larger delta can be reduced to the limit plus one: growing still fails, and the
            // number of bytes does not overflow.
            let data = &self.program.regions[region];
            let most = self.word(data.limit.max(data.maximum) / unit + 1);
            delta = self.builder.ins().umin(delta, most);
        }
        let shift = i64::from(unit.trailing_zeros());
        let delta = self.builder.ins().ishl_imm_u(delta, shift);
        let descriptor = self.region_descriptor(region);
        let call = self.call_runtime(grow, &[descriptor, delta], 1);
        let old = self.builder.inst_results(call)[0];
        self.units(old, unit, ty)
    }

    /// Converts a number of bytes to units, where a unit is a power of two of bytes; -1 stays -1.
    pub fn units(&mut self, bytes: Value, unit: u64, ty: Type) -> Value {
        let shift = i64::from(unit.trailing_zeros());
        let count = self.builder.ins().sshr_imm_u(bytes, shift);
        match ty {
            types::I64 => count,
            _ => self.builder.ins().ireduce(ty, count),
        }
    }
}

/// The type of indices into memories and tables.
pub(super) fn index_type(wide: bool) -> Type {
    if wide { types::I64 } else { types::I32 }
}
