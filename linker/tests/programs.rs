//! Programs that rustc compiled, linked and run.
#![cfg(all(target_arch = "x86_64", target_os = "linux"))]

mod common;

use common::{compile, link_x86_64, options, run};

/// Sums constants, an initialised variable, zeroed ones and what a table of functions gives; exits
/// with 42 if all are as they should be.
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
