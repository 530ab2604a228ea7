//! The system's configuration of hosts and name servers: opened before the sandbox policy is in
//! force, read for each lookup.

pub use crate::os::names::{HOSTS, SERVERS};
use core::sync::atomic::{AtomicBool, Ordering};

/// Opens both.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_start_names() {
    HOSTS.open();
    SERVERS.open();
    OPENED.store(true, Ordering::Relaxed);
}

/// Whether they have been opened: the program may look up names.
pub fn opened() -> bool {
    OPENED.load(Ordering::Relaxed)
}

static OPENED: AtomicBool = AtomicBool::new(false);

/// The words of a line, up to a comment.
pub(super) fn words<'l>(line: &'l [u8], comments: &'static [u8]) -> impl Iterator<Item = &'l [u8]> {
    let end = line.iter().position(|byte| comments.contains(byte));
    line.get(..end.unwrap_or(line.len()))
        .unwrap_or(line)
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
}
