//! The files that say how the system finds names. They are opened at start, because afterwards nothing can be opened any more, and
//! read whenever a name is looked up: a change is seen, unless it puts another file into their place.

use crate::os::{
    Errno, Fd, IoRead, fd,
    path::{self, flags},
    retry,
};
use core::{
    cell::Cell,
    ffi::CStr,
    sync::atomic::{AtomicI32, Ordering},
};

/// A file.
#[derive(Debug)]
pub struct File {
    path: &'static CStr,
    /// The kernel's number; negative: it is not there.
    fd: AtomicI32,
}

/// `/etc/hosts`
pub static HOSTS: File = File::new(c"/etc/hosts");
/// `/etc/resolv.conf`
pub static RESOLV_CONF: File = File::new(c"/etc/resolv.conf");

/// Opens both. A file that is not there, or that may not be read, is as good as an empty one.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_start_names() {
    HOSTS.open();
    RESOLV_CONF.open();
}

impl File {
    const fn new(path: &'static CStr) -> File {
        File {
            path,
            fd: AtomicI32::new(-1),
        }
    }

    fn open(&self) {
        // Not blocking: somebody may have put a pipe there.
        let flags = flags::CLOEXEC | flags::NONBLOCK;
        let opened = retry(|| path::openat(Fd::CWD, self.path, flags, 0));
        let above = opened.and_then(|opened| match opened.0 {
            // The numbers of standard streams, which are closed, are not for others.
            0..=2 => {
                let moved = fd::duplicate(opened, Fd::STDERR.0 + 1);
                let _ = fd::close(opened);
                moved
            }
            _ => Ok(opened),
        });
        if let Ok(opened) = above {
            self.fd.store(opened.0, Ordering::Relaxed);
        }
    }

    /// Calls `each` with every line, without its end; what is longer than 1 KiB is cut.
    pub fn lines(&self, each: impl FnMut(&[u8])) {
        let fd = Fd(self.fd.load(Ordering::Relaxed));
        if fd.0 < 0 {
            return;
        }
        lines(
            |into, offset| retry(|| fd::preadv(fd, &[IoRead::new(into)], offset)),
            each,
        );
    }
}

/// The longest line.
const LINE: usize = 1024;

/// The lines of what `read` reads.
pub(super) fn lines(
    mut read: impl FnMut(&[Cell<u8>], u64) -> Result<usize, Errno>,
    mut each: impl FnMut(&[u8]),
) {
    let (mut chunk, mut line) = ([0u8; 2048], [0u8; LINE]);
    let (mut offset, mut len) = (0u64, 0usize);
    loop {
        let cells = Cell::from_mut(&mut chunk[..]).as_slice_of_cells();
        let bytes = read(cells, offset).unwrap_or(0);
        for &byte in chunk.get(..bytes).unwrap_or_default() {
            if byte == b'\n' {
                each(line.get(..len).unwrap_or(&line));
                len = 0;
            } else {
                if let Some(place) = line.get_mut(len) {
                    *place = byte;
                }
                len += 1;
            }
        }
        if bytes == 0 {
            break;
        }
        offset += bytes as u64;
    }
    if len > 0 {
        each(line.get(..len).unwrap_or(&line));
    }
}

/// The words of a line, up to a comment.
pub(super) fn words<'l>(line: &'l [u8], comments: &'static [u8]) -> impl Iterator<Item = &'l [u8]> {
    let end = line.iter().position(|byte| comments.contains(byte));
    line.get(..end.unwrap_or(line.len()))
        .unwrap_or(line)
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
}
