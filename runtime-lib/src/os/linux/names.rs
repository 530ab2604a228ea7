//! The system's configuration of hosts and name servers. On Linux it consists of two files. They
//! are opened at start, because later nothing can be opened, and read for each name lookup: changes
//! take effect, unless another file replaces them.

use super::{
    Errno, Fd, IoRead, fd,
    path::{self, flags},
};
use crate::os::retry;
use core::{
    cell::Cell,
    ffi::CStr,
    sync::atomic::{AtomicI32, Ordering},
};

/// A source of lines.
#[derive(Debug)]
pub struct Source {
    path: &'static CStr,
    /// The kernel's descriptor; negative: the file does not exist.
    fd: AtomicI32,
}

/// Hosts, in the format of hosts(5).
pub static HOSTS: Source = Source::new(c"/etc/hosts");
/// Name servers and options for queries, in the format of resolv.conf(5).
pub static SERVERS: Source = Source::new(c"/etc/resolv.conf");

impl Source {
    const fn new(path: &'static CStr) -> Source {
        Source {
            path,
            fd: AtomicI32::new(-1),
        }
    }

    /// Opens the file. A file that is missing or not readable counts as empty.
    pub fn open(&self) {
        // Non-blocking, in case the path is a pipe.
        let flags = flags::CLOEXEC | flags::NONBLOCK;
        let opened = retry(|| path::openat(Fd::CWD, self.path, flags, 0));
        let above = opened.and_then(|opened| match opened.0 {
            // The numbers of closed standard streams must not be used for other files.
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

    /// Calls `each` with every line, without its end; lines are truncated to 1 KiB.
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

/// The maximum length of a line.
const LINE: usize = 1024;

/// The lines in the data from `read`.
fn lines(
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

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::Cell;
    use std::{string::String, vec::Vec};

    fn all_lines(text: &[u8], chunk: usize) -> Vec<String> {
        let mut all = Vec::new();
        let read = |into: &[Cell<u8>], offset: u64| {
            let rest = text.get(offset as usize..).unwrap_or_default();
            let rest = &rest[..rest.len().min(chunk)];
            for (to, from) in into.iter().zip(rest) {
                to.set(*from);
            }
            Ok(rest.len().min(into.len()))
        };
        lines(read, |line| all.push(String::from_utf8_lossy(line).into()));
        all
    }

    #[test]
    fn lines_are_whole_whatever_is_read_at_once() {
        for chunk in [1, 2, 3, 100_000] {
            assert_eq!(all_lines(b"a\n\nbc\nd", chunk), ["a", "", "bc", "d"]);
            assert_eq!(all_lines(b"a\n", chunk), ["a"]);
            assert!(all_lines(b"", chunk).is_empty());
        }
        let long = "x".repeat(5000) + "\ny";
        let cut = all_lines(long.as_bytes(), 100_000);
        assert_eq!((cut[0].len(), &*cut[1]), (1024, "y"));
    }
}
