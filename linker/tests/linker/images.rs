//! The contents of images: dropped and retained sections, fixed addresses, notes, symbols, unwind
//! information; and errors.

use crate::build::Builder;
use crate::common::{link_for, link_with, link_x86_64, options, section, symbol, word};
use object::SectionKind;
use object::elf::{R_X86_64_64, R_X86_64_PLT32, SHF_ALLOC, SHF_GNU_RETAIN};
use wasi_aot_linker::{Access, Detail, Error, Image, Options, defined_symbols, read_note};

/// `_start`, which calls the undefined function `callee`.
fn start_calls(callee: &str) -> Builder {
    let mut builder = Builder::x86_64();
    let text = builder.code(".text.start", &[0xe8, 0, 0, 0, 0]);
    builder.define("_start", text, 0);
    let callee = builder.want(callee, false);
    builder.relocate(text, 1, R_X86_64_PLT32, callee, -4);
    builder
}

/// An object with a function.
fn defines(name: &str) -> Builder {
    let mut builder = Builder::x86_64();
    let text = builder.code(&format!(".text.{name}"), &[0xc3]);
    builder.define(name, text, 0);
    builder
}

fn link(builders: &[&Builder]) -> Result<Image, Error> {
    link_with(builders, &options())
}

#[test]
fn what_is_not_reached_is_dropped() {
    let program = start_calls("callee");
    let mut runtime = defines("callee");
    // A cycle that nothing enters, with a reference to an undefined symbol.
    let text = runtime.code(".text.dead", &[0xe8, 0, 0, 0, 0]);
    let dead = runtime.define("dead", text, 0);
    runtime.relocate(text, 1, R_X86_64_PLT32, dead, -4);
    let nowhere = runtime.want("nowhere", false);
    runtime.relocate(text, 1, R_X86_64_PLT32, nowhere, -4);
    let kept = runtime.section(".data.kept", SectionKind::Data, &[1; 8], 8);
    runtime.flags(kept, u64::from(SHF_ALLOC | SHF_GNU_RETAIN));
    runtime.define("kept", kept, 0);
    let image = link(&[&program, &runtime]).expect("it links").bytes;
    assert!(symbol(&image, "callee").is_some());
    assert!(symbol(&image, "kept").is_some());
    assert_eq!(symbol(&image, "dead"), None);
    let (_, code) = section(&image, ".text").expect("there is code");
    assert_eq!(code.len(), 17, "5 bytes, padding to 16, 1 byte");
    assert_eq!(code[5..16], [0xcc; 11], "gaps in code trap");
}

#[test]
fn undefined_symbols_say_who_wants_them() {
    match link(&[&start_calls("callee")]) {
        Err(Error::Undefined(all)) => {
            assert_eq!(all.len(), 1);
            assert_eq!(all[0].symbol, "callee");
            assert_eq!(all[0].object, "object 0");
            assert_eq!(all[0].referrer, ".text.start");
        }
        other => panic!("{other:?}"),
    }
    // If functions share a section, the error names the one with the first reference.
    let mut shared = Builder::x86_64();
    let text = shared.code(".text", &[0; 40]);
    for (at, name) in [(16, "two"), (0, "_start"), (32, "three")] {
        let function = shared.define(name, text, at);
        shared.0.symbol_mut(function).size = 8;
    }
    let wanted = ["a", "b", "c", "d"].map(|name| shared.want(name, false));
    for (at, symbol) in [(20, 0), (12, 1), (32, 2), (0, 3), (36, 0)] {
        shared.relocate(text, at, R_X86_64_PLT32, wanted[symbol], -4);
    }
    match link(&[&shared]) {
        Err(Error::Undefined(all)) => {
            let all: Vec<_> = all.iter().map(|u| (&*u.symbol, &*u.referrer)).collect();
            assert_eq!(
                all,
                [
                    ("a", "two"),
                    ("b", ".text"),
                    ("c", "three"),
                    ("d", "_start")
                ]
            );
        }
        other => panic!("{other:?}"),
    }
    let mut weak = Builder::x86_64();
    let text = weak.code(".text", &[0xe8, 0, 0, 0, 0]);
    weak.define("_start", text, 0);
    let nowhere = weak.want("nowhere", true);
    weak.relocate(text, 1, R_X86_64_PLT32, nowhere, -4);
    link(&[&weak]).expect("a weak symbol may be missing");
}

