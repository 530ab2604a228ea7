//! Waiting for descriptors and for time.

use super::{clock, embed};
use crate::os::{
    Errno, Fd,
    poll::{PollFd, events, ppoll},
    time::Clock,
};

/// Most descriptors of one [`Set`].
pub const LIMIT: usize = 512;

/// Descriptors that are waited for together.
pub struct Set {
    fds: [PollFd; LIMIT],
    len: usize,
    /// A member is embedded: that is always ready.
    ready: bool,
}

/// What is known of a member of a [`Set`].
#[derive(Clone, Copy, Debug)]
pub struct Readiness(u16);

impl Readiness {
    /// The call that was asked for would not wait.
    pub fn ready(self) -> bool {
        self.0 != 0
    }

    /// The other end is closed.
    pub fn hangup(self) -> bool {
        self.0 & events::HUP != 0
    }
}

impl Set {
    /// No members.
    pub fn empty() -> Self {
        let none = PollFd {
            fd: Fd(-1),
            events: 0,
            revents: 0,
        };
        Set {
            fds: [none; LIMIT],
            len: 0,
            ready: false,
        }
    }

    /// Adds a member; `EINVAL` if there are too many.
    pub fn add(&mut self, fd: Fd, direction: u16) -> Result<(), Errno> {
        let place = self.fds.get_mut(self.len).ok_or(Errno::EINVAL)?;
        *place = PollFd {
            fd,
            events: direction,
            revents: 0,
        };
        self.len += 1;
        self.ready |= embed::holds(fd);
        Ok(())
    }

    /// Waits until a member is ready or the monotonic clock shows `deadline`; `None`: never.
    pub fn wait(&mut self, deadline: Option<u64>) -> Result<(), Errno> {
        // The kernel passes over negative descriptors.
        let deadline = if self.ready { Some(0) } else { deadline };
        let members = self.fds.get_mut(..self.len).unwrap_or_default();
        loop {
            let rest = match deadline {
                None => None,
                Some(deadline) => Some(clock::timespec(
                    deadline.saturating_sub(clock::now(Clock::Monotonic)?),
                )),
            };
            match ppoll(members, rest) {
                Err(Errno::EINTR) => {}
                result => return result.map(drop),
            }
        }
    }

    /// What [`Set::wait`] found of the member that was added as number `index`.
    pub fn readiness(&self, index: usize) -> Readiness {
        Readiness(self.fds.get(index).map_or(0, |member| {
            if embed::holds(member.fd) {
                member.events
            } else {
                member.revents
            }
        }))
    }
}

/// Waits until `fd` is ready in the direction.
pub(super) fn wait(fd: Fd, direction: u16) {
    // An error shows again in the call that is repeated.
    let _ = ppoll(&mut [member(fd, direction)], None);
}

/// Whether `fd` is ready in the direction.
pub(super) fn is_ready(fd: Fd, direction: u16) -> bool {
    !matches!(
        ppoll(&mut [member(fd, direction)], Some(Default::default())),
        Ok(0)
    )
}

fn member(fd: Fd, direction: u16) -> PollFd {
    PollFd {
        fd,
        events: direction,
        revents: 0,
    }
}
