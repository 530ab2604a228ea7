//! Input that no toolchain produces: the result is a coded error or a correct program, never a
//! panic, a hang or a half-written file.

use crate::scratch::Scratch;
use crate::{ensure, trials};
use libtest_mimic::{Failed, Trial};
use std::fs;
use wasi_aot_tests::tool;

pub fn trials() -> Vec<Trial> {
    trials![
        truncated_modules,
        garbage,
        random_changes,
        a_memory_of_four_gibibytes,
        hundred_thousand_functions,
        fifty_thousand_locals,
        deep_blocks,
        deep_text,
        deep_expressions,
        a_wide_branch_table,
        lying_counts,
        input_without_an_end,
        memory_that_is_refused,
        more_threads_than_anybody_has,
        a_small_stack,
    ]
}

/// Builds a module and runs the result. Either the build fails with a coded error, or the program
/// exits with status 0 or 134 (a trap).
fn build_and_run(scratch: &Scratch, module: &[u8], what: &str) -> Result<Option<i32>, Failed> {
    fs::write(scratch.path("bad"), module)?;
    let output = scratch.shell("timeout 100 wasi-aot build -q bad -o app");
    let err = String::from_utf8_lossy(&output.stderr);
    match tool::status(&output) {
        0 => {
            let ran = scratch.shell("timeout 100 ./app < /dev/null");
            fs::remove_file(scratch.path("app"))?;
            Ok(Some(tool::status(&ran)))
        }
        1 => {
            let coded = err.starts_with("error[E0") && err.contains("\n  --> bad");
            ensure!(coded, "{what}: {err}");
            ensure!(
                !scratch.path("app").exists(),
                "{what}: an executable in spite of {err}"
            );
            Ok(None)
        }
        status => Err(format!("{what}: status {status}: {err}").into()),
    }
}

fn expect_error(scratch: &Scratch, module: &[u8], what: &str) -> Result<(), Failed> {
    let outcome = build_and_run(scratch, module, what)?;
    ensure!(outcome.is_none(), "{what}: it built");
    Ok(())
}

fn expect_success(module: &[u8], what: &str) -> Result<(), Failed> {
    let outcome = build_and_run(&Scratch::new()?, module, what)?;
    ensure!(outcome == Some(0), "{what}: {outcome:?}");
    Ok(())
}

fn truncated_modules() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let hello = fs::read(scratch.path("hello.wasm"))?;
    for length in (0..40).chain((40..hello.len()).step_by(997)) {
        // A prefix that ends between two sections may be a valid module, without `_start`.
        expect_error(&scratch, &hello[..length], &format!("{length} bytes"))?;
    }
    Ok(())
}

fn garbage() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let cases: [(&str, &[u8]); 9] = [
        ("empty", b""),
        ("zeros", &[0; 4096]),
        ("text", b"hello, world\n"),
        ("open", b"(module (func"),
        ("utf-16", b"\xff\xfe(\0m\0"),
        ("version", b"\0asm\x02\0\0\0"),
        ("component", b"\0asm\x0d\0\x01\0"),
        ("executable", b"\x7fELF\x02\x01\x01"),
        ("section", b"\0asm\x01\0\0\0\x01\xff\xff\xff\xff\x0f"),
    ];
    for (what, bytes) in cases {
        expect_error(&scratch, bytes, what)?;
    }
    Ok(())
}

/// A sequence of numbers that is the same in every run (xorshift64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }
}

/// Random bytes changed in a real module. Most changes cause errors. Some produce another program,
/// which may do anything that its grants allow, but must not crash.
fn random_changes() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let hello = fs::read(scratch.path("hello.wasm"))?;
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for round in 0..150 {
        let mut bytes = hello.clone();
        for _ in 0..=numbers.next(4) {
            let at = numbers.next(bytes.len());
            bytes[at] = numbers.next(256) as u8;
        }
        fs::write(scratch.path("bad"), &bytes)?;
        let output = scratch.shell("timeout 100 wasi-aot build -q bad -o app");
        let err = String::from_utf8_lossy(&output.stderr);
        let status = tool::status(&output);
        ensure!(
            status == 0 || status == 1 && err.starts_with("error[E0"),
            "round {round}: status {status}: {err}"
        );
        if status == 0 {
            let ran = scratch.shell("ulimit -c 0; timeout 5 ./app < /dev/null");
            let status = tool::status(&ran);
            // A trap exits with 134; an infinite loop is stopped with 124.
            ensure!(
                status < 128 || status == 134,
                "round {round}: the program ended with {status}: {ran:?}"
            );
        }
    }
    Ok(())
}

