//! `wasi-aot`: compiles a WASI program to one small native executable.
//!
//! [`build`] turns the bytes of a module or component into an executable for a [`Target`]. Its
//! [`Policy`] contains the program's grants and limits, and the way its code is generated.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let target = wasi_aot::targets().find(|target| target.name == "aarch64-linux").unwrap();
//! let mut options = wasi_aot::Options::new(target);
//! options.policy.grants.dirs = vec!["data::/data:ro".parse()?];
//! let built = wasi_aot::build(&std::fs::read("app.wasm")?, "app.wasm", &options)?;
//! std::fs::write("app", built.image.unwrap())?;
//! # Ok(()) }
//! ```
//!
//! Each stage is a function from its input and the options to its output or an error; [`build`]
//! calls them in order. No stage depends on a later one. The modules of the stages are public only
//! for the project's own tests; they may change at any time.

#![forbid(unsafe_code)]

#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod codegen;
#[doc(hidden)]
pub mod component;
#[doc(hidden)]
pub mod cpu;
#[doc(hidden)]
pub mod debug;
#[doc(hidden)]
pub mod demangle;
#[doc(hidden)]
pub mod embed;
pub mod error;
#[doc(hidden)]
pub mod link;
#[doc(hidden)]
pub mod lower;
mod names;
#[doc(hidden)]
pub mod object;
#[doc(hidden)]
pub mod optimize;
pub mod policy;
#[doc(hidden)]
pub mod program;
#[doc(hidden)]
pub mod shown;
mod stage;
#[doc(hidden)]
pub mod wall;
#[doc(hidden)]
pub mod wasm;

pub use codegen::Emit;
pub use error::{Code, Error, Place, Result, Whose};
pub use link::Linker;
pub use optimize::After;
pub use policy::Policy;
pub use policy::note::DebugLevel;
pub use program::Entry;
pub use stage::{Event, Stage};
pub use wasi_aot_targets::Target;

use codegen::kept::Kept;
use codegen::parallel;
use object::Facts;
use policy::Carried;
use policy::note::{Info, InputInfo, ServerInfo};
use sha2::{Digest as _, Sha256};
use std::num::NonZeroUsize;
use wasi_aot_abi::symbols;

/// The targets for which programs can be built.
pub fn targets() -> impl Iterator<Item = &'static Target> {
    wasi_aot_targets::TARGETS.iter()
}

/// The options of a build.
#[non_exhaustive]
pub struct Options<'a> {
    /// The machine.
    pub target: &'a Target,
    /// The program's grants and limits, and the way its code is generated.
    pub policy: Policy,
    /// The program's entry.
    pub entry: Entry,
    /// Whether functions keep their names, in the symbol table and in reports.
    pub names: bool,
    /// The debug information of the executable, where modules have any and `names` is set.
    pub debug: DebugLevel,
    /// The requested listings.
    pub emit: Emit,
    /// The passes after which the program is listed as text.
    pub after: Vec<After>,
    /// Number of threads. The result does not depend on it.
    pub jobs: NonZeroUsize,
    /// The linker; `None`: only the object is requested.
    pub link: Option<Linker>,
    /// Whether the object is requested, in addition to the executable. Any linker can then read it;
    /// this is also true for [`Linker::System`], and without linking.
    pub object: bool,
    /// The code of other builds of the program, where functions that did not change are found, and
    /// to which the others are added. It does not change the result.
    #[doc(hidden)]
    pub kept: Option<&'a Kept>,
    /// Called when the program is linked, with the number of functions to compile.
    pub compiling: Option<&'a dyn Fn(usize)>,
    /// Called after each function, from any thread: how many bytes of the program's code are
    /// compiled, and how many there are. Functions differ too much in size for their number to say
    /// how much is left.
    pub progress: Option<&'a (dyn Fn(usize, usize) + Sync)>,
    /// Called with a warning about the program for the user.
    pub warning: Option<&'a dyn Fn(&str)>,
    /// Called when a stage begins, and with what is known then.
    pub watch: Option<&'a dyn Fn(Event)>,
}

impl<'a> Options<'a> {
    /// Builds an executable for `target`, with default values for all options.
    pub fn new(target: &'a Target) -> Self {
        Options {
            target,
            policy: Policy::default(),
            entry: Entry::default(),
            names: true,
            debug: DebugLevel::default(),
            emit: Emit::default(),
            after: Vec::new(),
            jobs: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            link: Some(Linker::default()),
            object: false,
            kept: None,
            compiling: None,
            progress: None,
            warning: None,
            watch: None,
        }
    }

