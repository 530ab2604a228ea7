//! The heap: objects of garbage collection and exceptions, the words that refer to them, and the
//! collector's data about the program.
//!
//! Every reference fits in 32 bits, because code and heap lie below 4 GiB. In locals, on the
//! operand stack, in globals and tables a reference is a 64-bit word, zero-extended; within objects
//! it takes 32 bits.
//!
//! | word | reference |
//! |---|---|
//! | 0 | null |
//! | bit 0 is 1 | `i31`: the value is in the next 31 bits |
//! | bits 1 and 0 are `10` | a host reference (`externref` in scripts): the other bits hold its number |
//! | bits 1 and 0 are `00` | an object's address ([`Object`]); for functions the address of code |

/// The bit that marks an `i31`.
pub const I31: u64 = 1;
/// The shift of an `i31`'s value.
pub const I31_SHIFT: u32 = 1;
/// The bits that mark a host reference.
pub const HOST: u64 = 2;
/// The shift of a host reference's number.
pub const HOST_SHIFT: u32 = 2;
/// The mask of the bits that distinguish kinds of references.
pub const KIND_MASK: u64 = 3;

/// The alignment of an object's address and size, in bytes.
pub const OBJECT_ALIGN: u64 = 8;

/// The header of every object. Fields follow in the order of their indices, each aligned to its
/// size (a reference's is 4). An array has its length (`u32`) at [`ARRAY_LENGTH`], and its elements
/// from the next multiple of their size.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Object {
    /// Its type: an index into [`Heap::types`]. The numbers of a type and its subtypes form a
    /// range.
    pub ty: u32,
    /// Used by the collector; 0 in a new object.
    pub mark: u32,
}

/// Offset of an array's length.
pub const ARRAY_LENGTH: u64 = 8;

/// The size of the part of the heap that one byte (a card) represents, as the exponent of a power
/// of two. See [`Heap::base`].
pub const CARD_SHIFT: u32 = 8;

/// The maximum of bytes that objects can take in a heap of `reserved` bytes: the cards take the
/// start.
pub const fn most(reserved: u64) -> u64 {
    (reserved - (reserved >> CARD_SHIFT)) / crate::WASM_PAGE * crate::WASM_PAGE
}

/// The layout of a type's objects, for the collector.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct ObjectType {
    /// Size of the object in bytes, header included; for an array: the offset of element 0.
    pub bytes: u32,
    /// Size of an array's element in bytes; 0: not an array.
    pub stride: u32,
    /// The first index in [`Heap::offsets`] of the references' offsets.
    pub first: u32,
    /// The number of references. An array of references has one, at offset 0 of its element.
    pub count: u32,
}

/// The words for allocation, in the state of the program: code allocates by advancing `next`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Free {
    /// First free byte.
    pub next: u64,
    /// End of the free bytes: larger allocations call [`crate::symbols::HEAP_ALLOCATE`].
    pub end: u64,
}

/// References in the program's state that are always live.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Roots {
    /// The first word.
    pub first: *mut u64,
    /// Number of consecutive words; `u64::MAX`: `first` is a [`crate::Region`] with a table.
    pub count: u64,
}

/// The heap of a program.
#[repr(C)]
pub struct Heap {
    /// First address, a multiple of 64 KiB. The program's image maps nothing of it. The heap starts
    /// with its cards. Before code stores a reference into an object that is not new, it sets the
    /// byte `base + ((address - base) >> CARD_SHIFT)` to 1, where `address` is that of the array's
    /// element, or of the structure.
    pub base: *mut u8,
    /// Reserved address space in bytes; a multiple of 64 KiB.
    pub reserved: u64,
    /// The words for allocation; both are initially 0.
    pub free: *mut Free,
    /// Types, by number; the entries of function types are empty.
    pub types: *const ObjectType,
    /// Number of `types`.
    pub type_count: u64,
    /// Offsets of references in objects, ascending for each type.
    pub offsets: *const u32,
    /// Roots in the state.
    pub roots: *const Roots,
    /// Number of `roots`.
    pub root_count: u64,
    /// Calls during which references are live, sorted by `code`.
    pub safepoints: *const Safepoint,
    /// Number of `safepoints`.
    pub safepoint_count: u64,
    /// Offsets of words from a frame's stack pointer, ascending for each safepoint.
    pub slots: *const u32,
}

/// A call during which references are live: their locations in the caller's frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct Safepoint {
    /// Offset of the return address from the start of the text.
    pub code: u32,
    /// The distance in bytes from the frame's stack pointer at the call to its frame pointer.
    pub frame: u32,
    /// First index in [`Heap::slots`].
    pub first: u32,
    /// Number of slots.
    pub count: u32,
}
