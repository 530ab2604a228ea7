//! Built programs and `run` behave like any native program: arguments, exit codes, signals,
//! streams.

use crate::scratch::{Scratch, WASI_AOT};
use crate::{ensure, trials};
use libtest_mimic::{Failed, Trial};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wasi_aot_tests::tool::{self, Runner};

pub fn trials() -> Vec<Trial> {
    let mut trials = trials![
        exit_codes_pass_through,
        arguments_reach_the_program_untouched,
        a_closed_pipe_ends_the_program_by_signal,
        an_interrupt_ends_the_program_by_signal,
        closed_streams_are_no_crash,
        the_command_survives_closed_streams,
        concurrent_runs_share_the_cache,
        the_cache_has_a_bound,
        without_a_cache_nothing_is_kept,
        little_address_space_is_enough,
    ];
    // Emulators offer a choice of CPUs.
    let target = wasi_aot_targets::find("aarch64-linux").expect("it is a target");
    let name = "process::a_cpu_that_lacks_something_is_refused";
    trials.push(match Runner::find(target) {
        Ok(emulator) => Trial::test(name, move || {
            a_cpu_that_lacks_something_is_refused(&emulator)
        }),
        Err(reason) => tool::unable(name, reason),
    });
    trials
}

fn a_cpu_that_lacks_something_is_refused(emulator: &Runner) -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    fs::write(scratch.path("count.wat"), COUNT)?;
    let target = "--target=aarch64-linux";
    let app = built(&scratch, "count.wat", &[target, "--cpu", "armv8.1-a"])?;
    let on = |cpu| tool::run(emulator.command(&app).env("QEMU_CPU", cpu).arg("one"), b"");
    ensure!(tool::status(&on("max")) == 1, "one argument is counted");
    let refused = on("cortex-a53");
    let says = String::from_utf8_lossy(&refused.stderr);
    let expected = "Error: the program was built for a CPU with lse, which this one lacks\n";
    ensure!(says.starts_with(expected), "{says}");
    ensure!(tool::status(&refused) == 1, "{:?}", refused.status);
    let app = built(&scratch, "count.wat", &[target])?;
    let plain = tool::run(emulator.command(&app).env("QEMU_CPU", "cortex-a53"), b"");
    ensure!(tool::status(&plain) == 0, "nothing is needed");
    Ok(())
}

/// Prints its arguments, each followed by a NUL.
const ARGS: &str = r#"(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (func (export "_start")
    (drop (call $sizes (i32.const 0) (i32.const 12)))
    (drop (call $args (i32.const 16) (i32.const 65536)))
    (i32.store (i32.const 8) (i32.const 65536))
    (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 4)))))"#;

/// Exits with the number of its arguments.
const COUNT: &str = r#"(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (call $sizes (i32.const 0) (i32.const 4)))
    (call $exit (i32.sub (i32.load (i32.const 0)) (i32.const 1)))))"#;

/// Builds a module and returns the executable's path.
fn built(scratch: &Scratch, module: &str, options: &[&str]) -> Result<PathBuf, Failed> {
    let mut args = vec!["build", "-q", module, "-o", "app"];
    args.extend(options);
    let output = scratch.wasi_aot(&args);
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(scratch.path("app"))
}

fn exit_codes_pass_through() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    fs::write(scratch.path("count.wat"), COUNT)?;
    let app = built(&scratch, "count.wat", &[])?;
    for code in 0..=255 {
        let args: Vec<&str> = (0..code).map(|_| "x").collect();
        let output = tool::run(scratch.command(&app).args(args), b"");
        ensure!(tool::status(&output) == code, "{code}: {output:?}");
    }
    for code in ["0", "7"] {
        let args = "x ".repeat(code.parse()?);
        let output = scratch.shell(&format!("wasi-aot run count.wat {args}"));
        ensure!(
            tool::status(&output).to_string() == code,
            "{code}: {output:?}"
        );
    }
    Ok(())
}

