//! The structures that the program object holds for the runtime. All pointers are relocated by
//! the linker: the image is static, so they are plain addresses.

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
/// `[base, base+bytes)` is readable and writable, the rest up to `base+reserved` traps.
#[derive(Debug)]
#[repr(C)]
pub struct Region {
    /// First address.
    pub base: *mut u8,
    /// Bytes in use now; the program reads this (`memory.size`). Only the runtime writes it.
    pub bytes: u64,
    /// What `bytes` may grow to: the declared maximum and `--max-memory`.
    pub limit: u64,
    /// Reserved address space in bytes, guard included; a multiple of 64 KiB.
    pub reserved: u64,
    /// Bytes from `base` that the image maps at most (a multiple of the page size): the loader has
    /// mapped what pieces there are, the runtime maps the gaps and what follows.
    pub image: u64,
    /// The pieces that the image maps, ascending, not overlapping, page-aligned.
    pub pieces: *const Piece,
    /// Number of `pieces`.
    pub piece_count: u64,
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
    /// Offset of its name in the names (a ULEB128 length, then bytes); `u32::MAX`: no name.
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
    /// Names of functions.
    pub names: *const u8,
    /// Bytes in `names`.
    pub names_len: u64,
    /// All regions.
    pub regions: *mut Region,
    /// Number of `regions`.
    pub region_count: u64,
    /// Grants, limits, names.
    pub config: *const Config,
    /// The steps of a driver program (the specification's scripts); null otherwise.
    pub steps: *const Step,
    /// Number of `steps`.
    pub step_count: u64,
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
#[repr(C)]
pub struct Config {
    /// The module's file name, for reports.
    pub module: Str,
    /// The module's own name, which stands in front of its functions in a backtrace.
    pub name: Str,
    /// `argv[0]` as the program sees it; empty: as the process was called.
    pub argv0: Str,
    /// Directories.
    pub dirs: *const Dir,
    /// Number of `dirs`.
    pub dir_count: usize,
    /// Environment: `K=V` is set, `K` alone is taken from the process if it is there.
    pub env: *const Str,
    /// Number of `env`.
    pub env_count: usize,
    /// Size of the program's stack in bytes.
    pub max_stack: u64,
    /// Bits of [`config_flags`].
    pub flags: u64,
}

/// Bits of [`Config::flags`].
pub mod config_flags {
    /// The whole environment of the process is passed on.
    pub const INHERIT_ENV: u64 = 1;
}

/// A granted directory.
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
