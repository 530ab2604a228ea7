//! Writes the collector's data about a program: [`wasi_aot_abi::heap::Heap`] and everything that it
//! points to.

use super::blob::{Blob, Record, Target};
use super::text::Layout;
use crate::codegen::function::Compiled;
use crate::program::{GlobalPlace, Heap, Place, Program, TablePlace};
use std::mem::offset_of;
use wasi_aot_abi::heap::{self as abi, ObjectType, Roots, Safepoint};
use wasmparser::ValType;

/// Size of a word of the state.
const WORD: u64 = 8;

/// Appends everything to `rodata`; returns the offset of the [`abi::Heap`], if the program has a
/// heap.
pub fn write(
    program: &Program,
    layout: &Layout,
    compiled: &[Compiled],
    rodata: &mut Blob,
) -> Option<u64> {
    let heap = program.heap.as_ref()?;
    let (types, offsets) = types(program, rodata);
    let (safepoints, safepoint_count, slots) = safepoints(layout, compiled, rodata);
    let roots = roots(program);
    let root_count = roots.len() as u64;
    let roots = rodata.records(roots);
    let record = Record::new::<abi::Heap>()
        .u64(offset_of!(abi::Heap, base), heap.base)
        .u64(offset_of!(abi::Heap, reserved), heap.reserved)
        .u64(offset_of!(abi::Heap, free), free(program, heap))
        .point(offset_of!(abi::Heap, types), Target::Rodata, types)
        .u64(
            offset_of!(abi::Heap, type_count),
            program.objects.len() as u64,
        )
        .point(offset_of!(abi::Heap, offsets), Target::Rodata, offsets)
        .point(offset_of!(abi::Heap, roots), Target::Rodata, roots)
        .u64(offset_of!(abi::Heap, root_count), root_count)
        .point(
            offset_of!(abi::Heap, safepoints),
            Target::Rodata,
            safepoints,
        )
        .u64(offset_of!(abi::Heap, safepoint_count), safepoint_count)
        .point(offset_of!(abi::Heap, slots), Target::Rodata, slots);
    Some(rodata.record(&record))
}

/// The address of the words for allocation.
fn free(program: &Program, heap: &Heap) -> u64 {
    address(program, heap.free)
}

/// The address of a location in the image's state.
fn address(program: &Program, place: Place) -> u64 {
    program.instances[place.instance].state + u64::from(place.offset)
}

/// The types, and the offsets of references.
fn types(program: &Program, rodata: &mut Blob) -> (u64, u64) {
    let mut offsets = Vec::<u32>::new();
    let mut records = Vec::with_capacity(program.objects.len());
    for layout in &program.objects {
        let record = Record::new::<ObjectType>()
            .u32(offset_of!(ObjectType, bytes), layout.bytes)
            .u32(offset_of!(ObjectType, stride), layout.stride)
            .u32(offset_of!(ObjectType, first), offsets.len() as u32)
            .u32(
                offset_of!(ObjectType, count),
                layout.references.len() as u32,
            );
        offsets.extend_from_slice(&layout.references);
        records.push(record);
    }
    let types = rodata.records(records);
    (types, numbers(&offsets, rodata))
}

/// The calls during which references are live: the offset of their table, their number, and the
/// offset of their slots.
fn safepoints(layout: &Layout, compiled: &[Compiled], rodata: &mut Blob) -> (u64, u64, u64) {
    let mut slots = Vec::<u32>::new();
    let mut records = Vec::new();
    for (compiled, start) in compiled.iter().zip(&layout.starts) {
        for call in &compiled.safepoints {
            let record = Record::new::<Safepoint>()
                .u32(offset_of!(Safepoint, code), start + call.returns)
                .u32(offset_of!(Safepoint, frame), call.frame)
                .u32(offset_of!(Safepoint, first), slots.len() as u32)
                .u32(offset_of!(Safepoint, count), call.slots.len() as u32);
            slots.extend_from_slice(&call.slots);
            records.push(record);
        }
    }
    let count = records.len() as u64;
    let safepoints = rodata.records(records);
    (safepoints, count, numbers(&slots, rodata))
}

fn numbers(numbers: &[u32], rodata: &mut Blob) -> u64 {
    let at = rodata.align(4);
    for number in numbers {
        rodata.append(&number.to_le_bytes());
    }
    at
}

/// The words of the state that refer to objects.
fn roots(program: &Program) -> Vec<Record> {
    let record = |first: u64, count: u64| {
        Record::new::<Roots>()
            .u64(offset_of!(Roots, first), first)
            .u64(offset_of!(Roots, count), count)
    };
    let mut roots = Vec::new();
    for global in program.globals.values() {
        if let GlobalPlace::State(place, _) = global.place
            && program.refers_to_objects(global.ty.content_type)
        {
            roots.push((address(program, place), 1));
        }
    }
    for table in program.tables.values() {
        if program.refers_to_objects(ValType::Ref(table.ty.element_type)) {
            match table.place {
                TablePlace::Constant { .. } => {}
                TablePlace::State(place) => {
                    roots.push((address(program, place), table.ty.initial));
                }
                TablePlace::Region(region) => {
                    roots.push((program.regions[region].descriptor, u64::MAX));
                }
            }
        }
    }
    for segment in program.elements.values() {
        if let Some(place) = segment.place
            && program.refers_to_objects(ValType::Ref(segment.ty))
        {
            roots.push((address(program, place), segment.items.len() as u64));
        }
    }
    join(roots)
        .into_iter()
        .map(|(first, count)| record(first, count))
        .collect()
}

/// Joins adjacent ranges.
fn join(mut roots: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    roots.sort_unstable();
    let mut joined = Vec::<(u64, u64)>::new();
    for (first, count) in roots {
        match joined.last_mut() {
            Some((start, words))
                if count != u64::MAX && *words != u64::MAX && *start + WORD * *words == first =>
            {
                *words += count;
            }
            _ => joined.push((first, count)),
        }
    }
    joined
}
