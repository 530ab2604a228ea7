//! The command's allocator: if the system refuses memory, the command ends with a coded error
//! instead of an abort.

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::{Cursor, Write as _};

/// The system's allocator, for a program's `#[global_allocator]`. If an allocation fails, the
/// process ends with a message that has this code, and with status 1.
#[derive(Debug)]
pub struct Memory(pub &'static str);

// SAFETY: every call is passed to the system's allocator; a failed allocation is never returned.
unsafe impl GlobalAlloc for Memory {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller satisfies the requirements of the system's allocator.
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

/// Ends the process. It neither allocates nor waits for a lock that the thread may hold.
#[cold]
fn refused(code: &str, bytes: usize) -> ! {
    let mut text = [0; 256];
    let mut room = Cursor::new(&mut text[..]);
    // The buffer is large enough.
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
    // SAFETY: the pointer and the length belong to one slice; `_exit` ends the process without
    // running any other code of it, which might allocate.
    unsafe {
        libc::write(2, message.as_ptr().cast(), message.len());
        libc::_exit(1)
    }
}

#[cfg(not(unix))]
fn end_with(message: &[u8]) -> ! {
    // If the error stream is closed, the message cannot be shown.
    let _ = std::io::stderr().write_all(message);
    std::process::exit(1)
}
