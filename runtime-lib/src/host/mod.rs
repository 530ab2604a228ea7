//! The one model of what a program can reach: descriptors, paths below granted directories, streams,
//! clocks, random bytes, poll, environment. It knows nothing of WASI's previews, which only translate
//! types and errors; its errors are the operating system's [`crate::os::Errno`].
//!
//! | module | what |
//! |---|---|
//! | `grants` | opens the granted directories at start |
//! | `descriptor` | the table from the program's numbers to open descriptors |
//! | `path` | a path of the program, and how it is resolved without leaving a directory |
//! | `walk` | the same where the kernel cannot: component by component |
//! | `dir` | everything on a path below a directory, and reading directories |
//! | `file` | status, flags, times, size, position of an open descriptor |
//! | `stream`, `socket` | reading and writing; what only sockets can do |
//! | `clock`, `poll`, `random` | time, readiness, random bytes |
//! | `scratch` | memory for the length of one call |
//! | `environment` | arguments and variables |

pub mod clock;
pub mod descriptor;
pub mod dir;
pub mod environment;
pub mod file;
pub mod grants;
pub mod path;
pub mod poll;
pub mod random;
pub mod scratch;
pub mod socket;
pub mod stream;
mod walk;

#[cfg(test)]
mod tests;

use crate::program::{bytes, config, slice};
use wasi_aot_abi::{Config, Dir};

/// Makes the model ready: takes over the standard streams. Called once, before the program's first
/// instruction and after the start block is known; what was granted follows by the start hooks.
pub fn start() {
    grants::streams();
}

/// The granted directories.
pub(crate) fn dirs(config: &'static Config) -> &'static [Dir] {
    // SAFETY: an array of the configuration, immutable data of the image.
    unsafe { slice(config.dirs, config.dir_count) }
}

/// Path of the granted directory `index` as the program sees it; empty when there is none.
pub fn guest_name(index: u16) -> &'static [u8] {
    let dir = dirs(config()).get(usize::from(index));
    dir.map_or(&[], |dir| bytes(&dir.guest))
}