fn wat(text: &str) -> Result<Vec<u8>, Failed> {
    Ok(wat::parse_str(text)?)
}

fn a_memory_of_four_gibibytes() -> Result<(), Failed> {
    let module = wat(
        r#"(module (memory (export "memory") 65536 65536) (func (export "_start")
          (i32.store8 (i32.const 0xffffffff) (i32.const 42))
          (if (i32.ne (i32.load8_u offset=0xffffffff (i32.const 0)) (i32.const 42)) (then unreachable))
          (if (i32.ne (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable))))"#,
    )?;
    expect_success(&module, "4 GiB")?;
    let data = wat(
        r#"(module (memory 65536) (data (i32.const 0xfffffff0) "here") (func (export "_start")))"#,
    )?;
    expect_success(&data, "data at the end of 4 GiB")
}

fn hundred_thousand_functions() -> Result<(), Failed> {
    let mut text = String::from("(module ");
    for index in 1..100_000 {
        text += &format!(
            "(func $f{index} (param i32) (result i32) (i32.add (local.get 0) (i32.const {index})))"
        );
    }
    // All functions are reachable through the table.
    text += "(table 100000 funcref) (elem (i32.const 1)";
    for index in 1..100_000 {
        text += &format!(" $f{index}");
    }
    text += r#") (type $t (func (param i32) (result i32)))
      (func (export "_start")
        (if (i32.ne (call_indirect (type $t) (i32.const 1) (i32.const 99999)) (i32.const 100000)) (then unreachable))))"#;
    expect_success(&wat(&text)?, "100,000 functions")
}

fn fifty_thousand_locals() -> Result<(), Failed> {
    let locals = "i32 ".repeat(49_999);
    let mut body = String::new();
    for index in (0..49_999).step_by(100) {
        body += &format!(
            "(local.set {index} (i32.add (local.get {}) (i32.const 1)))",
            (index + 49_899) % 49_999
        );
    }
    expect_success(
        &wat(&format!(
            "(module (func (export \"_start\") (local {locals}) {body}))"
        ))?,
        "50,000 locals",
    )?;
    let too_many = wat(&format!(
        "(module (func (export \"_start\") (local {locals} i32 i32 i32)))"
    ))?;
    expect_error(&Scratch::new()?, &too_many, "more locals than allowed")
}

/// A module whose `_start` has this body. Its text form would exceed the text parser's nesting
/// limit.
fn module_with_body(code: &[u8]) -> Vec<u8> {
    let mut body = vec![0];
    body.extend(code);
    body.push(0x0b);
    let mut entry = vec![1];
    entry.extend(leb(body.len()));
    entry.extend(body);
    let mut module =
        b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x07\x0a\x01\x06_start\0\0\x0a".to_vec();
    module.extend(leb(entry.len()));
    module.extend(entry);
    module
}

fn leb(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let more = value > 0x7f;
        bytes.push((value & 0x7f) as u8 | u8::from(more) << 7);
        value >>= 7;
        if !more {
            return bytes;
        }
    }
}

fn deep_blocks() -> Result<(), Failed> {
    const DEPTH: usize = 20_000;
    for (what, open) in [
        ("block", &[0x02, 0x40][..]),
        ("loop", &[0x03, 0x40]),
        ("if", &[0x41, 0, 0x04, 0x40]),
    ] {
        let mut code = open.repeat(DEPTH);
        code.extend([0x0b].repeat(DEPTH));
        expect_success(&module_with_body(&code), &format!("{DEPTH} times {what}"))?;
    }
    Ok(())
}

fn deep_text() -> Result<(), Failed> {
    let text = format!("(module (func {}", "(block ".repeat(200_000));
    expect_error(&Scratch::new()?, text.as_bytes(), "deep text")
}

/// A hundred thousand operands on the stack, followed by as many additions.
fn deep_expressions() -> Result<(), Failed> {
    let mut code = [0x41, 1].repeat(100_000);
    code.extend([0x6a].repeat(99_999));
    code.push(0x1a);
    expect_success(&module_with_body(&code), "a deep expression")
}

fn a_wide_branch_table() -> Result<(), Failed> {
    const WIDTH: usize = 60_000;
    let mut code = vec![0x02, 0x40, 0x02, 0x40, 0x41, 5, 0x0e];
    code.extend(leb(WIDTH));
    code.extend((0..=WIDTH).map(|index| (index % 2) as u8));
    code.extend([0x0b, 0x0b]);
    expect_success(&module_with_body(&code), "a wide branch table")
}

