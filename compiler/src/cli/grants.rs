//! The options that grant, and those that change what the code does: one table for the command line and for
//! `wasi-aot.toml`, whose keys are the options' names.

use super::args::{BoundsArg, RelaxedArg};
use super::grant_value::{Dir, EmbedGrant, Env, Listen, Net, NetListen, Text, Timeout};
use super::value::Size;
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::path::PathBuf;
use wasi_aot_abi::{program::runtime_grants, variables};

/// What the program may reach, and how its code behaves. Switches are values, so that the command line can take back what the file
/// says (`--inherit-env=false`).
#[derive(Args, Deserialize, Debug, Default, Clone, PartialEq, Eq)]
#[command(next_help_heading = "Grants")]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct GrantArgs {
    /// Grant a directory: its path when the program runs, and the path that the program sees
    ///
    /// A relative path is relative to where the program is started. `:ro`: nothing in it can be
    /// changed. Without GUEST the program sees it under its own path.
    #[arg(long, value_name = "HOST[::GUEST][:ro]")]
    pub dir: Vec<Dir>,
    /// Put a file or a directory into the executable, which the program sees, read-only, as GUEST
    #[arg(long, value_name = "HOST[::GUEST]")]
    pub embed: Vec<EmbedGrant>,
    /// Grant an environment variable: with a value that is fixed now, or passed on at start
    #[arg(long, value_name = "K[=V]")]
    pub env: Vec<Env>,
    /// Grant the whole environment
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    pub inherit_env: Option<bool>,
    /// The program's name as it sees it [default: as it is called]
    #[arg(long, value_name = "NAME")]
    pub argv0: Option<Text>,
    /// Listen there for TCP connections: the sockets are open when the program starts
    ///
    /// The address is a number, `localhost` or `*` (every IPv4 address); IPv6 stands in brackets.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Vec<Listen>,
    /// Take over the sockets that systemd opened (LISTEN_FDS)
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    pub listen_fds: Option<bool>,
    /// Grant connections and datagrams to this address, or to all
    ///
    /// The host is an address (IPv6 in brackets), all that begin alike (10.0.0.0/8), a name (`*.` in front: all below it) or `*`; the
    /// port a number, FIRST-LAST or `*`. Preview 1 has no function that connects: for its modules this changes nothing.
    #[arg(long, value_name = "HOST:PORT", num_args = 0..=1, require_equals = true, default_missing_value = "*")]
    pub allow_net: Vec<Net>,
    /// Grant waiting for connections and datagrams at this address of the machine, or at all
    ///
    /// Written as for --allow-net, without names. 0.0.0.0 and [::] are all addresses of their kind; port 0 is one that the system chooses.
    #[arg(long, value_name = "WHERE", num_args = 0..=1, require_equals = true, default_missing_value = "*")]
    pub allow_net_listen: Vec<NetListen>,
    /// Grant looking up names; without it those that --allow-net names
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    pub allow_name_lookup: Option<bool>,
    /// The most that the program's memories, and what its tables grow by, may take in all, like 64M
    #[arg(long, value_name = "SIZE")]
    pub max_memory: Option<Size>,
    /// The most that the program's objects (of garbage collection, and exceptions) may take, like 64M [default: as much as 32 bits can name, 3 GiB; 64M for exceptions alone]
    #[arg(long, value_name = "SIZE")]
    pub max_heap: Option<Size>,
    /// The size of the program's stack [default: 8M]
    #[arg(long, value_name = "SIZE")]
    pub max_stack: Option<Size>,
    /// How long the program may run, like 500ms, 10s or 2m
    #[arg(long, value_name = "DURATION")]
    pub timeout: Option<Timeout>,
    /// How many files, directories and sockets the program may have open at once
    #[arg(long, value_name = "N")]
    pub max_open_files: Option<u64>,
    /// Allow grants at start, by variables like WASI_AOT_DIR: all, or those that are named
    #[arg(long, value_enum, value_name = "WHAT", num_args = 0..=1, require_equals = true, value_delimiter = ',', default_missing_value = "all")]
    pub runtime_grants: Vec<RuntimeGrant>,
    /// Say nothing about a missing grant when the program fails
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    pub no_notes: Option<bool>,
    /// Whether the executable gives up at start what it does not need [default: auto]
    #[arg(long, value_enum, value_name = "HOW")]
    pub harden: Option<HardenArg>,
    /// How memory accesses are kept inside [default: guard]
    #[arg(long, value_enum, value_name = "HOW", help_heading = "Code")]
    pub bounds_checks: Option<BoundsArg>,
    /// What the program may take for granted of the CPU: a level, or `native` [default: what every CPU of the target has]
    ///
    /// `x86-64-v2`, `x86-64-v3`, `x86-64-v4`; `armv8-a`, `armv8.1-a`; single features may follow: `x86-64-v2+fma`. It does not
    /// start on a CPU that lacks any of it.
    #[arg(long, value_name = "CPU", help_heading = "Code")]
    pub cpu: Option<Text>,
    /// Keep accesses inside also while the CPU runs ahead of a comparison (Spectre)
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true, help_heading = "Code")]
    pub spectre_mitigation: Option<bool>,
    /// Make every NaN of arithmetic the same on every CPU
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true, help_heading = "Code")]
    pub nan_canonicalization: Option<bool>,
    /// What relaxed vector instructions compute where the specification leaves it open [default: native]
    #[arg(long, value_enum, value_name = "HOW", help_heading = "Code")]
    pub relaxed_simd: Option<RelaxedArg>,
}

