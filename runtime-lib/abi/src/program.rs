//! The structures that the program object contains for the runtime. The linker relocates all
//! pointers: the image is static, so they are plain addresses.

use crate::MIN_HEAP;
use core::{
    ptr,
    sync::atomic::{AtomicU64, Ordering},
};

/// A piece of UTF-8 text (or bytes), not terminated.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Str {
    /// First byte; dangling but not null if `len` is 0.
    pub ptr: *const u8,
    /// Length in bytes.
    pub len: usize,
}

/// A growable part of the address space with a fixed base: a linear memory, or a table that grows.
/// The program's code contains `base`; the runtime maintains `bytes`.
///
/// `[base, base+bytes)` is readable and writable. Every access above it, up to `reserved` or to the
/// limit of growth plus a page, faults: nothing is mapped there ([`Program::regions_end`]).
#[derive(Debug)]
#[repr(C)]
pub struct Region {
    /// First address.
    pub base: *mut u8,
    /// Bytes currently in use, which the program reads (`memory.size`). Only the runtime writes it:
    /// it never decreases.
    pub bytes: AtomicU64,
    /// What `bytes` may grow to: the declared maximum, and that of `WASI_AOT_MAX_MEMORY`. `--max-memory` limits
    /// [`Config::max_growth`].
    pub limit: u64,
    /// The maximum to which `limit` can be set at start: the declared maximum; 0 for a table.
    pub maximum: u64,
    /// Bytes of addresses in which nothing else is mapped, guard included; a multiple of 64 KiB. 0:
    /// `limit`, and a page. The region is mapped as it grows.
    pub reserved: u64,
    /// The end of the image's pieces, in bytes from `base` (a multiple of the page size): the
    /// loader maps the pieces, the runtime maps the gaps between them and everything after.
    pub image: u64,
    /// The pieces that the image maps: ascending, without overlaps, page-aligned.
    pub pieces: *const Piece,
    /// Number of `pieces`.
    pub piece_count: u64,
}

impl Region {
    /// Bytes currently in use.
    pub fn in_use(&self) -> u64 {
        // The acquiring load makes these bytes accessible to the caller: they were mapped before
        // the size was stored.
        self.bytes.load(Ordering::Acquire)
    }
}

/// A part of a region that a load segment of the executable provides.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Piece {
    /// Offset from the region's base, page-aligned.
    pub offset: u64,
    /// Length, page-aligned.
    pub bytes: u64,
}

/// Bytes of the image that the runtime copies to their place when the program starts: to zero
/// pages, which cost less than pages of the file.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Initial {
    /// Their place.
    pub to: *mut u8,
    /// The bytes, which are read-only data.
    pub from: *const u8,
    /// Their number.
    pub bytes: usize,
}

impl Initial {
    /// Nothing.
    pub const NONE: Initial = Initial {
        to: ptr::null_mut(),
        from: ptr::null(),
        bytes: 0,
    };
}

/// The runtime's data about one function of [`crate::symbols::sections::TEXT`]. The table is sorted
/// by `code`; a final entry holds the length of the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct FunctionEntry {
    /// Offset of the first instruction from the start of the text.
    pub code: u32,
    /// Offset of the function's records in `sites`; see [`crate::sites`].
    pub sites: u32,
    /// Offset of its name in [`Config::names`] (a ULEB128 length, then bytes); `u32::MAX`: no name.
    pub name: u32,
    /// Index of the function in its module, or `u32::MAX` for thunks and steps, which the backtrace
    /// omits.
    pub index: u32,
}

