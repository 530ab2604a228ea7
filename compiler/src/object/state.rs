//! Writes the initial state of instances: globals, tables, segment lengths, region descriptors; and
//! the segments from which code copies.

use super::blob::{Blob, Record, Target};
use super::component;
use super::text::Layout;
use crate::Result;
use crate::lower::symbol::Symbol;
use crate::program::{
    DataId, ElemId, GlobalPlace, OptionsId, Place, Program, RegionId, Table, TablePlace, Value,
};
use cranelift_entity::SecondaryMap;
use std::mem::offset_of;
use wasi_aot_abi::Region;
use wasmparser::ValType;

/// Writes a value as an element of a table or segment, a global, or an operand. All values except
/// vectors are a word.
///
/// # Errors
/// [`crate::Code::Bug`] for a function that was not compiled.
pub fn put_value(blob: &mut Blob, offset: u64, value: Value, layout: &Layout) -> Result<()> {
    match value {
        Value::I32(value) => blob.set_u64(offset, u64::from(value as u32)),
        Value::I64(value) => blob.set_u64(offset, value as u64),
        Value::F32(bits) => blob.set_u64(offset, u64::from(bits)),
        Value::F64(bits) => blob.set_u64(offset, bits),
        Value::V128(bytes) => blob.set(offset, &bytes),
        Value::Func(id) => blob.point(offset, Target::Unit(layout.function(id)?), 0),
        Value::Null | Value::Extern(_) | Value::I31(_) => {
            blob.set_u64(offset, value.reference().unwrap_or(0));
        }
    }
    Ok(())
}

/// Writes the elements of a table from `offset` on.
pub fn put_table(blob: &mut Blob, offset: u64, table: &Table, layout: &Layout) -> Result<()> {
    for (index, &value) in (0..).zip(&table.contents) {
        put_value(blob, offset + 8 * index, value, layout)?;
    }
    Ok(())
}

/// Writes the state section. `pieces` gives for each region the offset of its pieces in the
/// read-only data, their number and the end of the last.
pub fn state(
    program: &Program,
    layout: &Layout,
    pieces: &SecondaryMap<RegionId, Pieces>,
) -> Result<Blob> {
    let mut blob = Blob::zeroed(program.fixed.state_size);
    for global in program.globals.values() {
        if let GlobalPlace::State(place, value) = global.place {
            let offset = offset(program, place);
            match global.ty.content_type {
                ValType::I32 | ValType::F32 => put_half(&mut blob, offset, value),
                _ => put_value(&mut blob, offset, value, layout)?,
            }
        }
    }
    for table in program.tables.values() {
        if let TablePlace::State(place) = table.place {
            put_table(&mut blob, offset(program, place), table, layout)?;
        }
    }
    for (id, segment) in &program.data {
        blob.set_u32(
            offset(program, segment.length),
            segment_bytes(program, id).len() as u32,
        );
    }
    for segment in program.elements.values() {
        blob.set_u32(offset(program, segment.length), segment.items.len() as u32);
        if let Some(place) = segment.place {
            for (at, value) in (offset(program, place)..).step_by(8).zip(&segment.items) {
                put_value(&mut blob, at, *value, layout)?;
            }
        }
    }
    for (id, region) in &program.regions {
        let at = region.descriptor - program.fixed.state;
        let descriptor = descriptor(region, &pieces[id]).into_blob();
        blob.set(at, &descriptor.bytes);
        for relocation in descriptor.relocations {
            blob.point(
                at + relocation.offset,
                relocation.target,
                relocation.addend as u64,
            );
        }
    }
    Ok(blob)
}

/// The pieces of a region's image that the file maps.
#[derive(Clone, Debug, Default)]
pub struct Pieces {
    /// Offset of the first [`wasi_aot_abi::program::Piece`] in the read-only data.
    pub at: u64,
    /// Number of pieces.
    pub count: u64,
    /// End of the last piece, from the region's base.
    pub end: u64,
}

