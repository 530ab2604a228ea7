//! The stages, as the command line's settings drive them.

use super::args::{BoundsArg, LinkerArg, OptimizeArg, RelaxedArg, UnknownArg};
use super::grants::HardenArg;
use super::input::hex;
use super::note::{EmbedInfo, Grants, Info, InputInfo};
use super::plan::Settings;
use super::progress::Progress;
use super::value::Kind;
use crate::codegen::config::{Config, Dir, EnvVar};
use crate::codegen::{self, Choices, Emit, OptLevel};
use crate::embed::{self, Embed};
use crate::link::Linker;
use crate::program::{self, BoundsChecks, Entry, RelaxedSimd, UnknownImports};
use crate::wall::Harden;
use crate::{Built, Code, Error, Result};
use std::num::NonZeroUsize;
use std::thread;
use wasi_aot_abi::program::config_flags;

/// The descriptors that every program starts with.
const STREAMS: usize = 3;

/// What to compile.
#[derive(Debug)]
pub struct Job<'a> {
    /// The module in binary form.
    pub module: &'a [u8],
    /// Its file name, for reports.
    pub name: &'a str,
    /// How.
    pub settings: &'a Settings,
    /// What the executable carries of them.
    pub config: Config,
    /// The info note.
    pub info: Info,
    /// Threads; `None`: one for each processor.
    pub jobs: Option<usize>,
}

/// Compiles, and gives the outputs in the order of `kinds`.
pub fn make(job: &Job<'_>, kinds: &[Kind], progress: &Progress) -> Result<Vec<Vec<u8>>> {
    let step = |done: usize, all: usize| progress.function(done, all);
    let compiling = |functions: usize| progress.compiling(job.name, functions);
    let warning = |text: &str| progress.warn(text);
    let options = crate::Options {
        target: job.settings.target,
        program: program_options(job.settings),
        codegen: codegen_options(job, kinds, &step),
        link: kinds
            .contains(&Kind::Exe)
            .then_some(match job.settings.linker {
                LinkerArg::Internal => Linker::Internal,
                LinkerArg::System => Linker::System,
            }),
        compiling: Some(&compiling),
        warning: Some(&warning),
    };
    let built = crate::build(job.module, job.name, &options);
    progress.compiled();
    let Built {
        mut object,
        mut image,
    } = built?;
    let mut outputs = Vec::new();
    for kind in kinds {
        outputs.push(match kind {
            Kind::Exe => image.take().unwrap_or_default(),
            Kind::Obj => std::mem::take(&mut object.bytes),
            Kind::Clif => object.clif.take().unwrap_or_default().into_bytes(),
            Kind::Asm => object.asm.take().unwrap_or_default().into_bytes(),
        });
    }
    Ok(outputs)
}

/// How the settings say that a program is made of its modules.
fn program_options(settings: &Settings) -> program::Options {
    program::Options {
        entry: match &settings.invoke {
            Some(name) => Entry::Invoke(vec![name.clone()]),
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
        relaxed_simd: match settings.relaxed_simd {
            RelaxedArg::Native => RelaxedSimd::Native,
            RelaxedArg::Deterministic => RelaxedSimd::Deterministic,
        },
        max_memory: settings.limits.max_memory,
        ..program::Options::default()
    }
}

/// What the settings choose of the code.
fn choices(settings: &Settings) -> Choices {
    Choices {
        opt_level: match settings.optimize {
            OptimizeArg::None => OptLevel::None,
            OptimizeArg::Speed => OptLevel::Speed,
        },
        features: settings.cpu.features,
        spectre_mitigation: settings.spectre_mitigation,
        nan_canonicalization: settings.nan_canonicalization,
    }
}

fn codegen_options<'a>(
    job: &Job<'_>,
    kinds: &[Kind],
    step: &'a (dyn Fn(usize, usize) + Sync),
) -> codegen::Options<'a> {
    let jobs = job.jobs.and_then(NonZeroUsize::new);
    codegen::Options {
        code: choices(job.settings),
        jobs: jobs.unwrap_or_else(|| thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)),
        config: job.config.clone(),
        info: job.info.to_json(),
        names: !job.settings.strip,
        emit: Emit {
            clif: kinds.contains(&Kind::Clif),
            asm: kinds.contains(&Kind::Asm),
        },
        progress: Some(step),
    }
}

