//! The contract between a component's code and the runtime (Component Model, Canonical ABI): the
//! options of lowered functions, handles, and the functions for canonical built-ins.
//!
//! A WASI function that a component imports is the runtime's symbol `INTERFACE@VERSION#FUNCTION`,
//! for example `wasi:io/streams@0.2#[method]output-stream.write`. The version is the part of the
//! import's that compatible versions share (`0.MINOR`, else `MAJOR`), the function has its name in
//! the component. It is `extern "C" fn(&Options, …)`: its parameters after the first are the
//! import's flat core parameters, and it returns the flat core result, if there is one. The
//! destructor of a host's resource type is `INTERFACE@VERSION#[resource-drop]NAME`: `extern "C"
//! fn(rep: u32)`.

pub mod invocation;
mod resources;

pub use resources::RESOURCES;

use crate::{Region, Str};

/// The options of a `canon lower` (Canonical ABI, `canonopt`), and the calling component instance:
/// read-only data, one record for each combination in the program.
#[derive(Debug)]
#[repr(C)]
pub struct Options {
    /// The memory for pointers; null if the function needs none.
    pub memory: *const Region,
    /// Allocates in the memory: `(old address, old bytes, alignment, new bytes)`. It may run any
    /// code of the component except lowered functions; its result is unchecked. `None` if the
    /// function does not need it.
    pub realloc: Option<unsafe extern "C" fn(u32, u32, u32, u32) -> u32>,
    /// The caller's component instance, an index into [`Component::instances`]: its table has the
    /// handles.
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
    /// Latin-1, or UTF-16 if the length has [`UTF16_TAG`].
    pub const COMPACT_UTF16: u32 = 2;

    /// Set in the length of a [`COMPACT_UTF16`] string that is UTF-16.
    pub const UTF16_TAG: u32 = 1 << 31;
}

/// The runtime's data about a component: see [`crate::Program::component`].
#[derive(Debug)]
#[repr(C)]
pub struct Component {
    /// State of the component instances, in the order in which they are instantiated.
    pub instances: *mut Instance,
    /// Number of `instances`.
    pub instance_count: usize,
    /// The resource types to which indices in the program's code refer: see [`TypeUse`].
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

/// The name of the core module that contains a range of functions.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct ModuleName {
    /// The name.
    pub name: Str,
    /// The range's first function, an index into [`crate::Program::functions`]; the range ends at
    /// the next one's start. Ascending.
    pub first: usize,
}

/// A resource type from the view of a component instance: several instances may use a type, and an
/// instance may use several types.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct TypeUse {
    /// The type's number in the program: first the host's types, in the order of [`RESOURCES`],
    /// then the component's own.
    pub resource: u32,
    /// The instance whose table contains the handles.
    pub instance: u32,
    /// Whether this instance defines the type (0 or 1): a borrow that is passed to it is then the
    /// representation itself.
    pub own: u64,
}

/// State of a component instance, initially zero. Only the runtime reads and writes it.
#[derive(Debug)]
#[repr(C)]
pub struct Instance {
    /// Its handles; null: `inline` holds them.
    pub handles: *mut Handle,
    /// Capacity of `handles`, if it is not null.
    pub capacity: u32,
    /// Number of handles that have ever been in use; their indices start at 1.
    pub used: u32,
    /// The first entry of the list of free handles (`rep` holds the index of the next); 0: none.
    pub free: u32,
    /// The first handles, so that most programs need no allocation for them.
    pub inline: [Handle; INLINE_HANDLES],
}

/// See [`Instance::inline`].
pub const INLINE_HANDLES: usize = 32;

/// The maximum of handles in use in all instances of a program together, equal to wasmtime's
/// default. The Canonical ABI allows 2^28 (`Table.MAX_LENGTH`).
pub const MAX_HANDLES: u32 = 100_000;

/// The maximum of entries in the tables of all instances, including free ones. It prevents handles
/// that move between instances from filling each instance's table.
pub const MAX_HANDLE_ENTRIES: u32 = 10 * MAX_HANDLES;

/// An entry of a table of handles (Canonical ABI, `ResourceHandle`).
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Handle {
    /// The type's number plus 1 (see [`TypeUse::resource`]); 0: the entry is free.
    pub resource: u32,
    /// For an owning handle 0; for a borrowing one the number, from 1, of the call during which it
    /// must be dropped (Canonical ABI, `borrow_scope`).
    pub scope: u32,
    /// The representation.
    pub rep: u32,
    /// For an owning handle: the number of times that it is currently lent.
    pub lends: u32,
}

/// Symbols of the runtime for canonical built-ins. `type` is an index into [`Component::types`].
pub mod symbols {
    /// `resource.new`: `extern "C" fn(type: u32, rep: u32) -> u32`, returns the new handle.
    pub const RESOURCE_NEW: &str = "wasi_aot_resource_new";
    /// `resource.rep`: `extern "C" fn(type: u32, handle: u32) -> u32`, returns the representation.
    pub const RESOURCE_REP: &str = "wasi_aot_resource_rep";
    /// `resource.drop` without the destructor: `extern "C" fn(type: u32, handle: u32) -> u64`,
    /// returns the representation if it must be destroyed, else [`super::NOT_OWNED`].
    pub const RESOURCE_DROP: &str = "wasi_aot_resource_drop";
    /// Moves an owning handle: `extern "C" fn(handle: u32, from: u32, to: u32) -> u32`, returns the
    /// new handle; `from` and `to` are types.
    pub const TRANSFER_OWN: &str = "wasi_aot_resource_transfer_own";
    /// Lends a handle for the current call: the same signature.
    pub const TRANSFER_BORROW: &str = "wasi_aot_resource_transfer_borrow";
    /// Begins a call that may lend handles: `extern "C" fn(caller: u32, async: u32, callee: u32)`,
    /// with the numbers of instances.
    pub const ENTER_CALL: &str = "wasi_aot_component_enter_call";
    /// Ends it: `extern "C" fn()`.
    pub const EXIT_CALL: &str = "wasi_aot_component_exit_call";
    /// Makes a call and prints its result in WAVE syntax: `extern "C" fn(&Invocation)`.
    pub const INVOKE: &str = "wasi_aot_component_invoke";
    /// Serves requests with the handler of `wasi:http/incoming-handler`, once the instances exist:
    /// `extern "C" fn(&Invocation) -> !`.
    pub const SERVE: &str = "wasi_aot_http_serve";
    /// Lifts the result of `wasi:cli/run#run` before its `post-return` function is called:
    /// `extern "C" fn(result: u32)`.
    pub const CHECK: &str = "wasi_aot_component_check";
    /// Takes the flat result of `wasi:cli/run#run` and ends the process: `extern "C" fn(result:
    /// u32) -> !`.
    pub const END: &str = "wasi_aot_component_end";

    /// Prefix of the functions that transcode strings, for example
    /// `wasi_aot_transcode_utf8_to_utf16`: `extern "C" fn(from: &Region, to: &Region, …)`. The
    /// calling adapter has checked that both strings are in their memories and aligned. If there
    /// are two results, the second is in the upper 32 bits.
    pub const TRANSCODE: &str = "wasi_aot_transcode_";
}

/// See [`symbols::RESOURCE_DROP`].
pub const NOT_OWNED: u64 = u64::MAX;

// SAFETY: this is immutable data of the image; the runtime synchronises the memory's region.
unsafe impl Sync for Options {}
// SAFETY: as for `Options`; the state of instances is accessed only through raw pointers, whose
// users guarantee exclusive access.
unsafe impl Sync for Component {}
