//! Waiting for descriptors and for time.

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

pub use crate::os::ready::{Member, Readiness, Woken, is_ready, sleep, wait_for};

/// Descriptors and points in time that are waited for together: the system's, and embedded ones,
/// which are always ready.
pub struct Set {
    system: ready::Set,
    /// A member is embedded.
    ready: bool,
}

impl Set {
    /// No members, and room for `most`.
    pub fn new(most: usize) -> Result<Self, Errno> {
        Ok(Set {
            system: ready::Set::new(most)?,
            ready: false,
        })
    }

    /// Adds a member; one of [`ready::direction`]. Those for which there is no room are never
    /// ready.
    pub fn register(&mut self, fd: Fd, direction: u16) -> Member {
        self.ready |= embed::holds(fd);
        // The system passes over negative descriptors.
        self.system.register(fd, direction)
    }

    /// [`Set::wait`] ends when these nanoseconds are over; of several timers, the earliest counts.
    /// `u64::MAX`: never.
    #[inline(always)]
    pub fn timer(&mut self, nanoseconds: u64) {
        self.system.timer(nanoseconds);
    }

    /// Waits until a member is ready or a timer is over.
    #[inline(always)]
    pub fn wait(&mut self) -> Result<Woken, Errno> {
        if self.ready {
            self.system.timer(0);
        }
        let woken = self.system.wait()?;
        Ok(if self.ready { Woken::Ready } else { woken })
    }

    /// What [`Set::wait`] found.
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

/// How many bytes can be read now, for all that is known: at least 1 if nothing is.
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
