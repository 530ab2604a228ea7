//! The data of a connection.

use crate::{
    host::{
        descriptor::{self, Descriptor, access},
        poll,
        socket::directions,
    },
    os::{
        Errno, IoRead, IoWrite, fd,
        ready::direction,
        socket::{self, How, message, option},
    },
};

/// The number of writable bytes that is assumed if the kernel does not provide it.
const UNKNOWN: u64 = 4096;

/// Reads; returns the number of bytes, 0 at the end; `EAGAIN` if there is no data and it must not
/// wait.
pub fn read(number: u32, vectors: &[IoRead], wait: bool) -> Result<usize, Errno> {
    let (descriptor, _) = descriptor::peek(number)?;
    if !descriptor.may(access::READ) {
        return Ok(0);
    }
    again(&descriptor, direction::IN, wait, || {
        fd::readv(descriptor.fd, vectors)
    })
}

/// Writes some of the bytes and returns their number; waits if the buffer is full. `EPIPE` if the
/// peer does not read any longer.
pub fn write(number: u32, vectors: &[IoWrite]) -> Result<usize, Errno> {
    let descriptor = writable(number)?;
    again(&descriptor, direction::OUT, true, || {
        socket::sendmsg(descriptor.fd, vectors, message::NOSIGNAL)
    })
}

fn again(
    descriptor: &Descriptor,
    direction: u16,
    wait: bool,
    mut call: impl FnMut() -> Result<usize, Errno>,
) -> Result<usize, Errno> {
    loop {
        match call() {
            Err(Errno::EINTR) => {}
            Err(Errno::EAGAIN) if wait => poll::wait_for(descriptor.fd, direction),
            result => return result,
        }
    }
}

fn writable(number: u32) -> Result<Descriptor, Errno> {
    let (descriptor, _) = descriptor::peek(number)?;
    match descriptor.may(access::WRITE) {
        true => Ok(descriptor),
        false => Err(Errno::EPIPE),
    }
}

/// The number of bytes that [`write()`] accepts without waiting; 0 until the kernel reports the
/// socket as writable.
pub fn room(number: u32) -> Result<u64, Errno> {
    let descriptor = writable(number)?;
    let Ok(memory) = option::memory(descriptor.fd) else {
        let ready = poll::is_ready(descriptor.fd, direction::OUT);
        return Ok(if ready { UNKNOWN } else { 0 });
    };
    // As in the kernel's sk_stream_is_writeable. Half of the free space is reserved for the
    // kernel's bookkeeping.
    let free = memory.limit.saturating_sub(memory.queued);
    let writable = free >= memory.queued / 2;
    Ok(if writable { u64::from(free / 2) } else { 0 })
}

/// Shuts down one direction or both, for all holders of the connection: no more data arrives, or
/// can be written.
pub fn shutdown(number: u32, how: How) -> Result<(), Errno> {
    let (descriptor, _) = descriptor::peek(number)?;
    descriptor::set_access(number, descriptor.fd, directions(how), false);
    socket::shutdown(descriptor.fd, how)
}
