//! The structures that the program object holds for the runtime. All pointers are relocated by
//! the linker: the image is static, so they are plain addresses.

use crate::MIN_HEAP;
use core::{
    ptr,
    sync::atomic::{AtomicU64, Ordering},
};

/// A piece of UTF-8 text (or bytes), not terminated.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Str {
    /// First byte; dangling but not null when `len` is 0.
    pub ptr: *const u8,
    /// Bytes.
    pub len: usize,
}

/// A growable piece of the address space that stays where it is: a linear memory, or a table that
/// grows. The code of the program knows `base`; the runtime keeps `bytes`.
///
/// `[base, base+bytes)` is readable and writable. Above it, up to what it may grow to and a page
/// more, every access faults: the addresses are reserved without access, or nothing is mapped there
/// ([`Program::regions_end`]).
#[derive(Debug)]
#[repr(C)]
pub struct Region {
    /// First address.
    pub base: *mut u8,
    /// Bytes in use now; the program reads this (`memory.size`). Only the runtime writes it: it never becomes less.
    pub bytes: AtomicU64,
    /// What `bytes` may grow to: the declared maximum, and that of `WASI_AOT_MAX_MEMORY`. `--max-memory` limits
    /// [`Config::max_growth`].
    pub limit: u64,
    /// What `limit` may be set to when the program is started: the declared maximum; 0 for a table.
    pub maximum: u64,
    /// Address space in bytes that is reserved at start, guard included, unless a limit on address
    /// space refuses it; a multiple of 64 KiB. 0: none, the region is mapped as it grows.
    pub reserved: u64,
    /// Bytes from `base` that the image maps at most (a multiple of the page size): the loader has
    /// mapped what pieces there are, the runtime maps the gaps and what follows.
    pub image: u64,
    /// The pieces that the image maps, ascending, not overlapping, page-aligned.
    pub pieces: *const Piece,
    /// Number of `pieces`.
    pub piece_count: u64,
}

impl Region {
    /// Bytes in use now.
    pub fn in_use(&self) -> u64 {
        // Whoever sees a size may use so many bytes: they were accessible before the size was stored.
        self.bytes.load(Ordering::Acquire)
    }
}

/// A part of a region that the executable's load segments provide.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Piece {
    /// Offset from the region's base, page-aligned.
    pub offset: u64,
    /// Length, page-aligned.
    pub bytes: u64,
}

/// What the runtime must know of one function of [`crate::symbols::sections::TEXT`].
/// The table is sorted by `code`; one entry more closes it with the length of the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct FunctionEntry {
    /// Offset of the first instruction from the start of the text.
    pub code: u32,
    /// Offset of the function's records in the sites; see [`crate::sites`].
    pub sites: u32,
    /// Offset of its name in [`Config::names`] (a ULEB128 length, then bytes); `u32::MAX`: no name.
    pub name: u32,
    /// Index of the function in its module, or `u32::MAX` for thunks and steps, which the
    /// backtrace leaves out.
    pub index: u32,
}

/// The program, as the runtime finds it under [`crate::symbols::PROGRAM`].
#[repr(C)]
pub struct Program {
    /// [`crate::ABI_VERSION`].
    pub abi_version: u32,
    /// Number of `functions`, the closing entry not counted.
    pub function_count: u32,
    /// Runs all steps of the program: instantiation, start functions, the entry. When it
    /// returns, the program ends with exit code 0. `None` in a driver program (see `steps`).
    pub entry: Option<unsafe extern "C" fn()>,
    /// First byte of the text.
    pub text: *const u8,
    /// Sorted by `code`.
    pub functions: *const FunctionEntry,
    /// Records of trap and call sites.
    pub sites: *const u8,
    /// Bytes in [`Config::names`].
    pub names_len: u64,
    /// All regions.
    pub regions: *mut Region,
    /// Number of `regions`.
    pub region_count: u64,
    /// Where the addresses end that regions may ever take, exclusive. Nothing else is mapped below,
    /// apart from the image.
    pub regions_end: usize,
    /// What threads need; null: the program starts none.
    pub threads: *const Threads,
    /// The heap of objects; null: the program makes none.
    pub heap: *const crate::heap::Heap,
    /// Calls whose exceptions are caught, sorted by `code`; null: there are none.
    pub caught: *const crate::exceptions::CaughtCall,
    /// Number of `caught`.
    pub caught_count: u64,
    /// The handlers of `caught`.
    pub handlers: *const crate::exceptions::Handler,
    /// What there is to know of a component; null: the program is a module.
    pub component: *const crate::component::Component,
    /// Grants, limits, names.
    pub config: *const Config,
    /// The steps of a driver program (the specification's scripts); null otherwise.
    pub steps: *const Step,
    /// Number of `steps`.
    pub step_count: u64,
}

