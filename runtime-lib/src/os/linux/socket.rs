//! Sockets: their creation, and operations on them.

pub mod address;
pub mod option;

use super::{Errno, Fd, IoRead, IoWrite, kernel::signal};
use address::Raw;
use core::{marker::PhantomData, net::SocketAddr};
use wasi_aot_abi::linux;

use address::Family;

/// Flags of [`take`].
pub mod accept {
    use super::linux;

    /// The new descriptor is non-blocking.
    pub const NONBLOCK: u32 = linux::socket::NONBLOCK;
    /// The new descriptor is closed by exec.
    pub const CLOEXEC: u32 = linux::socket::CLOEXEC;
}

/// Flags of messages.
pub mod message {
    use super::linux;

    /// Leave the data in the queue.
    pub const PEEK: u32 = linux::received::MSG_PEEK;
    /// The message was longer (only in results).
    pub const TRUNC: u32 = 0x20;
    /// Wait until all vectors are full.
    pub const WAITALL: u32 = linux::received::MSG_WAITALL;
    /// `EPIPE` without the signal.
    pub const NOSIGNAL: u32 = linux::sent::MSG_NOSIGNAL;
}

/// The directions that [`shutdown`] ends.
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

/// The type of a socket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum Type {
    /// `SOCK_STREAM`: TCP.
    Stream = linux::socket::STREAM,
    /// `SOCK_DGRAM`: UDP.
    Datagram = linux::socket::DATAGRAM,
}

/// `struct msghdr`.
#[repr(C)]
struct Message<'a> {
    name: *mut u8,
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
            name: core::ptr::null_mut(),
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

    /// The same with an address, or with memory for one.
    fn with(self, raw: &mut Raw) -> Self {
        Message {
            name: raw.bytes.as_mut_ptr(),
            name_len: raw.len.into(),
            ..self
        }
    }
}

/// A new TCP socket: closed on exec, and non-blocking.
pub fn open_stream(family: Family) -> Result<Fd, Errno> {
    let kind = linux::socket::NEW_STREAM;
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(socket.stream, family as u32, kind, 0) }.map(|fd| Fd(fd as i32))
}

/// A new UDP socket: closed on exec, and non-blocking. It is separate from [`open_stream`], so that
/// the filter of a program without UDP refuses it.
pub fn open_datagram(family: Family) -> Result<Fd, Errno> {
    let kind = linux::socket::NEW_DATAGRAM;
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(socket.datagram, family as u32, kind, 0) }.map(|fd| Fd(fd as i32))
}

/// `bind`.
pub fn bind(fd: Fd, address: &SocketAddr) -> Result<(), Errno> {
    let raw = Raw::new(address);
    // SAFETY: the call reads the address.
    unsafe { syscall!(bind, fd.0, raw.bytes.as_ptr(), raw.len) }.map(drop)
}

/// The longest path of a socket.
const LONGEST_PATH: usize = 107;

/// A socket that accepts connections at a path (`AF_UNIX`). A socket that is there already, and on
/// which nothing listens, is replaced.
pub fn listen_at_path(path: &[u8], backlog: u32) -> Result<Fd, Errno> {
    const UNIX: u16 = 1;
    const UNLINKED: u32 = 0;
    let mut raw = [0u8; 2 + LONGEST_PATH + 1];
    let place = raw
        .get_mut(2..2 + path.len())
        .filter(|_| path.len() <= LONGEST_PATH);
    place.ok_or(Errno::ENAMETOOLONG)?.copy_from_slice(path);
    if let Some(family) = raw.first_chunk_mut() {
        *family = UNIX.to_ne_bytes();
    }
    let name = raw.as_ptr();
    let len = 2 + path.len() + 1;
    let kind = linux::socket::NEW_STREAM;
    // SAFETY: the call accesses no memory.
    let new = || unsafe { syscall!(socket.path, UNIX, kind, 0) }.map(|fd| Fd(fd as i32));
    let fd = new()?;
    // SAFETY: the call reads the address.
    let bind = || unsafe { syscall!(bind, fd.0, name, len) };
    let mut bound = bind();
    if bound == Err(Errno::EADDRINUSE) {
        let other = new()?;
        // SAFETY: the call reads the address.
        let connected = unsafe { syscall!(connect, other.0, name, len) };
        let _ = super::fd::close(other);
        if connected == Err(Errno::ECONNREFUSED) {
            // SAFETY: the call reads the path, which a zero ends.
            let removed = unsafe { syscall!(unlinkat, Fd::CWD.0, name.add(2), UNLINKED) };
            bound = removed.and_then(|_| bind());
        }
    }
    bound?;
    listen(fd, backlog)?;
    Ok(fd)
}

