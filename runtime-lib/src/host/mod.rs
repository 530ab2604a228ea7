//! The one model of what a program can reach: descriptors, paths below granted directories, streams,
//! clocks, random bytes, poll, environment. It knows nothing of WASI's previews, which only translate
//! types and errors; its errors are the operating system's [`crate::os::Errno`].
//!
//! | module | what |
//! |---|---|
//! | `grants` | opens the granted directories at start |
//! | `listen` | opens the granted sockets at start |
//! | `runtime_grants` | what is granted or taken away when the program is started |
//! | `notes` | says at the end of a program that failed which grant it missed |
//! | `descriptor`, `table` | the table from the program's numbers to open descriptors |
//! | `path` | a path of the program, and how it is resolved without leaving a directory |
//! | `walk` | the same where the kernel cannot: component by component |
//! | `dir` | everything on a path below a directory, and reading directories |
//! | `cookies` | positions in directories as numbers that C libraries can keep |
//! | `embed` | the same as `path`, `dir` and `file` for files inside the executable |
//! | `file` | status, flags, times, size, position of an open descriptor |
//! | `stream`, `socket` | reading and writing; what only sockets can do |
//! | `streams`, `pollable` | streams and what can be waited for, by handles |
//! | `entries` | streams of directory entries, by handles |
//! | `handles`, `buffer` | what all objects with handles share; room for what is read |
//! | `net` | sockets that the program makes itself, and names |
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
mod items;
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

/// Makes the model ready: takes over the standard streams. Called once, before the program's first
/// instruction and after the start block is known; what was granted follows by the start hooks.
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
