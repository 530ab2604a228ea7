//! The filter, run here as the kernel runs it, so that it is tested for CPUs whose kernel is not here: every number of a
//! system call, the arguments at their edges, other architectures. And the list of what each import leads to.

use libtest_mimic::Trial;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use wasi_aot::codegen::config::{Config, Dir};
use wasi_aot::link::{self, Variant};
use wasi_aot::wall::{self, Wall, bpf};
use wasi_aot_abi::symbols::{NOTIFY, REGION_GROW, WAIT32, WAIT64, hooks};
use wasi_aot_targets::{Runtime, TARGETS, Target};

pub fn trials() -> Vec<Trial> {
    let tests: [(&str, Test); 3] = [
        ("calls", calls),
        ("numbers", numbers),
        ("arguments", arguments),
    ];
    let mut trials = Vec::new();
    for target in TARGETS {
        for (name, test) in tests {
            let obstacle = match target.runtime {
                Runtime::Missing(how) => Some(how.to_owned()),
                Runtime::Object { .. } => None,
            };
            let name = format!("filter/{name}/{}", target.name);
            trials.push(super::trial(name, obstacle, move || test(target)));
        }
    }
    trials
}

type Test = fn(&Target) -> Result<(), String>;

/// The process that the filter is completed for.
const PROCESS: u32 = 4711;

/// A filter that is complete, and what it says of itself.
struct Filter {
    wall: Wall,
    architecture: u32,
}

impl Filter {
    /// What the kernel does to a call: the result of `filter`.
    fn run(&self, architecture: u32, number: u32, arguments: [u64; 6]) -> u32 {
        let mut data = Vec::new();
        data.extend(number.to_le_bytes());
        data.extend(architecture.to_le_bytes());
        data.extend(0x20_0000u64.to_le_bytes());
        data.extend(arguments.iter().flat_map(|argument| argument.to_le_bytes()));
        interpret(&self.wall.filter, &data)
    }

