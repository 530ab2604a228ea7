//! What the words mean: typed arguments to a checked plan.

use super::args::{BoundsArg, BuildArgs, CodeArgs, LinkerArg, OptimizeArg, RelaxedArg, UnknownArg};
use super::config_file::{self, ConfigFile};
use super::cpu::Cpu;
use super::grant_value::{EmbedGrant, Env};
use super::grants::{GrantArgs, HardenArg, RuntimeGrant, plain_path};
use super::note::{CodeInfo, Grants, Info, InputInfo, Limits, WallInfo};
use super::output::plain;
use super::value::Kind;
use crate::{Code, Error, Result, component};
use clap::ValueEnum;
use std::collections::HashSet;
use std::fs;
use std::hash::Hash;
use std::path::{Path, PathBuf};
use wasi_aot_abi::{MAX_STACK, MIN_HEAP, MIN_STACK};
use wasi_aot_targets::{Runtime, Target};

/// Everything that decides the bytes of an executable, beside the module's own.
#[derive(Debug)]
pub struct Settings {
    /// For which machine.
    pub target: &'static Target,
    /// What the program may reach.
    pub grants: Grants,
    /// Files to put into the executable.
    pub embeds: Vec<EmbedGrant>,
    /// Limits.
    pub limits: Limits,
    /// Whether the process gives up what it does not need.
    pub harden: HardenArg,
    /// The export to call instead of `_start`.
    pub invoke: Option<String>,
    /// What becomes of imports that nobody provides.
    pub unknown_imports: UnknownArg,
    /// How accesses are kept inside.
    pub bounds_checks: BoundsArg,
    /// What relaxed vector instructions compute.
    pub relaxed_simd: RelaxedArg,
    /// What the code takes for granted of the CPU.
    pub cpu: Cpu,
    /// Whether comparisons hold, too, while the CPU runs ahead of them.
    pub spectre_mitigation: bool,
    /// Whether arithmetic makes canonical NaNs only.
    pub nan_canonicalization: bool,
    /// How much to optimise.
    pub optimize: OptimizeArg,
    /// Whether to leave out what only debuggers read.
    pub strip: bool,
    /// What links.
    pub linker: LinkerArg,
}

/// What `build` does.
#[derive(Debug)]
pub struct BuildPlan {
    /// The module.
    pub input: PathBuf,
    /// What decides the executable's bytes.
    pub settings: Settings,
    /// The file that some of it comes from.
    pub config: Option<ConfigFile>,
    /// What to write, and where.
    pub outputs: Vec<(Kind, Destination)>,
    /// Threads.
    pub jobs: Option<usize>,
    /// No progress.
    pub quiet: bool,
}

/// Where an output goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// Standard output.
    Stdout,
    /// This file.
    File(PathBuf),
}

impl Settings {
    /// Checks what was typed.
    pub fn new(
        target: &'static Target,
        grants: &GrantArgs,
        code: &CodeArgs,
        strip: bool,
        linker: LinkerArg,
    ) -> Result<Settings> {
        check(grants)?;
        Ok(Settings {
            target,
            grants: granted(grants),
            embeds: grants.embed.clone(),
            limits: limits(grants, target)?,
            harden: grants.harden.unwrap_or_default(),
            invoke: code.invoke.clone(),
            unknown_imports: code.unknown_imports,
            bounds_checks: grants.bounds_checks.unwrap_or_default(),
            relaxed_simd: grants.relaxed_simd.unwrap_or_default(),
            cpu: match &grants.cpu {
                Some(typed) => Cpu::parse(&typed.0, target)?,
                None => Cpu::default(),
            },
            spectre_mitigation: grants.spectre_mitigation.unwrap_or(false),
            nan_canonicalization: grants.nan_canonicalization.unwrap_or(false),
            optimize: code.optimize,
            strip,
            linker,
        })
    }

    /// What was asked for but has no effect on this program: a module has preview 1.
    pub fn warning(&self, program: &[u8]) -> Option<&'static str> {
        let connects = !self.grants.allow_net.is_empty() && !component::is_component(program);
        connects.then_some("`--allow-net` changes nothing: preview 1 has no function that connects")
    }

    /// What is granted but is no directory here: it may be one where the program is started, or be mistyped.
    pub fn absent(&self) -> impl Iterator<Item = String> {
        self.grants.dirs.iter().filter_map(|dir| {
            let host = &dir.host;
            let why = match fs::metadata(host) {
                Ok(there) if there.is_dir() => return None,
                Ok(_) => "not a directory".into(),
                Err(error) => plain(&error),
            };
            Some(format!(
                "`--dir {host}` is no directory here ({why}): the program looks for it when it is started"
            ))
        })
    }

    /// The note for an executable built from `input`.
    pub fn info(&self, input: InputInfo) -> Info {
        Info {
            format: super::note::FORMAT,
            version: env!("CARGO_PKG_VERSION").into(),
            target: self.target.name.into(),
            input,
            grants: self.grants.clone(),
            limits: self.limits.clone(),
            invoke: self.invoke.clone(),
            wall: Some(WallInfo {
                harden: self.harden,
                note: None,
            }),
            code: CodeInfo {
                bounds_checks: spelled(self.bounds_checks),
                unknown_imports: spelled(self.unknown_imports),
                optimize: spelled(self.optimize),
                relaxed_simd: (self.relaxed_simd != RelaxedArg::default())
                    .then(|| spelled(self.relaxed_simd)),
                cpu: self.cpu.name.clone(),
                spectre_mitigation: self.spectre_mitigation,
                nan_canonicalization: self.nan_canonicalization,
            },
        }
    }
}

