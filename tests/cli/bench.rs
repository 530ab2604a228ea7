//! `wasi-aot bench` compares programs only if all of them succeed and do the same. Pretenders take
//! the place of other engines.

use crate::scratch::{Scratch, WASI_AOT};
use crate::{ensure, trials};
use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use wasi_aot_tests::tool;

pub fn trials() -> Vec<Trial> {
    let mut trials = trials![
        programs_that_agree_have_ratios,
        a_program_with_another_output_has_no_ratio,
        a_program_that_fails_has_no_ratio,
        a_program_that_changes_its_mind_has_no_ratio,
        a_run_has_a_time_limit,
        nothing_is_compared_if_our_program_fails,
        our_compiler_speaks_for_itself,
        each_run_has_the_same_input,
        wasmtime_is_given_the_same,
        an_interrupt_leaves_nothing,
    ];
    let name = "bench::wasmtime_itself_agrees";
    trials.push(match tool::in_path("wasmtime") {
        Some(path) => Trial::test(name, move || wasmtime_itself_agrees(&path)),
        None => tool::unable(name, "no wasmtime".to_owned()),
    });
    trials
}

/// An executable script.
fn script(scratch: &Scratch, name: &str, lines: &str) -> Result<String, Failed> {
    let path = scratch.path(name);
    fs::write(&path, format!("#!/bin/sh\n{lines}\n"))?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    Ok(format!("./{name}"))
}

/// A pretended wasmtime: its `compile` copies, and its `run` is these lines. All words that it gets
/// stand in the file `words`.
fn pretender(scratch: &Scratch, run: &str) -> Result<String, Failed> {
    let lines = format!(
        r#"echo "$@" >> words
case $1 in
--version) echo pretender 1; exit;;
compile)
    for module; do :; done
    while [ "$1" != -o ]; do shift; done
    exec cat "$module" > "$2";;
esac
{run}"#
    );
    script(scratch, "pretender", &lines)
}

/// Runs `bench` with these words, in a quiet way.
fn bench(scratch: &Scratch, words: &[&str]) -> Output {
    scratch.wasi_aot(&[&["bench", "-q"], words].concat())
}

/// Whether `bench` ends with the code for programs that cannot be compared, and these words.
fn refuses(output: &Output, words: &str) -> Result<(), Failed> {
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.code() == Some(1), "{output:?}");
    ensure!(said.starts_with("error[E0502]: "), "{said}");
    ensure!(said.contains(words), "no `{words}` in {said}");
    Ok(())
}

