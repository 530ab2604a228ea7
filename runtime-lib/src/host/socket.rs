//! Operations of sockets only: those that the process inherited, and the connections that they
//! accept.

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

/// Accepts a connection; returns its number. With `nonblock`, the program does not want to wait on
/// it. `ENOTSOCK` for a descriptor that was not granted as a socket: standard input, which is only
/// for reading, may be a listening socket.
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

/// Makes a write to a closed peer an error of the call, so that a server does not end because one
/// of its clients does. Programs that only have their standard streams still end by the signal.
fn survive_closed_connections() {
    static DONE: AtomicBool = AtomicBool::new(false);
    // The flag is set only after the change is in effect: another thread may be about to write.
    if !DONE.load(Ordering::Relaxed) {
        let _ = socket::survive_closed();
        DONE.store(true, Ordering::Relaxed);
    }
}

/// Receives a message; returns its number of bytes, and flags of [`crate::os::socket::message`].
pub fn receive(
    descriptor: &Descriptor,
    vectors: &[IoRead],
    flags: u32,
) -> Result<(usize, u32), Errno> {
    transfer(descriptor, IN, || {
        socket::recvmsg(descriptor.fd, vectors, flags)
    })
}

/// Sends a message; returns its number of bytes; `EPIPE` if the other end is closed, which must not
/// end the process.
pub fn send(descriptor: &Descriptor, vectors: &[IoWrite]) -> Result<usize, Errno> {
    transfer(descriptor, OUT, || {
        socket::sendmsg(descriptor.fd, vectors, socket::message::NOSIGNAL)
    })
}

/// Shuts down one direction or both; `EBADF` if the program may not use them, `ENOTSOCK` if it is
/// no socket.
pub fn shutdown(descriptor: &Descriptor, how: How) -> Result<(), Errno> {
    if !descriptor.may(directions(how)) {
        option::get(descriptor.fd, Opt::SO_TYPE)?;
        return Err(Errno::EBADF);
    }
    socket::shutdown(descriptor.fd, how)
}

/// The directions of a shutdown as bits of [`access`].
pub(super) fn directions(how: How) -> u8 {
    match how {
        How::Read => access::READ,
        How::Write => access::WRITE,
        How::Both => access::READ | access::WRITE,
    }
}

/// Whether it is a datagram socket.
pub fn is_datagram(descriptor: &Descriptor) -> bool {
    option::get(descriptor.fd, Opt::SO_TYPE) == Ok(Type::Datagram as u32)
}