/// The program, which the runtime finds by the symbol [`crate::symbols::PROGRAM`].
#[repr(C)]
pub struct Program {
    /// [`crate::ABI_VERSION`].
    pub abi_version: u32,
    /// Number of `functions`, excluding the final entry.
    pub function_count: u32,
    /// Runs all steps of the program: instantiation, start functions, the entry. When it returns,
    /// the program ends with exit code 0. `None` in a driver program (see `steps`).
    pub entry: Option<unsafe extern "C" fn()>,
    /// First byte of the text.
    pub text: *const u8,
    /// Functions, sorted by `code`.
    pub functions: *const FunctionEntry,
    /// Records of trap and call sites.
    pub sites: *const u8,
    /// Bytes in [`Config::names`].
    pub names_len: u64,
    /// The initial state: region descriptors, globals, tables that change.
    pub state: Initial,
    /// The initial contents of regions that the loader does not map.
    pub contents: *const Initial,
    /// Number of `contents`.
    pub content_count: usize,
    /// All regions.
    pub regions: *mut Region,
    /// Number of `regions`.
    pub region_count: u64,
    /// The exclusive end of the addresses for regions. Nothing else is mapped before it, except the
    /// image.
    pub regions_end: usize,
    /// The base of the segment in which code addresses a memory: the value of GS on x86-64; 0: code
    /// uses none.
    pub segment: usize,
    /// Data for threads; null: the program starts none.
    pub threads: *const Threads,
    /// The heap of objects; null: there is none.
    pub heap: *const crate::heap::Heap,
    /// Calls whose exceptions are caught, sorted by `code`; null: there are none.
    pub caught: *const crate::exceptions::CaughtCall,
    /// Number of `caught`.
    pub caught_count: u64,
    /// The handlers of `caught`.
    pub handlers: *const crate::exceptions::Handler,
    /// Data about the component; null: the program is a module.
    pub component: *const crate::component::Component,
    /// Grants, limits, names.
    pub config: *const Config,
    /// The steps of a driver program (the specification's scripts); null otherwise.
    pub steps: *const Step,
    /// Number of `steps`.
    pub step_count: u64,
}

/// The start of a program's threads. Each has its own state: the globals, tables and lengths of
/// segments of an instance of the module. Memories are shared.
#[repr(C)]
pub struct Threads {
    /// Instantiates the module with the state at `state`, which holds a copy of `initial`, and
    /// calls `wasi_thread_start(id, argument)`.
    pub start: unsafe extern "C" fn(state: *mut ThreadState, id: i32, argument: i32),
    /// The first thread's state, aligned to a cache line.
    pub first: *mut ThreadState,
    /// The initial contents of a state.
    pub initial: *const u8,
    /// Size of a state in bytes.
    pub bytes: u64,
}

/// The start of a thread's state; the program's own part follows.
#[derive(Debug)]
#[repr(C)]
pub struct ThreadState {
    /// The lowest stack pointer with which this thread may enter a host call; see
    /// [`crate::HOST_STACK`]. The program reads it; initially 0.
    pub stack_limit: u64,
}

/// One step of a driver program. `run` executes it and stores results in `results` (8 bytes each:
/// an integer zero-extended, a float's bits, a reference's address or handle).
#[repr(C)]
pub struct Step {
    /// Executes the step. A trap ends the step, not the program.
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
    /// Environment: `K=V` sets a variable, `K` alone takes it from the process's environment if it
    /// is there, `=K` removes it. The last entry for a variable counts.
    pub env: *const Str,
    /// Number of `env`.
    pub env_count: usize,
    /// The limit on the growth of all memories and tables together, in bytes (`--max-memory` minus
    /// the initial size of memories); `u64::MAX`: only their own limits apply.
    pub max_growth: u64,
    /// The limit on objects of the heap, in bytes; `u64::MAX`: the available space.
    pub max_heap: u64,
    /// Size of the program's stack in bytes.
    pub max_stack: u64,
    /// Bits of [`config_flags`].
    pub flags: u64,
    /// Addresses to listen on: `ADDRESS:PORT`, IPv6 addresses in brackets. The sockets are the
    /// first descriptors after the standard streams.
    pub listen: *const Str,
    /// Number of `listen`.
    pub listen_count: usize,
    /// File trees in the executable; they follow the directories.
    pub embeds: *const Embed,
    /// Number of `embeds`.
    pub embed_count: usize,
    /// The time limit of the program in nanoseconds; 0: none.
    pub timeout: u64,
    /// The limit on open descriptors, including those that the program starts with; 0: the
    /// system's.
    pub max_open_files: u64,
    /// The kinds of grants that may be given at start: bits of [`runtime_grants`].
    pub runtime_grants: u64,
    /// The CPU features that the program's code uses: bits of [`crate::cpu`].
    pub cpu: u64,
    /// The sandbox policy; null: none.
    pub wall: *const Wall,
    /// Functions that the runtime calls before the program starts, in this order, in addition to
    /// what every program needs: hooks of [`crate::symbols::hooks`]. An executable contains only
    /// those that it uses.
    pub start: *const unsafe extern "C" fn(),
    /// Number of `start`.
    pub start_count: usize,
    /// Addresses to which the program may connect: words of [`crate::words::net`].
    pub net: *const Str,
    /// Number of `net`.
    pub net_count: usize,
    /// Addresses on which it may accept connections and receive datagrams: the same words, without
    /// names.
    pub net_listen: *const Str,
    /// Number of `net_listen`.
    pub net_listen_count: usize,
    /// Name servers to use instead of the system's: `ADDRESS:PORT`.
    pub name_servers: *const Str,
    /// Number of `name_servers`.
    pub name_server_count: usize,
    /// Called once when the program ends: with its exit code, and the code of the trap that ended
    /// it (0: none).
    pub end: Option<unsafe extern "C" fn(code: u32, trap: u32)>,
    /// The limits of the HTTP server; null: the program is none.
    pub http: *const crate::http::Http,
    /// Prints source locations: to a text of the runtime, for a function of the program, of the
    /// record that ends at `record`. It returns whether anything is known. The table of locations
    /// ([`crate::lines`]) follows `names`.
    pub lines: Option<ReportLines>,
}

