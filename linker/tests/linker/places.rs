//! The number of unused bytes in the file.

use crate::build::Builder;
use crate::common::{link_with, options, section, symbol};
use object::SectionKind;
use object::elf::R_X86_64_PLT32;
use wasi_aot_linker::{Access, Image, Options};

/// A program with functions of 1,000 bytes, each of which calls the next one, and with a region of
/// `region` bytes.
fn with_region(functions: usize, region: usize) -> Builder {
    let mut program = Builder::x86_64();
    let mut code = vec![0x90; 1000];
    code[0] = 0xe8;
    let name = |number: usize| match number {
        0 => "_start".to_owned(),
        _ => format!("function{number}"),
    };
    let texts: Vec<_> = (0..functions)
        .map(|number| program.code(&format!(".text.{number}"), &code))
        .collect();
    let symbols: Vec<_> = (0..functions)
        .map(|number| program.define(&name(number), texts[number], 0))
        .collect();
    for (number, &text) in texts.iter().enumerate() {
        let next = symbols[(number + 1) % functions];
        program.relocate(text, 1, R_X86_64_PLT32, next, -4);
    }
    program.section(".wasm.region.0", SectionKind::Data, &vec![7; region], 16);
    program.fix(&[(".wasm.region.0", 0x4000_0000)]);
    program
}

/// Whether each function of [`with_region`] calls the next one, in a cycle.
fn calls_go_round(image: &Image, functions: usize) -> bool {
    let code = image
        .segments
        .iter()
        .filter(|s| s.access == Access::Execute);
    let code: Vec<_> = code.collect();
    let next = |address: u64| {
        let segment = code
            .iter()
            .find(|s| (s.address..s.address + s.memory_size).contains(&address))?;
        let at = (segment.offset + address - segment.address) as usize;
        let operand = image.bytes[at + 1..at + 5].try_into().ok()?;
        Some(address.wrapping_add_signed(i64::from(i32::from_le_bytes(operand))) + 5)
    };
    let start = symbol(&image.bytes, "_start");
    let mut seen = std::collections::BTreeSet::new();
    let mut at = start;
    while let Some(address) = at.filter(|&address| seen.insert(address)) {
        at = next(address);
    }
    at == start && seen.len() == functions
}

#[test]
fn no_page_of_the_file_is_left_empty() {
    for page in [0x1000, 0x1_0000] {
        let options = Options { page, ..options() };
        // Less than a page, more than one, and nearly full pages, with a region that fits in a page
        // and a larger one.
        for functions in [1, 3, 10, 62, 64, 66, 100, 200] {
            for region in [100, 70_000] {
                let program = with_region(functions, region);
                let image = link_with(&[&program], &options).expect("it links");
                assert!(calls_go_round(&image, functions), "{functions} {region}");
                for segment in &image.segments {
                    assert_eq!((segment.address - segment.offset) % page, 0);
                }
                let used = functions * 1008 + region;
                let symbols = 24 * functions + 13 * functions;
                let unused = image.bytes.len() - used - symbols;
                // Headers, and the remainder that a function, or 2 KiB, may leave; a program of
                // less than a page also leaves the rest of the page.
                let most = match functions * 1008 < page as usize {
                    true => page as usize + 2048,
                    false => 4096,
                };
                assert!(unused < most, "{page} {functions} {region}: {unused}");
            }
        }
    }
}

/// Neither the unwind information, nor the code together with it, ends close to a page boundary;
/// the code alone does.
#[test]
fn unwind_information_follows_the_code_where_that_fills_a_page() {
    let options = Options {
        page: 0x1_0000,
        ..options()
    };
    let mut program = Builder::x86_64();
    let text = program.code(".text", &vec![0xc3; 60_000]);
    program.define("_start", text, 0);
    program.frames(&["_start"], 40_000);
    program.section(".wasm.region.0", SectionKind::Data, &vec![7; 100_000], 16);
    program.fix(&[(".wasm.region.0", 0x4000_0000)]);
    let image = link_with(&[&program], &options).expect("it links");
    assert!(image.bytes.len() < 60_000 + 40_000 + 100_000 + 8192);
    let place = |name| section(&image.bytes, name).expect("it is there").0;
    assert!(place(".eh_frame") > place(".text"));
    let frames = place(".eh_frame");
    let segment = image
        .segments
        .iter()
        .find(|s| (s.address..s.address + s.memory_size).contains(&frames));
    let access = segment.map(|s| s.access);
    assert_eq!(access, Some(Access::Read), "nothing of it is executable");
}
