//! The table of conditions on arguments of system calls.

use super::filter::Check;
use crate::policy::{Policy, RuntimeGrant};
use std::collections::BTreeSet;
use wasi_aot_abi::linux::{
    SocketOption, advice, clone, family, fcntl, futex, ioctl, mapping, protection, received, sent,
    socket::{self, NEW_DATAGRAM, NEW_STREAM},
    union,
};

/// The conditions for a system call.
#[derive(Debug)]
pub struct Rule {
    /// The name of the call.
    name: &'static str,
    /// The programs to which it applies. The first applicable rule for a call counts.
    when: When,
    /// All of these must hold.
    pub checks: &'static [Check],
    /// The same as text, for users.
    pub only: Only,
}

/// The conditions on arguments as text, for users.
#[derive(Debug)]
pub enum Only {
    /// A phrase.
    Words(&'static str),
    /// The names of the allowed numbers, or of the flags in an allowed set.
    Names(&'static [&'static str]),
}

impl Only {
    /// The text in the note.
    pub fn text(&self) -> String {
        match self {
            Only::Words(words) => (*words).to_owned(),
            Only::Names(names) => names.join(", "),
        }
    }
}

const READ_WRITE: u32 = union(protection::ALLOWED);
const NEW_PAGES: u32 = union(mapping::ALLOWED);

const FAMILIES: Check = Check::OneOf(0, family::ALLOWED);
/// The default protocol of the family.
const PROTOCOL: Check = Check::OneOf(2, &[0]);

/// Flags for opening files: those of `os/linux/path.rs` (`O_DIRECTORY` and `O_NOFOLLOW` have
/// different values on x86-64 and aarch64). `O_TMPFILE`, `O_NOATIME` and `FASYNC` are not among
/// them.
const OPEN: u32 = 0o16757703;