fn json(output: &Output) -> Result<Value, Failed> {
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Whether a number is above another one.
fn is_above(value: &Value, least: f64) -> bool {
    value.as_f64().is_some_and(|number| number > least)
}

fn programs_that_agree_have_ratios() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let wasmtime = pretender(&scratch, r#"echo "Hello, you!""#)?;
    let native = script(&scratch, "app", r#"sleep 0.1; echo "Hello, $1!""#)?;
    let slow = format!("slow={native}");
    let words = ["--wasmtime", &wasmtime, "--native", &slow, "--json"];
    let words = [&words[..], &["--rounds", "3", "hello.wasm", "you"]].concat();
    let output = bench(&scratch, &words);
    ensure!(output.status.success(), "{output:?}");
    let found = json(&output)?;
    ensure!(found["format"] == 1 && found["rounds"] == 3, "{found}");
    ensure!(found["module"] == "hello.wasm", "{found}");
    ensure!(found["arguments"] == serde_json::json!(["you"]), "{found}");
    let programs = found["programs"].as_array().ok_or("no programs")?;
    let names: Vec<_> = programs.iter().map(|it| &it["name"]).collect();
    ensure!(names == ["wasi-aot", "wasmtime", "slow"], "{names:?}");
    let own = concat!("wasi-aot ", env!("CARGO_PKG_VERSION"));
    ensure!(programs[0]["version"] == own, "{found}");
    ensure!(programs[1]["version"] == "pretender 1", "{found}");
    for program in programs {
        ensure!(program.get("error").is_none(), "{program}");
        ensure!(program["size"].as_u64() > Some(0), "{program}");
        let run = &program["run"];
        for time in ["wall", "user", "system", "cpu"] {
            let of = |part: &str| run[time][part].as_f64().unwrap_or(-1.0);
            let (q1, median, q3) = (of("q1"), of("median"), of("q3"));
            ensure!(0.0 <= q1 && q1 <= median && median <= q3, "{program}");
        }
        ensure!(run["memory"].as_u64() > Some(1 << 16), "{program}");
        let is_native = program["name"] == "slow";
        ensure!(program.get("compile").is_none() == is_native, "{program}");
        let is_ours = program["name"] == "wasi-aot";
        ensure!(program.get("ratio").is_none() == is_ours, "{program}");
    }
    let compile = &programs[0]["compile"];
    ensure!(is_above(&compile["cpu"]["median"], 0.0), "{compile}");
    ensure!(compile["rounds"].as_u64() > Some(0), "{compile}");
    // A program that sleeps for long is slower by the clock. Three rounds are too few to count.
    let wall = &programs[2]["ratio"]["wall"];
    ensure!(is_above(&wall["median"], 1.5), "{wall}");
    ensure!(wall["counts"] == false, "{wall}");
    let slow = &programs[2]["run"]["wall"]["median"];
    ensure!(is_above(slow, 0.0999), "{found}");

    // The same as a table.
    let words: Vec<_> = words.into_iter().filter(|word| *word != "--json").collect();
    let output = bench(&scratch, &words);
    let table = String::from_utf8(output.stdout.clone())?;
    ensure!(output.status.success(), "{output:?}");
    ensure!(table.starts_with("hello.wasm you: 3 rounds\n"), "{table}");
    let row = |name: &str| table.lines().find(|line| line.starts_with(name));
    let cells = |name: &str| row(name).map(|row| row.split_whitespace().collect::<Vec<_>>());
    let slow = cells("slow").ok_or("no row")?;
    ensure!(slow[1].starts_with('~') && slow.contains(&"-"), "{table}");
    ensure!(
        !cells("wasmtime").ok_or("no row")?.contains(&"-"),
        "{table}"
    );
    Ok(())
}

/// The row of the program has a reason, and no figures; that of ours has its own.
fn is_left_out(output: &Output, name: &str, words: &str) -> Result<(), Failed> {
    refuses(output, &format!("not compared: {name}\n"))?;
    let found = json(output)?;
    let programs = found["programs"].as_array().ok_or("no programs")?;
    let program = programs.iter().find(|program| program["name"] == name);
    let program = program.ok_or("it has no row")?;
    let error = program["error"].as_str().unwrap_or_default();
    ensure!(error.contains(words), "no `{words}` in {program}");
    for field in ["run", "ratio", "size"] {
        ensure!(program.get(field).is_none(), "{field}: {program}");
    }
    ensure!(programs[0]["run"]["wall"]["median"].is_f64(), "{found}");
    Ok(())
}

/// The words that compare hello.wasm with a pretended wasmtime.
fn with<'a>(wasmtime: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let words = ["--wasmtime", wasmtime, "--json", "--rounds", "2"];
    [&words[..], more, &["hello.wasm"]].concat()
}

fn a_program_with_another_output_has_no_ratio() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let wasmtime = pretender(&scratch, "echo 'Hello, moon!'")?;
    let output = bench(&scratch, &with(&wasmtime, &[]));
    let words = r#"another output than wasi-aot's: "moon!\n" and not "world!\n" at byte 7"#;
    is_left_out(&output, "wasmtime", words)?;
    // The others are still compared, and the table shows both.
    let native = script(&scratch, "app", "echo 'Hello, world!'")?;
    let words = ["--wasmtime", &wasmtime, "--native", &native];
    let output = bench(
        &scratch,
        &[&words[..], &["--rounds", "2", "hello.wasm"]].concat(),
    );
    refuses(&output, "not compared: wasmtime\n")?;
    let table = String::from_utf8(output.stdout)?;
    let reason = table.lines().last().unwrap_or_default();
    ensure!(
        reason.starts_with("wasmtime: another output than"),
        "{table}"
    );
    let dashes = |name: &str| {
        let row = table.lines().find(|line| line.starts_with(name));
        row.map(|row| row.split_whitespace().filter(|cell| *cell == "-").count())
    };
    // What it took to compile is known; a native program was not compiled.
    ensure!(dashes("wasmtime ") == Some(7), "{table}");
    ensure!(dashes("native ") == Some(2), "{table}");
    Ok(())
}