#[test]
fn definitions_are_unique_unless_weak() {
    let (program, strong) = (start_calls("callee"), defines("callee"));
    match link(&[&program, &strong, &defines("callee")]) {
        Err(Error::Duplicate {
            symbol,
            first,
            second,
        }) => assert_eq!(
            [symbol.as_str(), &first, &second],
            ["callee", "object 1", "object 2"]
        ),
        other => panic!("{other:?}"),
    }
    let mut weak = Builder::x86_64();
    let text = weak.code(".text.weak", &[0x90, 0xc3]);
    weak.define_weak("callee", text, 1);
    for order in [[&program, &strong, &weak], [&program, &weak, &strong]] {
        let image = link(&order).expect("it links").bytes;
        let (address, code) = section(&image, ".text").expect("there is code");
        let callee = symbol(&image, "callee").expect("it is there");
        assert_eq!(callee, address + 16);
        assert_eq!(code[16..], [0xc3], "the strong one is kept alone");
    }
    let image = link(&[&program, &weak]).expect("it links").bytes;
    let (address, _) = section(&image, ".text").expect("there is code");
    assert_eq!(symbol(&image, "callee"), Some(address + 17));
}

#[test]
fn an_entry_has_to_be_there() {
    let result = link(&[&defines("main")]);
    let symbol = "_start".to_owned();
    assert_eq!(result.err(), Some(Error::NoEntry { symbol }));
}

/// `_start` alone.
fn start() -> Builder {
    defines("_start")
}

#[test]
fn fixed_sections_lie_where_the_note_says() {
    let mut program = start();
    program.section(".wasm.state", SectionKind::Data, &[1; 24], 16);
    let tables = program.section(
        ".wasm.tables",
        SectionKind::ReadOnlyDataWithRel,
        &[0; 16],
        8,
    );
    program.flags(tables, u64::from(SHF_ALLOC));
    let text = program.code(".text.in_table", &[0xc3]);
    let target = program.define("in_table", text, 0);
    program.relocate(tables, 8, R_X86_64_64, target, 0);
    program.section(".wasm.region.0", SectionKind::Data, &[7; 5000], 16);
    program.section(".wasm.region.0.1", SectionKind::Data, b"end", 16);
    program.zero(".bss", 100_000);
    program.fix(&[
        (".wasm.state", 0x3f00_1000),
        (".wasm.tables", 0x3f00_0000),
        (".wasm.region.0", 0x4000_0000),
        (".wasm.region.0.1", 0x4123_0000),
    ]);
    let image = link(&[&program]).expect("it links");
    let fixed: Vec<_> = image
        .segments
        .iter()
        .filter(|s| s.address > 0x3f00_0000 - 1)
        .collect();
    let found: Vec<_> = fixed
        .iter()
        .map(|s| (s.address, s.access, s.memory_size))
        .collect();
    let expected = [
        (0x3f00_0000, Access::Read, 16),
        (0x3f00_1000, Access::Write, 24),
        (0x4000_0000, Access::Write, 0x2000),
        (0x4123_0000, Access::Write, 0x1000),
    ];
    assert_eq!(found, expected);
    for segment in &image.segments {
        assert_eq!((segment.address - segment.offset) % 0x1000, 0);
        let end = segment.offset + segment.file_size;
        assert!(
            end <= image.bytes.len() as u64,
            "a page lies behind the end"
        );
    }
    let in_file: Vec<_> = fixed.iter().map(|s| s.file_size).collect();
    assert_eq!(
        in_file,
        [16, 24, 5000, 3],
        "what fills a page is not in the file"
    );
    let in_table = symbol(&image.bytes, "in_table").expect("the table keeps it");
    let (_, tables) = section(&image.bytes, ".wasm.tables").expect("it is there");
    assert_eq!(tables[8..], in_table.to_le_bytes());
    let (_, region) = section(&image.bytes, ".wasm.region.0").expect("it is there");
    assert_eq!(region, [7; 5000]);
    assert!(section(&image.bytes, ".note.wasi-aot.fixed").is_none());
}

