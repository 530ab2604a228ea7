//! The model of all resources that a program can use: descriptors, paths below granted directories,
//! streams, clocks, random bytes, poll, environment. It is independent of WASI's previews, which
//! only translate types and errors; its errors are the operating system's [`crate::os::Errno`].
//!
//! | module | contents |
//! |---|---|
//! | `grants` | opens the granted directories at start |
//! | `listen` | opens the granted sockets at start |
//! | `runtime_grants` | grants that are given or removed when the program starts |
//! | `notes` | explains at the end of a failed program which grant was missing |
//! | `descriptor`, `table` | the table from the program's numbers to open descriptors |
//! | `path` | a path of the program, and its resolution without leaving a directory |
//! | `walk` | the same on systems without kernel support: component by component |
//! | `dir` | operations on a path below a directory, and reading directories |
//! | `cookies` | positions in directories as numbers that C libraries can store |
//! | `embed` | the same as `path`, `dir` and `file` for files inside the executable |
//! | `file` | status, flags, times, size, position of an open descriptor |
//! | `stream`, `socket` | reading and writing; operations of sockets only |
//! | `streams`, `pollable` | streams and pollables, by handles |
//! | `entries` | streams of directory entries, by handles |
//! | `handles`, `buffer` | shared parts of all objects with handles; a buffer for reading |
//! | `net` | sockets that the program makes itself, and names |
//! | `http` | the protocol of an HTTP server |
//! | `clock`, `poll`, `random` | time, readiness, random bytes |
//! | `environment` | arguments and variables |

pub mod buffer;
pub mod clock;
pub mod cookies;
pub mod descriptor;
pub mod dir;
pub mod embed;
pub mod entries;
pub mod environment;
pub mod file;
pub mod grants;
pub mod handles;
pub mod http;
pub mod items;
pub mod listen;
pub mod net;
pub mod notes;
pub mod path;
pub mod poll;
pub mod pollable;
pub mod random;
pub mod runtime_grants;
pub mod socket;
pub mod stream;
pub mod streams;
pub mod table;
mod walk;

#[cfg(test)]
pub(crate) mod tests;

use crate::program::{bytes, dirs};
use descriptor::Descriptor;

/// Prepares the model: takes over the standard streams. Called once, after the start block is known
/// and before the program's first instruction; the start hooks apply the grants.
pub fn start() {
    grants::streams();
}

/// Path of a granted directory, or of the root of an embedded tree, as the program sees it.
pub fn guest_name(root: &Descriptor) -> &'static [u8] {
    if let Some(embedded) = embed::of(root.fd) {
        return (embedded.guest_name)(root.grant);
    }
    let dir = dirs().get(usize::from(root.grant));
    dir.map_or(&[], |dir| bytes(&dir.guest))
}
