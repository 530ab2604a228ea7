//! The resources that a program may use, and the options that grant them.

use super::choice::choice;
use super::row::{Encode, Group, Row, Takes, switch};
use super::words::{self, Dir, EnvVar, Listen, Net, NetListen};
use crate::embed;
use serde::{Deserialize, Serialize};
use std::mem::offset_of;
use std::ops::Not;
use wasi_aot_abi::Config;
use wasi_aot_abi::program::{config_flags, runtime_grants};
use wasi_aot_abi::variables;

/// The resources that a program may use, in addition to the standard streams.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Grants {
    /// Directories.
    pub dirs: Vec<Dir>,
    /// Files and directories to embed in the executable; the program sees them read-only.
    #[serde(skip)]
    pub embeds: Vec<embed::Grant>,
    /// A summary of the embedded files, made when they were read.
    #[serde(rename = "embeds", skip_serializing_if = "Vec::is_empty", default)]
    pub embedded: Vec<Embedded>,
    /// Environment variables.
    pub env: Vec<EnvVar>,
    /// Whether the program gets the whole environment.
    pub inherit_env: bool,
    /// The program's name in its arguments; `None`: the name by which it is called.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub argv0: Option<String>,
    /// Where sockets listen when it starts.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub listen: Vec<Listen>,
    /// Whether it takes over inherited sockets (`LISTEN_FDS`).
    #[serde(skip_serializing_if = "Not::not", default)]
    pub listen_fds: bool,
    /// The addresses to which it may connect.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub allow_net: Vec<Net>,
    /// The addresses on which it may accept connections.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub allow_net_listen: Vec<NetListen>,
    /// Whether it may look up any name.
    #[serde(skip_serializing_if = "Not::not", default)]
    pub allow_name_lookup: bool,
    /// The kinds of grants that may be given at start, sorted and without duplicates.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub at_start: Vec<RuntimeGrant>,
    /// Whether failures for lack of a grant are left unexplained.
    #[serde(skip_serializing_if = "Not::not", default)]
    pub no_notes: bool,
}

/// A file tree inside the executable.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Embedded {
    /// Path that the program sees.
    pub guest: String,
    /// Number of files.
    pub files: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// SHA-256 of everything that the program can see of it, hexadecimal.
    pub sha256: String,
}

choice! {
    /// Whether the process gives up the privileges that the program does not need.
    #[derive(Default)]
    pub enum Harden {
        /// Where the kernel can
        #[default]
        Auto = "auto",
        /// The program does not start where the kernel cannot
        Required = "required",
        /// Never
        Off = "off",
    }
}

choice! {
    /// The kinds of grants that may be given when the program starts.
    pub enum RuntimeGrant {
        /// Directories: WASI_AOT_DIR
        Dir = "dir",
        /// Variables: WASI_AOT_ENV
        Env = "env",
        /// Sockets that listen: WASI_AOT_LISTEN
        Listen = "listen",
        /// The network: WASI_AOT_NET, WASI_AOT_NET_LISTEN, WASI_AOT_NAME_LOOKUP, WASI_AOT_NAME_SERVER
        Net = "net",
        /// WASI_AOT_MAX_MEMORY, WASI_AOT_MAX_HEAP, WASI_AOT_MAX_STACK, WASI_AOT_TIMEOUT, WASI_AOT_MAX_OPEN_FILES
        Limits = "limits",
        /// The limits of an HTTP server, named like the options: WASI_AOT_MAX_HEAD
        Server = "server",
    }
}

/// The word for all values of [`RuntimeGrant`].
const ALL: &str = "all";

impl RuntimeGrant {
    /// Its bit of [`wasi_aot_abi::Config::runtime_grants`].
    pub fn bit(self) -> u64 {
        match self {
            RuntimeGrant::Dir => runtime_grants::DIR,
            RuntimeGrant::Env => runtime_grants::ENV,
            RuntimeGrant::Listen => runtime_grants::LISTEN,
            RuntimeGrant::Net => runtime_grants::NET,
            RuntimeGrant::Limits => runtime_grants::LIMITS,
            RuntimeGrant::Server => runtime_grants::SERVER,
        }
    }

    /// The variables that give such grants.
    pub fn variables(self) -> impl Iterator<Item = String> {
        let rows = variables::grants().filter(move |row| row.0 & self.bit() != 0);
        rows.map(|row| [variables::PREFIX, row.1].concat())
    }

    fn words_and_all() -> Vec<(&'static str, &'static str)> {
        let mut words = RuntimeGrant::words();
        words.insert(0, (ALL, "Everything that follows"));
        words
    }
}