/// Finds what contradicts itself among the grants.
pub fn check(grants: &GrantArgs) -> Result<()> {
    no_two(grants.guests().map(plain_path), |guest| {
        let message = format!("two grants would be {guest:?} for the program");
        Error::new(Code::Option, message).help("name one of them otherwise: HOST::GUEST")
    })?;
    no_two(grants.env.iter().map(Env::name), |name| {
        Error::new(Code::Option, format!("--env {name} is given twice"))
    })?;
    no_two(grants.listen.iter().map(|at| at.0), |at| {
        Error::new(Code::Option, format!("--listen {at} is given twice"))
    })?;
    Ok(())
}

/// Fails with `error` of the first item that is there twice.
fn no_two<T: Eq + Hash>(items: impl Iterator<Item = T>, error: impl Fn(&T) -> Error) -> Result<()> {
    let mut seen = HashSet::new();
    for item in items {
        if seen.contains(&item) {
            return Err(error(&item));
        }
        seen.insert(item);
    }
    Ok(())
}

fn granted(typed: &GrantArgs) -> Grants {
    Grants {
        dirs: typed.dir.iter().map(|dir| dir.0.clone()).collect(),
        // Known when they have been read.
        embeds: Vec::new(),
        env: typed.env.iter().map(|env| env.0.clone()).collect(),
        inherit_env: typed.inherit_env.unwrap_or(false),
        argv0: typed.argv0.as_ref().map(|name| name.0.clone()),
        listen: typed.listen.iter().map(|at| at.0.to_string()).collect(),
        listen_fds: typed.listen_fds.unwrap_or(false),
        allow_net: typed.allow_net.iter().map(|net| net.0.clone()).collect(),
        allow_net_listen: (typed.allow_net_listen.iter().map(|net| net.0.clone())).collect(),
        allow_name_lookup: typed.allow_name_lookup.unwrap_or(false),
        at_start: RuntimeGrant::each(&typed.runtime_grants),
        no_notes: typed.no_notes.unwrap_or(false),
    }
}

fn limits(typed: &GrantArgs, target: &Target) -> Result<Limits> {
    let max_stack = typed.max_stack.map_or(wasi_aot_abi::DEFAULT_STACK, |s| s.0);
    if !(MIN_STACK..=MAX_STACK).contains(&max_stack) {
        let message =
            format!("--max-stack {max_stack} is not between {MIN_STACK} and {MAX_STACK} bytes");
        return Err(Error::new(Code::Option, message));
    }
    let max_heap = typed.max_heap.map(|size| size.0);
    if let Some(max_heap) = max_heap.filter(|max| *max < MIN_HEAP) {
        let message = format!("--max-heap {max_heap} is less than {MIN_HEAP} bytes");
        return Err(Error::new(Code::Option, message));
    }
    Ok(Limits {
        max_memory: typed.max_memory.map(|size| size.0),
        max_heap,
        max_stack: max_stack.next_multiple_of(target.addresses.page),
        timeout: typed.timeout.map(|time| time.0),
        max_open_files: typed.max_open_files,
    })
}

/// How an option's value is spelled on the command line.
fn spelled<T: ValueEnum>(value: T) -> String {
    value
        .to_possible_value()
        .map_or_else(String::new, |value| value.get_name().to_string())
}

/// What was typed, over what stands in a file.
pub fn over(typed: &GrantArgs, file: Option<&ConfigFile>) -> GrantArgs {
    match file {
        Some(file) => typed.clone().over(file.grants.clone()),
        None => typed.clone(),
    }
}

/// The target that was named.
pub fn target(name: &str) -> Result<&'static Target> {
    match name {
        "native" => wasi_aot_targets::host().ok_or_else(|| {
            Error::new(Code::Target, "this machine is not one of the targets")
                .help("choose one with --target")
        }),
        _ => wasi_aot_targets::find(name).ok_or_else(|| {
            let names: Vec<_> = wasi_aot_targets::TARGETS.iter().map(|t| t.name).collect();
            Error::new(Code::Target, format!("there is no target {name:?}"))
                .help(format!("the targets are {}", names.join(", ")))
        }),
    }
}

/// Checks that this build of wasi-aot has the runtime of a target.
pub fn require_runtime(target: &Target) -> Result<()> {
    match target.runtime {
        Runtime::Missing(how) => {
            let message = format!(
                "the runtime for {} is not in this build of wasi-aot",
                target.name
            );
            Err(Error::new(Code::Target, message).help(how))
        }
        Runtime::Object { .. } => Ok(()),
    }
}

