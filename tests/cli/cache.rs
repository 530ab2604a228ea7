//! The cache of `run` and `build`: entries are checked before they are used, and `wasi-aot cache`
//! manages them.

use crate::scratch::Scratch;
use crate::{ensure, trials};
use libtest_mimic::{Failed, Trial};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Output;
use wasi_aot_tests::tool;

pub fn trials() -> Vec<Trial> {
    trials![
        a_cached_run_does_not_compile,
        code_is_linked_with_other_options,
        options_of_code_are_other_code,
        damaged_code_is_compiled_anew,
        a_changed_module_is_compiled_in_part,
        damaged_entries_are_built_anew,
        folder_and_entries_are_the_users_whatever_the_umask,
        a_folder_that_others_can_write_to_is_not_used,
        what_cannot_be_kept_runs_all_the_same,
        a_relative_folder_is_where_the_command_is_started,
        verifying_reads_every_byte,
        only_entries_are_let_go,
        a_large_module_that_changed_is_another,
    ]
}

const HELLO: &[u8] = b"Hello, world!\n";

/// The prefix of the names of code entries.
const CODE: &str = "wasi-aot-code-";
/// The prefix of the names of entries of functions.
const FUNCTIONS: &str = "wasi-aot-functions-";

/// The cache's files with this prefix; without one, those of neither code nor functions.
fn files(scratch: &Scratch, prefix: Option<&str>) -> Result<Vec<PathBuf>, Failed> {
    let entries = fs::read_dir(scratch.path(".cache"))?.flatten();
    let entries = entries.filter(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let found = [CODE, FUNCTIONS]
            .into_iter()
            .find(|prefix| name.starts_with(prefix));
        found == prefix
    });
    Ok(entries.map(|entry| entry.path()).collect())
}

/// The cache's files, without code and functions.
fn entries(scratch: &Scratch) -> Result<Vec<PathBuf>, Failed> {
    files(scratch, None)
}

/// The cache's only file, without code and functions.
fn entry(scratch: &Scratch) -> Result<PathBuf, Failed> {
    match &*entries(scratch)? {
        [entry] => Ok(entry.clone()),
        other => Err(format!("one entry expected: {other:?}").into()),
    }
}

fn run(scratch: &Scratch) -> Output {
    scratch.shell("timeout 60 wasi-aot run hello.wasm")
}

/// How many functions of `app.wasm` the cache has according to `--verbose`, and how many there are.
fn functions_of(scratch: &Scratch) -> Result<(usize, usize), Failed> {
    let output = scratch.shell("rm -f .cache/*-code-*; wasi-aot build -v -o app app.wasm");
    ensure!(tool::status(&output) == 0, "{output:?}");
    let err = String::from_utf8_lossy(&output.stderr);
    let mut lines = err.lines();
    let line = lines.find_map(|line| line.trim().strip_prefix("Cache has "));
    let words: Vec<_> = line.unwrap_or_default().split(' ').collect();
    match words[..] {
        [found, "of", all, "functions"] => Ok((found.parse()?, all.parse()?)),
        _ => Err(err.into_owned().into()),
    }
}

/// Functions that are damaged are compiled, and so are those of another module.
fn a_changed_module_is_compiled_in_part() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let text = |number: u32| {
        format!(
            r#"(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
                (memory (export "memory") 1)
                (func $one (result i32) (i32.const {number}))
                (func $two (result i32) (i32.load (i32.const 8)))
                (func (export "_start") (call $exit (i32.add (call $one) (call $two)))))"#
        )
    };
    let write = |number| -> Result<(), Failed> {
        let module = wat::parse_str(text(number))?;
        Ok(fs::write(scratch.path("app.wasm"), module)?)
    };
    write(1)?;
    let (none, all) = functions_of(&scratch)?;
    ensure!(none == 0, "{none} of {all} were found");
    ensure!(functions_of(&scratch)? == (all, all), "unchanged");
    write(2)?;
    // The function itself, and the one into which it is inlined.
    ensure!(functions_of(&scratch)? == (all - 2, all), "changed");
    let built = fs::read(scratch.path("app"))?;
    ensure!(
        built == build(&scratch, "--no-cache app.wasm")?,
        "other bytes"
    );
    let [functions] = &*files(&scratch, Some(FUNCTIONS))? else {
        return Err("one file of functions expected".into());
    };
    let whole = fs::read(functions)?;
    for damage in ["truncate -s -1", "truncate -s 9", "chmod 666", "echo x >>"] {
        let line = format!("{damage} {}", functions.display());
        ensure!(tool::status(&scratch.shell(&line)) == 0, "{line}");
        ensure!(functions_of(&scratch)? == (0, all), "{damage}");
        let data = fs::metadata(functions)?;
        ensure!(
            fs::read(functions)? == whole && data.mode() & 0o7777 == 0o600,
            "{damage}: not made anew: {data:?}"
        );
    }
    Ok(())
}