/// Counts that exceed the file's contents must not cause an allocation of that size.
fn lying_counts() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    for section in 1..=12u8 {
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        module.extend([section, 5, 0xff, 0xff, 0xff, 0xff, 0x0f]);
        expect_error(&scratch, &module, &format!("section {section}"))?;
    }
    Ok(())
}

/// Endless input is read up to a limit, or not at all if its first bytes show that it is not a
/// module.
fn input_without_an_end() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    for (line, expected) in [
        (
            "wasi-aot build /dev/zero -o app",
            "error[E0101]: this is not a WebAssembly module",
        ),
        (
            "wasi-aot build - -o app < /dev/zero",
            "error[E0101]: this is not a WebAssembly module",
        ),
        (
            "wasi-aot inspect /dev/zero",
            "error[E0101]: this is not a WebAssembly module",
        ),
        (
            "wasi-aot run /dev/zero",
            "error[E0101]: this is not a WebAssembly module",
        ),
        (
            "yes | wasi-aot build - -o app",
            "error[E0103]: a module as text may have 268435456 bytes at most",
        ),
        (
            "printf '\\0asm\\1\\0\\0\\0' > big.wasm; truncate -s 20G big.wasm; wasi-aot build big.wasm",
            "error[E0103]: a module may have 1073741824 bytes at most (a limit of wasi-aot)\n  --> big.wasm",
        ),
    ] {
        let output = scratch.shell(&format!("ulimit -v 4000000; exec 2>&1; {line}"));
        let out = String::from_utf8_lossy(&output.stdout);
        ensure!(
            tool::status(&output) == 1 && out.starts_with(expected),
            "{line}: {output:?}"
        );
    }
    Ok(())
}

fn memory_that_is_refused() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let line = "printf '\\0asm\\1\\0\\0\\0' > big.wasm; truncate -s 900M big.wasm; ulimit -v 800000; \
                wasi-aot build big.wasm";
    let output = scratch.shell(line);
    let err = String::from_utf8_lossy(&output.stderr);
    ensure!(
        tool::status(&output) == 1
            && err.starts_with("error[E0103]: out of memory: the system refused ")
            && err.contains("\n  = help: "),
        "{output:?}"
    );
    Ok(())
}

/// No more threads are started than there is work. If the system refuses even those, fewer threads
/// do the work.
fn more_threads_than_anybody_has() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let output =
        scratch.shell("(ulimit -v 4000000; wasi-aot build -q -j 65535 hello.wasm) && ./hello");
    ensure!(output.stdout.ends_with(b"Hello, world!\n"), "{output:?}");
    Ok(())
}

/// The shell's stack limit does not determine how deeply a module may nest.
fn a_small_stack() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let nested = |open: &str, middle: &str| {
        const DEPTH: usize = 300_000;
        format!("{}{middle}{}", open.repeat(DEPTH), ")".repeat(DEPTH))
    };
    for body in [
        nested("(block ", ""),
        format!("(drop {})", nested("(i32.eqz ", "(i32.const 1)")),
    ] {
        let text = format!(r#"(module (func (export "_start") {body}))"#);
        fs::write(scratch.path("deep.wat"), text)?;
        let output = scratch.shell("(ulimit -s 256; wasi-aot build -q deep.wat) && ./deep");
        ensure!(tool::status(&output) == 0, "{output:?}");
    }
    for (text, message) in [
        ("(component ".repeat(3000), "item nesting too deep"),
        (
            format!("(component (type {}", "(list ".repeat(100_000)),
            "item nesting too deep",
        ),
    ] {
        fs::write(scratch.path("deep.wat"), text)?;
        let output = scratch.shell("ulimit -s 256; wasi-aot inspect deep.wat");
        let err = String::from_utf8_lossy(&output.stderr);
        ensure!(
            tool::status(&output) == 1 && err.starts_with(&format!("error[E0103]: {message}")),
            "{output:?}"
        );
    }
    // Nested component types in binary form. Their text form would exceed the text parser's nesting
    // limit.
    let types = [&[0x41, 1, 1].repeat(200_000)[..], &[0x41, 0]].concat();
    let mut component = b"\0asm\x0d\0\x01\0\x07".to_vec();
    component.extend(leb(types.len() + 1));
    component.push(1);
    component.extend(types);
    fs::write(scratch.path("deep.wasm"), component)?;
    let output = scratch.shell("ulimit -s 256; wasi-aot build deep.wasm");
    let err = String::from_utf8_lossy(&output.stderr);
    ensure!(
        tool::status(&output) == 1 && err.starts_with("error[E0103]: "),
        "{output:?}"
    );
    Ok(())
}
