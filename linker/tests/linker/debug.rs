//! Debug sections: dropped unless requested; otherwise relocated, at the end of the file.

use crate::build::Builder;
use crate::common::{link_for, options, section, symbol};
use object::SectionKind;
use object::elf::*;
use object::write::Comdat;
use object::{Object as _, ObjectSection as _, ObjectSymbol as _};
use wasi_aot_linker::{Detail, Error, Image, Options, Result};

const X86_64: &str = "x86_64-unknown-linux-gnu";
const AARCH64: &str = "aarch64-unknown-linux-gnu";

fn link(triple: &str, builders: &[&Builder], detail: Detail) -> Result<Image> {
    let objects: Vec<Vec<u8>> = builders.iter().map(|b| b.bytes()).collect();
    let objects: Vec<&[u8]> = objects.iter().map(Vec::as_slice).collect();
    let options = Options {
        detail,
        ..options()
    };
    link_for(triple, &objects, &options)
}

/// The relocation types for addresses of 8 and of 4 bytes.
fn absolute(triple: &str) -> (u32, u32) {
    match triple {
        X86_64 => (R_X86_64_64, R_X86_64_32),
        _ => (R_AARCH64_ABS64, R_AARCH64_ABS32),
    }
}

/// An object with `name`, which calls nothing, and `name.dead`, which is dropped. Its debug
/// sections refer to both, to nothing, and to each other.
fn object(triple: &str, name: &str) -> Builder {
    let mut builder = match triple {
        X86_64 => Builder::x86_64(),
        _ => Builder::aarch64(),
    };
    let (wide, narrow) = absolute(triple);
    let text = builder.code(&format!(".text.{name}"), &[0; 8]);
    let kept = builder.define(name, text, 0);
    let dead_text = builder.code(&format!(".text.{name}.dead"), &[0; 8]);
    let dead = builder.define(&format!("{name}.dead"), dead_text, 0);
    let nowhere = builder.want("nowhere", false);
    let strings = builder.section(".debug_str", SectionKind::DebugString, b"one\0two\0", 1);
    let strings = builder.0.section_symbol(strings);
    let info = builder.section(".debug_info", SectionKind::Debug, &[0xee; 45], 1);
    builder.relocate(info, 1, wide, kept, 4);
    builder.relocate(info, 9, wide, dead, 4);
    builder.relocate(info, 17, wide, nowhere, 0);
    builder.relocate(info, 25, narrow, strings, 4);
    builder.relocate(info, 29, narrow, dead, 0);
    let own = builder.0.section_symbol(dead_text);
    builder.relocate(info, 33, wide, own, 2);
    for list in [".debug_ranges", ".debug_loc"] {
        let list = builder.section(list, SectionKind::Debug, &[0xee; 16], 1);
        builder.relocate(list, 0, wide, dead, 4);
        builder.relocate(list, 8, wide, kept, 0);
    }
    builder
}

/// `_start`, which refers to these symbols.
fn start(triple: &str, names: &[&str]) -> Builder {
    let mut builder = match triple {
        X86_64 => Builder::x86_64(),
        _ => Builder::aarch64(),
    };
    let text = builder.code(".text.start", &vec![0; 8 * names.len()]);
    builder.define("_start", text, 0);
    for (number, name) in names.iter().enumerate() {
        let name = builder.want(name, false);
        builder.relocate(text, number as u64 * 8, absolute(triple).0, name, 0);
    }
    builder
}

fn wide(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("8 bytes"))
}

fn narrow(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("4 bytes"))
}

#[test]
fn debug_sections_refer_to_what_is_kept() {
    for triple in [X86_64, AARCH64] {
        let program = start(triple, &["one", "two"]);
        let objects = [object(triple, "one"), object(triple, "two")];
        let builders = [&program, &objects[0], &objects[1]];
        let image = link(triple, &builders, Detail::Debug)
            .expect("it links")
            .bytes;
        let (address, info) = section(&image, ".debug_info").expect("it is there");
        assert_eq!((address, info.len()), (0, 90), "{triple}");
        let (_, strings) = section(&image, ".debug_str").expect("it is there");
        assert_eq!(strings, b"one\0two\0one\0two\0");
        for (number, name) in ["one", "two"].into_iter().enumerate() {
            let info = &info[45 * number..45 * (number + 1)];
            let kept = symbol(&image, name).expect("it is kept");
            assert_eq!(symbol(&image, &format!("{name}.dead")), None);
            assert_eq!(wide(info, 1), kept + 4);
            assert_eq!(wide(info, 9), 0, "what is dropped is at no address");
            assert_eq!(wide(info, 17), 0, "nor is what nothing defines");
            assert_eq!(narrow(info, 25) as usize, 8 * number + 4);
            assert_eq!(narrow(info, 29), 0);
            assert_eq!(wide(info, 33), 0);
            assert_eq!(
                [info[0], info[41], info[44]],
                [0xee; 3],
                "the rest is as it was"
            );
            for list in [".debug_ranges", ".debug_loc"] {
                let (_, list) = section(&image, list).expect("it is there");
                let pair = &list[16 * number..16 * (number + 1)];
                assert_eq!(wide(pair, 0), 1, "two zeros would end the list");
                assert_eq!(wide(pair, 8), kept);
            }
        }
    }
}

