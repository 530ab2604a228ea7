//! The allocator of the command: memory that the system refuses is an error with a code, not an abort.

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::{Cursor, Write as _};

/// The system's allocator. Where that has nothing, the process ends with a message, which has this code, and status 1: for a
/// program's `#[global_allocator]`.
#[derive(Debug)]
pub struct Memory(pub &'static str);

// SAFETY: every call is the system's allocator's; what it refuses is never given out.
unsafe impl GlobalAlloc for Memory {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller promises what the system's allocator wants.
        self.given(unsafe { System.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        self.given(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        self.given(unsafe { System.realloc(old, layout, size) }, size)
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

impl Memory {
    fn given(&self, pointer: *mut u8, bytes: usize) -> *mut u8 {
        if pointer.is_null() {
            refused(self.0, bytes);
        }
        pointer
    }
}

/// Ends the process. Nothing here allocates, nor waits for a lock that the thread may hold.
#[cold]
fn refused(code: &str, bytes: usize) -> ! {
    let mut text = [0; 256];
    let mut room = Cursor::new(&mut text[..]);
    // It fits.
    let _ = write!(
        room,
        "error[{code}]: out of memory: the system refused {bytes} bytes\n  = help: give it more memory \
         (`ulimit -v`), or compile with fewer threads (`-j 1`)\n"
    );
    let end = usize::try_from(room.position()).unwrap_or_default();
    end_with(&text[..end])
}

#[cfg(unix)]
fn end_with(message: &[u8]) -> ! {
    // SAFETY: the pointer and the length are of one slice; `_exit` ends the process without running anything else
    // of it, which could want memory.
    unsafe {
        libc::write(2, message.as_ptr().cast(), message.len());
        libc::_exit(1)
    }
}

#[cfg(not(unix))]
fn end_with(message: &[u8]) -> ! {
    // Where the error stream is gone there is nobody to tell.
    let _ = std::io::stderr().write_all(message);
    std::process::exit(1)
}
