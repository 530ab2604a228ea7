//! Stage five: writes code and data to a relocatable object.
//!
//! The text is laid out (`text`), then the data around it is written (`constants`, `state`, `image`,
//! `tables`, `unwind`) and all of it becomes an object (`writer`): for the in-process linker directly
//! (`direct`), for others through `cranelift-object` (`module`). The configuration (`config`) depends on
//! the policy and on a few facts about the program (`facts`). The in-process linker gets it as an
//! object of its own (`configured`), so that code which is kept can have another one.

pub mod blob;
mod component;
mod config;
mod configured;
mod constants;
mod direct;
mod elf;
mod embed;
mod exceptions;
mod facts;
mod heap;
#[cfg(test)]
mod hook_tests;
mod image;
#[cfg(test)]
mod layout_tests;
mod module;
mod state;
mod tables;
#[cfg(test)]
mod tests;
mod text;
mod unwind;
mod writer;

#[cfg(doc)]
use crate::Code;
use crate::Result;
use crate::codegen::Output;
use crate::cpu::{self, Cpu};
use crate::lower::symbol::Runtime;
use crate::policy::Carried;
use crate::program::{Program, RegionId};
use crate::wall::Wall;
pub use facts::{Facts, Server, growth};

use blob::{Blob, Record};
use constants::Data;
use cranelift_entity::SecondaryMap;
use direct::Direct;
use module::Module;
use std::collections::BTreeSet;
use std::mem::offset_of;
use wasi_aot_abi::{program as abi, program::Piece, symbols::sections};
use wasi_aot_targets::Target as Machine;
use writer::Writer;

/// A compiled program.
#[derive(Debug)]
pub struct Object {
    /// A relocatable object in the format of the target's system; it needs the runtime's symbols.
    pub bytes: Vec<u8>,
    /// CLIF of all functions, if requested.
    pub clif: Option<String>,
    /// Disassembly of all functions, if requested.
    pub asm: Option<String>,
}

/// What an executable says beside its code.
#[derive(Clone, Debug)]
pub struct Configuration<'a> {
    /// The policy that the executable carries.
    pub carried: &'a Carried,
    /// The facts about the program.
    pub facts: &'a Facts,
    /// JSON that `inspect` reads back.
    pub info: String,
    /// Whether reports name functions.
    pub names: bool,
    /// What the process gives up.
    pub wall: Option<&'a Wall>,
}

impl<'a> Configuration<'a> {
    /// Of an executable that says nothing else of itself.
    pub fn of(carried: &'a Carried, facts: &'a Facts) -> Self {
        Configuration {
            carried,
            facts,
            info: String::from("{}"),
            names: true,
            wall: None,
        }
    }