fn says_hello(output: &Output, what: &str) -> Result<(), Failed> {
    let is_right = tool::status(output) == 0 && output.stdout == HELLO;
    ensure!(is_right, "{what}: {output:?}");
    Ok(())
}

/// Overwrites the contents of an entry. The trailer is right except for the hash.
fn replace(entry: &Path, contents: &[u8]) -> Result<(), Failed> {
    let old = fs::read(entry)?;
    let mut trailer = old[old.len() - TRAILER..].to_vec();
    ensure!(
        trailer[64..72] == ((old.len() - TRAILER) as u64).to_le_bytes(),
        "the length is elsewhere: {trailer:x?}"
    );
    trailer[64..72].copy_from_slice(&(contents.len() as u64).to_le_bytes());
    fs::write(entry, [contents, &trailer].concat())?;
    Ok(())
}

const TRAILER: usize = 32 + 32 + 8 + 16;

/// Builds to `app`, and returns its bytes.
fn build(scratch: &Scratch, args: &str) -> Result<Vec<u8>, Failed> {
    let output = scratch.shell(&format!("wasi-aot build -q -o app {args}"));
    ensure!(tool::status(&output) == 0, "{args}: {output:?}");
    Ok(fs::read(scratch.path("app"))?)
}

/// Grants, limits, names and `--strip`: the executable is the one that a full compilation produces.
/// The code is not compiled again: its only file is written once.
fn code_is_linked_with_other_options() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    fs::write(scratch.path("embedded"), "e")?;
    fs::copy(scratch.path("hello.wasm"), scratch.path("other.wasm"))?;
    build(&scratch, "hello.wasm")?;
    let written = || -> Result<_, Failed> {
        match &*files(&scratch, Some(CODE))? {
            [code] => Ok((code.clone(), fs::metadata(code)?.ino())),
            other => Err(format!("one file of code expected: {other:?}").into()),
        }
    };
    let first = written()?;
    for options in [
        "",
        "--dir . --dir /tmp::/t:ro",
        "--env A=b --inherit-env --argv0 me",
        "--embed embedded::/e",
        "--listen 127.0.0.1:1 --listen-fds",
        "--max-memory 32M",
        "--max-stack 1M --timeout 2s --max-open-files 9",
        "--runtime-grants --no-notes",
        "--harden off",
        "--harden required",
        "--strip",
    ] {
        for module in ["hello.wasm", "other.wasm"] {
            let line = format!("{options} {module}");
            let (linked, compiled) = (
                build(&scratch, &line)?,
                build(&scratch, &format!("--no-cache {line}"))?,
            );
            ensure!(linked == compiled, "{line}: other bytes");
            ensure!(written()? == first, "{line}: compiled anew");
        }
    }
    // `run` uses the same code, and stores the executable next to it.
    says_hello(&run(&scratch), "run")?;
    ensure!(written()? == first, "`run` compiled anew");
    ensure!(entries(&scratch)?.len() == 1, "{:?}", entries(&scratch)?);
    let output = scratch.shell("wasi-aot cache size");
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines: Vec<_> = out.lines().collect();
    let is_right = match lines[..] {
        [all, executables, code, functions] => {
            all.starts_with("3 entries, ")
                && all.ends_with(" of at most 1 GiB")
                && executables.starts_with("executables: 1 entry, ")
                && code.starts_with("code:        1 entry, ")
                && functions.starts_with("functions:   1 entry, ")
        }
        _ => false,
    };
    ensure!(is_right, "{out}");
    Ok(())
}

