//! What only sockets can do: those that the process was started with, and what they accept.

use super::{
    descriptor::{self, Descriptor, Kind, access},
    stream::{check, transfer},
};
use crate::os::{
    Errno, IoRead, IoWrite,
    ready::direction::{IN, OUT},
    socket::{
        self, How, Type,
        option::{self, Opt},
    },
};
use core::sync::atomic::{AtomicBool, Ordering};

/// Accepts a connection: its number. With `nonblock`, the program does not want to wait for it. `ENOTSOCK` for what was
/// not granted as a socket: standard input, which is only for reading, may be one that listens.
pub fn accept(descriptor: &Descriptor, nonblock: bool) -> Result<u32, Errno> {
    check(descriptor, IN)?;
    if !descriptor.may(access::GRANT) {
        return Err(Errno::ENOTSOCK);
    }
    descriptor::room()?;
    let fd = transfer(descriptor, IN, || {
        socket::take(descriptor.fd, socket::accept::CLOEXEC)
    })?;
    survive_closed_connections();
    descriptor::insert(Descriptor {
        fd,
        kind: Kind::STREAM,
        access: access::READ
            | access::WRITE
            | access::CHANGE
            | if nonblock { access::NONBLOCK } else { 0 },
        grant: descriptor.grant,
    })
}

/// From now on, writing to what nobody reads is an error of the call: a server does not end because
/// one of its clients does. Programs that only have their standard streams end, as any program
/// does.
fn survive_closed_connections() {
    static DONE: AtomicBool = AtomicBool::new(false);
    // Not noted before it is true: another thread may be about to write.
    if !DONE.load(Ordering::Relaxed) {
        let _ = socket::survive_closed();
        DONE.store(true, Ordering::Relaxed);
    }
}

/// Receives a message: bytes, and flags of [`crate::os::socket::message`].
pub fn receive(
    descriptor: &Descriptor,
    vectors: &[IoRead],
    flags: u32,
) -> Result<(usize, u32), Errno> {
    transfer(descriptor, IN, || {
        socket::recvmsg(descriptor.fd, vectors, flags)
    })
}

/// Sends a message: bytes; `EPIPE` if the other end is closed, which must not end the process.
pub fn send(descriptor: &Descriptor, vectors: &[IoWrite]) -> Result<usize, Errno> {
    transfer(descriptor, OUT, || {
        socket::sendmsg(descriptor.fd, vectors, socket::message::NOSIGNAL)
    })
}

/// Ends one direction or both; `EBADF` if the program may not use them, `ENOTSOCK` if it is no socket.
pub fn shutdown(descriptor: &Descriptor, how: How) -> Result<(), Errno> {
    if !descriptor.may(directions(how)) {
        option::get(descriptor.fd, Opt::SO_TYPE)?;
        return Err(Errno::EBADF);
    }
    socket::shutdown(descriptor.fd, how)
}

/// The directions that a shutdown ends: bits of [`access`].
pub(super) fn directions(how: How) -> u8 {
    match how {
        How::Read => access::READ,
        How::Write => access::WRITE,
        How::Both => access::READ | access::WRITE,
    }
}

/// Whether it is a socket for datagrams.
pub fn is_datagram(descriptor: &Descriptor) -> bool {
    option::get(descriptor.fd, Opt::SO_TYPE) == Ok(Type::Datagram as u32)
}
