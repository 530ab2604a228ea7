//! Every relocation type of both CPUs: the bytes that it writes, and the values that do not fit.

use crate::build::Builder;
use crate::common::{link_for, options, section};
use object::elf::*;
use wasi_aot_linker::Error;

const X86_64: &str = "x86_64-unknown-linux-gnu";
const AARCH64: &str = "aarch64-unknown-linux-gnu";

/// Offset of the reference in the code.
const AT: usize = 16;

/// Links code with a reference to an absolute symbol at its offset [`AT`]. Returns the address of
/// the reference and the code.
fn linked(triple: &str, r_type: u32, code: &[u8], s: u64, a: i64) -> Result<(u64, Vec<u8>), Error> {
    let mut builder = match triple {
        X86_64 => Builder::x86_64(),
        _ => Builder::aarch64(),
    };
    let mut bytes = vec![0; AT];
    bytes.extend(code);
    bytes.resize(AT + 16, 0);
    let text = builder.code(".text", &bytes);
    builder.define("_start", text, 0);
    let symbol = builder.absolute("target", s);
    builder.relocate(text, AT as u64, r_type, symbol, a);
    let image = link_for(triple, &[&builder.bytes()], &options())?.bytes;
    let (address, code) = section(&image, ".text").expect("there is code");
    Ok((address + AT as u64, code[AT..].to_vec()))
}

/// The address of the reference in [`linked`].
fn place(triple: &str) -> u64 {
    let (p, _) = linked(triple, 0, &[], 0, 0).expect("R_*_NONE links");
    p
}

fn fits(triple: &str, r_type: u32, s: u64, a: i64) -> bool {
    match linked(triple, r_type, &[], s, a) {
        Ok(_) => true,
        Err(Error::Overflow { symbol, offset, .. }) => {
            assert_eq!((symbol.as_str(), offset), ("target", AT as u64));
            false
        }
        Err(other) => panic!("{other}"),
    }
}

/// Checks that values from `low` to `high`, in steps, fit and that their neighbours do not. The
/// symbol's address is `base` plus the value.
fn range(triple: &str, r_type: u32, base: u64, low: i64, high: i64, step: i64) {
    let fits = |value| fits(triple, r_type, base.wrapping_add_signed(value), 0);
    assert!(fits(low), "type {r_type}: {low:#x} does not fit");
    assert!(!fits(low - step), "type {r_type}: {:#x} fits", low - step);
    assert!(fits(high), "type {r_type}: {high:#x} does not fit");
    assert!(!fits(high + step), "type {r_type}: {:#x} fits", high + step);
}

#[test]
fn x86_64_integers() {
    let absolute: &[(u32, usize)] = &[
        (R_X86_64_64, 8),
        (R_X86_64_32, 4),
        (R_X86_64_32S, 4),
        (R_X86_64_16, 2),
        (R_X86_64_8, 1),
    ];
    for &(r_type, width) in absolute {
        let (_, code) = linked(X86_64, r_type, &[], 0x41, 7).expect("it fits");
        assert_eq!(code[..width], 0x48u64.to_le_bytes()[..width], "{r_type}");
        assert_eq!(code[width], 0, "{r_type} writes too much");
    }
    let relative: &[(u32, usize)] = &[
        (R_X86_64_PC64, 8),
        (R_X86_64_PC32, 4),
        (R_X86_64_PLT32, 4),
        (R_X86_64_PC16, 2),
        (R_X86_64_PC8, 1),
    ];
    let p = place(X86_64);
    for &(r_type, width) in relative {
        let (_, code) = linked(X86_64, r_type, &[], p - 20, -4).expect("it fits");
        assert_eq!(code[..width], (-24i64).to_le_bytes()[..width], "{r_type}");
        assert_eq!(code[width], 0, "{r_type} writes too much");
    }
}

