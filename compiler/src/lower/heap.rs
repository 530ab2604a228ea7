//! Allocation of objects: inline if memory is available, else by a call of the runtime.

use super::bug;
use super::emit::Emit;
use super::symbol::Runtime;
use crate::Result;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{BlockArg, InstBuilder, Opcode, Value, types};
use std::mem::offset_of;
use wasi_aot_abi::heap::{CARD_SHIFT, Free};

impl Emit<'_> {
    /// Allocates an object of `bytes` bytes, a word that is a multiple of
    /// [`wasi_aot_abi::heap::OBJECT_ALIGN`]. Returns its address as a reference that stays valid
    /// across calls. The memory is zero. The object's header (and an array's length) must be stored
    /// before any instruction that can trap, call or allocate. Traps if the heap is full.
    ///
    /// # Errors
    /// A bug: the program has no heap.
    pub fn allocate(&mut self, bytes: Value) -> Result<Value> {
        let heap = self.program.heap;
        let heap = heap.ok_or_else(|| bug("a program without a heap allocates"))?;
        let (fits, full, done) = (
            self.builder.create_block(),
            self.builder.create_block(),
            self.builder.create_block(),
        );
        let object = self.builder.append_block_param(done, types::I64);
        self.builder.set_cold_block(full);

        let (free, displacement) = self.place(heap.free);
        let next = (free, displacement + offset_of!(Free, next) as i32);
        let end = (free, displacement + offset_of!(Free, end) as i32);
        let flags = self.free_flags();
        let start = self.load(Opcode::Load, types::I64, flags, next);
        let end = self.load(Opcode::Load, types::I64, flags, end);
        let behind = self.builder.ins().iadd(start, bytes);
        let ins = self.builder.ins();
        let room = ins.icmp(IntCC::UnsignedLessThanOrEqual, behind, end);
        self.builder.ins().brif(room, fits, &[], full, &[]);

        self.builder.switch_to_block(fits);
        self.builder.seal_block(fits);
        self.store(Opcode::Store, flags, behind, next);
        self.builder.ins().jump(done, &[BlockArg::Value(start)]);

        self.builder.switch_to_block(full);
        self.builder.seal_block(full);
        let ins = self.builder.ins();
        let free = ins.iadd_imm_s(free, i64::from(displacement));
        let call = self.call_runtime(Runtime::HeapAllocate, &[free, bytes], 1);
        let made = self.builder.inst_results(call)[0];
        self.builder.ins().jump(done, &[BlockArg::Value(made)]);

        self.builder.switch_to_block(done);
        self.builder.seal_block(done);
        self.builder.declare_value_needs_stack_map(object);
        Ok(object)
    }

    /// Marks the card of an older object before a reference is stored into it: `at` is the address
    /// of the array's element, or of the structure. Not needed for null and `i31`.
    pub fn mark_card(&mut self, at: Value) {
        let Some(heap) = self.program.heap else {
            return;
        };
        let shift = i64::from(CARD_SHIFT);
        let card = self.builder.ins().ushr_imm_u(at, shift);
        let one = self.builder.ins().iconst(types::I8, 1);
        let flags = self.card_flags();
        let displacement = first_card(heap.base) as i32;
        self.store(Opcode::Store, flags, one, (card, displacement));
    }

    /// The same for elements of an array, in the `bytes` bytes from `first` on.
    pub fn mark_cards(&mut self, first: Value, bytes: Value) {
        let Some(heap) = self.program.heap else {
            return;
        };
        let shift = i64::from(CARD_SHIFT);
        let end = self.builder.ins().iadd(first, bytes);
        let last = self.builder.ins().iadd_imm_s(end, -1);
        let first = self.builder.ins().ushr_imm_u(first, shift);
        let last = self.builder.ins().ushr_imm_u(last, shift);
        // For an empty range this marks one card or none.
        let others = self.builder.ins().isub(last, first);
        let count = self.builder.ins().iadd_imm_s(others, 1);
        let card = self
            .builder
            .ins()
            .iadd_imm_s(first, first_card(heap.base) as i64);
        let one = self.word(1);
        self.call_runtime(Runtime::Memset, &[card, one, count], 1);
    }
}

/// The address that the card of address 0 would have.
fn first_card(base: u64) -> u64 {
    base - (base >> CARD_SHIFT)
}
