//! Truncated or corrupted objects give an error or an image, never a panic.

use crate::build::Builder;
use crate::common::{link_for, link_x86_64, options};
use object::SectionKind;
use object::elf::{R_X86_64_64, R_X86_64_PC32, R_X86_64_REX_GOTPCRELX};
use wasi_aot_linker::{Detail, Options, defined_symbols, read_note};

/// An object with every feature.
fn object() -> Vec<u8> {
    let mut builder = Builder::x86_64();
    let code = [0x48, 0x8b, 0x05, 0, 0, 0, 0, 0xc3];
    let text = builder.code(".text.start", &code);
    let start = builder.define("_start", text, 0);
    let data_section = builder.section(".data", SectionKind::Data, &[1; 16], 8);
    let data = builder.define("data", data_section, 0);
    builder.relocate(text, 3, R_X86_64_REX_GOTPCRELX, data, -4);
    let strings = b"one\0two\0one\0";
    let strings = builder.section(".rodata.str1.1", SectionKind::ReadOnlyString, strings, 1);
    let strings = builder.0.section_symbol(strings);
    builder.relocate(data_section, 8, R_X86_64_64, strings, 8);
    builder.zero(".bss", 64);
    builder.want("nowhere", true);
    let mut frames = vec![0x0c, 0, 0, 0, 0, 0, 0, 0, 1, b'z', b'R', 0, 1, 0x78, 16, 0];
    for word in [0x10u32, 20, 0, 8, 0] {
        frames.extend(word.to_le_bytes());
    }
    let frames = builder.section(".eh_frame", SectionKind::ReadOnlyData, &frames, 8);
    builder.relocate(frames, 24, R_X86_64_PC32, start, 0);
    builder.note(".note.wasi-aot.info", 2, b"{}");
    builder.section(".wasm.region.0", SectionKind::Data, &[1; 16], 8);
    builder.fix(&[(".wasm.region.0", 0x4000_0000)]);
    let debug = builder.section(".debug_info", SectionKind::Debug, &[1; 16], 1);
    builder.relocate(debug, 0, R_X86_64_64, start, 0);
    builder.relocate(debug, 8, R_X86_64_64, data, 4);
    builder.bytes()
}

/// All operations on an object.
fn try_all(bytes: &[u8]) -> bool {
    let debug = Options {
        detail: Detail::Debug,
        ..options()
    };
    let linked = link_x86_64(&[bytes], &debug);
    let without = link_x86_64(&[bytes], &options());
    assert!(
        without.is_ok() || linked.is_err(),
        "debug sections make nothing valid"
    );
    if let Ok(image) = &linked {
        assert!(image.bytes.len() < 1 << 24, "a small object, a large image");
    }
    let _ = link_for("aarch64-unknown-linux-gnu", &[bytes], &options());
    let _ = defined_symbols(bytes);
    let _ = read_note(bytes, "wasi-aot", 1);
    linked.is_ok()
}

#[test]
fn objects_that_are_cut_off_are_errors() {
    let object = object();
    assert!(try_all(&object));
    for length in 0..object.len() {
        // The section headers are at the end: if some are missing, this is no object.
        assert!(!try_all(&object[..length]), "cut off at {length}");
    }
}

/// Xorshift (Marsaglia 2003): the same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}

#[test]
fn objects_changed_at_random_do_no_harm() {
    const INTERESTING: [u8; 6] = [0, 1, 0x7f, 0x80, 0xfe, 0xff];
    let object = object();
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut linked = 0;
    for round in 0..40_000 {
        let mut bytes = object.clone();
        for _ in 0..1 + round % 4 {
            let at = random.below(bytes.len());
            bytes[at] = match random.below(3) {
                0 => INTERESTING[random.below(INTERESTING.len())],
                1 => bytes[at] ^ 1 << random.below(8),
                _ => random.below(256) as u8,
            };
        }
        linked += u32::from(try_all(&bytes));
    }
    // Some inputs link and some are refused.
    assert!((1_000..39_000).contains(&linked), "{linked}");
}

#[test]
fn every_byte_can_have_every_edge_value() {
    let object = object();
    for at in 0..object.len() {
        for value in [0, 1, 0x7f, 0x80, 0xff] {
            let mut bytes = object.clone();
            bytes[at] = value;
            try_all(&bytes);
        }
    }
}