fn a_program_that_fails_has_no_ratio() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    for (run, words) in [
        (
            "echo 'Hello, world!'; echo a >&2; echo 'Error: no such feature' >&2; exit 1",
            "exit status 1, Error: no such feature",
        ),
        ("echo 'Hello, world!'; kill -KILL $$", "signal 9"),
    ] {
        let wasmtime = pretender(&scratch, run)?;
        let output = bench(&scratch, &with(&wasmtime, &[]));
        is_left_out(&output, "wasmtime", words)?;
    }
    // It fails already when it compiles.
    let wasmtime = script(&scratch, "fails", "echo 'Error: \u{1b}[2Jno' >&2; exit 3")?;
    let output = bench(&scratch, &with(&wasmtime, &[]));
    let words = r"it does not compile: exit status 3, Error: \u{1b}[2Jno";
    is_left_out(&output, "wasmtime", words)?;
    let wasmtime = script(&scratch, "idle", "exit 0")?;
    let output = bench(&scratch, &with(&wasmtime, &[]));
    is_left_out(&output, "wasmtime", "it does not compile: it wrote nothing")
}

fn a_program_that_changes_its_mind_has_no_ratio() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let run = "echo >> count; [ $(wc -l < count) = 3 ] && exit 7; echo 'Hello, world!'";
    let wasmtime = pretender(&scratch, run)?;
    let words = ["--wasmtime", &wasmtime, "--json", "--rounds", "5"];
    let output = bench(&scratch, &[&words[..], &["hello.wasm"]].concat());
    is_left_out(&output, "wasmtime", "exit status 7")?;
    ensure!(json(&output)?["rounds"] == 5, "ours goes on: {output:?}");
    let count = fs::read_to_string(scratch.path("count"))?;
    ensure!(count.len() == 3, "it ran {} times", count.len());
    Ok(())
}

fn a_run_has_a_time_limit() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let wasmtime = pretender(&scratch, "sleep 1000 & echo $! > child; wait")?;
    let begin = Instant::now();
    let output = bench(&scratch, &with(&wasmtime, &["--run-timeout", "2s"]));
    is_left_out(&output, "wasmtime", "it took more than 2 s")?;
    ensure!(
        begin.elapsed() < Duration::from_secs(300),
        "{:?}",
        begin.elapsed()
    );
    has_ended(&scratch.path("child"))
}