/// `connect`: `EINPROGRESS` if it takes time.
pub fn connect(fd: Fd, address: &SocketAddr) -> Result<(), Errno> {
    let raw = Raw::new(address);
    // SAFETY: the call reads the address.
    unsafe { syscall!(connect, fd.0, raw.bytes.as_ptr(), raw.len) }.map(drop)
}

/// `connect` to `AF_UNSPEC`: removes the default peer, so datagrams can come from any address.
pub fn disconnect(fd: Fd) -> Result<(), Errno> {
    let raw = Raw::EMPTY;
    // SAFETY: the call reads the address.
    unsafe { syscall!(connect, fd.0, raw.bytes.as_ptr(), 16) }.map(drop)
}

/// `listen`: this number of connections may wait, unless the system allows fewer.
pub fn listen(fd: Fd, backlog: u32) -> Result<(), Errno> {
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(listen, fd.0, backlog) }.map(drop)
}

/// Accepts a waiting connection (`accept`); `flags` of `accept`.
pub fn take(fd: Fd, flags: u32) -> Result<Fd, Errno> {
    // SAFETY: without a request for the address, the call accesses no memory.
    unsafe { syscall!(accept4, fd.0, 0, 0, flags) }.map(|fd| Fd(fd as i32))
}

/// `getsockname`: the socket's own address.
pub fn local(fd: Fd) -> Result<SocketAddr, Errno> {
    let mut raw = Raw::EMPTY;
    let (bytes, len) = (raw.bytes.as_mut_ptr(), &raw mut raw.len);
    // SAFETY: the call writes the address and its length.
    unsafe { syscall!(getsockname, fd.0, bytes, len) }?;
    raw.read()
}

/// `getpeername`: the address of the other end.
pub fn peer(fd: Fd) -> Result<SocketAddr, Errno> {
    let mut raw = Raw::EMPTY;
    let (bytes, len) = (raw.bytes.as_mut_ptr(), &raw mut raw.len);
    // SAFETY: the call writes the address and its length.
    unsafe { syscall!(getpeername, fd.0, bytes, len) }?;
    raw.read()
}

/// `recvmsg`: returns the number of bytes, and the message's flags.
pub fn recvmsg(fd: Fd, vectors: &[IoRead], flags: u32) -> Result<(usize, u32), Errno> {
    let mut header = Message::new(vectors.as_ptr().cast(), vectors.len());
    // SAFETY: the call writes to the header and to the cells of the vectors.
    let bytes = unsafe { syscall!(recvmsg, fd.0, &raw mut header, flags) }?;
    Ok((bytes, header.flags))
}

/// The same, with the sender's address.
pub fn receive_from(
    fd: Fd,
    vectors: &[IoRead],
    flags: u32,
) -> Result<(usize, u32, SocketAddr), Errno> {
    let mut raw = Raw::EMPTY;
    let mut header = Message::new(vectors.as_ptr().cast(), vectors.len()).with(&mut raw);
    // SAFETY: the call writes to the header, the address and the cells of the vectors.
    let bytes = unsafe { syscall!(recvmsg, fd.0, &raw mut header, flags) }?;
    let (flags, len) = (header.flags, header.name_len);
    raw.len = len as u32;
    Ok((bytes, flags, raw.read()?))
}

/// `sendmsg`: returns the number of bytes.
pub fn sendmsg(fd: Fd, vectors: &[IoWrite], flags: u32) -> Result<usize, Errno> {
    let header = Message::new(vectors.as_ptr().cast(), vectors.len());
    // SAFETY: the call reads the header and the memory of the vectors.
    unsafe { syscall!(sendmsg, fd.0, &raw const header, flags) }
}

/// The same, to this address.
pub fn send_to(
    fd: Fd,
    vectors: &[IoWrite],
    flags: u32,
    address: &SocketAddr,
) -> Result<usize, Errno> {
    let mut raw = Raw::new(address);
    let header = Message::new(vectors.as_ptr().cast(), vectors.len()).with(&mut raw);
    // SAFETY: the call reads the header, the address and the memory of the vectors.
    unsafe { syscall!(sendmsg, fd.0, &raw const header, flags) }
}

/// Makes a write to a closed peer an error of the call that does not end the process.
pub fn survive_closed() -> Result<(), Errno> {
    signal::ignore(signal::number::PIPE)
}

/// `shutdown`.
pub fn shutdown(fd: Fd, how: How) -> Result<(), Errno> {
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(shutdown, fd.0, how as u32) }.map(drop)
}
