//! The unwinder's data about a program: the calls whose exceptions are caught, and the handlers.

/// A call whose exceptions the calling function catches, all or some of them. The table is sorted
/// by `code`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct CaughtCall {
    /// Offset of the return address from the start of the text.
    pub code: u32,
    /// The distance in bytes from the stack pointer, in its value for handlers, to the frame
    /// pointer.
    pub frame: u32,
    /// Index of its first handler in [`crate::Program::handlers`]; calls may share handlers.
    pub first: u32,
}

/// A handler. The first one of a call that matches is used; the last one is marked.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(C)]
pub struct Handler {
    /// The number of the tag ([`crate::heap::Object::ty`]), or [`ANY`]; and [`LAST`].
    pub tag: u32,
    /// Offset of its code from the start of the text.
    pub code: u32,
}

/// In [`Handler::tag`]: this is the call's last handler.
pub const LAST: u32 = 1 << 31;
/// In [`Handler::tag`]: matches every exception.
pub const ANY: u32 = LAST - 1;