/// Warnings and errors are those of a full compilation.
fn options_of_code_are_other_code() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let mut seen = 0;
    for options in [
        "hello.wasm",
        "hello.wasm -O 0",
        "hello.wasm --bounds-checks explicit",
        "hello.wasm --spectre-mitigation",
        "hello.wasm --keep-gs",
        "hello.wasm --nan-canonicalization",
        "hello.wasm --relaxed-simd deterministic",
        "hello.wasm --unknown-imports trap",
        "hello.wasm --invoke _start",
        "hello.wasm --cpu x86-64-v3 --target x86_64-linux",
        "hello.wasm --max-memory 200G",
        "sum.wat",
    ] {
        build(&scratch, options)?;
        seen += 1;
        let kept = files(&scratch, Some(CODE))?.len();
        ensure!(kept == seen, "{options}: {kept} files, {seen} expected");
    }
    for options in [
        "hello.wasm --max-memory 1K",
        "hello.wasm --no-cache --max-memory 1K",
    ] {
        let output = scratch.shell(&format!("wasi-aot build -q -o app {options}"));
        let err = String::from_utf8_lossy(&output.stderr);
        let expected = "error[E0401]: the memory starts with ";
        ensure!(err.starts_with(expected), "{options}: {output:?}");
    }
    Ok(())
}

fn damaged_code_is_compiled_anew() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let first = build(&scratch, "hello.wasm")?;
    let [code] = &*files(&scratch, Some(CODE))? else {
        return Err("one file of code expected".into());
    };
    let whole = fs::read(code)?;
    let sum = {
        let other = Scratch::new()?;
        build(&other, "sum.wat")?;
        let code = files(&other, Some(CODE))?.pop().ok_or("no code")?;
        let whole = fs::read(code)?;
        whole[..whole.len() - TRAILER].to_vec()
    };
    // A file that is right except for its hash.
    replace(code, &sum)?;
    ensure!(build(&scratch, "hello.wasm")? == first, "it was believed");
    ensure!(fs::read(code)? == whole, "it is not made anew");
    for damage in ["truncate -s -1", "truncate -s 9", "chmod 666", "echo x >>"] {
        let line = format!("{damage} {}", code.display());
        ensure!(tool::status(&scratch.shell(&line)) == 0, "{line}");
        ensure!(build(&scratch, "hello.wasm")? == first, "{damage}");
        let data = fs::metadata(code)?;
        ensure!(
            fs::read(code)? == whole && data.mode() & 0o7777 == 0o600,
            "{damage}: not made anew: {data:?}"
        );
    }
    Ok(())
}

/// An entry that holds another program shows that the entry is used as it is.
fn a_cached_run_does_not_compile() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    says_hello(&run(&scratch), "first")?;
    let entry = entry(&scratch)?;
    let built = scratch.shell("wasi-aot build -q sum.wat");
    ensure!(tool::status(&built) == 0, "{built:?}");
    // The trailer after the executable: the hash (which only `cache verify` reads), the key, the
    // length, the end marker.
    replace(&entry, &fs::read(scratch.path("sum"))?)?;
    let expected = tool::run(&mut scratch.command(scratch.path("sum")), b"");
    let output = run(&scratch);
    ensure!(
        (&output.stdout, output.status) == (&expected.stdout, expected.status)
            && output.stdout != HELLO,
        "{output:?}, but {expected:?}"
    );
    // Other options make another program, and so does another module.
    let output = scratch.wasi_aot(&["run", "--dir", ".", "hello.wasm"]);
    says_hello(&output, "other options")?;
    scratch.shell("wasi-aot run show.wasm sum.wat");
    ensure!(entries(&scratch)?.len() == 3, "{:?}", entries(&scratch)?);
    Ok(())
}

fn damaged_entries_are_built_anew() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    says_hello(&run(&scratch), "first")?;
    let entry = entry(&scratch)?;
    let whole = fs::read(&entry)?;
    for damage in [
        ": > \"$E\"",
        "echo 'echo a script' > \"$E\"",
        "truncate -s 40000 \"$E\"",
        "truncate -s -1 \"$E\"",
        "echo >> \"$E\"",
        "rm \"$E\"; mkfifo -m 700 \"$E\"",
        "rm \"$E\"; ln -s /bin/ls \"$E\"",
        "cp /bin/ls \"$E\"",
        "chmod 644 \"$E\"",
        "chmod 777 \"$E\"",
        "ln \"$E\" second",
        "rm \"$E\"",
    ] {
        let path = entry.display();
        let output = scratch.shell(&format!("E='{path}'; {damage}"));
        ensure!(tool::status(&output) == 0, "{damage}: {output:?}");
        let output = run(&scratch);
        says_hello(&output, damage)?;
        ensure!(output.stderr.is_empty(), "{damage}: {output:?}");
        let data = fs::symlink_metadata(&entry)?;
        ensure!(
            fs::read(&entry)? == whole && data.mode() == 0o100_700 && data.nlink() == 1,
            "{damage}: not made anew: {data:?}"
        );
        let _ = fs::remove_file(scratch.path("second"));
    }
    Ok(())
}

