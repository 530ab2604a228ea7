//! Mergeable constants: equal ones become one, and every reference still leads to its bytes.

use crate::build::Builder;
use crate::common::{at_address, link_for, link_with, options, section, symbol};
use object::elf::*;
use object::write::{SectionId, SymbolId};
use object::{SectionFlags, SectionKind};
use wasi_aot_linker::{Detail, Error, Image, Options};

/// Adds mergeable constants of `size` bytes or, for strings, with characters of that size.
fn constants(
    builder: &mut Builder,
    strings: bool,
    size: u64,
    align: u64,
    bytes: &[u8],
) -> SectionId {
    let name = format!(
        ".rodata.{}{size}.{align}",
        if strings { "str" } else { "cst" }
    );
    let id = builder.section(&name, SectionKind::ReadOnlyData, bytes, align);
    let kind = if strings { SHF_STRINGS } else { 0 };
    builder.0.section_mut(id).flags = SectionFlags::Elf {
        sh_flags: u64::from(SHF_ALLOC | SHF_MERGE | kind),
    };
    id
}

/// An object's bytes. The writer cannot set entry sizes of sections, so the sections of constants
/// get them from their names.
fn bytes(builder: &Builder) -> Vec<u8> {
    use object::read::elf::{FileHeader as _, SectionHeader as _};
    let mut bytes = builder.bytes();
    let mut sizes = Vec::new();
    {
        let header = FileHeader64::<object::LittleEndian>::parse(&*bytes).expect("it is ELF");
        let endian = object::LittleEndian;
        let sections = header.sections(endian, &*bytes).expect("it has sections");
        let table = header.e_shoff(endian) as usize;
        for (index, section) in sections.iter().enumerate() {
            let name = sections
                .section_name(endian, section)
                .expect("it has a name");
            let name = std::str::from_utf8(name).expect("it is text");
            if section.sh_flags(endian) & u64::from(SHF_MERGE) != 0 {
                let size = name.trim_start_matches(|c: char| !c.is_ascii_digit());
                let size = size.split('.').next().expect("there is a number");
                let at =
                    table + (index + 1) * size_of::<SectionHeader64<object::LittleEndian>>() - 8;
                sizes.push((at, size.parse::<u64>().expect("it is a number")));
            }
        }
    }
    for (at, size) in sizes {
        bytes[at..at + 8].copy_from_slice(&size.to_le_bytes());
    }
    bytes
}

fn link(builders: &[&Builder]) -> Result<Image, Error> {
    let objects: Vec<Vec<u8>> = builders.iter().map(|builder| bytes(builder)).collect();
    let objects: Vec<&[u8]> = objects.iter().map(Vec::as_slice).collect();
    let options = Options {
        detail: Detail::Debug,
        ..options()
    };
    link_for("x86_64-unknown-linux-gnu", &objects, &options)
}

/// `_start`, which refers to these symbols.
fn start(names: &[&str]) -> Builder {
    let mut builder = Builder::x86_64();
    let text = builder.code(".text.start", &vec![0; 8 * names.len()]);
    builder.define("_start", text, 0);
    for (number, name) in names.iter().enumerate() {
        let name = builder.want(name, false);
        builder.relocate(text, number as u64 * 8, R_X86_64_64, name, 0);
    }
    builder
}

/// Adds `name`: the addresses of all bytes of these constants, once by the section's symbol and
/// once by a separate symbol.
fn addresses(builder: &mut Builder, name: &str, constants: SectionId, length: u64) {
    let own = builder.0.section_symbol(constants);
    let zeros = vec![0; length as usize * 16];
    let table = builder.section(
        &format!(".rodata.{name}"),
        SectionKind::ReadOnlyData,
        &zeros,
        8,
    );
    for at in 0..length {
        builder.relocate(table, at * 16, R_X86_64_64, own, at as i64);
        let label = builder.define_local(&format!(".L{name}{at}"), constants, at);
        builder.relocate(table, at * 16 + 8, R_X86_64_64, label, 0);
    }
    builder.define(name, table, 0);
}

/// The addresses that [`addresses`] stored, after checking the bytes there.
fn checked(image: &Image, name: &str, bytes: &[u8]) -> Vec<u64> {
    let table = symbol(&image.bytes, name).expect("it is there");
    let entries = at_address(image, table, bytes.len() * 16).chunks_exact(8);
    let found: Vec<u64> = entries
        .map(|e| u64::from_le_bytes(e.try_into().expect("8")))
        .collect();
    for (number, &address) in found.iter().enumerate() {
        let expected = bytes[number / 2];
        assert_eq!(at_address(image, address, 1), [expected], "{name} {number}");
    }
    found
}