#[test]
fn x86_64_ranges() {
    let p = place(X86_64);
    range(X86_64, R_X86_64_32, 0, 0, 0xffff_ffff, 1);
    range(X86_64, R_X86_64_32S, 0, -0x8000_0000, 0x7fff_ffff, 1);
    range(X86_64, R_X86_64_16, 0, -0x8000, 0xffff, 1);
    range(X86_64, R_X86_64_8, 0, -0x80, 0xff, 1);
    range(X86_64, R_X86_64_PC32, p, -0x8000_0000, 0x7fff_ffff, 1);
    range(X86_64, R_X86_64_PLT32, p, -0x8000_0000, 0x7fff_ffff, 1);
    range(X86_64, R_X86_64_PC16, p, -0x8000, 0x7fff, 1);
    range(X86_64, R_X86_64_PC8, p, -0x80, 0x7f, 1);
    assert!(fits(X86_64, R_X86_64_64, u64::MAX, 0));
    assert!(fits(X86_64, R_X86_64_PC64, u64::MAX, 0));
}

/// Links an instruction at offset 0 whose last four bytes refer to a function in the same image
/// through the GOT. Returns the code, its address, the function's address and the GOT.
type WithGot = (Vec<u8>, u64, u64, Option<(u64, Vec<u8>)>);

fn with_got(r_type: u32, instruction: &[u8]) -> WithGot {
    let mut builder = Builder::x86_64();
    let text = builder.code(".text.start", instruction);
    builder.define("_start", text, 0);
    let target = builder.code(".text.target", &[0xc3]);
    let target = builder.define("target", target, 0);
    builder.relocate(text, instruction.len() as u64 - 4, r_type, target, -4);
    let image = link_for(X86_64, &[&builder.bytes()], &options())
        .expect("it links")
        .bytes;
    let (address, code) = section(&image, ".text").expect("there is code");
    let target = crate::common::symbol(&image, "target").expect("the target is kept");
    let code = code[..instruction.len()].to_vec();
    (code, address, target, section(&image, ".got"))
}

#[test]
fn x86_64_got_loads_are_relaxed() {
    // (type, before, after without the operand's bytes, number of bytes after the operand)
    let cases: &[(u32, &[u8], &[u8], usize)] = &[
        // mov foo@GOTPCREL(%rip), %rcx -> lea foo(%rip), %rcx
        (
            R_X86_64_REX_GOTPCRELX,
            &[0x48, 0x8b, 0x0d],
            &[0x48, 0x8d, 0x0d],
            0,
        ),
        (R_X86_64_GOTPCRELX, &[0x8b, 0x05], &[0x8d, 0x05], 0),
        // call *foo@GOTPCREL(%rip) -> addr32 call foo
        (R_X86_64_GOTPCRELX, &[0xff, 0x15], &[0x67, 0xe8], 0),
        // jmp *foo@GOTPCREL(%rip) -> jmp foo; nop
        (R_X86_64_GOTPCRELX, &[0xff, 0x25], &[0xe9], 1),
    ];
    for &(r_type, before, after, behind) in cases {
        let instruction = [before, &[0; 4]].concat();
        let (code, address, target, got) = with_got(r_type, &instruction);
        assert!(got.is_none(), "{before:x?} needs no GOT");
        let next = address + (code.len() - behind) as u64;
        let mut expected = after.to_vec();
        expected.extend((target.wrapping_sub(next) as u32).to_le_bytes());
        expected.extend(vec![0x90; behind]);
        assert_eq!(code, expected, "{before:x?}");
    }
}

#[test]
fn x86_64_other_got_uses_get_an_entry() {
    let cases: &[(u32, &[u8])] = &[
        // This type forbids changing the instruction.
        (R_X86_64_GOTPCREL, &[0x48, 0x8b, 0x05]),
        // cmp foo@GOTPCREL(%rip), %rax
        (R_X86_64_REX_GOTPCRELX, &[0x48, 0x3b, 0x05]),
    ];
    for &(r_type, before) in cases {
        let instruction = [before, &[0; 4]].concat();
        let (code, address, target, got) = with_got(r_type, &instruction);
        let (got, entry) = got.expect("there is a GOT");
        assert_eq!(entry, target.to_le_bytes());
        let distance = got.wrapping_sub(address + code.len() as u64) as u32;
        assert_eq!(code, [before, &distance.to_le_bytes()].concat());
    }
}

