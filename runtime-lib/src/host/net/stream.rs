//! The bytes of a connection.

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

/// What is taken where the kernel does not tell how much room there is.
const UNKNOWN: u64 = 4096;

/// Reads: how many bytes came, 0 at the end; `EAGAIN` if nothing is there and it shall not wait.
pub fn read(number: u32, vectors: &[IoRead], wait: bool) -> Result<usize, Errno> {
    let (descriptor, _) = descriptor::peek(number)?;
    if !descriptor.may(access::READ) {
        return Ok(0);
    }
    again(&descriptor, direction::IN, wait, || {
        fd::readv(descriptor.fd, vectors)
    })
}

/// Writes some of the bytes: how many; waits if there is no room. `EPIPE` if nobody reads them.
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

/// How many bytes [`write()`] takes at once without waiting; 0 as long as the kernel does not say that it can be written to.
pub fn room(number: u32) -> Result<u64, Errno> {
    let descriptor = writable(number)?;
    let Ok(memory) = option::memory(descriptor.fd) else {
        let ready = poll::is_ready(descriptor.fd, direction::OUT);
        return Ok(if ready { UNKNOWN } else { 0 });
    };
    // As in the kernel's sk_stream_is_writeable. Half of what is free is for what the kernel notes beside the bytes.
    let free = memory.limit.saturating_sub(memory.queued);
    let writable = free >= memory.queued / 2;
    Ok(if writable { u64::from(free / 2) } else { 0 })
}

/// Ends one direction or both, for all who hold the connection: nothing more comes, or can be written.
pub fn shutdown(number: u32, how: How) -> Result<(), Errno> {
    let (descriptor, _) = descriptor::peek(number)?;
    descriptor::set_access(number, descriptor.fd, directions(how), false);
    socket::shutdown(descriptor.fd, how)
}
