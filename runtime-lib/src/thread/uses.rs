//! Which descriptors calls are using. What a number stands for is looked up, checked and then used in system calls: if another
//! thread closed it meanwhile and a third one opened something, the kernel would give that the same number, and the
//! call would reach it. So a descriptor that is closed stays open until the last call that uses it is over.

use super::record::current;
use crate::{
    host::{descriptor, embed},
    os::{Errno, Fd, fd, memory},
    sync::{Held, Mutex},
};
use core::{
    cell::Cell,
    ptr,
    sync::atomic::{
        AtomicI32, AtomicPtr, AtomicUsize,
        Ordering::{Acquire, Relaxed, Release},
    },
};

/// Held while the table of descriptors, or what is noted here, is looked at or changed.
static LOCK: Mutex = Mutex::new();

/// See [`LOCK`].
pub fn lock() -> Held<'static> {
    LOCK.hold()
}

/// What is noted of a descriptor.
#[derive(Debug, Default)]
struct Use {
    /// How many calls use it, each counted as often as it has looked it up.
    calls: Cell<u32>,
    /// It is to be closed when none does.
    closing: Cell<bool>,
    /// Held by the call that wants it for itself.
    alone: Mutex,
}

/// Descriptors of the first chunk; each further one has twice as many as the one before.
const FIRST: usize = 64;

/// Enough for all that an `i32` can number.
const CHUNKS: usize = 26;

/// From descriptors to what is noted of them, which never moves.
struct Uses {
    chunks: [AtomicPtr<Use>; CHUNKS],
}

/// Those of the kernel, and those that are embedded, counted from the least.
static KERNEL: Uses = Uses::new();
static EMBEDDED: Uses = Uses::new();

impl Uses {
    const fn new() -> Self {
        Uses {
            chunks: [const { AtomicPtr::new(ptr::null_mut()) }; CHUNKS],
        }
    }

    /// What is noted of the descriptor `index`; `make`: it must be noted, `ENOMEM` if the system has no more memory.
    fn get(&'static self, index: usize, make: bool) -> Result<&'static Use, Errno> {
        let chunk = (index / FIRST + 1).ilog2() as usize;
        let (start, len) = (FIRST * ((1 << chunk) - 1), FIRST << chunk);
        let place = self.chunks.get(chunk).ok_or(Errno::EBADF)?;
        let mut first = place.load(Acquire);
        if first.is_null() {
            if !make {
                return Err(Errno::EBADF);
            }
            // Pages of zeros are uses of nothing.
            let mapped = memory::map(len * size_of::<Use>())?;
            first = ptr::with_exposed_provenance_mut(mapped);
            place.store(first, Release);
        }
        // SAFETY: inside of the chunk, which stays. What is not atomic in it is behind the lock.
        Ok(unsafe { &*first.add(index - start) })
    }
}

/// What is noted of `fd`.
fn of(fd: Fd, make: bool) -> Result<&'static Use, Errno> {
    if embed::holds(fd) {
        EMBEDDED.get(fd.0.wrapping_sub(i32::MIN) as usize, make)
    } else {
        KERNEL.get(usize::try_from(fd.0).map_err(|_| Errno::EBADF)?, make)
    }
}

/// What the call that a thread is in uses.
#[derive(Debug)]
pub struct CallState {
    /// The descriptors that it has looked up: the first of them, and the rest.
    inline: [Cell<Fd>; INLINE],
    more: Cell<*mut Fd>,
    room: Cell<usize>,
    used: Cell<usize>,
    /// Whether it will give away a number.
    reserved: Cell<bool>,
}

/// As many descriptors as a call looks up, but `poll_oneoff`.
const INLINE: usize = 8;

/// The least room for more of them, which a thread keeps.
const LEAST: usize = 1024;

impl CallState {
    /// Nothing.
    pub const NONE: CallState = CallState {
        inline: [const { Cell::new(Fd(0)) }; INLINE],
        more: Cell::new(ptr::null_mut()),
        room: Cell::new(0),
        used: Cell::new(0),
        reserved: Cell::new(false),
    };

    fn push(&self, fd: Fd) -> Result<(), Errno> {
        let used = self.used.get();
        if let Some(place) = self.inline.get(used) {
            place.set(fd);
        } else {
            let index = used - INLINE;
            if index >= self.room.get() {
                self.grow()?;
            }
            // SAFETY: there is room for more.
            unsafe { self.more.get().add(index).write(fd) };
        }
        self.used.set(used + 1);
        Ok(())
    }

    fn pop(&self) -> Option<Fd> {
        let used = self.used.get().checked_sub(1)?;
        self.used.set(used);
        match self.inline.get(used) {
            Some(place) => Some(place.get()),
            // SAFETY: so many have been pushed.
            None => Some(unsafe { self.more.get().add(used - INLINE).read() }),
        }
    }

