//! What the user grants and names at build: the plain form of [`wasi_aot_abi::Config`], and how it is
//! written for the runtime.

use super::embed::{self, Placed};
use crate::embed::Embed;
use crate::lower::symbol::Runtime;
use crate::object::blob::{Blob, Record, Target};
use crate::program::{FunctionKind, Program, lookups, preview1};
use crate::shown;
use crate::wall::{Harden, Wall};
use std::mem::offset_of;
use wasi_aot_abi::Str;
use wasi_aot_abi::program::{self as abi, config_flags, dir_flags, runtime_grants};
use wasi_aot_abi::words;

/// Grants, limits and names that the executable carries.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Config {
    /// The module's file name, for reports.
    pub module: String,
    /// `argv[0]` as the program sees it; `None`: as the process was called.
    pub argv0: Option<String>,
    /// Granted directories.
    pub dirs: Vec<Dir>,
    /// Environment variables, in order.
    pub env: Vec<EnvVar>,
    /// What the objects of the heap may take, in bytes; `None`: what there is room for.
    pub max_heap: Option<u64>,
    /// Size of the program's stack in bytes.
    pub max_stack: u64,
    /// Bits of [`wasi_aot_abi::program::config_flags`].
    pub flags: u64,
    /// Where to listen: `ADDRESS:PORT`.
    pub listen: Vec<String>,
    /// Where the program may connect to: words of [`wasi_aot_abi::words::net`].
    pub net: Vec<String>,
    /// Where it may wait for others: the same.
    pub net_listen: Vec<String>,
    /// Trees of files inside the executable.
    pub embeds: Vec<Embed>,
    /// How long the program may run, in nanoseconds; `None`: as long as it wants.
    pub timeout: Option<u64>,
    /// How many descriptors the program may have open at once; `None`: as the system allows.
    pub max_open_files: Option<u64>,
    /// What may be given at start: bits of [`wasi_aot_abi::program::runtime_grants`].
    pub runtime_grants: u64,
    /// What the program's code takes for granted of the CPU: bits of [`wasi_aot_abi::cpu`].
    pub cpu: u64,
    /// Whether the process gives up what the program does not need.
    pub harden: Harden,
}

/// A granted directory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Dir {
    /// Path on the host; relative means to the directory at run time.
    pub host: String,
    /// Path that the program sees.
    pub guest: String,
    /// Whether nothing below may be changed.
    pub read_only: bool,
}

/// An environment variable that the program sees.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EnvVar {
    /// Its name.
    pub key: String,
    /// Its value; `None`: the process's, if it is set there.
    pub value: Option<String>,
}

