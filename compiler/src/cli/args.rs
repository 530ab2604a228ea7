//! The command line as typed: the options of every verb, as clap parses them.
//!
//! Only the syntax is checked here. [`super::plan`] determines the meaning.

use super::message::MessageFormat;
use super::options::{ConfigArgs, PolicyArgs, word};
use super::speech::{MessageArgs, SpeechArgs};
use super::value::{self, Emit};
use crate::DebugLevel;
use crate::policy::UnknownImports;
use clap::builder::{OsStringValueParser, TypedValueParser as _};
use clap::{Args, ColorChoice, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// The command `wasi-aot`.
#[derive(Parser, Debug)]
#[command(
    name = "wasi-aot",
    bin_name = "wasi-aot",
    about = "Turns a WASI program into one small native executable",
    long_about = "Turns a WASI program into one small native executable: nothing to install beside it, no C compiler, \
                  no linker, no runtime. The program reaches only what it was granted when it was built.",
    override_usage = USAGE,
    after_help = "See `wasi-aot --help` for examples.",
    after_long_help = EXAMPLES,
    disable_version_flag = true,
    arg_required_else_help = true,
    max_term_width = 100
)]
pub struct Cli {
    #[command(subcommand)]
    pub verb: Option<Verb>,
    /// Print the version, and with --verbose what is inside
    #[arg(short = 'V', long)]
    pub version: bool,
    /// Say what is done; with --version: the commit, Cranelift's version and the targets
    #[arg(short, long)]
    pub verbose: bool,
    /// Whether messages and help have colours
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        hide_possible_values = true,
        long_help = "Whether messages and help have colours: auto (on a terminal, if NO_COLOR is not set), always, never"
    )]
    pub color: ColorChoice,
}

impl Cli {
    /// Passes the options before the verb on to the verb.
    pub fn shared(mut self) -> Cli {
        let speech = match &mut self.verb {
            Some(Verb::Build(args)) => &mut args.speech,
            Some(Verb::Run(args)) => &mut args.speech,
            Some(Verb::Bench(args)) => &mut args.speech,
            Some(Verb::Verify(args)) => &mut args.speech,
            Some(
                Verb::Inspect(_)
                | Verb::Explain { .. }
                | Verb::Cache { .. }
                | Verb::Targets { .. }
                | Verb::Completions { .. },
            )
            | None => return self,
        };
        speech.verbose |= self.verbose;
        self
    }

    /// How messages are printed.
    pub fn message_format(&self) -> MessageFormat {
        let messages = match &self.verb {
            Some(Verb::Build(args)) => args.speech.messages,
            Some(Verb::Run(args)) => args.speech.messages,
            Some(Verb::Bench(args)) => args.speech.messages,
            Some(Verb::Verify(args)) => args.speech.messages,
            Some(Verb::Inspect(args)) => args.messages,
            Some(
                Verb::Explain { .. }
                | Verb::Cache { .. }
                | Verb::Targets { .. }
                | Verb::Completions { .. },
            )
            | None => return MessageFormat::Text,
        };
        messages.message_format
    }
}

const USAGE: &str = "\
wasi-aot [OPTIONS] <COMMAND>
       wasi-aot [OPTIONS OF run] <MODULE> [ARGS]...";

const EXAMPLES: &str = "\
Examples:
  wasi-aot build app.wasm                          write the executable `app`
  wasi-aot build app.wasm --dir . -o bin/app       it may use the directory where it is started
  wasi-aot build app.wasm --target aarch64-linux   for an ARM server, from any host
  wasi-aot run --dir . app.wasm --its-own-option   build into a cache, then run
  wasi-aot app.wasm                                the same as `wasi-aot run app.wasm`
  wasi-aot inspect app                             what an executable was granted
  wasi-aot bench app.wasm args                     compare it with wasmtime
  export CARGO_TARGET_WASM32_WASIP1_RUNNER=\"wasi-aot run\"

Exit status: 0 when done, 1 for an error in the input or the machine, 2 for an error in the
command line, 101 for a bug of wasi-aot; `run` ends with the program's own.";

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Build an executable from a module
    #[command(visible_alias = "compile")]
    Build(Box<BuildArgs>),
    /// Build into a cache, then run
    Run(Box<RunArgs>),
    /// Compare a module's program with wasmtime and native builds
    Bench(Box<BenchArgs>),
    /// Show what a module needs, or what an executable holds
    Inspect(InspectArgs),
    /// Build a module again, as an executable says, and compare the bytes
    Verify(VerifyArgs),
    /// Say what an error code means, what causes it, and the way out
    Explain {
        /// The code, like E0103
        #[arg(value_name = "CODE")]
        code: String,
    },
    /// Look after what `build` and `run` keep
    Cache {
        #[command(subcommand)]
        verb: CacheVerb,
    },
    /// List the targets
    Targets {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print a script that makes a shell complete the command line
    Completions {
        /// The shell that reads it
        shell: clap_complete::Shell,
    },
}

