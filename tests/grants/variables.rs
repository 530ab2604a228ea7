//! Grants that variables add, remove or limit when the program is started.

use crate::{
    ensure,
    probe::{Machine, Ran},
    tests,
};
use libtest_mimic::Failed;
use wasi_aot_abi::variables::{EXECUTABLE, PREFIX, PROJECT, TOOL};
use wasi_aot_tests::tool::{self, Runner};

tests![
    without_runtime_grants_variables_do_nothing,
    only_what_was_opened_can_be_given,
    variables_that_do_not_exist_are_refused,
    variables_of_others_are_no_mistake,
    directories_are_added,
    a_directory_replaces_one_of_the_same_name,
    directories_are_taken_away,
    a_semicolon_can_be_in_a_name,
    variables_are_added_and_replaced,
    variables_are_taken_away,
    variables_of_the_whole_environment_are_taken_away,
    the_variables_that_grant_are_not_seen,
    sockets_are_added_and_taken_away,
    an_empty_variable_is_none,
    malformed_variables_are_refused,
    random_variables_are_heeded_or_refused,
    memory_is_limited_and_freed,
    the_stack_has_another_size,
    open_files_are_limited,
    the_time_is_limited,
    arguments_are_never_taken,
];

const DIR: &str = "WASI_AOT_DIR";
const ENV: &str = "WASI_AOT_ENV";
const LISTEN: &str = "WASI_AOT_LISTEN";

/// The output of `probe preopens` for these granted directories.
fn dirs(names: &[&str]) -> String {
    let line = |(number, name)| format!("{number}: type 3, tag 0, error 0, name {name}, flags 0\n");
    (3..).zip(names).map(line).collect()
}

fn without_runtime_grants_variables_do_nothing(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--dir=granted", "--env=WASI_AOT_ENV"])?;
    let unknown = [PREFIX, "DIRS"].concat();
    let variables = [
        (DIR, ";"),
        (ENV, "=;"),
        ("WASI_AOT_TIMEOUT", "x"),
        (&unknown, "x"),
    ];
    probe
        .run("preopens", &variables)
        .printed(&dirs(&["granted"]))?;
    probe.run("env", &variables).printed("WASI_AOT_ENV==;\n")
}

fn only_what_was_opened_can_be_given(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--runtime-grants=dir"])?;
    probe
        .run("preopens", &[(DIR, "granted"), (ENV, "")])
        .printed(&dirs(&["granted"]))?;
    let shows = "\nhelp: `wasi-aot inspect` shows which variables an executable heeds\n";
    for name in [ENV, LISTEN, "WASI_AOT_NET", "WASI_AOT_MAX_STACK"] {
        let message = format!("the variable {name} is not opened by `--runtime-grants`{shows}");
        probe
            .run("preopens", &[(DIR, "granted"), (name, "x")])
            .refused(&message)?;
    }
    Ok(())
}

fn variables_that_do_not_exist_are_refused(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--runtime-grants"])?;
    let shows = "`wasi-aot inspect` shows which variables an executable heeds";
    for (name, help) in [
        ("DIRS", "did you mean WASI_AOT_DIR?"),
        ("NETLISTEN", "did you mean WASI_AOT_NET_LISTEN?"),
        ("TIMEOTU", "did you mean WASI_AOT_TIMEOUT?"),
        ("MAX_MEMORY_SIZE", shows),
        ("dir", shows),
        ("", shows),
    ] {
        let name = [PREFIX, name].concat();
        let message = format!("there is no variable {name}\nhelp: {help}\n");
        probe.run("preopens", &[(&name, "x")]).refused(&message)?;
        // An empty value counts as none.
        probe.run("preopens", &[(&name, "")]).printed("")?;
    }
    // A name that somebody else chose cannot forge a line.
    let name = [PREFIX, "A\n\u{1b}[31m"].concat();
    let ran = probe.run("preopens", &[(&name, "x")]);
    ensure!(
        ran.status == 1 && ran.stderr.lines().count() == 2 && !ran.stderr.contains('\u{1b}'),
        "{ran:?}"
    );
    Ok(())
}

/// Users and developers of the command start executables in the same environment.
fn variables_of_others_are_no_mistake(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--inherit-env", "--runtime-grants"])?;
    let lists = [EXECUTABLE, TOOL, PROJECT].into_iter();
    let names = lists.flat_map(|list| list.split(' '));
    let names: Vec<_> = names.map(|name| [PREFIX, name].concat()).collect();
    let variables: Vec<_> = names.iter().map(|name| (&**name, "x")).collect();
    probe.run("env", &variables).printed("")
}

