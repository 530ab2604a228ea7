//! Writes the runtime's view of a program: [`wasi_aot_abi::Program`] and everything that it points
//! to.

use super::blob::{Blob, Record, Target};
use super::component;
use super::exceptions;
use super::heap;
use super::text::Layout;
use crate::codegen::function::Compiled;
use crate::lower::Unit;
use crate::program::{Action, FunctionKind, Program, Step};
use crate::{Error, Result, Whose, shown};
use std::mem::offset_of;
use wasi_aot_abi::program as abi;
use wasi_aot_abi::{FunctionEntry, sites};

/// Marks a missing name or index.
const NONE: u32 = u32::MAX;

/// The input for the description of a program.
pub struct Input<'a> {
    /// The program.
    pub program: &'a Program<'a>,
    /// What was compiled.
    pub units: &'a [Unit],
    /// Their locations.
    pub layout: &'a Layout,
    /// Their records.
    pub compiled: &'a [Compiled],
    /// What is copied when the program starts.
    pub initial: super::Initial,
}

/// Appends everything but the names of functions to `rodata`, and says where the [`abi::Program`] is.
/// The names are the second value: see [`wasi_aot_abi::Config::names`].
///
/// # Errors
/// [`crate::Code::Limit`] when a table is larger than 4 GiB.
pub fn write(input: &Input, rodata: &mut Blob) -> Result<(u64, Vec<u8>)> {
    let functions = functions(input, rodata)?;
    let steps = steps(input, rodata);
    let heap = heap::write(input.program, input.layout, input.compiled, rodata);
    let program = input.program;
    let mut record = fixed_part(input, &functions);
    if let Some(component) = component::write(input, rodata) {
        record = record.point(
            offset_of!(abi::Program, component),
            Target::Rodata,
            component,
        );
    }
    if let Some(tables) = exceptions::write(input.layout, input.compiled, rodata) {
        record = record
            .point(
                offset_of!(abi::Program, caught),
                Target::Rodata,
                tables.calls,
            )
            .u64(offset_of!(abi::Program, caught_count), tables.count)
            .point(
                offset_of!(abi::Program, handlers),
                Target::Rodata,
                tables.handlers,
            );
    }
    if let Some(heap) = heap {
        record = record.point(offset_of!(abi::Program, heap), Target::Rodata, heap);
    }
    if program.driver {
        record = record
            .point(offset_of!(abi::Program, steps), Target::Rodata, steps)
            .u64(
                offset_of!(abi::Program, step_count),
                program.steps.len() as u64,
            );
    } else if let Some(entry) = start(input, Unit::Entry) {
        record = record.point(offset_of!(abi::Program, entry), entry, 0);
    }
    if let Some(threads) = threads(input, rodata) {
        record = record.point(offset_of!(abi::Program, threads), Target::Rodata, threads);
    }
    Ok((rodata.record(&record), functions.names))
}

/// What every program has.
fn fixed_part(input: &Input, functions: &Functions) -> Record {
    let (state, state_bytes) = input.initial.state;
    let (contents, content_count) = input.initial.contents;
    Record::new::<abi::Program>()
        .u32(
            offset_of!(abi::Program, abi_version),
            wasi_aot_abi::ABI_VERSION,
        )
        .u32(
            offset_of!(abi::Program, function_count),
            input.units.len() as u32,
        )
        .point(offset_of!(abi::Program, text), Target::Text, 0)
        .point(
            offset_of!(abi::Program, functions),
            Target::Rodata,
            functions.entries,
        )
        .point(
            offset_of!(abi::Program, sites),
            Target::Rodata,
            functions.sites,
        )
        .u64(
            offset_of!(abi::Program, names_len),
            functions.names.len() as u64,
        )
        .u64(
            offset_of!(abi::Program, state.to),
            input.program.fixed.state,
        )
        .point(offset_of!(abi::Program, state.from), Target::Rodata, state)
        .u64(offset_of!(abi::Program, state.bytes), state_bytes)
        .point(offset_of!(abi::Program, contents), Target::Rodata, contents)
        .u64(offset_of!(abi::Program, content_count), content_count)
        .u64(offset_of!(abi::Program, regions), input.program.fixed.state)
        .u64(
            offset_of!(abi::Program, region_count),
            input.program.regions.len() as u64,
        )
        .u64(
            offset_of!(abi::Program, regions_end),
            input.program.regions_end,
        )
        .u64(
            offset_of!(abi::Program, segment),
            input.program.segment.unwrap_or(0),
        )
        .point(offset_of!(abi::Program, config), Target::Config, 0)
}

