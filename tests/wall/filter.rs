//! The system call filter, interpreted here as the kernel runs it, so that it is also tested for
//! CPUs whose kernel is not here: all system call numbers, arguments at the edges, other
//! architectures. Also the list of the system calls that each import leads to.

use super::conditions::{self, Way};
use super::edges::{
    self, EDGES, OF_COMPONENTS, OF_SENDERS, OF_THREADS, STREAM, THREAD, WITH_DIRECTORY,
    WITHOUT_DIRECTORY,
};
use libtest_mimic::Trial;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use wasi_aot::Policy;
use wasi_aot::link::{self, Variant};
use wasi_aot::wall::{self, Allowed, Wall, bpf};
use wasi_aot_abi::symbols::{NOTIFY, REGION_GROW, WAIT32, WAIT64, hooks};
use wasi_aot_targets::{Runtime, TARGETS, Target};

pub fn trials() -> Vec<Trial> {
    let tests: [(&str, Test); 5] = [
        ("calls", calls),
        ("numbers", numbers),
        ("arguments", arguments),
        ("sockets", sockets),
        ("network", network),
    ];
    for_each_target("filter", &tests)
}

/// A test of the filters for a target.
pub type Test = fn(&Target) -> Result<(), String>;

/// These tests for every target that has a runtime.
pub fn for_each_target(family: &str, tests: &[(&str, Test)]) -> Vec<Trial> {
    let mut trials = Vec::new();
    for target in TARGETS {
        for &(name, test) in tests {
            let obstacle = match target.runtime() {
                Runtime::Missing(how) => Some(how.to_owned()),
                Runtime::Object { .. } => None,
            };
            let name = format!("{family}/{name}/{}", target.name);
            trials.push(super::trial(name, obstacle, move || test(target)));
        }
    }
    trials
}

/// The process ID for which the filter is completed.
pub const PROCESS: u32 = 4711;

/// A complete filter, and its description.
pub struct Filter {
    pub wall: Wall,
    architecture: u32,
}

impl Filter {
    /// The filter's decision about a call.
    fn run(&self, architecture: u32, number: u32, arguments: [u64; 6]) -> u32 {
        let mut data = Vec::new();
        data.extend(number.to_le_bytes());
        data.extend(architecture.to_le_bytes());
        data.extend(0x20_0000u64.to_le_bytes());
        data.extend(arguments.iter().flat_map(|argument| argument.to_le_bytes()));
        interpret(&self.wall.filter, &data)
    }

    /// The number of a call, if the call is allowed at all.
    pub fn number(&self, call: &str) -> Option<u32> {
        let mut calls = self.wall.note.calls.iter();
        let call = calls.find(|allowed| allowed.name == call)?;
        Some(call.number)
    }

    /// The filter of the server's supervisor, without a note.
    pub fn supervisor(&self) -> Filter {
        let mut wall = self.wall.clone();
        wall.filter = std::mem::take(&mut wall.supervisor);
        wall.note.calls.clear();
        Filter {
            wall,
            architecture: self.architecture,
        }
    }

    /// The ways on which the filter allows a call.
    pub fn ways(&self, number: u32) -> Vec<Way> {
        conditions::ways(&self.wall.filter, self.architecture, number)
    }

    pub fn allows(&self, number: u32, arguments: [u64; 6]) -> bool {
        match self.run(self.architecture, number, arguments) {
            bpf::ALLOW => true,
            bpf::KILL => false,
            other => panic!("the filter returns {other:#x}"),
        }
    }
}

/// A classic BPF machine.
fn interpret(filter: &[u64], data: &[u8]) -> u32 {
    let (mut at, mut accumulator) = (0, 0u32);
    for _ in 0..filter.len() {
        let instruction = filter[at];
        let (code, operand) = (instruction as u16, (instruction >> 32) as u32);
        at += 1;
        let holds = match code {
            bpf::LOAD => {
                let bytes = &data[operand as usize..][..4];
                accumulator = u32::from_le_bytes(bytes.try_into().expect("four bytes"));
                continue;
            }
            bpf::RETURN => return operand,
            bpf::JUMP_EQUAL => accumulator == operand,
            bpf::JUMP_AT_LEAST => accumulator >= operand,
            bpf::JUMP_ANY_BIT => accumulator & operand != 0,
            other => panic!("instruction {other:#x}"),
        };
        at += (instruction >> if holds { 16 } else { 24 }) as usize & 0xff;
    }
    panic!("the filter does not end");
}

