//! `wasi-aot`: a WASI program in, one small native executable out.
//!
//! Each stage is a function from its input and the options to its output or an error; [`build`] is all of them
//! in their order. No stage reaches back.

pub mod cli;
pub mod codegen;
pub mod embed;
pub mod error;
pub mod link;
pub mod lower;
pub mod program;
pub mod wall;
pub mod wasm;

pub use error::{Code, Error, Place, Result};

use std::collections::BTreeSet;
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
        }
    }
}

/// What was built.
#[derive(Debug)]
pub struct Built {
    /// The object, with the listings that were asked for.
    pub object: codegen::Object,
    /// The executable, if it was asked for.
    pub image: Option<Vec<u8>>,
}

/// Builds the module `bytes`, which the user calls `name`.
///
/// # Errors
/// Those of the stages: [`wasm::parse`], [`program::build`], [`codegen::compile`], [`link::link`].
pub fn build(bytes: &[u8], name: &str, options: &Options) -> Result<Built> {
    let module = threads(options.codegen.jobs)?.install(|| wasm::parse(bytes, name))?;
    let runtime = link::runtime(
        options.target,
        match program::threads::are_started(&module) {
            true => link::Variant::Threads,
            false => link::Variant::Product,
        },
    )?;
    let provided = link::provided(runtime)?;
    let program = program::build(module, options.target, &options.program, &|symbol| {
        provided.contains(symbol)
    })?;
    if let Some(compiling) = options.compiling {
        compiling(program.functions.values().filter(|f| f.reachable).count());
    }
    let wall = |symbols: &BTreeSet<&str>| {
        wall::build(&wall::Input {
            runtime,
            target: options.target,
            config: &options.codegen.config,
            symbols,
        })
    };
    let object = codegen::compile(&program, options.target, &options.codegen, &wall)?;
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

/// What validates: as many threads as compile.
fn threads(jobs: NonZeroUsize) -> Result<rayon::ThreadPool> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs.get());
    pool.build()
        .map_err(|error| Error::new(Code::Limit, format!("cannot start threads: {error}")))
}
