//! Options of sockets whose value is a number (`getsockopt`, `setsockopt`).

use super::super::{Errno, Fd};

pub use wasi_aot_abi::linux::SocketOption as Opt;

/// `getsockopt`; `ENOTSOCK` of what is no socket.
pub fn get(fd: Fd, option: Opt) -> Result<u32, Errno> {
    let (mut value, mut len) = (0u32, 4u32);
    // SAFETY: writes at most 4 bytes and the length.
    unsafe {
        syscall!(
            getsockopt,
            fd.0,
            option.level,
            option.name,
            &raw mut value,
            &raw mut len
        )
    }?;
    Ok(value)
}

/// `setsockopt`.
pub fn set(fd: Fd, option: Opt, value: u32) -> Result<(), Errno> {
    // SAFETY: reads 4 bytes.
    unsafe {
        syscall!(
            setsockopt,
            fd.0,
            option.level,
            option.name,
            &raw const value,
            4
        )
    }
    .map(drop)
}

/// What a socket keeps for the other end.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// Bytes of memory that it takes.
    pub queued: u32,
    /// Bytes that it may take.
    pub limit: u32,
}

/// `getsockopt(SOL_SOCKET, SO_MEMINFO)`; `ENOPROTOOPT` of a system that tells less, as an emulator may.
pub fn memory(fd: Fd) -> Result<Memory, Errno> {
    // SK_MEMINFO_SNDBUF and SK_MEMINFO_WMEM_QUEUED are the fourth and the sixth.
    let (mut values, mut len) = ([0u32; 9], 36u32);
    let option = Opt::SO_MEMINFO;
    // SAFETY: writes at most 36 bytes and the length.
    unsafe {
        syscall!(
            getsockopt,
            fd.0,
            option.level,
            option.name,
            &raw mut values,
            &raw mut len
        )
    }?;
    let [_, _, _, limit, _, queued, ..] = values;
    if len < 24 {
        return Err(Errno::ENOPROTOOPT);
    }
    Ok(Memory { queued, limit })
}
