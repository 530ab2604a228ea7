//! Readiness of descriptors.

use super::{Errno, Fd, time::Timespec};

/// What is asked of a descriptor, and the answer (`struct pollfd`).
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct PollFd {
    /// Negative: ignored.
    pub fd: Fd,
    /// Bits of [`events`] that are asked for.
    pub events: u16,
    /// Bits of [`events`] that hold.
    pub revents: u16,
}

/// Bits of [`PollFd`].
pub mod events {
    /// Can be read.
    pub const IN: u16 = 1;
    /// Can be written.
    pub const OUT: u16 = 4;
    /// An error (answer only).
    pub const ERR: u16 = 8;
    /// The other end is closed (answer only).
    pub const HUP: u16 = 16;
    /// The peer of a stream socket sends nothing more.
    pub const RDHUP: u16 = 0x2000;
    /// No such descriptor (answer only).
    pub const NVAL: u16 = 32;
}

/// `ppoll` without a mask: how many descriptors have an answer; 0 when `timeout` is over (`None`:
/// never). `EINTR` when a signal came.
pub fn ppoll(fds: &mut [PollFd], mut timeout: Option<Timespec>) -> Result<usize, Errno> {
    ppoll_rest(fds, timeout.as_mut())
}

/// [`ppoll`], which leaves in `timeout` what was left of it, also with `EINTR`.
pub fn ppoll_rest(fds: &mut [PollFd], timeout: Option<&mut Timespec>) -> Result<usize, Errno> {
    let timeout = timeout.map_or(core::ptr::null_mut(), core::ptr::from_mut);
    // SAFETY: writes to `fds` and to the timeout.
    unsafe { syscall!(ppoll, fds.as_mut_ptr(), fds.len(), timeout, 0, 0) }
}