impl GrantArgs {
    /// These grants, and below them those of a file: lists add, but a name (of a variable, of a path that
    /// the program sees) and a single value stand for what is given here.
    pub fn over(self, file: GrantArgs) -> GrantArgs {
        let guests: HashSet<_> = self.guests().map(plain_path).collect();
        let is_free = |guest: &str| !guests.contains(&plain_path(guest));
        let names: HashSet<_> = self.env.iter().map(Env::name).collect();
        let (mut dir, mut embed, mut env) = (file.dir, file.embed, file.env);
        dir.retain(|dir| is_free(&dir.0.guest));
        embed.retain(|embed| is_free(&embed.guest));
        env.retain(|env| !names.contains(env.name()));
        GrantArgs {
            dir: joined(dir, self.dir),
            embed: joined(embed, self.embed),
            env: joined(env, self.env),
            inherit_env: self.inherit_env.or(file.inherit_env),
            argv0: self.argv0.or(file.argv0),
            listen: joined(file.listen, self.listen),
            listen_fds: self.listen_fds.or(file.listen_fds),
            allow_net: joined(file.allow_net, self.allow_net),
            allow_net_listen: joined(file.allow_net_listen, self.allow_net_listen),
            allow_name_lookup: self.allow_name_lookup.or(file.allow_name_lookup),
            max_memory: self.max_memory.or(file.max_memory),
            max_heap: self.max_heap.or(file.max_heap),
            max_stack: self.max_stack.or(file.max_stack),
            timeout: self.timeout.or(file.timeout),
            max_open_files: self.max_open_files.or(file.max_open_files),
            runtime_grants: joined(file.runtime_grants, self.runtime_grants),
            no_notes: self.no_notes.or(file.no_notes),
            harden: self.harden.or(file.harden),
            bounds_checks: self.bounds_checks.or(file.bounds_checks),
            cpu: self.cpu.or(file.cpu),
            spectre_mitigation: self.spectre_mitigation.or(file.spectre_mitigation),
            nan_canonicalization: self.nan_canonicalization.or(file.nan_canonicalization),
            relaxed_simd: self.relaxed_simd.or(file.relaxed_simd),
        }
    }

    /// The paths that the program sees, directories first.
    pub fn guests(&self) -> impl Iterator<Item = &str> {
        let dirs = self.dir.iter().map(|dir| &*dir.0.guest);
        dirs.chain(self.embed.iter().map(|embed| &*embed.guest))
    }
}

/// A path as it would be written without what changes nothing in it: `/a//b/./` is `/a/b`.
pub fn plain_path(path: &str) -> String {
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
    let parts = parts.collect::<Vec<_>>().join("/");
    match path.strip_prefix('/') {
        Some(_) => format!("/{parts}"),
        None if parts.is_empty() => ".".into(),
        None => parts,
    }
}

