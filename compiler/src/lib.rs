//! `wasi-aot`: a WASI program in, one small native executable out.
//!
//! Each stage is a function from its input and the options to its output or an error; [`build`] is all of them
//! in their order. No stage reaches back.

pub mod cli;
pub mod codegen;
pub mod component;
pub mod cpu;
pub mod demangle;
pub mod embed;
pub mod error;
pub mod link;
pub mod lower;
mod names;
pub mod object;
pub mod optimize;
pub mod program;
pub mod shown;
pub mod wall;
pub mod wasm;

pub use error::{Code, Error, Place, Result, Whose};

use codegen::parallel;
use std::num::NonZeroUsize;
use wasi_aot_abi::symbols;
use wasi_aot_targets::Target;

/// How to build: the options of all stages.
pub struct Options<'a> {
    /// For which machine.
    pub target: &'a Target,
    /// How the module becomes a program.
    pub program: program::Options,
    /// How the program becomes an object.
    pub codegen: codegen::Options<'a>,
    /// What links; `None`: only the object is wanted.
    pub link: Option<link::Linker>,
    /// Called when the program is known, with the number of its functions that are compiled.
    pub compiling: Option<&'a dyn Fn(usize)>,
    /// Called with what the user should know of the program.
    pub warning: Option<&'a dyn Fn(&str)>,
}

impl<'a> Options<'a> {
    /// An executable for `target`, with every option at its default.
    pub fn new(target: &'a Target) -> Self {
        Options {
            target,
            program: program::Options::default(),
            codegen: codegen::Options::default(),
            link: Some(link::Linker::default()),
            compiling: None,
            warning: None,
        }
    }
}

/// What was built.
#[derive(Debug)]
pub struct Built {
    /// The object, with the listings that were asked for.
    pub object: object::Object,
    /// The executable, if it was asked for.
    pub image: Option<Vec<u8>>,
}

/// Builds the module `bytes`, which the user calls `name`.
///
/// # Errors
/// Those of the stages: [`wasm::parse`], [`program::build`], [`codegen::compile`], [`wall::build`], [`object::write`],
/// [`link::link`].
pub fn build(bytes: &[u8], name: &str, options: &Options) -> Result<Built> {
    let threads = threads(options.codegen.jobs, bytes.len())?;
    let plan;
    let (program, runtime) = if component::is_component(bytes) {
        plan = component::translate(bytes).map_err(|error| error.in_file(name))?;
        let (target, how) = (options.target, &options.program);
        threads.install(|| from_component(&plan, name, target, how))?
    } else {
        let module = threads.install(|| wasm::parse(bytes, name))?;
        from_module(module, options)?
    };
    if let Some(compiling) = options.compiling {
        compiling(program.functions.values().filter(|f| f.reachable).count());
    }
    let code = codegen::compile(&program, options.target, &options.codegen)?;
    let wall = wall::build(&wall::Input {
        runtime,
        target: options.target,
        config: &options.codegen.config,
        symbols: &object::runtime_symbols(&program, &code, &options.codegen.config),
    })?;
    let object = object::write(
        &program,
        options.target,
        code,
        &options.codegen,
        wall.as_ref(),
    )?;
    drop(program);
    let image = options.link.map(|linker| {
        let strip = !options.codegen.names;
        link::link(
            linker,
            &object.bytes,
            runtime,
            options.target,
            symbols::START,
            strip,
        )
        .map_err(|error| about_embedded(error, &options.codegen.config.embeds))
    });
    Ok(Built {
        object,
        image: image.transpose()?,
    })
}

/// The program that a module is, and the runtime object that it needs.
fn from_module<'a>(
    module: wasm::Module<'a>,
    options: &Options,
) -> Result<(program::Program<'a>, &'static [u8])> {
    let runtime = link::runtime(
        options.target,
        match program::threads::are_started(&module) {
            true => link::Variant::Threads,
            false => link::Variant::Product,
        },
    )?;
    let provided = link::provided(runtime)?;
    let provided = |symbol: &str| provided.contains(symbol);
    if let Some(warn) = options.warning
        && let Some(text) = program::warning(&module, &options.program.entry)
    {
        warn(&text);
    }
    let program = program::build(module, options.target, &options.program, &provided)?;
    Ok((program, runtime))
}

/// The program that a component is, and the runtime object that it needs.
fn from_component<'a>(
    plan: &'a component::Plan<'a>,
    name: &str,
    target: &Target,
    options: &program::Options,
) -> Result<(program::Program<'a>, &'static [u8])> {
    let runtime = link::runtime(target, link::Variant::Product)?;
    let provided = link::provided(runtime)?;
    let provided = |symbol: &str| provided.contains(symbol);
    let program = component::assemble(plan, name, target, options, &provided)?;
    Ok((program, runtime))
}

/// Says how much of an image that is too large is embedded files.
fn about_embedded(error: Error, embeds: &[embed::Embed]) -> Error {
    let files = embeds.iter().flat_map(|embed| embed.tree.files());
    match files.map(|file| file.len).sum() {
        0u64 => error,
        bytes if error.code == Code::Layout => error.help(format!(
            "{bytes} bytes are embedded files: grant a directory with --dir instead"
        )),
        _ => error,
    }
}

/// The threads that validate `bytes` bytes of code: at most `jobs`, and one for each 16 KiB of them. Where the
/// system refuses threads, fewer are used.
fn threads(jobs: NonZeroUsize, bytes: usize) -> Result<rayon::ThreadPool> {
    /// Bytes of code that are worth a thread.
    const SHARE: usize = 16 << 10;
    let mut count = parallel::threads(jobs, bytes / SHARE);
    loop {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(count);
        match pool.stack_size(parallel::STACK).build() {
            Ok(pool) => return Ok(pool),
            Err(_) if count > 1 => count /= 2,
            Err(error) => {
                let message = format!("cannot start a thread: {error}");
                return Err(Error::new(Code::Limit, message));
            }
        }
    }
}
