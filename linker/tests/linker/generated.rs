//! Features of objects from optimising compilers: COMDAT groups, jump tables, and call frame
//! information in every object.

use crate::build::Builder;
use crate::common::{at_address, link_for, link_with, options, section, symbol, word};
use object::elf::*;
use object::write::{Comdat, SectionId, SymbolId};
use object::{ComdatKind, SectionKind};
use wasi_aot_linker::{Error, Image};

const X86_64: &str = "x86_64-unknown-linux-gnu";
const AARCH64: &str = "aarch64-unknown-linux-gnu";

/// `call` with its operand, at the start of a section.
const CALL: [u8; 5] = [0xe8, 0, 0, 0, 0];

fn link(builders: &[&Builder]) -> Result<Image, Error> {
    link_with(builders, &options())
}

/// Adds a function that calls `callees` in order; each call has the length of [`CALL`].
fn calls(builder: &mut Builder, name: &str, callees: &[SymbolId]) -> SymbolId {
    let text = builder.code(&format!(".text.{name}"), &CALL.repeat(callees.len().max(1)));
    for (number, &callee) in callees.iter().enumerate() {
        let at = number as u64 * CALL.len() as u64 + 1;
        builder.relocate(text, at, R_X86_64_PLT32, callee, -4);
    }
    builder.define(name, text, 0)
}

/// The target of the call with this number in a function.
fn called(image: &Image, function: &str, number: u64) -> u64 {
    let start = symbol(&image.bytes, function).expect("the caller is there");
    let next = start + (number + 1) * CALL.len() as u64;
    let operand = word(at_address(image, next - 4, 4), 0);
    next.wrapping_add_signed(operand.into())
}

/// Puts sections in a COMDAT group with a function's name.
fn group(builder: &mut Builder, symbol: SymbolId, sections: &[SectionId]) {
    builder.0.add_comdat(Comdat {
        kind: ComdatKind::Any,
        symbol,
        sections: sections.to_vec(),
    });
}

/// An object with `name`, which calls `callee`, which the object defines in a group. The first byte
/// of `callee` is `byte`.
fn with_group(name: &str, byte: u8) -> Builder {
    let mut builder = Builder::x86_64();
    let text = builder.code(".text.callee", &[byte, 0xc3]);
    let callee = builder.define_weak("callee", text, 0);
    group(&mut builder, callee, &[text]);
    calls(&mut builder, name, &[callee]);
    builder.frames(&["callee", name], 0);
    builder
}

#[test]
fn of_equal_groups_the_first_is_kept_and_meant_by_all() {
    let mut first = with_group("first", 0x90);
    let second = with_group("second", 0xcc);
    let [one, two] = ["first", "second"].map(|name| first.want(name, false));
    calls(&mut first, "_start", &[one, two]);
    let image = link(&[&first, &second]).expect("it links");
    let callee = symbol(&image.bytes, "callee").expect("it is there");
    assert_eq!(at_address(&image, callee, 2), [0x90, 0xc3]);
    for caller in ["first", "second"] {
        assert_eq!(called(&image, caller, 0), callee, "{caller}");
    }
    let (_, code) = section(&image.bytes, ".text").expect("there is code");
    assert!(
        !code.windows(2).any(|bytes| bytes == [0xcc, 0xc3]),
        "the other is dropped"
    );
    let (_, index) = section(&image.bytes, ".eh_frame_hdr").expect("it is there");
    assert_eq!(
        word(&index, 8),
        3,
        "the frame of the dropped one is dropped"
    );
}

#[test]
fn groups_can_be_called_by_their_section() {
    let grouped = |name: &str, of: &str| {
        let mut builder = Builder::x86_64();
        let text = builder.code(of, &[0xc3; 4]);
        builder.define(name, text, 0);
        let signature = builder.0.section_symbol(text);
        group(&mut builder, signature, &[text]);
        builder
    };
    let start = |callees: [&str; 2]| {
        let mut builder = Builder::x86_64();
        let callees = callees.map(|name| builder.want(name, false));
        calls(&mut builder, "_start", &callees);
        builder
    };
    let both = start(["one", "two"]);
    let image = link(&[
        &both,
        &grouped("one", ".text.a"),
        &grouped("two", ".text.b"),
    ]);
    image.expect("they are different groups");
    let twice = start(["one", "one"]);
    let image = link(&[
        &twice,
        &grouped("one", ".text.a"),
        &grouped("one", ".text.a"),
    ]);
    image.expect("the second is dropped, and so there are not two definitions");
}

