//! Stage five: code and data to a relocatable object.
//!
//! The text is laid out (`text`), then the data around it is written (`constants`, `state`, `image`,
//! `tables`, `unwind`) and all of it becomes an object (`writer`): for the in-process linker directly
//! (`direct`), for others through `cranelift-object` (`module`).

pub mod blob;
mod component;
mod config;
mod constants;
mod direct;
mod embed;
mod exceptions;
mod heap;
mod image;
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
use crate::codegen::piece::Referent;
use crate::cpu::{self, Cpu};
use crate::lower::symbol::Symbol;
use crate::policy::Carried;
use crate::program::{Program, RegionId};
use crate::wall::Wall;
use blob::{Blob, Record};
use constants::Data;
use cranelift_entity::SecondaryMap;
use direct::Direct;
use module::Module;
use std::collections::BTreeSet;
use std::mem::offset_of;
use wasi_aot_abi::{program::Piece, symbols::sections};
use wasi_aot_targets::Target as Machine;
use writer::{Notes, Writer};

/// A compiled program.
#[derive(Debug)]
pub struct Object {
    /// A relocatable object in the format of the target's system; needs the runtime's symbols.
    pub bytes: Vec<u8>,
    /// CLIF of all functions, if asked for.
    pub clif: Option<String>,
    /// Disassembly of all functions, if asked for.
    pub asm: Option<String>,
}

/// What an object says beside its code.
#[derive(Debug)]
pub struct Configuration<'a> {
    /// What the executable carries of its policy.
    pub carried: &'a Carried,
    /// JSON that `inspect` reads back.
    pub info: String,
    /// Whether functions keep their names, in the symbol table and in reports.
    pub names: bool,
    /// Who reads the object.
    pub reader: Reader,
}

/// Who reads an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reader {
    /// The linker crate: calls between functions are resolved, and no function has to have a symbol.
    Linker,
    /// Any linker: all is a symbol or a relocation that the format has for everyone.
    Any,
}

impl<'a> Configuration<'a> {
    /// Of an executable that says nothing else of itself.
    pub fn of(carried: &'a Carried) -> Self {
        Configuration {
            carried,
            info: String::from("{}"),
            names: true,
            reader: Reader::Linker,
        }
    }
}

/// Writes the object of a program, its code and its wall.
///
/// # Errors
/// [`Code::Layout`] for a text that is too large, [`Code::Limit`] for a table that is;
/// [`Code::Input`] for files to embed that have changed.
pub fn write(
    program: &Program,
    target: &Machine,
    output: Output,
    configuration: &Configuration,
    wall: Option<&Wall>,
) -> Result<Object> {
    write_for(
        cpu::of(target)?,
        program,
        target,
        output,
        configuration,
        wall,
    )
}

/// [`write`], for a CPU.
pub(crate) fn write_for(
    cpu: &'static Cpu,
    program: &Program,
    target: &Machine,
    output: Output,
    configuration: &Configuration,
    wall: Option<&Wall>,
) -> Result<Object> {
    let Output {
        names,
        units,
        mut compiled,
        clif,
        asm,
    } = output;
    let layout = text::Layout::new(program, cpu, &units, &compiled)?;
    let mut writer: Box<dyn Writer> = match configuration.reader {
        Reader::Linker => Box::new(Direct::new(program, cpu, &layout)?),
        Reader::Any => Box::new(Module::new(program, cpu, target, &layout)?),
    };
    let carried = configuration.carried;
    if configuration.names {
        for (&unit, index) in units.iter().zip(0..) {
            writer.name(index, &names.symbol(unit));
        }
    }
    let mut rodata = Blob::default();
    let segments = state::Segments::write(program, &layout, &mut rodata)?;
    let frames = unwind::eh_frame(cpu, &compiled)?;
    let data = Data::write(&segments, &layout, &compiled, &mut rodata)?;
    let calls = writer.calls();
    let text = text::assemble(program, cpu, &units, &layout, &mut compiled, &data, calls)?;
    writer.text(text)?;
    writer.eh_frame(frames)?;
    let threads = fixed_sections(program, target, &layout, &mut *writer, &mut rodata)?;
    let embedded = embed::Placed::new(&carried.embeds);
    let input = tables::Input {
        program,
        names: configuration.names,
        units: &units,
        layout: &layout,
        compiled: &compiled,
        carried,
        embedded: &embedded,
        wall,
        first_state: threads,
    };
    writer.program(tables::write(&input, &mut rodata)?);
    drop(compiled);
    if !carried.embeds.is_empty() {
        writer.embed(embedded.read()?)?;
    }
    writer.rodata(rodata)?;
    let bytes = writer.finish(&Notes::new(configuration.info.clone(), wall))?;
    Ok(Object { bytes, clif, asm })
}

/// The symbols of the runtime that the code and the configuration refer to.
pub fn runtime_symbols<'a>(
    program: &'a Program<'a>,
    output: &Output,
    carried: &Carried,
) -> BTreeSet<&'a str> {
    let references = output.compiled.iter().flat_map(|compiled| {
        let constants = compiled.constants.iter();
        let references = constants.flat_map(|constant| &constant.references);
        compiled.references.iter().chain(references)
    });
    let code = references.filter_map(|reference| match reference.target {
        Referent::Symbol(Symbol::Runtime(runtime)) => Some(runtime.name()),
        Referent::Symbol(Symbol::Host(id)) => program.functions[id].kind.symbol(),
        Referent::Symbol(
            Symbol::Func(_)
            | Symbol::Step(_)
            | Symbol::Data(_)
            | Symbol::Elem(_)
            | Symbol::Opaque
            | Symbol::Options(_)
            | Symbol::Invocation(_)
            | Symbol::Region(_),
        )
        | Referent::Constant(_) => None,
    });
    let hooks =
        config::start_hooks(carried, program, None).chain(config::end_hook(carried, program));
    let hooks = hooks.map(|hook| -> &'a str { hook.name() });
    code.chain(hooks).collect()
}

/// The sections whose addresses the code has built in. Where in the read-only data a copy of the
/// state stands, if threads start with one.
fn fixed_sections(
    program: &Program,
    target: &Machine,
    layout: &text::Layout,
    writer: &mut dyn Writer,
    rodata: &mut Blob,
) -> Result<Option<u64>> {
    let fixed = &program.fixed;
    let page = target.addresses.page;
    let mut pieces = SecondaryMap::<RegionId, state::Pieces>::new();
    let mut images = Vec::new();
    for (id, region) in &program.regions {
        let image = image::pieces(program, layout, region, page)?;
        pieces[id] = describe(&image, rodata);
        for (number, piece) in image.into_iter().enumerate() {
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
    let mut copy = None;
    if fixed.state_size > 0 {
        let state = state::state(program, layout, &pieces)?;
        if let (Some(_), Some(instance)) = (program.threads, program.instances.values().next()) {
            let start = instance.state - fixed.state;
            let block = start..start + u64::from(instance.state_size);
            copy = Some(rodata.copy(&state, block));
        }
        writer.fixed(sections::STATE, fixed.state, state, true, 16)?;
    }
    for (name, address, piece) in images {
        match piece.blob.bytes.is_empty() {
            false => writer.fixed(&name, address, piece.blob, true, page)?,
            true => writer.fixed_zeros(&name, address, piece.bytes, page),
        }
    }
    Ok(copy)
}

/// Writes down which parts of a region the loader maps. Neighbours are one.
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
