//! The operating system under the runtime: one contract, equal modules, chosen here and nowhere else.
//!
//! The contract is what `linux` exports. Its words are POSIX's; another system offers the same
//! functions with the same meaning. It is thin: one function is one system call, nothing is
//! allocated, and the only hidden state is the one of [`time::clock_gettime`] (where the vDSO is) and of
//! [`memory::keep_clear`].
//!
//! - Results are `Result<T, Errno>`. [`Errno`] has the names of POSIX, never bare numbers.
//! - A call that a signal interrupted returns `EINTR`: the caller decides (see [`retry`]). The
//!   runtime's own signal handlers use `SA_RESTART` and never return into a call.
//! - A descriptor is an [`Fd`], plain data: closing is explicit, nothing closes by itself.
//! - Paths are `&CStr`. Memory that the program can see while the kernel writes to it, or that several
//!   vectors may name at once, is `&[Cell<u8>]`; memory of the runtime is `&[u8]` or `&mut [u8]`.
//! - Flags are constants of the module that uses them, with POSIX's names.
//!
//! | module | what |
//! |---|---|
//! | `fd` | read, write, seek, close, flags: everything on an open descriptor |
//! | `path` | open, make, remove, rename, link, status: everything on a path below a directory |
//! | `time` | clocks, sleep, timers |
//! | `poll` | readiness |
//! | `socket` | make, bind, connect, listen, accept, receive, send, shut down, options |
//! | `memory` | address space |
//! | `park`, `thread` | waiting for other threads; their beginning and end |
//! | `fault` | what the program did that cannot be: place, kind, registers |
//! | `alarm` | interrupting the program wherever it is |
//! | `process` | exit, kill, random bytes, yield, the start block (arguments, environment, auxiliary vector) |
//! | `confine` | what a process gives up: descriptors, privileges, system calls, files |

#[cfg(target_os = "linux")]
pub(crate) mod linux;
#[cfg(target_os = "linux")]
pub use linux::*;

/// Repeats `call` as long as a signal interrupts it.
pub fn retry<T>(mut call: impl FnMut() -> Result<T, Errno>) -> Result<T, Errno> {
    loop {
        match call() {
            Err(Errno::EINTR) => {}
            other => return other,
        }
    }
}