    fn tell(&self, event: Event) {
        if let Some(watch) = self.watch {
            watch(event);
        }
    }
}

/// The result of a build.
#[derive(Debug)]
#[non_exhaustive]
pub struct Built {
    /// The object, with the listings that were asked for. It is the whole program where
    /// [`Options::object`] is set or [`Linker::Internal`] does not link, and otherwise its code.
    pub object: object::Object,
    /// The facts about the program that its configuration depends on.
    #[doc(hidden)]
    pub facts: Facts,
    /// The program as text, for each of [`Options::after`].
    pub programs: Vec<String>,
    /// The executable, if requested.
    pub image: Option<Vec<u8>>,
}

/// Builds the module or component `bytes`; `name` is the user's name for it.
///
/// # Errors
/// Those of the policy ([`Policy::on`], [`embed::read`]) and of the stages: [`wasm::parse`],
/// [`program::build`], [`codegen::compile`], [`wall::build`], [`object::write`], [`link::link`].
pub fn build(bytes: &[u8], name: &str, options: &Options) -> Result<Built> {
    let carried = Carried::new(&options.policy, options.target, name)?;
    let invoke = match &options.entry {
        Entry::Start => None,
        Entry::Invoke(calls) => Some(calls.join(", ")),
    };
    let input = InputInfo {
        name: name.into(),
        sha256: policy::hex(&Sha256::digest(bytes)),
    };
    let info = carried.info(options.target, input, invoke);
    build_carrying(bytes, name, options, &carried, &info)
}

/// The same with a checked policy, and the info note: for the command line, whose cache needs both
/// before it builds.
///
/// # Errors
/// Those of the stages.
#[doc(hidden)]
pub fn build_carrying(
    bytes: &[u8],
    name: &str,
    options: &Options,
    carried: &Carried,
    info: &Info,
) -> Result<Built> {
    let threads = threads(options.jobs, bytes.len())?;
    let mut how = program::Options::new(&carried.policy, options.entry.clone());
    how.after.clone_from(&options.after);
    let plan;
    options.tell(Event::Stage(Stage::Validate));
    let program = if component::is_component(bytes) {
        plan = component::translate(bytes).map_err(|error| error.in_file(name))?;
        options.tell(Event::Stage(Stage::Program));
        threads.install(|| from_component(&plan, name, options.target, &how))?
    } else {
        let module = threads.install(|| wasm::parse(bytes, name))?;
        options.tell(Event::Stage(Stage::Program));
        from_module(module, options, &how)?
    };
    // Before the code is made, which takes long.
    let carried = &*carried.suited(program.component.serves.is_some())?;
    object::growth(program.memory_at_start, &carried.policy.limits)?;
    options.tell(Event::Runtime {
        threads: program.threads.is_some(),
        bytes: runtime(options.target, program.threads.is_some())?.len(),
    });
    options.tell(Event::Stage(Stage::Compile));
    if let Some(compiling) = options.compiling {
        compiling(program.functions.values().filter(|f| f.reachable).count());
    }
    let how = codegen::Options {
        code: codegen::Choices::new(carried),
        jobs: options.jobs,
        emit: options.emit,
        kept: options.kept,
        progress: options.progress,
    };
    let mut code = codegen::compile(&program, options.target, &how)?;
    let text = |after: &After| code.program(*after, how.code.opt_level);
    let programs = options.after.iter().map(text).collect();
    options.tell(Event::Stage(Stage::Object));
    if options.debug != DebugLevel::None {
        let warn = options.warning.unwrap_or(&|_| {});
        code.lines = debug::table::write(&program, &code.units, &code.compiled, warn);
    }
    let facts = Facts::new(&program, &code);
    if let (Some(Linker::Internal), false) = (options.link, options.object) {
        let object = object::write(&program, options.target, code)?;
        drop(program);
        let image = link_kept(&object.bytes, &facts, options, carried, info)?;
        return Ok(Built {
            object,
            facts,
            programs,
            image: Some(image),
        });
    }
    let wall = wall(&facts, options.target, carried)?;
    let configuration = configuration(&facts, options, carried, info, wall.as_ref());
    let object = object::write_whole(&program, options.target, code, &configuration)?;
    drop(program);
    if options.link.is_some() {
        options.tell(Event::Stage(Stage::Link));
    }
    let image = options
        .link
        .map(|linker| image(linker, &[&object.bytes], &facts, options, carried));
    Ok(Built {
        image: image.transpose()?,
        object,
        facts,
        programs,
    })
}

