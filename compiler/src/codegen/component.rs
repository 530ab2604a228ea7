//! What the runtime must know of a component: [`wasi_aot_abi::component::Component`] and all it points to.

use super::blob::{Blob, Record, Target};
use super::tables::Input;
use crate::lower::Unit;
use crate::program::FunctionKind;
use std::mem::offset_of;
use wasi_aot_abi::component::{Component, ModuleName, TypeUse};

/// Appends what the runtime must know of a component, if the program is one.
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
        .u64(offset_of!(Component, module_count), module_count as u64);
    Some(rodata.record(&record))
}

/// The runs of functions of one module each. Between them are functions that no module has.
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
            let name = &input.program.modules[module].name;
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
