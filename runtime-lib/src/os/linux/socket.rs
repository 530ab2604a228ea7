//! Sockets: those that listen, and what can be done with one that is there.

use super::{Errno, Fd, IoRead, IoWrite};
use core::{marker::PhantomData, net::SocketAddr};

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
    unsafe {
        syscall!(
            getsockopt,
            fd.0,
            SOCKET_LEVEL,
            3,
            &raw mut kind,
            &raw mut len
        )
    }?;
    Ok(kind)
}

/// `SOL_SOCKET`.
const SOCKET_LEVEL: u32 = 1;

/// A new TCP socket for addresses of this family, which exec closes and which never blocks.
pub fn tcp(address: &SocketAddr) -> Result<Fd, Errno> {
    const STREAM: u32 = 1;
    let kind = STREAM | accept::CLOEXEC | accept::NONBLOCK;
    // SAFETY: touches no memory.
    unsafe { syscall!(socket, family(address), kind, 0) }.map(|fd| Fd(fd as i32))
}

/// `setsockopt(SO_REUSEADDR)`: an address whose old connections are still closing can be bound.
pub fn reuse_address(fd: Fd) -> Result<(), Errno> {
    let yes = 1u32;
    // SAFETY: reads 4 bytes.
    unsafe { syscall!(setsockopt, fd.0, SOCKET_LEVEL, 2, &raw const yes, 4) }.map(drop)
}

/// `bind`.
pub fn bind(fd: Fd, address: &SocketAddr) -> Result<(), Errno> {
    // `struct sockaddr_in` or `struct sockaddr_in6`: family, port, then what differs.
    let mut bytes = [0u8; 28];
    let mut put = |at: usize, from: &[u8]| {
        for (to, from) in bytes.iter_mut().skip(at).zip(from) {
            *to = *from;
        }
    };
    put(0, &(family(address) as u16).to_ne_bytes());
    put(2, &address.port().to_be_bytes());
    let len = match address {
        SocketAddr::V4(address) => {
            put(4, &address.ip().octets());
            16
        }
        SocketAddr::V6(address) => {
            put(8, &address.ip().octets());
            put(24, &address.scope_id().to_ne_bytes());
            28
        }
    };
    // SAFETY: reads `len` bytes.
    unsafe { syscall!(bind, fd.0, bytes.as_ptr(), len) }.map(drop)
}

/// `listen`; as many connections may wait as the system allows.
pub fn listen(fd: Fd) -> Result<(), Errno> {
    const BACKLOG: u32 = 4096;
    // SAFETY: touches no memory.
    unsafe { syscall!(listen, fd.0, BACKLOG) }.map(drop)
}

/// `AF_INET` or `AF_INET6`.
fn family(address: &SocketAddr) -> u32 {
    if address.is_ipv4() { 2 } else { 10 }
}