impl Grants {
    /// Whether it starts with something to listen on.
    pub fn listens(&self) -> bool {
        !self.listen.is_empty() || self.listen_fds
    }

    /// The bits of [`wasi_aot_abi::Config::runtime_grants`].
    pub fn at_start_bits(&self) -> u64 {
        self.at_start.iter().fold(0, |bits, what| bits | what.bit())
    }

    /// Whether grants of this kind may be given when the program starts.
    pub fn may_start_with(&self, what: RuntimeGrant) -> bool {
        self.at_start.contains(&what)
    }
}

/// A path without redundant parts: `/a//b/./` gives `/a/b`.
pub fn plain_path(path: &str) -> String {
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
    let parts = parts.collect::<Vec<_>>().join("/");
    match path.strip_prefix('/') {
        Some(_) => format!("/{parts}"),
        None if parts.is_empty() => ".".into(),
        None => parts,
    }
}

/// The name of a directory's or an embedded file's value: each path of the program can have only
/// one.
fn path_name(guest: &str) -> String {
    format!("path {}", plain_path(guest))
}

fn texts<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(T::to_string).collect()
}

/// The options that grant resources.
pub(super) const ROWS: &[Row] = &[
    Row {
        name: "dir",
        heading: "Grants",
        takes: Takes::Values("HOST[::GUEST][:ro]"),
        help: "Grant a directory: its path when the program runs, and the path that the program sees",
        more: "A relative path is relative to where the program is started. `:ro`: nothing in it can be changed. Without GUEST the program sees it under its own path.",
        set: |p, text, _| text.parse().map(|dir| p.grants.dirs.push(dir)),
        names: Some(|text| {
            text.parse()
                .map_or(String::new(), |dir: Dir| path_name(&dir.guest))
        }),
        group: Group::Grant,
        show: |p, shown| {
            for dir in &p.grants.dirs {
                let mode = match dir.read_only {
                    true => "read only",
                    false => "read and write",
                };
                shown.line(
                    "directory",
                    format!("{} as {}, {mode}", dir.host, dir.guest),
                );
            }
        },
        encode: Encode::Elsewhere,
        variables: &["DIR"],
        reference: &[[
            "`--dir HOST[::GUEST][:ro]`",
            "may use this directory, which it sees as GUEST; with `:ro` it can change nothing there. A relative HOST is relative to the directory in which the program is started. If it does not exist at build, a warning says so",
        ]],
    },
    Row {
        name: "embed",
        heading: "Grants",
        takes: Takes::Values("HOST[::GUEST]"),
        help: "Put a file or a directory into the executable, which the program sees, read-only, as GUEST",
        more: "",
        set: |p, text, below| {
            let mut grant: embed::Grant = text.parse()?;
            if let Some(below) = below {
                grant.host = below.join(&grant.host);
            }
            p.grants.embeds.push(grant);
            Ok(())
        },
        names: Some(|text| {
            let grant = text.parse();
            grant.map_or(String::new(), |grant: embed::Grant| path_name(&grant.guest))
        }),
        group: Group::Grant,
        show: |p, shown| {
            for Embedded {
                guest,
                files,
                bytes,
                ..
            } in &p.grants.embedded
            {
                let files = match files {
                    1 => "1 file".into(),
                    _ => format!("{files} files"),
                };
                shown.line(
                    "embedded",
                    format!("{guest}, read only: {files}, {bytes} bytes"),
                );
            }
        },
        encode: Encode::Elsewhere,
        variables: &[],
        reference: &[[
            "`--embed HOST[::GUEST]`",
            "sees this file or directory as GUEST, read-only: its contents are inside the executable",
        ]],
    },
    Row {
        name: "env",
        heading: "Grants",
        takes: Takes::Values("K[=V]"),
        help: "Grant an environment variable: with a value that is fixed now, or passed on at start",
        more: "",
        set: |p, text, _| text.parse().map(|variable| p.grants.env.push(variable)),
        names: Some(|text| {
            let variable = text.parse();
            variable.map_or(String::new(), |variable: EnvVar| {
                format!("variable {}", variable.key)
            })
        }),
        group: Group::Grant,
        show: |p, shown| {
            for variable in &p.grants.env {
                shown.line("variable", variable.to_string());
            }
        },
        // The variables given at start come with the environment.
        encode: Encode::Elsewhere,
        variables: &["ENV"],
        reference: &[
            ["`--env K=V`", "has this variable, with this value"],
            [
                "`--env K`",
                "has this variable, with the value that it has when the program is started",
            ],
        ],
    },
    Row {
        name: "inherit-env",
        heading: "Grants",
        takes: Takes::Switch,
        help: "Grant the whole environment",
        more: "",
        set: |p, text, _| switch(text).map(|on| p.grants.inherit_env = on),
        names: None,
        group: Group::Grant,
        show: |p, shown| {
            if p.grants.inherit_env {
                shown.line("variables", "all of the environment");
            }
        },
        encode: Encode::Flag(config_flags::INHERIT_ENV, |p| p.grants.inherit_env),
        variables: &[],
        reference: &[[
            "`--inherit-env`",
            "has all variables of the environment in which it is started",
        ]],
    },
    Row {
        name: "listen",
        heading: "Grants",
        takes: Takes::Values("ADDRESS:PORT"),
        help: "Listen there for TCP connections: the sockets are open when the program starts",
        more: "The address is a number, `localhost` or `*` (every IPv4 address); IPv6 stands in brackets. An HTTP server serves there, and may also listen at `unix:PATH`.",
        set: |p, text, _| text.parse().map(|listen| p.grants.listen.push(listen)),
        names: None,
        group: Group::Grant,
        show: |p, shown| {
            for address in &p.grants.listen {
                shown.line("listens", address.to_string());
            }
        },
        encode: Encode::Texts(
            offset_of!(Config, listen),
            offset_of!(Config, listen_count),
            |p| texts(&p.grants.listen),
        ),
        variables: &["LISTEN"],
        reference: &[
            [
                "`--listen ADDRESS:PORT`",
                "starts with a socket that listens there (`127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, or `*:8080` for every IPv4 address); its descriptor follows the standard streams and precedes the directories. An [HTTP server](#http-servers) serves there, and gets no descriptor",
            ],
            [
                "`--listen unix:PATH`",
                "serves at this Unix socket (HTTP servers). A relative PATH is relative to the directory in which the program is started",
            ],
        ],
    },
    Row {
        name: "listen-fds",
        heading: "Grants",
        takes: Takes::Switch,
        help: "Take over the sockets that systemd opened (LISTEN_FDS)",
        more: "",
        set: |p, text, _| switch(text).map(|on| p.grants.listen_fds = on),
        names: None,
        group: Group::Grant,
        show: |p, shown| {
            if p.grants.listen_fds {
                shown.line(
                    "listens",
                    "sockets that are handed over at start (LISTEN_FDS)",
                );
            }
        },
        encode: Encode::Flag(config_flags::LISTEN_FDS, |p| p.grants.listen_fds),
        variables: &[],
        reference: &[[
            "`--listen-fds`",
            "starts with the sockets that systemd opened for it (`LISTEN_FDS`)",
        ]],
    },
    Row {
        name: "allow-net",
        heading: "Grants",
        takes: Takes::OptionalValues("HOST:PORT", "*"),
        help: "Grant connections and datagrams to this address, or to all",
        more: "The host is an address (IPv6 in brackets), all that begin alike (10.0.0.0/8), a name (`*.` in front: all below it) or `*`; the port a number, FIRST-LAST or `*`. Preview 1 has no function that connects: for its modules this changes nothing.",
        set: |p, text, _| text.parse().map(|net| p.grants.allow_net.push(net)),
        names: None,
        group: Group::Grant,
        show: |p, shown| {
            for net in texts(&p.grants.allow_net) {
                shown.line(
                    "connects",
                    if net == "*" { "everywhere".into() } else { net },
                );
            }
        },
        encode: Encode::Texts(
            offset_of!(Config, net),
            offset_of!(Config, net_count),
            |p| texts(&p.grants.allow_net),
        ),
        variables: &["NET"],
        reference: &[[
            "`--allow-net[=HOST:PORT]`",
            "may connect and send datagrams there, or everywhere (components; preview 1 has no function that connects). HOST is an address (`[::1]`), a range of addresses (`10.0.0.0/8`), a name (`*.example.com`: all below it) or `*`; PORT is a number, `8000-8099` or `*`",
        ]],
    },
    Row {
        name: "allow-net-listen",
        heading: "Grants",
        takes: Takes::OptionalValues("WHERE", "*"),
        help: "Grant waiting for connections and datagrams at this address of the machine, or at all",
        more: "Written as for --allow-net, without names. 0.0.0.0 and [::] are all addresses of their kind; port 0 is one that the system chooses.",
        set: |p, text, _| text.parse().map(|net| p.grants.allow_net_listen.push(net)),
        names: None,
        group: Group::Grant,
        show: |p, shown| {
            for net in texts(&p.grants.allow_net_listen) {
                shown.line(
                    "waits",
                    if net == "*" {
                        "at every address".into()
                    } else {
                        net
                    },
                );
            }
        },
        encode: Encode::Texts(
            offset_of!(Config, net_listen),
            offset_of!(Config, net_listen_count),
            |p| texts(&p.grants.allow_net_listen),
        ),
        variables: &["NET_LISTEN"],
        reference: &[[
            "`--allow-net-listen[=ADDRESS:PORT]`",
            "may accept connections and receive datagrams at this address of the machine, or at any; written as above, without names (components)",
        ]],
    },
    Row {
        name: "allow-name-lookup",
        heading: "Grants",
        takes: Takes::Switch,
        help: "Grant looking up names; without it those that --allow-net names",
        more: "",
        set: |p, text, _| switch(text).map(|on| p.grants.allow_name_lookup = on),
        names: None,
        group: Group::Grant,
        show: |p, shown| {
            if p.grants.allow_name_lookup {
                shown.line("looks up", "any name");
            }
        },
        encode: Encode::Flag(config_flags::NAME_LOOKUP, |p| p.grants.allow_name_lookup),
        variables: &["NAME_LOOKUP", "NAME_SERVER"],
        reference: &[[
            "`--allow-name-lookup`",
            "may look up any name; otherwise only those of `--allow-net` (components)",
        ]],
    },
];

