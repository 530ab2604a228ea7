//! What the code of a component and the runtime agree on (Component Model, Canonical ABI): the options of lowered
//! functions, handles, and the functions behind the canonical built-ins.
//!
//! A WASI function that a component imports is the runtime's symbol `INTERFACE@VERSION#FUNCTION`, for instance
//! `wasi:io/streams@0.2#[method]output-stream.write`: the version is the part of the import's that compatible ones share
//! (`0.MINOR`, else `MAJOR`), the function is named as in the component. It is `extern "C" fn(&Options, …)`: the
//! import's flat core parameters, the flat core result or none. What is dropped of a host's resource type is
//! `INTERFACE@VERSION#[resource-drop]NAME`: `extern "C" fn(rep: u32)`.

pub mod invocation;
mod resources;

pub use resources::RESOURCES;

use crate::{Region, Str};

/// The options of a `canon lower` (Canonical ABI, `canonopt`), and where the call comes from: read-only data, one
/// record for each combination that a program has.
#[derive(Debug)]
#[repr(C)]
pub struct Options {
    /// The memory that pointers point into; null if the function needs none.
    pub memory: *const Region,
    /// Makes room in the memory: `(old address, old bytes, alignment, new bytes)`. May run any code of the component
    /// but lowered functions; what it returns is unchecked. None if the function needs none.
    pub realloc: Option<unsafe extern "C" fn(u32, u32, u32, u32) -> u32>,
    /// The caller's component instance, an index into [`Component::instances`]: handles are in its table.
    pub instance: u32,
    /// One of [`encoding`].
    pub encoding: u32,
}

/// Values of [`Options::encoding`].
pub mod encoding {
    /// UTF-8; lengths are in bytes.
    pub const UTF8: u32 = 0;
    /// UTF-16; lengths are in code units of 2 bytes.
    pub const UTF16: u32 = 1;
    /// Latin-1, or UTF-16 where the length has [`UTF16_TAG`].
    pub const COMPACT_UTF16: u32 = 2;

    /// Set in the length of a string of [`COMPACT_UTF16`] that is UTF-16.
    pub const UTF16_TAG: u32 = 1 << 31;
}

/// What the runtime must know of a component: see [`crate::Program::component`].
#[derive(Debug)]
#[repr(C)]
pub struct Component {
    /// State of the component instances, in the order in which they are instantiated.
    pub instances: *mut Instance,
    /// Number of `instances`.
    pub instance_count: usize,
    /// What the indices mean by which the program's code names resource types: see [`TypeUse`].
    pub types: *const TypeUse,
    /// Number of `types`.
    pub type_count: usize,
    /// Names of core modules, for reports; see [`ModuleName`].
    pub modules: *const ModuleName,
    /// Number of `modules`.
    pub module_count: usize,
    /// Messages of traps: [`crate::traps::COMPONENT_MESSAGES`].
    pub messages: Str,
}

/// The name of the core module that a run of functions belongs to.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct ModuleName {
    /// The name.
    pub name: Str,
    /// The run's first function, an index into [`crate::Program::functions`]; it ends where the next one begins. Ascending.
    pub first: usize,
}

/// A resource type as a component instance knows it: a type may have several, and an instance several types.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct TypeUse {
    /// The type, numbered over the program: those of the host first, in the order of [`RESOURCES`], then those that
    /// components define.
    pub resource: u32,
    /// The instance whose table has the handles.
    pub instance: u32,
    /// Whether that instance defines the type (0 or 1): a borrow that it is given is the representation itself.
    pub own: u64,
}

/// State of a component instance, all zero at start. Only the runtime reads and writes it.
#[derive(Debug)]
#[repr(C)]
pub struct Instance {
    /// Its handles; null: `inline` holds them.
    pub handles: *mut Handle,
    /// Handles that there is room for, if `handles` is not null.
    pub capacity: u32,
    /// Handles that were ever in use; their indices start at 1.
    pub used: u32,
    /// The free handle to use next, and behind it a list of them (`rep` is the next one's index); 0: none.
    pub free: u32,
    /// The first handles, so that most programs need no other room.
    pub inline: [Handle; INLINE_HANDLES],
}