#[test]
fn far_and_missing_symbols_keep_the_got() {
    for (weak, value) in [(false, 0x1234_5678_9abc), (true, 0)] {
        let mut builder = Builder::x86_64();
        let text = builder.code(".text", &[0x48, 0x8b, 0x05, 0, 0, 0, 0]);
        builder.define("_start", text, 0);
        let symbol = match weak {
            true => builder.want("nowhere", true),
            false => builder.absolute("far", value),
        };
        builder.relocate(text, 3, R_X86_64_REX_GOTPCRELX, symbol, -4);
        let image = link_for(X86_64, &[&builder.bytes()], &options())
            .expect("it links")
            .bytes;
        let (_, entry) = section(&image, ".got").expect("there is a GOT");
        assert_eq!(entry, value.to_le_bytes());
        let (_, code) = section(&image, ".text").expect("there is code");
        assert_eq!(code[..3], [0x48, 0x8b, 0x05]);
    }
}

/// An instruction of aarch64 after linking.
fn instruction(r_type: u32, word: u32, s: u64, a: i64) -> u32 {
    let (_, code) = linked(AARCH64, r_type, &word.to_le_bytes(), s, a).expect("it fits");
    u32::from_le_bytes(code[..4].try_into().expect("4 bytes"))
}

#[test]
fn aarch64_integers() {
    for (r_type, width) in [
        (R_AARCH64_ABS64, 8),
        (R_AARCH64_ABS32, 4),
        (R_AARCH64_ABS16, 2),
    ] {
        let (_, code) = linked(AARCH64, r_type, &[], 0x41, 7).expect("it fits");
        assert_eq!(code[..width], 0x48u64.to_le_bytes()[..width], "{r_type}");
        assert_eq!(code[width], 0, "{r_type} writes too much");
    }
    let p = place(AARCH64);
    let relative = [
        (R_AARCH64_PREL64, 8),
        (R_AARCH64_PREL32, 4),
        (R_AARCH64_PLT32, 4),
        (R_AARCH64_PREL16, 2),
    ];
    for (r_type, width) in relative {
        let (_, code) = linked(AARCH64, r_type, &[], p - 20, -4).expect("it fits");
        assert_eq!(code[..width], (-24i64).to_le_bytes()[..width], "{r_type}");
        assert_eq!(code[width], 0, "{r_type} writes too much");
    }
}

#[test]
fn aarch64_branches_and_literals() {
    let p = place(AARCH64);
    // (type, instruction, the instruction for a distance of +8 bytes and of -8 bytes)
    let cases = [
        (R_AARCH64_CALL26, 0x9400_0000, 0x9400_0002, 0x97ff_fffe),
        (R_AARCH64_JUMP26, 0x1400_0000, 0x1400_0002, 0x17ff_fffe),
        // b.ne
        (R_AARCH64_CONDBR19, 0x5400_0001, 0x5400_0041, 0x54ff_ffc1),
        // tbz w3, #5
        (R_AARCH64_TSTBR14, 0x3628_0003, 0x3628_0043, 0x362f_ffc3),
        // ldr x1, label
        (
            R_AARCH64_LD_PREL_LO19,
            0x5800_0001,
            0x5800_0041,
            0x58ff_ffc1,
        ),
        // adr x2, label
        (
            R_AARCH64_ADR_PREL_LO21,
            0x1000_0002,
            0x1000_0042,
            0x10ff_ffc2,
        ),
    ];
    for (r_type, word, forward, backward) in cases {
        assert_eq!(instruction(r_type, word, p + 4, 4), forward, "{r_type}");
        assert_eq!(instruction(r_type, word, p - 12, 4), backward, "{r_type}");
    }
}

