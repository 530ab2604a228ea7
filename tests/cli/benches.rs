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

/// Runs a script of `benches` with a corpus that holds nothing but a module named `bzip2.wasm`.
fn script(scratch: &Scratch, words: &[&str]) -> Result<Output, Failed> {
    let corpus = scratch.path("corpus");
    fs::create_dir_all(&corpus)?;
    fs::write(
        corpus.join("bzip2.wasm"),
        wat::parse_str(r#"(module (func (export "_start") unreachable))"#)?,
    )?;
    let benches = Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches");
    let mut command = scratch.command("python3");
    command.arg(benches.join(words[0])).args(&words[1..]);
    Ok(tool::run(command.env("WASI_AOT_CORPUS", corpus), b""))
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

fn compare(scratch: &Scratch, wasi_aot: &str, wasmtime: &str) -> Result<Output, Failed> {
    let tools = ["--wasi-aot", wasi_aot, "--wasmtime", wasmtime];
    let words = [&["compare.py", "--rounds", "1"][..], &tools, &["bzip2"]].concat();
    script(scratch, &words)
}

fn failing() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let fails = pretender(&scratch, "echo no such target >&2; exit 1")?;
    let output = compare(&scratch, &fails, &fails)?;
    refuses(
        &output,
        "ended with 1, not with 0; it said:\nno such target",
    )
}

fn writing_nothing() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let idle = pretender(&scratch, "exit 0")?;
    refuses(
        &compare(&scratch, &idle, &idle)?,
        "ended with 0, but wrote nothing to",
    )
}

fn missing_parts() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let idle = pretender(&scratch, "exit 0")?;
    refuses(
        &compare(&scratch, "/nonexistent/wasi-aot", &idle)?,
        "/nonexistent/wasi-aot is not there: build it",
    )?;
    let tools = ["--wasi-aot", &idle, "--wasmtime", &idle];
    for (words, sentence) in [
        (["compare.py", "lua"], "there is no program lua"),
        (["compare.py", "quickjs"], "get the corpus"),
        (["proposals.py", "lua"], "no program has lua in its name"),
        (["simd.py", "lua"], "zig is not there: get the corpus"),
    ] {
        let output = script(&scratch, &[&words[..1], &tools, &words[1..]].concat())?;
        refuses(&output, sentence)?;
    }
    Ok(())
}

/// Both engines compile the module; what runs ends by a trap in both.
fn failing_program() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let engine = pretender(
        &scratch,
        "case $1 in compile) while [ \"$1\" != -o ]; do shift; done; echo code >\"$2\" ;; *) exit 134 ;; esac",
    )?;
    let output = compare(&scratch, WASI_AOT, &engine)?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.code() == Some(1), "{said}");
    ensure!(said.contains("ended by signal 6, not with 0"), "{said}");
    let figures = String::from_utf8_lossy(&output.stdout);
    ensure!(!figures.contains("bzip2: run"), "{figures}");
    Ok(())
}
