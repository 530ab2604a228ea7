//! Readiness: waiting for descriptors and for time together. What cannot be waited for, such as a
//! regular file, is ready.
//!
//! Here it is `ppoll`, which needs nothing but memory of the process, and is the fastest for as few
//! descriptors as programs wait for.

use super::{Errno, Fd, time::Timespec};
use crate::{os::retry, scratch::Scratch};
use core::mem;

/// What a descriptor is to be ready for.
pub mod direction {
    /// It can be read.
    pub const IN: u16 = 1;
    /// It can be written.
    pub const OUT: u16 = 4;
}

/// An error (answer only).
const ERR: u16 = 8;
/// The other end is closed (answer only).
const HUP: u16 = 16;
/// The peer of a stream socket sends nothing more.
const RDHUP: u16 = 0x2000;

/// Members of a [`Set`] that need no memory of the system.
const INLINE: usize = 8;

/// A timer that is never over.
const NEVER: u64 = u64::MAX;

/// `struct pollfd`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
struct PollFd {
    /// Negative: ignored.
    fd: Fd,
    events: u16,
    revents: u16,
}

impl PollFd {
    fn new(fd: Fd, direction: u16) -> PollFd {
        PollFd {
            fd,
            events: events(direction),
            revents: 0,
        }
    }
}

fn events(direction: u16) -> u16 {
    // A peer that has ended its direction is something to read: the end.
    let closed = if direction == direction::IN { RDHUP } else { 0 };
    direction | closed
}

/// Descriptors and points in time that are waited for together.
pub struct Set {
    fds: Scratch<PollFd, INLINE>,
    /// Nanoseconds until the earliest of the timers, or [`NEVER`].
    timer: u64,
    /// The kernel would not take all members: this is how many are left, each descriptor once
    /// with all its directions.
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

    /// The descriptor.
    pub fn fd(&self) -> Fd {
        self.fd
    }
}

/// What is known of a member of a [`Set`].
#[derive(Clone, Copy, Debug)]
pub struct Readiness {
    /// The call that was asked for would not wait.
    pub ready: bool,
    /// The other end is closed.
    pub hangup: bool,
}

/// Why [`Set::wait`] has ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Woken {
    /// A member is ready.
    Ready,
    /// The nanoseconds of the earliest timer are over.
    Time(u64),
}

impl Set {
    /// No members, and room for `most`.
    pub fn new(most: usize) -> Result<Self, Errno> {
        Ok(Set {
            fds: Scratch::new(most)?,
            timer: NEVER,
            merged: None,
        })
    }

    /// Adds a member, which is waited for in one `direction`. One for which there is no room, and
    /// a descriptor that is negative, are never ready.
    pub fn register(&mut self, fd: Fd, direction: u16) -> Member {
        let index = self.fds.values().len();
        self.fds.push(PollFd::new(fd, direction));
        Member {
            fd,
            direction,
            index,
        }
    }

    /// A member is waited for in another direction from now on.
    pub fn change(&mut self, member: &mut Member, direction: u16) {
        member.direction = direction;
        match self.merged {
            None => {
                if let Some(place) = self.fds.values().get_mut(member.index) {
                    *place = PollFd::new(member.fd, direction);
                }
            }
            Some(_) => {
                let mut members = self.members().iter_mut();
                // Others wait for the same descriptor, perhaps in the direction that this one no
                // longer wants.
                if let Some(place) = members.find(|other| other.fd == member.fd) {
                    place.events |= events(direction);
                }
            }
        }
    }

    /// The next [`Set::wait`] ends when these nanoseconds are over; of several timers, the earliest
    /// counts. `u64::MAX`: never.
    #[inline(always)]
    pub fn timer(&mut self, nanoseconds: u64) {
        self.timer = self.timer.min(nanoseconds);
    }

