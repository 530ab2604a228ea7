//! The stages of a build, driven by the settings of the command line.

use super::args::LinkerArg;
use super::cache::{Cache, Key};
use super::kept::{About, Kept};
use super::plan::Settings;
use super::progress::{Progress, thousands};
use super::value::Kind;
use crate::codegen::kept::{Counts, Kept as Functions};
use crate::codegen::{Choices, Emit, parallel};
use crate::link::Linker;
use crate::policy::Carried;
use crate::policy::note::Info;
use crate::program::Entry;
use crate::{Built, Result};
use std::cell::RefCell;
use std::num::NonZeroUsize;

/// A module to compile, and how.
#[derive(Debug)]
pub struct Job<'a> {
    /// The module in binary form.
    pub module: &'a [u8],
    /// Its file name, for reports.
    pub name: &'a str,
    /// Its name as the user gave it: a path, unless it is standard input.
    pub shown: &'a str,
    /// The settings.
    pub settings: &'a Settings,
    /// The parts of the settings that the executable carries.
    pub carried: Carried,
    /// The contents of the info note.
    pub info: Info,
    /// The number of threads; `None`: one per processor.
    pub jobs: Option<usize>,
    /// The cache for code; `None`: code is not cached.
    pub cache: Option<&'a Cache>,
}

/// Compiles the module or links cached code, and returns the outputs in the order of `kinds`.
pub fn make(job: &Job<'_>, kinds: &[Kind], progress: &Progress) -> Result<Vec<Vec<u8>>> {
    let warnings = RefCell::new(Vec::new());
    let step = |done: usize, all: usize| progress.code(done, all);
    let compiling = |functions: usize| progress.compiling(job.name, functions);
    let warning = |text: &str| {
        progress.warn(text);
        warnings.borrow_mut().push(text.to_owned());
    };
    let watch = |event| progress.event(event);
    let mut options = crate::Options::new(job.settings.target);
    options.policy = job.settings.policy.clone();
    if let Some(name) = &job.settings.invoke {
        options.entry = Entry::Invoke(vec![name.clone()]);
    }
    options.names = !job.settings.strip;
    options.debug = job.settings.debug;
    options.emit = Emit {
        clif: kinds.contains(&Kind::Clif),
        asm: kinds.contains(&Kind::Asm),
    };
    options.after = kinds.iter().filter_map(|kind| kind.after()).collect();
    options.link = kinds
        .contains(&Kind::Exe)
        .then_some(match job.settings.linker {
            LinkerArg::Internal => Linker::Internal,
            LinkerArg::System => Linker::System,
        });
    options.object = kinds.contains(&Kind::Obj);
    if let Some(jobs) = job.jobs.and_then(NonZeroUsize::new) {
        options.jobs = jobs;
    }
    options.progress = Some(&step);
    options.compiling = Some(&compiling);
    options.warning = Some(&warning);
    options.watch = Some(&watch);
    let threads = parallel::threads(options.jobs, usize::MAX);
    let plural = if threads == 1 { "" } else { "s" };
    progress.detail(
        "Target",
        &format!("{}, {threads} thread{plural} at most", options.target.name),
    );
    let cache = cache_of(job, kinds, &options);
    let kept = cache.as_ref().and_then(|(cache, key)| cache.find_code(key));
    if let Some(kept) = kept.and_then(Kept::read) {
        progress.linking(job.name);
        for text in &kept.about.warnings {
            progress.warn(text);
        }
        let (code, facts) = (kept.object(), &kept.about.facts);
        let image = crate::link_kept(code, facts, &options, &job.carried, &job.info)?;
        return Ok(vec![image; kinds.len()]);
    }
    let functions = cache.as_ref();
    let functions = functions.and_then(|(cache, _)| functions_of(cache, job, &options));
    options.kept = functions.as_ref().map(|(_, kept)| kept);
    let built = crate::build_carrying(job.module, job.name, &options, &job.carried, &job.info);
    progress.compiled();
    let mut built = built?;
    if let Some((cache, key)) = cache {
        progress.begin("keep");
        let about = About {
            facts: std::mem::take(&mut built.facts),
            warnings: warnings.take(),
        };
        // The executable is already built. A failure only makes the next build slower.
        let _ = cache.keep_code(&key, &[&about.to_bytes(), &built.object.bytes]);
        if let Some((key, kept)) = functions {
            keep_functions(cache, &key, kept, progress);
        }
    }
    Ok(outputs(built, kinds))
}

/// The functions of the last build of this input, and their key. Functions are found by what their
/// code is made from, so the path only makes it likely that some are; the options are those that
/// change all code.
fn functions_of(
    cache: &Cache,
    job: &Job<'_>,
    options: &crate::Options<'_>,
) -> Option<(Key, Functions)> {
    let path = std::path::absolute(job.shown).ok()?;
    let code = Choices::new(&job.carried);
    let key = cache.functions_key(&path, &format!("{} {code:?}", options.target.triple));
    let kept = cache.functions(&key);
    Some((key, kept))
}

/// Stores the functions of a build, if something of them is new.
fn keep_functions(cache: &Cache, key: &Key, kept: Functions, progress: &Progress) {
    let Counts {
        found,
        compiled,
        lowered,
    } = kept.counts();
    let all = thousands((found + compiled) as u64);
    let found = thousands(found as u64);
    progress.detail("Cache", &format!("has {found} of {all} functions"));
    if compiled > 0 || lowered > 0 {
        let _ = cache.keep_code(key, &[&kept.into_contents()]);
    }
}

/// The outputs in the order of `kinds`.
fn outputs(built: Built, kinds: &[Kind]) -> Vec<Vec<u8>> {
    let Built {
        mut object,
        programs,
        mut image,
        facts: _,
    } = built;
    let mut programs = programs.into_iter();
    let outputs = kinds.iter().map(|kind| match kind {
        Kind::Exe => image.take().unwrap_or_default(),
        Kind::Obj => std::mem::take(&mut object.bytes),
        // In the order in which they were requested.
        Kind::Program(_) => programs.next().unwrap_or_default().into_bytes(),
        Kind::Clif => object.clif.take().unwrap_or_default().into_bytes(),
        Kind::Asm => object.asm.take().unwrap_or_default().into_bytes(),
    });
    outputs.collect()
}

/// The cache and the key of the code, if code is cached. Only executables linked by the internal
/// linker use the cache: listings require a compilation, and an object for any linker is a
/// different object.
fn cache_of<'a>(
    job: &Job<'a>,
    kinds: &[Kind],
    options: &crate::Options<'_>,
) -> Option<(&'a Cache, Key)> {
    let only_executables = kinds.iter().all(|kind| *kind == Kind::Exe);
    let cache = job
        .cache
        .filter(|_| only_executables && options.link == Some(Linker::Internal))?;
    let component = crate::component::is_component(job.module);
    let how = crate::code_options(options, &job.carried, component);
    Some((cache, cache.code_key(&job.info.input.sha256, &how)))
}
