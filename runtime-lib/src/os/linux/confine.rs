//! The privileges that a process can give up permanently.

use super::{Errno, Fd, process};
use core::mem::MaybeUninit;

/// The names of the parts, for the message when the system refuses one.
pub mod part {
    /// [`super::close_from`]
    pub const DESCRIPTORS: &[u8] = b"closing of inherited descriptors";
    /// [`super::no_new_privileges`]
    pub const PRIVILEGES: &[u8] = b"no_new_privs";
    /// [`super::Rules`]
    pub const FILES: &[u8] = b"Landlock";
    /// [`super::no_set_id`]
    pub const SET_ID: &[u8] = b"capset";
    /// [`super::filter_calls`]
    pub const CALLS: &[u8] = b"seccomp";
}

/// The systems that have all parts: help for the message if all are required.
pub const HELP: &[u8] = b"help: it was built with `--harden required`; Linux 5.13 and later have all parts, unless a container or an emulator takes them away\n";

/// Closes all descriptors from `first` on. `ENOSYS` before Linux 5.9.
pub fn close_from(first: Fd) -> Result<(), Errno> {
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(close_range, first.0, u32::MAX, 0) }.map(drop)
}

/// Prevents the process from gaining privileges, by itself or by executing programs
/// (`PR_SET_NO_NEW_PRIVS`).
pub fn no_new_privileges() -> Result<(), Errno> {
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(prctl, 38, 1, 0, 0, 0) }.map(drop)
}

/// Gives up `CAP_FSETID`, which root has: without it the kernel clears a file's set-user-ID and
/// set-group-ID bits when it is written. The mode with which `openat2` makes a file is in memory,
/// where a filter cannot check it.
pub fn no_set_id() -> Result<(), Errno> {
    const FSETID: u32 = 1 << 4;
    /// `_LINUX_CAPABILITY_VERSION_3`, of this thread.
    const HEADER: [u32; 2] = [0x2008_0522, 0];
    // Two words each of: effective, permitted, inheritable.
    let mut sets = [0u32; 6];
    // SAFETY: the call reads the header and writes the sets.
    unsafe { syscall!(capget, HEADER.as_ptr(), sets.as_mut_ptr()) }?;
    let [effective, permitted, ..] = &mut sets;
    if *permitted & FSETID == 0 {
        return Ok(());
    }
    *effective &= !FSETID;
    *permitted &= !FSETID;
    // SAFETY: the call reads the header and the sets.
    unsafe { syscall!(capset, HEADER.as_ptr(), sets.as_ptr()) }.map(drop)
}

/// Installs `filter`, which the compiler has made for this system, for all further system calls
/// (`SECCOMP_SET_MODE_FILTER`, classic BPF).
pub fn filter_calls(filter: &[u64]) -> Result<(), Errno> {
    /// `SECCOMP_FILTER_FLAG_SPEC_ALLOW`: without it, Linux 4.17 to 5.15 slows down the whole
    /// process.
    const SPEC_ALLOW: u32 = 4;
    #[repr(C)]
    struct Program {
        len: u16,
        filter: *const u64,
    }
    let program = Program {
        len: filter.len() as u16,
        filter: filter.as_ptr(),
    };
    // SAFETY: the call reads the filter.
    let set = |flags: u32| unsafe { syscall!(seccomp, 1, flags, &raw const program) }.map(drop);
    match set(SPEC_ALLOW) {
        Err(Errno::EINVAL) => set(0),
        result => result,
    }
}

/// [`filter_calls`] with this process's ID in the instruction `at` of a copy in `room`;
/// instructions that do not fit are dropped.
pub fn filter_calls_of_self(
    filter: &[u64],
    at: usize,
    room: &mut [MaybeUninit<u64>],
) -> Result<(), Errno> {
    let copy = room.write_copy_of_slice(filter.get(..room.len()).unwrap_or_default());
    if let Some(instruction) = copy.get_mut(at) {
        // The operand is the upper half of an instruction.
        *instruction = *instruction & u64::from(u32::MAX) | u64::from(process::id()) << 32;
    }
    filter_calls(copy)
}

/// Landlock's rights for files and directories.
mod rights {
    /// Open a file for reading.
    pub const READ_FILE: u64 = 1 << 2;
    /// List a directory.
    pub const READ_DIR: u64 = 1 << 3;
    /// `ioctl` on devices.
    pub const IOCTL_DEV: u64 = 1 << 15;
    /// Execute a file.
    pub const EXECUTE: u64 = 1 << 0;
}

