//! `wasi-aot build`: compiles a module into an executable.

use super::args::BuildArgs;
use super::cache::Cache;
use super::input::Input;
use super::message::{self, Line};
use super::pipeline::{self, Job};
use super::plan::{BuildPlan, Destination};
use super::progress::{Progress, thousands};
use super::value::Kind;
use super::{output, print_bytes};
use crate::policy::Carried;
use crate::{Code, Error, Result};
use std::fs;
use std::path::Path;

/// Runs the verb.
pub fn run(args: &BuildArgs) -> Result<()> {
    let plan = BuildPlan::new(args)?;
    for (_, to) in &plan.outputs {
        refuse_overwriting_input(&plan.input, to)?;
        output::check(to)?;
    }
    let progress = Progress::new(&args.speech, true);
    if let Some(config) = &plan.config {
        progress.say("Reading", &config.summary());
    }
    for warning in plan.settings.absent() {
        progress.warn(&warning);
    }
    let input = Input::read(&plan.input)?;
    let cache = kept_code(args, &progress)?;
    progress.detail("Read", &input.summary());
    let settings = &plan.settings;
    let carried = Carried::new(&settings.policy, settings.target, &input.name)?;
    let made = make(&plan, &input, carried, cache.as_ref(), &progress)
        .map_err(|error| error.in_file(&input.shown))?;
    progress.begin("write");
    for ((kind, to), bytes) in plan.outputs.iter().zip(&made) {
        output::write(bytes, to, *kind == Kind::Exe)?;
        progress.detail(
            "Wrote",
            &format!("{to}, {} bytes", thousands(bytes.len() as u64)),
        );
    }
    progress.print_timings();
    progress.finished(&format!("`{}`", plan.settings.target.name));
    for (_, to) in &plan.outputs {
        if let Destination::File(path) = to {
            print_bytes(path.as_os_str().as_encoded_bytes())?;
        }
    }
    if message::is_json() {
        print_artifacts(&plan, &made);
    }
    Ok(())
}

/// Reports the location of each output, for programs that read messages.
fn print_artifacts(plan: &BuildPlan, made: &[Vec<u8>]) {
    for ((kind, to), bytes) in plan.outputs.iter().zip(made) {
        message::print(&Line::Artifact {
            emit: &kind.to_string(),
            path: &to.to_string(),
            bytes: bytes.len(),
            target: plan.settings.target.name,
        });
    }
}

fn make(
    plan: &BuildPlan,
    input: &Input,
    carried: Carried,
    cache: Option<&Cache>,
    progress: &Progress,
) -> Result<Vec<Vec<u8>>> {
    let module = input.module()?;
    if let Some(warning) = plan.settings.warning(&module) {
        progress.warn(warning);
    }
    let kinds: Vec<Kind> = plan.outputs.iter().map(|(kind, _)| *kind).collect();
    let job = Job {
        module: &module,
        name: &input.name,
        shown: &input.shown,
        settings: &plan.settings,
        info: carried.info(
            plan.settings.target,
            input.info(&module),
            plan.settings.invoke.clone(),
        ),
        carried,
        jobs: plan.jobs,
        cache,
    };
    pipeline::make(&job, &kinds, progress)
}

/// The cache for code. If it cannot be used, the module is compiled without a cache.
fn kept_code(args: &BuildArgs, progress: &Progress) -> Result<Option<Cache>> {
    if args.no_cache {
        return Ok(None);
    }
    match Cache::open() {
        Ok(cache) => Ok(Some(cache)),
        Err(error) if error.code == Code::Output => {
            progress.detail("Cache", &error.message);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Refuses an output that is the input (`build app`, where the module has no extension): writing it
/// would destroy the input.
fn refuse_overwriting_input(input: &Path, to: &Destination) -> Result<()> {
    let Destination::File(to) = to else {
        return Ok(());
    };
    match (fs::canonicalize(input), fs::canonicalize(to)) {
        (Ok(from), Ok(there)) if from == there && from.is_file() => {
            let message = format!("the output {} is the module itself", to.display());
            Err(Error::new(Code::Option, message).help("name another with -o PATH"))
        }
        _ => Ok(()),
    }
}