/// See [`Instance::inline`].
pub const INLINE_HANDLES: usize = 32;

/// Handles that the instances of a program may have at once, all together: wasmtime's default, too. The Canonical ABI allows
/// 2^28 (`Table.MAX_LENGTH`).
pub const MAX_HANDLES: u32 = 100_000;

/// Entries of the tables of all instances, free ones included: what keeps handles that move from instance to instance from filling the
/// table of each.
pub const MAX_HANDLE_ENTRIES: u32 = 10 * MAX_HANDLES;

/// An entry of a table of handles (Canonical ABI, `ResourceHandle`).
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Handle {
    /// The type's number and 1 (see [`TypeUse::resource`]); 0: the entry is free.
    pub resource: u32,
    /// Of an owning handle 0; of a borrowing one the number of the call that it must be dropped in, from 1 (Canonical ABI,
    /// `borrow_scope`).
    pub scope: u32,
    /// The representation.
    pub rep: u32,
    /// Of an owning handle: how often it is lent.
    pub lends: u32,
}

/// Symbols of the runtime behind canonical built-ins. `type` is an index into [`Component::types`].
pub mod symbols {
    /// `resource.new`: `extern "C" fn(type: u32, rep: u32) -> u32`, the new handle.
    pub const RESOURCE_NEW: &str = "wasi_aot_resource_new";
    /// `resource.rep`: `extern "C" fn(type: u32, handle: u32) -> u32`, the representation.
    pub const RESOURCE_REP: &str = "wasi_aot_resource_rep";
    /// `resource.drop` without the destructor: `extern "C" fn(type: u32, handle: u32) -> u64`, the representation if it is to be
    /// destroyed, else [`super::NOT_OWNED`].
    pub const RESOURCE_DROP: &str = "wasi_aot_resource_drop";
    /// Moves an owning handle: `extern "C" fn(handle: u32, from: u32, to: u32) -> u32`, the new one; `from` and `to` are types.
    pub const TRANSFER_OWN: &str = "wasi_aot_resource_transfer_own";
    /// Lends a handle for the call at hand: the same.
    pub const TRANSFER_BORROW: &str = "wasi_aot_resource_transfer_borrow";
    /// A call that may lend handles begins: `extern "C" fn(caller: u32, async: u32, callee: u32)`, of these instances.
    pub const ENTER_CALL: &str = "wasi_aot_component_enter_call";
    /// It has ended: `extern "C" fn()`.
    pub const EXIT_CALL: &str = "wasi_aot_component_exit_call";
    /// Makes a call and prints its result in the words of WAVE: `extern "C" fn(&Invocation)`.
    pub const INVOKE: &str = "wasi_aot_component_invoke";
    /// Lifts the result of `wasi:cli/run#run` before its `post-return` function is called:
    /// `extern "C" fn(result: u32)`.
    pub const CHECK: &str = "wasi_aot_component_check";
    /// The result of `wasi:cli/run#run`, flat: `extern "C" fn(result: u32) -> !`. Ends the process.
    pub const END: &str = "wasi_aot_component_end";

    /// In front of the name of a way to transcode strings, for instance `wasi_aot_transcode_utf8_to_utf16`: `extern "C"
    /// fn(from: &Region, to: &Region, …)`. The adapter that calls it has checked that both strings are inside of their
    /// memories, and aligned. Where there are two results the second is in the upper 32 bits.
    pub const TRANSCODE: &str = "wasi_aot_transcode_";
}

/// See [`symbols::RESOURCE_DROP`].
pub const NOT_OWNED: u64 = u64::MAX;

// SAFETY: immutable data of the image; the memory's region is the runtime's.
unsafe impl Sync for Options {}
// SAFETY: as for `Options`; the state of instances is reached through raw pointers whose users keep their own discipline.
unsafe impl Sync for Component {}