fn folder_and_entries_are_the_users_whatever_the_umask() -> Result<(), Failed> {
    for umask in ["000", "022", "777"] {
        let scratch = Scratch::new()?;
        let line =
            format!("umask {umask}; WASI_AOT_CACHE=$PWD/.cache/deep wasi-aot run hello.wasm");
        let output = scratch.shell(&line);
        says_hello(&output, umask)?;
        ensure!(output.stderr.is_empty(), "umask {umask}: {output:?}");
        let mode = |path: PathBuf| fs::metadata(path).map(|it| it.permissions().mode() & 0o7777);
        let deep = scratch.path(".cache/deep");
        for path in [scratch.path(".cache"), deep.clone()] {
            let seen = mode(path.clone())?;
            ensure!(seen == 0o700, "umask {umask}: {}: {seen:o}", path.display());
        }
        let mut modes = Vec::new();
        for entry in fs::read_dir(&deep)?.flatten() {
            modes.push(mode(entry.path())?);
        }
        modes.sort();
        ensure!(
            modes == [0o600, 0o600, 0o700],
            "umask {umask}: {modes:?} (decimal)"
        );
    }
    Ok(())
}

fn a_folder_that_others_can_write_to_is_not_used() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    says_hello(&run(&scratch), "first")?;
    let entry = entry(&scratch)?;
    // There, even a valid entry is not trusted.
    for (path, mode) in [(".cache", 0o770), (".cache", 0o702), ("", 0o777)] {
        let path = scratch.path(path);
        let before = fs::metadata(&path)?.permissions();
        fs::set_permissions(&path, PermissionsExt::from_mode(mode))?;
        let used = fs::metadata(&entry)?.modified()?;
        let output = run(&scratch);
        says_hello(&output, "writable")?;
        let err = String::from_utf8_lossy(&output.stderr);
        let expected = format!(
            "note: the cache is not used: others can write to {}",
            path.display()
        );
        ensure!(
            err.starts_with(expected.trim_end_matches('/')) && err.contains("= help: `chmod go-w"),
            "{mode:o}: {err}"
        );
        let quiet =
            scratch.shell("wasi-aot run -q hello.wasm && wasi-aot run --no-cache hello.wasm");
        ensure!(quiet.stderr.is_empty(), "{quiet:?}");
        ensure!(fs::metadata(&entry)?.modified()? == used, "it was used");
        fs::set_permissions(&path, before)?;
    }
    ensure!(run(&scratch).stderr.is_empty(), "it is not used again");
    Ok(())
}

fn what_cannot_be_kept_runs_all_the_same() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    fs::write(scratch.path("file"), "")?;
    for (line, why) in [
        (
            "WASI_AOT_CACHE=/proc/none wasi-aot run hello.wasm",
            "/proc/none: ",
        ),
        (
            "WASI_AOT_CACHE=file wasi-aot run hello.wasm",
            "file is no directory",
        ),
        (
            // Enough for linking, but not for storing the entry.
            "trap '' XFSZ; ulimit -f 8; wasi-aot run hello.wasm",
            "cannot write ",
        ),
    ] {
        let output = scratch.shell(line);
        let err = String::from_utf8_lossy(&output.stderr);
        if line.contains("ulimit") && tool::status(&output) == 1 {
            // The limit also applies to files in memory. Then nothing can be run, and the message
            // says so.
            ensure!(err.contains("cannot start the program"), "{line}: {err}");
        } else {
            says_hello(&output, line)?;
        }
        ensure!(
            err.starts_with("note: the cache is not used: ") && err.contains(why),
            "{line}: {err}"
        );
    }
    ensure!(
        entries(&scratch).map_or(true, |all| all.is_empty()),
        "left: {:?}",
        entries(&scratch)
    );
    Ok(())
}

fn a_relative_folder_is_where_the_command_is_started() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    fs::create_dir(scratch.path("sub"))?;
    let line = "cd sub; WASI_AOT_CACHE=../kept wasi-aot run ../hello.wasm && ls ../kept | grep -vE 'code-|functions-' | wc -l; \
                WASI_AOT_CACHE=../kept wasi-aot cache dir";
    let output = scratch.shell(line);
    ensure!(
        output.stdout == b"Hello, world!\n1\n../kept\n",
        "{output:?}"
    );
    Ok(())
}

