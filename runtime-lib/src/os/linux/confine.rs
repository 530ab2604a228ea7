//! What a process can give up for good.

use super::{Errno, Fd, process};
use core::mem::MaybeUninit;

/// The names of the parts, for a message that the system refuses one.
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

/// Which systems have all parts: the message's help where all must be there.
pub const HELP: &[u8] = b"help: it was built with `--harden required`; Linux 5.13 and later have all parts, unless a container or an emulator takes them away\n";

/// Closes all descriptors from `first` on. `ENOSYS` before Linux 5.9.
pub fn close_from(first: Fd) -> Result<(), Errno> {
    // SAFETY: touches no memory.
    unsafe { syscall!(close_range, first.0, u32::MAX, 0) }.map(drop)
}

/// Nothing that the process runs has more privileges than it has now (`PR_SET_NO_NEW_PRIVS`).
pub fn no_new_privileges() -> Result<(), Errno> {
    // SAFETY: touches no memory.
    unsafe { syscall!(prctl, 38, 1, 0, 0, 0) }.map(drop)
}

/// Gives up `CAP_FSETID`, which root has: without it the kernel takes the set-user-ID and
/// set-group-ID bits from a file when it is written to. The mode with which `openat2` makes a file
/// is in memory, where no filter sees it.
pub fn no_set_id() -> Result<(), Errno> {
    const FSETID: u32 = 1 << 4;
    /// `_LINUX_CAPABILITY_VERSION_3`, of this thread.
    const HEADER: [u32; 2] = [0x2008_0522, 0];
    // Twice: effective, permitted, inheritable.
    let mut sets = [0u32; 6];
    // SAFETY: reads the header, writes the sets.
    unsafe { syscall!(capget, HEADER.as_ptr(), sets.as_mut_ptr()) }?;
    let [effective, permitted, ..] = &mut sets;
    if *permitted & FSETID == 0 {
        return Ok(());
    }
    *effective &= !FSETID;
    *permitted &= !FSETID;
    // SAFETY: reads the header and the sets.
    unsafe { syscall!(capset, HEADER.as_ptr(), sets.as_ptr()) }.map(drop)
}

/// From now on `filter`, which the compiler has made for this system, decides about every system
/// call (`SECCOMP_SET_MODE_FILTER`, classic BPF).
pub fn filter_calls(filter: &[u64]) -> Result<(), Errno> {
    /// `SECCOMP_FILTER_FLAG_SPEC_ALLOW`: Linux 4.17 to 5.15 slows down the whole process otherwise.
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
    // SAFETY: reads the filter.
    let set = |flags: u32| unsafe { syscall!(seccomp, 1, flags, &raw const program) }.map(drop);
    match set(SPEC_ALLOW) {
        Err(Errno::EINVAL) => set(0),
        result => result,
    }
}

/// [`filter_calls`] with this process's number in the instruction `at` of a copy in `room`; what
/// has no room there is left out.
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

/// Landlock's rights: what is done to files and directories.
mod rights {
    /// Open a file for reading.
    pub const READ_FILE: u64 = 1 << 2;
    /// List a directory.
    pub const READ_DIR: u64 = 1 << 3;
    /// `ioctl` on devices.
    pub const IOCTL_DEV: u64 = 1 << 15;
    /// Run a file.
    pub const EXECUTE: u64 = 1 << 0;
}

/// What is done to ports of TCP.
pub mod ports {
    /// Give it to a socket.
    pub const BIND: u64 = 1;
    /// Connect to it.
    pub const CONNECT: u64 = 2;
}

/// How much the system can refuse: a version of Landlock.
#[derive(Clone, Copy, Debug)]
pub struct Level(u32);

impl Level {
    /// Whether a file may be moved to another directory where both may be changed: the first
    /// version refuses it, whatever is allowed.
    pub fn moves(self) -> bool {
        self.0 >= 2
    }
}

/// What the system has. `ENOSYS`: nothing; `EOPNOTSUPP`: it is off.
pub fn level() -> Result<Level, Errno> {
    /// `LANDLOCK_CREATE_RULESET_VERSION`
    const VERSION: u32 = 1;
    // SAFETY: touches no memory.
    unsafe { syscall!(landlock_create_ruleset, 0, 0, VERSION) }.map(|version| Level(version as u32))
}

/// What may be done below a directory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Look at it.
    Read,
    /// Change it as well. The filter leaves no call that makes a device (`mknodat`,
    /// `RENAME_WHITEOUT`) or asks one anything special.
    Change,
}

/// What the process may still do with files: nothing but what is allowed here.
#[derive(Debug)]
pub struct Rules {
    fd: Fd,
    /// What this version of Landlock can refuse.
    handled: u64,
    /// Bits of [`ports`] that it refuses.
    ports: u64,
}

impl Rules {
    /// Rules that refuse all that the system can refuse: access to files; to bind and to connect
    /// TCP sockets, if `ports` has these bits of `ports`; signals to others, and abstract sockets
    /// of others.
    pub fn new(Level(version): Level, ports: u64) -> Result<Rules, Errno> {
        #[repr(C)]
        struct Attributes {
            files: u64,
            net: u64,
            scoped: u64,
        }
        // The rights are bits, each version of Landlock adds the next ones.
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
        // SAFETY: reads the attributes. An old kernel takes the longer structure if what it does
        // not know is 0.
        let fd = unsafe { syscall!(landlock_create_ruleset, &raw const attributes, len, 0) }?;
        Ok(Rules {
            fd: Fd(fd as i32),
            handled: attributes.files,
            ports: attributes.net,
        })
    }

    /// Allows `access` to what is below `dir`.
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
            // What this version of Landlock does not refuse is left out.
            rights: rights & self.handled,
            dir: dir.0,
        };
        // SAFETY: reads the rule.
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

    /// Allows what `rights`, of `ports`, say on a port of TCP, unless it is not refused anyway.
    pub fn allow_port(&self, port: u16, rights: u64) -> Result<(), Errno> {
        /// `LANDLOCK_RULE_NET_PORT`
        const NET_PORT: u32 = 2;
        let rule = [rights & self.ports, u64::from(port)];
        let [0, _] = rule else {
            // SAFETY: reads the rule.
            return unsafe { syscall!(landlock_add_rule, self.fd.0, NET_PORT, &raw const rule, 0) }
                .map(drop);
        };
        Ok(())
    }

    /// Puts it into force, and ends it.
    pub fn enforce(self) -> Result<(), Errno> {
        // SAFETY: touches no memory.
        let result = unsafe { syscall!(landlock_restrict_self, self.fd.0, 0) }.map(drop);
        let _ = super::fd::close(self.fd);
        result
    }
}