/// The process whose number is in the file ends soon.
fn has_ended(file: &Path) -> Result<(), Failed> {
    let number = fs::read_to_string(file)?;
    let stat = format!("/proc/{}/stat", number.trim());
    let begin = Instant::now();
    while fs::read_to_string(&stat).is_ok_and(|text| !text.contains(") Z ")) {
        ensure!(begin.elapsed() < Duration::from_secs(20), "{number} runs");
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

fn nothing_is_compared_if_our_program_fails() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let wasmtime = pretender(&scratch, "exit 91")?;
    let words = ["--wasmtime", &wasmtime, "--rounds", "1", "sum.wat"];
    let output = bench(&scratch, &words);
    refuses(&output, "wasi-aot's program: exit status 91")?;
    ensure!(output.stdout.is_empty(), "{output:?}");
    let output = bench(&scratch, &[&["--exit-status", "91"], &words[..]].concat());
    ensure!(output.status.success(), "{output:?}");
    fs::write(
        scratch.path("trap.wat"),
        r#"(module (func (export "_start") unreachable))"#,
    )?;
    let output = bench(&scratch, &["--no-wasmtime", "trap.wat"]);
    refuses(&output, "wasi-aot's program: signal 6, Error: ")?;
    let forever = r#"(module (func (export "_start") (loop (br 0))))"#;
    fs::write(scratch.path("forever.wat"), forever)?;
    let limit = ["--no-wasmtime", "--run-timeout", "500ms", "forever.wat"];
    refuses(&bench(&scratch, &limit), "it took more than 0.5 s")?;
    // Its output is not the same each time.
    let random = r#"(module
      (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
      (memory (export "memory") 1)
      (data (i32.const 0) "\10\00\00\00\10\00\00\00")
      (func (export "_start")
        (drop (call $random (i32.const 16) (i32.const 16)))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#;
    fs::write(scratch.path("random.wat"), random)?;
    let output = bench(&scratch, &["--no-wasmtime", "random.wat"]);
    refuses(&output, "its output is not the same each time: ")
}

/// An error in the module is that of `build`, as a user of the verb would see it.
fn our_compiler_speaks_for_itself() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let text = r#"(module (import "a" "b" (func)) (func (export "_start")))"#;
    fs::write(scratch.path("unknown.wat"), text)?;
    for format in ["text", "json"] {
        let format = format!("--message-format={format}");
        let words = ["-q", &format, "unknown.wat"];
        let built = scratch.wasi_aot(&[&["build"], &words[..]].concat());
        let output = scratch.wasi_aot(&[&["bench", "--no-wasmtime"], &words[..]].concat());
        ensure!(built.status.code() == Some(1), "{built:?}");
        ensure!(output.status == built.status, "{output:?}");
        ensure!(output.stderr == built.stderr, "{output:?} {built:?}");
    }
    // Its options are those of `build`.
    let words = ["--no-wasmtime", "--unknown-imports", "trap", "--rounds=1"];
    let output = bench(&scratch, &[&words[..], &["unknown.wat"]].concat());
    ensure!(output.status.success(), "{output:?}");
    Ok(())
}

fn each_run_has_the_same_input() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let text = "line\n".repeat(100_000);
    fs::write(scratch.path("input"), &text)?;
    let wasmtime = pretender(&scratch, "exec cat")?;
    let cat = script(&scratch, "cat", "wc -c >> lengths; cat input")?;
    let words = ["--stdin", "input", "--wasmtime", &wasmtime];
    let more = ["--native", &cat, "--rounds", "3", "show.wasm"];
    let output = bench(&scratch, &[&words[..], &more].concat());
    ensure!(output.status.success(), "{output:?}");
    // The round that warms up, too.
    let lengths = fs::read_to_string(scratch.path("lengths"))?;
    let expected = format!("{}\n", text.len()).repeat(4);
    ensure!(lengths == expected, "{lengths}");
    let made = tool::run(Command::new("mkfifo").arg(scratch.path("pipe")), b"");
    ensure!(made.status.success(), "{made:?}");
    for (input, why) in [
        ("missing", "No such file or directory"),
        (".", "it is a folder"),
        ("pipe", "each run reads it again, which takes a file"),
    ] {
        let output = bench(&scratch, &["--stdin", input, "show.wasm"]);
        let said = String::from_utf8_lossy(&output.stderr);
        let expected = format!("error[E0001]: cannot read {input}: {why}");
        ensure!(said.starts_with(&expected), "{said}");
    }
    Ok(())
}

fn wasmtime_is_given_the_same() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    fs::create_dir(scratch.path("data"))?;
    fs::write(scratch.path("data/file"), "text")?;
    let wasmtime = pretender(&scratch, "exec cat data/file")?;
    let grants = ["--dir", "data::/data", "--env", "A=b c", "-j1"];
    let words = ["--wasmtime", &wasmtime, "--rounds", "1"];
    let program = ["show.wasm", "/data/file"];
    let output = bench(&scratch, &[&words[..], &grants, &program].concat());
    ensure!(output.status.success(), "{output:?}");
    let said = fs::read_to_string(scratch.path("words"))?;
    let run = said.lines().find(|line| line.starts_with("run "));
    let run = run.ok_or("no run")?;
    for words in [
        "run --allow-precompiled --argv0 show.wasm ",
        " --dir data::/data ",
        " --env A=b c ",
        " /data/file",
    ] {
        ensure!(run.contains(words), "no `{words}` in {run}");
    }
    let compile = said.lines().find(|line| line.starts_with("compile "));
    let compile = compile.ok_or("no compile")?;
    ensure!(
        compile.starts_with("compile -C parallel-compilation=n -o ")
            && compile.ends_with(" -- show.wasm"),
        "{compile}"
    );
    // It has no counterpart: no failure, but a line that says so.
    for (grant, what) in [
        (["--embed", "data::/data"], "--embed"),
        (["--dir", "data::/data:ro"], "--dir HOST:ro"),
    ] {
        let output = bench(&scratch, &[&words[..], &grant, &program].concat());
        let table = String::from_utf8_lossy(&output.stdout);
        ensure!(output.status.success(), "{output:?}");
        let words = format!("wasmtime is left out: its command has no counterpart of `{what}`");
        ensure!(table.contains(&words), "{table}");
    }
    Ok(())
}

