//! Readiness: waits for descriptors and for time together. A descriptor that cannot be waited for,
//! such as a regular file's, is ready.
//!
//! On Linux it uses `ppoll`, which needs only memory of the process, and is the fastest for the
//! small number of descriptors for which programs wait.

use super::{Errno, Fd, time::Timespec};
use crate::{os::retry, scratch::Scratch};
use core::mem;

/// The directions in which a descriptor can be ready.
pub mod direction {
    /// It can be read.
    pub const IN: u16 = 1;
    /// It can be written.
    pub const OUT: u16 = 4;
}

/// An error (only in results).
const ERR: u16 = 8;
/// The other end is closed (only in results).
const HUP: u16 = 16;
/// The peer of a stream socket has shut down sending.
const RDHUP: u16 = 0x2000;

/// The number of members of a [`Set`] that need no mapping.
const INLINE: usize = 8;

/// A timer that never expires.
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
    // The end of a peer's data can be read, as the end of the stream.
    let closed = if direction == direction::IN { RDHUP } else { 0 };
    direction | closed
}

/// Descriptors and times for which a thread waits together.
pub struct Set {
    fds: Scratch<PollFd, INLINE>,
    /// Nanoseconds until the earliest timer, or [`NEVER`].
    timer: u64,
    /// The number of members after merging, if the kernel refused the original number: each
    /// descriptor is then there once, with all its directions.
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
    /// A member of no set.
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

/// The state of a member of a [`Set`].
#[derive(Clone, Copy, Debug)]
pub struct Readiness {
    /// The corresponding call would not block.
    pub ready: bool,
    /// The other end is closed.
    pub hangup: bool,
}

/// The reason for which [`Set::wait`] has returned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Woken {
    /// A member is ready.
    Ready,
    /// The earliest timer, with this number of nanoseconds, has expired.
    Time(u64),
}

impl Set {
    /// An empty set with a capacity of `most` members.
    pub fn new(most: usize) -> Result<Self, Errno> {
        Ok(Set {
            fds: Scratch::new(most)?,
            timer: NEVER,
            merged: None,
        })
    }

    /// Adds a member, for one `direction`. It is never ready if the set is full, or if the
    /// descriptor is negative.
    pub fn register(&mut self, fd: Fd, direction: u16) -> Member {
        let index = self.fds.values().len();
        self.fds.push(PollFd::new(fd, direction));
        Member {
            fd,
            direction,
            index,
        }
    }

    /// Changes the direction of a member.
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
                // Other members with the same descriptor may still need the direction that this one
                // no longer needs.
                if let Some(place) = members.find(|other| other.fd == member.fd) {
                    place.events |= events(direction);
                }
            }
        }
    }

    /// Limits the next [`Set::wait`] to this number of nanoseconds; the earliest timer counts.
    /// `u64::MAX`: no limit.
    #[inline(always)]
    pub fn timer(&mut self, nanoseconds: u64) {
        self.timer = self.timer.min(nanoseconds);
    }

    /// Removes the limit of the next [`Set::wait`]; returns it.
    pub fn take_timer(&mut self) -> u64 {
        mem::replace(&mut self.timer, NEVER)
    }

    /// Whether another member than this one was ready after [`Set::wait`].
    pub fn ready_besides(&mut self, member: Member) -> bool {
        let index = member.index;
        let mut members = self.members().iter().enumerate();
        members.any(|(other, place)| other != index && place.revents != 0)
    }

    /// Waits until a member is ready or a timer expires.
    #[inline(always)]
    pub fn wait(&mut self) -> Result<Woken, Errno> {
        let timer = mem::replace(&mut self.timer, NEVER);
        let mut rest = (timer != NEVER).then(|| Timespec::of(timer));
        loop {
            match ppoll(self.members(), rest.as_mut()) {
                // The kernel has updated `rest` to the remaining time.
                Err(Errno::EINTR) => {}
                // There are more members than the process may have descriptors, so some descriptors
                // occur several times.
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

    /// The state of a member after [`Set::wait`].
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
        // A pipe without readers shows an error, but no hangup.
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
    // The kernel updates `rest` to the remaining time.
    retry(|| ppoll(&mut [], Some(&mut rest))).map(drop)
}

/// Waits until `fd` is ready in the direction, or possibly for less.
pub fn wait_for(fd: Fd, direction: u16) {
    // An error appears again in the call that is repeated.
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

/// `ppoll` without a mask: returns the number of descriptors with a result; 0 after `timeout`
/// (`None`: never). Updates `timeout` to the remaining time, also for `EINTR`.
fn ppoll(fds: &mut [PollFd], timeout: Option<&mut Timespec>) -> Result<usize, Errno> {
    let timeout = timeout.map_or(core::ptr::null_mut(), core::ptr::from_mut);
    // SAFETY: the call writes to `fds` and to the timeout.
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
        // The writing end of a pipe is never readable.
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
