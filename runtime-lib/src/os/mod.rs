//! The runtime's interface to the operating system: one contract, with a folder of the same files
//! for each system, chosen only here.
//!
//! This module names the items of the contract one by one. An item that a system lacks is a compile
//! error that names it; `unsupported` is a system that defines every item, without function. Items
//! have POSIX's names where POSIX defines them; other names describe a purpose, and the
//! implementation stays in the system's folder. The contract is thin: a function is one system
//! call, nothing is allocated, and the only hidden state is that of [`time::clock_gettime`] (the
//! vDSO's address), of [`memory::map_stack_apart`] and of [`names`].
//!
//! - Results are `Result<T, Errno>`. [`Errno`] has the names of POSIX, never bare numbers.
//! - An interrupted call returns `EINTR`: the caller decides (see [`retry`]). The runtime's own
//!   signal handlers never return into a call.
//! - A descriptor is an [`Fd`], plain data: nothing closes it implicitly.
//! - Paths are `&CStr`. Memory that the program can see while the system writes to it, or that
//!   several vectors may share, is `&[Cell<u8>]`; memory of the runtime is `&[u8]` or `&mut [u8]`.
//! - Flags are constants of the module that uses them, with POSIX's names.
//! - Signal handlers and the process entry are defined by macros of the system, because each system
//!   calls them in its own way.

#[cfg(all(target_os = "linux", not(wasi_aot_unsupported_os)))]
pub(crate) mod linux;
#[cfg(all(target_os = "linux", not(wasi_aot_unsupported_os)))]
use linux as system;

#[cfg(wasi_aot_unsupported_os)]
pub(crate) mod unsupported;
#[cfg(wasi_aot_unsupported_os)]
use unsupported as system;

use fault::{Kind, Registers};
pub use fd::{Fd, IoRead, IoWrite};
use ready::{Member, Set};
pub use system::errno::Errno;

/// Interrupts the program wherever it is.
pub mod alarm {
    pub(crate) use super::system::alarm::alarm_handler;
    pub use super::system::alarm::{Alarm, start};
}

/// Child processes, signals as data, messages between processes.
pub mod child {
    pub use super::system::child::{
        Process, Signal, channel, cpus, die_with_parent, ended, fork, kill, next_signal,
        raise_descriptors, receive, send, signals, small_pages,
    };
}

/// The privileges that the process can give up: descriptors, privileges of programs, system calls,
/// files.
pub mod confine {
    pub use super::system::confine::{
        Access, HELP, Level, Rules, close_from, filter_calls, filter_calls_of_self, level,
        no_new_privileges, no_set_id,
    };

    /// The names of the parts, for messages.
    pub mod part {
        pub use crate::os::system::confine::part::{CALLS, DESCRIPTORS, FILES, PRIVILEGES, SET_ID};
    }

    /// The kinds of access to TCP ports.
    pub mod ports {
        pub use crate::os::system::confine::ports::{BIND, CONNECT};
    }
}

/// Faults of the program: location, kind, registers.
pub mod fault {
    pub(crate) use super::system::fault::fault_handler;
    pub use super::system::fault::{
        Fault, Handler, Kind, NUMBER, NUMBERS, Registers, install, set_stack,
    };
}

/// Operations on an open descriptor: read, write, seek, close, flags.
pub mod fd {
    pub use super::system::fd::{
        Fd, IoRead, IoWrite, Whence, append, available, close, close_on_exec, close_range,
        duplicate, fadvise, fallocate, fdatasync, fsync, ftruncate, is_open, is_terminal, lseek,
        placeholder, preadv, pwritev, read, read_entries, readv, replace, set_status_flags,
        status_flags, write, writev,
    };

    /// Advice of `fadvise`.
    pub mod advice {
        pub use crate::os::system::fd::advice::{
            DONTNEED, NOREUSE, NORMAL, RANDOM, SEQUENTIAL, WILLNEED,
        };
    }
}

/// Address space.
pub mod memory {
    pub use super::system::memory::{
        bound_system_stack, give_back, is_images, is_systems, leave_out_of_dumps, map, map_at,
        map_over, map_shared, map_stack, map_stack_apart, page_size, prefer_large_pages, protect,
        reserve, unmap,
    };

    /// Protection of pages.
    pub mod protection {
        pub use crate::os::system::memory::protection::{NONE, READ, WRITE};
    }
}

/// The system's configuration of hosts and name servers.
pub mod names {
    pub use super::system::names::{HOSTS, SERVERS, Source};
}

