//! The filters of HTTP servers, for every CPU: the worker's, which is the program's with what it
//! serves with, and the supervisor's, which its workers have, too. Both are read from executables
//! for the expectation, so that a new call in them is seen.

use super::conditions::{self, ways};
use super::edges::{
    self, EDGES, Edge, OF_COMPONENTS, OF_SENDERS, OF_SERVERS, OF_SERVERS_ALONE, WITH_DIRECTORY,
};
use super::filter::{
    self, DIRECTORY, EVERYTHING, Filter, Grants, NETWORK, NOTHING, Test, everything,
    number_by_number, plan,
};
use libtest_mimic::Trial;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use wasi_aot::link::{self, Variant};
use wasi_aot::wall::{Note, bpf};
use wasi_aot_abi::component::symbols::SERVE;
use wasi_aot_abi::symbols::{self, SYSTEM_CALL, hooks};
use wasi_aot_linker::Marks;
use wasi_aot_targets::Target;

pub fn trials() -> Vec<Trial> {
    let tests: [(&str, Test); 5] = [
        ("calls", calls),
        ("numbers", numbers),
        ("arguments", arguments),
        ("supervisor", supervisor),
        ("imports", imports),
    ];
    filter::for_each_target("servers", &tests)
}

/// What every server refers to, besides its imports.
const SERVER: [&str; 3] = [SERVE, hooks::SERVER, hooks::WORKER];

/// The hooks that run in a worker before the program's filter is in force.
fn hooks_of_workers() -> impl Iterator<Item = &'static str> {
    let hooks = hooks::START.iter().map(|hook| hook.symbol);
    let hooks = hooks.skip_while(|hook| *hook != hooks::SERVER).skip(1);
    // A server limits the time of each request by itself.
    hooks.filter(|hook| *hook != hooks::TIMEOUT)
}

/// The filters of a server with these imports.
fn server(target: &Target, imports: &[&str], grants: Grants) -> Result<Filter, String> {
    let symbols: Vec<&str> = SERVER.iter().chain(imports).copied().collect();
    plan(target, Variant::Product, &symbols, grants)
}

/// A component of `tests/http`.
fn component(name: &str) -> PathBuf {
    let folder = super::folder().join("../http/components");
    folder.join(name).with_extension("wasm")
}

/// The filters in an executable: that of the program, then that of the supervisor. The runtime puts
/// the process's ID in the place of a 0.
fn filters(executable: &[u8], architecture: u32) -> Vec<Vec<u64>> {
    let word = |code: u16, operand: u32| u64::from(code) | u64::from(operand) << 32;
    let start = word(bpf::LOAD, bpf::ARCHITECTURE);
    let compares =
        |next: u64| next as u16 == bpf::JUMP_EQUAL && next >> 32 == u64::from(architecture);
    let words = executable.as_chunks::<8>().0;
    let words: Vec<u64> = words
        .iter()
        .map(|bytes| u64::from_le_bytes(*bytes))
        .collect();
    let starts = words.windows(2).enumerate();
    let starts = starts.filter(|(_, pair)| pair[0] == start && compares(pair[1]));
    let end = word(bpf::RETURN, bpf::ALLOW);
    let filter = |(at, _): (usize, &[u64])| {
        let rest = &words[at..];
        let length = rest.iter().position(|word| *word == end).expect("it ends") + 1;
        rest[..length].to_vec()
    };
    starts.map(filter).collect()
}

/// The names of all system calls of a runtime.
fn names(target: &Target) -> Result<BTreeMap<u32, String>, String> {
    let marks = marks(target)?;
    let names = marks.names(SYSTEM_CALL).map(|(name, number)| {
        let name = name.split('.').next().unwrap_or(name);
        (
            number as u32 & ((1 << symbols::FORM_SHIFT) - 1),
            name.to_owned(),
        )
    });
    Ok(names.collect())
}

/// The marks of a target's runtime.
fn marks(target: &Target) -> Result<Marks, String> {
    let runtime = link::runtime(target, Variant::Product).map_err(|error| error.to_string())?;
    let triple = wasi_aot::cpu::triple(target).map_err(|error| error.to_string())?;
    let linked = wasi_aot_linker::Target::new(&triple).map_err(|error| error.to_string())?;
    let marks = Marks::read("the runtime", runtime, &linked);
    marks.map_err(|error| error.to_string())
}