fn verifying_reads_every_byte() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    says_hello(&run(&scratch), "first")?;
    let changed = entry(&scratch)?;
    scratch.shell("wasi-aot run --dir . hello.wasm");
    let verify = || scratch.shell("wasi-aot cache verify");
    let output = verify();
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(
        tool::status(&output) == 0 && out.starts_with("4 entries, ") && out.lines().count() == 1,
        "{output:?}"
    );
    let mut bytes = fs::read(&changed)?;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&changed, bytes)?;
    let output = verify();
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let expected = format!(
        "removed {}: its contents have changed\n3 entries, ",
        changed.display()
    );
    ensure!(
        tool::status(&output) == 0
            && out.starts_with(&expected)
            && out.ends_with("; 1 was damaged\n"),
        "{out}"
    );
    ensure!(!changed.exists(), "it is still there");
    let output = scratch.shell("wasi-aot cache clear; ls -A .cache");
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(
        out.starts_with("removed 3 entries, ") && out.lines().count() == 1,
        "{out}"
    );
    let output = scratch.shell("chmod 777 .cache; wasi-aot cache verify");
    let err = String::from_utf8_lossy(&output.stderr);
    ensure!(
        tool::status(&output) == 1 && err.starts_with("error[E0002]: the cache is not used: "),
        "{err}"
    );
    Ok(())
}

/// Files of other programs in the folder are kept, even if they are old, large, and named like
/// hashes or entries.
fn only_entries_are_let_go() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    says_hello(&run(&scratch), "first")?;
    let digits = "5".repeat(64);
    let foreign = [
        digits.clone(),
        format!("wasi-aot-{digits}"),
        "wasi-aot-notes".into(),
    ];
    for name in &foreign {
        let path = scratch.path(".cache").join(name);
        fs::write(&path, [0; 5000])?;
        fs::File::open(&path)?.set_modified(std::time::SystemTime::UNIX_EPOCH)?;
    }
    let output = scratch.shell("WASI_AOT_CACHE_SIZE=1K wasi-aot run --argv0 x hello.wasm");
    says_hello(&output, "small")?;
    ensure!(
        entries(&scratch)?.len() == foreign.len() + 1,
        "{:?}",
        entries(&scratch)?
    );
    for name in &foreign {
        let path = scratch.path(".cache").join(name);
        ensure!(fs::read(&path)? == [0; 5000], "{name}");
    }
    Ok(())
}

/// A large module is not read again while the kernel reports that it is unchanged; every change is
/// noticed.
fn a_large_module_that_changed_is_another() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let path = scratch.path("large.wasm");
    // A custom section makes it large; the exit status tells which module runs.
    let module = |status: u32| -> Result<Vec<u8>, Failed> {
        let text = format!(
            r#"(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
                (memory (export "memory") 1)
                (func (export "_start") (call $exit (i32.const {status})))
                (@custom "large" "{}"))"#,
            "x".repeat(2 << 20)
        );
        Ok(wat::parse_str(&text)?)
    };
    let settle = || std::thread::sleep(std::time::Duration::from_millis(2100));
    let expect = |status: i32, what: &str| -> Result<(), Failed> {
        let output = scratch.wasi_aot(&["run", "large.wasm"]);
        ensure!(tool::status(&output) == status, "{what}: {output:?}");
        Ok(())
    };
    let table = scratch.path(".cache/inputs");
    fs::write(&path, module(11)?)?;
    expect(11, "just written")?;
    ensure!(!table.exists(), "what has just changed is not remembered");
    settle();
    expect(11, "settled")?;
    ensure!(table.is_file(), "it is not remembered");
    expect(11, "remembered")?;
    // The same file with the same length, and the old time restored.
    let old = fs::metadata(&path)?.modified()?;
    for (status, wait) in [(12, false), (13, true)] {
        fs::write(&path, module(status as u32)?)?;
        fs::File::options()
            .write(true)
            .open(&path)?
            .set_modified(old)?;
        if wait {
            settle();
        }
        expect(status, "changed")?;
        expect(status, "changed, again")?;
    }
    // The program is cached and the module's hash is known, but the table is damaged: the module is
    // read again.
    let mut bytes = fs::read(&table)?;
    bytes.iter_mut().for_each(|byte| *byte ^= 1);
    fs::write(&table, bytes)?;
    expect(13, "a damaged table")
}
