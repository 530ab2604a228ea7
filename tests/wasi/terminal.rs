//! A program whose standard streams are a terminal.

use std::{
    fs::File,
    io::{self, Read, Write},
    os::fd::{FromRawFd, OwnedFd},
    process::{Command, Output},
    ptr,
};

/// A terminal: the user's end, and the program's end.
fn open() -> io::Result<(File, OwnedFd)> {
    let (mut ours, mut theirs) = (-1, -1);
    // SAFETY: writes two descriptors; no name, modes or size are requested.
    let opened = unsafe {
        libc::openpty(
            &mut ours,
            &mut theirs,
            ptr::null_mut(),
            ptr::null(),
            ptr::null(),
        )
    };
    if opened != 0 {
        return Err(io::Error::last_os_error());
    }
    for end in [ours, theirs] {
        // SAFETY: sets a flag of a new descriptor: the program gets copies of it, not the
        // descriptor itself.
        unsafe { libc::fcntl(end, libc::F_SETFD, libc::FD_CLOEXEC) };
    }
    // SAFETY: the descriptors are new, and nothing else owns them.
    unsafe { Ok((File::from_raw_fd(ours), OwnedFd::from_raw_fd(theirs))) }
}

/// Runs the command. The terminal's output is its standard output: the terminal ends lines with two
/// characters, and echoes typed input.
pub fn run(mut command: Command, stdin: &[u8]) -> io::Result<Output> {
    let (mut ours, theirs) = open()?;
    command
        .stdin(theirs.try_clone()?)
        .stdout(theirs.try_clone()?)
        .stderr(theirs);
    let mut child = command.spawn()?;
    // The command holds copies. The other end is never closed until they are dropped.
    drop(command);
    ours.write_all(stdin)?;
    let mut shown = Vec::new();
    // The end of a terminal's output is reported as an error (EIO).
    let _ = ours.read_to_end(&mut shown);
    let text = String::from_utf8_lossy(&shown).replace("\r\n", "\n");
    Ok(Output {
        status: child.wait()?,
        stdout: text.into_bytes(),
        stderr: Vec::new(),
    })
}