/// `wasi-aot cache`.
#[derive(Subcommand, Clone, Copy, Debug)]
pub enum CacheVerb {
    /// Print the folder
    #[command(visible_alias = "path")]
    Dir,
    /// Print how much is in it
    Size,
    /// Read every entry to its last byte; those that are damaged are removed
    Verify,
    /// Remove all entries
    #[command(visible_alias = "clear")]
    Clean,
}

/// `wasi-aot build`.
#[derive(Args, Debug)]
#[command(after_long_help = BUILD_EXAMPLES)]
pub struct BuildArgs {
    /// The module: .wasm or .wat, `-` for standard input
    #[arg(value_name = "MODULE")]
    pub input: PathBuf,
    /// Where the executable goes, `-` for standard output [default: the module's name, here]
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// For which machine: a name or triple of `wasi-aot targets`
    #[arg(long, value_name = "TARGET", default_value = "native")]
    pub target: String,
    #[arg(
        long,
        help = value::emit_help(),
        long_help = value::emit_long_help(),
        value_name = "KIND[=PATH]",
        value_delimiter = ',',
        value_parser = OsStringValueParser::new().try_map(Emit::parse)
    )]
    pub emit: Vec<Emit>,
    /// Compile anew, and keep no code for other options
    #[arg(long)]
    pub no_cache: bool,
    #[command(flatten)]
    pub speech: SpeechArgs,
    #[command(flatten)]
    pub policy: PolicyArgs,
    #[command(flatten)]
    pub config: ConfigArgs,
    #[command(flatten)]
    pub code: CodeArgs,
    /// Leave out names: smaller, but reports and debuggers have none to show
    #[arg(long, help_heading = "Output")]
    pub strip: bool,
    /// What links the executable
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "LINKER",
        help_heading = "Output"
    )]
    pub linker: LinkerArg,
}

const BUILD_EXAMPLES: &str = "\
Examples:
  wasi-aot build app.wasm
  wasi-aot build app.wat -o - > app
  wasi-aot build app.wasm --dir data::/data:ro --env LANG --env MODE=fast
  wasi-aot build app.wasm --target aarch64-linux --strip -o app-arm
  wasi-aot build app.wasm --emit exe,asm=app.s";

/// `wasi-aot run`.
#[derive(Args, Debug)]
#[command(after_long_help = RUN_EXAMPLES)]
pub struct RunArgs {
    /// The module, and the program's arguments, which reach it untouched
    #[arg(value_names = ["MODULE", "ARGS"], required = true, num_args = 1.., trailing_var_arg = true)]
    pub command: Vec<OsString>,
    /// Use nothing that is kept, and keep nothing: build in memory and run from there
    #[arg(long)]
    pub no_cache: bool,
    /// Grant what tests need: this and the temporary directory, by their paths, and a few variables
    #[arg(long, help_heading = "Grants")]
    pub dev: bool,
    #[command(flatten)]
    pub speech: SpeechArgs,
    #[command(flatten)]
    pub policy: PolicyArgs,
    #[command(flatten)]
    pub config: ConfigArgs,
    #[command(flatten)]
    pub code: CodeArgs,
}

const RUN_EXAMPLES: &str = "\
Examples:
  wasi-aot run app.wasm
  wasi-aot run --dir . app.wasm --help             the program's help, not this one
  CARGO_TARGET_WASM32_WASIP1_RUNNER=\"wasi-aot run --dev\" cargo test --target wasm32-wasip1
  GOOS=wasip1 GOARCH=wasm go test -exec \"wasi-aot run --dev\"

Code and executables are kept in WASI_AOT_CACHE, or else in the user's cache directory, up to
WASI_AOT_CACHE_SIZE (1G if it is not set); what was used longest ago goes first. The folder must be
yours, and nobody else may be able to write to it or to what leads there: otherwise nothing is kept.
`wasi-aot cache` looks after it.";