#[test]
fn debug_sections_are_at_the_end_and_change_nothing_else() {
    let program = start(X86_64, &["one"]);
    let builders = [&program, &object(X86_64, "one")];
    let [plain, debug, stripped] = [Detail::Symbols, Detail::Debug, Detail::Stripped]
        .map(|detail| link(X86_64, &builders, detail).expect("it links"));
    for image in [&plain, &stripped] {
        assert_eq!(section(&image.bytes, ".debug_info"), None, "nobody asked");
    }
    let file = object::File::parse(&*debug.bytes).expect("the image is an ELF file");
    let mut loaded = 0;
    for segment in &debug.segments {
        loaded = loaded.max(segment.offset + segment.file_size);
    }
    let mut debug_sections = 0;
    let mut end = loaded;
    for section in file
        .sections()
        .filter(|s| s.name().is_ok_and(|n| n.starts_with(".debug_")))
    {
        let (offset, size) = section.file_range().expect("it is in the file");
        assert!(offset >= end, "one after the other, after what is loaded");
        end = offset + size;
        let object::SectionFlags::Elf { sh_flags } = section.flags() else {
            panic!("the image is an ELF file");
        };
        assert_eq!(sh_flags & u64::from(SHF_ALLOC), 0);
        debug_sections += 1;
    }
    assert_eq!(debug_sections, 4);
    assert_eq!(end as usize, debug.bytes.len());
    let names: Vec<_> = file.symbols().filter_map(|s| s.name().ok()).collect();
    let plain_file = object::File::parse(&*plain.bytes).expect("the image is an ELF file");
    let plain_names: Vec<_> = plain_file.symbols().filter_map(|s| s.name().ok()).collect();
    assert_eq!(names, plain_names);
    for name in [".text", ".strtab"] {
        assert_eq!(section(&debug.bytes, name), section(&plain.bytes, name));
    }
}

#[test]
fn debug_sections_of_dropped_groups_are_dropped() {
    let grouped = |name: &str, byte: u8| {
        let mut builder = object(X86_64, name);
        let types = builder.section(".debug_types", SectionKind::Debug, &[byte; 5], 1);
        let signature = builder.define_weak("signature", types, 2);
        builder.0.add_comdat(Comdat {
            kind: object::ComdatKind::Any,
            symbol: signature,
            sections: vec![types],
        });
        let more = builder.section(".debug_more", SectionKind::Debug, &[0xee; 8], 1);
        let types = builder.0.section_symbol(types);
        builder.relocate(more, 0, R_X86_64_32, signature, 0);
        builder.relocate(more, 4, R_X86_64_32, types, 3);
        builder
    };
    let program = start(X86_64, &["one", "two"]);
    let builders = [&program, &grouped("one", 1), &grouped("two", 2)];
    let image = link(X86_64, &builders, Detail::Debug)
        .expect("it links")
        .bytes;
    let (_, types) = section(&image, ".debug_types").expect("it is there");
    assert_eq!(types, [1; 5]);
    let (_, more) = section(&image, ".debug_more").expect("it is there");
    let found = [0, 4, 8, 12].map(|at| narrow(&more, at));
    assert_eq!(
        found,
        [2, 3, 2, 0],
        "a local reference to the dropped one is to nothing"
    );
}

#[test]
fn debug_sections_that_cannot_be_filled_in_are_errors_where_they_are_asked_for() {
    let unsupported = |what: &str| Error::Unsupported {
        object: "object 1".into(),
        what: what.into(),
    };
    let mut relative = object(X86_64, "one");
    let more = relative.section(".debug_more", SectionKind::Debug, &[0; 8], 1);
    let nowhere = relative.want("nowhere", false);
    relative.relocate(more, 0, R_X86_64_PC32, nowhere, 0);
    let mut compressed = object(X86_64, "one");
    let more = compressed.section(".debug_more", SectionKind::Debug, &[0; 32], 1);
    compressed.flags(more, SHF_COMPRESSED.into());
    let program = start(X86_64, &["one"]);
    for (builder, what) in [
        (relative, "R_X86_64_PC32 in section .debug_more"),
        (compressed, "compressed section .debug_more"),
    ] {
        let result = link(X86_64, &[&program, &builder], Detail::Debug);
        assert_eq!(result.err(), Some(unsupported(what)));
        link(X86_64, &[&program, &builder], Detail::Symbols).expect("nobody asked");
    }
}

#[test]
fn more_sections_than_the_format_can_count_are_an_error() {
    const MOST: usize = SHN_LORESERVE as usize - 1;
    let program = start(X86_64, &[]);
    // The null section, the code, the symbols and their names, the names of the sections.
    let others = 5;
    for (count, fits) in [(MOST - others, true), (MOST - others + 1, false)] {
        let mut builder = Builder::x86_64();
        for number in 0..count {
            builder.section(&format!(".debug_{number}"), SectionKind::Debug, &[1], 1);
        }
        match link(X86_64, &[&program, &builder], Detail::Debug) {
            Ok(image) => {
                assert!(fits);
                let file = object::File::parse(&*image.bytes).expect("the image is an ELF file");
                assert_eq!(
                    file.sections().count(),
                    MOST - 1,
                    "all but the null section"
                );
            }
            Err(error) => {
                let (count, limit) = (MOST + 1, MOST);
                assert_eq!(error, Error::TooManySections { count, limit });
                assert!(!fits);
            }
        }
    }
}