/// What the executable carries of the settings; `module`: the file name of what it is built from.
///
/// This and the module's bytes decide what is built: the cache of `run` hashes both.
pub fn config(settings: &Settings, module: &str) -> Result<Config> {
    let grants = &settings.grants;
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
    let dirs: Vec<_> = dirs.collect();
    let embeds = embeds(settings, &dirs)?;
    let starts_with = STREAMS + grants.listen.len() + dirs.len() + embeds.len();
    enough(settings.limits.max_open_files, starts_with as u64)?;
    Ok(Config {
        module: module.into(),
        argv0: grants.argv0.clone(),
        dirs,
        env: env.collect(),
        max_heap: settings.limits.max_heap,
        max_stack: settings.limits.max_stack,
        flags: flags(grants),
        listen: grants.listen.clone(),
        net: grants.allow_net.clone(),
        net_listen: grants.allow_net_listen.clone(),
        embeds,
        timeout: settings.limits.timeout,
        max_open_files: settings.limits.max_open_files,
        cpu: settings.cpu.features,
        harden: match settings.harden {
            HardenArg::Auto => Harden::Auto,
            HardenArg::Required => Harden::Required,
            HardenArg::Off => Harden::Off,
        },
        runtime_grants: (grants.at_start.iter()).fold(0, |bits, what| bits | what.bits()),
    })
}

/// Refuses a limit on descriptors that the program exceeds when it starts.
fn enough(max_open_files: Option<u64>, starts_with: u64) -> Result<()> {
    match max_open_files {
        Some(max) if max < starts_with => {
            let message = format!(
                "--max-open-files {max} is too few: the program starts with {starts_with} descriptors"
            );
            let help = "the standard streams count, and every granted directory and socket";
            Err(Error::new(Code::Option, message).help(help))
        }
        _ => Ok(()),
    }
}

/// The embedded trees. No root is a granted directory, too.
fn embeds(settings: &Settings, dirs: &[Dir]) -> Result<Vec<Embed>> {
    let grants = settings.embeds.iter().map(|typed| embed::Grant {
        host: typed.host.clone(),
        guest: typed.guest.clone(),
    });
    let addresses = &settings.target.addresses;
    let embeds = embed::read(
        &grants.collect::<Vec<_>>(),
        addresses.fixed - addresses.image,
    )?;
    for Embed { guest, .. } in &embeds {
        if dirs.iter().any(|dir| embed::same_path(&dir.guest, guest)) {
            let message = format!("{guest:?} would be a directory and hold embedded files");
            let error = Error::new(Code::Option, message);
            return Err(error.help("name another path for one of them: HOST::GUEST"));
        }
    }
    Ok(embeds)
}

/// The note for an executable built from `input` with this configuration.
pub fn info(settings: &Settings, config: &Config, input: InputInfo) -> Info {
    let mut info = settings.info(input);
    let embeds = config.embeds.iter().map(|embed| EmbedInfo {
        guest: embed.guest.clone(),
        files: embed.tree.files().count() as u64,
        bytes: embed.tree.files().map(|file| file.len).sum(),
        sha256: hex(&embed.tree.sha256()),
    });
    info.grants.embeds = embeds.collect();
    info
}

fn flags(grants: &Grants) -> u64 {
    [
        (grants.inherit_env, config_flags::INHERIT_ENV),
        (grants.no_notes, config_flags::NO_NOTES),
        (grants.listen_fds, config_flags::LISTEN_FDS),
        (grants.allow_name_lookup, config_flags::NAME_LOOKUP),
    ]
    .into_iter()
    .filter_map(|(is_set, flag)| is_set.then_some(flag))
    .fold(0, |flags, flag| flags | flag)
}
