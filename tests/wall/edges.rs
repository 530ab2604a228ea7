//! System call arguments at the edges of what is allowed: tables for the test of filters.

use super::filter::{Filter, PROCESS};

/// `SOCK_STREAM`, close-on-exec, non-blocking.
pub const STREAM: u64 = 0x8_0801;

/// The flags of `clone` for a thread.
pub const THREAD: u64 = 0xd_0f00;

/// A call with its arguments, and whether it passes.
pub type Edge = (&'static str, [u64; 6], bool);

/// Calls that all programs may make.
pub const EDGES: &[Edge] = &[
    ("mmap", [0, 4096, 0, 0x22, u64::MAX, 0], true),
    (
        "mmap",
        [0x4000_0000, 65536, 3, 0x10_4022, u64::MAX, 0],
        true,
    ),
    // PROT_EXEC, alone and with others.
    ("mmap", [0, 4096, 4, 0x22, u64::MAX, 0], false),
    ("mmap", [0, 4096, 7, 0x22, u64::MAX, 0], false),
    // PROT_GROWSDOWN.
    ("mmap", [0, 4096, 0x0100_0003, 0x22, u64::MAX, 0], false),
    // MAP_SHARED, MAP_FIXED, MAP_GROWSDOWN.
    ("mmap", [0, 4096, 3, 0x21, u64::MAX, 0], false),
    ("mmap", [0, 4096, 3, 0x32, u64::MAX, 0], false),
    ("mmap", [0, 4096, 3, 0x122, u64::MAX, 0], false),
    // F_GETFL, F_SETFL, F_DUPFD_CLOEXEC; F_DUPFD, F_SETFD, F_SETOWN, F_ADD_SEALS.
    ("fcntl", [1, 3, 0, 0, 0, 0], true),
    ("fcntl", [1, 4, 0, 0, 0, 0], true),
    ("fcntl", [1, 1030, 0, 0, 0, 0], true),
    ("fcntl", [1, 0, 0, 0, 0, 0], false),
    ("fcntl", [1, 2, 0, 0, 0, 0], false),
    ("fcntl", [1, 5, 0, 0, 0, 0], false),
    ("fcntl", [1, 8, 0, 0, 0, 0], false),
    ("fcntl", [1, 1033, 0, 0, 0, 0], false),
    // FIONREAD, TCGETS; TIOCSTI, TIOCLINUX, FIOCLEX.
    ("ioctl", [0, 0x541b, 0, 0, 0, 0], true),
    ("ioctl", [0, 0x5401, 0, 0, 0, 0], true),
    ("ioctl", [0, 0x5412, 0, 0, 0, 0], false),
    ("ioctl", [0, 0x541c, 0, 0, 0, 0], false),
    ("ioctl", [0, 0x5451, 0, 0, 0, 0], false),
    ("tgkill", [PROCESS as u64, 1, 9, 0, 0, 0], true),
    ("tgkill", [1, 1, 9, 0, 0, 0], false),
    ("tgkill", [u64::MAX, 1, 9, 0, 0, 0], false),
    ("tgkill", [0, 1, 9, 0, 0, 0], false),
    ("kill", [PROCESS as u64, 9, 0, 0, 0, 0], true),
    // All processes, a group.
    ("kill", [u64::MAX, 9, 0, 0, 0, 0], false),
    ("kill", [0, 9, 0, 0, 0, 0], false),
    ("kill", [-(PROCESS as i64) as u64, 9, 0, 0, 0, 0], false),
    // FUTEX_WAIT_BITSET and FUTEX_WAKE, private; shared, with other clocks, other operations.
    ("futex", [0, 137, 0, 0, 0, 0], true),
    ("futex", [0, 129, 0, 0, 0, 0], true),
    ("futex", [0, 1, 0, 0, 0, 0], false),
    ("futex", [0, 137 | 256, 0, 0, 0, 0], false),
    ("futex", [0, 128 | 3, 0, 0, 0, 0], false),
    ("futex", [0, 128 | 6, 0, 0, 0, 0], false),
    // SO_ERROR; SO_PEERCRED, SO_PEERSEC.
    ("getsockopt", [3, 1, 4, 0, 0, 0], true),
    ("getsockopt", [3, 1, 17, 0, 0, 0], false),
    ("getsockopt", [3, 1, 31, 0, 0, 0], false),
    // SOCK_CLOEXEC, SOCK_NONBLOCK; a descriptor that exec would leave open; a buffer for an
    // address.
    ("accept4", [3, 0, 0, 0x8_0000, 0, 0], true),
    ("accept4", [3, 0, 0, 0x8_0800, 0, 0], true),
    ("accept4", [3, 0, 0, 0, 0, 0], false),
    ("accept4", [3, 1, 0, 0x8_0000, 0, 0], false),
    ("accept4", [3, 1 << 32, 0, 0x8_0000, 0, 0], false),
    // MSG_PEEK, MSG_WAITALL; MSG_OOB, MSG_ERRQUEUE, MSG_CMSG_CLOEXEC, MSG_DONTWAIT.
    ("recvmsg", [3, 0, 0, 0, 0, 0], true),
    ("recvmsg", [3, 0, 0x102, 0, 0, 0], true),
    ("recvmsg", [3, 0, 1, 0, 0, 0], false),
    ("recvmsg", [3, 0, 0x2000, 0, 0, 0], false),
    ("recvmsg", [3, 0, 0x4000_0000, 0, 0, 0], false),
    ("recvmsg", [3, 0, 0x40, 0, 0, 0], false),
    // The kernel reads an int.
    ("kill", [1 << 32 | PROCESS as u64, 9, 0, 0, 0, 0], true),
];

/// Sending calls, of programs with threads and of components with a network grant.
pub const OF_SENDERS: &[Edge] = &[
    // MSG_NOSIGNAL; without it; together with MSG_OOB, MSG_CONFIRM, MSG_ZEROCOPY, MSG_FASTOPEN.
    ("sendmsg", [3, 0, 0x4000, 0, 0, 0], true),
    ("sendmsg", [3, 0, 0, 0, 0, 0], false),
    ("sendmsg", [3, 0, 0x4001, 0, 0, 0], false),
    ("sendmsg", [3, 0, 0x4800, 0, 0, 0], false),
    ("sendmsg", [3, 0, 0x0400_4000, 0, 0, 0], false),
    ("sendmsg", [3, 0, 0x2000_4000, 0, 0, 0], false),
    ("sendmsg", [3, 0, 0x2000_0000, 0, 0, 0], false),
];

/// Calls of components.
pub const OF_COMPONENTS: &[Edge] = &[
    // TCP and UDP, IPv4 and IPv6; AF_UNIX, AF_NETLINK, AF_PACKET, AF_VSOCK.
    ("socket", [2, STREAM, 0, 0, 0, 0], true),
    ("socket", [10, STREAM + 1, 0, 0, 0, 0], true),
    ("socket", [1, STREAM, 0, 0, 0, 0], false),
    ("socket", [16, STREAM + 1, 0, 0, 0, 0], false),
    ("socket", [17, STREAM + 1, 0, 0, 0, 0], false),
    ("socket", [40, STREAM, 0, 0, 0, 0], false),
    // SOCK_RAW, SOCK_SEQPACKET; a socket that exec would leave open, a blocking one; ICMP, MPTCP,
    // SCTP.
    ("socket", [2, STREAM + 2, 0, 0, 0, 0], false),
    ("socket", [2, STREAM + 4, 0, 0, 0, 0], false),
    ("socket", [2, 0x801, 0, 0, 0, 0], false),
    ("socket", [2, 0x8_0001, 0, 0, 0, 0], false),
    ("socket", [2, STREAM + 1, 1, 0, 0, 0], false),
    ("socket", [2, STREAM, 262, 0, 0, 0], false),
    ("socket", [2, STREAM, 132, 0, 0, 0], false),
    // TCP_KEEPCNT, IPV6_V6ONLY.
    ("setsockopt", [3, 6, 6, 0, 0, 0], true),
    ("setsockopt", [3, 41, 26, 0, 0, 0], true),
    // SO_BINDTODEVICE, SO_MARK, SO_ATTACH_FILTER, SO_RCVBUFFORCE.
    ("setsockopt", [3, 1, 25, 0, 0, 0], false),
    ("setsockopt", [3, 1, 36, 0, 0, 0], false),
    ("setsockopt", [3, 1, 26, 0, 0, 0], false),
    ("setsockopt", [3, 1, 33, 0, 0, 0], false),
    // IP_OPTIONS, IPT_SO_SET_REPLACE, TCP_ULP, TCP_REPAIR; an option's number at another level.
    ("setsockopt", [3, 0, 4, 0, 0, 0], false),
    ("setsockopt", [3, 0, 64, 0, 0, 0], false),
    ("setsockopt", [3, 6, 31, 0, 0, 0], false),
    ("setsockopt", [3, 6, 19, 0, 0, 0], false),
    ("setsockopt", [3, 0, 26, 0, 0, 0], false),
];

/// Calls of servers; these count instead of the same calls of other programs.
pub const OF_SERVERS: &[Edge] = &[
    // MADV_DONTNEED, MADV_HUGEPAGE, MADV_DONTDUMP; MADV_FREE, MADV_REMOVE, MADV_DONTFORK,
    // MADV_DOFORK, MADV_MERGEABLE, MADV_DODUMP, MADV_HWPOISON.
    ("madvise", [0, 4096, 4, 0, 0, 0], true),
    ("madvise", [0, 4096, 14, 0, 0, 0], true),
    ("madvise", [0, 4096, 16, 0, 0, 0], true),
    ("madvise", [0, 4096, 8, 0, 0, 0], false),
    ("madvise", [0, 4096, 9, 0, 0, 0], false),
    ("madvise", [0, 4096, 10, 0, 0, 0], false),
    ("madvise", [0, 4096, 11, 0, 0, 0], false),
    ("madvise", [0, 4096, 12, 0, 0, 0], false),
    ("madvise", [0, 4096, 17, 0, 0, 0], false),
    ("madvise", [0, 4096, 100, 0, 0, 0], false),
    // PAGEMAP_SCAN; its neighbours, and TIOCSTI.
    ("ioctl", [60, 0xc060_6610, 0, 0, 0, 0], true),
    ("ioctl", [60, 0xc060_6611, 0, 0, 0, 0], false),
    ("ioctl", [60, 0x6610, 0, 0, 0, 0], false),
    ("ioctl", [0, 0x5412, 0, 0, 0, 0], false),
    // MSG_CMSG_CLOEXEC; with MSG_OOB, MSG_ERRQUEUE.
    ("recvmsg", [3, 0, 0x4000_0000, 0, 0, 0], true),
    ("recvmsg", [3, 0, 0x4000_0001, 0, 0, 0], false),
    ("recvmsg", [3, 0, 0x4000_2000, 0, 0, 0], false),
    ("mprotect", [0, 4096, 0, 0, 0, 0], true),
    ("mprotect", [0, 4096, 3, 0, 0, 0], true),
    ("mprotect", [0, 4096, 4, 0, 0, 0], false),
    ("mprotect", [0, 4096, 5, 0, 0, 0], false),
    ("mprotect", [0, 4096, 8, 0, 0, 0], false),
];

/// Calls of servers that may use no network besides: they make `sendmsg`, so no sockets from which
/// it would send datagrams.
pub const OF_SERVERS_ALONE: &[Edge] = &[
    ("socket", [2, STREAM, 0, 0, 0, 0], true),
    ("socket", [2, STREAM + 1, 0, 0, 0, 0], false),
    ("socket", [10, STREAM + 1, 0, 0, 0, 0], false),
];

/// Calls of programs with threads.
pub const OF_THREADS: &[Edge] = &[
    ("mprotect", [0, 4096, 0, 0, 0, 0], true),
    ("mprotect", [0, 4096, 3, 0, 0, 0], true),
    ("mprotect", [0, 4096, 4, 0, 0, 0], false),
    ("mprotect", [0, 4096, 5, 0, 0, 0], false),
    ("mprotect", [0, 4096, 8, 0, 0, 0], false),
    ("clone", [THREAD, 0x1000, 0, 0, 0, 0], true),
    // A process: SIGCHLD, vfork's flags.
    ("clone", [17, 0, 0, 0, 0, 0], false),
    ("clone", [0x4111, 0, 0, 0, 0, 0], false),
    // Together with CLONE_NEWUSER, CLONE_NEWNS, CLONE_PTRACE, CLONE_PIDFD; without CLONE_VM,
    // CLONE_FILES, CLONE_THREAD.
    ("clone", [THREAD | 0x1000_0000, 0, 0, 0, 0, 0], false),
    ("clone", [THREAD | 0x2_0000, 0, 0, 0, 0, 0], false),
    ("clone", [THREAD | 0x2000, 0, 0, 0, 0, 0], false),
    ("clone", [THREAD | 0x1000, 0, 0, 0, 0, 0], false),
    ("clone", [THREAD & !0x100, 0, 0, 0, 0, 0], false),
    ("clone", [THREAD & !0x400, 0, 0, 0, 0, 0], false),
    ("clone", [THREAD & !0x1_0000, 0, 0, 0, 0, 0], false),
    // The kernel reads only the lower half.
    ("clone", [1 << 32 | THREAD, 0, 0, 0, 0, 0], true),
    ("dup3", [9, 0, 0, 0, 0, 0], true),
    ("dup3", [9, 1, 0, 0, 0, 0], true),
    ("dup3", [9, 2, 0, 0, 0, 0], false),
    ("dup3", [1, 9, 0, 0, 0, 0], false),
];

/// Calls with a path, of a program that has a directory open.
pub const WITH_DIRECTORY: &[Edge] = &[
    // O_PATH | O_DIRECTORY | O_CLOEXEC; O_RDWR | O_CREAT | O_EXCL | O_TRUNC | O_APPEND | O_SYNC
    // with a mode.
    ("openat", [3, 0, 0o12000000 | 0o200000, 0, 0, 0], true),
    ("openat", [3, 0, 0o4013302, 0o666, 0, 0], true),
    // O_TMPFILE, FASYNC, O_NOATIME.
    ("openat", [3, 0, 0o20200001, 0o600, 0, 0], false),
    ("openat", [3, 0, 0o20000, 0, 0, 0], false),
    ("openat", [3, 0, 0o1000000, 0, 0, 0], false),
    // Set-user-ID, set-group-ID, sticky, executable.
    ("openat", [3, 0, 0o101, 0o4666, 0, 0], false),
    ("openat", [3, 0, 0o101, 0o2666, 0, 0], false),
    ("openat", [3, 0, 0o101, 0o1666, 0, 0], false),
    ("openat", [3, 0, 0o101, 0o766, 0, 0], false),
    ("mkdirat", [3, 0, 0o777, 0, 0, 0], true),
    ("mkdirat", [3, 0, 0o2777, 0, 0, 0], false),
    ("mkdirat", [3, 0, 0o4777, 0, 0, 0], false),
    // RENAME_NOREPLACE, RENAME_EXCHANGE, RENAME_WHITEOUT.
    ("renameat2", [3, 0, 3, 0, 0, 0], true),
    ("renameat2", [3, 0, 3, 0, 1, 0], false),
    ("renameat2", [3, 0, 3, 0, 2, 0], false),
    ("renameat2", [3, 0, 3, 0, 4, 0], false),
    // AT_SYMLINK_FOLLOW, AT_EMPTY_PATH.
    ("linkat", [3, 0, 3, 0, 0, 0], true),
    ("linkat", [3, 0, 3, 0, 0x400, 0], false),
    ("linkat", [3, 0, 3, 0, 0x1000, 0], false),
    ("utimensat", [3, 1, 0, 0x100, 0, 0], true),
    ("utimensat", [3, 0, 0, 0, 0, 0], true),
    ("utimensat", [3, 1, 0, 0x1000, 0, 0], false),
];

/// The same for a program without a directory.
pub const WITHOUT_DIRECTORY: &[Edge] = &[
    ("utimensat", [1, 0, 0, 0, 0, 0], true),
    ("utimensat", [1, 0, 0, 0x100, 0, 0], false),
    ("utimensat", [1, 1, 0, 0, 0, 0], false),
    ("utimensat", [1, 1 << 32, 0, 0, 0, 0], false),
];

/// Checks that the filter has rules for exactly these edges.
pub fn check(filter: &Filter, edges: Vec<&Edge>) -> Result<(), String> {
    let calls = &filter.wall.note.calls;
    for (name, arguments, passes) in &edges {
        let number = filter.number(name);
        let number = number.ok_or_else(|| format!("{name} is not allowed to any program"))?;
        if filter.allows(number, *arguments) != *passes {
            return Err(format!("{name}{arguments:x?}: allowed is not {passes}"));
        }
    }
    for call in calls.iter().filter(|call| call.only.is_some()) {
        if !edges.iter().any(|(name, ..)| *name == call.name) {
            return Err(format!(
                "the rule for {} has no test of its edges",
                call.name
            ));
        }
    }
    for call in calls.iter().filter(|call| call.only.is_none()) {
        if !filter.allows(call.number, [u64::MAX; 6]) {
            return Err(format!(
                "{} has a rule that the note does not tell",
                call.name
            ));
        }
    }
    Ok(())
}