#[test]
fn aarch64_pages_and_offsets() {
    let p = place(AARCH64);
    // adrp x0, five pages forward and two backward
    let forward = instruction(R_AARCH64_ADR_PREL_PG_HI21, 0x9000_0000, p + 0x5000, 0);
    assert_eq!(forward, 0xb000_0020);
    let backward = instruction(R_AARCH64_ADR_PREL_PG_HI21_NC, 0x9000_0000, p - 0x2000, 0);
    assert_eq!(backward, 0xd0ff_ffe0);
    let s = 0x1234_5670;
    // (type, instruction, the same with the low 12 bits 0x670, scaled)
    let cases = [
        // add x1, x1, #0x670
        (R_AARCH64_ADD_ABS_LO12_NC, 0x9100_0021, 0x9119_c021),
        // ldrb w0, [x1, #0x670]
        (R_AARCH64_LDST8_ABS_LO12_NC, 0x3940_0020, 0x3959_c020),
        // ldrh w0, [x1, #0x670]
        (R_AARCH64_LDST16_ABS_LO12_NC, 0x7940_0020, 0x794c_e020),
        // ldr w0, [x1, #0x670]
        (R_AARCH64_LDST32_ABS_LO12_NC, 0xb940_0020, 0xb946_7020),
        // ldr x0, [x1, #0x670]
        (R_AARCH64_LDST64_ABS_LO12_NC, 0xf940_0020, 0xf943_3820),
        // ldr q0, [x1, #0x670]
        (R_AARCH64_LDST128_ABS_LO12_NC, 0x3dc0_0020, 0x3dc1_9c20),
    ];
    for (r_type, word, expected) in cases {
        assert_eq!(instruction(r_type, word, s, 0), expected, "{r_type}");
        assert_eq!(instruction(r_type, word, s - 8, 8), expected, "{r_type}");
    }
}

#[test]
fn aarch64_wide_moves() {
    let s = 0x1234_5678_9abc_def0;
    let movk = 0xf280_0005;
    // (type, the number of the half-word as the instruction's bits, the half-word)
    let cases = [
        (R_AARCH64_MOVW_UABS_G0_NC, 0, 0xdef0),
        (R_AARCH64_MOVW_UABS_G1_NC, 1 << 21, 0x9abc),
        (R_AARCH64_MOVW_UABS_G2_NC, 2 << 21, 0x5678),
        (R_AARCH64_MOVW_UABS_G3, 3 << 21, 0x1234),
    ];
    for (r_type, half, value) in cases {
        let expected = movk | half | value << 5;
        assert_eq!(instruction(r_type, movk | half, s, 0), expected, "{r_type}");
    }
    let movz = 0xd280_0005;
    let movn = 0x9280_0005;
    let minus = -0x1235i64 as u64;
    let negative = instruction(R_AARCH64_MOVW_SABS_G0, movz, minus, 0);
    assert_eq!(negative, movn | 0x1234 << 5);
    let positive = instruction(R_AARCH64_MOVW_SABS_G0, movn, 0x1235, 0);
    assert_eq!(positive, movz | 0x1235 << 5);
}

#[test]
fn aarch64_ranges() {
    let p = place(AARCH64);
    let branch = 1 << 27;
    range(AARCH64, R_AARCH64_CALL26, p, -branch, branch - 4, 4);
    range(AARCH64, R_AARCH64_JUMP26, p, -branch, branch - 4, 4);
    range(AARCH64, R_AARCH64_CONDBR19, p, -(1 << 20), (1 << 20) - 4, 4);
    range(
        AARCH64,
        R_AARCH64_LD_PREL_LO19,
        p,
        -(1 << 20),
        (1 << 20) - 4,
        4,
    );
    range(AARCH64, R_AARCH64_TSTBR14, p, -(1 << 15), (1 << 15) - 4, 4);
    range(
        AARCH64,
        R_AARCH64_ADR_PREL_LO21,
        p,
        -(1 << 20),
        (1 << 20) - 1,
        1,
    );
    let page = p & !0xfff;
    let high = (1 << 32) - 1;
    range(
        AARCH64,
        R_AARCH64_ADR_PREL_PG_HI21,
        page,
        -(1 << 32),
        high,
        1,
    );
    assert!(fits(AARCH64, R_AARCH64_ADR_PREL_PG_HI21_NC, 1 << 50, 0));
    range(AARCH64, R_AARCH64_ABS32, 0, -(1 << 31), high, 1);
    range(AARCH64, R_AARCH64_ABS16, 0, -(1 << 15), 0xffff, 1);
    range(AARCH64, R_AARCH64_PREL32, p, -(1 << 31), (1 << 31) - 1, 1);
    range(AARCH64, R_AARCH64_PREL16, p, -(1 << 15), (1 << 15) - 1, 1);
    range(AARCH64, R_AARCH64_MOVW_UABS_G0, 0, 0, 0xffff, 1);
    range(AARCH64, R_AARCH64_MOVW_UABS_G1, 0, 0, 0xffff_ffff, 1);
    range(AARCH64, R_AARCH64_MOVW_UABS_G2, 0, 0, (1 << 48) - 1, 1);
    range(AARCH64, R_AARCH64_MOVW_SABS_G0, 0, -0x1_0000, 0xffff, 1);
    for r_type in [R_AARCH64_CALL26, R_AARCH64_CONDBR19, R_AARCH64_TSTBR14] {
        assert!(!fits(AARCH64, r_type, p + 2, 0), "{r_type}: misaligned");
    }
    assert!(!fits(AARCH64, R_AARCH64_LDST64_ABS_LO12_NC, 0x1004, 0));
    assert!(fits(AARCH64, R_AARCH64_LDST32_ABS_LO12_NC, 0x1004, 0));
}

