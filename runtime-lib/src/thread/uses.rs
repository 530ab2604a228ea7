//! Tracks the descriptors in use by calls. A call looks up a number, checks the descriptor, and
//! then uses it in system calls. If another thread closed it in between and a third one opened
//! something, the kernel could reuse the number, and the call would access the wrong file. So a
//! descriptor that the program closes stays open until the last call that uses it ends.

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

/// Held while the table of descriptors, or this data, is accessed.
static LOCK: Mutex = Mutex::new();

/// See [`LOCK`].
pub fn lock() -> Held<'static> {
    LOCK.hold()
}

/// The uses of a descriptor.
#[derive(Debug, Default)]
struct Use {
    /// The number of uses by calls; each lookup counts.
    calls: Cell<u32>,
    /// Whether to close it after the last use.
    closing: Cell<bool>,
    /// Held by a call that needs exclusive use.
    alone: Mutex,
}

/// Number of descriptors in the first chunk; each further chunk has twice as many as the previous
/// one.
const FIRST: usize = 64;

/// Enough chunks for all numbers of an `i32`.
const CHUNKS: usize = 26;

/// Maps descriptors to their uses, which never move.
struct Uses {
    chunks: [AtomicPtr<Use>; CHUNKS],
}

/// The kernel's descriptors, and those of embedded files, counted from the lowest.
static KERNEL: Uses = Uses::new();
static EMBEDDED: Uses = Uses::new();

impl Uses {
    const fn new() -> Self {
        Uses {
            chunks: [const { AtomicPtr::new(ptr::null_mut()) }; CHUNKS],
        }
    }

    /// The uses of the descriptor `index`. `make`: allocates them if necessary; `ENOMEM` if the
    /// system has no more memory.
    fn get(&'static self, index: usize, make: bool) -> Result<&'static Use, Errno> {
        let chunk = (index / FIRST + 1).ilog2() as usize;
        let (start, len) = (FIRST * ((1 << chunk) - 1), FIRST << chunk);
        let place = self.chunks.get(chunk).ok_or(Errno::EBADF)?;
        let mut first = place.load(Acquire);
        if first.is_null() {
            if !make {
                return Err(Errno::EBADF);
            }
            // Zeroed pages are valid, and mean no uses.
            let mapped = memory::map(len * size_of::<Use>())?;
            first = ptr::with_exposed_provenance_mut(mapped);
            place.store(first, Release);
        }
        // SAFETY: the index is within the chunk, which is never freed. The lock protects everything
        // in it that is not atomic.
        Ok(unsafe { &*first.add(index - start) })
    }
}

/// The uses of `fd`.
fn of(fd: Fd, make: bool) -> Result<&'static Use, Errno> {
    if embed::holds(fd) {
        EMBEDDED.get(fd.0.wrapping_sub(i32::MIN) as usize, make)
    } else {
        KERNEL.get(usize::try_from(fd.0).map_err(|_| Errno::EBADF)?, make)
    }
}

/// The descriptors used by a thread's current call.
#[derive(Debug)]
pub struct CallState {
    /// The descriptors that it has looked up: the first ones here, the rest in `more`.
    inline: [Cell<Fd>; INLINE],
    more: Cell<*mut Fd>,
    room: Cell<usize>,
    used: Cell<usize>,
    /// Whether it has reserved a number.
    reserved: Cell<bool>,
}

/// The number of descriptors that any call except `poll_oneoff` looks up at most.
const INLINE: usize = 8;

/// The minimum capacity for more descriptors, which a thread keeps.
const LEAST: usize = 1024;

impl CallState {
    /// No descriptors.
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
            // SAFETY: the index is below the capacity.
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
            // SAFETY: this number of descriptors has been pushed.
            None => Some(unsafe { self.more.get().add(used - INLINE).read() }),
        }
    }

    fn grow(&self) -> Result<(), Errno> {
        let room = (self.room.get() * 2).max(LEAST);
        let mapped = memory::map(room * size_of::<Fd>())?;
        let more: *mut Fd = ptr::with_exposed_provenance_mut(mapped);
        if self.room.get() != 0 {
            // SAFETY: the old array is shorter than the new one, and both belong to this thread.
            unsafe { ptr::copy_nonoverlapping(self.more.get(), more, self.room.get()) };
        }
        self.free();
        self.more.set(more);
        self.room.set(room);
        Ok(())
    }

    /// Frees the memory if it is large: the next call probably needs less.
    fn trim(&self) {
        if self.room.get() > LEAST {
            self.free();
        }
    }

    /// Frees the memory.
    pub fn free(&self) {
        let room = self.room.replace(0);
        if room != 0 {
            let address = self.more.get().expose_provenance();
            // SAFETY: `grow` mapped it with this size; nothing else refers to it.
            let _ = unsafe { memory::unmap(address, room * size_of::<Fd>()) };
        }
    }
}

/// A call of a host function. At its end, descriptors that it used may be closed.
#[derive(Debug)]
pub struct Call(());

/// Enters a host function.
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
                // The error cannot be reported to the program, which closed the descriptor earlier.
                let _ = descriptor::close_fd(fd);
            }
        }
        record.call.trim();
    }
}

/// Keeps `fd` open until this call ends.
pub fn pin(_: &Held, fd: Fd) -> Result<(), Errno> {
    let Some(record) = current() else {
        return Ok(());
    };
    let uses = of(fd, true)?;
    record.call.push(fd)?;
    uses.calls.set(uses.calls.get() + 1);
    Ok(())
}

/// Removes one use; returns whether to close `fd` now.
fn unpin(_: &Held, fd: Fd) -> bool {
    let Ok(uses) = of(fd, false) else {
        return false;
    };
    let calls = uses.calls.get() - 1;
    uses.calls.set(calls);
    calls == 0 && uses.closing.replace(false)
}

/// Whether to close `fd` now, after its number was removed. If not, the last call that uses it does
/// so.
pub fn release(_: &Held, fd: Fd) -> bool {
    match of(fd, false) {
        Ok(uses) if uses.calls.get() != 0 => {
            uses.closing.set(true);
            false
        }
        _ => true,
    }
}

/// Waits for exclusive use of `fd`, which the call has looked up.
pub fn exclusive(fd: Fd) -> Result<Held<'static>, Errno> {
    let uses = {
        let _held = lock();
        of(fd, true)?
    };
    Ok(uses.alone.hold())
}

/// The count of numbers that calls have reserved.
static RESERVED: AtomicUsize = AtomicUsize::new(0);

/// See [`RESERVED`].
pub fn reserved(_: &Held) -> usize {
    RESERVED.load(Relaxed)
}

/// Reserves a number for this call.
pub fn reserve(_: &Held) {
    if let Some(record) = current()
        && !record.call.reserved.replace(true)
    {
        RESERVED.fetch_add(1, Relaxed);
    }
}

/// Releases that reservation.
pub fn unreserve(_: &Held) {
    if let Some(record) = current()
        && record.call.reserved.replace(false)
    {
        RESERVED.fetch_sub(1, Relaxed);
    }
}

/// The descriptor that occupies the kernel's numbers of closed standard streams.
static PLACEHOLDER: AtomicI32 = AtomicI32::new(-1);

/// Keeps the kernel's numbers of the standard streams occupied. If one were free, an opened file
/// would have it for a moment, and another thread would use it as the stream. A closed stream's
/// number is given to a descriptor that can be neither read nor written, and for the program the
/// stream is closed.
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
