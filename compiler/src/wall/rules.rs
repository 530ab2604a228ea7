//! What is allowed of the arguments of system calls: one table.

use super::filter::Check;

/// A rule for a system call.
#[derive(Debug)]
pub struct Rule {
    /// The call.
    name: &'static str,
    /// What must hold, all of it.
    pub checks: &'static [Check],
    /// The same for people.
    pub only: &'static str,
}

const READ_WRITE: u32 = 1 | 2;
/// `MAP_PRIVATE`, `MAP_ANONYMOUS`, `MAP_NORESERVE`, `MAP_STACK`, `MAP_FIXED_NOREPLACE`: no sharing, and nothing is replaced.
const NEW_PAGES: u32 = 0x2 | 0x20 | 0x4000 | 0x2_0000 | 0x10_0000;

/// Level and name of the options of sockets: SO_REUSEADDR, SO_TYPE, SO_ERROR, SO_SNDBUF, SO_RCVBUF, SO_KEEPALIVE, SO_MEMINFO;
/// TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT; IP_TTL; IPV6_UNICAST_HOPS, IPV6_V6ONLY.
const OPTIONS: &[(u32, u32)] = &[
    (1, 2),
    (1, 3),
    (1, 4),
    (1, 7),
    (1, 8),
    (1, 9),
    (1, 55),
    (6, 4),
    (6, 5),
    (6, 6),
    (0, 2),
    (41, 16),
    (41, 26),
];

/// The kernel looks at the low 32 bits of all arguments that stand here, and so does the filter.
const RULES: &[Rule] = &[
    Rule {
        name: "mmap",
        checks: &[Check::Within(2, READ_WRITE), Check::Within(3, NEW_PAGES)],
        only: "new private pages, not executable",
    },
    Rule {
        name: "mprotect",
        checks: &[Check::Within(2, READ_WRITE)],
        only: "not executable",
    },
    Rule {
        name: "madvise",
        checks: &[Check::OneOf(2, &[4, 14])],
        only: "MADV_DONTNEED, MADV_HUGEPAGE",
    },
    Rule {
        name: "fcntl",
        checks: &[Check::OneOf(1, &[3, 4, 1030])],
        only: "F_GETFL, F_SETFL, F_DUPFD_CLOEXEC",
    },
    Rule {
        name: "ioctl",
        checks: &[Check::OneOf(1, &[0x541b, 0x5401])],
        only: "FIONREAD, TCGETS",
    },
    Rule {
        name: "clone",
        // CLONE_VM, CLONE_FS, CLONE_FILES, CLONE_SIGHAND, CLONE_THREAD, CLONE_SYSVSEM, CLONE_SETTLS: exactly these.
        checks: &[Check::OneOf(0, &[0xd_0f00])],
        only: "threads of this process",
    },
    Rule {
        name: "futex",
        checks: &[Check::OneOf(1, &[128 | 9, 128 | 1])],
        only: "FUTEX_WAIT_BITSET, FUTEX_WAKE, private",
    },
    Rule {
        name: "socket",
        // AF_INET, AF_INET6; SOCK_STREAM, SOCK_DGRAM, each closed by exec and not blocking; the family's own protocol.
        checks: &[
            Check::OneOf(0, &[2, 10]),
            Check::OneOf(1, &[0x8_0801, 0x8_0802]),
            Check::OneOf(2, &[0]),
        ],
        only: "TCP and UDP, IPv4 and IPv6",
    },
    Rule {
        name: "getsockopt",
        checks: &[Check::PairOf(1, OPTIONS)],
        only: "of TCP and UDP",
    },
    Rule {
        name: "setsockopt",
        checks: &[Check::PairOf(1, OPTIONS)],
        only: "of TCP and UDP",
    },
    Rule {
        name: "dup3",
        checks: &[Check::OneOf(1, &[0, 1])],
        only: "in the place of a standard stream that is closed",
    },
    Rule {
        name: "kill",
        checks: &[Check::Process],
        only: "to this process",
    },
    Rule {
        name: "tgkill",
        checks: &[Check::Process],
        only: "to this process",
    },
];

/// Calls that reach files by a path: whoever holds no directory makes none of them.
const PATHS: &[&str] = &[
    "openat",
    "openat2",
    "newfstatat",
    "unlinkat",
    "mkdirat",
    "renameat2",
    "linkat",
    "symlinkat",
    "readlinkat",
    "utimensat",
];

/// Of the calls with a path, those that are also made without one, for what is open.
const WITHOUT_PATH: &[Rule] = &[Rule {
    name: "utimensat",
    checks: &[Check::Null(1)],
    only: "of what is open",
}];

/// Calls that move a file to another directory, or give it a second name there.
pub const RENAMES: &[&str] = &["renameat2", "linkat"];

/// Whether a call reaches files by a path.
pub fn has_path(name: &str) -> bool {
    PATHS.contains(&name)
}

/// The rule for a call: `None` if it is not allowed at all, `Some(None)` if every argument is.
/// `directories`: whether the program may hold one.
pub fn rule(name: &str, directories: bool) -> Option<Option<&'static Rule>> {
    let find = |rules: &'static [Rule]| rules.iter().find(|rule| rule.name == name);
    if has_path(name) && !directories {
        return find(WITHOUT_PATH).map(Some);
    }
    Some(find(RULES))
}