/// An object with `name`: see [`addresses`].
fn object(name: &str, strings: bool, size: u64, align: u64, bytes: &[u8]) -> Builder {
    let mut builder = Builder::x86_64();
    let constants = constants(&mut builder, strings, size, align, bytes);
    addresses(&mut builder, name, constants, bytes.len() as u64);
    builder
}

#[test]
fn equal_constants_are_one_and_references_find_them() {
    // Strings or words: the constants of two objects, and the number of bytes that remain of both.
    let cases: [(bool, u64, [&[u8]; 2], usize); 4] = [
        (
            true,
            1,
            [b"one\0three\0\0two\0three\0", b"zero\0two\0three\0\0one\0"],
            20,
        ),
        (true, 2, [b"a\0\0b\0\0c\0\0\0", b"c\0\0\0a\0\0b\0\0"], 10),
        (
            false,
            8,
            [b"111111112222222233333333", b"0000000022222222"],
            32,
        ),
        (false, 4, [b"1111222233332222", b"333322221111"], 12),
    ];
    for (strings, size, objects, left) in cases {
        let builders =
            [0, 1].map(|n| object(["uses0", "uses1"][n], strings, size, size, objects[n]));
        let image = link(&[&start(&["uses0", "uses1"]), &builders[0], &builders[1]]);
        let image = image.expect("it links");
        let mut places: Vec<u64> = checked(&image, "uses0", objects[0]);
        places.extend(checked(&image, "uses1", objects[1]));
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), left, "{strings} {size}");
    }
}

#[test]
fn merged_constants_keep_their_alignment() {
    const LOOSE: &[u8] = b"x\0sixteen\0";
    const STRICT: &[u8] = b"sixteen\0\0\0\0\0\0\0\0\0sixteens\0x\0";
    let first = object("uses0", true, 1, 1, LOOSE);
    let second = object("uses1", true, 1, 16, STRICT);
    let image = link(&[&start(&["uses0", "uses1"]), &first, &second]).expect("it links");
    let loose = checked(&image, "uses0", LOOSE);
    let strict = checked(&image, "uses1", STRICT);
    // There are two addresses for each byte.
    for aligned in [0, 16] {
        assert_eq!(strict[2 * aligned] % 16, 0);
    }
    assert_ne!(
        loose[2 * 2],
        strict[0],
        "the first one has not its alignment"
    );
    assert_eq!(loose[0], strict[2 * 25], "this one has, at an odd offset");
}

/// An object with constants equal to another's, and code that refers to them in this way.
fn with_reference(
    r_type: u32,
    addend: i64,
    symbol: impl FnOnce(&mut Builder, SectionId) -> SymbolId,
) -> Builder {
    let mut builder = Builder::x86_64();
    let constants = constants(&mut builder, false, 4, 4, b"AAAABBBBCCCC");
    let symbol = symbol(&mut builder, constants);
    let text = builder.code(".text.uses", &[0; 8]);
    builder.relocate(text, 0, r_type, symbol, addend);
    builder.define("uses", text, 0);
    builder
}

#[test]
fn references_that_say_not_which_constant_they_mean_keep_all() {
    let other = object("others", false, 4, 4, b"CCCCBBBBAAAA");
    let link = |builder: &Builder| {
        let image = link(&[&start(&["others", "uses"]), &other, builder]).expect("it links");
        let (_, constants) = section(&image.bytes, ".rodata").expect("it is there");
        let whole = constants.windows(12).any(|bytes| bytes == b"AAAABBBBCCCC");
        let uses = symbol(&image.bytes, "uses").expect("it is there");
        let operand = at_address(&image, uses, 4).try_into().expect("4 bytes");
        let operand = i32::from_le_bytes(operand);
        (whole, image, uses, operand)
    };
    // The relocation's value is four bytes before the instruction's target.
    let own = |builder: &mut Builder, id| builder.0.section_symbol(id);
    let (whole, image, uses, distance) = link(&with_reference(R_X86_64_PC32, 4 - 4, own));
    assert!(whole);
    let meant = (uses + 4).wrapping_add_signed(distance.into());
    assert_eq!(at_address(&image, meant, 4), b"BBBB");
    // The address after all constants.
    let (whole, image, _, end) = link(&with_reference(R_X86_64_32, 12, own));
    assert!(whole);
    assert_eq!(at_address(&image, end as u64 - 4, 4), b"CCCC");
    // A separate symbol determines the piece.
    let label = |builder: &mut Builder, id| builder.define_local("b", id, 4);
    let (whole, image, uses, distance) = link(&with_reference(R_X86_64_PC32, -4, label));
    assert!(!whole);
    let meant = (uses + 4).wrapping_add_signed(distance.into());
    assert_eq!(at_address(&image, meant, 4), b"BBBB");
    let b = symbol(&image.bytes, "b").expect("the symbol stays");
    assert_eq!(b, meant, "it is where the kept one is");
}