/// Landlock's rights for TCP ports.
pub mod ports {
    /// Bind a socket to it.
    pub const BIND: u64 = 1;
    /// Connect to it.
    pub const CONNECT: u64 = 2;
}

/// The extent of the system's support: a version of Landlock.
#[derive(Clone, Copy, Debug)]
pub struct Level(u32);

impl Level {
    /// Whether a file may be moved between two directories that may be changed: the first version
    /// always refuses it.
    pub fn moves(self) -> bool {
        self.0 >= 2
    }
}

/// The system's support. `ENOSYS`: none; `EOPNOTSUPP`: it is disabled.
pub fn level() -> Result<Level, Errno> {
    /// `LANDLOCK_CREATE_RULESET_VERSION`
    const VERSION: u32 = 1;
    // SAFETY: the call accesses no memory.
    unsafe { syscall!(landlock_create_ruleset, 0, 0, VERSION) }.map(|version| Level(version as u32))
}

/// The access that is allowed below a directory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Reading.
    Read,
    /// Reading and changing. The filter allows no call that makes a device (`mknodat`,
    /// `RENAME_WHITEOUT`) or performs device-specific operations.
    Change,
}

/// Rules for files and ports: only access that they allow is possible afterwards.
#[derive(Debug)]
pub struct Rules {
    fd: Fd,
    /// The rights that this version of Landlock can refuse.
    handled: u64,
    /// The bits of [`ports`] that it refuses.
    ports: u64,
}

impl Rules {
    /// Rules that refuse everything that the system can refuse: access to files; binding and
    /// connecting TCP sockets, for the bits in `ports`; signals to other processes, and other
    /// processes' abstract sockets.
    pub fn new(Level(version): Level, ports: u64) -> Result<Rules, Errno> {
        #[repr(C)]
        struct Attributes {
            files: u64,
            net: u64,
            scoped: u64,
        }
        // The rights are bits, and each version of Landlock adds the next ones.
        let files = match version {
            0 | 1 => 13,
            2 => 14,
            3 | 4 => 15,
            _ => 16,
        };
        let attributes = Attributes {
            files: (1 << files) - 1,
            net: if version >= 4 { ports } else { 0 },
            scoped: if version >= 6 { 3 } else { 0 },
        };
        let len = size_of::<Attributes>();
        // SAFETY: the call reads the attributes. An old kernel accepts the longer structure if the
        // unknown part is 0.
        let fd = unsafe { syscall!(landlock_create_ruleset, &raw const attributes, len, 0) }?;
        Ok(Rules {
            fd: Fd(fd as i32),
            handled: attributes.files,
            ports: attributes.net,
        })
    }

    /// Allows `access` below `dir`.
    pub fn allow(&self, dir: Fd, access: Access) -> Result<(), Errno> {
        /// `LANDLOCK_RULE_PATH_BENEATH`
        const PATH_BENEATH: u32 = 1;
        #[repr(C, packed)]
        struct Rule {
            rights: u64,
            dir: i32,
        }
        let rights = match access {
            Access::Change => !rights::EXECUTE,
            Access::Read => rights::READ_FILE | rights::READ_DIR | rights::IOCTL_DEV,
        };
        let rule = Rule {
            // Rights that this version of Landlock cannot refuse are omitted.
            rights: rights & self.handled,
            dir: dir.0,
        };
        // SAFETY: the call reads the rule.
        unsafe {
            syscall!(
                landlock_add_rule,
                self.fd.0,
                PATH_BENEATH,
                &raw const rule,
                0
            )
        }
        .map(drop)
    }

    /// Allows `rights`, of `ports`, for a TCP port, except rights that are not refused anyway.
    pub fn allow_port(&self, port: u16, rights: u64) -> Result<(), Errno> {
        /// `LANDLOCK_RULE_NET_PORT`
        const NET_PORT: u32 = 2;
        let rule = [rights & self.ports, u64::from(port)];
        let [0, _] = rule else {
            // SAFETY: the call reads the rule.
            return unsafe { syscall!(landlock_add_rule, self.fd.0, NET_PORT, &raw const rule, 0) }
                .map(drop);
        };
        Ok(())
    }

    /// Enforces the rules, and consumes them.
    pub fn enforce(self) -> Result<(), Errno> {
        // SAFETY: the call accesses no memory.
        let result = unsafe { syscall!(landlock_restrict_self, self.fd.0, 0) }.map(drop);
        let _ = super::fd::close(self.fd);
        result
    }
}