#[test]
fn nothing_may_need_what_only_a_dropped_group_has() {
    let mut first = with_group("first", 0x90);
    let second = first.want("second", false);
    calls(&mut first, "_start", &[second]);
    for local in [true, false] {
        let mut builder = Builder::x86_64();
        let text = builder.code(".text.callee", &[0x90, 0xc3]);
        let callee = builder.define_weak("callee", text, 0);
        let other = match local {
            true => builder.define_local("other", text, 1),
            false => builder.define_weak("other", text, 1),
        };
        group(&mut builder, callee, &[text]);
        calls(&mut builder, "second", &[other]);
        let expected = Error::Discarded {
            symbol: "other".into(),
            object: "object 1".into(),
            referrer: ".text.second".into(),
        };
        assert_eq!(
            link(&[&first, &builder]).err(),
            Some(expected),
            "local: {local}"
        );
    }
}

#[test]
fn jump_tables_have_distances_from_themselves() {
    for (triple, r_type) in [(X86_64, R_X86_64_PC32), (AARCH64, R_AARCH64_PREL32)] {
        let mut builder = match triple {
            X86_64 => Builder::x86_64(),
            _ => Builder::aarch64(),
        };
        let text = builder.code(".text.start", &[0; 64]);
        builder.define("_start", text, 0);
        let before = builder.section(".rodata.before", SectionKind::ReadOnlyData, &[1; 12], 4);
        let table = builder.section(".rodata.table", SectionKind::ReadOnlyData, &[0; 16], 4);
        // Labels of the function, by its section's symbol, relative to the start of the table: the
        // code adds that to an entry.
        let function = builder.0.section_symbol(text);
        for (entry, label) in [8, 40, 16, 60].into_iter().enumerate() {
            let at = entry as u64 * 4;
            builder.relocate(table, at, r_type, function, label + at as i64);
        }
        let table_symbol = builder.define("table", table, 0);
        let before = builder.define("before", before, 0);
        let absolute = match triple {
            X86_64 => R_X86_64_64,
            _ => R_AARCH64_ABS64,
        };
        builder.relocate(text, 0, absolute, table_symbol, 0);
        builder.relocate(text, 8, absolute, before, 0);
        let image = link_for(triple, &[&builder.bytes()], &options()).expect("it links");
        let start = symbol(&image.bytes, "_start").expect("it is there");
        let table = symbol(&image.bytes, "table").expect("it is there");
        let entries = at_address(&image, table, 16);
        let targets = [0, 4, 8, 12].map(|at| {
            let distance = word(entries, at).into();
            table.wrapping_add_signed(distance) - start
        });
        assert_eq!(targets, [8, 40, 16, 60], "{triple}");
    }
}

/// The number of functions in each object of [`frames_of_all_inputs_are_one_table`].
const FUNCTIONS: usize = 40;

#[test]
fn frames_of_all_inputs_are_one_table() {
    let mut program = Builder::x86_64();
    let mut objects = Vec::new();
    let mut wanted = Vec::new();
    for object in 0..3 {
        let mut builder = Builder::x86_64();
        let names: Vec<_> = (0..FUNCTIONS).map(|i| format!("f{object}_{i}")).collect();
        // The sections are in the reverse order of the frames.
        for name in names.iter().rev() {
            calls(&mut builder, name, &[]);
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        builder.frames(&names, 4 * object);
        wanted.extend(names.iter().step_by(3).map(|name| (*name).to_owned()));
        objects.push(builder);
    }
    let callees: Vec<_> = wanted
        .iter()
        .map(|name| program.want(name, false))
        .collect();
    calls(&mut program, "_start", &callees);
    program.frames(&["_start"], 0);
    let [a, b, c] = &objects[..] else {
        panic!("there are three objects");
    };
    let image = link(&[a, &program, b, c]).expect("it links").bytes;
    let (frames_at, frames) = section(&image, ".eh_frame").expect("it is there");
    let (index_at, index) = section(&image, ".eh_frame_hdr").expect("it is there");
    assert_eq!(word(&index, 8) as usize, wanted.len() + 1);
    assert_eq!(index.len(), 12 + 8 * (wanted.len() + 1));
    let mut expected: Vec<u64> = wanted
        .iter()
        .filter_map(|name| symbol(&image, name))
        .collect();
    expected.extend(symbol(&image, "_start"));
    expected.sort_unstable();
    let mut found = Vec::new();
    for entry in index[12..].chunks_exact(8) {
        let function = index_at.wrapping_add_signed(word(entry, 0).into());
        let frame = index_at.wrapping_add_signed(word(entry, 4).into());
        let at = (frame - frames_at) as usize;
        let begin = (frame + 8).wrapping_add_signed(word(&frames, at + 8).into());
        assert_eq!(begin, function, "the frame is of the function");
        let common = at + 4 - word(&frames, at + 4) as usize;
        assert_eq!(
            word(&frames, common + 4),
            0,
            "what it points back to is a CIE"
        );
        found.push(function);
    }
    assert_eq!(found, expected, "in the order of addresses, each once");
}
