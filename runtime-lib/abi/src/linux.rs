//! Numbers that the runtime passes to Linux and that the sandbox policy compares: one table for
//! both. A number that is added for the runtime is allowed by its group here.

/// Defines a module of numbers. `running`: those that a program may pass while it runs. `starting`:
/// those that the runtime passes only before the filter is in force. `serving`: those that only a
/// server's worker may also pass while it runs.
macro_rules! numbers {
    (
        $(#[$about:meta])*
        $module:ident:
        running { $($run:ident = $number:expr;)* }
        starting { $($start:ident = $early:expr;)* }
        $(serving { $($serve:ident = $served:expr;)* })?
    ) => {
        $(#[$about])*
        pub mod $module {
            $($(
                #[doc = concat!("`", stringify!($serve), "`, only in servers.")]
                pub const $serve: u32 = $served;
            )*)?
            $(
                #[doc = concat!("`", stringify!($run), "`.")]
                pub const $run: u32 = $number;
            )*
            $(
                #[doc = concat!("`", stringify!($start), "`, only before the filter is in force.")]
                pub const $start: u32 = $early;
            )*
            /// The numbers that a program may pass while it runs.
            pub const ALLOWED: &[u32] = &[$($run),*];
            /// Their names, in the same order.
            pub const NAMES: &[&str] = &[$(stringify!($run)),*];
            /// The numbers that a server may pass while it runs.
            pub const SERVING: &[u32] = &[$($run,)* $($($serve,)*)?];
            /// Their names, in the same order.
            pub const SERVING_NAMES: &[&str] =
                &[$(stringify!($run),)* $($(stringify!($serve),)*)?];
        }
    };
}

numbers! {
    /// Protection of pages (`mmap`, `mprotect`). Nothing is executable.
    protection:
    running {
        PROT_READ = 0x1;
        PROT_WRITE = 0x2;
    }
    starting {}
}

numbers! {
    /// Flags of `mmap`. While a program runs, nothing is shared and no mapping is replaced.
    mapping:
    running {
        MAP_PRIVATE = 0x2;
        MAP_ANONYMOUS = 0x20;
        MAP_NORESERVE = 0x4000;
        MAP_STACK = 0x2_0000;
        MAP_FIXED_NOREPLACE = 0x10_0000;
    }
    starting {
        MAP_FIXED = 0x10;
    }
}

numbers! {
    /// Advice of `madvise`.
    advice:
    running {
        MADV_DONTNEED = 4;
        MADV_HUGEPAGE = 14;
    }
    starting {}
    serving {
        MADV_DONTDUMP = 16;
    }
}

numbers! {
    /// Commands of `fcntl`.
    fcntl:
    running {
        F_GETFL = 3;
        F_SETFL = 4;
        F_DUPFD_CLOEXEC = 1030;
    }
    starting {
        F_GETFD = 1;
        F_SETFD = 2;
    }
}

numbers! {
    /// Requests of `ioctl`.
    ioctl:
    running {
        FIONREAD = 0x541b;
        TCGETS = 0x5401;
    }
    starting {}
    serving {
        PAGEMAP_SCAN = 0xc060_6610;
    }
}

numbers! {
    /// Operations of `futex`, with `FUTEX_PRIVATE_FLAG`.
    futex:
    running {
        FUTEX_WAIT_BITSET_PRIVATE = 9 | 128;
        FUTEX_WAKE_PRIVATE = 1 | 128;
    }
    starting {}
}

numbers! {
    /// Flags of `clone`: exactly these. A thread shares everything with the others, except its
    /// thread pointer.
    clone:
    running {
        THREAD = super::CLONE_VM
            | super::CLONE_FS
            | super::CLONE_FILES
            | super::CLONE_SIGHAND
            | super::CLONE_THREAD
            | super::CLONE_SYSVSEM
            | super::CLONE_SETTLS;
    }
    starting {}
}

const CLONE_VM: u32 = 0x100;
const CLONE_FS: u32 = 0x200;
const CLONE_FILES: u32 = 0x400;
const CLONE_SIGHAND: u32 = 0x800;
const CLONE_THREAD: u32 = 0x1_0000;
const CLONE_SYSVSEM: u32 = 0x4_0000;
const CLONE_SETTLS: u32 = 0x8_0000;

numbers! {
    /// Families of `socket`.
    family:
    running {
        AF_INET = 2;
        AF_INET6 = 10;
    }
    starting {}
}

/// Types of `socket`, and their flags, which `accept4` also takes.
pub mod socket {
    /// `SOCK_STREAM`.
    pub const STREAM: u32 = 1;
    /// `SOCK_DGRAM`.
    pub const DATAGRAM: u32 = 2;
    /// `SOCK_NONBLOCK`.
    pub const NONBLOCK: u32 = 0o4000;
    /// `SOCK_CLOEXEC`.
    pub const CLOEXEC: u32 = 0o2000000;
    /// The type that the runtime uses for streams: closed on exec, and non-blocking.
    pub const NEW_STREAM: u32 = STREAM | CLOEXEC | NONBLOCK;
    /// The same for datagrams.
    pub const NEW_DATAGRAM: u32 = DATAGRAM | CLOEXEC | NONBLOCK;
    /// The flags for accepted connections.
    pub const ACCEPTED: &[u32] = &[CLOEXEC, CLOEXEC | NONBLOCK];
}

numbers! {
    /// Flags of `sendmsg`: exactly one of these. `MSG_FASTOPEN` would connect to a port that
    /// Landlock does not check.
    sent:
    running {
        MSG_NOSIGNAL = 0x4000;
    }
    starting {}
}

numbers! {
    /// Flags of `recvmsg`.
    received:
    running {
        MSG_PEEK = 0x2;
        MSG_WAITALL = 0x100;
    }
    starting {}
    serving {
        MSG_CMSG_CLOEXEC = 0x4000_0000;
    }
}

/// A socket option whose value the runtime gets or sets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SocketOption {
    /// `SOL_SOCKET`, or the number of the protocol.
    pub level: u32,
    /// Its number at this level.
    pub name: u32,
}

macro_rules! options {
    (
        running { $($run:ident = $level:literal, $number:literal;)* }
        starting { $($start:ident = $early_level:literal, $early:literal;)* }
    ) => {
        impl SocketOption {
            $(
                #[doc = concat!("`", stringify!($run), "` of socket(7), ip(7), ipv6(7) or tcp(7).")]
                pub const $run: SocketOption = SocketOption { level: $level, name: $number };
            )*
            $(
                #[doc = concat!("`", stringify!($start), "`, only before the filter is in force.")]
                pub const $start: SocketOption = SocketOption { level: $early_level, name: $early };
            )*
            /// The options that a program may get and set while it runs: level and name.
            pub const ALLOWED: &[(u32, u32)] = &[$(($level, $number)),*];
        }
    };
}

options! {
    running {
        SO_REUSEADDR = 1, 2;
        SO_TYPE = 1, 3;
        SO_ERROR = 1, 4;
        SO_SNDBUF = 1, 7;
        SO_RCVBUF = 1, 8;
        SO_KEEPALIVE = 1, 9;
        SO_MEMINFO = 1, 55;
        TCP_KEEPIDLE = 6, 4;
        TCP_KEEPINTVL = 6, 5;
        TCP_KEEPCNT = 6, 6;
        IP_TTL = 0, 2;
        IPV6_UNICAST_HOPS = 41, 16;
        IPV6_V6ONLY = 41, 26;
    }
    starting {
        SO_ACCEPTCONN = 1, 30;
        TCP_NODELAY = 6, 1;
    }
}

/// The union of flags.
pub const fn union(flags: &[u32]) -> u32 {
    let (mut union, mut index) = (0, 0);
    while index < flags.len() {
        union |= flags[index];
        index += 1;
    }
    union
}
