//! Bulk operations on arrays: fill, copy, and initialisation from segments.

use super::super::emit::Emit;
use super::super::function::FunctionLowering;
use super::super::state::ObjectPart;
use super::super::symbol::{Runtime, Symbol};
use crate::Result;
use crate::program::{DataId, ElemId, TypeId, objects};
use crate::wasm::{DataIndex, ElemIndex};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{BlockArg, InstBuilder, Opcode, Value, types};
use wasi_aot_abi::Trap;
use wasmparser::Operator;

/// Size of a reference in a segment, as the exponent of a power of two.
const WORD_SHIFT: i64 = 3;

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> Result<bool> {
    match *op {
        Operator::ArrayNewData {
            array_type_index,
            array_data_index,
        } => {
            let ty = f.type_id(array_type_index);
            let data = f.instance.data[DataIndex::from_u32(array_data_index)];
            let [offset, length] = f.pop_many();
            let array = f.emit.array_new_data(ty, data, offset, length)?;
            f.push(array);
        }
        Operator::ArrayNewElem {
            array_type_index,
            array_elem_index,
        } => {
            let ty = f.type_id(array_type_index);
            let elements = f.instance.elements[ElemIndex::from_u32(array_elem_index)];
            let [offset, length] = f.pop_many();
            let array = f.emit.array_new_elem(ty, elements, offset, length)?;
            f.push(array);
        }
        Operator::ArrayFill { array_type_index } => {
            let ty = f.type_id(array_type_index);
            let [array, index, value, count] = f.pop_many();
            f.emit.array_fill(ty, (array, index), value, count);
        }
        Operator::ArrayCopy {
            array_type_index_dst,
            ..
        } => {
            let ty = f.type_id(array_type_index_dst);
            let [to, to_index, from, from_index, count] = f.pop_many();
            f.emit
                .array_copy(ty, (to, to_index), (from, from_index), count);
        }
        Operator::ArrayInitData {
            array_type_index,
            array_data_index,
        } => {
            let ty = f.type_id(array_type_index);
            let data = f.instance.data[DataIndex::from_u32(array_data_index)];
            let [array, index, offset, count] = f.pop_many();
            f.emit
                .array_init_data(ty, (array, index), data, offset, count);
        }
        Operator::ArrayInitElem {
            array_type_index,
            array_elem_index,
        } => {
            let ty = f.type_id(array_type_index);
            let elements = f.instance.elements[ElemIndex::from_u32(array_elem_index)];
            let [array, index, offset, count] = f.pop_many();
            f.emit
                .array_init_elem(ty, (array, index), elements, offset, count);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

impl Emit<'_> {
    /// `array.new_data`. A segment that does not exist at run time has no bytes.
    fn array_new_data(
        &mut self,
        ty: TypeId,
        data: Option<DataId>,
        offset: Value,
        length: Value,
    ) -> Result<Value> {
        let layout = self.program.object(ty);
        let source = self.data_source(data, offset, length, layout.stride);
        let array = self.new_array(ty, length)?;
        if let Some(source) = source {
            let start = self
                .builder
                .ins()
                .iadd_imm_u(array, i64::from(layout.bytes));
            let bytes = self.scaled(length, layout.stride);
            self.call_runtime(Runtime::Memcpy, &[start, source, bytes], 1);
        }
        Ok(array)
    }

    /// `array.new_elem`. A segment that does not exist at run time has no elements.
    fn array_new_elem(
        &mut self,
        ty: TypeId,
        elements: Option<ElemId>,
        offset: Value,
        length: Value,
    ) -> Result<Value> {
        let layout = self.program.object(ty);
        let source = self.elem_source(elements, offset, length);
        let array = self.new_array(ty, length)?;
        if let Some(source) = source {
            let start = self
                .builder
                .ins()
                .iadd_imm_u(array, i64::from(layout.bytes));
            self.copy_words(ty, start, source, length);
        }
        Ok(array)
    }

    fn array_fill(&mut self, ty: TypeId, to: (Value, Value), value: Value, count: Value) {
        let (start, bytes) = self.array_range(ty, to, count);
        let storage = objects::element(&self.program.types[ty]);
        self.fill_elements(storage, start, bytes, value);
        self.wrote_elements(ty, start, bytes);
    }

    fn array_copy(&mut self, ty: TypeId, to: (Value, Value), from: (Value, Value), count: Value) {
        self.require_not_null(to.0);
        self.require_not_null(from.0);
        let (destination, bytes) = self.array_range(ty, to, count);
        let (source, _) = self.array_range(ty, from, count);
        self.call_runtime(Runtime::Memmove, &[destination, source, bytes], 1);
        self.wrote_elements(ty, destination, bytes);
    }

    fn array_init_data(
        &mut self,
        ty: TypeId,
        to: (Value, Value),
        data: Option<DataId>,
        offset: Value,
        count: Value,
    ) {
        let (start, bytes) = self.array_range(ty, to, count);
        let stride = self.program.object(ty).stride;
        if let Some(source) = self.data_source(data, offset, count, stride) {
            self.call_runtime(Runtime::Memcpy, &[start, source, bytes], 1);
        }
    }

    fn array_init_elem(
        &mut self,
        ty: TypeId,
        to: (Value, Value),
        elements: Option<ElemId>,
        offset: Value,
        count: Value,
    ) {
        let (start, bytes) = self.array_range(ty, to, count);
        if let Some(source) = self.elem_source(elements, offset, count) {
            self.copy_words(ty, start, source, count);
            self.wrote_elements(ty, start, bytes);
        }
    }

    /// Traps unless the `count` elements from an index on are in the array; returns the address of
    /// the first and the number of bytes.
    fn array_range(
        &mut self,
        ty: TypeId,
        (array, index): (Value, Value),
        count: Value,
    ) -> (Value, Value) {
        let layout = self.program.object(ty);
        let length = self.array_len(array);
        let first = self.builder.ins().uextend(types::I64, index);
        let number = self.builder.ins().uextend(types::I64, count);
        let length = self.builder.ins().uextend(types::I64, length);
        let end = self.builder.ins().iadd(first, number);
        let ins = self.builder.ins();
        let outside = ins.icmp(IntCC::UnsignedGreaterThan, end, length);
        self.trap_if(outside, Trap::ArrayOutOfBounds);
        let offset = self.scaled(index, layout.stride);
        let start = self.builder.ins().iadd(array, offset);
        let start = self
            .builder
            .ins()
            .iadd_imm_u(start, i64::from(layout.bytes));
        (
            self.unless(outside, start),
            self.scaled(count, layout.stride),
        )
    }

    /// The address of the bytes of `count` elements in a segment; traps if the segment is too
    /// short.
    fn data_source(
        &mut self,
        data: Option<DataId>,
        offset: Value,
        count: Value,
        stride: u32,
    ) -> Option<Value> {
        let bytes = self.scaled(count, stride);
        let offset = self.builder.ins().uextend(types::I64, offset);
        let length = data.map(|data| self.program.data[data].length);
        let outside = self.check_segment(length, offset, bytes, Trap::MemoryOutOfBounds);
        let start = self.symbol(Symbol::Data(data?), 0);
        let source = self.builder.ins().iadd(start, offset);
        Some(self.unless(outside, source))
    }

    /// The address of the words of `count` elements in a segment; traps if the segment is too
    /// short.
    fn elem_source(
        &mut self,
        elements: Option<ElemId>,
        offset: Value,
        count: Value,
    ) -> Option<Value> {
        let count = self.builder.ins().uextend(types::I64, count);
        let offset = self.builder.ins().uextend(types::I64, offset);
        let length = elements.map(|elements| self.program.elements[elements].length);
        let outside = self.check_segment(length, offset, count, Trap::TableOutOfBounds);
        let start = self.elem_start(elements?);
        let offset = self.builder.ins().ishl_imm_u(offset, WORD_SHIFT);
        let source = self.builder.ins().iadd(start, offset);
        Some(self.unless(outside, source))
    }

    /// Copies `count` references from the words at `source` to the elements at `start`.
    fn copy_words(&mut self, ty: TypeId, start: Value, source: Value, count: Value) {
        let storage = objects::element(&self.program.types[ty]);
        let count = self.builder.ins().uextend(types::I64, count);
        let bytes = self.builder.ins().ishl_imm_u(count, WORD_SHIFT);
        let end = self.builder.ins().iadd(source, bytes);
        let (header, body, exit) = (
            self.builder.create_block(),
            self.builder.create_block(),
            self.builder.create_block(),
        );
        let from = self.builder.append_block_param(header, types::I64);
        let to = self.builder.append_block_param(header, types::I64);
        let first = [BlockArg::Value(source), BlockArg::Value(start)];
        self.builder.ins().jump(header, &first);
        self.builder.switch_to_block(header);
        let done = self.builder.ins().icmp(IntCC::Equal, from, end);
        self.builder.ins().brif(done, exit, &[], body, &[]);
        self.builder.switch_to_block(body);
        self.builder.seal_block(body);
        let flags = self.state_flags();
        let word = self.load(Opcode::Load, types::I64, flags, (from, 0));
        self.init_field(storage, ObjectPart::Element, (to, 0), word);
        let from = self.builder.ins().iadd_imm_u(from, 1 << WORD_SHIFT);
        let stride = i64::from(objects::size(storage));
        let to = self.builder.ins().iadd_imm_u(to, stride);
        let next = [BlockArg::Value(from), BlockArg::Value(to)];
        self.builder.ins().jump(header, &next);
        self.builder.seal_block(header);
        self.builder.switch_to_block(exit);
        self.builder.seal_block(exit);
    }

    /// Marks the cards of elements in the `bytes` bytes from `start` on, after stores to them.
    fn wrote_elements(&mut self, ty: TypeId, start: Value, bytes: Value) {
        if !self.program.object(ty).references.is_empty() {
            self.mark_cards(start, bytes);
        }
    }
}
