//! `sock_*`.

use super::{
    Errno, Memory, Result, rights,
    types::fdflags,
    vectors::{Read, Write, with},
};
use crate::{
    host::{notes, socket},
    os::{
        self,
        socket::{How, message},
    },
};

pub fn sock_accept(memory: Memory, fd: u32, flags: u32, accepted: u32) -> Result {
    let place = memory.place(accepted, 4)?;
    if flags & !fdflags::NONBLOCK != 0 {
        return Err(Errno::INVAL.into());
    }
    let nonblock = flags & fdflags::NONBLOCK != 0;
    let listener = rights::get(fd, rights::SOCK_ACCEPT).inspect_err(|_| notes::no_socket())?;
    match socket::accept(&listener, nonblock) {
        Ok(number) => place.set(number.to_le_bytes()),
        Err(error) => {
            if matches!(error, os::Errno::EBADF | os::Errno::ENOTSOCK) {
                notes::no_socket();
            }
            return Err(error.into());
        }
    }
    Ok(())
}

pub fn sock_recv(
    memory: Memory,
    fd: u32,
    iovs: u32,
    iovs_len: u32,
    flags: u32,
    received: u32,
    result_flags: u32,
) -> Result {
    let place = memory.place::<2>(result_flags, 2)?;
    let flags = match flags {
        0 => 0,
        1 => message::PEEK,
        2 => message::WAITALL,
        3 => message::PEEK | message::WAITALL,
        _ => return Err(Errno::INVAL.into()),
    };
    with::<Read>(memory, iovs, iovs_len, received, |vectors| {
        let (bytes, flags) = socket::receive(&rights::get(fd, rights::FD_READ)?, vectors, flags)?;
        place.set(u16::from(flags & message::TRUNC != 0).to_le_bytes());
        Ok(bytes)
    })
}

pub fn sock_send(
    memory: Memory,
    fd: u32,
    iovs: u32,
    iovs_len: u32,
    flags: u32,
    sent: u32,
) -> Result {
    if flags != 0 {
        return Err(Errno::INVAL.into());
    }
    with::<Write>(memory, iovs, iovs_len, sent, |vectors| {
        Ok(socket::send(&rights::get(fd, rights::FD_WRITE)?, vectors)?)
    })
}

pub fn sock_shutdown(_: Memory, fd: u32, how: u32) -> Result {
    let how = match how {
        1 => How::Read,
        2 => How::Write,
        3 => How::Both,
        _ => return Err(Errno::INVAL.into()),
    };
    Ok(socket::shutdown(
        &rights::get(fd, rights::SOCK_SHUTDOWN)?,
        how,
    )?)
}
