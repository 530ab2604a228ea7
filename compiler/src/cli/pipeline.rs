//! The stages, as the command line's settings drive them.

use super::args::{BoundsArg, LinkerArg, OptimizeArg, UnknownArg};
use super::plan::Settings;
use super::progress::Progress;
use super::value::Kind;
use crate::codegen::config::{Config, Dir, EnvVar};
use crate::codegen::{self, Emit, Object, OptLevel};
use crate::program::{self, BoundsChecks, Entry, UnknownImports};
use crate::{Code, Error, Result, wasm};
use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::sync::Once;
use std::thread;
use target_lexicon::Triple;
use wasi_aot_linker as linker;
use wasi_aot_targets::{Runtime, Target};

/// What to compile.
#[derive(Debug)]
pub struct Job<'a> {
    /// The module in binary form.
    pub module: &'a [u8],
    /// Its file name, for reports.
    pub name: &'a str,
    /// How.
    pub settings: &'a Settings,
    /// The info note.
    pub info: String,
    /// Threads; `None`: one for each processor.
    pub jobs: Option<usize>,
}

/// Compiles, and gives the outputs in the order of `kinds`.
pub fn make(job: &Job<'_>, kinds: &[Kind], progress: &Progress) -> Result<Vec<Vec<u8>>> {
    let target = job.settings.target;
    let runtime = runtime(target)?;
    let module = wasm::parse(job.module, job.name)?;
    let provided = provided(runtime)?;
    let program = program::build(module, target, &program_options(job.settings), &|symbol| {
        provided.contains(symbol)
    })?;
    let object = compile(job, &program, kinds, progress)?;
    let mut outputs = Vec::new();
    for kind in kinds {
        outputs.push(match kind {
            Kind::Exe => link(job.settings, &object, runtime)?,
            Kind::Obj => object.bytes.clone(),
            Kind::Clif => object.clif.clone().unwrap_or_default().into_bytes(),
            Kind::Asm => object.asm.clone().unwrap_or_default().into_bytes(),
        });
    }
    Ok(outputs)
}

/// The runtime object of a target. The plan has checked that it is there.
fn runtime(target: &Target) -> Result<&'static [u8]> {
    match target.runtime {
        Runtime::Object { product, .. } => Ok(product),
        Runtime::Missing(how) => {
            Err(Error::new(Code::Target, format!("no runtime for {}", target.name)).help(how))
        }
    }
}

/// The symbols that a runtime object defines.
pub fn provided(runtime: &[u8]) -> Result<HashSet<String>> {
    let symbols = linker::defined_symbols(runtime).map_err(linker_error)?;
    Ok(symbols.into_iter().collect())
}

/// How the settings say that a program is made of its modules.
pub fn program_options(settings: &Settings) -> program::Options {
    program::Options {
        entry: match &settings.invoke {
            Some(name) => Entry::Invoke(name.clone()),
            None => Entry::Start,
        },
        unknown_imports: match settings.unknown_imports {
            UnknownArg::Error => UnknownImports::Error,
            UnknownArg::Trap => UnknownImports::Trap,
        },
        bounds_checks: match settings.bounds_checks {
            BoundsArg::Guard => BoundsChecks::Guard,
            BoundsArg::Explicit => BoundsChecks::Explicit,
        },
        max_memory: settings.limits.max_memory,
        ..program::Options::default()
    }
}

fn compile(
    job: &Job<'_>,
    program: &program::Program<'_>,
    kinds: &[Kind],
    progress: &Progress,
) -> Result<Object> {
    let jobs = job.jobs.and_then(NonZeroUsize::new);
    let say = Once::new();
    let step = |done: usize, all: usize| {
        say.call_once(|| progress.compiling(job.name, all));
        progress.function(done, all);
    };
    let options = codegen::Options {
        opt_level: match job.settings.optimize {
            OptimizeArg::None => OptLevel::None,
            OptimizeArg::Speed => OptLevel::Speed,
        },
        jobs: jobs.unwrap_or_else(|| thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)),
        config: config(job),
        info: job.info.clone(),
        names: true,
        emit: Emit {
            clif: kinds.contains(&Kind::Clif),
            asm: kinds.contains(&Kind::Asm),
        },
        progress: Some(&step),
    };
    let object = codegen::compile(program, job.settings.target, &options);
    progress.compiled();
    object
}

fn config(job: &Job<'_>) -> Config {
    let grants = &job.settings.grants;
    let dirs = grants.dirs.iter().map(|dir| Dir {
        host: dir.host.clone(),
        guest: dir.guest.clone(),
        read_only: dir.read_only,
    });
    let env = grants.env.iter().map(|text| match text.split_once('=') {
        Some((key, value)) => EnvVar {
            key: key.into(),
            value: Some(value.into()),
        },
        None => EnvVar {
            key: text.clone(),
            value: None,
        },
    });
    Config {
        module: job.name.into(),
        argv0: grants.argv0.clone(),
        dirs: dirs.collect(),
        env: env.collect(),
        inherit_env: grants.inherit_env,
        max_stack: job.settings.limits.max_stack,
    }
}

fn link(settings: &Settings, object: &Object, runtime: &[u8]) -> Result<Vec<u8>> {
    let target = settings.target;
    let triple: Triple = target
        .triple
        .parse()
        .map_err(|error| Error::new(Code::Bug, format!("triple {}: {error}", target.triple)))?;
    let inputs = [
        linker::Input {
            name: "the program",
            bytes: &object.bytes,
        },
        linker::Input {
            name: "the runtime",
            bytes: runtime,
        },
    ];
    let options = linker::Options {
        entry: wasi_aot_abi::symbols::START,
        image_base: target.addresses.image,
        page: target.addresses.page,
        strip: settings.strip,
    };
    match settings.linker {
        LinkerArg::Internal => {
            let image = linker::Target::new(&triple)
                .and_then(|machine| linker::link(&inputs, &machine, &options));
            image.map(|image| image.bytes).map_err(linker_error)
        }
        LinkerArg::System => Err(Error::new(
            Code::SystemLinker,
            "linking with the system's compiler is not there yet",
        )),
    }
}

/// An error of the linker as a user sees it: what a program can cause, and bugs.
fn linker_error(error: linker::Error) -> Error {
    use linker::Error::{Compiler, Fixed, Io, NoCompiler, TooLarge};
    let code = match error {
        TooLarge { .. } | Fixed { .. } => Code::Layout,
        NoCompiler { .. } | Compiler { .. } | Io { .. } => Code::SystemLinker,
        _ => Code::Bug,
    };
    Error::new(code, error.to_string())
}
