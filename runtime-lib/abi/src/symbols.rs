//! Symbol names that the program object and the runtime object share.
//!
//! A WASI import becomes the symbol `MODULE.NAME`, for example `wasi_snapshot_preview1.fd_write`:
//! an `extern "C"` function of the runtime whose first parameter is `Option<&Region>`, the
//! importing instance's memory or null, followed by the import's own parameters. A preview 1
//! function that returns an errno returns it as `i32`. The runtime object defines exactly the
//! imports that it supports; the compiler finds these in its symbol table.

/// Defined by the program: the single [`crate::Program`].
pub const PROGRAM: &str = "wasi_aot_program";

/// Defined by the configuration: the one [`crate::Config`].
pub const CONFIG: &str = "wasi_aot_config";

/// Defined by the program: the names of its functions; see [`crate::Config::names`].
pub const NAMES: &str = "wasi_aot_names";

/// Defined by the linker: the lowest address of the image.
pub const IMAGE_START: &str = "__executable_start";

/// Defined by the linker: the header of the executable's format.
pub const HEADER: &str = "__ehdr_start";

/// Defined by the runtime: the process starts here.
pub const START: &str = "_start";

/// Defined by the runtime: `usize`, the lowest stack pointer with which a host call may be
/// entered; see [`crate::HOST_STACK`].
pub const STACK_LIMIT: &str = "wasi_aot_stack_limit";

/// Defined by the runtime: `extern "C" fn(&mut Region, delta: u64) -> u64`. `delta` is in bytes; it
/// returns the old size in bytes, or `u64::MAX` if the region cannot grow.
pub const REGION_GROW: &str = "wasi_aot_region_grow";

/// The same for a table, which is also limited by [`crate::MAX_TABLE_ELEMENTS`].
pub const TABLE_GROW: &str = "wasi_aot_table_grow";

/// Defined by the runtime: `extern "C" fn(free: &mut Free, bytes: u64) -> u64`. Allocates in the
/// heap, after a collection if necessary, and returns the address of `bytes` free bytes (a multiple
/// of [`crate::heap::OBJECT_ALIGN`]), all zero. Raises the trap if the heap is full. The caller
/// writes the object's header, and an array's length, before anything can trap or allocate.
pub const HEAP_ALLOCATE: &str = "wasi_aot_heap_allocate";

/// Defined by the runtime: `extern "C" fn(exception: u64) -> !`. Unwinds to the handler of an
/// exception, an object of the heap; raises the trap if there is none.
pub const THROW: &str = "wasi_aot_throw";

/// Defined by the runtime: `extern "C" fn(code: u32) -> !`. Raises the trap with this code in a
/// host call or an entry step, with the caller's backtrace.
pub const RAISE_TRAP: &str = "wasi_aot_raise_trap";

/// Defined only by the runtime's variant for tests (feature `recovery`), never in the runtime
/// object of a product: runs the program's steps one by one and continues after their traps. See
/// [`crate::program::Step`].
pub const RECOVERY_START: &str = "wasi_aot_recovery_start";

/// Defined by the runtime: `extern "C" fn(address: *const u32, expected: u64, timeout: i64) ->
/// u64`, `memory.atomic.wait32` on a valid address: returns 0 if woken, 1 if the value differs, 2
/// on timeout.
pub const WAIT32: &str = "wasi_aot_wait32";
/// The same for 64 bits: `memory.atomic.wait64`.
pub const WAIT64: &str = "wasi_aot_wait64";
/// Defined by the runtime: `extern "C" fn(address: *const u8, count: u64) -> u64`,
/// `memory.atomic.notify` on a valid address: returns the number of woken threads.
pub const NOTIFY: &str = "wasi_aot_notify";