    fn allows(&self, number: u32, arguments: [u64; 6]) -> bool {
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

/// The runtimes of programs.
const VARIANTS: [Variant; 2] = [Variant::Product, Variant::Threads];

/// The filter of a program that refers to these symbols of a runtime.
fn plan(
    target: &Target,
    variant: Variant,
    symbols: &[&str],
    directory: bool,
) -> Result<Filter, String> {
    let mut config = Config::default();
    if directory {
        config.dirs.push(Dir {
            host: ".".into(),
            guest: ".".into(),
            read_only: false,
        });
    }
    let runtime = link::runtime(target, variant).map_err(|error| error.to_string())?;
    let wall = wall::build(&wall::Input {
        runtime,
        target,
        config: &config,
        symbols: &symbols.iter().copied().collect(),
    });
    let mut wall = wall
        .map_err(|error| error.to_string())?
        .ok_or("there is no wall")?;
    let process = wall.process.ok_or("signals are not kept to the process")?;
    let before = wall.filter[process];
    wall.filter[process] = before & u64::from(u32::MAX) | u64::from(PROCESS) << 32;
    let architecture = match target.triple.split('-').next() {
        Some("x86_64") => 0xc000_003e,
        Some("aarch64") => 0xc000_00b7,
        other => return Err(format!("{other:?} is not known here")),
    };
    Ok(Filter { wall, architecture })
}

/// The imports that a runtime provides to programs: those of components have no threads.
fn imports(target: &Target, variant: Variant) -> Result<Vec<String>, String> {
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

/// What each import alone leads to, beside what every program needs: `tests/wall/TARGET.expect`.
fn calls(target: &Target) -> Result<(), String> {
    let names = |filter: &Filter| -> BTreeSet<String> {
        let calls = filter.wall.note.calls.iter();
        calls.map(|call| call.name.clone()).collect()
    };
    let list = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(" ");
    let lines = |variant| -> Result<String, String> {
        let always = names(&plan(target, variant, &[], false)?);
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
            for (directory, suffix) in [(false, ""), (true, ", with a directory")] {
                let filter = plan(target, variant, &[root], directory)?;
                let more: BTreeSet<_> = names(&filter).difference(&always).cloned().collect();
                let line = format!("{root}{suffix}: {}\n", list(&more));
                if !directory || !text.ends_with(&format!("{root}: {}\n", list(&more))) {
                    text.push_str(&line);
                }
            }
        }
        Ok(text)
    };
    let mut text = lines(Variant::Product)?;
    // Of programs with threads only what is different.
    for line in lines(Variant::Threads)?.lines() {
        if !text.lines().any(|same| same == line) {
            let _ = writeln!(text, "threads, {line}");
        }
    }
    let path = super::folder().join(target.name).with_extension("expect");
    if std::env::var_os("WASI_AOT_BLESS").is_some_and(|value| value == "1") {
        return std::fs::write(path, text).map_err(|error| error.to_string());
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    let mut difference = String::new();
    for line in text
        .lines()
        .filter(|line| !expected.lines().any(|other| other == *line))
    {
        let _ = writeln!(difference, "+ {line}");
    }
    for line in expected
        .lines()
        .filter(|line| !text.lines().any(|other| other == *line))
    {
        let _ = writeln!(difference, "- {line}");
    }
    match difference.is_empty() {
        true => Ok(()),
        false => Err(format!("what imports lead to has changed:\n{difference}")),
    }
}

/// The symbols of a program that imports all there is, whose memory grows, and which waits.
fn everything(imports: &[String]) -> Vec<&str> {
    let imports = imports.iter().map(String::as_str);
    imports
        .chain([REGION_GROW, WAIT32, WAIT64, NOTIFY])
        .collect()
}

/// Of every number, with the arguments that rules allow: it passes exactly if the note names it.
fn numbers(target: &Target) -> Result<(), String> {
    for variant in VARIANTS {
        let imports = imports(target, variant)?;
        let all = everything(&imports);
        let mut programs: Vec<Vec<&str>> = imports.iter().map(|import| vec![&**import]).collect();
        programs.extend([vec![], all]);
        for symbols in &programs {
            for directory in [false, true] {
                let filter = plan(target, variant, symbols, directory)?;
                number_by_number(&filter)
                    .map_err(|error| format!("{variant:?}, {symbols:?}: {error}"))?;
            }
        }
    }
    Ok(())
}

fn number_by_number(filter: &Filter) -> Result<(), String> {
    let calls = &filter.wall.note.calls;
    let noted: BTreeMap<u32, &str> = calls
        .iter()
        .map(|call| (call.number, &*call.name))
        .collect();
    let table = 0..0x600;
    // x32 calls have this bit; the last ones are what a sign extension would make.
    let others = table.clone().map(|number| number | 0x4000_0000);
    let edges = table.clone().map(|number| 0u32.wrapping_sub(number + 1));
    for number in table.chain(others).chain(edges) {
        let arguments = noted.get(&number).map_or([0; 6], |name| harmless(name));
        if filter.allows(number, arguments) != noted.contains_key(&number) {
            return Err(format!("number {number} is not as the note says"));
        }
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
    }
    Ok(())
}

/// Arguments with which a call is allowed, if it is allowed with any.
fn harmless(name: &str) -> [u64; 6] {
    match name {
        "mmap" => [0, 4096, 3, 0x22, u64::MAX, 0],
        "fcntl" => [1, 3, 0, 0, 0, 0],
        "ioctl" => [0, 0x5401, 0, 0, 0, 0],
        "clone" => [THREAD, 0x1000, 0, 0, 0, 0],
        "futex" => [0x1000, 129, 1, 0, 0, 0],
        "socket" => [2, STREAM, 0, 0, 0, 0],
        "getsockopt" | "setsockopt" => [3, 6, 4, 0, 0, 0],
        "kill" | "tgkill" => [u64::from(PROCESS), u64::from(PROCESS), 6, 0, 0, 0],
        _ => [0; 6],
    }
}

/// The flags of `clone` for a thread.
const THREAD: u64 = 0xd_0f00;

/// `SOCK_STREAM`, closed by `exec`, not blocking.
const STREAM: u64 = 0x8_0801;

/// Calls with their arguments, and whether they pass.
const EDGES: &[(&str, [u64; 6], bool)] = &[
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
    ("mprotect", [0, 4096, 0, 0, 0, 0], true),
    ("mprotect", [0, 4096, 3, 0, 0, 0], true),
    ("mprotect", [0, 4096, 4, 0, 0, 0], false),
    ("mprotect", [0, 4096, 5, 0, 0, 0], false),
    ("mprotect", [0, 4096, 8, 0, 0, 0], false),
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
    // The kernel reads an int.
    ("kill", [1 << 32 | PROCESS as u64, 9, 0, 0, 0, 0], true),
];

/// Calls of components.
const OF_COMPONENTS: &[(&str, [u64; 6], bool)] = &[
    // TCP and UDP, IPv4 and IPv6; AF_UNIX, AF_NETLINK, AF_PACKET, AF_VSOCK.
    ("socket", [2, STREAM, 0, 0, 0, 0], true),
    ("socket", [10, STREAM + 1, 0, 0, 0, 0], true),
    ("socket", [1, STREAM, 0, 0, 0, 0], false),
    ("socket", [16, STREAM + 1, 0, 0, 0, 0], false),
    ("socket", [17, STREAM + 1, 0, 0, 0, 0], false),
    ("socket", [40, STREAM, 0, 0, 0, 0], false),
    // SOCK_RAW, SOCK_SEQPACKET; what exec would leave open, what blocks; ICMP, MPTCP, SCTP.
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
    // IP_OPTIONS, IPT_SO_SET_REPLACE, TCP_ULP, TCP_REPAIR; a level's name at another level.
    ("setsockopt", [3, 0, 4, 0, 0, 0], false),
    ("setsockopt", [3, 0, 64, 0, 0, 0], false),
    ("setsockopt", [3, 6, 31, 0, 0, 0], false),
    ("setsockopt", [3, 6, 19, 0, 0, 0], false),
    ("setsockopt", [3, 0, 26, 0, 0, 0], false),
];

/// Calls of programs with threads.
const OF_THREADS: &[(&str, [u64; 6], bool)] = &[
    ("clone", [THREAD, 0x1000, 0, 0, 0, 0], true),
    // A process: SIGCHLD, vfork's flags.
    ("clone", [17, 0, 0, 0, 0, 0], false),
    ("clone", [0x4111, 0, 0, 0, 0, 0], false),
    // CLONE_NEWUSER, CLONE_NEWNS, CLONE_PTRACE, CLONE_PIDFD beside; without CLONE_VM, CLONE_FILES, CLONE_THREAD.
    ("clone", [THREAD | 0x1000_0000, 0, 0, 0, 0, 0], false),
    ("clone", [THREAD | 0x2_0000, 0, 0, 0, 0, 0], false),
    ("clone", [THREAD | 0x2000, 0, 0, 0, 0, 0], false),
    ("clone", [THREAD | 0x1000, 0, 0, 0, 0, 0], false),
    ("clone", [THREAD & !0x100, 0, 0, 0, 0, 0], false),
    ("clone", [THREAD & !0x400, 0, 0, 0, 0, 0], false),
    ("clone", [THREAD & !0x1_0000, 0, 0, 0, 0, 0], false),
    // The kernel reads the lower half.
    ("clone", [1 << 32 | THREAD, 0, 0, 0, 0, 0], true),
    ("dup3", [9, 0, 0, 0, 0, 0], true),
    ("dup3", [9, 1, 0, 0, 0, 0], true),
    ("dup3", [9, 2, 0, 0, 0, 0], false),
    ("dup3", [1, 9, 0, 0, 0, 0], false),
];

/// Calls with a path, of a program that holds no directory.
const WITHOUT_DIRECTORY: &[(&str, [u64; 6], bool)] = &[
    ("utimensat", [1, 0, 0, 0, 0, 0], true),
    ("utimensat", [1, 1, 0, 0, 0, 0], false),
    ("utimensat", [1, 1 << 32, 0, 0, 0, 0], false),
];

fn arguments(target: &Target) -> Result<(), String> {
    for variant in VARIANTS {
        let imports = imports(target, variant)?;
        let all = everything(&imports);
        for directory in [false, true] {
            let filter = plan(target, variant, &all, directory)?;
            let more = if directory {
                &[][..]
            } else {
                WITHOUT_DIRECTORY
            };
            let own = match variant {
                Variant::Threads => OF_THREADS,
                _ => OF_COMPONENTS,
            };
            edges(&filter, EDGES.iter().chain(more).chain(own).collect())?;
        }
    }
    Ok(())
}

/// Whether these edges, and no other rules, are what the filter has.
fn edges(filter: &Filter, edges: Vec<&(&str, [u64; 6], bool)>) -> Result<(), String> {
    let calls = &filter.wall.note.calls;
    for (name, arguments, passes) in &edges {
        let call = calls.iter().find(|call| call.name == *name);
        let call = call.ok_or_else(|| format!("{name} is not allowed to any program"))?;
        if filter.allows(call.number, *arguments) != *passes {
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
