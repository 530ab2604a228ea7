//! wasmtime beside wasi-aot: its counterparts of our options, so that the program is given the same
//! by both.

use crate::policy::{Policy, RelaxedSimd, UnknownImports};
use std::env;

/// The counterpart of an option of policy.
enum Counterpart {
    /// Words of `wasmtime run`.
    Run(fn(&Policy) -> Vec<String>),
    /// Words of `wasmtime compile`, and of `run`, which compares them.
    Code(fn(&Policy) -> Vec<String>),
    /// None for a form of it, which has this name: whether the policy has it so. Else words for
    /// `wasmtime run`.
    Unless(
        &'static str,
        fn(&Policy) -> bool,
        fn(&Policy) -> Vec<String>,
    ),
    /// None, and the program would notice: whether the policy has it.
    Missing(fn(&Policy) -> bool),
    /// None is needed: it is about how wasi-aot makes code, confines the program or limits it.
    Own,
}
use Counterpart::{Code, Missing, Own, Run, Unless};

/// A counterpart for each row of the table of options, by its name.
const COUNTERPARTS: &[(&str, Counterpart)] = &[
    // wasmtime's command has no read-only directories: the program would change the user's files.
    (
        "dir",
        Unless(
            "dir HOST:ro",
            |policy| policy.grants.dirs.iter().any(|dir| dir.read_only),
            |policy| {
                let dirs = policy.grants.dirs.iter();
                dirs.flat_map(|dir| ["--dir".into(), format!("{}::{}", dir.host, dir.guest)])
                    .collect()
            },
        ),
    ),
    ("embed", Missing(|policy| !policy.grants.embeds.is_empty())),
    ("env", Run(variables)),
    (
        "inherit-env",
        Run(|policy| key_if(policy.grants.inherit_env, "-S", "inherit-env=y")),
    ),
    ("listen", Missing(|policy| !policy.grants.listen.is_empty())),
    ("listen-fds", Missing(|policy| policy.grants.listen_fds)),
    (
        "allow-net",
        Run(|policy| {
            let connects = !policy.grants.allow_net.is_empty();
            key_if(connects, "-S", "inherit-network=y,allow-ip-name-lookup=y")
        }),
    ),
    (
        "allow-net-listen",
        Run(|policy| {
            let listens = !policy.grants.allow_net_listen.is_empty();
            key_if(listens, "-S", "inherit-network=y")
        }),
    ),
    (
        "allow-name-lookup",
        Run(|policy| {
            key_if(
                policy.grants.allow_name_lookup,
                "-S",
                "allow-ip-name-lookup=y",
            )
        }),
    ),
    (
        "max-memory",
        Run(|policy| {
            let bytes = policy.limits.max_memory;
            key("-W", bytes.map(|bytes| format!("max-memory-size={bytes}")))
        }),
    ),
    ("max-heap", Own),
    // wasmtime's own default is 512 KiB, which fewer programs are content with.
    (
        "max-stack",
        Run(|policy| {
            let bytes = policy.limits.max_stack;
            let more = bytes.saturating_mul(2);
            key(
                "-W",
                Some(format!("max-wasm-stack={bytes},async-stack-size={more}")),
            )
        }),
    ),
    // It would make wasmtime's code slower. Each run has a limit of time anyway.
    ("timeout", Own),
    ("max-open-files", Own),
    // A server needs `--listen` or `--listen-fds`, which have none.
    ("max-head", Own),
    ("max-fields", Own),
    ("head-timeout", Own),
    ("idle-timeout", Own),
    ("progress-timeout", Own),
    ("max-body", Own),
    ("max-connections", Own),
    ("max-requests", Own),
    ("workers", Own),
    ("instance-requests", Own),
    ("grace", Own),
    ("access-log", Own),
    ("runtime-grants", Own),
    ("no-notes", Own),
    // Both get a name: see `argv0`.
    ("argv0", Own),
    ("harden", Own),
    ("bounds-checks", Own),
    (
        "relaxed-simd",
        Code(|policy| {
            let is_deterministic = policy.code.relaxed_simd == RelaxedSimd::Deterministic;
            key_if(is_deterministic, "-W", "relaxed-simd-deterministic=y")
        }),
    ),
    // wasmtime compiles for the CPU that it finds.
    ("cpu", Own),
    ("spectre-mitigation", Own),
    ("keep-gs", Own),
    (
        "nan-canonicalization",
        Code(|policy| {
            key_if(
                policy.code.nan_canonicalization,
                "-W",
                "nan-canonicalization=y",
            )
        }),
    ),
];