/// The variants of the runtime that programs use.
const VARIANTS: [Variant; 2] = [Variant::Product, Variant::Threads];

/// The grants of a program.
#[derive(Clone, Copy, Debug)]
pub struct Grants {
    /// A directory.
    directory: bool,
    /// Outgoing connections.
    pub connect: bool,
    /// Listening for connections.
    listen: bool,
    /// Name lookup.
    names: bool,
}

pub const NOTHING: Grants = Grants {
    directory: false,
    connect: false,
    listen: false,
    names: false,
};
pub const DIRECTORY: Grants = Grants {
    directory: true,
    ..NOTHING
};
pub const NETWORK: Grants = Grants {
    directory: false,
    connect: true,
    listen: true,
    names: true,
};
pub const EVERYTHING: Grants = Grants {
    directory: true,
    ..NETWORK
};

impl Grants {
    fn policy(self) -> Policy {
        let mut policy = Policy::default();
        let grants = &mut policy.grants;
        let dir = || ".".parse().expect("a directory");
        grants.dirs.extend(self.directory.then(dir));
        let address = "127.0.0.1:1";
        let net = || address.parse().expect("an address");
        grants.allow_net.extend(self.connect.then(net));
        let net = || address.parse().expect("an address");
        grants.allow_net_listen.extend(self.listen.then(net));
        grants.allow_name_lookup = self.names;
        policy
    }
}

/// The filter of a program that refers to these symbols of a runtime.
pub fn plan(
    target: &Target,
    variant: Variant,
    symbols: &[&str],
    grants: Grants,
) -> Result<Filter, String> {
    let policy = grants.policy();
    let runtime = link::runtime(target, variant).map_err(|error| error.to_string())?;
    let wall = wall::build(&wall::Input {
        runtime,
        target,
        policy: &policy,
        symbols: &symbols.iter().copied().collect(),
    });
    let mut wall = wall
        .map_err(|error| error.to_string())?
        .ok_or("there is no wall")?;
    let process = wall.process.ok_or("signals are not kept to the process")?;
    let before = wall.filter[process];
    wall.filter[process] = before & u64::from(u32::MAX) | u64::from(PROCESS) << 32;
    let architecture = architecture(target)?;
    Ok(Filter { wall, architecture })
}

/// The number of a CPU's architecture in filters (`AUDIT_ARCH_…`).
pub fn architecture(target: &Target) -> Result<u32, String> {
    match target.triple.split('-').next() {
        Some("x86_64") => Ok(0xc000_003e),
        Some("aarch64") => Ok(0xc000_00b7),
        other => Err(format!("{other:?} is not known here")),
    }
}

/// The imports that a runtime provides to programs. Those of components do not have threads.
pub fn imports(target: &Target, variant: Variant) -> Result<Vec<String>, String> {
    let runtime = link::runtime(target, variant).map_err(|error| error.to_string())?;
    let provided = link::provided(runtime).map_err(|error| error.to_string())?;
    let mut imports: Vec<String> = provided
        .into_iter()
        .filter(|symbol| symbol.starts_with("wasi") && symbol.contains('.'))
        .filter(|symbol| matches!(variant, Variant::Product) || !symbol.contains('#'))
        .collect();
    imports.sort();
    Ok(imports)
}