/// A call without a rule can do no more with arbitrary arguments than with those that the runtime
/// passes, or has the relevant arguments in memory. The kernel uses only the low 32 bits of the
/// arguments below, and so does the filter.
const RULES: &[Rule] = &[
    Rule {
        name: "mmap",
        when: When::Always,
        checks: &[Check::Within(2, READ_WRITE), Check::Within(3, NEW_PAGES)],
        only: Only::Words("new private pages, not executable"),
    },
    Rule {
        name: "mprotect",
        when: When::Always,
        checks: &[Check::Within(2, READ_WRITE)],
        only: Only::Words("not executable"),
    },
    Rule {
        name: "madvise",
        when: When::Serves,
        checks: &[Check::OneOf(2, advice::SERVING)],
        only: Only::Names(advice::SERVING_NAMES),
    },
    Rule {
        name: "madvise",
        when: When::Always,
        checks: &[Check::OneOf(2, advice::ALLOWED)],
        only: Only::Names(advice::NAMES),
    },
    Rule {
        name: "fcntl",
        when: When::Always,
        checks: &[Check::OneOf(1, fcntl::ALLOWED)],
        only: Only::Names(fcntl::NAMES),
    },
    Rule {
        name: "ioctl",
        when: When::Serves,
        checks: &[Check::OneOf(1, ioctl::SERVING)],
        only: Only::Names(ioctl::SERVING_NAMES),
    },
    Rule {
        name: "ioctl",
        when: When::Always,
        checks: &[Check::OneOf(1, ioctl::ALLOWED)],
        only: Only::Names(ioctl::NAMES),
    },
    Rule {
        name: "clone",
        when: When::Always,
        checks: &[Check::OneOf(0, clone::ALLOWED)],
        only: Only::Words("threads of this process"),
    },
    Rule {
        name: "futex",
        when: When::Always,
        checks: &[Check::OneOf(1, futex::ALLOWED)],
        only: Only::Names(futex::NAMES),
    },
    Rule {
        name: "socket",
        // Workers make `sendmsg`, which also sends datagrams to any address.
        when: When::ServesWithoutNetwork,
        checks: &[FAMILIES, Check::OneOf(1, &[NEW_STREAM]), PROTOCOL],
        only: Only::Words("TCP, IPv4 and IPv6"),
    },
    Rule {
        name: "socket",
        when: When::Makes(&["socket.stream", "socket.datagram"]),
        checks: &[
            FAMILIES,
            Check::OneOf(1, &[NEW_STREAM, NEW_DATAGRAM]),
            PROTOCOL,
        ],
        only: Only::Words("TCP and UDP, IPv4 and IPv6"),
    },
    Rule {
        name: "socket",
        when: When::Makes(&["socket.stream"]),
        checks: &[FAMILIES, Check::OneOf(1, &[NEW_STREAM]), PROTOCOL],
        only: Only::Words("TCP, IPv4 and IPv6"),
    },
    Rule {
        name: "socket",
        when: When::Makes(&["socket.datagram"]),
        checks: &[FAMILIES, Check::OneOf(1, &[NEW_DATAGRAM]), PROTOCOL],
        only: Only::Words("UDP, IPv4 and IPv6"),
    },
    Rule {
        name: "accept4",
        when: When::Always,
        // The runtime gets the peer's address with another call.
        checks: &[Check::Null(1), Check::OneOf(3, socket::ACCEPTED)],
        only: Only::Words("closed by exec"),
    },
    Rule {
        name: "sendmsg",
        when: When::Always,
        checks: &[Check::OneOf(2, sent::ALLOWED)],
        only: Only::Names(sent::NAMES),
    },
    Rule {
        name: "recvmsg",
        when: When::Serves,
        checks: &[Check::Within(2, union(received::SERVING))],
        only: Only::Names(received::SERVING_NAMES),
    },
    Rule {
        name: "recvmsg",
        when: When::Always,
        checks: &[Check::Within(2, union(received::ALLOWED))],
        only: Only::Names(received::NAMES),
    },
    Rule {
        name: "getsockopt",
        when: When::Always,
        checks: &[Check::PairOf(1, SocketOption::ALLOWED)],
        only: Only::Words("of TCP and UDP"),
    },
    Rule {
        name: "setsockopt",
        when: When::Always,
        checks: &[Check::PairOf(1, SocketOption::ALLOWED)],
        only: Only::Words("of TCP and UDP"),
    },
    Rule {
        name: "dup3",
        when: When::Always,
        checks: &[Check::OneOf(1, &[0, 1])],
        only: Only::Words("in the place of a standard stream that is closed"),
    },
    Rule {
        name: "kill",
        when: When::Always,
        checks: &[Check::Process],
        only: Only::Words("to this process"),
    },
    Rule {
        name: "tgkill",
        when: When::Always,
        checks: &[Check::Process],
        only: Only::Words("to this process"),
    },
    Rule {
        name: "openat",
        when: When::Always,
        // No set-user-ID, set-group-ID, sticky or execute bits.
        checks: &[Check::Within(2, OPEN), Check::Within(3, 0o666)],
        only: Only::Words("mode 0666"),
    },
    Rule {
        name: "mkdirat",
        when: When::Always,
        checks: &[Check::OneOf(2, &[0o777])],
        only: Only::Words("mode 0777"),
    },
    Rule {
        name: "renameat2",
        when: When::Always,
        // RENAME_WHITEOUT would leave a device in place of the file.
        checks: &[Check::OneOf(4, &[0])],
        only: Only::Words("no flags"),
    },
    Rule {
        name: "linkat",
        when: When::Always,
        // AT_SYMLINK_FOLLOW and AT_EMPTY_PATH could give a name to a file that has none below a
        // granted directory.
        checks: &[Check::OneOf(4, &[0])],
        only: Only::Words("no flags"),
    },
    Rule {
        name: "utimensat",
        when: When::Directories,
        checks: &[Check::OneOf(3, &[0, 0x100])],
        only: Only::Words("AT_SYMLINK_NOFOLLOW"),
    },
    Rule {
        name: "utimensat",
        when: When::Always,
        checks: &[Check::Null(1), Check::OneOf(3, &[0])],
        only: Only::Words("of what is open"),
    },
];

