//! Programs that rustc compiled, and that are linked and run here.

use crate::build::Builder;
use crate::common::{link_x86_64, options, section};
use object::SectionKind;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};
use wasi_aot_linker::{Access, Detail, Error, Image, Input, Options, Segment, read_note, system};

/// Adds constants, an initialised variable, zeroed variables and results of calls through a table;
/// exits with 42 if the sum is correct.
const PROGRAM: &str = r#"
#![no_std]
#![no_main]
use core::arch::{asm, global_asm};
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

global_asm!(".globl _start", "_start:", "xor ebp, ebp", "mov rdi, rsp", "and rsp, -16", "call {}", sym start);

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! { exit(99) }

fn exit(code: u64) -> ! {
    unsafe { asm!("syscall", in("rax") 231, in("rdi") code, options(noreturn)) }
}

static DATA: AtomicU64 = AtomicU64::new(31);
static ZERO: [AtomicU64; 1000] = [const { AtomicU64::new(0) }; 1000];
static CONSTANTS: [u64; 3] = [1, 2, 3];
static TABLE: [fn(u64) -> u64; 2] = [double, triple];

#[inline(never)] fn double(x: u64) -> u64 { x * 2 }
#[inline(never)] fn triple(x: u64) -> u64 { x * 3 }
#[inline(never)] #[unsafe(no_mangle)] pub fn unreached(x: u64) -> u64 { DATA.load(Relaxed) * x }

unsafe extern "C" { static __ehdr_start: [u8; 4]; }

extern "C" fn start(stack: *const u64) -> ! {
    let argc = unsafe { *stack };
    let mut sum = DATA.load(Relaxed);
    for (i, zero) in ZERO.iter().enumerate() {
        zero.fetch_add(CONSTANTS[i % 3], Relaxed);
    }
    for zero in &ZERO { sum += zero.load(Relaxed) }
    sum -= 1999;
    sum += TABLE[argc as usize & 1](3) - 1;
    sum += TABLE[argc as usize - 1 & 1](2) - 1;
    if unsafe { __ehdr_start } != *b"\x7fELF" { sum += 100 }
    exit(sum)
}
"#;

/// Compiles a `no_std` program to an object with the compiler of the tests.
fn compile(source: &str, flags: &[&str]) -> Vec<u8> {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let (input, output) = (dir.path().join("input.rs"), dir.path().join("output.o"));
    std::fs::write(&input, source).expect("the source is written");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let result = Command::new(rustc)
        .args(["--edition=2024", "--crate-type=bin", "--emit=obj"])
        .args(["-Cpanic=abort", "-Ccodegen-units=1"])
        .args(flags)
        .arg("-o")
        .args([&output, &input])
        .output()
        .expect("rustc runs");
    let stderr = String::from_utf8_lossy(&result.stderr);
    assert!(result.status.success(), "rustc failed: {stderr}");
    std::fs::read(output).expect("the object is there")
}

/// Runs an image.
fn run(image: &[u8]) -> Output {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("program");
    std::fs::write(&path, image).expect("the image is written");
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&path, mode).expect("the mode is set");
    Command::new(path).output().expect("the program starts")
}

#[test]
fn programs_of_all_code_models_run() {
    for model in ["static", "pic"] {
        for opt in ["1", "2", "s"] {
            let model = format!("-Crelocation-model={model}");
            let opt = format!("-Copt-level={opt}");
            let object = compile(PROGRAM, &[&model, &opt, "-Coverflow-checks=off"]);
            let image = link_x86_64(&[&object], &options()).expect("it links");
            let output = run(&image.bytes);
            assert_eq!(output.status.code(), Some(42), "{model} {opt}");
        }
    }
}

#[test]
fn programs_with_debug_sections_run_and_load_no_more() {
    let flags = ["-Copt-level=2", "-Coverflow-checks=off", "-g"];
    let object = compile(PROGRAM, &flags);
    let [plain, debug] = [Detail::Symbols, Detail::Debug].map(|detail| {
        let options = Options {
            detail,
            ..options()
        };
        link_x86_64(&[&object], &options).expect("it links")
    });
    assert_eq!(run(&debug.bytes).status.code(), Some(42));
    let loaded = |image: &Image| image.segments.iter().map(|s| s.file_size).sum::<u64>();
    assert_eq!(loaded(&debug), loaded(&plain));
    for name in [".debug_info", ".debug_abbrev", ".debug_line", ".debug_str"] {
        let (_, bytes) = section(&debug.bytes, name).expect("it is there");
        let (_, from) = section(&object, name).expect("rustc makes it");
        assert_eq!(bytes.len(), from.len(), "{name}");
        assert_eq!(section(&plain.bytes, name), None);
    }
}

/// The program above, and an object with sections at fixed addresses.
fn with_fixed_sections() -> (Vec<u8>, Vec<u8>) {
    let program = compile(PROGRAM, &["-Copt-level=2", "-Coverflow-checks=off"]);
    let mut fixed = Builder::x86_64();
    fixed.section(".wasm.state", SectionKind::Data, &[5; 40], 16);
    fixed.section(".wasm.region.0", SectionKind::Data, &[7; 5000], 16);
    fixed.fix(&[
        (".wasm.state", 0x3f00_0000),
        (".wasm.region.0", 0x4000_0000),
    ]);
    fixed.note(".note.wasi-aot.info", 2, b"{}");
    (program, fixed.bytes())
}

#[test]
fn the_linker_of_the_system_agrees() {
    let (program, fixed) = with_fixed_sections();
    let inputs = [("program", &program), ("fixed", &fixed)];
    let inputs = inputs.map(|(name, bytes)| Input { name, bytes });
    let triple = "x86_64-unknown-linux-gnu".parse().expect("it parses");
    for detail in [Detail::Symbols, Detail::Stripped] {
        let options = Options {
            detail,
            ..options()
        };
        let ours = link_x86_64(&[&program, &fixed], &options).expect("it links");
        let theirs = system::link(&inputs, &triple, &options).expect("it links");
        for image in [&ours, &theirs] {
            assert_eq!(run(&image.bytes).status.code(), Some(42));
            assert_eq!(
                read_note(&image.bytes, "wasi-aot", 2).as_deref(),
                Some(&b"{}"[..])
            );
            let fixed = |s: &&Segment| s.address >= 0x3f00_0000;
            let fixed = image.segments.iter().filter(fixed);
            let places: Vec<_> = fixed
                .map(|s| (s.address, s.access, s.memory_size))
                .collect();
            let state = (0x3f00_0000, Access::Write, 40);
            let region = (0x4000_0000, Access::Write, 0x2000);
            assert_eq!(places, [state, region]);
        }
    }
}

#[test]
fn what_the_linker_of_the_system_says_is_passed_on() {
    let mut program = Builder::x86_64();
    let text = program.code(".text", &[0; 8]);
    program.define("_start", text, 0);
    let nowhere = program.want("nowhere", false);
    program.relocate(text, 0, object::elf::R_X86_64_64, nowhere, 0);
    let bytes = program.bytes();
    let input = Input {
        name: "program",
        bytes: &bytes,
    };
    let triple = "x86_64-unknown-linux-gnu".parse().expect("it parses");
    match system::link(&[input], &triple, &options()) {
        Err(Error::Compiler { stderr, .. }) => assert!(stderr.contains("nowhere"), "{stderr}"),
        other => panic!("{other:?}"),
    }
}