fn directories_are_added(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--dir=granted::/g", "--runtime-grants"])?;
    probe
        .run("preopens", &[(DIR, ".::/here;granted::more:ro")])
        .printed(&dirs(&["/g", "/here", "more"]))?;
    probe
        .run("write /here/new", &[(DIR, ".::/here")])
        .printed("/here/new: ok\n")?;
    let ran = probe.run("write more/new", &[(DIR, "granted::more:ro")]);
    ensure!(ran.status == 1, "{ran:?}");
    probe
        .run("preopens", &[(DIR, "missing")])
        .refused("cannot open the granted directory `missing`: no such directory (os error 2)\n")
}

fn a_directory_replaces_one_of_the_same_name(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--dir=.::/g", "--dir=granted::b", "--runtime-grants=dir"])?;
    probe
        .run("read /g/outside", &[])
        .printed("/g/outside: ok\n")?;
    probe
        .run("preopens", &[(DIR, "granted::/g")])
        .printed(&dirs(&["/g", "b"]))?;
    probe
        .run("read /g/file", &[(DIR, "granted::/g")])
        .printed("/g/file: ok\n")?;
    let ran = probe.run("write /g/outside", &[(DIR, ".::/g:ro")]);
    ensure!(ran.status == 1, "{ran:?}");
    ran.failed(
        1,
        "\
note: the program tried to change something in `/g`, which was granted read-only
help: start it with WASI_AOT_DIR=.::/g
      or build it with `--dir .::/g`
",
    )
}

fn directories_are_taken_away(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--dir=granted", "--dir=.", "--runtime-grants"])?;
    probe
        .run("preopens", &[(DIR, "-granted")])
        .printed(&dirs(&["."]))?;
    probe.run("preopens", &[(DIR, "-")]).printed("")?;
    probe
        .run("preopens", &[(DIR, "-;granted::x")])
        .printed(&dirs(&["x"]))?;
    probe
        .run("preopens", &[(DIR, "-other")])
        .refused("the variable WASI_AOT_DIR takes away `other`, which the program does not have\n")
}

fn a_semicolon_can_be_in_a_name(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--runtime-grants"])?;
    std::fs::create_dir(probe.path("a;b"))?;
    probe
        .run("preopens", &[(DIR, "a;;b;granted")])
        .printed(&dirs(&["a;b", "granted"]))
}

fn variables_are_added_and_replaced(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--env=A=1", "--env=B", "--runtime-grants"])?;
    let process = ("B", "process");
    probe.run("env", &[process]).printed("A=1\nB=process\n")?;
    probe
        .run("env", &[process, (ENV, "A=2;C=x=y;;z;D"), ("D", "4")])
        .printed("B=process\nA=2\nC=x=y;z\nD=4\n")
}

fn variables_are_taken_away(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--env=A=1", "--env=B=2", "--runtime-grants=env"])?;
    probe.run("env", &[(ENV, "-A")]).printed("B=2\n")?;
    probe.run("env", &[(ENV, "-;C=3")]).printed("C=3\n")?;
    probe.run("env", &[(ENV, "-A;A=3")]).printed("B=2\nA=3\n")?;
    probe
        .run("env", &[(ENV, "-X")])
        .refused("the variable WASI_AOT_ENV takes away `X`, which the program does not have\n")
}

fn variables_of_the_whole_environment_are_taken_away(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--inherit-env", "--runtime-grants=env"])?;
    let process = [("A", "1"), ("B", "2")];
    let with = |value| [process[0], process[1], (ENV, value)];
    probe.run("env", &with("-A")).printed("B=2\n")?;
    probe.run("env", &with("-")).printed("")?;
    probe.run("env", &with("-;B")).printed("B=2\n")
}

fn the_variables_that_grant_are_not_seen(machine: &Machine) -> Result<(), Failed> {
    let options = [
        "--inherit-env",
        "--env=WASI_AOT_DIR",
        "--runtime-grants=dir",
    ];
    let probe = machine.build(&options)?;
    probe
        .run(
            "env",
            &[(DIR, "granted"), ("WASI_AOT_CACHE", "x"), ("A", "1")],
        )
        .printed("A=1\n")
}

