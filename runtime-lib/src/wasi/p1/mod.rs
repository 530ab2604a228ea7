//! WASI preview 1, `wasi_snapshot_preview1`, and what came before it, `wasi_unstable`: the functions that a
//! module imports, each a symbol of its own, so that an executable holds only those that its program
//! imports.
//!
//! Behaviour where the specification leaves room: an address outside the memory or not aligned traps (the
//! specification's rule for pointers), and a call that traps or fails because of its arguments has changed
//! nothing. What else is left open is as in wasmtime or, where it differs, as for a native program.
//!
//! What is on the stack during a system call is inlined into the function that the program calls, as far as that
//! is worth its size (`inline(always)` here and in [`crate::host`]): the kernel leaves the CPU without its
//! prediction of returns, and each one costs as much as all the checks of a call.

mod arguments;
mod clocks;
mod errno;
mod fd;
pub mod lookup;
mod path;
mod poll;
mod process;
mod rights;
mod snapshot0;
mod sock;
mod types;
mod vectors;

use super::memory::{BadPointer, Memory};
use crate::{end, os, thread, trap::wasi_aot_raise_trap};
use errno::Errno;
use wasi_aot_abi::{Region, Trap};

/// Why a function does not succeed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Failure {
    /// The program is told.
    Errno(Errno),
    /// The program ends.
    Trap(Trap),
}

impl From<Errno> for Failure {
    fn from(errno: Errno) -> Self {
        Failure::Errno(errno)
    }
}

impl From<os::Errno> for Failure {
    fn from(errno: os::Errno) -> Self {
        Failure::Errno(errno.into())
    }
}

impl From<BadPointer> for Failure {
    fn from(bad: BadPointer) -> Self {
        Failure::Trap(match bad {
            BadPointer::OutOfBounds => Trap::MemoryOutOfBounds,
            BadPointer::Misaligned => Trap::MisalignedPointer,
        })
    }
}

type Result<T = ()> = core::result::Result<T, Failure>;

/// What the program receives.
fn finish(result: Result) -> i32 {
    match result {
        Ok(()) => 0,
        Err(Failure::Errno(errno)) => i32::from(errno.number()),
        // SAFETY: host functions are called on the program's stack.
        Err(Failure::Trap(trap)) => unsafe { wasi_aot_raise_trap(u32::from(trap.code())) },
    }
}

