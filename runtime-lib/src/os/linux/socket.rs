//! What can be done with a socket that is there.

use super::{Errno, Fd, IoRead, IoWrite};
use core::marker::PhantomData;

/// Flags of [`accept4`].
pub mod accept {
    /// The new descriptor does not block.
    pub const NONBLOCK: u32 = 0o4000;
    /// The new descriptor is closed by exec.
    pub const CLOEXEC: u32 = 0o2000000;
}

/// Flags of messages.
pub mod message {
    /// Leave the data in the queue.
    pub const PEEK: u32 = 0x2;
    /// The message was longer (answer).
    pub const TRUNC: u32 = 0x20;
    /// This call does not block.
    pub const DONTWAIT: u32 = 0x40;
    /// Wait until all vectors are full.
    pub const WAITALL: u32 = 0x100;
    /// `EPIPE` without the signal.
    pub const NOSIGNAL: u32 = 0x4000;
}

/// Which directions [`shutdown`] ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum How {
    /// Receiving.
    Read = 0,
    /// Sending.
    Write = 1,
    /// Both.
    Both = 2,
}

/// `struct msghdr`.
#[repr(C)]
struct Message<'a> {
    name: usize,
    name_len: u64,
    vectors: *const u8,
    vector_count: usize,
    control: usize,
    control_len: usize,
    flags: u32,
    pad: u32,
    memory: PhantomData<&'a ()>,
}

impl Message<'_> {
    fn new(vectors: *const u8, vector_count: usize) -> Self {
        Message {
            name: 0,
            name_len: 0,
            vectors,
            vector_count,
            control: 0,
            control_len: 0,
            flags: 0,
            pad: 0,
            memory: PhantomData,
        }
    }
}

/// `accept4`; `flags` of [`accept`].
pub fn accept4(fd: Fd, flags: u32) -> Result<Fd, Errno> {
    // SAFETY: no address is asked for: touches no memory.
    unsafe { syscall!(accept4, fd.0, 0, 0, flags) }.map(|fd| Fd(fd as i32))
}

/// `recvmsg`: bytes, and the message's flags.
pub fn recvmsg(fd: Fd, vectors: &[IoRead], flags: u32) -> Result<(usize, u32), Errno> {
    let mut header = Message::new(vectors.as_ptr().cast(), vectors.len());
    // SAFETY: writes to the header and to the cells of the vectors.
    let bytes = unsafe { syscall!(recvmsg, fd.0, &raw mut header, flags) }?;
    Ok((bytes, header.flags))
}

/// `sendmsg`: bytes.
pub fn sendmsg(fd: Fd, vectors: &[IoWrite], flags: u32) -> Result<usize, Errno> {
    let header = Message::new(vectors.as_ptr().cast(), vectors.len());
    // SAFETY: reads the header and the memory of the vectors.
    unsafe { syscall!(sendmsg, fd.0, &raw const header, flags) }
}

/// `shutdown`.
pub fn shutdown(fd: Fd, how: How) -> Result<(), Errno> {
    // SAFETY: touches no memory.
    unsafe { syscall!(shutdown, fd.0, how as u32) }.map(drop)
}

/// `getsockopt(SOL_SOCKET, SO_TYPE)`: 1 is a stream, 2 are datagrams; `ENOTSOCK` otherwise.
pub fn socket_type(fd: Fd) -> Result<u32, Errno> {
    let (mut kind, mut len) = (0u32, 4u32);
    // SAFETY: writes at most 4 bytes and the length.
    unsafe { syscall!(getsockopt, fd.0, 1, 3, &raw mut kind, &raw mut len) }?;
    Ok(kind)
}
