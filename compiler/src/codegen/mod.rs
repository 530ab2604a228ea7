//! Stage four: CLIF to a relocatable object.
//!
//! Every reachable function is lowered and compiled (`parallel`, `function`), the text is laid out and its calls
//! resolved (`text`), then the data around it is written (`state`, `image`, `tables`, `unwind`) and
//! all of it becomes an ELF object (`elf`). Only this folder knows Cranelift's back half.

pub mod config;
pub mod cranelift;
pub mod embed;
pub mod parallel;
#[cfg(test)]
mod tests;

pub use cranelift::{Choices, OptLevel, isa};

#[cfg(doc)]
use crate::Code;
use crate::Result;
use crate::lower::symbol::Symbol;
use crate::names::Names;
use crate::object::blob::{Blob, Record};
use crate::object::{elf, image, state, tables, text, unwind};
use crate::program::{Program, RegionId};
use crate::wall::Wall;
use cranelift::effort;
use cranelift::function::Compiled;
use cranelift_entity::SecondaryMap;
use std::collections::BTreeSet;
use std::mem::offset_of;
use std::num::NonZeroUsize;
use wasi_aot_abi::{program::Piece, symbols::sections};
use wasi_aot_targets::Target as Machine;

/// How to compile.
pub struct Options<'a> {
    /// What of the code is chosen.
    pub code: Choices,
    /// Threads. The result does not depend on it.
    pub jobs: NonZeroUsize,
    /// What the executable is granted.
    pub config: config::Config,
    /// JSON that `inspect` reads back.
    pub info: String,
    /// Whether functions keep their names, in the symbol table and in reports.
    pub names: bool,
    /// Which listings are wanted.
    pub emit: Emit,
    /// Called after each function, from any thread: functions done, functions in all.
    pub progress: Option<&'a (dyn Fn(usize, usize) + Sync)>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options {
            code: Choices::default(),
            jobs: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            config: config::Config::default(),
            info: String::from("{}"),
            names: true,
            emit: Emit::default(),
            progress: None,
        }
    }
}

/// Which listings are wanted beside the object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Emit {
    /// CLIF, before Cranelift's optimisations.
    pub clif: bool,
    /// Disassembly.
    pub asm: bool,
}

/// A compiled program.
#[derive(Debug)]
pub struct Object {
    /// A relocatable ELF object; needs the runtime's symbols.
    pub bytes: Vec<u8>,
    /// CLIF of all functions, if asked for.
    pub clif: Option<String>,
    /// Disassembly of all functions, if asked for.
    pub asm: Option<String>,
}

/// Plans the second wall of a program that refers to these symbols of the runtime.
pub type PlanWall<'a> = dyn Fn(&BTreeSet<&str>) -> Result<Option<Wall>> + 'a;

/// Compiles a program. `wall`: plans its second wall.
///
/// # Errors
/// What the lowering finds unsupported; [`Code::Limit`] for a function that is too large;
/// [`Code::Layout`] for a text that is; [`Code::Input`] for files to embed that have changed; those of `wall`.
pub fn compile(
    program: &Program,
    target: &Machine,
    options: &Options,
    wall: &PlanWall,
) -> Result<Object> {
    let isas = effort::Isas::new(target, options.code)?;
    let (isa, cpu) = (&*isas.chosen, isas.cpu);
    let names = Names::new(program);
    let units = parallel::units(program);
    let mut compiled = parallel::compile(program, &names, &isas, &units, options)?;
    let clif = listing(options.emit.clif, &mut compiled, |c| c.clif.take());
    let asm = listing(options.emit.asm, &mut compiled, |c| c.asm.take());

    let wall = wall(&runtime_symbols(program, &compiled, &options.config))?;

    let layout = text::Layout::new(program, cpu, &units, &compiled)?;
    let mut writer = elf::Writer::new(program, cpu)?;
    if options.names {
        for ((&unit, &start), compiled) in units.iter().zip(&layout.starts).zip(&compiled) {
            writer.function(&names.symbol(unit), start, compiled.code.len() as u64);
        }
    }
    let mut rodata = Blob::default();
    let segments = state::Segments::write(program, &layout, &mut rodata)?;
    let text = text::assemble(program, cpu, &units, &layout, &mut compiled, |symbol| {
        segments.offset(symbol)
    })?;
    writer.text(text, layout.alignment)?;
    writer.eh_frame(unwind::eh_frame(isa, &layout.starts, &compiled)?)?;
    let threads = fixed_sections(program, target, &layout, &mut writer, &mut rodata)?;
    let embedded = embed::Placed::new(&options.config.embeds);
    let input = tables::Input {
        program,
        names: options.names,
        units: &units,
        layout: &layout,
        compiled: &compiled,
        config: &options.config,
        embedded: &embedded,
        wall: wall.as_ref(),
        first_state: threads,
    };
    writer.program(tables::write(&input, &mut rodata)?);
    drop(compiled);
    if !options.config.embeds.is_empty() {
        writer.embed(embedded.read()?);
    }
    writer.rodata(rodata)?;
    let bytes = writer.finish(&options.info, wall.as_ref())?;
    Ok(Object { bytes, clif, asm })
}

/// The symbols of the runtime that the code and the configuration refer to.
fn runtime_symbols<'a>(
    program: &'a Program<'a>,
    compiled: &[Compiled],
    config: &config::Config,
) -> BTreeSet<&'a str> {
    let references = compiled.iter().flat_map(|compiled| &compiled.references);
    let code = references.filter_map(|reference| match reference.target {
        Symbol::Runtime(runtime) => Some(runtime.name()),
        Symbol::Host(id) => program.functions[id].kind.symbol(),
        _ => None,
    });
    let hooks = config::start_hooks(config, program, None).chain(config::end_hook(config, program));
    let hooks = hooks.map(|hook| -> &'a str { hook.name() });
    code.chain(hooks).collect()
}

/// The listings of all functions, in the order of the text.
fn listing(
    wanted: bool,
    compiled: &mut [Compiled],
    take: impl FnMut(&mut Compiled) -> Option<String>,
) -> Option<String> {
    wanted.then(|| compiled.iter_mut().filter_map(take).collect())
}

/// The sections whose addresses the code has built in. Where in the read-only data a copy of the state stands, if threads
/// start with one.
fn fixed_sections(
    program: &Program,
    target: &Machine,
    layout: &text::Layout,
    writer: &mut elf::Writer,
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