    /// The symbols of the runtime that code and configuration refer to, but for those of the wall.
    pub fn symbols(carried: &'a Carried, facts: &'a Facts) -> BTreeSet<&'a str> {
        let hooks = config::start_hooks(carried, facts, None);
        let hooks = hooks.chain(config::end_hook(carried, facts));
        let hooks = hooks.chain(facts.lines.then_some(Runtime::ReportLines));
        let code = facts.symbols.iter().map(|symbol| &**symbol);
        code.chain(hooks.map(|hook| -> &'a str { hook.name() }))
            .collect()
    }
}

/// Writes the object of a program's code for the linker crate, which needs a configuration
/// ([`configure`]) beside it. Calls between functions are resolved, and no function has to have a symbol.
///
/// # Errors
/// [`Code::Layout`] for a text that is too large, [`Code::Limit`] for a table that is.
pub fn write(program: &Program, target: &Machine, output: Output) -> Result<Object> {
    write_for(cpu::of(target)?, program, target, output)
}

/// [`write`], for a CPU.
pub(crate) fn write_for(
    cpu: &'static Cpu,
    program: &Program,
    target: &Machine,
    mut output: Output,
) -> Result<Object> {
    let (clif, asm) = (output.clif.take(), output.asm.take());
    let layout = text::Layout::new(program, cpu, &output.units, &output.compiled)?;
    let mut writer = Direct::new(program, cpu, &layout)?;
    name(&mut writer, &output);
    fill(&mut writer, cpu, program, target, &layout, output)?;
    let bytes = writer.finish()?;
    Ok(Object { bytes, clif, asm })
}

/// Writes the object of a configuration, which the linker crate needs beside the one of the code.
///
/// # Errors
/// [`Code::Option`] for a limit that is less than what the program starts with; [`Code::Input`] for
/// files to embed that have changed.
pub fn configure(target: &Machine, configuration: &Configuration) -> Result<Vec<u8>> {
    configured::write(cpu::of(target)?, configuration)
}

/// Writes one object of a program's code and its configuration for any linker: all is a symbol or a
/// relocation that the format of the target's system has for everyone.
///
/// # Errors
/// Those of [`write`] and [`configure`].
pub fn write_whole(
    program: &Program,
    target: &Machine,
    output: Output,
    configuration: &Configuration,
) -> Result<Object> {
    write_whole_for(cpu::of(target)?, program, target, output, configuration)
}

/// [`write_whole`], for a CPU.
pub(crate) fn write_whole_for(
    cpu: &'static Cpu,
    program: &Program,
    target: &Machine,
    mut output: Output,
    configuration: &Configuration,
) -> Result<Object> {
    let (clif, asm) = (output.clif.take(), output.asm.take());
    let layout = text::Layout::new(program, cpu, &output.units, &output.compiled)?;
    let mut writer = Module::new(program, cpu, target, &layout)?;
    if configuration.names {
        name(&mut writer, &output);
    }
    fill(&mut writer, cpu, program, target, &layout, output)?;
    let bytes = writer.finish(configuration)?;
    Ok(Object { bytes, clif, asm })
}

/// Names all functions.
fn name(writer: &mut impl Writer, output: &Output) {
    for (&unit, index) in output.units.iter().zip(0..) {
        writer.name(index, &output.names.symbol(unit));
    }
}

/// Writes all sections of the code.
fn fill(
    writer: &mut impl Writer,
    cpu: &'static Cpu,
    program: &Program,
    target: &Machine,
    layout: &text::Layout,
    output: Output,
) -> Result<()> {
    let Output {
        units,
        mut compiled,
        lines,
        ..
    } = output;
    let mut rodata = Blob::default();
    let segments = state::Segments::write(program, layout, &mut rodata)?;
    let frames = unwind::eh_frame(cpu, &compiled)?;
    let data = Data::write(&segments, layout, &compiled, &mut rodata)?;
    let calls = writer.calls();
    let text = text::assemble(program, cpu, &units, layout, &mut compiled, &data, calls)?;
    writer.text(text)?;
    writer.eh_frame(frames)?;
    let initial = fixed_sections(program, target, layout, writer, &mut rodata)?;
    let input = tables::Input {
        program,
        units: &units,
        layout,
        compiled: &compiled,
        initial,
    };
    let (record, mut names) = tables::write(&input, &mut rodata)?;
    names.extend(lines.unwrap_or_default());
    writer.rodata(rodata, record)?;
    writer.names(names)
}

/// What the runtime copies when the program starts, by offsets in the read-only data.
#[derive(Debug, Default)]
struct Initial {
    /// The state without the zeros at its end: where it is, and its size. If it is too large, the
    /// loader maps the state, and nothing is copied here.
    state: (u64, u64),
    /// The first [`wasi_aot_abi::program::Initial`] of the regions, and their number.
    contents: (u64, u64),
}

/// Writes the sections whose addresses are built into the code, and the read-only data that initial
/// state and small images are copied from.
fn fixed_sections(
    program: &Program,
    target: &Machine,
    layout: &text::Layout,
    writer: &mut impl Writer,
    rodata: &mut Blob,
) -> Result<Initial> {
    let fixed = &program.fixed;
    let page = target.addresses.page;
    let mut pieces = SecondaryMap::<RegionId, state::Pieces>::new();
    let (mut images, mut copied) = (Vec::new(), Vec::new());
    let mut left = image::COPIED;
    for (id, region) in &program.regions {
        let image = image::image(program, layout, region, page, left)?;
        pieces[id] = describe(&image.pieces, rodata);
        for piece in image.copied {
            let bytes = piece.blob.bytes.len() as u64;
            let at = rodata.copy(&piece.blob, 0..bytes);
            left -= bytes;
            copied.push((region.base + piece.offset, at, bytes));
        }
        for (number, piece) in image.pieces.into_iter().enumerate() {
            let suffix = if number == 0 {
                String::new()
            } else {
                format!(".{number}")
            };
            let name = format!("{}{}{suffix}", sections::REGION, id.as_u32());
            images.push((name, region.base + piece.offset, piece));
        }
    }
    if fixed.tables_size > 0 {
        let tables = state::constant_tables(program, layout)?;
        writer.fixed(sections::TABLES, fixed.tables, tables, false, 16)?;
    }
    let mut initial = Initial::default();
    if fixed.state_size > 0 {
        let state = state::state(program, layout, &pieces)?;
        let used = state.used();
        let is_copied = used <= left;
        let copy = match program.threads {
            // Each thread starts with a copy of the whole.
            Some(_) => fixed.state_size,
            None if is_copied => used,
            None => 0,
        };
        let at = rodata.copy(&state, 0..copy);
        initial.state = (at, if is_copied { used } else { 0 });
        match is_copied {
            true => writer.fixed_zeros(sections::STATE, fixed.state, fixed.state_size, 16),
            false => writer.fixed(sections::STATE, fixed.state, state, true, 16)?,
        }
    }
    if let Some(heap) = &program.heap {
        // It has no bytes in the file, but the image must not reach it.
        writer.fixed_zeros(sections::HEAP, heap.base, 0, page);
    }
    let count = copied.len() as u64;
    let records = copied.into_iter().map(|(to, from, bytes)| {
        Record::new::<abi::Initial>()
            .u64(offset_of!(abi::Initial, to), to)
            .point(offset_of!(abi::Initial, from), blob::Target::Rodata, from)
            .u64(offset_of!(abi::Initial, bytes), bytes)
    });
    initial.contents = (rodata.records(records), count);
    for (name, address, piece) in images {
        match piece.blob.bytes.is_empty() {
            false => writer.fixed(&name, address, piece.blob, true, page)?,
            true => writer.fixed_zeros(&name, address, piece.bytes, page),
        }
    }
    Ok(initial)
}

/// Records the parts of a region that the loader maps. Adjacent parts are joined.
fn describe(image: &[image::Piece], rodata: &mut Blob) -> state::Pieces {
    let mut parts = Vec::<(u64, u64)>::new();
    for piece in image {
        match parts.last_mut() {
            Some((offset, len)) if *offset + *len == piece.offset => *len += piece.bytes,
            _ => parts.push((piece.offset, piece.bytes)),
        }
    }
    let at = rodata.records(parts.iter().map(|&(offset, len)| {
        Record::new::<Piece>()
            .u64(offset_of!(Piece, offset), offset)
            .u64(offset_of!(Piece, bytes), len)
    }));
    state::Pieces {
        at,
        count: parts.len() as u64,
        end: parts.last().map_or(0, |(offset, len)| offset + len),
    }
}