fn fixed_error(sections: &[(&str, u64)]) -> String {
    let mut program = start();
    program.section(".wasm.state", SectionKind::Data, &[1; 0x1001], 16);
    program.section(".wasm.region.0", SectionKind::Data, &[7; 5000], 16);
    program.fix(sections);
    match link(&[&program]) {
        Err(Error::Fixed { section, why, .. }) => format!("{section}: {why}"),
        Err(other) => other.to_string(),
        Ok(_) => "linked".into(),
    }
}

#[test]
fn fixed_addresses_that_cannot_be_are_errors() {
    let state = (".wasm.state", 0x3f00_0000);
    let cases: &[(&[(&str, u64)], &str)] = &[
        (&[state, (".wasm.region.0", 0x4000_0000)], "linked"),
        (
            &[state, (".wasm.region.0", 0x3f00_1000)],
            ".wasm.region.0: another section has that page",
        ),
        (
            &[state, (".wasm.region.0", 0x4000_0010)],
            ".wasm.region.0: that is not aligned",
        ),
        (
            &[
                (".wasm.state", 0x3f00_0008),
                (".wasm.region.0", 0x4000_0000),
            ],
            ".wasm.state: that is not aligned",
        ),
        (
            &[
                (".wasm.state", 0x5000_0000),
                (".wasm.region.0", 0x4000_0000),
            ],
            ".wasm.state: regions have the highest addresses",
        ),
        (
            &[state, (".wasm.region.0", !0xfff)],
            ".wasm.region.0: that is not an address of a program",
        ),
        (
            &[
                state,
                (".wasm.region.0", 0x4000_0000),
                (".wasm.other", 0x6000_0000),
            ],
            ".wasm.other: the object has no such section",
        ),
        (
            &[state],
            "object 0 is not a well-formed relocatable object: the address of section .wasm.region.0 is in no note",
        ),
    ];
    for (sections, expected) in cases {
        assert_eq!(fixed_error(sections), *expected, "{sections:?}");
    }
}

