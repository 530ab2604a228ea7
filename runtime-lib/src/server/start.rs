//! What a worker gets from the supervisor when it starts.

use super::listeners::Listeners;
use crate::{
    fatal::bug,
    os::{Errno, Fd, fd, pages::PageMap},
};
use core::{
    ptr,
    sync::atomic::{AtomicI32, AtomicPtr, Ordering},
};

/// What a worker gets from the supervisor.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// The channel to the supervisor.
    pub channel: Fd,
    /// The sockets on which to listen.
    pub listeners: Listeners,
    /// The lowest descriptor of the worker's own.
    pub first_kept: i32,
    /// The most connections that all workers have together.
    pub most_connections: u64,
    /// The map of the worker's pages, if the system has it.
    pub(super) map: Option<PageMap>,
    /// Where the executable is mapped another time ([`map_executable`]), if it is.
    ///
    /// [`map_executable`]: crate::os::pages::map_executable
    pub(super) executable: Option<usize>,
    /// The numbers of connections of all workers, shared by all processes.
    pub(super) counts: *const AtomicI32,
    /// The number of `counts`, and the index of this worker's.
    pub(super) slots: usize,
    pub(super) slot: usize,
}

impl Start {
    /// The map of the worker's pages.
    pub fn page_map(&self) -> Option<PageMap> {
        self.map
    }

    /// Where the executable's contents are mapped, unchanged.
    pub fn executable(&self) -> Option<usize> {
        self.executable
    }

    /// Moves a descriptor out of the range that instances use.
    pub fn keep(&self, fd: Fd) -> Result<Fd, Errno> {
        keep(fd, self.first_kept)
    }

    /// The number of connections of each worker.
    pub(super) fn counts(&self) -> &[AtomicI32] {
        // SAFETY: the supervisor has mapped them for the life of its workers.
        unsafe { core::slice::from_raw_parts(self.counts, self.slots) }
    }

    /// The number of connections of all workers.
    pub fn connections(&self) -> u64 {
        let counts = self.counts().iter();
        let counts = counts.map(|count| count.load(Ordering::Relaxed).max(0) as u64);
        counts.sum()
    }

    /// Adds to the number of connections of this worker.
    pub fn count(&self, connections: i32) {
        if let Some(count) = self.counts().get(self.slot) {
            count.fetch_add(connections, Ordering::Relaxed);
        }
    }
}

/// Moves a descriptor to a number from `least` on.
pub(super) fn keep(fd: Fd, least: i32) -> Result<Fd, Errno> {
    if fd.0 >= least {
        return Ok(fd);
    }
    let kept = fd::duplicate(fd, least);
    let _ = fd::close(fd);
    kept
}

/// The start of the worker in this process; null: it is none.
static START: AtomicPtr<Start> = AtomicPtr::new(ptr::null_mut());

/// What the supervisor has given the worker in this process.
pub fn start() -> Start {
    // SAFETY: it is null, or mapped for the life of the process.
    match unsafe { START.load(Ordering::Relaxed).as_ref() } {
        Some(start) => *start,
        None => bug(b"a worker without a supervisor"),
    }
}

/// Makes it the start of the worker in this process.
pub(super) fn set_start(start: &'static mut Start) {
    START.store(start, Ordering::Relaxed);
}
