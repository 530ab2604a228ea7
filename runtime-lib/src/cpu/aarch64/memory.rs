//! Memory functions for aarch64: overlapping loads and stores for small sizes, pairs of vectors for
//! large ones.

use crate::cpu::c_function;

c_function! {
    /// C's `memcpy`: the same code as [`memmove`].
    memcpy(to: *mut u8, from: *const u8, len: usize) -> *mut u8;
    "b {memmove}",
    ".cfi_endproc",
    memmove = sym memmove,
}

c_function! {
    /// C's `memmove`.
    memmove(to: *mut u8, from: *const u8, len: usize) -> *mut u8;
    "add x4, x1, x2",
    "add x5, x0, x2",
    "cmp x2, #16",
    "b.hs 20f",
    "tbnz x2, #3, 93f",
    "tbnz x2, #2, 94f",
    "cbz x2, 92f",
    // 1 to 3: first, middle and last byte.
    "lsr x8, x2, #1",
    "ldrb w6, [x1]",
    "ldrb w9, [x1, x8]",
    "ldrb w7, [x4, #-1]",
    "strb w6, [x0]",
    "strb w9, [x0, x8]",
    "strb w7, [x5, #-1]",
    "92:",
    "ret",
    // 8 to 15.
    "93:",
    "ldr x6, [x1]",
    "ldr x7, [x4, #-8]",
    "str x6, [x0]",
    "str x7, [x5, #-8]",
    "ret",
    // 4 to 7.
    "94:",
    "ldr w6, [x1]",
    "ldr w7, [x4, #-4]",
    "str w6, [x0]",
    "str w7, [x5, #-4]",
    "ret",
    // 16 to 32.
    "20:",
    "cmp x2, #32",
    "b.hi 30f",
    "ldr q0, [x1]",
    "ldr q1, [x4, #-16]",
    "str q0, [x0]",
    "str q1, [x5, #-16]",
    "ret",
    // 33 to 64.
    "30:",
    "cmp x2, #64",
    "b.hi 40f",
    "ldp q0, q1, [x1]",
    "ldp q2, q3, [x4, #-32]",
    "stp q0, q1, [x0]",
    "stp q2, q3, [x5, #-32]",
    "ret",
    // More: the ends are loaded first, because the middle may overwrite them. q4 to q7: the last 64
    // bytes.
    "40:",
    "ldp q4, q5, [x4, #-64]",
    "ldp q6, q7, [x4, #-32]",
    "cmp x2, #128",
    "b.hi 50f",
    "ldp q0, q1, [x1]",
    "ldp q2, q3, [x1, #32]",
    "stp q0, q1, [x0]",
    "stp q2, q3, [x0, #32]",
    "stp q4, q5, [x5, #-64]",
    "stp q6, q7, [x5, #-32]",
    "ret",
    // x10 = to - from: if it is below the length, the target starts within the source.
    "50:",
    "sub x10, x0, x1",
    "cmp x10, x2",
    "b.lo 70f",
    // Forwards, 64 bytes per iteration, with an aligned target.
    "ldr q16, [x1]",
    "sub x8, x5, #64",
    "add x9, x0, #16",
    "and x9, x9, #-16",
    "61:",
    "sub x11, x9, x10",
    "ldp q0, q1, [x11]",
    "ldp q2, q3, [x11, #32]",
    "stp q0, q1, [x9]",
    "stp q2, q3, [x9, #32]",
    "add x9, x9, #64",
    "cmp x9, x8",
    "b.lo 61b",
    "stp q4, q5, [x8]",
    "stp q6, q7, [x8, #32]",
    "str q16, [x0]",
    "ret",
    // Backwards: q16 to q19 are the first 64 bytes, q7 is the last 16.
    "70:",
    "ldp q16, q17, [x1]",
    "ldp q18, q19, [x1, #32]",
    "add x8, x0, #64",
    "sub x9, x5, #1",
    "and x9, x9, #-16",
    "71:",
    "sub x11, x9, x10",
    "ldp q0, q1, [x11, #-32]",
    "ldp q2, q3, [x11, #-64]",
    "stp q0, q1, [x9, #-32]",
    "stp q2, q3, [x9, #-64]",
    "sub x9, x9, #64",
    "cmp x9, x8",
    "b.hi 71b",
    "stp q16, q17, [x0]",
    "stp q18, q19, [x0, #32]",
    "str q7, [x5, #-16]",
    "ret",
    ".cfi_endproc",
}

c_function! {
    /// C's `memset`.
    memset(to: *mut u8, byte: i32, len: usize) -> *mut u8;
    "dup v0.16b, w1",
    "add x5, x0, x2",
    "cmp x2, #16",
    "b.hs 20f",
    "fmov x3, d0",
    "tbnz x2, #3, 93f",
    "tbnz x2, #2, 94f",
    "cbz x2, 92f",
    "lsr x8, x2, #1",
    "strb w3, [x0]",
    "strb w3, [x0, x8]",
    "strb w3, [x5, #-1]",
    "92:",
    "ret",
    "93:",
    "str x3, [x0]",
    "str x3, [x5, #-8]",
    "ret",
    "94:",
    "str w3, [x0]",
    "str w3, [x5, #-4]",
    "ret",
    "20:",
    "str q0, [x0]",
    "str q0, [x5, #-16]",
    "cmp x2, #32",
    "b.ls 92b",
    "str q0, [x0, #16]",
    "str q0, [x5, #-32]",
    "cmp x2, #64",
    "b.ls 92b",
    "stp q0, q0, [x0, #32]",
    "stp q0, q0, [x5, #-64]",
    "cmp x2, #128",
    "b.ls 92b",
    // The ends are done; now the middle, 64 bytes per iteration, aligned.
    "sub x8, x5, #64",
    "and x9, x0, #-16",
    "add x9, x9, #64",
    "40:",
    "stp q0, q0, [x9]",
    "stp q0, q0, [x9, #32]",
    "add x9, x9, #64",
    "cmp x9, x8",
    "b.lo 40b",
    "ret",
    ".cfi_endproc",
}

c_function! {
    /// C's `memcmp`.
    memcmp(left: *const u8, right: *const u8, len: usize) -> i32;
    "92:",
    "subs x2, x2, #8",
    "b.lo 20f",
    "ldr x3, [x0], #8",
    "ldr x4, [x1], #8",
    "cmp x3, x4",
    "b.eq 92b",
    // The first byte in memory is the most significant.
    "rev x3, x3",
    "rev x4, x4",
    "cmp x3, x4",
    "mov w0, #1",
    "cneg w0, w0, lo",
    "ret",
    "20:",
    "add x2, x2, #8",
    "21:",
    "cbz x2, 30f",
    "ldrb w3, [x0], #1",
    "ldrb w4, [x1], #1",
    "sub x2, x2, #1",
    "subs w5, w3, w4",
    "b.eq 21b",
    "mov w0, w5",
    "ret",
    "30:",
    "mov w0, #0",
    "ret",
    ".cfi_endproc",
}

c_function! {
    /// `bcmp`: 0 if equal.
    bcmp(left: *const u8, right: *const u8, len: usize) -> i32;
    "b {memcmp}",
    ".cfi_endproc",
    memcmp = sym memcmp,
}

c_function! {
    /// C's `strlen`, with which `core` measures arguments and variables.
    strlen(string: *const u8) -> usize;
    "mov x1, x0",
    "92:",
    "ldrb w2, [x1], #1",
    "cbnz w2, 92b",
    "sub x0, x1, x0",
    "sub x0, x0, #1",
    "ret",
    ".cfi_endproc",
}
