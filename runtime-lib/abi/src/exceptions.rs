//! What the unwinder must know of a program: the calls that something catches the exceptions of, and where that is.

/// A call whose exceptions the calling function catches, some or all. The table is sorted by `code`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct CaughtCall {
    /// Offset of the return address from the start of the text.
    pub code: u32,
    /// Bytes from the frame's stack pointer, as handlers want it, to its frame pointer.
    pub frame: u32,
    /// Index of its first handler in [`crate::Program::handlers`]; calls may share them.
    pub first: u32,
}

/// Where exceptions go. The first that fits is the one; the last of a call is marked.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(C)]
pub struct Handler {
    /// The number of the tag ([`crate::heap::Object::ty`]), or [`ANY`]; and [`LAST`].
    pub tag: u32,
    /// Offset of its code from the start of the text.
    pub code: u32,
}

/// In [`Handler::tag`]: no other follows.
pub const LAST: u32 = 1 << 31;
/// In [`Handler::tag`]: fits every exception.
pub const ANY: u32 = LAST - 1;