fn sockets_are_added_and_taken_away(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--listen=127.0.0.1:0", "--runtime-grants=listen"])?;
    let sockets = |ran: Ran| {
        ran.stdout
            .lines()
            .filter(|line| line.contains("type 6"))
            .count()
    };
    for (value, count) in [
        ("", 1),
        ("127.0.0.2:0;localhost:0", 2),
        ("-", 0),
        ("-127.0.0.1:0", 0),
    ] {
        let ran = probe.run("preopens", &[(LISTEN, value)]);
        ensure!(ran.status == 0, "{value}: {ran:?}");
        let got = sockets(ran);
        ensure!(got == count, "{value}: {got}, not {count}");
    }
    probe.run("preopens", &[(LISTEN, "-127.0.0.1:1")]).refused(
        "the variable WASI_AOT_LISTEN takes away `127.0.0.1:1`, which the program does not have\n",
    )
}

fn an_empty_variable_is_none(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--dir=granted", "--env=A=1", "--runtime-grants"])?;
    let names = [DIR, ENV, LISTEN, "WASI_AOT_TIMEOUT", "WASI_AOT_MAX_MEMORY"];
    let empty = names.map(|name| (name, ""));
    probe.run("preopens", &empty).printed(&dirs(&["granted"]))?;
    probe.run("env", &empty).printed("A=1\n")
}

fn malformed_variables_are_refused(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--dir=granted", "--runtime-grants"])?;
    for (name, values) in [
        (DIR, &[";", "granted;", "::x", "x::", ":ro"][..]),
        (ENV, &[";", "=x", "-A=b", "A=b;"]),
        (
            LISTEN,
            &["80", "localhost", "a.b:80", "1.2.3.4:65536", "::1:80", "-x"],
        ),
        ("WASI_AOT_MAX_MEMORY", &["x", "1.5M", "1T", "--", "-1"]),
        ("WASI_AOT_MAX_STACK", &["x", "-", "1K", "65G"]),
        ("WASI_AOT_TIMEOUT", &["x", "0", "1.5s", "-1s", "1d"]),
        ("WASI_AOT_MAX_OPEN_FILES", &["x", "0", "1K", "-1"]),
    ] {
        for value in values {
            let item = value
                .split(';')
                .find(|item| *item != "granted" && *item != "A=b");
            let item = item.unwrap_or_default();
            let message =
                format!("`{item}` in the variable {name} is not understood\nhelp: write ");
            let ran = probe.run("preopens", &[(name, value)]);
            ran.refused(&message)
                .map_err(|error| format!("{value}: {error:?}"))?;
        }
    }
    Ok(())
}

/// Several hundred starts with variables that are randomly composed from elements of their grammar.
fn random_variables_are_heeded_or_refused(machine: &Machine) -> Result<(), Failed> {
    // xorshift64: every run is the same.
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as usize % below
    };
    let starts = match machine.runner {
        Runner::Native => 200,
        _ => 40,
    };
    let probe = machine.build(&["--dir=granted", "--env=A=b", "--runtime-grants"])?;
    let (mut ran, mut refused) = (0, 0);
    for _ in 0..starts {
        let variables = random_variables(&mut random);
        let mut command = probe.command("preopens");
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        let end = Ran::new(&tool::run(&mut command, b""));
        let good = match end.status {
            0 => end.stderr.is_empty(),
            1 => end.stdout.is_empty() && end.stderr.starts_with("Error: "),
            // Too little memory, stack or time.
            134 => end.stderr.contains("wasm trap: ") || end.stderr.starts_with("Error: "),
            _ => false,
        };
        ensure!(good, "{variables:?}: {end:?}");
        ran += usize::from(end.status == 0);
        refused += usize::from(end.status == 1);
    }
    let both = ran.min(refused);
    ensure!(
        both > starts / 10,
        "{ran} ran, {refused} were refused: it is not random"
    );
    Ok(())
}

/// The variables that change grants.
const NAMES: [&str; 12] = [
    DIR,
    ENV,
    LISTEN,
    "WASI_AOT_NET",
    "WASI_AOT_NET_LISTEN",
    "WASI_AOT_NAME_LOOKUP",
    "WASI_AOT_NAME_SERVER",
    "WASI_AOT_MAX_MEMORY",
    "WASI_AOT_MAX_HEAP",
    "WASI_AOT_MAX_STACK",
    "WASI_AOT_TIMEOUT",
    "WASI_AOT_MAX_OPEN_FILES",
];
/// Elements of the grammar, and some that it does not contain.
const PIECES: [&str; 32] = [
    ";",
    ";;",
    "-",
    "::",
    ":",
    ":ro",
    "=",
    "/",
    ".",
    "..",
    "*",
    "[",
    "]",
    "[::1]:",
    "granted",
    "missing",
    "127.0.0.1:",
    "localhost",
    "0",
    "1",
    "80",
    "65536",
    "99999999999999999999",
    "64K",
    "16M",
    "4G",
    "1s",
    "5ms",
    "A",
    " ",
    "\u{e4}",
    "\u{1}",
];