/// Defines functions of a module. Those that are `both`, of preview 1 and of `wasi_unstable`, have one copy of
/// their code: the older name is a jump.
macro_rules! functions {
    ($prefix:literal $($(#[$doc:meta])* $module:ident::$name:ident($($argument:ident: $type:ty),*);)*) => {
        $(
            $(#[$doc])*
            #[unsafe(export_name = concat!($prefix, stringify!($name)))]
            pub extern "C" fn $name(region: Option<&Region>, $($argument: $type),*) -> i32 {
                let _call = thread::enter();
                finish($module::$name(Memory::new(region), $($argument),*))
            }
        )*
    };
    (both $($(#[$doc:meta])* $module:ident::$name:ident($($argument:ident: $type:ty),*);)*) => {
        functions! { "wasi_snapshot_preview1." $($(#[$doc])* $module::$name($($argument: $type),*);)* }
        /// The functions of `wasi_unstable` that are those of preview 1.
        pub mod unstable {
            use wasi_aot_abi::Region;
            $(
                $(#[$doc])*
                #[unsafe(export_name = concat!("wasi_unstable.", stringify!($name)))]
                pub extern "C" fn $name(region: Option<&Region>, $($argument: $type),*) -> i32 {
                    super::$name(region, $($argument),*)
                }
            )*
            /// Ends the process.
            #[unsafe(export_name = "wasi_unstable.proc_exit")]
            pub extern "C" fn proc_exit(region: Option<&Region>, code: u32) -> ! {
                super::proc_exit(region, code)
            }
        }
    };
}

functions! { both
    /// Stores the arguments: their addresses in `argv`, their bytes in `argv_buf`.
    arguments::args_get(argv: u32, argv_buf: u32);
    /// Number and bytes of the arguments.
    arguments::args_sizes_get(argc: u32, argv_buf_size: u32);
    /// Stores the variables, as `args_get` the arguments.
    arguments::environ_get(environ: u32, environ_buf: u32);
    /// Number and bytes of the variables.
    arguments::environ_sizes_get(environc: u32, environ_buf_size: u32);
    /// The resolution of a clock.
    clocks::clock_res_get(id: u32, resolution: u32);
    /// The time of a clock.
    clocks::clock_time_get(id: u32, precision: u64, time: u32);
    /// `posix_fadvise`.
    fd::fd_advise(fd: u32, offset: u64, len: u64, advice: u32);
    /// `posix_fallocate`.
    fd::fd_allocate(fd: u32, offset: u64, len: u64);
    /// `close`.
    fd::fd_close(fd: u32);
    /// `fdatasync`.
    fd::fd_datasync(fd: u32);
    /// `fcntl(F_SETFL)`.
    fd::fd_fdstat_set_flags(fd: u32, flags: u32);
    /// Gives up rights.
    fd::fd_fdstat_set_rights(fd: u32, base: u64, inheriting: u64);
    /// `ftruncate`.
    fd::fd_filestat_set_size(fd: u32, size: u64);
    /// `futimens`.
    fd::fd_filestat_set_times(fd: u32, atim: u64, mtim: u64, flags: u32);
    /// `preadv`.
    fd::fd_pread(fd: u32, iovs: u32, iovs_len: u32, offset: u64, nread: u32);
    /// What a granted directory is.
    fd::fd_prestat_get(fd: u32, prestat: u32);
    /// The path of a granted directory.
    fd::fd_prestat_dir_name(fd: u32, path: u32, path_len: u32);
    /// `pwritev`.
    fd::fd_pwrite(fd: u32, iovs: u32, iovs_len: u32, offset: u64, nwritten: u32);
    /// `readv`.
    fd::fd_read(fd: u32, iovs: u32, iovs_len: u32, nread: u32);
    /// Reads entries of a directory, the last one perhaps cut.
    fd::fd_readdir(fd: u32, buf: u32, buf_len: u32, cookie: u64, used: u32);
    /// `dup2`, and the old number is free.
    fd::fd_renumber(from: u32, to: u32);
    /// `fsync`.
    fd::fd_sync(fd: u32);
    /// The position.
    fd::fd_tell(fd: u32, position: u32);
    /// `writev`.
    fd::fd_write(fd: u32, iovs: u32, iovs_len: u32, nwritten: u32);
    /// `mkdirat`.
    path::path_create_directory(fd: u32, path: u32, path_len: u32);
    /// `utimensat`.
    path::path_filestat_set_times(fd: u32, flags: u32, path: u32, path_len: u32, atim: u64, mtim: u64, fst_flags: u32);
    /// `linkat`.
    path::path_link(old_fd: u32, old_flags: u32, old_path: u32, old_len: u32, new_fd: u32, new_path: u32, new_len: u32);
    /// `openat`.
    path::path_open(fd: u32, dirflags: u32, path: u32, path_len: u32, oflags: u32, base: u64, inheriting: u64, fdflags: u32, opened: u32);
    /// `readlinkat`.
    path::path_readlink(fd: u32, path: u32, path_len: u32, buf: u32, buf_len: u32, used: u32);
    /// `unlinkat(AT_REMOVEDIR)`.
    path::path_remove_directory(fd: u32, path: u32, path_len: u32);
    /// `renameat`.
    path::path_rename(old_fd: u32, old_path: u32, old_len: u32, new_fd: u32, new_path: u32, new_len: u32);
    /// `symlinkat`.
    path::path_symlink(old_path: u32, old_len: u32, fd: u32, new_path: u32, new_len: u32);
    /// `unlinkat`.
    path::path_unlink_file(fd: u32, path: u32, path_len: u32);
    /// Sends a signal to the process.
    process::proc_raise(signal: u32);
    /// `sched_yield`.
    process::sched_yield();
    /// Random bytes.
    process::random_get(buf: u32, buf_len: u32);
    /// `recv`.
    sock::sock_recv(fd: u32, iovs: u32, iovs_len: u32, flags: u32, received: u32, result_flags: u32);
    /// `send`.
    sock::sock_send(fd: u32, iovs: u32, iovs_len: u32, flags: u32, sent: u32);
    /// `shutdown`.
    sock::sock_shutdown(fd: u32, how: u32);
}

functions! { "wasi_snapshot_preview1."
    /// Kind, flags and rights of a descriptor.
    fd::fd_fdstat_get(fd: u32, stat: u32);
    /// `fstat`.
    fd::fd_filestat_get(fd: u32, stat: u32);
    /// `lseek`.
    fd::fd_seek(fd: u32, offset: i64, whence: u32, position: u32);
    /// `fstatat`.
    path::path_filestat_get(fd: u32, flags: u32, path: u32, path_len: u32, stat: u32);
    /// Waits for descriptors and times.
    poll::poll_oneoff(subscriptions: u32, events: u32, count: u32, stored: u32);
    /// `accept`.
    sock::sock_accept(fd: u32, flags: u32, accepted: u32);
}

/// The functions of `wasi_unstable` that differ.
pub mod unstable_only {
    use super::{Memory, finish, snapshot0, thread};
    use wasi_aot_abi::Region;

    functions! { "wasi_unstable."
        /// Kind, flags and rights of a descriptor.
        snapshot0::fd_fdstat_get(fd: u32, stat: u32);
        /// `fstat`.
        snapshot0::fd_filestat_get(fd: u32, stat: u32);
        /// `lseek`.
        snapshot0::fd_seek(fd: u32, offset: i64, whence: u32, position: u32);
        /// `fstatat`.
        snapshot0::path_filestat_get(fd: u32, flags: u32, path: u32, path_len: u32, stat: u32);
        /// Waits for descriptors and times.
        snapshot0::poll_oneoff(subscriptions: u32, events: u32, count: u32, stored: u32);
    }
}

/// Ends the process; codes 0 to 255 pass through unchanged, of others the system keeps the low 8 bits.
// Not inlined, or the older name would be another symbol of the same code.
#[inline(never)]
#[unsafe(export_name = "wasi_snapshot_preview1.proc_exit")]
pub extern "C" fn proc_exit(_: Option<&Region>, code: u32) -> ! {
    end::exit(code)
}

#[cfg(test)]
mod tests;
