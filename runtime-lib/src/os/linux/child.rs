//! Child processes: their start and end, signals as data, and messages between processes.

use super::{Errno, Fd, kernel::signal};
use core::mem::offset_of;

/// A process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Process(pub u32);

/// A signal that asks the process for something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signal {
    /// `SIGTERM` or `SIGINT`: end.
    Stop,
    /// `SIGCHLD`: a child has ended.
    Child,
    /// Another one, which asks for nothing.
    Other,
}

const INT: u32 = 2;
const TERM: u32 = 15;
const HUP: u32 = 1;
const KILL: u32 = 9;
const CHLD: u32 = 17;

/// A copy of this process, which has one thread (`fork`): its ID in the parent, `None` in the copy.
///
/// # Safety
/// The process must have one thread.
pub unsafe fn fork() -> Result<Option<Process>, Errno> {
    // SAFETY: without `CLONE_VM` and with no stack given, the copy continues here on its own
    // memory.
    let id = unsafe { syscall!(clone, CHLD, 0, 0, 0, 0) }?;
    Ok((id != 0).then_some(Process(id as u32)))
}

/// Lets the kernel kill this process when its parent ends (`PR_SET_PDEATHSIG`).
pub fn die_with_parent() -> Result<(), Errno> {
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(prctl, 1, KILL, 0, 0, 0) }.map(drop)
}

/// Keeps the kernel from using large pages for this process (`PR_SET_THP_DISABLE`).
pub fn small_pages() -> Result<(), Errno> {
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(prctl, 41, 1, 0, 0, 0) }.map(drop)
}

/// A child that has ended; `None`: no other has.
pub fn ended() -> Option<Process> {
    const NO_HANG: u32 = 1;
    // SAFETY: without addresses, the call accesses no memory.
    match unsafe { syscall!(wait4, -1i32, 0, NO_HANG, 0) } {
        Ok(id) if id != 0 => Some(Process(id as u32)),
        _ => None,
    }
}

/// Ends a child at once.
pub fn kill(process: Process) {
    // SAFETY: the call accesses no memory. It fails only if the child has ended.
    let _ = unsafe { syscall!(kill, process.0, KILL) };
}

/// Makes the signals of [`Signal`], and `SIGHUP`, data of the returned descriptor. They have no
/// other effect in this process and its children.
pub fn signals() -> Result<Fd, Errno> {
    let set = signal::set(&[INT, TERM, HUP, CHLD]);
    signal::block(set)?;
    // SAFETY: the call reads the set. The flags are `SFD_CLOEXEC | SFD_NONBLOCK`.
    let fd = unsafe { syscall!(signalfd4, -1i32, &raw const set, 8, 0o2004000) }?;
    Ok(Fd(fd as i32))
}

/// The next signal of [`signals`]; `EAGAIN`: there is none.
pub fn next_signal(fd: Fd) -> Result<Signal, Errno> {
    // `struct signalfd_siginfo`, of which the number is the first field.
    let mut info = [0u32; 32];
    // SAFETY: the call writes at most one structure.
    unsafe { syscall!(read, fd.0, info.as_mut_ptr(), size_of_val(&info)) }?;
    let [number, ..] = info;
    Ok(match number {
        INT | TERM => Signal::Stop,
        CHLD => Signal::Child,
        _ => Signal::Other,
    })
}

/// Two connected ends of a channel of messages (`SOCK_SEQPACKET`), non-blocking, closed by exec.
pub fn channel() -> Result<[Fd; 2], Errno> {
    const UNIX: u32 = 1;
    const MESSAGES: u32 = 5 | 0o2004000;
    let mut ends = [Fd(0); 2];
    // SAFETY: the call writes two descriptors.
    unsafe { syscall!(socketpair, UNIX, MESSAGES, 0, ends.as_mut_ptr()) }?;
    Ok(ends)
}

/// The control data of a message with one descriptor (`struct cmsghdr`, `SCM_RIGHTS`).
#[derive(Clone, Copy, Default)]
#[repr(C)]
struct Control {
    len: usize,
    level: u32,
    kind: u32,
    fd: i32,
    pad: i32,
}

