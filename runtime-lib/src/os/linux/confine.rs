//! What a process can give up for good.

use super::{Errno, Fd};

/// Closes all descriptors from `first` on. `ENOSYS` before Linux 5.9.
pub fn close_from(first: Fd) -> Result<(), Errno> {
    // SAFETY: touches no memory.
    unsafe { syscall!(close_range, first.0, u32::MAX, 0) }.map(drop)
}

/// `prctl(PR_SET_NO_NEW_PRIVS)`: nothing that the process runs has more privileges than it has now.
pub fn no_new_privileges() -> Result<(), Errno> {
    // SAFETY: touches no memory.
    unsafe { syscall!(prctl, 38, 1, 0, 0, 0) }.map(drop)
}

/// Gives up `CAP_FSETID`, which root has: without it the kernel takes the set-user-ID and set-group-ID bits from a file
/// when it is written to.
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

/// `seccomp(SECCOMP_SET_MODE_FILTER)`: from now on `filter`, in classic BPF, decides about every system call.
pub fn filter_system_calls(filter: &[u64]) -> Result<(), Errno> {
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

/// Rights of [`Ruleset`]: what is done to files and directories.
pub mod rights {
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
pub mod net {
    /// Give it to a socket.
    pub const BIND: u64 = 1;
    /// Connect to it.
    pub const CONNECT: u64 = 2;
}

/// The version of Landlock that the kernel has. `ENOSYS`: none; `EOPNOTSUPP`: it is off.
pub fn landlock_version() -> Result<u32, Errno> {
    /// `LANDLOCK_CREATE_RULESET_VERSION`
    const VERSION: u32 = 1;
    // SAFETY: touches no memory.
    unsafe { syscall!(landlock_create_ruleset, 0, 0, VERSION) }.map(|version| version as u32)
}

/// What the process may still do with files (Landlock): nothing but what is allowed here.
#[derive(Debug)]
pub struct Ruleset {
    fd: Fd,
    /// What this version of Landlock can refuse.
    pub handled: u64,
    /// Bits of [`net`] that it refuses.
    net: u64,
}

impl Ruleset {
    /// A set that refuses all that this version of Landlock can refuse: access to files; to bind and to connect
    /// TCP sockets, as far as `net` has these bits of [`net`]; signals to others, and abstract sockets of others.
    pub fn new(version: u32, net: u64) -> Result<Ruleset, Errno> {
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
            net: if version >= 4 { net } else { 0 },
            scoped: if version >= 6 { 3 } else { 0 },
        };
        let len = size_of::<Attributes>();
        // SAFETY: reads the attributes. An old kernel takes the longer structure if what it does not know is 0.
        let fd = unsafe { syscall!(landlock_create_ruleset, &raw const attributes, len, 0) }?;
        Ok(Ruleset {
            fd: Fd(fd as i32),
            handled: attributes.files,
            net: attributes.net,
        })
    }

    /// Allows `rights` on what is below `dir`; what this version of Landlock does not refuse is left out.
    pub fn allow(&self, dir: Fd, rights: u64) -> Result<(), Errno> {
        /// `LANDLOCK_RULE_PATH_BENEATH`
        const PATH_BENEATH: u32 = 1;
        #[repr(C, packed)]
        struct Rule {
            rights: u64,
            dir: i32,
        }
        let rule = Rule {
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

    /// Allows what `rights`, of [`net`], say on a port of TCP, unless it is not refused anyway.
    pub fn allow_port(&self, port: u16, rights: u64) -> Result<(), Errno> {
        /// `LANDLOCK_RULE_NET_PORT`
        const NET_PORT: u32 = 2;
        let rule = [rights & self.net, u64::from(port)];
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