fn descriptor(region: &crate::program::Region, pieces: &Pieces) -> Record {
    Record::new::<Region>()
        .u64(offset_of!(Region, base), region.base)
        .u64(offset_of!(Region, bytes), region.bytes)
        .u64(offset_of!(Region, limit), region.limit)
        .u64(offset_of!(Region, maximum), region.maximum)
        .u64(offset_of!(Region, reserved), region.reserved)
        .u64(offset_of!(Region, image), pieces.end)
        .point(offset_of!(Region, pieces), Target::Rodata, pieces.at)
        .u64(offset_of!(Region, piece_count), pieces.count)
}

/// Writes a global of 4 bytes.
fn put_half(blob: &mut Blob, offset: u64, value: Value) {
    match value {
        Value::I32(value) => blob.set_u32(offset, value as u32),
        Value::F32(bits) => blob.set_u32(offset, bits),
        other => unreachable!("a validated i32 or f32 global holds {other:?}"),
    }
}

/// The offset of a location in the state section.
fn offset(program: &Program, place: Place) -> u64 {
    program.instances[place.instance].state - program.fixed.state + u64::from(place.offset)
}

/// Writes the section of constant tables.
pub fn constant_tables(program: &Program, layout: &Layout) -> Result<Blob> {
    let mut blob = Blob::zeroed(program.fixed.tables_size);
    for table in program.tables.values() {
        if let TablePlace::Constant { address } = table.place {
            put_table(&mut blob, address - program.fixed.tables, table, layout)?;
        }
    }
    Ok(blob)
}

fn segment_bytes<'a>(program: &Program<'a>, id: DataId) -> &'a [u8] {
    let segment = &program.data[id];
    program.modules[program.instances[segment.instance].module].data[segment.index].bytes
}

/// Offsets of segments and operands in the read-only data.
#[derive(Debug, Default)]
pub struct Segments {
    data: SecondaryMap<DataId, u64>,
    elements: SecondaryMap<ElemId, u64>,
    opaque: u64,
    options: SecondaryMap<OptionsId, u64>,
    invocations: Vec<u64>,
}

impl Segments {
    /// Appends all segments and operands that code reads to `rodata`.
    pub fn write(program: &Program, layout: &Layout, rodata: &mut Blob) -> Result<Self> {
        let mut segments = Segments::default();
        for id in program.data.keys() {
            rodata.align(16);
            segments.data[id] = rodata.append(segment_bytes(program, id));
        }
        for (id, segment) in &program.elements {
            if segment.place.is_some() {
                continue;
            }
            segments.elements[id] = rodata.align(8);
            for value in &segment.items {
                append_value(rodata, *value, layout)?;
            }
        }
        segments.opaque = rodata.align(8);
        for &value in crate::lower::opaque_values(program) {
            append_value(rodata, value, layout)?;
        }
        for (id, options) in &program.component.options {
            let realloc = options.realloc;
            if realloc.is_none_or(|realloc| program.functions[realloc].reachable) {
                segments.options[id] =
                    rodata.record(&component::options(program, options, layout)?);
            }
        }
        for invocation in &program.component.invocations {
            let options = segments.options[invocation.options];
            let at = component::invocation(invocation, options, layout, rodata)?;
            segments.invocations.push(at);
        }
        Ok(segments)
    }

    /// The offset of the data for a symbol in code, if it has data.
    pub fn offset(&self, symbol: Symbol) -> Option<u64> {
        match symbol {
            Symbol::Data(id) => self.data.get(id).copied(),
            Symbol::Elem(id) => self.elements.get(id).copied(),
            Symbol::Opaque => Some(self.opaque),
            Symbol::Options(id) => self.options.get(id).copied(),
            Symbol::Invocation(index) => self.invocations.get(index as usize).copied(),
            Symbol::Func(_)
            | Symbol::Step(_)
            | Symbol::Runtime(_)
            | Symbol::Host(_)
            | Symbol::Region(_) => None,
        }
    }
}

fn append_value(blob: &mut Blob, value: Value, layout: &Layout) -> Result<()> {
    let bytes: &[u8] = match value {
        Value::V128(_) => &[0; 16],
        _ => &[0; 8],
    };
    let offset = blob.append(bytes);
    put_value(blob, offset, value, layout)
}
