//! Replaces this process by a program that it has open: the file that was checked is the one that
//! is executed, whatever its name refers to by then. A shell never interprets it as a script.

use std::ffi::{CString, OsStr, OsString, c_char};
use std::fs::File;
use std::io;
use std::iter;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::ptr;

/// Replaces this process by the program in `file`. The program sees `name` and `args` as its
/// arguments, inherits the environment, and has the default action for SIGPIPE. Returns only on an
/// error, after restoring the signal's action.
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
    // Rust ignores the signal when it starts, and ignored signals are inherited. SAFETY: no handler
    // is installed, and no other thread of this process changes the signal's action.
    let before = unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
    // The descriptor is closed as the program starts. Only a script would need it afterwards.
    // SAFETY: `argv` and `environ` are lists of C strings that end with a null pointer. Nothing in
    // this process changes the environment.
    unsafe { libc::fexecve(file.as_raw_fd(), argv.as_ptr(), environ) };
    let error = io::Error::last_os_error();
    // SAFETY: as above; `before` is the value that the first call returned.
    unsafe { libc::signal(libc::SIGPIPE, before) };
    error
}

/// Makes an executable in memory, which has no name in any directory.
///
/// # Errors
/// The kernel lacks memory or does not support such files.
pub fn in_memory(executable: &[u8]) -> io::Result<File> {
    use io::Write as _;
    let mut file = nameless()?;
    file.write_all(executable)?;
    Ok(file)
}

/// Makes an empty file in memory that can become an executable, and has no name in any directory:
/// it is gone once nobody has it open.
///
/// # Errors
/// The kernel lacks memory or does not support such files.
pub fn nameless() -> io::Result<File> {
    use rustix::fs::{MemfdFlags, memfd_create};
    use rustix::io::Errno;
    // Some systems make such files non-executable unless the flag requests otherwise; kernels
    // before 6.3 do not know the flag.
    let made = match memfd_create("wasi-aot", MemfdFlags::CLOEXEC | MemfdFlags::EXEC) {
        Err(Errno::INVAL) => memfd_create("wasi-aot", MemfdFlags::CLOEXEC),
        made => made,
    };
    Ok(File::from(made?))
}
