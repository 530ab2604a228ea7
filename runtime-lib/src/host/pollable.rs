//! Pollables: a descriptor or a time for which the program can wait by a handle. A pollable queries
//! the object that it was made from through the functions of its [`Parent`].

use super::{
    clock, descriptor,
    handles::{TooMany, found, insert},
    poll::{Member, Set, is_ready as descriptor_is_ready},
    table::{Entry, Table},
};
use crate::os::{Errno, Fd};

/// The object from which a pollable was made, and which must live as long.
#[derive(Debug)]
pub struct Parent {
    /// Updates what the pollable waits for, if that changes.
    pub now: fn(&mut Pollable),
    /// Whether the event only means that `now` must be called again. The pollable's number is then
    /// the kernel's.
    pub works: bool,
    /// Whether the pollable is ready regardless of its descriptor; called with [`Pollable::of`].
    pub ready: fn(u32) -> bool,
    /// Called when a pollable is dropped.
    pub left: fn(u32),
}

/// A descriptor or time to wait for.
#[derive(Clone, Copy, Debug)]
pub struct Pollable {
    /// `None`: the entry is free.
    parent: Option<&'static Parent>,
    /// Identifies the parent.
    pub of: u32,
    /// The descriptor's number, or [`Pollable::NO_DESCRIPTOR`].
    pub number: u32,
    /// The direction in which the descriptor must be ready: one of [`crate::os::ready::direction`].
    pub direction: u16,
    /// The time of the monotonic clock at which it is ready at the latest; 0: it is ready;
    /// `u64::MAX`: never.
    pub deadline: u64,
}

static POLLABLES: Table<Pollable> = Table::new();

/// The parent of pollables that depend on no object.
static NO_PARENT: Parent = Parent {
    now: |_| {},
    works: false,
    ready: |_| false,
    left: |_| {},
};

impl Entry for Pollable {
    const FREE: Self = Pollable {
        parent: None,
        of: 0,
        number: 0,
        direction: 0,
        deadline: 0,
    };

    fn is_free(&self) -> bool {
        self.parent.is_none()
    }
}

impl Pollable {
    /// See [`Pollable::number`].
    pub const NO_DESCRIPTOR: u32 = u32::MAX;

    /// Makes a pollable that is ready when a descriptor is, or when its parent `of` is.
    pub fn of_descriptor(
        number: u32,
        direction: u16,
        parent: &'static Parent,
        of: u32,
    ) -> Result<u32, TooMany> {
        insert(
            &POLLABLES,
            Pollable {
                parent: Some(parent),
                of,
                number,
                direction,
                deadline: u64::MAX,
            },
        )
    }

    /// Makes a pollable whose parent determines what it waits for.
    pub fn of_parent(parent: &'static Parent, of: u32) -> Result<u32, TooMany> {
        Pollable::of_descriptor(Pollable::NO_DESCRIPTOR, 0, parent, of)
    }

    /// The pollable of a handle.
    fn get(number: u32) -> Self {
        let mut pollable = found(&POLLABLES, number);
        pollable.ask();
        pollable
    }

    /// Updates what it waits for.
    fn ask(&mut self) {
        if let Some(parent) = self.parent {
            (parent.now)(self);
        }
    }

    /// Whether its parent must be called after an event ([`Parent::works`]).
    fn works(&self) -> bool {
        self.parent.is_some_and(|parent| parent.works)
    }

    /// The kernel's number of its descriptor.
    fn fd(&self) -> Option<Fd> {
        match self.number {
            Pollable::NO_DESCRIPTOR => None,
            number if self.works() => Some(Fd(number as i32)),
            number => descriptor::peek(number).map(|(found, _)| found.fd).ok(),
        }
    }

    /// Whether it is ready regardless of its descriptor and the clock.
    fn is_ready(&self) -> bool {
        self.deadline == 0 || self.parent.is_some_and(|parent| (parent.ready)(self.of))
    }
}

/// Makes a pollable that is ready when the monotonic clock reaches `deadline`; 0: always;
/// `u64::MAX`: never.
pub fn at(deadline: u64) -> Result<u32, TooMany> {
    insert(
        &POLLABLES,
        Pollable {
            parent: Some(&NO_PARENT),
            of: 0,
            number: Pollable::NO_DESCRIPTOR,
            direction: 0,
            deadline,
        },
    )
}

/// Makes a pollable that is ready after this number of nanoseconds. It is never ready if the clock
/// cannot represent that time.
pub fn after(nanoseconds: u64) -> Result<u32, TooMany> {
    at(match nanoseconds {
        0 => 0,
        _ => clock::monotonic().saturating_add(nanoseconds),
    })
}

/// Whether it is ready now.
pub fn is_ready(number: u32) -> bool {
    let pollable = Pollable::get(number);
    match pollable.fd() {
        _ if pollable.is_ready() => true,
        _ if pollable.works() => false,
        Some(fd) => descriptor_is_ready(fd, pollable.direction),
        None => pollable.deadline <= clock::monotonic(),
    }
}

/// Removes it after its last handle.
pub fn remove(number: u32) {
    let pollable = Pollable::get(number);
    POLLABLES.remove(number as usize);
    if let Some(parent) = pollable.parent {
        (parent.left)(pollable.of);
    }
}

/// A pollable during a wait.
#[derive(Clone, Copy)]
pub struct Waiting {
    pollable: Pollable,
    member: Member,
    /// Whether it is ready, as [`wait`] found.
    pub ready: bool,
}

impl Waiting {
    /// The pollable of a handle, for waiting.
    pub fn on(number: u32) -> Self {
        let pollable = Pollable::get(number);
        Waiting {
            pollable,
            member: Member::NONE,
            ready: pollable.is_ready(),
        }
    }
}

/// Waits until one of them is ready, and sets which ones are. Fails if the system has no memory for
/// it.
pub fn wait(all: &mut [Waiting]) -> Result<(), Errno> {
    while !wait_once(all)? {}
    Ok(())
}

/// Waits for an event; returns whether one of them is ready.
fn wait_once(all: &mut [Waiting]) -> Result<bool, Errno> {
    let mut set = Set::new(all.len())?;
    let (mut ready, mut earliest) = (false, u64::MAX);
    for waiting in all.iter_mut() {
        ready |= waiting.ready;
        earliest = earliest.min(waiting.pollable.deadline);
        if let Some(fd) = waiting.pollable.fd() {
            waiting.member = set.register(fd, waiting.pollable.direction);
        }
    }
    set.timer(match earliest {
        _ if ready => 0,
        u64::MAX => u64::MAX,
        _ => earliest.saturating_sub(clock::monotonic()),
    });
    set.wait()?;
    let now = if earliest == u64::MAX {
        0
    } else {
        clock::monotonic()
    };
    for waiting in all.iter_mut() {
        if waiting.pollable.works() {
            waiting.pollable.ask();
            waiting.ready = waiting.pollable.is_ready();
        } else {
            waiting.ready |= waiting.pollable.deadline <= now;
            waiting.ready |= set.readiness(waiting.member).ready;
        }
        ready |= waiting.ready;
    }
    Ok(ready)
}