#[test]
fn aarch64_got() {
    let mut builder = Builder::aarch64();
    // adrp x0, :got:far; ldr x0, [x0, :got_lo12:far]; twice: one entry
    let mut code = Vec::new();
    for word in [0x9000_0000u32, 0xf940_0000, 0x9000_0001, 0xf940_0021] {
        code.extend(word.to_le_bytes());
    }
    let text = builder.code(".text", &code);
    builder.define("_start", text, 0);
    let far = builder.absolute("far", 0x1234_5678_9abc);
    for at in [0, 8] {
        builder.relocate(text, at, R_AARCH64_ADR_GOT_PAGE, far, 0);
        builder.relocate(text, at + 4, R_AARCH64_LD64_GOT_LO12_NC, far, 0);
    }
    let image = link_for(AARCH64, &[&builder.bytes()], &options())
        .expect("it links")
        .bytes;
    let (got, entry) = section(&image, ".got").expect("there is a GOT");
    assert_eq!(entry, 0x1234_5678_9abc_u64.to_le_bytes());
    let (address, code) = section(&image, ".text").expect("there is code");
    for at in [0usize, 8] {
        let word = |at: usize| u32::from_le_bytes(code[at..at + 4].try_into().expect("4 bytes"));
        let (adrp, ldr) = (word(at), word(at + 4));
        let pages = i64::from(((adrp >> 3 & 0x1f_fffc | adrp >> 29 & 3) as i32) << 11 >> 11);
        let page = ((address + at as u64) & !0xfff).wrapping_add_signed(pages << 12);
        let offset = u64::from(ldr >> 10 & 0xfff) << 3;
        assert_eq!(page + offset, got);
    }
}

#[test]
fn branches_to_nothing_go_on() {
    let mut builder = Builder::aarch64();
    let text = builder.code(".text", &0x9400_0000u32.to_le_bytes());
    builder.define("_start", text, 0);
    let nowhere = builder.want("nowhere", true);
    builder.relocate(text, 0, R_AARCH64_CALL26, nowhere, 0);
    let image = link_for(AARCH64, &[&builder.bytes()], &options())
        .expect("it links")
        .bytes;
    let (_, code) = section(&image, ".text").expect("there is code");
    assert_eq!(code, 0x9400_0001u32.to_le_bytes());
}

#[test]
fn unknown_types_are_named() {
    for (triple, r_type) in [
        (X86_64, R_X86_64_TPOFF32),
        (AARCH64, R_AARCH64_TLSDESC_CALL),
    ] {
        match linked(triple, r_type, &[], 0, 0) {
            Err(Error::UnknownRelocation {
                section,
                offset,
                r_type: found,
                ..
            }) => assert_eq!((section.as_str(), offset, found), (".text", 16, r_type)),
            other => panic!("{other:?}"),
        }
    }
}
