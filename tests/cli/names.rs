//! Names come from the author of a module. When they are printed, they cannot imitate our output
//! lines, send control sequences to the terminal, or change the reading order.

use crate::scratch::Scratch;
use crate::{ensure, trials};
use libtest_mimic::{Failed, Trial};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::process::Output;
use wasi_aot_tests::tool;

pub fn trials() -> Vec<Trial> {
    trials![
        names_of_a_module_make_no_lines,
        names_of_files_make_no_lines,
        paths_are_printed_as_they_are,
    ]
}

/// A name in a module's text: it contains a line that looks like ours, a sequence that clears the
/// screen, a direction override, and a line separator.
const NAME: &str = r"n\nforged\0d\1b[2J\u{202e}\u{2028}\u{2066}\u{9b}\7f";

/// No part of [`NAME`] may have an effect on the reader of the output.
fn is_harmless(output: &Output, what: &str) -> Result<(), Failed> {
    let text = [&*output.stdout, &*output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    ensure!(text.contains("forged"), "{what}: no name: {text}");
    let acts = |c: char| c.is_control() && c != '\n' || "\u{202e}\u{2028}\u{2066}".contains(c);
    ensure!(!text.contains(acts), "{what}: {text:?}");
    let forged = text.lines().find(|line| line.starts_with("forged"));
    ensure!(forged.is_none(), "{what}: {text}");
    Ok(())
}

fn names_of_a_module_make_no_lines() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let modules = [
        (
            "unknown",
            format!(r#"(module (import "{NAME}" "{NAME}" (func)) (func (export "_start")))"#),
        ),
        (
            "mistyped",
            format!(r#"(module (func (@name "{NAME}") (export "_start") (result i32)))"#),
        ),
        (
            "traps",
            format!(
                r#"(module (@name "{NAME}") (memory 1) (func $g (@name "g{NAME}")
                (i32.store (i32.const 0x10000) (i32.const 1)) (call $f)) (func $f (@name "{NAME}")
                unreachable) (func (export "_start") (call $g)) (func (export "{NAME}") (call $f)))"#
            ),
        ),
    ];
    for (file, text) in modules {
        fs::write(scratch.path(format!("{file}.wat")), text)?;
    }
    for line in [
        "wasi-aot build unknown.wat",
        "wasi-aot inspect unknown.wat",
        "wasi-aot inspect --json unknown.wat",
        "wasi-aot build --message-format json unknown.wat",
        "wasi-aot build --message-format json -v mistyped.wat",
        "wasi-aot build mistyped.wat",
        "wasi-aot build traps.wat --invoke nobody",
        "wasi-aot inspect traps.wat",
        "wasi-aot build -q traps.wat --emit asm=/dev/stdout",
        "wasi-aot build -q traps.wat --emit clif=/dev/stdout",
        "wasi-aot build -q traps.wat --emit program=/dev/stdout",
        "wasi-aot build -q traps.wat && ./traps",
        "wasi-aot run traps.wat",
    ] {
        is_harmless(&scratch.shell(line), line)?;
    }
    // The symbol table contains the name unchanged.
    use object::{Object, ObjectSymbol};
    let bytes = fs::read(scratch.path("traps"))?;
    let file = object::File::parse(&*bytes)?;
    let raw =
        |symbol: object::Symbol<'_, '_>| symbol.name().is_ok_and(|n| n.starts_with("n\nforged"));
    ensure!(file.symbols().any(raw), "no such symbol");
    Ok(())
}

fn names_of_files_make_no_lines() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let name = "n\nforged\u{202e}\x1b[2J.wasm";
    let copy = scratch.path(name);
    fs::copy(scratch.path("hello.wasm"), &copy)?;
    fs::write(scratch.path("x\nforged.wat"), "(module)")?;
    for line in [
        "wasi-aot build n*.wasm -o app",
        "wasi-aot inspect n*.wasm",
        "wasi-aot bench --no-wasmtime --rounds 1 n*.wasm \"$(printf 'y\\nforged')\"",
        "wasi-aot bench --json --no-wasmtime --rounds 1 n*.wasm \"$(printf 'y\\nforged')\"",
        "wasi-aot bench --native \"$(printf 'y\\nforged')\" hello.wasm",
        "wasi-aot inspect app",
        "wasi-aot build x*.wat",
        "wasi-aot build \"$(printf 'y\\nforged')\"",
        "wasi-aot build hello.wasm --dir \"$(printf 'y\\nforged')\" -o app",
        "wasi-aot build hello.wasm -o \"$(printf 'y\\nforged')/z\"",
    ] {
        is_harmless(&scratch.shell(line), line)?;
    }
    Ok(())
}

/// Programs also read the names of results, so they are printed as they were given, whatever their
/// bytes are.
fn paths_are_printed_as_they_are() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    for (line, out) in [
        (
            r"wasi-aot build -q hello.wasm -o $(printf 'a\377b')",
            &b"a\xffb\n"[..],
        ),
        (
            r"wasi-aot build -q hello.wasm --emit exe=$(printf 'c\377'),obj=$(printf 'd=\377')",
            b"c\xff\nd=\xff\n",
        ),
        (
            r"cp hello.wasm $(printf 'e\377.wasm'); wasi-aot build -q $(printf 'e\377.wasm')",
            b"e\xff\n",
        ),
        (
            r"WASI_AOT_CACHE=$(printf '/f\377') wasi-aot cache path",
            b"/f\xff\n",
        ),
    ] {
        let output = scratch.shell(line);
        ensure!(
            tool::status(&output) == 0 && output.stdout == out,
            "{line}: {output:?}"
        );
        for path in out
            .split(|byte| *byte == b'\n')
            .filter(|path| !path.is_empty())
        {
            let path = std::ffi::OsStr::from_bytes(path);
            ensure!(
                line.contains("cache path") || scratch.path(path).is_file(),
                "{line}: no {}",
                path.display()
            );
        }
    }
    Ok(())
}