/// `wasi-aot bench`.
#[derive(Args, Debug)]
#[command(after_long_help = BENCH_EXAMPLES)]
pub struct BenchArgs {
    /// The module, and the arguments that all programs get
    #[arg(value_names = ["MODULE", "ARGS"], required = true, num_args = 1.., trailing_var_arg = true)]
    pub command: Vec<OsString>,
    /// Run this native build of the program, too; may be repeated, with names
    #[arg(long, value_name = "[NAME=]PATH", help_heading = "Comparison")]
    pub native: Vec<OsString>,
    /// The wasmtime to compare with [default: that in PATH, if there is one]
    #[arg(
        long,
        value_name = "PATH",
        conflicts_with = "no_wasmtime",
        help_heading = "Comparison"
    )]
    pub wasmtime: Option<PathBuf>,
    /// Leave wasmtime out
    #[arg(long, help_heading = "Comparison")]
    pub no_wasmtime: bool,
    /// What each run reads from its standard input [default: nothing]
    #[arg(long, value_name = "FILE", help_heading = "Comparison")]
    pub stdin: Option<PathBuf>,
    /// The exit status of a run that succeeds
    #[arg(long, value_name = "N", default_value_t, help_heading = "Comparison")]
    pub exit_status: u8,
    /// How many rounds to measure [default: 15 or more, until the ratios keep still]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Comparison")]
    pub rounds: Option<u32>,
    /// How long to measure at most; --rounds takes as long as they take
    #[arg(
        long,
        value_name = "DURATION",
        default_value = "1m",
        value_parser = value::span,
        conflicts_with = "rounds",
        help_heading = "Comparison"
    )]
    pub within: Duration,
    /// How long a single run may take
    #[arg(
        long,
        value_name = "DURATION",
        default_value = "5m",
        value_parser = value::span,
        help_heading = "Comparison"
    )]
    pub run_timeout: Duration,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub speech: SpeechArgs,
    #[command(flatten)]
    pub policy: PolicyArgs,
    #[command(flatten)]
    pub config: ConfigArgs,
    #[command(flatten)]
    pub code: CodeArgs,
}

const BENCH_EXAMPLES: &str = "\
Examples:
  wasi-aot bench --dir . app.wasm input.txt
  wasi-aot bench --native ./app app.wasm 1000
  wasi-aot bench --native gcc=./app-gcc --native clang=./app-clang --stdin data.txt app.wasm
  wasi-aot bench --json --rounds 30 app.wasm | jq '.programs[1].ratio.cpu.median'

All programs run in turn, with the same arguments, grants and standard input. They must print the
same and end with the same status; if one does not, the status of bench is 1. wasmtime compiles the
module first (`wasmtime compile`).";

/// How code is made.
#[derive(Args, Debug)]
#[command(next_help_heading = "Code")]
pub struct CodeArgs {
    /// Call this export instead of `_start`, and print its results: `add`, whose values are the program's arguments, or `add(1, 2)`
    #[arg(long, value_name = "NAME[(VALUES)]")]
    pub invoke: Option<String>,
    /// What becomes of imports that nobody provides
    #[arg(long, value_parser = word::<UnknownImports>(UnknownImports::words), default_value = "error", value_name = "HOW")]
    pub unknown_imports: UnknownImports,
    /// How much to optimise
    #[arg(short = 'O', value_parser = value::levels(), default_value = "2", value_name = "LEVEL")]
    pub optimize: String,
    /// Debug information: 0 is none, 1 source locations in reports
    #[arg(
        short = 'g',
        long = "debug-info",
        value_name = "LEVEL",
        num_args = 0..=1,
        default_value = "1",
        default_missing_value = "2",
        value_parser = value::debug
    )]
    pub debug: DebugLevel,
    /// Threads to compile with, 256 at most [default: one for each processor]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
}

/// `--linker`.
#[derive(ValueEnum, Clone, Copy, Debug, Default)]
pub enum LinkerArg {
    /// The one inside wasi-aot
    #[default]
    Internal,
    /// The system's C compiler, as a cross-check
    System,
}

/// `wasi-aot inspect`.
#[derive(Args, Debug)]
pub struct InspectArgs {
    /// A module (.wasm, .wat) or an executable that wasi-aot built; `-` for standard input
    #[arg(value_name = "FILE")]
    pub input: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub messages: MessageArgs,
}

/// `wasi-aot verify`.
#[derive(Args, Debug)]
pub struct VerifyArgs {
    /// An executable that wasi-aot built
    #[arg(value_name = "APP")]
    pub app: PathBuf,
    /// The module that it should have been built from
    #[arg(value_name = "MODULE")]
    pub module: PathBuf,
    /// The files that are inside the executable, as they were named when it was built
    #[arg(long, value_name = "HOST[::GUEST]")]
    pub embed: Vec<String>,
    /// Threads to compile with, 256 at most [default: one for each processor]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    #[command(flatten)]
    pub speech: SpeechArgs,
}