/// How the threads of a program start. Each has a state of its own: the globals, tables and lengths of segments of an instance of
/// the module; memories are shared.
#[repr(C)]
pub struct Threads {
    /// Instantiates the module with the state at `state`, which holds a copy of `initial`, and calls `wasi_thread_start(id, argument)`.
    pub start: unsafe extern "C" fn(state: *mut ThreadState, id: i32, argument: i32),
    /// The first thread's state, aligned to a cache line.
    pub first: *mut ThreadState,
    /// What a state starts with.
    pub initial: *const u8,
    /// Bytes of a state.
    pub bytes: u64,
}

/// What the state of a thread begins with: the program's own follows.
#[derive(Debug)]
#[repr(C)]
pub struct ThreadState {
    /// The lowest stack pointer with which this thread may enter a host call; see [`crate::HOST_STACK`]. The program reads it; 0 at start.
    pub stack_limit: u64,
}

/// One step of a driver program. `run` executes it and stores results in `results` (8 bytes
/// each: an integer zero-extended, a float's bits, a reference's address or handle).
#[repr(C)]
pub struct Step {
    /// What to run. A trap inside ends the step, not the program.
    pub run: unsafe extern "C" fn(results: *mut u64),
    /// Number of results.
    pub results: u64,
}

/// Grants, limits and names, chosen at build.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Config {
    /// The module's file name, for reports.
    pub module: Str,
    /// The module's own name, which precedes its functions in a backtrace.
    pub name: Str,
    /// Names of functions; null in a stripped executable.
    pub names: *const u8,
    /// `argv[0]` as the program sees it; empty: as the process was called.
    pub argv0: Str,
    /// Directories.
    pub dirs: *const Dir,
    /// Number of `dirs`.
    pub dir_count: usize,
    /// Environment: `K=V` is set, `K` alone is taken from the process if it is there, `=K` is taken
    /// away. Of two for one variable the later holds.
    pub env: *const Str,
    /// Number of `env`.
    pub env_count: usize,
    /// Bytes that memories and tables may grow by, all together (`--max-memory`, less what memories start with); `u64::MAX`: only their
    /// own limits count.
    pub max_growth: u64,
    /// What the objects of the heap may take, in bytes; `u64::MAX`: what there is room for.
    pub max_heap: u64,
    /// Size of the program's stack in bytes.
    pub max_stack: u64,
    /// Bits of [`config_flags`].
    pub flags: u64,
    /// Where to listen: `ADDRESS:PORT`, IPv6 addresses in brackets. The sockets are the first
    /// descriptors behind the standard streams.
    pub listen: *const Str,
    /// Number of `listen`.
    pub listen_count: usize,
    /// Trees of files inside the executable; they follow the directories.
    pub embeds: *const Embed,
    /// Number of `embeds`.
    pub embed_count: usize,
    /// How long the program may run, in nanoseconds; 0: as long as it wants.
    pub timeout: u64,
    /// How many descriptors the program may have open at once, those that it starts with included;
    /// 0: as many as the system allows.
    pub max_open_files: u64,
    /// What may be given when the program is started: bits of [`runtime_grants`].
    pub runtime_grants: u64,
    /// What the program's code takes for granted of the CPU: bits of [`crate::cpu`].
    pub cpu: u64,
    /// What the process gives up before the program starts; null: nothing.
    pub wall: *const Wall,
    /// What the runtime does before the program starts beyond what every program needs, in this order:
    /// functions of [`crate::symbols::hooks`]. An executable holds only those that it uses.
    pub start: *const unsafe extern "C" fn(),
    /// Number of `start`.
    pub start_count: usize,
    /// Where the program may connect to: words of [`crate::words::net`].
    pub net: *const Str,
    /// Number of `net`.
    pub net_count: usize,
    /// Where it may wait for connections and datagrams: the same words, without names.
    pub net_listen: *const Str,
    /// Number of `net_listen`.
    pub net_listen_count: usize,
    /// Servers that are asked for names instead of the system's: `ADDRESS:PORT`.
    pub name_servers: *const Str,
    /// Number of `name_servers`.
    pub name_server_count: usize,
    /// Called once when the program ends: with its exit code, and the code of the trap that ended it (0: none).
    pub end: Option<unsafe extern "C" fn(code: u32, trap: u32)>,
}