/// Defined by the runtime: `extern "C" fn(wanted: u64)`. Ends the process with a message unless it
/// has `wanted` arguments.
pub const ARGUMENTS: &str = "wasi_aot_arguments";
/// Defined by the runtime: `extern "C" fn(position: u64, kind: u64) -> u64`. Returns the bits of
/// the value in an argument of the process ([`crate::invoke`]). Ends the process with a message if
/// the argument is not a value of this kind.
pub const ARGUMENT: &str = "wasi_aot_argument";
/// Defined by the runtime: `extern "C" fn(kind: u64, low: u64, high: u64)`. Prints a result as a
/// line; `high` is the upper half of a vector.
pub const PRINT: &str = "wasi_aot_print";
/// Defined by the runtime: `extern "C" fn(Option<&Region>, path: u64, found: u64)`. Reports a C
/// library's search for the granted directory that contains a path. `path` is the address of a C
/// string in the memory; `found` is the directory's descriptor, or `u32::MAX`.
pub const LOOKED_UP: &str = "wasi_aot_looked_up";

/// Defined by the runtime: the handler of the signals that the runtime handles in every program.
pub const SIGNAL_HANDLER: &str = "wasi_aot_signal_handler";

/// Defined by the runtime: the handler of the signal that [`hooks::TIMEOUT`] arms.
pub const TIMEOUT_HANDLER: &str = "wasi_aot_signal_timeout";

/// Defined by the runtime: the code by which a signal handler returns. C libraries use the same
/// name, and debuggers recognise the frame of a signal by it.
pub const SIGNAL_RETURN: &str = "__restore_rt";

/// Prefix of absolute symbols of the runtime object: with the name of a system call, the value is
/// its number. Each instruction that makes the call has a relocation that changes nothing and whose
/// addend is the number.
pub const SYSTEM_CALL: &str = "wasi_aot_syscall.";

/// Calls that the sandbox policy distinguishes by an argument have forms: the symbol's name is
/// followed by a dot and the form, and the value has the form's number in the bits from this one
/// on.
pub const FORM_SHIFT: u32 = 16;

/// Helpers that the compiler may call: the runtime defines the C functions with these names
/// (`memmove` for `memory.copy`, `memset` for `memory.fill`, `memcpy` for `memory.init`).
pub const MEMMOVE: &str = "memmove";
/// See [`MEMMOVE`].
pub const MEMSET: &str = "memset";
/// See [`MEMMOVE`].
pub const MEMCPY: &str = "memcpy";

/// Defined by the runtime: `extern "C" fn(a: f64, b: f64, c: f64) -> f64`, `a * b + c` rounded
/// once.
pub const FMA64: &str = "wasi_aot_fma64";
/// The same for `f32`.
pub const FMA32: &str = "wasi_aot_fma32";

