//! Options of sockets with a numeric value (`getsockopt`, `setsockopt`).

use super::super::{Errno, Fd};

pub use wasi_aot_abi::linux::SocketOption as Opt;

/// `getsockopt`; `ENOTSOCK` if it is no socket.
pub fn get(fd: Fd, option: Opt) -> Result<u32, Errno> {
    let (mut value, mut len) = (0u32, 4u32);
    // SAFETY: the call writes at most 4 bytes and the length.
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
    // SAFETY: the call reads 4 bytes.
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

/// The memory that a socket uses for data to send.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// Bytes in use.
    pub queued: u32,
    /// The limit in bytes.
    pub limit: u32,
}

/// `getsockopt(SOL_SOCKET, SO_MEMINFO)`; `ENOPROTOOPT` on a system that returns less, such as an
/// emulator.
pub fn memory(fd: Fd) -> Result<Memory, Errno> {
    // SK_MEMINFO_SNDBUF and SK_MEMINFO_WMEM_QUEUED are the fourth and the sixth value.
    let (mut values, mut len) = ([0u32; 9], 36u32);
    let option = Opt::SO_MEMINFO;
    // SAFETY: the call writes at most 36 bytes and the length.
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