impl EnvVar {
    /// As it stands in [`wasi_aot_abi::Config::env`].
    fn line(&self) -> String {
        match &self.value {
            Some(value) => format!("{}={value}", self.key),
            None => self.key.clone(),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Config {
            module: String::new(),
            argv0: None,
            dirs: Vec::new(),
            env: Vec::new(),
            max_heap: None,
            max_stack: wasi_aot_abi::DEFAULT_STACK,
            flags: 0,
            listen: Vec::new(),
            net: Vec::new(),
            net_listen: Vec::new(),
            embeds: Vec::new(),
            timeout: None,
            max_open_files: None,
            runtime_grants: 0,
            cpu: 0,
            harden: Harden::default(),
        }
    }
}

/// What handed-over sockets are told by, which programs read that take them.
const HANDED_OVER: [&str; 2] = ["LISTEN_FDS", "LISTEN_FDNAMES"];

/// Writes the configuration of `program` to the read-only data; where it is. `embedded`: where the
/// contents of the embedded files are.
pub fn write(
    config: &Config,
    program: &Program,
    embedded: &Placed,
    wall: Option<&Wall>,
    rodata: &mut Blob,
) -> u64 {
    let name = program.modules.values().next();
    let name = name.map_or("".into(), |module| shown::line(&module.name));
    let argv0 = config.argv0.as_deref().unwrap_or_default();
    let texts = [
        (offset_of!(abi::Config, module), config.module.as_str()),
        (offset_of!(abi::Config, name), &name),
        (offset_of!(abi::Config, argv0), argv0),
    ];
    let mut record = Record::new::<abi::Config>();
    for (at, value) in texts {
        record = str_field(record, at, Target::Rodata, text(rodata, value));
    }
    let hooks = start_hooks(config, program, wall).map(hook).collect();
    for (at, count_at, records) in arrays(config, embedded, hooks, rodata) {
        let count = records.len() as u64;
        let records = rodata.records(records);
        record = record
            .u64(count_at, count)
            .point(at, Target::Rodata, records);
    }
    if let Some(wall) = wall {
        let at = write_wall(wall, rodata);
        record = record.point(offset_of!(abi::Config, wall), Target::Rodata, at);
    }
    if let Some(hook) = end_hook(config, program) {
        record = record.point(offset_of!(abi::Config, end), Target::Runtime(hook), 0);
    }
    let open_files = config.max_open_files.unwrap_or(0);
    let mut flags = config.flags;
    if lookups::asks_late(program) {
        flags |= config_flags::ASKS_LATE;
    }
    let record = record
        .u64(
            offset_of!(abi::Config, max_heap),
            config.max_heap.unwrap_or(u64::MAX),
        )
        .u64(
            offset_of!(abi::Config, max_growth),
            program.max_growth.unwrap_or(u64::MAX),
        )
        .u64(offset_of!(abi::Config, max_stack), config.max_stack)
        .u64(offset_of!(abi::Config, flags), flags)
        .u64(offset_of!(abi::Config, cpu), config.cpu)
        .u64(
            offset_of!(abi::Config, timeout),
            config.timeout.unwrap_or(0),
        )
        .u64(offset_of!(abi::Config, max_open_files), open_files)
        .u64(
            offset_of!(abi::Config, runtime_grants),
            config.runtime_grants,
        );
    rodata.record(&record)
}

/// The arrays of [`abi::Config`]: where each and its length stand there, and what is in it.
fn arrays(
    config: &Config,
    embedded: &Placed,
    hooks: Vec<Record>,
    rodata: &mut Blob,
) -> [(usize, usize, Vec<Record>); 7] {
    let dirs = config.dirs.iter();
    let dirs = dirs.map(|dir| write_dir(dir, rodata)).collect();
    let env = environment(config);
    let env = env.iter().map(|line| write_str(line, rodata)).collect();
    let mut strings = |lines: &[String]| lines.iter().map(|line| write_str(line, rodata)).collect();
    let listen = strings(&config.listen);
    let (net, net_listen) = (strings(&config.net), strings(&config.net_listen));
    let embeds = embed::describe(&config.embeds, embedded, rodata);
    macro_rules! array {
        ($array:ident $count:ident $records:expr) => {
            (
                offset_of!(abi::Config, $array),
                offset_of!(abi::Config, $count),
                $records,
            )
        };
    }
    [
        array!(dirs dir_count dirs),
        array!(env env_count env),
        array!(listen listen_count listen),
        array!(net net_count net),
        array!(net_listen net_listen_count net_listen),
        array!(embeds embed_count embeds),
        array!(start start_count hooks),
    ]
}

/// The variables, as they stand in [`wasi_aot_abi::Config::env`].
pub(super) fn environment(config: &Config) -> Vec<String> {
    let mut lines: Vec<_> = config.env.iter().map(EnvVar::line).collect();
    if config.flags & config_flags::LISTEN_FDS != 0 {
        let named = |name: &&str| config.env.iter().any(|variable| variable.key == **name);
        lines.extend(
            HANDED_OVER
                .iter()
                .filter(|name| !named(name))
                .map(|name| name.to_string()),
        );
    }
    lines
}

/// The functions of a component that fail for want of a grant, as their symbols end.
const NEED_GRANTS: &[&str] = &[
    "tcp-socket.start-bind",
    "tcp-socket.start-connect",
    "udp-socket.start-bind",
    "udp-socket.stream",
    "outgoing-datagram-stream.send",
    "wasi:filesystem/preopens@0.2#get-directories",
    LOOKUP,
];

/// The function that looks names up, as its symbol ends.
const LOOKUP: &str = "#resolve-addresses";

/// The functions of the runtime that the program imports, and calls.
fn imports<'p>(program: &'p Program<'_>) -> impl Iterator<Item = &'p str> {
    let functions = program.functions.values();
    functions.filter_map(|function| match &function.kind {
        FunctionKind::Host { symbol, .. } | FunctionKind::Thunk { symbol, .. }
            if function.reachable =>
        {
            Some(&**symbol)
        }
        _ => None,
    })
}

/// Whether the program calls what fails for want of a grant.
fn may_miss_a_grant(program: &Program) -> bool {
    imports(program).any(|symbol| {
        preview1::needs_grant(symbol) || NEED_GRANTS.iter().any(|end| symbol.ends_with(end))
    })
}

/// Whether the program may look up names.
fn looks_up(config: &Config, program: &Program) -> bool {
    let named = |word: &String| {
        words::net(word).is_some_and(|net| matches!(net.host, words::Host::Name(_)))
    };
    let granted = config.flags & config_flags::NAME_LOOKUP != 0
        || config.runtime_grants & runtime_grants::NET != 0
        || config.net.iter().any(named);
    granted && imports(program).any(|symbol| symbol.ends_with(LOOKUP))
}

/// What the runtime does when this program ends.
pub fn end_hook(config: &Config, program: &Program) -> Option<Runtime> {
    let wanted = may_miss_a_grant(program) && config.flags & config_flags::NO_NOTES == 0;
    wanted.then_some(Runtime::EndNotes)
}

/// What the runtime must do before this program starts, in the order of [`wasi_aot_abi::symbols::hooks::START`].
pub fn start_hooks(
    config: &Config,
    program: &Program,
    wall: Option<&Wall>,
) -> impl Iterator<Item = Runtime> {
    let granted = |bit| config.runtime_grants & bit != 0;
    [
        (Runtime::StartCpu, config.cpu != 0),
        (Runtime::StartInherited, wall.is_some()),
        (Runtime::StartRuntimeGrants, config.runtime_grants != 0),
        (Runtime::StartThreads, program.threads.is_some()),
        (
            Runtime::StartListen,
            !config.listen.is_empty()
                || config.flags & config_flags::LISTEN_FDS != 0
                || granted(runtime_grants::LISTEN),
        ),
        (
            Runtime::StartDirs,
            !config.dirs.is_empty() || granted(runtime_grants::DIR),
        ),
        (Runtime::StartNames, looks_up(config, program)),
        (Runtime::StartEmbeds, !config.embeds.is_empty()),
        (
            Runtime::StartTimeout,
            config.timeout.is_some() || granted(runtime_grants::LIMITS),
        ),
        (
            Runtime::StartFiles,
            wall.is_some_and(|wall| wall.note.paths || wall.note.sockets),
        ),
        (Runtime::StartWall, wall.is_some()),
    ]
    .into_iter()
    .filter_map(|(hook, wanted)| wanted.then_some(hook))
}

fn hook(hook: Runtime) -> Record {
    Record::new::<usize>().point(0, Target::Runtime(hook), 0)
}

fn write_wall(wall: &Wall, rodata: &mut Blob) -> u64 {
    let filter = rodata.align(8);
    for instruction in &wall.filter {
        rodata.append(&instruction.to_le_bytes());
    }
    let process = wall.process.unwrap_or(abi::NO_PROCESS);
    let record = Record::new::<abi::Wall>()
        .u64(offset_of!(abi::Wall, flags), wall.flags)
        .point(offset_of!(abi::Wall, filter), Target::Rodata, filter)
        .u64(offset_of!(abi::Wall, filter_len), wall.filter.len() as u64)
        .u64(offset_of!(abi::Wall, process), process as u64);
    rodata.record(&record)
}

fn write_dir(dir: &Dir, rodata: &mut Blob) -> Record {
    let flags = if dir.read_only {
        dir_flags::READ_ONLY
    } else {
        0
    };
    let (host, guest) = (text(rodata, &dir.host), text(rodata, &dir.guest));
    let record = str_field(
        Record::new::<abi::Dir>(),
        offset_of!(abi::Dir, host),
        Target::Rodata,
        host,
    );
    let record = str_field(record, offset_of!(abi::Dir, guest), Target::Rodata, guest);
    record.u64(offset_of!(abi::Dir, flags), flags)
}

fn write_str(value: &str, rodata: &mut Blob) -> Record {
    str_field(Record::new::<Str>(), 0, Target::Rodata, text(rodata, value))
}

fn text(rodata: &mut Blob, text: &str) -> (u64, u64) {
    (rodata.append(text.as_bytes()), text.len() as u64)
}

/// Sets a [`Str`] at `at` in a record: where its bytes are in `target`, and how many.
pub fn str_field(record: Record, at: usize, target: Target, (offset, len): (u64, u64)) -> Record {
    record
        .point(at + offset_of!(Str, ptr), target, offset)
        .u64(at + offset_of!(Str, len), len)
}