impl Config {
    /// No grants, no limits, no names.
    pub const NONE: Config = Config {
        module: Str::EMPTY,
        name: Str::EMPTY,
        names: ptr::null(),
        argv0: Str::EMPTY,
        dirs: ptr::null(),
        dir_count: 0,
        env: ptr::null(),
        env_count: 0,
        max_growth: u64::MAX,
        max_heap: u64::MAX,
        max_stack: crate::DEFAULT_STACK,
        flags: 0,
        listen: ptr::null(),
        listen_count: 0,
        embeds: ptr::null(),
        embed_count: 0,
        timeout: 0,
        max_open_files: 0,
        runtime_grants: 0,
        cpu: 0,
        wall: ptr::null(),
        start: ptr::null(),
        start_count: 0,
        net: ptr::null(),
        net_count: 0,
        net_listen: ptr::null(),
        net_listen_count: 0,
        name_servers: ptr::null(),
        name_server_count: 0,
        end: None,
    };
}

impl Str {
    /// No text.
    pub const EMPTY: Str = Str::new(b"");

    /// This text.
    pub const fn new(bytes: &'static [u8]) -> Str {
        Str {
            ptr: bytes.as_ptr(),
            len: bytes.len(),
        }
    }
}

/// Bits of [`Config::flags`].
pub mod config_flags {
    /// The whole environment of the process is passed on.
    pub const INHERIT_ENV: u64 = 1;
    /// No note about a missing grant when the program fails.
    pub const NO_NOTES: u64 = 2;
    /// Sockets that are handed over at start (`LISTEN_FDS`) reach the program.
    pub const LISTEN_FDS: u64 = 4;
    /// Built by `wasi-aot run`: notes say how to give it a grant, not how to build.
    pub const RUN: u64 = 8;
    /// The program may look up any name; without it those of [`super::Config::net`].
    pub const NAME_LOOKUP: u64 = 16;
    /// The program asks what it was granted when it first looks for a file, as far as is known. Others ask at their start, or
    /// look files up in a function that tells of it ([`crate::symbols::LOOKED_UP`]).
    pub const ASKS_LATE: u64 = 32;
}

/// Bits of [`Config::runtime_grants`].
pub mod runtime_grants {
    /// `WASI_AOT_DIR`.
    pub const DIR: u64 = 1;
    /// `WASI_AOT_ENV`.
    pub const ENV: u64 = 2;
    /// `WASI_AOT_LISTEN`.
    pub const LISTEN: u64 = 4;
    /// `WASI_AOT_MAX_MEMORY`, `WASI_AOT_MAX_HEAP`, `WASI_AOT_TIMEOUT`, `WASI_AOT_MAX_OPEN_FILES`, `WASI_AOT_MAX_STACK`.
    pub const LIMITS: u64 = 8;
    /// `WASI_AOT_NET`, `WASI_AOT_NET_LISTEN`, `WASI_AOT_NAME_LOOKUP`, `WASI_AOT_NAME_SERVER`.
    pub const NET: u64 = 16;
}

/// A limit of [`Config`] that is a number and nothing else, and the variable that changes it at start where
/// [`runtime_grants::LIMITS`] are open.
#[derive(Debug)]
pub struct Limit {
    /// The variable's name, without [`crate::variables::PREFIX`].
    pub variable: &'static str,
    /// What its value counts.
    pub unit: Unit,
    /// The least value.
    pub least: u64,
    /// What stands for no limit.
    pub none: u64,
    /// How the value is written, for people.
    pub syntax: &'static str,
    /// Sets it.
    pub set: fn(&mut Config, u64),
}

/// What the number of a [`Limit`] counts, which says how it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// [`crate::words::size`].
    Bytes,
    /// [`crate::words::duration`].
    Nanoseconds,
    /// [`crate::words::count`].
    Things,
}