/// The first instruction of a unit, if it was compiled.
fn start(input: &Input, unit: Unit) -> Option<Target> {
    let index = input.units.iter().position(|&other| other == unit)?;
    Some(Target::Unit(index as u32))
}

/// Writes the start of threads; returns its offset.
fn threads(input: &Input, rodata: &mut Blob) -> Option<u64> {
    let start = start(input, Unit::Thread)?;
    let instance = input.program.instances.values().next()?;
    let initial = input.initial.state.0 + instance.state - input.program.fixed.state;
    let record = Record::new::<abi::Threads>()
        .point(offset_of!(abi::Threads, start), start, 0)
        .u64(offset_of!(abi::Threads, first), instance.state)
        .point(offset_of!(abi::Threads, initial), Target::Rodata, initial)
        .u64(offset_of!(abi::Threads, bytes), instance.state_size.into());
    Some(rodata.record(&record))
}

/// The offsets of the tables of functions.
struct Functions {
    entries: u64,
    sites: u64,
    names: Vec<u8>,
}

fn functions(input: &Input, rodata: &mut Blob) -> Result<Functions> {
    let (mut names, mut sites) = (Vec::new(), Vec::new());
    let mut entries = Vec::with_capacity(input.units.len() + 1);
    for (index, (&unit, compiled)) in input.units.iter().zip(input.compiled).enumerate() {
        let function = match unit {
            Unit::Func(id) => function_index(input.program, id),
            _ => NONE,
        };
        let given = compiled.name.as_ref();
        entries.push(entry(
            input.layout.starts[index],
            offset(&sites)?,
            given.map_or(Ok(NONE), |_| offset(&names))?,
            function,
        ));
        sites.extend_from_slice(&compiled.sites);
        if let Some(name) = given.map(|name| shown::line(name)) {
            sites::uleb(name.len() as u64, &mut |byte| names.push(byte));
            names.extend_from_slice(name.as_bytes());
        }
    }
    entries.push(entry(input.layout.size, offset(&sites)?, NONE, NONE));
    Ok(Functions {
        entries: rodata.records(entries),
        sites: rodata.append(&sites),
        names,
    })
}

fn entry(code: u32, sites: u32, name: u32, index: u32) -> Record {
    Record::new::<FunctionEntry>()
        .u32(offset_of!(FunctionEntry, code), code)
        .u32(offset_of!(FunctionEntry, sites), sites)
        .u32(offset_of!(FunctionEntry, name), name)
        .u32(offset_of!(FunctionEntry, index), index)
}

fn offset(table: &[u8]) -> Result<u32> {
    u32::try_from(table.len()).map_err(|_| {
        let message = "the tables of names and sites are larger than 4 GiB";
        Error::limit(message, Whose::Own)
    })
}

fn function_index(program: &Program, id: crate::program::FuncId) -> u32 {
    match program.functions[id].kind {
        FunctionKind::Wasm { index, .. } => index.as_u32(),
        _ => NONE,
    }
}

fn steps(input: &Input, rodata: &mut Blob) -> u64 {
    if !input.program.driver {
        return 0;
    }
    let records = (0..).zip(&input.program.steps).map(|(index, step)| {
        let run = Target::Unit(input.layout.step(index));
        Record::new::<abi::Step>()
            .point(offset_of!(abi::Step, run), run, 0)
            .u64(offset_of!(abi::Step, results), results(input.program, step))
    });
    rodata.records(records)
}

/// The number of words that a step stores: the results of its last action.
fn results(program: &Program, step: &Step) -> u64 {
    match step.actions.last() {
        Some(Action::Call(callee, _)) => {
            let results = program.function_type(*callee).results();
            results.iter().map(words).sum()
        }
        Some(Action::ReadGlobal(global)) => words(&program.globals[*global].ty.content_type),
        _ => 0,
    }
}

fn words(ty: &wasmparser::ValType) -> u64 {
    match ty {
        wasmparser::ValType::V128 => 2,
        _ => 1,
    }
}