/// The numbers of calls for which filters are asked.
const NUMBERS: std::ops::Range<u32> = 0..0x600;

/// What the two filters in the executable of a component allow, and with which arguments:
/// `tests/wall/TARGET-server.expect`.
fn calls(target: &Target) -> Result<(), String> {
    let architecture = filter::architecture(target)?;
    let mut names = names(target)?;
    let mut text = String::new();
    for component in ["tiny", "low"] {
        let executable = executable(target, component)?;
        let note = Note::find(&executable).ok_or("the executable has no note")?;
        let noted = note.calls.iter();
        let noted: BTreeMap<_, _> = noted.map(|call| (call.number, call.name.clone())).collect();
        // The runtime does not contain all calls that are allowed.
        names.extend(noted.clone());
        let found = filters(&executable, architecture);
        let [worker, supervisor] = &*found else {
            return Err(format!("there are {} filters", found.len()));
        };
        for (whose, filter) in [("worker", worker), ("supervisor", supervisor)] {
            let numbers = NUMBERS.map(|number| (number, ways(filter, architecture, number)));
            let allowed: BTreeMap<_, _> = numbers.filter(|(_, ways)| !ways.is_empty()).collect();
            if whose == "worker" && !allowed.keys().eq(noted.keys()) {
                return Err(format!("the note of {component} is not its filter's"));
            }
            let line = |(number, ways): (&u32, &Vec<_>)| {
                let name = names.get(number).map_or("unknown", String::as_str);
                let conditions = conditions::text(ways);
                format!("{component}, {whose}: {name} {conditions}")
            };
            let mut lines: Vec<_> = allowed.iter().map(line).collect();
            lines.sort();
            for line in lines {
                let _ = writeln!(text, "{}", line.trim_end());
            }
        }
    }
    super::compare(&format!("{}-server", target.name), &text)
}

/// Builds a component's server, and reads the executable.
fn executable(target: &Target, name: &str) -> Result<Vec<u8>, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let executable = folder.path().join("app");
    let options = ["--listen=127.0.0.1:0".to_owned()];
    super::build_file(target, &component(name), &options, &executable)?;
    std::fs::read(executable).map_err(|error| error.to_string())
}

/// Servers without imports, and with all of them: `imports` tests what is between.
fn servers(target: &Target, test: impl Fn(&Filter) -> Result<(), String>) -> Result<(), String> {
    let imports = filter::imports(target, Variant::Product)?;
    for symbols in [vec![], everything(&imports)] {
        for grants in [NOTHING, DIRECTORY, NETWORK, EVERYTHING] {
            let filter = server(target, &symbols, grants)?;
            let with = symbols.len();
            test(&filter).map_err(|error| format!("{with} imports, {grants:?}: {error}"))?;
        }
    }
    Ok(())
}

/// The worker's filter on every number.
fn numbers(target: &Target) -> Result<(), String> {
    servers(target, number_by_number)
}

/// The worker's filter at the edges of its conditions.
fn arguments(target: &Target) -> Result<(), String> {
    let imports = filter::imports(target, Variant::Product)?;
    let all = everything(&imports);
    for grants in [DIRECTORY, EVERYTHING] {
        let filter = server(target, &all, grants)?;
        let alone = if grants.connect {
            &[]
        } else {
            OF_SERVERS_ALONE
        };
        let own: Vec<_> = OF_SERVERS.iter().chain(alone).collect();
        let lists = [EDGES, WITH_DIRECTORY, OF_COMPONENTS, OF_SENDERS];
        let others = lists.into_iter().flatten().filter(|(name, arguments, _)| {
            let same = |(of, with, _): &&Edge| of == name && with == arguments;
            !own.iter().copied().any(|edge| same(&edge))
        });
        edges::check(&filter, own.iter().copied().chain(others).collect())?;
    }
    Ok(())
}