    fn grow(&self) -> Result<(), Errno> {
        let room = (self.room.get() * 2).max(LEAST);
        let mapped = memory::map(room * size_of::<Fd>())?;
        let more: *mut Fd = ptr::with_exposed_provenance_mut(mapped);
        if self.room.get() != 0 {
            // SAFETY: the old array is shorter than the new one, and both are this thread's.
            unsafe { ptr::copy_nonoverlapping(self.more.get(), more, self.room.get()) };
        }
        self.free();
        self.more.set(more);
        self.room.set(room);
        Ok(())
    }

    /// Gives back the memory, if it is much: how much the next call needs, nobody knows.
    fn trim(&self) {
        if self.room.get() > LEAST {
            self.free();
        }
    }

    /// Gives back the memory.
    pub fn free(&self) {
        let room = self.room.replace(0);
        if room != 0 {
            let address = self.more.get().expose_provenance();
            // SAFETY: mapped in `grow` with this size; nobody else knows of it.
            let _ = unsafe { memory::unmap(address, room * size_of::<Fd>()) };
        }
    }
}

/// A call of a host function. When it is over, the descriptors that it used can be closed.
#[derive(Debug)]
pub struct Call(());

/// A host function is entered.
pub fn enter() -> Call {
    Call(())
}

impl Drop for Call {
    fn drop(&mut self) {
        let Some(record) = current() else { return };
        if record.call.reserved.get() {
            unreserve(&lock());
        }
        while let Some(fd) = record.call.pop() {
            let last = unpin(&lock(), fd);
            if last {
                // As with a close while a call is going on: nobody hears of an error.
                let _ = descriptor::close_fd(fd);
            }
        }
        record.call.trim();
    }
}

/// `fd` stays open until this call is over.
pub fn pin(_: &Held, fd: Fd) -> Result<(), Errno> {
    let Some(record) = current() else {
        return Ok(());
    };
    let uses = of(fd, true)?;
    record.call.push(fd)?;
    uses.calls.set(uses.calls.get() + 1);
    Ok(())
}

/// One use less: whether `fd` is to be closed now.
fn unpin(_: &Held, fd: Fd) -> bool {
    let Ok(uses) = of(fd, false) else {
        return false;
    };
    let calls = uses.calls.get() - 1;
    uses.calls.set(calls);
    calls == 0 && uses.closing.replace(false)
}

/// Whether `fd`, which has no number any more, is to be closed now: if not, the last call that uses it does.
pub fn release(_: &Held, fd: Fd) -> bool {
    match of(fd, false) {
        Ok(uses) if uses.calls.get() != 0 => {
            uses.closing.set(true);
            false
        }
        _ => true,
    }
}

/// Waits until no other call uses `fd` alone, and does so. The call has looked it up.
pub fn exclusive(fd: Fd) -> Result<Held<'static>, Errno> {
    let uses = {
        let _held = lock();
        of(fd, true)?
    };
    Ok(uses.alone.hold())
}

/// Numbers that calls will give away.
static RESERVED: AtomicUsize = AtomicUsize::new(0);

/// See [`RESERVED`].
pub fn reserved(_: &Held) -> usize {
    RESERVED.load(Relaxed)
}

/// This call will give away a number.
pub fn reserve(_: &Held) {
    if let Some(record) = current()
        && !record.call.reserved.replace(true)
    {
        RESERVED.fetch_add(1, Relaxed);
    }
}

/// It has, or will not.
pub fn unreserve(_: &Held) {
    if let Some(record) = current()
        && record.call.reserved.replace(false)
    {
        RESERVED.fetch_sub(1, Relaxed);
    }
}

/// What has the kernel's numbers of standard streams that are closed.
static PLACEHOLDER: AtomicI32 = AtomicI32::new(-1);

/// The kernel's numbers of the standard streams are never free: what is opened would have one for a moment, and
/// another thread would take it for the stream. Where a stream is closed, nothing that can be read or written takes its
/// place, and the program finds it closed.
pub fn occupy_streams() -> Result<(), Errno> {
    for stream in [Fd::STDIN, Fd::STDOUT, Fd::STDERR] {
        if !fd::is_open(stream) {
            descriptor::forget_stream(stream);
        }
    }
    loop {
        let placeholder = fd::placeholder()?;
        PLACEHOLDER.store(placeholder.0, Relaxed);
        if placeholder.0 > Fd::STDERR.0 {
            return Ok(());
        }
    }
}

/// Closes a descriptor of the kernel.
pub fn close(fd: Fd) -> Result<(), Errno> {
    if (0..=Fd::STDERR.0).contains(&fd.0) {
        fd::replace(Fd(PLACEHOLDER.load(Relaxed)), fd)
    } else {
        fd::close(fd)
    }
}

#[cfg(test)]
mod tests;
