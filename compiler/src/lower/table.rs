//! Tables: elements, size, growth and bulk operations. An element is a word that holds the
//! reference.

use super::bug;
use super::emit::Emit;
use super::function::FunctionLowering;
use super::symbol::{Runtime, Symbol};
use crate::Result;
use crate::program::{ElemId, TableId, TablePlace};
use crate::wasm::{ElemIndex, TableIndex};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{BlockArg, InstBuilder, Opcode, Value, types};
use wasi_aot_abi::Trap;
use wasmparser::Operator;

/// Size of an element in bytes.
const ELEMENT: u64 = 8;

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    match op {
        Operator::TableGet { table } => {
            let table = f.table(*table);
            let index = f.pop();
            let element = f.emit.table_get(table, index);
            let ty = f.emit.program.tables[table].ty.element_type;
            f.emit.note_type(element, ty.into());
            f.push(element);
        }
        Operator::TableSet { table } => {
            let table = f.table(*table);
            let [index, value] = f.pop_many();
            f.emit.table_set(table, index, value);
        }
        Operator::TableSize { table } => {
            let table = f.table(*table);
            let size = f.emit.table_size(table);
            f.push(size);
        }
        Operator::TableGrow { table } => {
            let table = f.table(*table);
            let [value, delta] = f.pop_many();
            let old = f.emit.table_grow(table, value, delta);
            f.push(old);
        }
        Operator::TableFill { table } => {
            let table = f.table(*table);
            let [index, value, count] = f.pop_many();
            f.emit.table_fill(table, index, value, count);
        }
        Operator::TableCopy {
            dst_table,
            src_table,
        } => {
            let (to, from) = (f.table(*dst_table), f.table(*src_table));
            let [destination, source, count] = f.pop_many();
            f.emit.table_copy((to, destination), (from, source), count);
        }
        Operator::TableInit { elem_index, table } => {
            let table = f.table(*table);
            let elements = f.instance.elements[ElemIndex::from_u32(*elem_index)];
            let [index, source, count] = f.pop_many();
            f.emit.table_init(table, elements, index, source, count);
        }
        Operator::ElemDrop { elem_index } => {
            if let Some(elements) = f.instance.elements[ElemIndex::from_u32(*elem_index)] {
                f.emit.elem_drop(elements);
            }
        }
        _ => return false,
    }
    true
}

impl FunctionLowering<'_> {
    /// A table of the instance.
    pub fn table(&self, index: u32) -> TableId {
        self.instance.tables[TableIndex::from_u32(index)]
    }
}