/// The system calls that each import leads to, in addition to those that every program needs:
/// `tests/wall/TARGET.expect`.
fn calls(target: &Target) -> Result<(), String> {
    let names = |filter: &Filter| -> BTreeSet<String> {
        let calls = filter.wall.note.calls.iter();
        calls.map(|call| call.name.clone()).collect()
    };
    let list = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(" ");
    let lines = |variant| -> Result<String, String> {
        let always = names(&plan(target, variant, &[], NOTHING)?);
        let mut text = format!("always: {}\n", list(&always));
        let mut roots = imports(target, variant)?;
        let others = [
            REGION_GROW,
            WAIT32,
            WAIT64,
            NOTIFY,
            hooks::TIMEOUT,
            hooks::EMBEDS,
            hooks::NOTES,
        ];
        roots.extend(others.map(String::from));
        for root in &roots {
            let calls = |grants| -> Result<String, String> {
                let filter = plan(target, variant, &[root], grants)?;
                Ok(list(&names(&filter).difference(&always).cloned().collect()))
            };
            let without = calls(NOTHING)?;
            let _ = writeln!(text, "{root}: {without}");
            for (grants, with) in [(DIRECTORY, "a directory"), (NETWORK, "the network")] {
                let calls = calls(grants)?;
                if calls != without {
                    let _ = writeln!(text, "{root}, with {with}: {calls}");
                }
            }
        }
        Ok(text)
    };
    let mut text = lines(Variant::Product)?;
    // For programs with threads, only the differences.
    for line in lines(Variant::Threads)?.lines() {
        if !text.lines().any(|same| same == line) {
            let _ = writeln!(text, "threads, {line}");
        }
    }
    super::compare(target.name, &text)
}

/// The symbols of a program that imports everything, whose memory grows, and which waits.
pub fn everything(imports: &[String]) -> Vec<&str> {
    let imports = imports.iter().map(String::as_str);
    imports
        .chain([REGION_GROW, WAIT32, WAIT64, NOTIFY])
        .collect()
}

/// Checks every number, with arguments that the rules allow: a call passes exactly if the policy
/// record names it.
fn numbers(target: &Target) -> Result<(), String> {
    for variant in VARIANTS {
        let imports = imports(target, variant)?;
        let all = everything(&imports);
        let mut programs: Vec<Vec<&str>> = imports.iter().map(|import| vec![&**import]).collect();
        programs.extend([vec![], all]);
        for symbols in &programs {
            for grants in [NOTHING, EVERYTHING] {
                let filter = plan(target, variant, symbols, grants)?;
                number_by_number(&filter)
                    .map_err(|error| format!("{variant:?}, {symbols:?}: {error}"))?;
            }
        }
    }
    Ok(())
}

pub fn number_by_number(filter: &Filter) -> Result<(), String> {
    let calls = &filter.wall.note.calls;
    let noted: BTreeMap<u32, &Allowed> = calls.iter().map(|call| (call.number, call)).collect();
    for number in all_numbers() {
        let arguments = noted.get(&number).map_or([0; 6], |call| harmless(call));
        if filter.allows(number, arguments) != noted.contains_key(&number) {
            return Err(format!("number {number} is not as the note says"));
        }
        native(filter, number, arguments)?;
    }
    Ok(())
}

/// All numbers of system calls, and others.
fn all_numbers() -> impl Iterator<Item = u32> {
    let table = 0..0x600;
    // x32 calls have this bit; the last numbers are those that a sign extension would produce.
    let others = table.clone().map(|number| number | 0x4000_0000);
    let edges = table.clone().map(|number| 0u32.wrapping_sub(number + 1));
    table.chain(others).chain(edges)
}

/// Checks that a call does not pass on other architectures.
fn native(filter: &Filter, number: u32, arguments: [u64; 6]) -> Result<(), String> {
    for architecture in [
        0x4000_0003,
        0xc000_003e,
        0xc000_00b7,
        0x4000_0028,
        0,
        u32::MAX,
    ] {
        let foreign = architecture != filter.architecture;
        if foreign && filter.run(architecture, number, arguments) != bpf::KILL {
            return Err(format!(
                "number {number} of architecture {architecture:#x} passes"
            ));
        }
    }
    Ok(())
}

/// Checks that no number passes on other architectures, and none that is no system call.
pub fn nothing_foreign(filter: &Filter) -> Result<(), String> {
    for number in all_numbers() {
        native(filter, number, [0; 6])?;
        if number >= 0x600 && filter.allows(number, [0; 6]) {
            return Err(format!("number {number:#x} passes"));
        }
    }
    Ok(())
}