/// Calls that no process of a server makes, by their numbers on each CPU: execve, execveat, ptrace,
/// process_vm_writev, memfd_create, io_uring_setup, bpf, userfaultfd, unshare, setns, pidfd_getfd,
/// init_module, mount, pkey_mprotect, shmat.
const NEVER: [(&str, &[u32]); 2] = [
    (
        "x86_64",
        &[
            59, 322, 101, 311, 319, 425, 321, 323, 272, 308, 438, 175, 165, 329, 30,
        ],
    ),
    (
        "aarch64",
        &[
            221, 281, 117, 271, 279, 425, 280, 282, 97, 268, 438, 105, 40, 288, 196,
        ],
    ),
];

/// The supervisor's filter on every number: it allows what its workers make before and after they
/// have their own filter, with all arguments with which that allows it, and nothing on other
/// architectures.
fn supervisor(target: &Target) -> Result<(), String> {
    let cpu = target.triple.split('-').next().unwrap_or_default();
    let mut never = NEVER.iter().filter(|(name, _)| *name == cpu);
    let (_, never) = never.next().ok_or("this CPU is not known here")?;
    servers(target, |worker| {
        let supervisor = worker.supervisor();
        for number in NUMBERS {
            for arguments in worker
                .ways(number)
                .iter()
                .flat_map(conditions::Way::samples)
            {
                if !worker.allows(number, arguments) {
                    return Err(format!("number {number}: {arguments:x?} is no sample"));
                }
                if !supervisor.allows(number, arguments) {
                    return Err(format!("a worker dies of number {number}, {arguments:x?}"));
                }
            }
        }
        filter::nothing_foreign(&supervisor)?;
        match never
            .iter()
            .find(|number| !supervisor.ways(**number).is_empty())
        {
            Some(number) => Err(format!("the supervisor may make number {number}")),
            None => Ok(()),
        }
    })?;
    // No page is executable; other flags are its own.
    let supervisor = server(target, &[], NOTHING)?.supervisor();
    let names = names(target)?;
    let number = |name: &str| {
        names
            .iter()
            .find(|(_, other)| *other == name)
            .map(|(n, _)| *n)
    };
    for (name, flags) in [("mmap", 0x1_0022), ("mprotect", 0)] {
        let number = number(name).ok_or("it has no name")?;
        for (protection, passes) in [(0, true), (3, true), (4, false), (5, false), (7, false)] {
            if supervisor.allows(number, [0, 4096, protection, flags, 0, 0]) != passes {
                return Err(format!("{name} with {protection}: allowed is not {passes}"));
            }
        }
    }
    before(target)
}

/// The supervisor's filter allows what the hooks of a worker do before its own filter.
fn before(target: &Target) -> Result<(), String> {
    let marks = marks(target)?;
    let hooks: Vec<&str> = hooks_of_workers().collect();
    let supervisor = server(target, &hooks, EVERYTHING)?.supervisor();
    for hook in &hooks {
        let reached = marks.reached([*hook]).map_err(|error| error.to_string())?;
        for mark in reached {
            let number = mark as u32 & ((1 << symbols::FORM_SHIFT) - 1);
            if supervisor.ways(number).is_empty() {
                return Err(format!("a worker dies of number {number} in {hook}"));
            }
        }
    }
    Ok(())
}

/// An import leads to the same calls in a server, under the same conditions, besides what every
/// server does.
fn imports(target: &Target) -> Result<(), String> {
    // What servers do under other conditions than programs.
    const SERVING: [&str; 4] = ["madvise", "ioctl", "recvmsg", "sendmsg"];
    let allowed = |filter: &Filter| -> BTreeSet<(u32, String)> {
        let calls = filter.wall.note.calls.iter();
        let calls = calls.filter(|call| !SERVING.contains(&&*call.name));
        let text = |number| conditions::text(&filter.ways(number));
        calls.map(|call| (call.number, text(call.number))).collect()
    };
    let always = allowed(&server(target, &[], EVERYTHING)?);
    for import in &filter::imports(target, Variant::Product)? {
        let program = plan(target, Variant::Product, &[import], EVERYTHING)?;
        let both: BTreeSet<_> = allowed(&program).union(&always).cloned().collect();
        let server = allowed(&server(target, &[import], EVERYTHING)?);
        if server != both {
            let difference: Vec<_> = server.symmetric_difference(&both).collect();
            return Err(format!("{import} in a server: {difference:?}"));
        }
    }
    Ok(())
}
