//! A program whose standard streams are a terminal.

use std::{
    fs::File,
    io::{self, Read, Write},
    os::fd::{FromRawFd, OwnedFd},
    process::{Command, Output},
    ptr,
};

/// A terminal: the end that a person would have, and the program's.
fn open() -> io::Result<(File, OwnedFd)> {
    let (mut ours, mut theirs) = (-1, -1);
    // SAFETY: writes two descriptors; no name, modes or size are asked for.
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
        // SAFETY: sets a flag of a descriptor that was just made: the program gets copies of it, not these.
        unsafe { libc::fcntl(end, libc::F_SETFD, libc::FD_CLOEXEC) };
    }
    // SAFETY: they were just made, and belong to nobody else.
    unsafe { Ok((File::from_raw_fd(ours), OwnedFd::from_raw_fd(theirs))) }
}

/// Runs the command: what it shows is its standard output. The terminal ends lines with two characters, and shows what is typed.
pub fn run(mut command: Command, stdin: &[u8]) -> io::Result<Output> {
    let (mut ours, theirs) = open()?;
    command
        .stdin(theirs.try_clone()?)
        .stdout(theirs.try_clone()?)
        .stderr(theirs);
    let mut child = command.spawn()?;
    // The command holds its copies, without which the other end is never closed.
    drop(command);
    ours.write_all(stdin)?;
    let mut shown = Vec::new();
    // The end of a terminal is an error (EIO).
    let _ = ours.read_to_end(&mut shown);
    let text = String::from_utf8_lossy(&shown).replace("\r\n", "\n");
    Ok(Output {
        status: child.wait()?,
        stdout: text.into_bytes(),
        stderr: Vec::new(),
    })
}