impl BuildPlan {
    /// Checks what was typed.
    pub fn new(args: &BuildArgs) -> Result<BuildPlan> {
        let target = target(&args.target)?;
        let config = config_file::for_build(&args.config, &args.input)?;
        let grants = over(&args.grants, config.as_ref());
        let settings = Settings::new(target, &grants, &args.code, args.strip, args.linker)?;
        let outputs = outputs(args)?;
        require_runtime(target)?;
        Ok(BuildPlan {
            input: args.input.clone(),
            settings,
            config,
            outputs,
            jobs: args.code.jobs.map(usize::from),
            quiet: args.quiet,
        })
    }
}

/// Which outputs go where. Kinds without a path are named after the executable, unless only one is
/// asked for: then `-o` is its name.
fn outputs(args: &BuildArgs) -> Result<Vec<(Kind, Destination)>> {
    let base = match &args.output {
        Some(path) => path.clone(),
        None => default_output(&args.input)?,
    };
    let mut outputs: Vec<(Kind, Destination)> = Vec::new();
    for emit in &args.emit {
        if outputs.iter().any(|(kind, _)| *kind == emit.kind) {
            let message = format!("--emit {} is given twice", emit.kind.name());
            return Err(Error::new(Code::Option, message));
        }
        let path = match &emit.path {
            Some(path) => path.clone(),
            None if args.emit.len() == 1 && args.output.is_some() => base.clone(),
            None if base == Path::new("-") => base.clone(),
            None => with_suffix(&base, emit.kind.suffix()),
        };
        outputs.push((emit.kind, destination(path)));
    }
    if args.emit.is_empty() {
        outputs.push((Kind::Exe, destination(base)));
    }
    for (index, (_, to)) in outputs.iter().enumerate() {
        if outputs[..index].iter().any(|(_, other)| other == to) {
            let place = match to {
                Destination::Stdout => "standard output".into(),
                Destination::File(path) => path.display().to_string(),
            };
            let error = Error::new(Code::Option, format!("two outputs would go to {place}"));
            return Err(error.help("give paths: --emit exe=PATH,asm=PATH"));
        }
    }
    Ok(outputs)
}

fn destination(path: PathBuf) -> Destination {
    // Written as a path it is still the stream where the outputs' names would go.
    if ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]
        .iter()
        .any(|name| path == Path::new(name))
    {
        Destination::Stdout
    } else {
        Destination::File(path)
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The module's name without its ending, in the current directory; `a.out` for standard input.
fn default_output(input: &Path) -> Result<PathBuf> {
    if input == Path::new("-") {
        return Ok("a.out".into());
    }
    match input.file_stem() {
        Some(stem) => Ok(stem.into()),
        None => {
            let error = Error::new(Code::Input, format!("{} is not a file", input.display()));
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::{Cli, Verb};
    use clap::Parser;

    fn typed(words: &[&str]) -> Box<BuildArgs> {
        let words = ["wasi-aot", "build"].iter().chain(words);
        match Cli::try_parse_from(words).expect("parses").verb {
            Some(Verb::Build(args)) => args,
            other => panic!("{other:?}"),
        }
    }

    fn files(words: &[&str]) -> Vec<(Kind, String)> {
        let outputs = outputs(&typed(words)).expect("is a plan");
        let name = |to| match to {
            Destination::Stdout => "<stdout>".into(),
            Destination::File(path) => path.display().to_string(),
        };
        outputs
            .into_iter()
            .map(|(kind, to)| (kind, name(to)))
            .collect()
    }

    #[test]
    fn outputs_are_named_after_the_executable() {
        assert_eq!(files(&["a/b.c.wasm"]), [(Kind::Exe, "b.c".into())]);
        assert_eq!(files(&["-"]), [(Kind::Exe, "a.out".into())]);
        assert_eq!(files(&["b.wasm", "-o-"]), [(Kind::Exe, "<stdout>".into())]);
        assert_eq!(
            files(&["b.wasm", "--emit=asm"]),
            [(Kind::Asm, "b.s".into())]
        );
        assert_eq!(
            files(&["b.wasm", "--emit=asm", "-ox"]),
            [(Kind::Asm, "x".into())]
        );
        assert_eq!(
            files(&["b.wasm", "--emit=exe,obj,clif=y", "-o", "d/x"]),
            [
                (Kind::Exe, "d/x".into()),
                (Kind::Obj, "d/x.o".into()),
                (Kind::Clif, "y".into())
            ]
        );
    }

    #[test]
    fn two_outputs_never_share_a_path() {
        assert!(outputs(&typed(&["b.wasm", "--emit=exe=x,obj=x"])).is_err());
        assert!(outputs(&typed(&["b.wasm", "--emit=exe,asm", "-o-"])).is_err());
        assert!(outputs(&typed(&["b.wasm", "--emit=asm=x,asm=y"])).is_err());
    }
}