/// The executable that a program's code becomes with this policy: `code` and `facts` are those of a
/// [`Built`] that was linked with [`Linker::Internal`], of the same module for the same target, entry and
/// [`code_options`].
///
/// # Errors
/// Those of [`Carried::suited`], [`wall::build`], [`object::configure`] and [`link::link`].
#[doc(hidden)]
pub fn link_kept(
    code: &[u8],
    facts: &Facts,
    options: &Options,
    carried: &Carried,
    info: &Info,
) -> Result<Vec<u8>> {
    options.tell(Event::Stage(Stage::Link));
    let carried = &*carried.suited(facts.server.is_some())?;
    let wall = wall(facts, options.target, carried)?;
    let configuration = configuration(facts, options, carried, info, wall.as_ref());
    let configuration = object::configure(options.target, &configuration)?;
    let linker = Linker::Internal;
    image(linker, &[code, &configuration], facts, options, carried)
}

/// All that decides about the code of a module or a `component`, besides the module and wasi-aot itself, as text: where it is
/// equal, code that is kept can be used ([`link_kept`]).
#[doc(hidden)]
pub fn code_options(options: &Options, carried: &Carried, component: bool) -> String {
    let mut program = program::Options::new(&carried.policy, options.entry.clone());
    // Only components have several entries.
    program.serves &= component;
    let code = codegen::Choices::new(carried);
    let debug = options.debug;
    format!("{} {program:?} {code:?} {debug:?}", options.target.triple)
}

/// What the process gives up before the program starts.
fn wall(facts: &Facts, target: &Target, carried: &Carried) -> Result<Option<wall::Wall>> {
    wall::build(&wall::Input {
        runtime: runtime(target, facts.threads)?,
        target,
        policy: &carried.policy,
        symbols: &object::Configuration::symbols(carried, facts),
    })
}

fn configuration<'a>(
    facts: &'a Facts,
    options: &Options,
    carried: &'a Carried,
    info: &Info,
    wall: Option<&'a wall::Wall>,
) -> object::Configuration<'a> {
    let server = facts.server.as_ref().map(|server| ServerInfo {
        limits: carried.policy.server.filled(),
        instantiation_calls: server.instantiation_calls.clone(),
    });
    let info = Info {
        // What a server listens on may be a default.
        grants: carried.policy.grants.clone(),
        server,
        strip: !options.names,
        debug: options.debug,
        system_linker: options.link == Some(Linker::System),
        ..info.clone()
    };
    object::Configuration {
        carried,
        facts,
        info: info.to_json(),
        names: options.names,
        wall,
    }
}

/// The executable that objects become with the runtime.
fn image(
    linker: Linker,
    objects: &[&[u8]],
    facts: &Facts,
    options: &Options,
    carried: &Carried,
) -> Result<Vec<u8>> {
    let strip = !options.names;
    let image = link::link(
        linker,
        objects,
        runtime(options.target, facts.threads)?,
        options.target,
        symbols::START,
        strip,
    );
    image.map_err(|error| about_embedded(error, &carried.embeds))
}

/// The runtime object of a program that starts threads, or that starts none.
fn runtime(target: &Target, threads: bool) -> Result<&'static [u8]> {
    link::runtime(
        target,
        match threads {
            true => link::Variant::Threads,
            false => link::Variant::Product,
        },
    )
}

/// The program that a module is.
fn from_module<'a>(
    module: wasm::Module<'a>,
    options: &Options,
    how: &program::Options,
) -> Result<program::Program<'a>> {
    let runtime = runtime(options.target, program::threads::are_started(&module))?;
    let provided = link::provided(runtime)?;
    let provided = |symbol: &str| provided.contains(symbol);
    if let Some(warn) = options.warning
        && let Some(text) = program::warning(&module, &how.entry)
    {
        warn(&text);
    }
    program::build(module, options.target, how, &provided)
}

/// The program that a component is.
fn from_component<'a>(
    plan: &'a component::Plan<'a>,
    name: &str,
    target: &Target,
    options: &program::Options,
) -> Result<program::Program<'a>> {
    let runtime = runtime(target, false)?;
    let provided = link::provided(runtime)?;
    let provided = |symbol: &str| provided.contains(symbol);
    component::assemble(plan, name, target, options, &provided)
}

/// Adds the size of embedded files to the error of an image that is too large.
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

/// The threads for validating `bytes` bytes of code: at most `jobs`, and one for each 16 KiB. If
/// the system refuses threads, fewer are used.
fn threads(jobs: NonZeroUsize, bytes: usize) -> Result<rayon::ThreadPool> {
    /// The number of bytes of code that justifies a thread.
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