/// The options for everything else that a program is given.
pub(super) const AT_START_ROWS: &[Row] = &[
    Row {
        name: "runtime-grants",
        heading: "Grants",
        takes: Takes::OptionalChoices("WHAT", ALL, RuntimeGrant::words_and_all),
        help: "Allow grants at start, by variables like WASI_AOT_DIR: all, or those that are named",
        more: "",
        set: |p, text, _| {
            match text {
                ALL => p.grants.at_start.extend(RuntimeGrant::ALL),
                _ => p.grants.at_start.push(text.parse()?),
            }
            p.grants.at_start.sort();
            p.grants.at_start.dedup();
            Ok(())
        },
        names: None,
        group: Group::Given,
        show: |p, shown| {
            let names = p.grants.at_start.iter().flat_map(|what| what.variables());
            let names: Vec<_> = names.collect();
            if !names.is_empty() {
                shown.line("at start", names.join(", "));
            }
        },
        encode: Encode::Word(offset_of!(Config, runtime_grants), |p| {
            p.grants.at_start_bits()
        }),
        variables: &[],
        reference: &[[
            "`--runtime-grants[=WHAT,…]`",
            "can be granted more, or less, when it is started: everything, or only `dir`, `env`, `listen`, `net`, `limits`, `server`",
        ]],
    },
    Row {
        name: "no-notes",
        heading: "Grants",
        takes: Takes::Switch,
        help: "Say nothing about a missing grant when the program fails",
        more: "",
        set: |p, text, _| switch(text).map(|on| p.grants.no_notes = on),
        names: None,
        group: Group::Given,
        show: |p, shown| {
            if p.grants.no_notes {
                shown.line("notes", "none about missing grants");
            }
        },
        encode: Encode::Flag(config_flags::NO_NOTES, |p| p.grants.no_notes),
        variables: &[],
        reference: &[[
            "`--no-notes`",
            "prints no note about a missing grant when it fails",
        ]],
    },
    Row {
        name: "argv0",
        heading: "Grants",
        takes: Takes::Value("NAME"),
        help: "The program's name as it sees it [default: as it is called]",
        more: "",
        set: |p, text, _| words::text(text).map(|name| p.grants.argv0 = Some(name)),
        names: None,
        group: Group::Given,
        show: |p, shown| {
            if let Some(name) = &p.grants.argv0 {
                shown.line("argv[0]", name);
            }
        },
        encode: Encode::Elsewhere,
        variables: &[],
        reference: &[["`--argv0 NAME`", "sees this as its own name"]],
    },
    Row {
        name: "harden",
        heading: "Grants",
        takes: Takes::Choice("HOW", Harden::words),
        help: "Whether the executable gives up at start what it does not need [default: auto]",
        more: "",
        set: |p, text, _| text.parse().map(|how| p.harden = how),
        names: None,
        group: Group::Wall,
        show: |p, shown| {
            let wall = match p.harden {
                Harden::Auto => "where the kernel has it",
                Harden::Required => "required",
                Harden::Off => "off",
            };
            shown.line("wall", wall);
        },
        // The executable carries the sandbox policy itself.
        encode: Encode::Elsewhere,
        variables: &[],
        reference: &[[
            "`--harden HOW`",
            "applies the sandbox policy at start: `auto` (default: the parts that the kernel has), `required` (all of it, or it does not start), `off`",
        ]],
    },
];
