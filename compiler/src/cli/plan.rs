//! The meaning of the command line: turns typed arguments into a checked plan.

use super::args::{BuildArgs, CodeArgs, LinkerArg};
use super::config_file::{self, ConfigFile};
use super::input;
use super::options::PolicyArgs;
use super::output::plain;
use super::value::{self, Kind};
use crate::policy::{Given, Policy};
use crate::{Code, DebugLevel, Error, Result, component};
use std::path::{Path, PathBuf};
use std::{fmt, fs};
use wasi_aot_targets::{Runtime, Target};

/// Everything besides the module that determines the bytes of an executable.
#[derive(Debug)]
pub struct Settings {
    /// The target machine.
    pub target: &'static Target,
    /// The program's permissions, and how its code is generated.
    pub policy: Policy,
    /// The export to call instead of `_start`.
    pub invoke: Option<String>,
    /// Whether to leave out debug information.
    pub strip: bool,
    /// The level of debug information.
    pub debug: DebugLevel,
    /// The linker to use.
    pub linker: LinkerArg,
}

/// The plan of a `build`.
#[derive(Debug)]
pub struct BuildPlan {
    /// The module.
    pub input: PathBuf,
    /// The settings that determine the executable's bytes.
    pub settings: Settings,
    /// The file that some of the settings come from.
    pub config: Option<ConfigFile>,
    /// The outputs and their destinations.
    pub outputs: Vec<(Kind, Destination)>,
    /// The number of threads.
    pub jobs: Option<usize>,
}

/// The destination of an output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// Standard output.
    Stdout,
    /// This file.
    File(PathBuf),
}

/// As it is given to `-o`.
impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Destination::Stdout => f.write_str("-"),
            Destination::File(path) => write!(f, "{}", path.display()),
        }
    }
}

impl Settings {
    /// Checks the arguments.
    pub fn new(
        target: &'static Target,
        given: &Given,
        code: &CodeArgs,
        strip: bool,
        linker: LinkerArg,
    ) -> Result<Settings> {
        let mut policy = given.policy()?;
        policy.code.unknown_imports = code.unknown_imports;
        policy.code.optimize = value::level(&code.optimize)?;
        Ok(Settings {
            target,
            policy: policy.on(target)?,
            invoke: code.invoke.clone(),
            strip,
            debug: code.debug,
            linker,
        })
    }

    /// A warning about an option that has no effect on this program: a module uses preview 1.
    pub fn warning(&self, program: &[u8]) -> Option<&'static str> {
        let connects =
            !self.policy.grants.allow_net.is_empty() && !component::is_component(program);
        connects.then_some("`--allow-net` changes nothing: preview 1 has no function that connects")
    }

    /// The granted directories that do not exist here. They may exist where the program is started,
    /// or be mistyped.
    pub fn absent(&self) -> impl Iterator<Item = String> {
        self.policy.grants.dirs.iter().filter_map(|dir| {
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
}

/// The typed options, which override those in a file.
pub fn over(typed: &PolicyArgs, file: Option<&ConfigFile>) -> Given {
    match file {
        Some(file) => typed.0.clone().over(file.given.clone()),
        None => typed.0.clone(),
    }
}

/// The target with this name.
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

/// Checks that this build of wasi-aot includes the runtime of a target.
pub fn require_runtime(target: &Target) -> Result<()> {
    match target.runtime() {
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
    /// Checks the arguments.
    pub fn new(args: &BuildArgs) -> Result<BuildPlan> {
        input::refuse_folder(&args.input)?;
        let target = target(&args.target)?;
        let config = config_file::for_build(&args.config, &args.input)?;
        let given = over(&args.policy, config.as_ref());
        let settings = Settings::new(target, &given, &args.code, args.strip, args.linker)?;
        let outputs = outputs(args)?;
        require_runtime(target)?;
        Ok(BuildPlan {
            input: args.input.clone(),
            settings,
            config,
            outputs,
            jobs: args.code.jobs.map(usize::from),
        })
    }
}

/// The outputs and their destinations. Outputs without a path are named after the executable. If
/// only one output is requested, `-o` is its name.
fn outputs(args: &BuildArgs) -> Result<Vec<(Kind, Destination)>> {
    let base = match &args.output {
        Some(path) => path.clone(),
        None => default_output(&args.input)?,
    };
    let mut outputs: Vec<(Kind, Destination)> = Vec::new();
    for emit in &args.emit {
        if outputs.iter().any(|(kind, _)| *kind == emit.kind) {
            let message = format!("--emit {} is given twice", emit.kind);
            return Err(Error::new(Code::Option, message));
        }
        let path = match &emit.path {
            Some(path) => path.clone(),
            None if args.emit.len() == 1 && args.output.is_some() => base.clone(),
            None if base == Path::new("-") => base.clone(),
            None => with_suffix(&base, &emit.kind.suffix()),
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
    // A path such as `/dev/stdout` also denotes the stream that carries the names of the outputs.
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

/// The module's file name without its extension, in the current directory; `a.out` for standard
/// input.
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
    use crate::After;
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
        let first = After::all().next().expect("there is a pass");
        let typed = format!("--emit=program,program:{}", first.name());
        assert_eq!(
            files(&["b.wasm", &typed]),
            [
                (Kind::Program(None), "b.program".into()),
                (
                    Kind::Program(Some(first)),
                    format!("b.{}.program", first.name())
                )
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
