//! A queue of readiness: waits for many descriptors at a cost that does not grow with their number.
//! On Linux it is an epoll instance.

use super::{Errno, Fd};

/// The kernel's `struct epoll_event`, which is packed on x86-64 only.
#[derive(Clone, Copy, Default)]
#[cfg_attr(target_arch = "x86_64", repr(C, packed))]
#[cfg_attr(not(target_arch = "x86_64"), repr(C))]
pub struct Event {
    events: u32,
    data: u64,
}

impl Event {
    /// The number with which the descriptor was added.
    pub fn number(&self) -> u64 {
        self.data
    }
}

/// For what a descriptor is watched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum Interest {
    /// It can be read, or its other end is closed.
    In = 0x1,
    /// It can be written.
    Out = 0x4,
    /// It can be read; of several queues that watch it, not all are woken (`EPOLLEXCLUSIVE`).
    Shared = 0x1000_0001,
}

/// A queue.
#[derive(Clone, Copy, Debug)]
pub struct Queue(pub Fd);

const ADD: u32 = 1;
const REMOVE: u32 = 2;
const CHANGE: u32 = 3;

impl Queue {
    /// An empty queue, closed by exec.
    pub fn new() -> Result<Self, Errno> {
        // SAFETY: the call accesses no memory.
        unsafe { syscall!(epoll_create1, 0o2000000) }.map(|fd| Queue(Fd(fd as i32)))
    }

    fn control(self, operation: u32, fd: Fd, events: u32, number: u64) -> Result<(), Errno> {
        let event = Event {
            events,
            data: number,
        };
        // SAFETY: the call reads the event.
        unsafe { syscall!(epoll_ctl, self.0.0, operation, fd.0, &raw const event) }.map(drop)
    }

    /// Adds a descriptor; `number` identifies it in events.
    pub fn add(self, fd: Fd, interest: Interest, number: u64) -> Result<(), Errno> {
        self.control(ADD, fd, interest as u32, number)
    }

    /// Changes for what a descriptor is watched.
    pub fn change(self, fd: Fd, interest: Interest, number: u64) -> Result<(), Errno> {
        self.control(CHANGE, fd, interest as u32, number)
    }

    /// Removes a descriptor.
    pub fn remove(self, fd: Fd) -> Result<(), Errno> {
        self.control(REMOVE, fd, 0, 0)
    }

    /// Waits for events for this number of milliseconds (`-1`: without limit); returns their
    /// number.
    pub fn wait(self, events: &mut [Event], milliseconds: i32) -> Result<usize, Errno> {
        let (first, most) = (events.as_mut_ptr(), events.len());
        // SAFETY: the call writes at most `most` events.
        unsafe { syscall!(epoll_pwait, self.0.0, first, most, milliseconds, 0, 8) }
    }
}