#[test]
fn debug_sections_find_merged_constants() {
    let mut builder = Builder::x86_64();
    let strings = constants(&mut builder, true, 1, 1, b"two\0one\0");
    addresses(&mut builder, "uses1", strings, 8);
    let own = builder.0.section_symbol(strings);
    let info = builder.section(".debug_info", SectionKind::Debug, &[0; 8], 1);
    builder.relocate(info, 0, R_X86_64_64, own, 4);
    let first = object("uses0", true, 1, 1, b"one\0");
    let image = link(&[&start(&["uses0", "uses1"]), &first, &builder]).expect("it links");
    let (_, info) = section(&image.bytes, ".debug_info").expect("it is there");
    let address = u64::from_le_bytes(info.try_into().expect("8 bytes"));
    assert_eq!(address, checked(&image, "uses0", b"one\0")[0]);
}

#[test]
fn constants_with_references_in_them_are_not_merged() {
    let with = |name: &str, target: &str| {
        let mut builder = Builder::x86_64();
        let table = constants(&mut builder, false, 8, 8, &[0; 8]);
        builder.define(name, table, 0);
        let target = builder.want(target, false);
        builder.relocate(table, 0, R_X86_64_64, target, 0);
        builder
    };
    let (one, two) = (with("one", "two"), with("two", "one"));
    let image = link(&[&start(&["one"]), &one, &two]).expect("it links");
    let [one, two] = ["one", "two"].map(|name| symbol(&image.bytes, name).expect("it is there"));
    assert_ne!(one, two, "their bytes were equal before");
    assert_eq!(at_address(&image, one, 8), two.to_le_bytes());
    assert_eq!(at_address(&image, two, 8), one.to_le_bytes());
}

#[test]
fn constants_that_end_too_early_are_errors() {
    for (strings, size, contents, why) in [
        (
            true,
            1,
            &b"one\0two"[..],
            "section .rodata.str1.1 ends within a string",
        ),
        (
            false,
            8,
            &b"12345678abc"[..],
            "section .rodata.cst8.1 ends within an entry",
        ),
    ] {
        let mut builder = Builder::x86_64();
        constants(&mut builder, strings, size, 1, contents);
        let expected = Error::Malformed {
            object: "object 1".into(),
            what: why.into(),
        };
        assert_eq!(link(&[&start(&[]), &builder]).err(), Some(expected));
        let unmarked = link_with(&[&start(&[]), &builder], &options());
        unmarked.expect("without a size of its entries it is one constant");
    }
}

#[test]
fn constants_to_which_nothing_refers_are_dropped() {
    let mut object = Builder::x86_64();
    let words = constants(&mut object, false, 8, 8, b"111111112222222233333333");
    let strings = constants(&mut object, true, 1, 1, b"one\0two\0three\0");
    // A name in the symbol table is a reference, too; a label is none.
    object.define("named", words, 16);
    let label = object.define_local(".Lunused", words, 0);
    object.0.symbol_mut(label).kind = object::SymbolKind::Label;
    for (name, section, offset) in [("word", words, 8), ("string", strings, 4)] {
        let label = object.define_local(&format!(".L{name}"), section, offset);
        let data = object.section(
            &format!(".rodata.{name}"),
            SectionKind::ReadOnlyData,
            &[0; 8],
            8,
        );
        object.relocate(data, 0, R_X86_64_64, label, 0);
        object.define(name, data, 0);
    }
    let image = link(&[&start(&["word", "string"]), &object]).expect("it links");
    let (_, bytes) = section(&image.bytes, ".rodata").expect("it is there");
    let has = |text: &[u8]| bytes.windows(text.len()).any(|part| part == text);
    assert!(has(b"2222222233333333") && has(b"two\0"));
    assert!(!has(b"11111111") && !has(b"one\0") && !has(b"three\0"));
    for (name, text) in [("word", &b"22222222"[..]), ("string", b"two\0")] {
        let at = symbol(&image.bytes, name).expect("it is there");
        let address = at_address(&image, at, 8).try_into().map(u64::from_le_bytes);
        let address = address.expect("8 bytes");
        assert_eq!(at_address(&image, address, text.len()), text);
    }
    let named = symbol(&image.bytes, "named").expect("it is there");
    assert_eq!(at_address(&image, named, 8), b"33333333");
}