/// Pages of memory: which have been written, and what they are mapped from.
pub mod pages {
    pub use super::system::pages::{PageMap, Run, Segment, map_executable, writable_segments};
}

/// Waits for other threads on a word.
pub mod park {
    pub use super::system::park::{wait, wake};
}

/// Operations on a path below a directory: open, make, remove, rename, link, status.
pub mod path {
    pub use super::system::path::{
        Entry, Room, Stat, UTIME_NOW, UTIME_OMIT, can_open_below, entries, fstat, fstatat,
        lacks_open_below, linkat, mkdirat, open_below, openat, readlinkat, renameat, symlinkat,
        unlinkat, utimensat,
    };

    /// Flags of the `*at` functions except `openat`.
    pub mod at {
        pub use crate::os::system::path::at::{REMOVEDIR, SYMLINK_NOFOLLOW};
    }

    /// Flags of `openat`.
    pub mod flags {
        pub use crate::os::system::path::flags::{
            APPEND, CLOEXEC, CREAT, DIRECTORY, DSYNC, EXCL, NOCTTY, NOFOLLOW, NONBLOCK, PATH,
            RDONLY, RDWR, SYNC, TRUNC, WRONLY,
        };
    }

    /// Kinds of files.
    pub mod kind {
        pub use crate::os::system::path::kind::{
            BLOCK, CHARACTER, DIRECTORY, FIFO, LINK, MASK, REGULAR, SOCKET,
        };
    }
}

/// The process: its entry and end, random bytes, yield, arguments, environment.
pub mod process {
    #[cfg(wasi_aot_object)]
    pub(crate) use super::system::process::process_entry;
    pub use super::system::process::{
        ABORTED, Strings, abort, arguments, environment, exit, hardware, heeds_variables, id,
        kill_self, own_variable, random, sched_yield, set_start_block, variable,
    };
}

/// A queue of readiness, for many descriptors.
pub mod queue {
    pub use super::system::queue::{Event, Interest, Queue};
}

/// Readiness: waits for descriptors and time together. A descriptor that cannot be waited for, such
/// as a regular file's, is ready.
pub mod ready {
    pub use super::system::ready::{Member, Readiness, Set, Woken, is_ready, sleep, wait_for};

    /// The directions in which a descriptor can be ready.
    pub mod direction {
        pub use crate::os::system::ready::direction::{IN, OUT};
    }
}

/// Operations on sockets: make, bind, connect, listen, accept, receive, send, shut down.
pub mod socket {
    pub use super::system::socket::address::Family;
    pub use super::system::socket::{
        How, Type, bind, connect, disconnect, listen, listen_at_path, local, open_datagram,
        open_stream, peer, receive_from, recvmsg, send_to, sendmsg, shutdown, survive_closed, take,
    };

    /// Flags of `take`.
    pub mod accept {
        pub use crate::os::system::socket::accept::{CLOEXEC, NONBLOCK};
    }

    /// Flags of messages.
    pub mod message {
        pub use crate::os::system::socket::message::{NOSIGNAL, PEEK, TRUNC, WAITALL};
    }

    /// Options with a numeric value.
    pub mod option {
        pub use crate::os::system::socket::option::{Memory, Opt, get, memory, set};
    }
}

/// The start and end of threads, and the thread pointer.
pub mod thread {
    pub use super::system::thread::{pointer, set_pointer, set_segment};
    pub use super::system::thread::{start, uninterrupted, unmap_and_exit};
}

/// Clocks.
pub mod time {
    pub use super::system::time::{Clock, Timespec, clock_getres, clock_gettime};
}

/// The types of items that only some CPUs, variants or programs use; uses of the other items check
/// theirs.
const _: () = {
    type Function = unsafe extern "C" fn(usize) -> !;
    let _: fn(&IoWrite<'static>) -> bool = IoWrite::is_empty;
    let _: fn(&Registers) -> Option<usize> = Registers::link;
    let _: fn(&mut Registers, Function, usize, usize) = Registers::redirect;
    let _: fn(&mut Set, &mut Member, u16) = Set::change;
    let _ = [Kind::Memory, Kind::Instruction];
};

/// Repeats `call` while it is interrupted.
pub fn retry<T>(mut call: impl FnMut() -> Result<T, Errno>) -> Result<T, Errno> {
    loop {
        match call() {
            Err(Errno::EINTR) => {}
            other => return other,
        }
    }
}
