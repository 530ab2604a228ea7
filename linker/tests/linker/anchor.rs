//! Images whose constants have a part with a fixed address: they end before the state.

use crate::build::Builder;
use crate::common::{at_address, link_with, options, section, symbol};
use object::SectionKind;
use object::elf::{R_X86_64_64, SHF_ALLOC, SHF_GNU_RETAIN, SHF_WRITE};
use wasi_aot_linker::{Access, Error, Image};

const TABLES: u64 = 0x3ff8_0c00;
const STATE: u64 = 0x3fff_ff80;
const REGION: u64 = 0x4000_0000;

/// A program with tables, zero state and a zero region; constants of these sizes, and `more`.
fn program(constants: &[usize], more: impl FnOnce(&mut Builder)) -> Builder {
    let mut program = Builder::x86_64();
    let text = program.code(".text.start", &[0xc3; 100]);
    let start = program.define("_start", text, 0);
    let tables = program.section(".wasm.tables", SectionKind::ReadOnlyData, &[0; 24], 8);
    program.relocate(tables, 8, R_X86_64_64, start, 0);
    for (number, &size) in constants.iter().enumerate() {
        let name = format!(".rodata.{number}");
        let bytes = vec![number as u8 + 1; size];
        let id = program.section(&name, SectionKind::ReadOnlyData, &bytes, 8);
        program.flags(id, u64::from(SHF_ALLOC | SHF_GNU_RETAIN));
        program.define(&format!("constant{number}"), id, 0);
    }
    program.zero(".wasm.state", 0x80);
    program.zero(".wasm.region.0", 0x2_0000);
    program.fix(&[
        (".wasm.tables", TABLES),
        (".wasm.state", STATE),
        (".wasm.region.0", REGION),
    ]);
    more(&mut program);
    program
}

fn shape(image: &Image) -> Vec<(Access, u64, u64, u64)> {
    let segments = image.segments.iter();
    segments
        .map(|s| (s.access, s.address, s.file_size, s.address + s.memory_size))
        .collect()
}

/// A variable that is kept.
fn variable(program: &mut Builder, name: &str, bytes: Option<&[u8]>, size: u64) {
    let section = format!(".variable.{name}");
    let id = match bytes {
        Some(bytes) => program.section(&section, SectionKind::Data, bytes, 8),
        None => program.zero(&section, size),
    };
    program.flags(id, u64::from(SHF_ALLOC | SHF_WRITE | SHF_GNU_RETAIN));
    program.define(name, id, 0);
}

#[test]
fn constants_around_the_tables_share_their_segment() {
    let sizes = [1000, 2000, 600, 40, 8, 3000, 120];
    let image = link_with(&[&program(&sizes, |_| {})], &options()).expect("it links");
    let [code, constants, state] = shape(&image)[..] else {
        panic!("{:x?}", shape(&image))
    };
    // One page of the file is before the tables, so their segment starts with the headers.
    assert_eq!((constants.0, constants.1), (Access::Read, TABLES & !0xfff));
    assert_eq!((code.0, code.3 <= constants.1), (Access::Execute, true));
    assert_eq!(state, (Access::Write, 0x3fff_f000, 0, REGION + 0x2_0000));
    for segment in &image.segments {
        assert_eq!((segment.address - segment.offset) % 0x1000, 0);
    }
    let start = symbol(&image.bytes, "_start").expect("the tables keep it");
    assert!((code.1..code.3).contains(&start));
    assert_eq!(at_address(&image, TABLES + 8, 8), start.to_le_bytes());
    for (number, size) in sizes.into_iter().enumerate() {
        let at = symbol(&image.bytes, &format!("constant{number}")).expect("it is kept");
        assert_eq!(at_address(&image, at, size), vec![number as u8 + 1; size]);
    }
    let (at, constants) = section(&image.bytes, ".rodata").expect("it is there");
    assert!((at..at + constants.len() as u64).contains(&TABLES));
    let sizes: usize = sizes.iter().sum();
    assert!(constants.len() < sizes + 24 + 32, "few bytes are unused");
}

#[test]
fn tables_without_constants_to_fill_their_page_have_a_segment() {
    let image = link_with(&[&program(&[100], |_| {})], &options()).expect("it links");
    let shape = shape(&image);
    assert_eq!(shape[0].1, 0x20_0000);
    assert!(
        shape.contains(&(Access::Read, TABLES, 24, TABLES + 24)),
        "{shape:x?}"
    );
    assert!(image.bytes.len() < 0x1000);
}

#[test]
fn variables_are_before_the_state() {
    let more = |program: &mut Builder| {
        variable(program, "small", None, 16);
        variable(program, "large", None, 0x1_0000);
        variable(program, "filled", Some(&[7; 24]), 0);
    };
    let constants = [2000, 600, 120];
    let image = link_with(&[&program(&constants, more)], &options()).expect("it links");
    let find = |name| symbol(&image.bytes, name).expect("it is kept");
    assert_eq!(find("small"), STATE - 16);
    assert_eq!(find("large"), STATE - 16 - 0x1_0000);
    let shape = shape(&image);
    let filled = (Access::Write, find("filled"), 24, REGION + 0x2_0000);
    assert_eq!(shape.last(), Some(&filled), "{shape:x?}");
    assert!(find("filled") + 24 <= find("large"));
    assert!(find("filled") + 24 + 0x1000 > find("large"));
    assert_eq!(at_address(&image, find("filled"), 24), [7; 24]);
}

#[test]
fn an_image_without_room_before_its_tables_is_an_error() {
    for (size, fits) in [(0x1000, true), (0x4000, false)] {
        let mut program = program(&[2000, 600, 120], |_| {});
        let options = wasi_aot_linker::Options {
            image_base: TABLES / 0x1000 * 0x1000 - 0x3000,
            ..options()
        };
        let code = program.code(".text.more", &vec![0xc3; size]);
        program.flags(code, u64::from(SHF_ALLOC | SHF_GNU_RETAIN | 4));
        match link_with(&[&program], &options) {
            Ok(_) => assert!(fits),
            Err(Error::TooLarge { end, limit }) => assert!(!fits && end > limit),
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn large_constants_are_before_the_tables() {
    let sizes: Vec<usize> = (0..200).map(|number| 4000 + number * 8).collect();
    let more = |program: &mut Builder| program.frames(&["_start"], 0);
    let image = link_with(&[&program(&sizes, more)], &options()).expect("it links");
    let constants = shape(&image)[1];
    assert!(constants.1 < TABLES - 0xc_0000 && constants.3 < TABLES + 0x2000);
    let at = symbol(&image.bytes, "constant199").expect("it is kept");
    assert_eq!(at_address(&image, at, 5592), [200; 5592]);
    let (frames, _) = section(&image.bytes, ".eh_frame").expect("it is there");
    assert!(frames < TABLES);
}