/// Defined by the runtime: `extern "C" fn()`. Programs that need them list them in
/// [`crate::Config::start`], in the order of [`hooks::START`].
pub mod hooks {
    macro_rules! start {
        ($($(#[$doc:meta])* $name:ident = $symbol:literal, $after:ident;)*) => {
            $($(#[$doc])* pub const $name: &str = $symbol;)*

            /// All start hooks, in the order of execution.
            pub const START: &[Hook] = &[$(Hook { symbol: $name, after: After::$after },)*];
        };
    }

    /// A start hook.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Hook {
        /// Its symbol.
        pub symbol: &'static str,
        /// The code of it that can run while the program runs.
        pub after: After,
    }

    /// The code of a hook that can run while the program runs.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum After {
        /// None, except signal handlers.
        Over,
        /// Functions that it installs.
        Stays,
    }

    start! {
        /// Ends the process unless the CPU has the features of [`crate::Config::cpu`].
        CPU = "wasi_aot_start_cpu", Over;
        /// Gives up what the process inherited: descriptors, and the ability to gain privileges.
        INHERITED = "wasi_aot_start_inherited", Over;
        /// Reads the variables that [`crate::Config::runtime_grants`] allows.
        RUNTIME_GRANTS = "wasi_aot_start_runtime_grants", Over;
        /// Registers the first thread, for programs that start others
        /// ([`crate::program::Threads`]).
        THREADS = "wasi_aot_start_threads", Over;
        /// Opens the sockets to listen on, or takes over inherited ones.
        LISTEN = "wasi_aot_start_listen", Over;
        /// Opens the sockets of the HTTP server and becomes its supervisor; returns in each worker.
        SERVER = "wasi_aot_start_server", Over;
        /// Opens the granted directories.
        DIRS = "wasi_aot_start_dirs", Over;
        /// Opens the system's configuration for names (`/etc/hosts`, `/etc/resolv.conf`).
        NAMES = "wasi_aot_start_names", Over;
        /// Assigns descriptors to the roots of embedded trees.
        EMBEDS = "wasi_aot_start_embeds", Stays;
        /// Starts the clock of [`crate::Config::timeout`].
        TIMEOUT = "wasi_aot_start_timeout", Over;
        /// Gives up access to all files except those below the granted directories, and to all TCP
        /// ports except granted ones, for programs that use any.
        FILES = "wasi_aot_start_files", Over;
        /// Gives up all system calls except those of [`crate::Config::wall`].
        WALL = "wasi_aot_start_wall", Over;
        /// Serves requests, in a worker of the HTTP server; never returns.
        WORKER = "wasi_aot_start_worker", Stays;
    }

    /// [`crate::Config::end`] of programs that can fail for lack of a grant: it names the missing
    /// grant.
    pub const NOTES: &str = "wasi_aot_end_notes";

    /// [`crate::Config::lines`] of programs that have source locations.
    pub const LINES: &str = "wasi_aot_report_lines";
}

/// Sections of the program object. `FIXED_NOTE` contains lines `SECTION 0xADDRESS\n`: the sections
/// whose address is built into the code.
pub mod sections {
    /// Machine code of all WebAssembly functions, thunks and steps of the program.
    pub const TEXT: &str = ".text.wasm";
    /// The mutable state of all instances: globals, region descriptors, dropped flags, tables.
    /// Fixed.
    pub const STATE: &str = ".wasm.state";
    /// Function tables that nothing mutates. Fixed, read-only.
    pub const TABLES: &str = ".wasm.tables";
    /// The initial image of region N is `.wasm.region.N` (and `.wasm.region.N.K` for the K-th
    /// further piece of a sparse one). Fixed, writable, always at the highest addresses of the
    /// image.
    pub const REGION: &str = ".wasm.region.";
    /// The start of the heap, without its bytes. Fixed.
    pub const HEAP: &str = ".wasm.heap";
    /// Read-only data of the program: passive segments, sites.
    pub const RODATA: &str = ".rodata.wasm";
    /// Names of functions, read-only. Nothing refers to them in a stripped executable.
    pub const NAMES: &str = ".rodata.names";
    /// The configuration, read-only.
    pub const CONFIG: &str = ".rodata.config";
    /// Contents of embedded files, read-only.
    pub const EMBED: &str = ".rodata.embed";
    /// The note that gives the linker the fixed addresses of sections.
    pub const FIXED_NOTE: &str = ".note.wasi-aot.fixed";
    /// The info note, which `inspect` reads back: JSON, kept in the executable.
    pub const INFO_NOTE: &str = ".note.wasi-aot.info";
    /// The note about the sandbox policy, which `inspect` also reads back: JSON, kept in the
    /// executable.
    pub const WALL_NOTE: &str = ".note.wasi-aot.wall";
}

/// Owner name of all notes, as in `Elf64_Nhdr` notes.
pub const NOTE_OWNER: &str = "wasi-aot";
/// Note type of [`sections::FIXED_NOTE`].
pub const NOTE_FIXED: u32 = 1;
/// Note type of [`sections::INFO_NOTE`].
pub const NOTE_INFO: u32 = 2;
/// Note type of [`sections::WALL_NOTE`].
pub const NOTE_WALL: u32 = 3;