/// One to three variables.
fn random_variables(random: &mut impl FnMut(usize) -> usize) -> Vec<(&'static str, String)> {
    (0..1 + random(3))
        .map(|_| {
            let repeat = if random(20) == 0 { 700 } else { 1 };
            let pieces: String = (0..random(6))
                .map(|_| PIECES[random(PIECES.len())])
                .collect();
            (NAMES[random(NAMES.len())], pieces.repeat(repeat))
        })
        .collect()
}

fn memory_is_limited_and_freed(machine: &Machine) -> Result<(), Failed> {
    const NAME: &str = "WASI_AOT_MAX_MEMORY";
    let probe = machine.build(&["--max-memory=4M", "--runtime-grants=limits"])?;
    probe.run("memory", &[]).printed("64 pages\n")?;
    probe.run("memory", &[(NAME, "3M")]).printed("48 pages\n")?;
    probe
        .run("memory", &[(NAME, "8M")])
        .printed("128 pages\n")?;
    // The module declares 16 MiB.
    probe
        .run("memory", &[(NAME, "1G")])
        .printed("256 pages\n")?;
    probe.run("memory", &[(NAME, "-")]).printed("256 pages\n")?;
    probe
        .run("memory", &[(NAME, "64K")])
        .refused("WASI_AOT_MAX_MEMORY=64K is less than what the program's memory starts with\n")
}

fn the_stack_has_another_size(machine: &Machine) -> Result<(), Failed> {
    const NAME: &str = "WASI_AOT_MAX_STACK";
    let probe = machine.build(&["--runtime-grants=limits"])?;
    let deep = |bytes| probe.run("deep 200000", &[(NAME, bytes)]);
    deep("64M").printed("0\n")?;
    let ran = deep("1M");
    ensure!(ran.status == 134, "{ran:?}");
    ensure!(
        ran.stderr.contains("wasm trap: call stack exhausted"),
        "{ran:?}"
    );
    Ok(())
}

fn open_files_are_limited(machine: &Machine) -> Result<(), Failed> {
    const NAME: &str = "WASI_AOT_MAX_OPEN_FILES";
    let options = [
        "--dir=granted",
        "--max-open-files=8",
        "--runtime-grants=limits",
    ];
    let probe = machine.build(&options)?;
    let opened = |value| -> Result<String, Failed> {
        let ran = probe.run("many granted/file", &[(NAME, value)]);
        ensure!(ran.status == 0, "{ran:?}");
        Ok(ran.stdout.lines().next().unwrap_or_default().into())
    };
    for (value, count) in [("", "4"), ("6", "2"), ("20", "16")] {
        let got = opened(value)?;
        ensure!(
            got == format!("{count}, then No file descriptors available"),
            "{value}: {got}"
        );
    }
    probe
        .run("preopens", &[(NAME, "3")])
        .refused("cannot open the granted directory `granted`: too many open files (os error 24)\n")
}

fn the_time_is_limited(machine: &Machine) -> Result<(), Failed> {
    const NAME: &str = "WASI_AOT_TIMEOUT";
    let probe = machine.build(&["--timeout=200ms", "--runtime-grants=limits"])?;
    let ran = probe.run("nap", &[]);
    ensure!(
        ran.status == 134 && ran.stderr.contains("wasm trap: interrupt"),
        "{ran:?}"
    );
    let ran = probe.run("spin", &[(NAME, "50ms")]);
    ensure!(
        ran.status == 134 && ran.stderr.contains("wasm trap: interrupt"),
        "{ran:?}"
    );
    // Long enough to exceed the limit that was set at build time.
    let mut child = probe.start("input", &[(NAME, "-")])?;
    std::thread::sleep(std::time::Duration::from_millis(400));
    drop(child.stdin.take());
    Ran::new(&child.wait_with_output()?).printed("")
}

fn arguments_are_never_taken(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--runtime-grants"])?;
    probe
        .run(
            "preopens --dir=granted --runtime-grants WASI_AOT_DIR=granted",
            &[],
        )
        .printed("")
}