    /// Waits until a member is ready or a timer is over.
    #[inline(always)]
    pub fn wait(&mut self) -> Result<Woken, Errno> {
        let timer = mem::replace(&mut self.timer, NEVER);
        let mut rest = (timer != NEVER).then(|| Timespec::of(timer));
        loop {
            match ppoll(self.members(), rest.as_mut()) {
                // The kernel has left in `rest` how much time there is.
                Err(Errno::EINTR) => {}
                // More members than the process may have descriptors, so some are there several
                // times.
                Err(Errno::EINVAL) if self.merged.is_none() => self.merge(),
                Err(error) => return Err(error),
                Ok(0) => return Ok(Woken::Time(timer)),
                Ok(_) => return Ok(Woken::Ready),
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
        let merged = self.merged.is_some();
        let members = self.members();
        let found = if merged {
            members.iter().find(|other| other.fd == member.fd)
        } else {
            members.get(member.index)
        };
        let other = (direction::IN | direction::OUT) & !member.direction;
        let answer = found.map_or(0, |found| found.revents & !other);
        // A pipe that nobody reads any longer shows an error, and no hangup.
        let unread = member.direction & direction::OUT != 0 && answer & ERR != 0;
        Readiness {
            ready: answer & !RDHUP != 0,
            hangup: answer & (HUP | RDHUP) != 0 || unread,
        }
    }
}

/// Waits for this time.
#[inline(always)]
pub fn sleep(nanoseconds: u64) -> Result<(), Errno> {
    let mut rest = Timespec::of(nanoseconds);
    // The kernel leaves in `rest` how much time there is.
    retry(|| ppoll(&mut [], Some(&mut rest))).map(drop)
}

/// Waits until `fd` is ready in the direction, or perhaps for less.
pub fn wait_for(fd: Fd, direction: u16) {
    // An error shows again in the call that is repeated.
    let _ = ppoll(&mut [PollFd::new(fd, direction)], None);
}

/// Whether `fd` is ready in the direction.
pub fn is_ready(fd: Fd, direction: u16) -> bool {
    let mut now = Timespec::default();
    !matches!(
        ppoll(&mut [PollFd::new(fd, direction)], Some(&mut now)),
        Ok(0)
    )
}

/// `ppoll` without a mask: how many descriptors have an answer; 0 when `timeout` is over (`None`:
/// never). Leaves in `timeout` what was left of it, also with `EINTR`.
fn ppoll(fds: &mut [PollFd], timeout: Option<&mut Timespec>) -> Result<usize, Errno> {
    let timeout = timeout.map_or(core::ptr::null_mut(), core::ptr::from_mut);
    // SAFETY: writes to `fds` and to the timeout.
    unsafe { syscall!(ppoll, fds.as_mut_ptr(), fds.len(), timeout, 0, 0) }
}

#[cfg(test)]
mod tests {
    use super::{
        direction::{IN, OUT},
        *,
    };
    use std::{fs::File, io::Write, os::fd::AsRawFd, time::Instant};

    fn fd(file: &impl AsRawFd) -> Fd {
        Fd(file.as_raw_fd())
    }

    #[test]
    fn a_member_waits_for_what_it_was_last_changed_to() {
        let (reader, mut writer) = std::io::pipe().unwrap();
        let mut set = Set::new(2).unwrap();
        let mut reads = set.register(fd(&reader), IN);
        let mut writes = set.register(fd(&writer), OUT);
        assert_eq!(set.wait(), Ok(Woken::Ready));
        assert!(set.readiness(writes).ready && !set.readiness(reads).ready);
        // The end that is written to is never read.
        set.change(&mut writes, IN);
        set.timer(0);
        assert_eq!(set.wait(), Ok(Woken::Time(0)));
        writer.write_all(b"x").unwrap();
        assert_eq!(set.wait(), Ok(Woken::Ready));
        assert!(set.readiness(reads).ready && !set.readiness(writes).ready);
        set.change(&mut reads, OUT);
        set.timer(0);
        assert_eq!(set.wait(), Ok(Woken::Time(0)));
    }

    #[test]
    fn the_earliest_timer_counts_once() {
        let mut set = Set::new(0).unwrap();
        set.timer(3_600_000_000_000);
        set.timer(1_000_000);
        let start = Instant::now();
        assert_eq!(set.wait(), Ok(Woken::Time(1_000_000)));
        assert!(start.elapsed().as_millis() >= 1);
        set.timer(2_000_000);
        assert_eq!(set.wait(), Ok(Woken::Time(2_000_000)));
    }

    #[test]
    fn a_regular_file_is_ready() {
        let file = File::open(std::env::current_exe().unwrap()).unwrap();
        let mut set = Set::new(1).unwrap();
        let member = set.register(fd(&file), IN);
        assert_eq!(set.wait(), Ok(Woken::Ready));
        assert!(set.readiness(member).ready);
    }
}