/// The conditions for a server's supervisor.
pub const SUPERVISOR: &[(&str, &[Check])] = &[
    ("mmap", &[Check::Within(2, READ_WRITE)]),
    ("mprotect", &[Check::Within(2, READ_WRITE)]),
];

/// Calls that access files by path: a program without a directory never makes them.
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
];

/// Calls that the runtime makes both with a path and, for open files, without one.
const WITH_AND_WITHOUT_PATH: &[&str] = &["utimensat"];

/// Calls, and the condition under which a program can make them.
type Need = (&'static [&'static str], fn(&Holds<'_>) -> bool);

/// If the condition does not hold, the runtime refuses before it makes these calls.
const NEEDS: &[Need] = &[
    (PATHS, |holds| holds.directories),
    (&["connect"], |holds| holds.connect || holds.names),
    (&["bind"], |holds| holds.connect || holds.listen),
    (&["listen"], |holds| holds.listen),
    // `sendmsg` with an address sends datagrams without `connect`. Inherited sockets need no grant.
    (&["sendmsg"], |holds| {
        holds.network() || holds.serves || holds.forms.is_empty()
    }),
];

/// Calls that move a file to another directory, or link it there.
pub const RENAMES: &[&str] = &["renameat2", "linkat"];

/// The programs to which a rule applies.
#[derive(Debug)]
enum When {
    /// All programs.
    Always,
    /// Programs that may have a directory.
    Directories,
    /// HTTP servers.
    Serves,
    /// HTTP servers that may use no network besides.
    ServesWithoutNetwork,
    /// Programs that make calls of all these forms.
    Makes(&'static [&'static str]),
}

/// The facts on which rules depend: the program's possible grants, and the forms of its calls.
#[derive(Debug)]
pub struct Holds<'a> {
    /// It may have a directory.
    directories: bool,
    /// It may connect somewhere, or send datagrams there.
    connect: bool,
    /// It may query name servers.
    names: bool,
    /// It may accept connections somewhere.
    listen: bool,
    /// It is an HTTP server.
    serves: bool,
    /// The forms of calls that it makes: `CALL.FORM`.
    forms: BTreeSet<&'a str>,
}

impl<'a> Holds<'a> {
    /// The facts about a program with this policy that makes calls of these forms.
    pub fn new(policy: &Policy, serves: bool, forms: BTreeSet<&'a str>) -> Self {
        let grants = &policy.grants;
        let network = grants.may_start_with(RuntimeGrant::Net);
        Holds {
            directories: !grants.dirs.is_empty() || grants.may_start_with(RuntimeGrant::Dir),
            connect: !grants.allow_net.is_empty() || network,
            names: grants.allow_name_lookup || network,
            listen: !grants.allow_net_listen.is_empty() || network,
            serves,
            forms,
        }
    }

    /// Whether it may send something to other machines by its own sockets.
    fn network(&self) -> bool {
        self.connect || self.names || self.listen
    }

    /// Whether the program may have a directory and the call accesses files by path.
    pub fn path(&self, call: &str) -> bool {
        self.directories && (PATHS.contains(&call) || WITH_AND_WITHOUT_PATH.contains(&call))
    }

    /// The rule for a call: `None` if the call is not allowed, `Some(None)` if it is allowed with
    /// any arguments.
    pub fn rule(&self, call: &str) -> Option<Option<&'static Rule>> {
        let mut needs = NEEDS.iter().filter(|(calls, _)| calls.contains(&call));
        if needs.any(|(_, holds)| !holds(self)) {
            return None;
        }
        let mut rules = RULES.iter().filter(|rule| rule.name == call);
        Some(rules.find(|rule| match rule.when {
            When::Always => true,
            When::Directories => self.directories,
            When::Serves => self.serves,
            When::ServesWithoutNetwork => self.serves && !self.network(),
            When::Makes(forms) => forms.iter().all(|form| self.forms.contains(form)),
        }))
    }
}