#[test]
fn an_image_that_reaches_the_fixed_sections_is_an_error() {
    for (size, fits) in [(0x1000, true), (0x3000, false)] {
        let mut program = start();
        let text = program.code(".text.uses", &[0; 8]);
        let zero = program.zero(".bss.large", size);
        let zero = program.define("large", zero, 0);
        program.relocate(text, 0, R_X86_64_64, zero, 0);
        program.flags(text, u64::from(SHF_ALLOC | SHF_GNU_RETAIN | 4));
        program.section(".wasm.state", SectionKind::Data, &[1; 24], 16);
        program.fix(&[(".wasm.state", 0x20_4000)]);
        match link(&[&program]) {
            Ok(_) => assert!(fits),
            Err(Error::TooLarge { end, limit }) => {
                assert!(!fits);
                assert!(end > limit && limit == 0x20_4000);
            }
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn the_note_of_the_program_stays() {
    let mut program = start();
    program.note(".note.wasi-aot.info", 2, b"{\"a\":1}");
    let object = program.bytes();
    assert_eq!(
        read_note(&object, "wasi-aot", 2).as_deref(),
        Some(&b"{\"a\":1}"[..])
    );
    for detail in [Detail::Symbols, Detail::Stripped] {
        let options = Options {
            detail,
            ..options()
        };
        let image = link_with(&[&program], &options).expect("it links").bytes;
        let note = read_note(&image, "wasi-aot", 2);
        assert_eq!(note.as_deref(), Some(&b"{\"a\":1}"[..]));
        assert_eq!(read_note(&image, "wasi-aot", 1), None);
        assert_eq!(read_note(&image, "other", 2), None);
    }
    assert_eq!(read_note(b"no object at all", "wasi-aot", 2), None);
}

#[test]
fn stripping_leaves_what_runs() {
    let mut program = start();
    program.frames(&["_start"], 0);
    let full = link(&[&program]).expect("it links");
    let options = Options {
        detail: Detail::Stripped,
        ..options()
    };
    let bare = link_with(&[&program], &options).expect("it links");
    let of = |image: &Image, name: &str| section(&image.bytes, name).map(|s| s.1);
    assert_eq!(of(&full, ".text"), of(&bare, ".text"));
    for name in [".symtab", ".strtab", ".eh_frame", ".eh_frame_hdr"] {
        assert!(of(&full, name).is_some(), "{name}");
        assert!(of(&bare, name).is_none(), "{name}");
    }
    assert!(bare.bytes.len() < full.bytes.len());
}

#[test]
fn frames_of_dropped_functions_are_dropped_and_the_others_found() {
    let mut program = Builder::x86_64();
    let text = program.code(".text.start", &[0xe8, 0, 0, 0, 0]);
    program.define("_start", text, 0);
    for name in ["dead", "last"] {
        let own = program.code(&format!(".text.{name}"), &[0xc3]);
        let id = program.define(name, own, 0);
        if name == "last" {
            program.relocate(text, 1, R_X86_64_PLT32, id, -4);
        }
    }
    let functions = ["_start", "dead", "last"];
    program.frames(&functions, 0);
    let image = link(&[&program]).expect("it links").bytes;
    let (frames_at, frames) = section(&image, ".eh_frame").expect("it is there");
    assert_eq!(frames.len(), 24 + 2 * 20, "a CIE and two FDEs");
    let (index_at, index) = section(&image, ".eh_frame_hdr").expect("it is there");
    assert_eq!(index[..4], [1, 0x1b, 0x03, 0x3b]);
    assert_eq!(
        index_at.wrapping_add_signed(4 + i64::from(word(&index, 4))),
        frames_at
    );
    assert_eq!(word(&index, 8), 2);
    let start = symbol(&image, "_start").expect("it is there");
    let last = symbol(&image, "last").expect("it is there");
    assert_eq!(symbol(&image, "dead"), None);
    for (entry, function) in [(12, start), (20, last)] {
        let found = index_at.wrapping_add_signed(word(&index, entry).into());
        assert_eq!(found, function);
        let fde = index_at.wrapping_add_signed(word(&index, entry + 4).into());
        let at = (fde - frames_at) as usize;
        assert_eq!(word(&frames, at), 0x10, "an FDE starts here");
        assert_eq!(
            word(&frames, at + 4),
            at as i32 + 4,
            "the CIE is the first record"
        );
        let begin = (fde + 8).wrapping_add_signed(word(&frames, at + 8).into());
        assert_eq!(begin, function);
    }
}

#[test]
fn edges_of_the_image_have_symbols() {
    let mut program = Builder::x86_64();
    let text = program.code(".text", &[0; 32]);
    program.define("_start", text, 0);
    let names = ["__ehdr_start", "etext", "edata", "_end"];
    for (index, name) in names.iter().enumerate() {
        let symbol = program.want(name, false);
        program.relocate(text, index as u64 * 8, R_X86_64_64, symbol, 0);
    }
    let image = link(&[&program]).expect("it links").bytes;
    let (address, code) = section(&image, ".text").expect("there is code");
    let end = address + 32;
    let value = |i: usize| u64::from_le_bytes(code[i * 8..][..8].try_into().expect("8 bytes"));
    assert_eq!([0, 1, 2, 3].map(value), [0x20_0000, end, end, end]);
}

#[test]
fn local_labels_leave_the_symbol_table() {
    let mut program = start();
    let text = program.code(".text.more", &[0xc3; 4]);
    program.flags(text, u64::from(SHF_ALLOC | SHF_GNU_RETAIN | 4));
    program.define_local("helper", text, 0);
    let label = program.define_local(".Llabel", text, 1);
    program.0.symbol_mut(label).kind = object::SymbolKind::Label;
    let image = link(&[&program]).expect("it links").bytes;
    assert!(symbol(&image, "helper").is_some());
    assert_eq!(symbol(&image, ".Llabel"), None);
}

#[test]
fn the_functions_that_an_object_defines_can_be_listed() {
    let mut runtime = defines("wasi_snapshot_preview1.fd_write");
    runtime.want("wasi_aot_program", false);
    let data = runtime.section(".data", SectionKind::Data, &[0; 8], 8);
    let data = runtime.define("wasi_aot_stack_limit", data, 0);
    runtime.0.symbol_mut(data).kind = object::SymbolKind::Data;
    let names = defined_symbols(&runtime.bytes()).expect("it is an object");
    assert_eq!(names, ["wasi_snapshot_preview1.fd_write"]);
    assert!(defined_symbols(b"no object at all").is_err());
}

#[test]
fn the_same_inputs_give_the_same_bytes_wherever_they_lie() {
    let mut program = start_calls("callee");
    program.zero(".bss", 64);
    program.frames(&["_start"], 0);
    let (program, runtime) = (program.bytes(), defines("callee").bytes());
    let first = link_x86_64(&[&program, &runtime], &options()).expect("it links");
    for shift in 1..8 {
        let mut moved = vec![0; shift];
        moved.extend(&program);
        let moved = link_x86_64(&[&moved[shift..], &runtime], &options()).expect("it links");
        assert_eq!(first.bytes, moved.bytes, "moved by {shift}");
    }
}

#[test]
fn other_machines_and_files_are_refused() {
    let aarch64 = Builder::aarch64().bytes();
    let result = link_x86_64(&[&aarch64], &options());
    assert!(
        matches!(result, Err(Error::WrongMachine { .. })),
        "{result:?}"
    );
    let image = link(&[&start()]).expect("it links").bytes;
    let result = link_x86_64(&[&image], &options());
    assert!(matches!(result, Err(Error::Malformed { .. })), "{result:?}");
    let triple = "riscv64gc-unknown-linux-gnu".parse().expect("it parses");
    let result = wasi_aot_linker::Target::new(&triple);
    assert!(matches!(result, Err(Error::UnsupportedTarget { .. })));
}

#[test]
fn thread_local_storage_is_refused_where_it_is_reached() {
    let mut runtime = defines("callee");
    let tls = runtime.section(".tdata", SectionKind::Tls, &[0; 8], 8);
    link(&[&start_calls("callee"), &runtime]).expect("nothing reaches it");
    let flags = u64::from(SHF_ALLOC | SHF_GNU_RETAIN | object::elf::SHF_TLS);
    runtime.flags(tls, flags);
    let result = link(&[&start_calls("callee"), &runtime]);
    assert!(
        matches!(result, Err(Error::Unsupported { .. })),
        "{result:?}"
    );
}

#[test]
fn pages_of_aarch64_cost_no_padding() {
    let mut program = Builder::aarch64();
    let text = program.code(".text", &[0; 64]);
    program.define("_start", text, 0);
    let data = program.section(".data", SectionKind::Data, &[1; 64], 8);
    program.flags(data, u64::from(SHF_ALLOC | SHF_GNU_RETAIN | 1));
    let options = Options {
        page: 0x1_0000,
        ..options()
    };
    let triple = "aarch64-unknown-linux-gnu";
    let image = link_for(triple, &[&program.bytes()], &options).expect("it links");
    assert!(image.bytes.len() < 0x800, "{} bytes", image.bytes.len());
    assert_eq!(image.segments.len(), 3);
    for pair in image.segments.windows(2) {
        let end = pair[0].address + pair[0].memory_size;
        assert!(end.div_ceil(0x1_0000) <= pair[1].address / 0x1_0000);
        assert_eq!((pair[1].address - pair[1].offset) % 0x1_0000, 0);
    }
}
