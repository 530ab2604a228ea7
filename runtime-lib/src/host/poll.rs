//! Waiting for descriptors and for time.

use super::{
    clock,
    descriptor::{Descriptor, Kind},
    embed, file,
    scratch::Scratch,
};
use crate::os::{
    Errno, Fd,
    fd::{self, Whence},
    path::{Room, kind},
    poll::{PollFd, events, ppoll, ppoll_rest},
    retry,
};

/// Members of a [`Set`] that need no memory of the system.
const INLINE: usize = 8;

/// Descriptors that are waited for together.
pub struct Set {
    fds: Scratch<PollFd, INLINE>,
    /// A member is embedded: that is always ready.
    ready: bool,
    /// The kernel would not take so many: so many are left, each descriptor once with all its directions.
    merged: Option<usize>,
}

/// A member of a [`Set`].
#[derive(Clone, Copy, Debug)]
pub struct Member {
    fd: Fd,
    direction: u16,
    index: usize,
}

impl Member {
    /// Of no set.
    pub const NONE: Member = Member {
        fd: Fd(0),
        direction: 0,
        index: usize::MAX,
    };
}

/// What is known of a member of a [`Set`].
#[derive(Clone, Copy, Debug)]
pub struct Readiness {
    /// The call that was asked for would not wait.
    pub ready: bool,
    /// The other end is closed.
    pub hangup: bool,
}

impl Set {
    /// No members, and room for `most`.
    pub fn new(most: usize) -> Result<Self, Errno> {
        Ok(Set {
            fds: Scratch::new(most)?,
            ready: false,
            merged: None,
        })
    }

    /// Adds a member; one direction of [`events`]. Those for which there is no room are never ready.
    pub fn add(&mut self, fd: Fd, direction: u16) -> Member {
        let index = self.fds.values().len();
        self.fds.push(member(fd, direction));
        self.ready |= embed::holds(fd);
        Member {
            fd,
            direction,
            index,
        }
    }

    /// Waits until a member is ready or so many nanoseconds are over; `None`: never. Whether a member is ready.
    #[inline(always)]
    pub fn wait(&mut self, nanoseconds: Option<u64>) -> Result<bool, Errno> {
        // The kernel passes over negative descriptors.
        let nanoseconds = if self.ready { Some(0) } else { nanoseconds };
        let mut rest = nanoseconds.map(clock::timespec);
        loop {
            match ppoll_rest(self.members(), rest.as_mut()) {
                // The kernel has left in `rest` how much time there is.
                Err(Errno::EINTR) => {}
                // More members than the process may have descriptors, so some are there several times.
                Err(Errno::EINVAL) if self.merged.is_none() => self.merge(),
                result => return result.map(|ready| self.ready || ready != 0),
            }
        }
    }

    fn members(&mut self) -> &mut [PollFd] {
        let merged = self.merged;
        let all = self.fds.values();
        match merged {
            Some(kept) => all.get_mut(..kept).unwrap_or_default(),
            None => all,
        }
    }

    fn merge(&mut self) {
        let members = self.fds.values();
        let mut kept = 0;
        for index in 0..members.len() {
            let Some(&next) = members.get(index) else {
                break;
            };
            let (before, rest) = members.split_at_mut(kept);
            if let Some(same) = before.iter_mut().find(|member| member.fd == next.fd) {
                same.events |= next.events;
            } else if let Some(place) = rest.first_mut() {
                *place = next;
                kept += 1;
            }
        }
        self.merged = Some(kept);
    }

    /// What [`Set::wait`] found.
    pub fn readiness(&mut self, member: Member) -> Readiness {
        if embed::holds(member.fd) {
            return Readiness {
                ready: true,
                hangup: false,
            };
        }
        let merged = self.merged.is_some();
        let members = self.members();
        let found = if merged {
            members.iter().find(|other| other.fd == member.fd)
        } else {
            members.get(member.index)
        };
        let other = (events::IN | events::OUT) & !member.direction;
        let answer = found.map_or(0, |found| found.revents & !other);
        // A pipe that nobody reads any more shows an error, and no hangup.
        let unread = member.direction & events::OUT != 0 && answer & events::ERR != 0;
        Readiness {
            ready: answer & !events::RDHUP != 0,
            hangup: answer & (events::HUP | events::RDHUP) != 0 || unread,
        }
    }
}

/// Waits so many nanoseconds.
#[inline(always)]
pub fn sleep(nanoseconds: u64) -> Result<(), Errno> {
    let mut rest = clock::timespec(nanoseconds);
    // The kernel leaves in `rest` how much time there is.
    retry(|| ppoll_rest(&mut [], Some(&mut rest))).map(drop)
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

/// Waits until `fd` is ready in the direction.
pub(super) fn wait(fd: Fd, direction: u16) {
    // An error shows again in the call that is repeated.
    let _ = ppoll(&mut [member(fd, direction)], None);
}

/// Whether `fd` is ready in the direction.
pub fn is_ready(fd: Fd, direction: u16) -> bool {
    !matches!(
        ppoll(&mut [member(fd, direction)], Some(Default::default())),
        Ok(0)
    )
}

fn member(fd: Fd, direction: u16) -> PollFd {
    // A peer that has ended its direction is something to read: the end.
    let closed = if direction == events::IN {
        events::RDHUP
    } else {
        0
    };
    PollFd {
        fd,
        events: direction | closed,
        revents: 0,
    }
}
