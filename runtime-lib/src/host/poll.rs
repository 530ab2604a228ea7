//! Waits for descriptors and for time.

use super::{
    descriptor::{Descriptor, Kind},
    embed, file,
};
use crate::os::{
    Errno, Fd,
    fd::{self, Whence},
    path::{Room, kind},
    ready,
};
use core::{
    hint, mem, ptr,
    sync::atomic::{AtomicPtr, Ordering},
};

pub use crate::os::ready::{Member, Readiness, Woken, is_ready, sleep, wait_for};

/// A function in place of [`ready::Set::wait`], which gets sets with room for one more member.
type Wait = fn(&mut ready::Set) -> Result<Woken, Errno>;

/// The function in place of the system's wait; null: there is none.
static WAIT: AtomicPtr<()> = AtomicPtr::new(ptr::null_mut());

/// Makes `wait` wait in place of the system, for all sets of the process.
pub fn wait_with(wait: Wait) {
    // If the optimizer knew the only function, all programs that wait would contain it.
    WAIT.store(hint::black_box(wait as *mut ()), Ordering::Relaxed);
}

/// Descriptors and times for which a thread waits together: the system's, and embedded ones, which
/// are always ready.
pub struct Set {
    system: ready::Set,
    /// Whether a member is embedded.
    ready: bool,
}

impl Set {
    /// An empty set with a capacity of `most` members.
    pub fn new(most: usize) -> Result<Self, Errno> {
        Ok(Set {
            system: ready::Set::new(most.saturating_add(1))?,
            ready: false,
        })
    }

    /// Adds a member, for one of [`ready::direction`]. It is never ready if the set is full.
    pub fn register(&mut self, fd: Fd, direction: u16) -> Member {
        self.ready |= embed::holds(fd);
        // The system ignores negative descriptors.
        self.system.register(fd, direction)
    }

    /// Limits [`Set::wait`] to this number of nanoseconds; the earliest timer counts. `u64::MAX`:
    /// no limit.
    #[inline(always)]
    pub fn timer(&mut self, nanoseconds: u64) {
        self.system.timer(nanoseconds);
    }

    /// Waits until a member is ready or a timer expires.
    #[inline(always)]
    pub fn wait(&mut self) -> Result<Woken, Errno> {
        if self.ready {
            self.system.timer(0);
        }
        let other = WAIT.load(Ordering::Relaxed);
        let woken = if other.is_null() {
            self.system.wait()?
        } else {
            // SAFETY: `wait_with` stored a function of this type.
            let wait = unsafe { mem::transmute::<*mut (), Wait>(other) };
            wait(&mut self.system)?
        };
        Ok(if self.ready { Woken::Ready } else { woken })
    }

    /// The state of a member after [`Set::wait`].
    pub fn readiness(&mut self, member: Member) -> Readiness {
        if embed::holds(member.fd()) {
            return Readiness {
                ready: true,
                hangup: false,
            };
        }
        self.system.readiness(member)
    }
}

/// The number of bytes that can be read now; at least 1 if the number is unknown.
pub fn readable(descriptor: &Descriptor) -> u64 {
    if descriptor.kind == Kind::FILE
        && let Ok(stat) = file::stat(descriptor, &mut Room::empty())
        && stat.is(kind::REGULAR)
    {
        let position = file::seek(descriptor, 0, Whence::Current).unwrap_or(0);
        return stat.size().saturating_sub(position);
    }
    fd::available(descriptor.fd).map_or(1, u64::from)
}