/// The limits that are a number.
pub static LIMITS: [Limit; 3] = [
    Limit {
        variable: "MAX_HEAP",
        unit: Unit::Bytes,
        least: MIN_HEAP,
        none: u64::MAX,
        syntax: "write a number of bytes, with K, M or G behind it, not less than 1M, or - for no limit",
        set: |config, bytes| config.max_heap = bytes,
    },
    Limit {
        variable: "TIMEOUT",
        unit: Unit::Nanoseconds,
        least: 1,
        none: 0,
        syntax: "write a number with ms, s, m or h behind it, or - for no limit",
        set: |config, nanoseconds| config.timeout = nanoseconds,
    },
    Limit {
        variable: "MAX_OPEN_FILES",
        unit: Unit::Things,
        least: 1,
        none: 0,
        syntax: "write a number, or - for no limit",
        set: |config, descriptors| config.max_open_files = descriptors,
    },
];

/// A tree of files inside the executable, which nothing can change.
#[repr(C)]
pub struct Embed {
    /// Path that the program sees.
    pub guest: Str,
    /// Nodes; the first is the root.
    pub nodes: *const EmbedNode,
    /// Number of `nodes`.
    pub node_count: usize,
}

/// A file, directory or link of an [`Embed`].
#[derive(Debug)]
#[repr(C)]
pub struct EmbedNode {
    /// Its name in its directory; empty for the root. A NUL is behind it.
    pub name: Str,
    /// A file's contents, or a link's target.
    pub data: Str,
    /// A directory's first entry: an index into [`Embed::nodes`]. The entries of a directory follow each
    /// other, sorted by the bytes of their names.
    pub first: u32,
    /// A directory's number of entries.
    pub count: u32,
    /// The index of the directory that it is in; 0 for the root.
    pub parent: u32,
    /// One of [`embed_kind`].
    pub kind: u32,
}

/// Values of [`EmbedNode::kind`].
pub mod embed_kind {
    /// A file.
    pub const FILE: u32 = 0;
    /// A directory.
    pub const DIRECTORY: u32 = 1;
    /// A symbolic link.
    pub const LINK: u32 = 2;
}

/// What the process gives up before the program's first instruction.
#[repr(C)]
pub struct Wall {
    /// Bits of [`wall_flags`].
    pub flags: u64,
    /// A seccomp filter: classic BPF instructions, as the kernel takes them.
    pub filter: *const u64,
    /// Number of instructions.
    pub filter_len: usize,
    /// Which instruction of the filter compares with the process's own number, which is only known at start:
    /// its operand is to be replaced. [`NO_PROCESS`]: none.
    pub process: usize,
}

/// The most instructions of [`Wall::filter`].
pub const MAX_FILTER: usize = 256;

/// See [`Wall::process`].
pub const NO_PROCESS: usize = usize::MAX;

/// Bits of [`Wall::flags`].
pub mod wall_flags {
    /// Where the kernel cannot build the whole wall, the program does not start.
    pub const REQUIRED: u64 = 1;
    /// The program can rename files, or give them other names.
    pub const RENAMES: u64 = 2;
    /// The program can make sockets.
    pub const SOCKETS: u64 = 4;
}

/// A granted directory.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Dir {
    /// Path on the host; relative means to the directory at run time. Not NUL-terminated.
    pub host: Str,
    /// Path that the program sees.
    pub guest: Str,
    /// Bits of [`dir_flags`].
    pub flags: u64,
}

/// Bits of [`Dir::flags`].
pub mod dir_flags {
    /// Nothing below may be changed.
    pub const READ_ONLY: u64 = 1;
}

// SAFETY: immutable data of the image; what is mutable (regions) is reached through raw pointers
// whose users keep their own discipline.
unsafe impl Sync for Program {}

// SAFETY: immutable data of the image, with everything that it points to.
unsafe impl Sync for Config {}
// SAFETY: as for `Config`.
unsafe impl Sync for Dir {}
// SAFETY: as for `Config`.
unsafe impl Sync for Str {}
// SAFETY: as for `Config`.
unsafe impl Sync for Embed {}
// SAFETY: as for `Config`.
unsafe impl Sync for EmbedNode {}
// SAFETY: as for `Config`.
unsafe impl Sync for Wall {}
// SAFETY: as for `Program`: states are reached through raw pointers.
unsafe impl Sync for Threads {}