impl Emit<'_> {
    /// `table.get`; also gets the callee of `call_indirect`.
    pub fn table_get(&mut self, table: TableId, index: Value) -> Value {
        let at = self.element(table, index);
        let flags = self.table_flags(table);
        self.load(Opcode::Load, types::I64, flags, at)
    }

    fn table_set(&mut self, table: TableId, index: Value, value: Value) {
        let at = self.element(table, index);
        let flags = self.table_flags(table);
        self.store(Opcode::Store, flags, value, at);
    }

    fn table_size(&mut self, table: TableId) -> Value {
        let size = self.table_words(table);
        match self.program.tables[table].ty.table64 {
            true => size,
            false => self.builder.ins().ireduce(types::I32, size),
        }
    }

    fn table_grow(&mut self, table: TableId, value: Value, delta: Value) -> Value {
        let ty = self.builder.func.dfg.value_type(delta);
        let TablePlace::Region(region) = self.program.tables[table].place else {
            // The table cannot grow, except by 0.
            let size = self.table_size(table);
            let failed = match ty {
                types::I64 => self.word(u64::MAX),
                _ => self.int(u32::MAX),
            };
            return self.builder.ins().select(delta, failed, size);
        };
        let old = self.region_grow(Runtime::TableGrow, region, delta, ELEMENT);
        let failed = self.builder.ins().icmp_imm_s(IntCC::Equal, old, -1);
        let fill = self.builder.create_block();
        let done = self.builder.create_block();
        self.builder.ins().brif(failed, done, &[], fill, &[]);
        self.builder.switch_to_block(fill);
        self.builder.seal_block(fill);
        let first = self.extended(old);
        let count = self.extended(delta);
        let start = self.word_address(table, first);
        self.fill_words(table, start, count, value);
        self.builder.ins().jump(done, &[]);
        self.builder.switch_to_block(done);
        self.builder.seal_block(done);
        old
    }

    fn table_fill(&mut self, table: TableId, index: Value, value: Value, count: Value) {
        let (start, count) = self.table_range(table, index, count);
        self.fill_words(table, start, count, value);
    }

    /// Writes all elements of a table.
    pub fn fill_table(&mut self, table: TableId, value: Value) {
        let zero = self.word(0);
        let start = self.word_address(table, zero);
        let count = self.table_words(table);
        self.fill_words(table, start, count, value);
    }

    fn table_copy(&mut self, to: (TableId, Value), from: (TableId, Value), count: Value) {
        let (destination, words) = self.table_range(to.0, to.1, count);
        let (source, _) = self.table_range(from.0, from.1, count);
        let bytes = self.bytes(words);
        self.call_runtime(Runtime::Memmove, &[destination, source, bytes], 1);
    }

    /// `table.init`. A segment that does not exist at run time has no elements.
    pub fn table_init(
        &mut self,
        table: TableId,
        elements: Option<ElemId>,
        index: Value,
        source: Value,
        count: Value,
    ) {
        let (destination, words) = self.table_range(table, index, count);
        let source = self.builder.ins().uextend(types::I64, source);
        let length = elements.map(|elements| self.program.elements[elements].length);
        let outside = self.check_segment(length, source, words, Trap::TableOutOfBounds);
        let Some(elements) = elements else { return };
        let start = self.elem_start(elements);
        let offset = self.bytes(source);
        let from = self.builder.ins().iadd(start, offset);
        let from = self.unless(outside, from);
        let bytes = self.bytes(words);
        self.call_runtime(Runtime::Memcpy, &[destination, from, bytes], 1);
    }

    /// The address of a segment's words.
    pub fn elem_start(&mut self, elements: ElemId) -> Value {
        match self.program.elements[elements].place {
            None => self.symbol(Symbol::Elem(elements), 0),
            Some(place) => {
                let (base, offset) = self.place(place);
                self.builder.ins().iadd_imm_s(base, i64::from(offset))
            }
        }
    }

    /// Sets an element of a segment.
    pub fn elem_set(&mut self, elements: ElemId, position: u32, value: Value) -> Result<()> {
        let place = self.program.elements[elements].place;
        let mut place = place.ok_or_else(|| bug(format!("{elements} is read-only data")))?;
        place.offset += position * ELEMENT as u32;
        let flags = self.state_flags();
        let at = self.place(place);
        self.store(Opcode::Store, flags, value, at);
        Ok(())
    }

    /// `elem.drop`.
    pub fn elem_drop(&mut self, elements: ElemId) {
        self.drop_segment(self.program.elements[elements].length);
    }

    /// The address of the element at an index. If it is out of bounds, this code or the access
    /// traps.
    fn element(&mut self, table: TableId, index: Value) -> (Value, i32) {
        let (outside, offset) = self.outside_table(table, index);
        let (start, displacement) = self.table_start(table);
        let address = self.builder.ins().iadd(start, offset);
        if !self.is_mitigated() {
            self.trap_if(outside, Trap::TableOutOfBounds);
            return (address, displacement);
        }
        let address = self.plus(address, displacement);
        (self.unless(outside, address), 0)
    }

    /// Whether an index is out of bounds; and the element's offset in the table.
    fn outside_table(&mut self, table: TableId, index: Value) -> (Value, Value) {
        let data = &self.program.tables[table];
        let TablePlace::Region(region) = data.place else {
            let outside = self.compare(IntCC::UnsignedGreaterThanOrEqual, index, data.ty.initial);
            let index = self.extended(index);
            return (outside, self.bytes(index));
        };
        let wide = data.ty.table64;
        let index = self.extended(index);
        let offset = self.bytes(index);
        // A 64-bit index may overflow when it is converted to bytes.
        let (is, end) = match wide {
            true => (index, self.table_words(table)),
            false => (offset, self.region_bytes(region)),
        };
        let ins = self.builder.ins();
        let outside = ins.icmp(IntCC::UnsignedGreaterThanOrEqual, is, end);
        (outside, offset)
    }

    /// Traps unless the `count` elements at `index` are in the table; returns the address of the
    /// first and the count, both as words.
    fn table_range(&mut self, table: TableId, index: Value, count: Value) -> (Value, Value) {
        let wide = self.program.tables[table].ty.table64;
        let index = self.extended(index);
        let count = self.extended(count);
        let size = self.table_words(table);
        let outside = self.ends_beyond((index, count), size, wide, Trap::TableOutOfBounds);
        self.trap_if(outside, Trap::TableOutOfBounds);
        let address = self.word_address(table, index);
        (self.unless(outside, address), count)
    }

    /// The number of elements, as a word.
    fn table_words(&mut self, table: TableId) -> Value {
        let data = &self.program.tables[table];
        match data.place {
            TablePlace::Region(region) => {
                let bytes = self.region_bytes(region);
                let shift = i64::from(ELEMENT.trailing_zeros());
                self.builder.ins().ushr_imm_u(bytes, shift)
            }
            TablePlace::Constant { .. } | TablePlace::State(_) => self.word(data.ty.initial),
        }
    }

    fn table_start(&mut self, table: TableId) -> (Value, i32) {
        match self.program.tables[table].place {
            TablePlace::Constant { address } => (self.word(address), 0),
            TablePlace::State(place) => self.place(place),
            TablePlace::Region(region) => (self.region_base(region, 0), 0),
        }
    }

    /// The address of the element at the word `index`, as one value.
    fn word_address(&mut self, table: TableId, index: Value) -> Value {
        let offset = self.bytes(index);
        let (start, displacement) = self.table_start(table);
        let address = self.builder.ins().iadd(start, offset);
        self.plus(address, displacement)
    }

    fn bytes(&mut self, words: Value) -> Value {
        let shift = i64::from(ELEMENT.trailing_zeros());
        self.builder.ins().ishl_imm_u(words, shift)
    }

    /// Stores `value` in `count` elements from address `start` on.
    fn fill_words(&mut self, table: TableId, start: Value, count: Value, value: Value) {
        let bytes = self.bytes(count);
        let end = self.builder.ins().iadd(start, bytes);
        let (header, body, exit) = (
            self.builder.create_block(),
            self.builder.create_block(),
            self.builder.create_block(),
        );
        let at = self.builder.append_block_param(header, types::I64);
        self.builder.ins().jump(header, &[BlockArg::Value(start)]);
        self.builder.switch_to_block(header);
        let done = self.builder.ins().icmp(IntCC::Equal, at, end);
        self.builder.ins().brif(done, exit, &[], body, &[]);
        self.builder.switch_to_block(body);
        self.builder.seal_block(body);
        let flags = self.table_flags(table);
        self.store(Opcode::Store, flags, value, (at, 0));
        let next = self.builder.ins().iadd_imm_u(at, ELEMENT as i64);
        self.builder.ins().jump(header, &[BlockArg::Value(next)]);
        self.builder.seal_block(header);
        self.builder.switch_to_block(exit);
        self.builder.seal_block(exit);
    }
}
