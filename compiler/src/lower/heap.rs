//! Memory for objects: taken inline where there is some left, else asked for from the runtime.

use super::bug;
use super::emit::Emit;
use super::symbol::Runtime;
use crate::Result;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{BlockArg, InstBuilder, Opcode, Value, types};
use std::mem::offset_of;
use wasi_aot_abi::heap::Free;

impl Emit<'_> {
    /// Memory for an object of `bytes` bytes, a word that is a multiple of [`wasi_aot_abi::heap::OBJECT_ALIGN`]: its address, as a reference
    /// that stays right over calls. The memory is zero. Before anything can trap, call or allocate, the object's header (and an
    /// array's length) must be stored. Traps when the heap is full.
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
}