/// Arguments with which a call is allowed, if it is allowed with any.
fn harmless(call: &Allowed) -> [u64; 6] {
    match &*call.name {
        "mmap" => [0, 4096, 3, 0x22, u64::MAX, 0],
        "madvise" => [0, 4096, 4, 0, 0, 0],
        "fcntl" => [1, 3, 0, 0, 0, 0],
        "ioctl" => [0, 0x5401, 0, 0, 0, 0],
        "clone" => [THREAD, 0x1000, 0, 0, 0, 0],
        "futex" => [0x1000, 129, 1, 0, 0, 0],
        "socket" => {
            let datagrams = call
                .only
                .as_ref()
                .is_some_and(|only| only.starts_with("UDP"));
            [2, STREAM + u64::from(datagrams), 0, 0, 0, 0]
        }
        "accept4" => [3, 0, 0, 0x8_0000, 0, 0],
        "sendmsg" => [3, 0, 0x4000, 0, 0, 0],
        "mkdirat" => [3, 0, 0o777, 0, 0, 0],
        "getsockopt" | "setsockopt" => [3, 6, 4, 0, 0, 0],
        "kill" | "tgkill" => [u64::from(PROCESS), u64::from(PROCESS), 6, 0, 0, 0],
        _ => [0; 6],
    }
}

fn arguments(target: &Target) -> Result<(), String> {
    for variant in VARIANTS {
        let imports = imports(target, variant)?;
        let all = everything(&imports);
        for grants in [NOTHING, DIRECTORY, NETWORK, EVERYTHING] {
            let filter = plan(target, variant, &all, grants)?;
            let mut lists = vec![EDGES];
            lists.push(match grants.directory {
                true => WITH_DIRECTORY,
                false => WITHOUT_DIRECTORY,
            });
            lists.push(match variant {
                Variant::Threads => OF_THREADS,
                _ => OF_COMPONENTS,
            });
            if matches!(variant, Variant::Threads) || grants.connect {
                lists.push(OF_SENDERS);
            }
            edges::check(&filter, lists.into_iter().flatten().collect())?;
        }
    }
    Ok(())
}

/// The sockets that a program may create follow from its imports: number, TCP and UDP.
fn sockets(target: &Target) -> Result<(), String> {
    const TCP: &str = "wasi:sockets/tcp-create-socket@0.2#create-tcp-socket";
    const UDP: &str = "wasi:sockets/udp-create-socket@0.2#create-udp-socket";
    const NAMES: &str = "wasi:sockets/ip-name-lookup@0.2#resolve-addresses";
    let programs: [(&[&str], [bool; 2]); 4] = [
        (&[TCP], [true, false]),
        (&[UDP], [false, true]),
        (&[TCP, UDP], [true, true]),
        // Over UDP, and over TCP for answers that are too long for UDP.
        (&[NAMES], [true, true]),
    ];
    for (symbols, passes) in programs {
        let filter = plan(target, Variant::Product, symbols, NETWORK)?;
        let socket = filter.number("socket").ok_or("no sockets at all")?;
        let allowed = [STREAM, STREAM + 1].map(|kind| filter.allows(socket, [2, kind, 0, 0, 0, 0]));
        if allowed != passes {
            return Err(format!(
                "{symbols:?}: TCP and UDP are {allowed:?}, not {passes:?}"
            ));
        }
    }
    Ok(())
}

/// The network calls that a program may make also follow from its grants.
fn network(target: &Target) -> Result<(), String> {
    const CALLS: [&str; 4] = ["connect", "bind", "listen", "sendmsg"];
    let imports = imports(target, Variant::Product)?;
    let components: Vec<_> = imports.iter().map(String::as_str).collect();
    let (connect, listen, names) = (
        Grants {
            connect: true,
            ..NOTHING
        },
        Grants {
            listen: true,
            ..NOTHING
        },
        Grants {
            names: true,
            ..NOTHING
        },
    );
    let programs = [
        (NOTHING, [false, false, false, false]),
        (DIRECTORY, [false, false, false, false]),
        (connect, [true, true, false, true]),
        (listen, [false, true, true, true]),
        (names, [true, false, false, true]),
        (NETWORK, [true, true, true, true]),
    ];
    for (grants, passes) in programs {
        let filter = plan(target, Variant::Product, &components, grants)?;
        let allowed = CALLS.map(|call| filter.number(call).is_some());
        if allowed != passes {
            return Err(format!(
                "{grants:?}: {CALLS:?} are {allowed:?}, not {passes:?}"
            ));
        }
    }
    Ok(())
}
