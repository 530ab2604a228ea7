//! A call of a component's export with values that are known at build time (`--invoke`).

use super::Options;
use crate::Str;

/// The call. Its parameters are lowered except for the addresses in the component's memory.
#[derive(Debug)]
#[repr(C)]
pub struct Invocation {
    /// The options of the `canon lift`.
    pub options: *const Options,
    /// The function: takes flat parameters and returns flat results, 8 bytes each.
    pub call: unsafe extern "C" fn(values: *mut u64),
    /// Called with the flat results, after the result has been read.
    pub post_return: Option<unsafe extern "C" fn(values: *mut u64)>,
    /// The flat parameters.
    pub values: *const u64,
    /// Number of `values`.
    pub value_count: usize,
    /// The buffers for parameters in memory, in the order of their allocation.
    pub rooms: *const Room,
    /// Number of `rooms`.
    pub room_count: usize,
    /// Types of values.
    pub types: *const TypeNode,
    /// Number of `types`.
    pub type_count: usize,
    /// The result's type; [`NONE`]: there is no result.
    pub result: u32,
    /// Whether the result is one flat value (otherwise it is in the memory, and the flat result is
    /// its address): 0 or 1.
    pub flat: u32,
}

/// No type.
pub const NONE: u32 = u32::MAX;

/// The maximum of flat values of a call (Canonical ABI, `MAX_FLAT_PARAMS`).
pub const MAX_FLAT_PARAMS: usize = 16;

/// A buffer in the memory for parameters.
#[derive(Debug)]
#[repr(C)]
pub struct Room {
    /// Its contents. Addresses in it are 0 until the buffers they refer to are allocated.
    pub bytes: Str,
    /// Alignment, in bytes.
    pub align: u32,
    /// The destination of its address: the number of another room, or [`NONE`] for a flat
    /// parameter.
    pub holder: u32,
    /// The position there: an offset in bytes, or the number of the flat parameter.
    pub offset: u64,
}

/// A type of values, with its layout in a memory.
#[derive(Debug)]
#[repr(C)]
pub struct TypeNode {
    /// Fields, elements, cases, names of flags.
    pub members: *const Member,
    /// Number of `members`.
    pub member_count: usize,
    /// One of [`kind`].
    pub kind: u32,
    /// Size in bytes.
    pub size: u32,
    /// Alignment, in bytes.
    pub align: u32,
    /// For variants, options, results and enums the size of the discriminant in bytes, for lists of
    /// fixed length this length.
    pub count: u32,
}

/// A part of a [`TypeNode`].
#[derive(Debug)]
#[repr(C)]
pub struct Member {
    /// Its name, if it has one.
    pub name: Str,
    /// Its type, or a case's payload; [`NONE`]: it has none.
    pub ty: u32,
    /// Its offset in the whole.
    pub offset: u32,
}

/// Values of [`TypeNode::kind`].
#[expect(missing_docs, reason = "the component model's own names")]
pub mod kind {
    pub const BOOL: u32 = 0;
    pub const S8: u32 = 1;
    pub const U8: u32 = 2;
    pub const S16: u32 = 3;
    pub const U16: u32 = 4;
    pub const S32: u32 = 5;
    pub const U32: u32 = 6;
    pub const S64: u32 = 7;
    pub const U64: u32 = 8;
    pub const F32: u32 = 9;
    pub const F64: u32 = 10;
    pub const CHAR: u32 = 11;
    pub const STRING: u32 = 12;
    pub const LIST: u32 = 13;
    pub const FIXED_LIST: u32 = 14;
    pub const RECORD: u32 = 15;
    pub const TUPLE: u32 = 16;
    /// Variants, results and enums: they differ only in the names of their cases.
    pub const VARIANT: u32 = 17;
    pub const FLAGS: u32 = 18;
    pub const OPTION: u32 = 19;
}

// SAFETY: this is immutable data of the image.
unsafe impl Sync for Invocation {}
// SAFETY: as for `Invocation`.
unsafe impl Sync for Room {}
// SAFETY: as for `Invocation`.
unsafe impl Sync for TypeNode {}
// SAFETY: as for `Invocation`.
unsafe impl Sync for Member {}
