//! Writes the runtime's data about a component: [`wasi_aot_abi::component::Component`] and
//! everything that it points to.

use super::blob::{Blob, Record, Target};
use super::tables::Input;
use super::text::Layout;
use crate::lower::Unit;
use crate::program::{self, CanonicalOptions, FunctionKind, Program};
use crate::{Result, shown};
use std::mem::offset_of;
use wasi_aot_abi::Str;
use wasi_aot_abi::component::invocation::{Invocation, Member, NONE, Room, TypeNode};
use wasi_aot_abi::component::{Component, ModuleName, Options, TypeUse};
use wasi_aot_abi::traps::COMPONENT_MESSAGES;

/// Appends the runtime's data about a component, if the program is one.
pub fn write(input: &Input, rodata: &mut Blob) -> Option<u64> {
    let component = &input.program.component;
    if component.instances == 0 {
        return None;
    }
    let types = rodata.records(component.type_uses.iter().map(|type_use| {
        Record::new::<TypeUse>()
            .u32(offset_of!(TypeUse, resource), type_use.resource)
            .u32(offset_of!(TypeUse, instance), type_use.instance)
            .u64(offset_of!(TypeUse, own), type_use.own.into())
    }));
    let names = module_names(input, rodata);
    let module_count = names.len();
    let modules = rodata.records(names);
    let messages = rodata.append(&COMPONENT_MESSAGES);
    let record = Record::new::<Component>()
        .u64(offset_of!(Component, instances), component.state)
        .u64(
            offset_of!(Component, instance_count),
            component.instances.into(),
        )
        .point(offset_of!(Component, types), Target::Rodata, types)
        .u64(
            offset_of!(Component, type_count),
            component.type_uses.len() as u64,
        )
        .point(offset_of!(Component, modules), Target::Rodata, modules)
        .u64(offset_of!(Component, module_count), module_count as u64)
        .point(
            offset_of!(Component, messages.ptr),
            Target::Rodata,
            messages,
        )
        .u64(
            offset_of!(Component, messages.len),
            COMPONENT_MESSAGES.len() as u64,
        );
    Some(rodata.record(&record))
}

/// The ranges of functions that belong to one module each. Functions between them belong to no
/// module.
fn module_names(input: &Input, rodata: &mut Blob) -> Vec<Record> {
    let mut last = None;
    let mut names = Vec::new();
    for (position, unit) in input.units.iter().enumerate() {
        let Unit::Func(id) = unit else { continue };
        let FunctionKind::Wasm { instance, .. } = input.program.functions[*id].kind else {
            continue;
        };
        let module = input.program.instances[instance].module;
        if last.replace(module) != Some(module) {
            let name = shown::line(&input.program.modules[module].name);
            let at = rodata.append(name.as_bytes());
            names.push(
                Record::new::<ModuleName>()
                    .point(offset_of!(ModuleName, name.ptr), Target::Rodata, at)
                    .u64(offset_of!(ModuleName, name.len), name.len() as u64)
                    .u64(offset_of!(ModuleName, first), position as u64),
            );
        }
    }
    names
}

/// The runtime's record of the options of a lowered function.
pub fn options(program: &Program, options: &CanonicalOptions, layout: &Layout) -> Result<Record> {
    let mut record = Record::new::<Options>()
        .u32(offset_of!(Options, instance), options.instance)
        .u32(offset_of!(Options, encoding), options.encoding);
    if let Some(memory) = options.memory {
        let region = program.regions[program.memories[memory].region].descriptor;
        record = record.u64(offset_of!(Options, memory), region);
    }
    if let Some(realloc) = options.realloc {
        let code = Target::Unit(layout.function(realloc)?);
        record = record.point(offset_of!(Options, realloc), code, 0);
    }
    Ok(record)
}

/// Appends the call that a program makes, whose options are at `options`.
pub fn invocation(
    call: &program::Invocation,
    options: u64,
    layout: &Layout,
    rodata: &mut Blob,
) -> Result<u64> {
    let values = rodata.align(8);
    for value in &call.values {
        rodata.append(&value.to_le_bytes());
    }
    let mut rooms = Vec::new();
    for room in &call.rooms {
        let record = Record::new::<Room>()
            .u32(offset_of!(Room, align), room.align)
            .u32(offset_of!(Room, holder), room.holder.unwrap_or(NONE))
            .u64(offset_of!(Room, offset), room.offset);
        rooms.push(text(record, offset_of!(Room, bytes), &room.bytes, rodata));
    }
    let rooms = rodata.records(rooms);
    let mut types = Vec::new();
    for node in &call.types {
        types.push(type_node(node, rodata));
    }
    let types = rodata.records(types);
    let mut record = Record::new::<Invocation>()
        .point(offset_of!(Invocation, options), Target::Rodata, options)
        .point(
            offset_of!(Invocation, call),
            Target::Unit(layout.function(call.call)?),
            0,
        )
        .point(offset_of!(Invocation, values), Target::Rodata, values)
        .u64(
            offset_of!(Invocation, value_count),
            call.values.len() as u64,
        )
        .point(offset_of!(Invocation, rooms), Target::Rodata, rooms)
        .u64(offset_of!(Invocation, room_count), call.rooms.len() as u64)
        .point(offset_of!(Invocation, types), Target::Rodata, types)
        .u64(offset_of!(Invocation, type_count), call.types.len() as u64)
        .u32(offset_of!(Invocation, result), call.result.unwrap_or(NONE))
        .u32(offset_of!(Invocation, flat), call.flat.into());
    if let Some(post_return) = call.post_return {
        let code = Target::Unit(layout.function(post_return)?);
        record = record.point(offset_of!(Invocation, post_return), code, 0);
    }
    Ok(rodata.record(&record))
}

fn type_node(node: &program::TypeNode, rodata: &mut Blob) -> Record {
    let mut members = Vec::new();
    for (name, ty, offset) in &node.members {
        let record = Record::new::<Member>()
            .u32(offset_of!(Member, ty), ty.unwrap_or(NONE))
            .u32(offset_of!(Member, offset), *offset);
        members.push(text(
            record,
            offset_of!(Member, name),
            name.as_bytes(),
            rodata,
        ));
    }
    let members = rodata.records(members);
    Record::new::<TypeNode>()
        .point(offset_of!(TypeNode, members), Target::Rodata, members)
        .u64(
            offset_of!(TypeNode, member_count),
            node.members.len() as u64,
        )
        .u32(offset_of!(TypeNode, kind), node.kind)
        .u32(offset_of!(TypeNode, size), node.size)
        .u32(offset_of!(TypeNode, align), node.align)
        .u32(offset_of!(TypeNode, count), node.count)
}

/// Appends bytes, and sets a field to them.
fn text(record: Record, field: usize, bytes: &[u8], rodata: &mut Blob) -> Record {
    let at = rodata.append(bytes);
    record
        .point(field + offset_of!(Str, ptr), Target::Rodata, at)
        .u64(field + offset_of!(Str, len), bytes.len() as u64)
}
