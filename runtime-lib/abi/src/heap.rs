//! The heap: objects of garbage collection and exceptions, the words that refer to them, and what the
//! collector must know of the program.
//!
//! Every reference fits 32 bits, because code and heap lie below 4 GiB. In locals, on the operand stack, in
//! globals and tables a reference is a word of 64 bits, zero-extended; inside of objects it takes 32.
//!
//! | word | reference |
//! |---|---|
//! | 0 | null |
//! | bit 0 is 1 | `i31`: the value is in the 31 bits above |
//! | bits 1 and 0 are `10` | a reference of the host (`externref` of scripts): its number is in the bits above |
//! | bits 1 and 0 are `00` | an object's address ([`Object`]); in the hierarchy of functions: the address of code |

/// The bit that marks an `i31`.
pub const I31: u64 = 1;
/// How far the value of an `i31` or the number of a host's reference is shifted.
pub const I31_SHIFT: u32 = 1;
/// The bits that mark a host's reference.
pub const HOST: u64 = 2;
/// See [`I31_SHIFT`].
pub const HOST_SHIFT: u32 = 2;
/// The bits that tell kinds of references apart.
pub const KIND_MASK: u64 = 3;

/// What an object's address and size are a multiple of, in bytes.
pub const OBJECT_ALIGN: u64 = 8;

/// What every object starts with. Fields follow in the order of their indices, each at a multiple of its size (a reference's is
/// 4); an array's length (`u32`) follows at [`ARRAY_LENGTH`], its elements at the next multiple of their size.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Object {
    /// Its type: index in [`Heap::types`]. Types are numbered so that the subtypes of a type, itself included, are one range.
    pub ty: u32,
    /// The collector's; 0 when the program makes an object.
    pub mark: u32,
}

/// Offset of an array's length.
pub const ARRAY_LENGTH: u64 = 8;

/// One byte for so many bytes of the heap, as a power of two: a card. See [`Heap::base`].
pub const CARD_SHIFT: u32 = 9;

/// The most bytes that objects can take in a heap of `reserved` bytes: the cards stand in front.
pub const fn most(reserved: u64) -> u64 {
    (reserved - (reserved >> CARD_SHIFT)) / crate::WASM_PAGE * crate::WASM_PAGE
}

/// How objects of a type are laid out, for the collector.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct ObjectType {
    /// Bytes of the object, header included; of an array: offset of element 0.
    pub bytes: u32,
    /// Bytes of an element of an array; 0: not an array.
    pub stride: u32,
    /// Where references are: first index in [`Heap::offsets`].
    pub first: u32,
    /// How many there are. An array with references has one, at offset 0 of its element.
    pub count: u32,
}

/// The words of allocation, in the state of the program: code takes memory by moving `next`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Free {
    /// First free byte.
    pub next: u64,
    /// End of the free bytes: what does not fit below is asked for from [`crate::symbols::HEAP_ALLOCATE`].
    pub end: u64,
}

/// References in the program's state that are alive as long as the program.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Roots {
    /// The first word.
    pub first: *mut u64,
    /// Number of words, one behind the other; `u64::MAX`: `first` is a [`crate::Region`] that holds a table.
    pub count: u64,
}

/// The heap of a program.
#[repr(C)]
pub struct Heap {
    /// First address; a multiple of 64 KiB. The program's image provides nothing of it. The heap starts with its cards: before code stores a
    /// reference into an object that it has not just made, it sets the byte `base + ((address - base) >> CARD_SHIFT)` to 1; `address` is
    /// that of an array's element, or of a structure.
    pub base: *mut u8,
    /// Reserved address space in bytes; a multiple of 64 KiB.
    pub reserved: u64,
    /// The words of allocation; both 0 at start.
    pub free: *mut Free,
    /// Types, by number; entries of function types are empty.
    pub types: *const ObjectType,
    /// Number of `types`.
    pub type_count: u64,
    /// Offsets of references in objects, ascending for each type.
    pub offsets: *const u32,
    /// Roots in the state.
    pub roots: *const Roots,
    /// Number of `roots`.
    pub root_count: u64,
    /// Calls that references are alive over, sorted by `code`.
    pub safepoints: *const Safepoint,
    /// Number of `safepoints`.
    pub safepoint_count: u64,
    /// Offsets of words from a frame's stack pointer, ascending for each safepoint.
    pub slots: *const u32,
}

/// A call that references are alive over: where they are in the frame of the caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct Safepoint {
    /// Offset of the return address from the start of the text.
    pub code: u32,
    /// Bytes from the frame's stack pointer at the call to its frame pointer.
    pub frame: u32,
    /// First index in [`Heap::slots`].
    pub first: u32,
    /// Number of slots.
    pub count: u32,
}