/// An interrupt of `bench` alone ends its programs, and those that they have started.
fn an_interrupt_leaves_nothing() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    fs::create_dir(scratch.path("temporary"))?;
    let lines = "sleep 1000 & echo $! > part; mv part child; wait";
    let native = script(&scratch, "app", lines)?;
    for (signal, number) in [("INT", 2), ("TERM", 15), ("KILL", 9)] {
        let before = scratch.names()?;
        let mut command: Command = scratch.command(WASI_AOT);
        tool::default_signals(&mut command);
        command.args(["bench", "-q", "--no-wasmtime", "--native", &native]);
        command
            .arg("hello.wasm")
            .env("TMPDIR", scratch.path("temporary"));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn()?;
        let begin = Instant::now();
        let started = scratch.path("child");
        while !started.exists() {
            ensure!(begin.elapsed() < Duration::from_secs(120), "no start");
            thread::sleep(Duration::from_millis(10));
        }
        Command::new("kill")
            .args([&format!("-{signal}"), &child.id().to_string()])
            .status()?;
        let output = child.wait_with_output()?;
        ensure!(tool::status(&output) == 128 + number, "{output:?}");
        let said = [&*output.stdout, &output.stderr].concat();
        ensure!(said.is_empty(), "{output:?}");
        // Nobody can do anything when it is killed; its programs end with it, those that they
        // started do not.
        match signal {
            "KILL" => drop(scratch.shell("kill $(cat child)")),
            _ => has_ended(&started)?,
        }
        fs::remove_file(&started)?;
        let after = scratch.names()?;
        ensure!(before == after, "{after:?}");
        let left: Vec<_> = fs::read_dir(scratch.path("temporary"))?.collect();
        ensure!(left.is_empty(), "{left:?}");
    }
    Ok(())
}

fn wasmtime_itself_agrees(wasmtime: &Path) -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    fs::create_dir(scratch.path("data"))?;
    fs::write(scratch.path("data/file"), "text")?;
    let path = wasmtime.display().to_string();
    let words = ["--wasmtime", &path, "--rounds", "1", "--json"];
    for program in [
        &["hello.wasm", "you"][..],
        &["--dir", "data::/data", "show.wasm", "/data/file"],
        &["--exit-status", "91", "sum.wat"],
        &["--max-stack", "64M", "--max-memory", "1G", "hello.wasm"],
        &[
            "--nan-canonicalization",
            "--relaxed-simd=deterministic",
            "hello.wasm",
        ],
        &[
            "--inherit-env",
            "--env",
            "A=b",
            "--argv0",
            "me",
            "hello.wasm",
        ],
    ] {
        let output = bench(&scratch, &[&words[..], program].concat());
        ensure!(output.status.success(), "{program:?}: {output:?}");
        let found = json(&output)?;
        let ratio = &found["programs"][1]["ratio"]["wall"]["median"];
        ensure!(is_above(ratio, 0.0), "{found}");
    }
    Ok(())
}