fn joined<T>(mut first: Vec<T>, second: Vec<T>) -> Vec<T> {
    first.extend(second);
    first
}

/// Where grants are read from, beside the command line.
#[derive(Args, Debug, Default, Clone)]
#[command(next_help_heading = "Grants")]
pub struct ConfigArgs {
    /// Read grants from this file, too [default of `build`: wasi-aot.toml beside the module]
    #[arg(long, value_name = "PATH", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Read no wasi-aot.toml
    #[arg(long)]
    pub no_config: bool,
}

/// `--harden`.
#[derive(ValueEnum, Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum HardenArg {
    /// Where the kernel can
    #[default]
    Auto,
    /// The program does not start where the kernel cannot
    Required,
    /// Never
    Off,
}

/// `--runtime-grants`.
#[derive(ValueEnum, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum RuntimeGrant {
    /// Everything that follows
    All,
    /// Directories: WASI_AOT_DIR
    Dir,
    /// Variables: WASI_AOT_ENV
    Env,
    /// Sockets that listen: WASI_AOT_LISTEN
    Listen,
    /// The network: WASI_AOT_NET, WASI_AOT_NET_LISTEN, WASI_AOT_NAME_LOOKUP, WASI_AOT_NAME_SERVER
    Net,
    /// WASI_AOT_MAX_MEMORY, WASI_AOT_MAX_HEAP, WASI_AOT_MAX_STACK, WASI_AOT_TIMEOUT, WASI_AOT_MAX_OPEN_FILES
    Limits,
}

/// Each thing that can be granted at start: its bit. Its variables are those of [`variables::GRANTS`].
const AT_START: [(RuntimeGrant, u64); 5] = [
    (RuntimeGrant::Dir, runtime_grants::DIR),
    (RuntimeGrant::Env, runtime_grants::ENV),
    (RuntimeGrant::Listen, runtime_grants::LISTEN),
    (RuntimeGrant::Net, runtime_grants::NET),
    (RuntimeGrant::Limits, runtime_grants::LIMITS),
];

impl RuntimeGrant {
    /// Those that were asked for, each once, with [`RuntimeGrant::All`] taken apart.
    pub fn each(typed: &[RuntimeGrant]) -> Vec<RuntimeGrant> {
        let wanted = |what| typed.contains(&what) || typed.contains(&RuntimeGrant::All);
        let all = AT_START.into_iter().map(|(what, ..)| what);
        all.filter(|what| wanted(*what)).collect()
    }

    /// Its bits of [`wasi_aot_abi::Config::runtime_grants`].
    pub fn bits(self) -> u64 {
        let is_of = |row: &&(RuntimeGrant, u64)| self == RuntimeGrant::All || self == row.0;
        let rows = AT_START.iter().filter(is_of);
        rows.fold(0, |bits, row| bits | row.1)
    }

