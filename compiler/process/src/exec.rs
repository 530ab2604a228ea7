//! This process becomes a program that it has open: what was looked at is what is executed, whatever its
//! name means by then, and never a shell that takes it for a script.

use std::ffi::{CString, OsStr, OsString, c_char};
use std::fs::File;
use std::io;
use std::iter;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::ptr;

/// The process becomes the program in `file`, which sees `name` as its own and `args`, has the environment of this
/// process, and ends by SIGPIPE as programs do. Comes back only with an error, and then nothing has changed.
pub fn become_program(file: &File, name: &str, args: &[OsString]) -> io::Error {
    let words = iter::once(OsStr::new(name)).chain(args.iter().map(|arg| &**arg));
    let words: Result<Vec<CString>, _> = words.map(|word| CString::new(word.as_bytes())).collect();
    let words = match words {
        Ok(words) => words,
        Err(error) => return error.into(),
    };
    let mut argv: Vec<*const c_char> = words.iter().map(|word| word.as_ptr()).collect();
    argv.push(ptr::null());
    unsafe extern "C" {
        static environ: *const *const c_char;
    }
    // Rust ignores the signal when it starts, and what is ignored is inherited.
    // SAFETY: no handler is installed, and no other thread of this process sets one.
    let before = unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
    // The descriptor is closed as the program starts; it need not be open for it, as for a script.
    // SAFETY: `argv` and `environ` are lists of C strings that end with a null pointer. Nothing in this
    // process changes the environment.
    unsafe { libc::fexecve(file.as_raw_fd(), argv.as_ptr(), environ) };
    let error = io::Error::last_os_error();
    // SAFETY: as above; `before` is what the same call gave.
    unsafe { libc::signal(libc::SIGPIPE, before) };
    error
}

/// An executable in memory, without a name in any folder.
///
/// # Errors
/// When the kernel has no room, or no such files.
pub fn in_memory(executable: &[u8]) -> io::Result<File> {
    use io::Write as _;
    use rustix::fs::{MemfdFlags, memfd_create};
    use rustix::io::Errno;
    // Some systems make such files not executable unless it is asked for; kernels before 6.3 do not know the question.
    let made = match memfd_create("wasi-aot", MemfdFlags::CLOEXEC | MemfdFlags::EXEC) {
        Err(Errno::INVAL) => memfd_create("wasi-aot", MemfdFlags::CLOEXEC),
        made => made,
    };
    let mut file = File::from(made?);
    file.write_all(executable)?;
    Ok(file)
}