const SOCKET: u32 = 1;
const RIGHTS: u32 = 1;

/// `struct iovec`.
#[repr(C)]
struct Vector {
    base: *mut u8,
    len: usize,
}

/// `struct msghdr`.
#[repr(C)]
struct Header {
    name: usize,
    name_len: usize,
    vectors: *const Vector,
    vector_count: usize,
    control: *mut Control,
    control_len: usize,
    flags: usize,
}

/// Sends a message of one word, with a descriptor that the receiver gets a copy of.
pub fn send(channel: Fd, word: u64, with: Option<Fd>) -> Result<(), Errno> {
    let mut word = word;
    let mut control = Control {
        len: offset_of!(Control, pad),
        level: SOCKET,
        kind: RIGHTS,
        fd: with.map_or(-1, |fd| fd.0),
        pad: 0,
    };
    let vector = Vector {
        base: (&raw mut word).cast(),
        len: size_of::<u64>(),
    };
    let header = Header {
        name: 0,
        name_len: 0,
        vectors: &raw const vector,
        vector_count: 1,
        control: &raw mut control,
        control_len: if with.is_some() {
            size_of::<Control>()
        } else {
            0
        },
        flags: 0,
    };
    const NO_SIGNAL: u32 = wasi_aot_abi::linux::sent::MSG_NOSIGNAL;
    // SAFETY: the call reads the header and what it points to.
    unsafe { syscall!(sendmsg, channel.0, &raw const header, NO_SIGNAL) }.map(drop)
}

/// Receives a message of [`send`]; `None`: the other end is closed, or has sent something else. A
/// descriptor is closed by exec.
pub fn receive(channel: Fd) -> Result<Option<(u64, Option<Fd>)>, Errno> {
    let (mut word, mut control) = (0u64, Control::default());
    let vector = Vector {
        base: (&raw mut word).cast(),
        len: size_of::<u64>(),
    };
    let mut header = Header {
        name: 0,
        name_len: 0,
        vectors: &raw const vector,
        vector_count: 1,
        control: &raw mut control,
        // Room for one descriptor: the kernel drops others.
        control_len: offset_of!(Control, pad),
        flags: 0,
    };
    const CLOSED_BY_EXEC: u32 = wasi_aot_abi::linux::received::MSG_CMSG_CLOEXEC;
    // SAFETY: the call writes to the header, the word and the control data.
    let bytes = unsafe { syscall!(recvmsg, channel.0, &raw mut header, CLOSED_BY_EXEC) }?;
    let came = header.control_len >= offset_of!(Control, pad) && control.kind == RIGHTS;
    let with = came.then_some(Fd(control.fd));
    if bytes < size_of::<u64>() {
        if let Some(fd) = with {
            let _ = super::fd::close(fd);
        }
        return Ok(None);
    }
    Ok(Some((word, with)))
}

/// The number of CPUs that the process may use; at least 1.
pub fn cpus() -> u32 {
    let mut set = [0u64; 128];
    // SAFETY: the call writes at most the size of the set.
    let got = unsafe { syscall!(sched_getaffinity, 0, size_of_val(&set), set.as_mut_ptr()) };
    match got {
        Ok(_) => set.iter().map(|word| word.count_ones()).sum::<u32>().max(1),
        Err(_) => 1,
    }
}

/// Raises the limit on open descriptors to the highest that the process may set; returns it.
pub fn raise_descriptors() -> u64 {
    const NO_FILE: u32 = 7;
    let mut limits = [0u64; 2];
    // SAFETY: the call writes the two limits, soft and hard.
    if unsafe { syscall!(prlimit64, 0, NO_FILE, 0, limits.as_mut_ptr()) }.is_err() {
        return 1024;
    }
    let [soft, hard] = limits;
    // A table of descriptors grows with the highest number, so more than this helps nobody.
    let wanted = hard.min(1 << 20);
    let limits = [wanted, hard];
    // SAFETY: the call reads the two limits.
    match unsafe { syscall!(prlimit64, 0, NO_FILE, limits.as_ptr(), 0) } {
        Ok(_) => wanted,
        Err(_) => soft,
    }
}
