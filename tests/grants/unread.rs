//! A standard error that takes nothing: what a program writes there waits, or goes nowhere.

use crate::ensure;
use libtest_mimic::Failed;
use std::{
    fs::File,
    io::{self, Read, Write},
    os::{
        fd::{AsRawFd, FromRawFd, OwnedFd},
        unix::process::CommandExt,
    },
    process::{Child, Command, ExitStatus, Stdio},
    ptr,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// Why nothing is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// A pipe is full, and nobody reads it.
    Full,
    /// A terminal is stopped (Ctrl-S).
    Stopped,
    /// It is not open.
    Closed,
}

/// All of them.
pub const EVERY: [Why; 3] = [Why::Full, Why::Stopped, Why::Closed];

/// Standard error of a process, and what is at its other end.
pub struct Unread {
    why: Why,
    /// Where nobody reads, and what the process has; `None`: it is closed.
    ends: Option<(File, OwnedFd)>,
}

impl Unread {
    /// Makes one.
    pub fn new(why: Why) -> Result<Unread, Failed> {
        let ends = match why {
            Why::Full => Some(full_pipe()?),
            Why::Stopped => Some(stopped_terminal()?),
            Why::Closed => None,
        };
        Ok(Unread { why, ends })
    }

    /// Gives it to a command.
    pub fn give(&self, command: &mut Command) -> Result<(), Failed> {
        match &self.ends {
            Some((_, end)) => drop(command.stderr(Stdio::from(end.try_clone()?))),
            None => {
                let close = || {
                    // SAFETY: nobody uses the number, which `exec` is about to hand over.
                    unsafe { libc::close(2) };
                    Ok(())
                };
                // SAFETY: `close` calls nothing else.
                unsafe { command.pre_exec(close) };
            }
        }
        Ok(())
    }

    /// Gives it to a command as standard output.
    pub fn give_output(&self, command: &mut Command) -> Result<(), Failed> {
        let (_, end) = self.ends.as_ref().ok_or("it is closed")?;
        command.stdout(Stdio::from(end.try_clone()?));
        Ok(())
    }

    /// Reads what was waiting, until every writer has closed: the text, without what filled the
    /// pipe. The command must be dropped before, because it has the descriptor, too.
    pub fn release(self) -> JoinHandle<String> {
        let Some((mut far, end)) = self.ends else {
            return thread::spawn(String::new);
        };
        if self.why == Why::Stopped {
            // SAFETY: touches no memory.
            unsafe { libc::tcflow(end.as_raw_fd(), libc::TCOON) };
        }
        drop(end);
        thread::spawn(move || {
            let mut text = Vec::new();
            // A terminal that nobody has open is an error, not the end.
            let _ = far.read_to_end(&mut text);
            text.retain(|&byte| byte != FILL);
            String::from_utf8_lossy(&text).into_owned()
        })
    }
}

/// What the pipe is full of: a byte that no report has.
const FILL: u8 = 0;

fn full_pipe() -> Result<(File, OwnedFd), Failed> {
    let (reader, mut writer) = io::pipe()?;
    let number = writer.as_raw_fd();
    // SAFETY: these touch no memory.
    let (flags, set) = unsafe {
        let flags = libc::fcntl(number, libc::F_GETFL);
        (
            flags,
            libc::fcntl(number, libc::F_SETFL, flags | libc::O_NONBLOCK),
        )
    };
    ensure!(flags >= 0 && set == 0, "{}", io::Error::last_os_error());
    for size in [4096, 1] {
        while writer.write(&[FILL; 4096][..size]).is_ok() {}
    }
    // SAFETY: touches no memory.
    let reset = unsafe { libc::fcntl(number, libc::F_SETFL, flags) };
    ensure!(reset == 0, "{}", io::Error::last_os_error());
    Ok((File::from(OwnedFd::from(reader)), writer.into()))
}

fn stopped_terminal() -> Result<(File, OwnedFd), Failed> {
    let (mut far, mut end) = (0, 0);
    let none = ptr::null_mut();
    // SAFETY: writes two numbers; it wants neither a name nor attributes.
    let opened =
        unsafe { libc::openpty(&mut far, &mut end, none, ptr::null_mut(), ptr::null_mut()) };
    ensure!(opened == 0, "{}", io::Error::last_os_error());
    // SAFETY: they are open, and nobody else's.
    let (far, end) = unsafe { (File::from_raw_fd(far), OwnedFd::from_raw_fd(end)) };
    // Neither end is another program's.
    for number in [far.as_raw_fd(), end.as_raw_fd()] {
        // SAFETY: touches no memory.
        unsafe { libc::fcntl(number, libc::F_SETFD, libc::FD_CLOEXEC) };
    }
    // SAFETY: touches no memory.
    let stopped = unsafe { libc::tcflow(end.as_raw_fd(), libc::TCOOFF) };
    ensure!(stopped == 0, "{}", io::Error::last_os_error());
    Ok((far, end))
}

/// Waits for a child, which is killed if it takes longer than this. How it ended, and whether by
/// itself.
pub fn wait(child: &mut Child, patience: Duration) -> Result<(ExitStatus, bool), Failed> {
    let end = Instant::now() + patience;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok((status, true));
        }
        if Instant::now() > end {
            child.kill()?;
            return Ok((child.wait()?, false));
        }
        thread::sleep(Duration::from_millis(2));
    }
}