fn arguments_reach_the_program_untouched() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    fs::create_dir(scratch.path("sub"))?;
    fs::write(scratch.path("sub/args.wat"), ARGS)?;
    let lists: [&[&str]; 6] = [
        &[],
        &["--help"],
        &["--", "a", "--", "b"],
        &["-q", "--dir", ".", "--no-cache", "-V"],
        &["", "a b", "*", "ä", "\n"],
        &["-", "--=", "-j4"],
    ];
    for list in lists {
        let expected: String = ["args.wat"]
            .iter()
            .chain(list)
            .map(|arg| format!("{arg}\0"))
            .collect();
        for before in [
            &["run"][..],
            &["run", "--no-cache"],
            &["run", "--env", "A=b", "--"],
        ] {
            let args = before.iter().chain(&["sub/args.wat"]).chain(list);
            let output = tool::run(scratch.command(WASI_AOT).args(args), b"");
            let seen = String::from_utf8_lossy(&output.stdout).into_owned();
            ensure!(
                seen == expected,
                "{before:?} {list:?}: {seen:?} {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }
    let app = built(&scratch, "sub/args.wat", &["--argv0", "me"])?;
    let output = tool::run(scratch.command(app).arg("x"), b"");
    ensure!(output.stdout == b"me\0x\0", "{output:?}");
    Ok(())
}

fn a_closed_pipe_ends_the_program_by_signal() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let app = built(&scratch, "show.wasm", &[])?;
    for mut command in [scratch.command(app), run_show(&scratch)] {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        drop(child.stdout.take());
        // This test is the writer of the pipe and ignores the signal, so the error is expected.
        let mut stdin = child.stdin.take().expect("it is piped");
        let _ = stdin.write_all(&[b'x'; 1 << 20]);
        drop(stdin);
        let output = child.wait_with_output()?;
        ensure!(tool::status(&output) == 128 + 13, "{output:?}");
    }
    let output = scratch.shell("wasi-aot inspect show.wasm | head -n 1");
    ensure!(output.stderr.is_empty(), "{output:?}");
    Ok(())
}

fn run_show(scratch: &Scratch) -> Command {
    let mut command = scratch.command(WASI_AOT);
    command.args(["run", "show.wasm"]);
    command
}

fn an_interrupt_ends_the_program_by_signal() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let app = built(&scratch, "show.wasm", &[])?;
    for mut command in [scratch.command(app), run_show(&scratch)] {
        // Processes that a shell starts in the background ignore interrupts, and so do their
        // children.
        tool::default_signals(&mut command);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        // The program's answer shows that it runs.
        let mut stdin = child.stdin.take().expect("it is piped");
        stdin.write_all(&[b'\n'; 1 << 13])?;
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        stdout.read_line(&mut line)?;
        Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status()?;
        let output = child.wait_with_output()?;
        ensure!(tool::status(&output) == 128 + 2, "{output:?}");
        drop((stdin, stdout));
    }
    Ok(())
}

fn closed_streams_are_no_crash() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    built(&scratch, "hello.wasm", &[])?;
    for (line, out) in [
        ("./app <&-", "Hello, world!\n"),
        ("./app 2>&-", "Hello, world!\n"),
        ("./app >&-", ""),
        ("./app <&- >&- 2>&-", ""),
        ("wasi-aot run hello.wasm <&- 2>&-", "Hello, world!\n"),
    ] {
        let output = scratch.shell(line);
        let status = tool::status(&output);
        ensure!(
            status == 0 && output.stdout == out.as_bytes(),
            "{line}: {output:?}"
        );
    }
    Ok(())
}

fn the_command_survives_closed_streams() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    for line in [
        "wasi-aot build hello.wasm >&-",
        "wasi-aot build hello.wasm 2>&-",
        "wasi-aot build hello.wasm <&- >&- 2>&-",
    ] {
        let output = scratch.shell(line);
        ensure!(tool::status(&output) == 0, "{line}: {output:?}");
        ensure!(
            fs::read(scratch.path("hello"))?.starts_with(b"\x7fELF"),
            "{line}: no executable"
        );
    }
    Ok(())
}

/// The names of the executables in the cache.
fn cached(scratch: &Scratch) -> Vec<String> {
    let Ok(entries) = fs::read_dir(scratch.path(".cache")) else {
        return Vec::new();
    };
    entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.contains("-code-") && !name.contains("-functions-"))
        .collect()
}

fn concurrent_runs_share_the_cache() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let start = |_| {
        scratch
            .command(WASI_AOT)
            .args(["run", "hello.wasm"])
            .stdout(Stdio::piped())
            .spawn()
    };
    let children = (0..12).map(start).collect::<Result<Vec<_>, _>>()?;
    for child in children {
        let output = child.wait_with_output()?;
        ensure!(output.stdout == b"Hello, world!\n", "{output:?}");
    }
    ensure!(cached(&scratch).len() == 1, "{:?}", cached(&scratch));
    Ok(())
}

fn the_cache_has_a_bound() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    for name in ["a", "b", "c"] {
        let line = format!("WASI_AOT_CACHE_SIZE=1K wasi-aot run --argv0 {name} hello.wasm");
        let output = scratch.shell(&line);
        ensure!(output.stdout == b"Hello, world!\n", "{output:?}");
        ensure!(cached(&scratch).len() == 1, "{:?}", cached(&scratch));
    }
    Ok(())
}

fn without_a_cache_nothing_is_kept() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let before = scratch.names()?;
    let output = scratch.wasi_aot(&["run", "--no-cache", "hello.wasm"]);
    ensure!(output.stdout == b"Hello, world!\n", "{output:?}");
    let after = scratch.names()?;
    ensure!(cached(&scratch).is_empty() && after == before, "{after:?}");
    Ok(())
}

/// Under a limit on address space, the guard reservation fails, and the message names the remedy.
fn little_address_space_is_enough() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    for options in [
        &[][..],
        &["--bounds-checks", "explicit", "--max-memory", "32M"],
    ] {
        built(&scratch, "hello.wasm", options)?;
        let start = Instant::now();
        let output = scratch.shell("ulimit -v 1000000; ./app");
        ensure!(
            output.stdout == b"Hello, world!\n" && output.stderr.is_empty(),
            "{options:?}: {output:?}"
        );
        ensure!(
            start.elapsed() < Duration::from_secs(10),
            "it took {:?}",
            start.elapsed()
        );
    }
    Ok(())
}