/// The type of [`Config::lines`].
pub type ReportLines =
    unsafe extern "C" fn(text: *mut u8, function: *const FunctionEntry, record: *const u8) -> bool;

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
        http: ptr::null(),
        lines: None,
    };
}

impl Str {
    /// No text.
    pub const EMPTY: Str = Str::new(b"");

    /// A text with these bytes.
    pub const fn new(bytes: &'static [u8]) -> Str {
        Str {
            ptr: bytes.as_ptr(),
            len: bytes.len(),
        }
    }
}

/// Bits of [`Config::flags`].
pub mod config_flags {
    /// The program gets the whole environment of the process.
    pub const INHERIT_ENV: u64 = 1;
    /// Failures for lack of a grant are not explained.
    pub const NO_NOTES: u64 = 2;
    /// The program gets the sockets that are inherited at start (`LISTEN_FDS`).
    pub const LISTEN_FDS: u64 = 4;
    /// Built by `wasi-aot run`: explanations of missing grants name its options instead of those of
    /// `build`.
    pub const RUN: u64 = 8;
    /// The program may look up any name; otherwise only those of [`super::Config::net`].
    pub const NAME_LOOKUP: u64 = 16;
    /// The program probably queries its directories when it first looks for a file. Other programs
    /// query them at start, or look up files in a function that reports it
    /// ([`crate::symbols::LOOKED_UP`]).
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
    /// `WASI_AOT_MAX_MEMORY`, `WASI_AOT_MAX_HEAP`, `WASI_AOT_TIMEOUT`, `WASI_AOT_MAX_OPEN_FILES`,
    /// `WASI_AOT_MAX_STACK`.
    pub const LIMITS: u64 = 8;
    /// `WASI_AOT_NET`, `WASI_AOT_NET_LISTEN`, `WASI_AOT_NAME_LOOKUP`, `WASI_AOT_NAME_SERVER`.
    pub const NET: u64 = 16;
    /// The limits of HTTP servers ([`crate::http::LIMITS`]), and `WASI_AOT_ACCESS_LOG`.
    pub const SERVER: u64 = 32;
}

/// A limit in a configuration that consists of one number, and the variable that changes it at
/// start if [`runtime_grants::LIMITS`] is allowed; for HTTP servers: [`runtime_grants::SERVER`].
#[derive(Debug)]
pub struct Limit<C: 'static = Config> {
    /// The variable's name, without [`crate::variables::PREFIX`].
    pub variable: &'static str,
    /// The unit of its value.
    pub unit: Unit,
    /// The minimum.
    pub least: u64,
    /// The value that means no limit, if it can be without one.
    pub none: Option<u64>,
    /// The syntax of the value, for users.
    pub syntax: &'static str,
    /// Sets it.
    pub set: fn(&mut C, u64),
}