    /// The variables by which it is granted.
    pub fn variables(self) -> impl Iterator<Item = String> {
        let bits = self.bits();
        let rows = variables::GRANTS
            .iter()
            .filter(move |row| row.0 & bits != 0);
        rows.map(|row| [variables::PREFIX, row.1].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    fn file(text: &str) -> GrantArgs {
        toml::from_str(text).expect("parses")
    }

    fn typed(words: &[&str]) -> GrantArgs {
        #[derive(Parser)]
        struct Line {
            #[command(flatten)]
            grants: GrantArgs,
        }
        let words = ["test"].iter().chain(words);
        Line::try_parse_from(words).expect("parses").grants
    }

    /// One option of each, as it is typed and as it stands in a file.
    const EACH: [(&[&str], &str); 23] = [
        (&["--dir", "a::/b:ro"], r#"dir = ["a::/b:ro"]"#),
        (&["--embed", "a::/b"], r#"embed = ["a::/b"]"#),
        (&["--env", "K=v"], r#"env = ["K=v"]"#),
        (&["--inherit-env"], "inherit-env = true"),
        (&["--argv0", "x"], r#"argv0 = "x""#),
        (&["--listen", "*:1"], r#"listen = ["0.0.0.0:1"]"#),
        (&["--listen-fds=false"], "listen-fds = false"),
        (&["--allow-net"], r#"allow-net = ["*"]"#),
        (
            &["--allow-net-listen=*:80"],
            r#"allow-net-listen = ["*:80"]"#,
        ),
        (&["--allow-name-lookup"], "allow-name-lookup = true"),
        (&["--max-memory", "1K"], "max-memory = 1024"),
        (&["--max-heap", "2M"], "max-heap = '2M'"),
        (&["--max-stack", "1M"], r#"max-stack = "1M""#),
        (&["--timeout", "2s"], "timeout = 2"),
        (&["--max-open-files", "7"], "max-open-files = 7"),
        (
            &["--runtime-grants=dir,env"],
            r#"runtime-grants = ["dir", "env"]"#,
        ),
        (&["--no-notes"], "no-notes = true"),
        (&["--harden", "off"], r#"harden = "off""#),
        (
            &["--bounds-checks", "explicit"],
            r#"bounds-checks = "explicit""#,
        ),
        (&["--cpu", "native"], r#"cpu = "native""#),
        (&["--spectre-mitigation"], "spectre-mitigation = true"),
        (&["--nan-canonicalization"], "nan-canonicalization = true"),
        (
            &["--relaxed-simd", "deterministic"],
            r#"relaxed-simd = "deterministic""#,
        ),
    ];

    #[test]
    fn a_file_says_what_the_command_line_says() {
        for (words, text) in EACH {
            assert_eq!(typed(words), file(text), "{text}");
            assert_ne!(typed(words), GrantArgs::default(), "{text}");
        }
    }

    #[test]
    fn either_source_alone_is_as_it_is() {
        for (words, text) in EACH {
            let none = GrantArgs::default();
            assert_eq!(typed(words).over(none.clone()), typed(words), "{text}");
            assert_eq!(none.over(file(text)), file(text), "{text}");
        }
    }

    #[test]
    fn lists_add_but_names_are_replaced() {
        let below = file(
            r#"dir = ["a", "b::/b"]
            embed = ["c::/c"]
            env = ["A=1", "B"]
            timeout = 1
            runtime-grants = ["dir"]"#,
        );
        let above = typed(&[
            "--dir=x::/b/",
            "--dir=y::/c",
            "--env=A",
            "--timeout=2",
            "--runtime-grants=env",
        ]);
        let hosts = |grants: &GrantArgs| -> Vec<String> {
            grants.dir.iter().map(|dir| dir.0.host.clone()).collect()
        };
        let both = above.over(below);
        assert_eq!(hosts(&both), ["a", "x", "y"]);
        assert!(both.embed.is_empty());
        assert_eq!(both.env, [Env("B".into()), Env("A".into())]);
        assert_eq!(both.timeout, Some(Timeout(2_000_000_000)));
        assert_eq!(both.runtime_grants, [RuntimeGrant::Dir, RuntimeGrant::Env]);
    }

    #[test]
    fn paths_are_compared_without_what_changes_nothing() {
        let plain = ["/", "//", "/a/", "/a//./b", ".", "./", "a/.", "./a", "../a"].map(plain_path);
        assert_eq!(plain, ["/", "/", "/a", "/a/b", ".", ".", "a", "a", "../a"]);
    }

    #[test]
    fn all_stands_for_every_grant_at_start() {
        use RuntimeGrant::{All, Dir, Env, Limits, Listen, Net};
        assert_eq!(
            RuntimeGrant::each(&[All, Dir]),
            [Dir, Env, Listen, Net, Limits]
        );
        assert_eq!(RuntimeGrant::each(&[Net, Dir, Net]), [Dir, Net]);
        assert!(RuntimeGrant::each(&[]).is_empty());
        let each = RuntimeGrant::value_variants().iter().skip(1);
        assert_eq!(each.fold(0, |bits, what| bits | what.bits()), All.bits());
        assert_eq!(All.bits(), 31);
    }
}