fn variables(policy: &Policy) -> Vec<String> {
    // wasmtime fails for a variable that is not set; here it stays unset.
    let env = policy.grants.env.iter();
    let env = env.filter(|env| env.value.is_some() || env::var_os(&env.key).is_some());
    env.flat_map(|env| ["--env".into(), String::from(env.clone())])
        .collect()
}

fn key(option: &str, key: Option<String>) -> Vec<String> {
    key.map_or_else(Vec::new, |key| vec![option.into(), key])
}

fn key_if(condition: bool, option: &str, word: &str) -> Vec<String> {
    key(option, condition.then(|| word.to_owned()))
}

/// The words of `wasmtime compile` for a policy.
pub fn compile_words(policy: &Policy, jobs: Option<u16>) -> Vec<String> {
    let mut words = code_words(policy);
    words.extend(key_if(jobs == Some(1), "-C", "parallel-compilation=n"));
    words
}

/// The words of `wasmtime run` for a policy.
pub fn run_words(policy: &Policy, invoke: Option<&str>) -> Vec<String> {
    let mut words = code_words(policy);
    for (_, counterpart) in COUNTERPARTS {
        match counterpart {
            Run(of) | Unless(_, _, of) => words.extend(of(policy)),
            Code(_) | Missing(_) | Own => {}
        }
    }
    words.extend(key_if(
        policy.code.unknown_imports == UnknownImports::Trap,
        "-W",
        "unknown-imports-trap=y",
    ));
    words.extend(key("--invoke", invoke.map(str::to_owned)));
    words
}

fn code_words(policy: &Policy) -> Vec<String> {
    let words = COUNTERPARTS.iter().filter_map(|(_, it)| match it {
        Code(of) => Some(of(policy)),
        Run(_) | Unless(..) | Missing(_) | Own => None,
    });
    words.flatten().collect()
}

/// The option that keeps wasmtime from running this program, if there is one.
pub fn lacking(policy: &Policy) -> Option<&'static str> {
    COUNTERPARTS.iter().find_map(|(name, it)| match it {
        Missing(has) => has(policy).then_some(*name),
        Unless(form, has, _) => has(policy).then_some(*form),
        Run(_) | Code(_) | Own => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Given;
    use crate::policy::row::{find, rows};

    fn policy(values: &[(&str, &str)]) -> Policy {
        let mut given = Given::default();
        for (name, text) in values {
            let row = find(name).expect("it is an option");
            given.push(row, text).expect("it is a value");
        }
        given.policy().expect("it is a policy")
    }

    #[test]
    fn every_option_has_a_counterpart_or_a_reason() {
        let mut ours: Vec<_> = rows().map(|row| row.name).collect();
        let mut theirs: Vec<_> = COUNTERPARTS.iter().map(|(name, _)| *name).collect();
        ours.sort_unstable();
        theirs.sort_unstable();
        assert_eq!(ours, theirs);
    }

    #[test]
    fn a_program_is_given_the_same() {
        let stack = ["-W", "max-wasm-stack=8388608,async-stack-size=16777216"];
        assert_eq!(run_words(&Policy::default(), None), stack);
        let given = policy(&[
            ("dir", "data::/data"),
            ("env", "A=b"),
            ("env", "CERTAINLY_NOT_SET"),
            ("nan-canonicalization", "true"),
            ("harden", "off"),
        ]);
        let words = run_words(&given, Some("f")).join(" ");
        let expected = [
            "-W nan-canonicalization=y --dir data::/data --env A=b",
            stack[0],
            stack[1],
            "--invoke f",
        ];
        assert_eq!(words, expected.join(" "));
        assert_eq!(
            compile_words(&given, Some(1)).join(" "),
            "-W nan-canonicalization=y -C parallel-compilation=n"
        );
        assert_eq!(lacking(&given), None);
        let listens = policy(&[("listen", "127.0.0.1:8080")]);
        assert_eq!(lacking(&listens), Some("listen"));
        let reads = policy(&[("dir", "data::/data:ro")]);
        assert_eq!(lacking(&reads), Some("dir HOST:ro"));
    }
}