/// The unit of a [`Limit`], which determines its syntax.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// [`crate::words::size`].
    Bytes,
    /// [`crate::words::duration`].
    Nanoseconds,
    /// [`crate::words::count`].
    Things,
}

/// The syntax of a time.
pub(crate) const TIME: &str = "write a number followed by ms, s, m or h, or - for no limit";

/// The limits that consist of one number.
pub static LIMITS: [Limit; 3] = [
    Limit {
        variable: "MAX_HEAP",
        unit: Unit::Bytes,
        least: MIN_HEAP,
        none: Some(u64::MAX),
        syntax: "write a number of bytes, such as 64K, 16M or 1G, not less than 1M, or - for no limit",
        set: |config, bytes| config.max_heap = bytes,
    },
    Limit {
        variable: "TIMEOUT",
        unit: Unit::Nanoseconds,
        least: 1,
        none: Some(0),
        syntax: TIME,
        set: |config, nanoseconds| config.timeout = nanoseconds,
    },
    Limit {
        variable: "MAX_OPEN_FILES",
        unit: Unit::Things,
        least: 1,
        none: Some(0),
        syntax: "write a number, or - for no limit",
        set: |config, descriptors| config.max_open_files = descriptors,
    },
];

/// A file tree in the executable, which is read-only.
#[repr(C)]
pub struct Embed {
    /// Path that the program sees.
    pub guest: Str,
    /// Nodes; the first is the root.
    pub nodes: *const EmbedNode,
    /// Number of `nodes`.
    pub node_count: usize,
}

/// A file, directory or link in an [`Embed`].
#[derive(Debug)]
#[repr(C)]
pub struct EmbedNode {
    /// Its name in its directory; empty for the root. A NUL byte follows it.
    pub name: Str,
    /// A file's contents, or a link's target.
    pub data: Str,
    /// A directory's first entry: an index into [`Embed::nodes`]. The entries of a directory are
    /// contiguous, sorted by the bytes of their names.
    pub first: u32,
    /// A directory's number of entries.
    pub count: u32,
    /// The index of its directory; 0 for the root.
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

/// The sandbox policy: the privileges that the process gives up before the program's first
/// instruction.
#[repr(C)]
pub struct Wall {
    /// Bits of [`wall_flags`].
    pub flags: u64,
    /// A seccomp filter: classic BPF instructions in the kernel's form.
    pub filter: *const u64,
    /// Number of instructions.
    pub filter_len: usize,
    /// The index of the instruction that compares with the process's own ID. The runtime replaces
    /// its operand, because the ID is only known at start. [`NO_PROCESS`]: there is no such
    /// instruction.
    pub process: usize,
}

/// The maximum of instructions in [`Wall::filter`].
pub const MAX_FILTER: usize = 256;

/// See [`Wall::process`].
pub const NO_PROCESS: usize = usize::MAX;

/// Bits of [`Wall::flags`].
pub mod wall_flags {
    /// The program does not start if the kernel cannot enforce the whole policy.
    pub const REQUIRED: u64 = 1;
    /// The program can rename files, or link them.
    pub const RENAMES: u64 = 2;
    /// The program can make sockets.
    pub const SOCKETS: u64 = 4;
}

/// A granted directory.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Dir {
    /// Path on the host; a relative path is relative to the working directory at run time. Not
    /// NUL-terminated.
    pub host: Str,
    /// Path that the program sees.
    pub guest: Str,
    /// Bits of [`dir_flags`].
    pub flags: u64,
}

/// Bits of [`Dir::flags`].
pub mod dir_flags {
    /// Everything below is read-only.
    pub const READ_ONLY: u64 = 1;
}

// SAFETY: this is immutable data of the image; mutable parts (regions) are accessed only through
// raw pointers, whose users synchronise their accesses.
unsafe impl Sync for Program {}

// SAFETY: this and everything that it points to are immutable data of the image.
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
// SAFETY: as for `Program`: states are accessed only through raw pointers.
unsafe impl Sync for Threads {}
