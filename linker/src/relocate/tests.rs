//! Relocations that take a part of another relocation's value, with the types of RISC-V, a CPU that
//! has them (RISC-V ELF psABI, "PC-Relative Symbol Addresses").

use crate::arch::{Cpu, Field, Instruction, Kind, Value};
use crate::elf::Elf;
use crate::{Detail, Error, Image, Input, Options, Result, Target, link};
use object::elf::*;
use object::write::{Object, Relocation, SectionId, Symbol, SymbolId, SymbolSection};
use object::{Architecture, BinaryFormat, Endianness, RelocationFlags, SectionKind};
use object::{SymbolFlags, SymbolKind, SymbolScope};

static CPU: Cpu = Cpu {
    name: "riscv64",
    elf_machine: EM_RISCV,
    kinds: KINDS,
    code_gap: 0,
    branch_to_next: 4,
    can_relax: |_, _, _| false,
    relax: |_, _, _| false,
};

const HIGH_PARTS: &[u32] = &[R_RISCV_PCREL_HI20, R_RISCV_GOT_HI20];

static KINDS: &[Kind] = &[
    kind(R_RISCV_NONE, "R_RISCV_NONE", Value::Nothing, Field::Nothing),
    kind(
        R_RISCV_RELAX,
        "R_RISCV_RELAX",
        Value::Nothing,
        Field::Nothing,
    ),
    kind(
        R_RISCV_64,
        "R_RISCV_64",
        Value::Absolute,
        Field::Wrapping(8),
    ),
    kind(
        R_RISCV_PCREL_HI20,
        "R_RISCV_PCREL_HI20",
        Value::Relative,
        Field::Instruction(&Part::Upper),
    ),
    kind(
        R_RISCV_GOT_HI20,
        "R_RISCV_GOT_HI20",
        Value::GotRelative,
        Field::Instruction(&Part::Upper),
    ),
    kind(
        R_RISCV_PCREL_LO12_I,
        "R_RISCV_PCREL_LO12_I",
        Value::OfPlace(HIGH_PARTS),
        Field::Instruction(&Part::Load),
    ),
    kind(
        R_RISCV_PCREL_LO12_S,
        "R_RISCV_PCREL_LO12_S",
        Value::OfPlace(HIGH_PARTS),
        Field::Instruction(&Part::Store),
    ),
];

const fn kind(elf: u32, name: &'static str, value: Value, field: Field) -> Kind {
    Kind {
        elf,
        name,
        value,
        field,
    }
}

/// The immediate fields of RISC-V instructions (RISC-V ISA manual, volume I, "Immediate Encoding
/// Variants").
#[derive(Debug)]
enum Part {
    /// U-type: the upper 20 bits, adjusted for the addition of the signed low 12 bits.
    Upper,
    /// I-type: the low 12 bits.
    Load,
    /// S-type: the low 12 bits, in two pieces.
    Store,
}

impl Instruction for Part {
    fn put(&self, word: u32, value: i64) -> (u32, bool) {
        let low = value as u32 & 0xfff;
        match self {
            Part::Upper => {
                let rounded = value + 0x800;
                let fits = i32::try_from(rounded).is_ok();
                (word & 0xfff | rounded as u32 & !0xfff, fits)
            }
            Part::Load => (word & 0xf_ffff | low << 20, true),
            Part::Store => (
                word & 0x1ff_f07f | (low & 0x1f) << 7 | (low >> 5) << 25,
                true,
            ),
        }
    }
}

/// auipc a0, 0
const AUIPC: u32 = 0x0000_0517;
/// ld a1, 0(a0)
const LOAD: u32 = 0x0005_3583;
/// sd a1, 0(a0)
const STORE: u32 = 0x00b5_3023;

/// An object under construction.
struct Builder(Object<'static>);

impl Builder {
    fn new() -> Self {
        let (format, cpu) = (BinaryFormat::Elf, Architecture::Riscv64);
        Builder(Object::new(format, cpu, Endianness::Little))
    }

    fn section(&mut self, name: &str, kind: SectionKind, bytes: &[u8]) -> SectionId {
        let id = self.0.add_section(Vec::new(), name.into(), kind);
        self.0.append_section_data(id, bytes, 8);
        id
    }

    fn code(&mut self, words: &[u32]) -> SectionId {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.section(".text", SectionKind::Text, &bytes)
    }

    fn symbol(
        &mut self,
        name: &str,
        section: SymbolSection,
        value: u64,
        kind: SymbolKind,
    ) -> SymbolId {
        self.0.add_symbol(Symbol {
            name: name.into(),
            value,
            size: 0,
            kind,
            scope: match kind {
                SymbolKind::Label => SymbolScope::Compilation,
                _ => SymbolScope::Dynamic,
            },
            weak: false,
            section,
            flags: SymbolFlags::None,
        })
    }

    fn label(&mut self, name: &str, section: SectionId, offset: u64) -> SymbolId {
        self.symbol(
            name,
            SymbolSection::Section(section),
            offset,
            SymbolKind::Label,
        )
    }

    fn relocate(
        &mut self,
        section: SectionId,
        offset: u64,
        r_type: u32,
        symbol: SymbolId,
        addend: i64,
    ) {
        let flags = RelocationFlags::Elf { r_type };
        let relocation = Relocation {
            offset,
            symbol,
            addend,
            flags,
        };
        let added = self.0.add_relocation(section, relocation);
        added.expect("the relocation is understood");
    }

    /// Links the object.
    fn link(&self) -> Result<Image> {
        let bytes = self.0.write().expect("the object is written");
        let input = Input {
            name: "the object",
            bytes: &bytes,
        };
        let target = Target {
            cpu: &CPU,
            format: &Elf,
        };
        let options = Options {
            entry: "_start",
            image_base: 0x1_0000,
            page: 0x1000,
            detail: Detail::Stripped,
        };
        link(&[input], &target, &options)
    }
}

/// Address and words of the code of an image.
fn code(image: &Image) -> (u64, Vec<u32>) {
    use object::{Object as _, ObjectSection as _};
    let file = object::File::parse(&*image.bytes).expect("the image is an ELF file");
    let section = file.section_by_name(".text").expect("there is code");
    let bytes = section.data().expect("the code has its bytes");
    let words = bytes.chunks_exact(4);
    let words = words.map(|word| u32::from_le_bytes(word.try_into().expect("4 bytes")));
    (section.address(), words.collect())
}

/// The signed low part in a load.
fn low_of_load(word: u32) -> i64 {
    i64::from(word as i32 >> 20)
}

/// The signed low part in a store.
fn low_of_store(word: u32) -> i64 {
    i64::from(word as i32 >> 25 << 5 | (word >> 7 & 0x1f) as i32)
}

/// The address that an `auipc` at this address and a low part compute.
fn meant(address: u64, upper: u32, low: i64) -> u64 {
    address.wrapping_add_signed(i64::from((upper & !0xfff) as i32) + low)
}

#[test]
fn low_parts_are_of_the_value_where_their_label_is() {
    let mut builder = Builder::new();
    let text = builder.code(&[AUIPC, LOAD, STORE, LOAD, AUIPC, LOAD, STORE, AUIPC, LOAD]);
    builder.symbol("_start", SymbolSection::Section(text), 0, SymbolKind::Text);
    // Addends whose low 12 bits are positive, negative, and close to the change of sign.
    for (addend, at) in [(0x7f0, 0), (0x12f8, 16)] {
        let data = builder.section(".data", SectionKind::Data, &[1; 0x2000]);
        let data = builder.symbol(
            &format!("data{at}"),
            SymbolSection::Section(data),
            0,
            SymbolKind::Data,
        );
        let label = builder.label(&format!(".Lhigh{at}"), text, at);
        // The low parts come first in the table: their order does not matter.
        builder.relocate(text, at + 4, R_RISCV_PCREL_LO12_I, label, 0);
        builder.relocate(text, at + 8, R_RISCV_PCREL_LO12_S, label, 0);
        builder.relocate(text, at, R_RISCV_RELAX, label, 0);
        builder.relocate(text, at, R_RISCV_PCREL_HI20, data, addend);
        if at == 0 {
            // A second low part of the same location, in later code.
            builder.relocate(text, 12, R_RISCV_PCREL_LO12_I, label, 0);
        }
    }
    let far = builder.symbol("far", SymbolSection::Absolute, 1 << 40, SymbolKind::Data);
    let label = builder.label(".Lgot", text, 28);
    builder.relocate(text, 28, R_RISCV_GOT_HI20, far, 0);
    builder.relocate(text, 32, R_RISCV_PCREL_LO12_I, label, 0);
    let image = builder.link().expect("it links");
    let (address, words) = code(&image);
    use object::{Object as _, ObjectSection as _};
    let file = object::File::parse(&*image.bytes).expect("the image is an ELF file");
    let at = |name| file.section_by_name(name).expect("it is there").address();
    let first = meant(address, words[0], low_of_load(words[1]));
    assert_eq!(first, at(".data") + 0x7f0);
    assert_eq!(first, meant(address, words[0], low_of_store(words[2])));
    assert_eq!(words[1], words[3]);
    let second = meant(address + 16, words[4], low_of_load(words[5]));
    assert_eq!(second, at(".data") + 0x2000 + 0x12f8);
    assert_eq!(
        second,
        meant(address + 16, words[4], low_of_store(words[6]))
    );
    let got = meant(address + 28, words[7], low_of_load(words[8]));
    assert_eq!(got, at(".got"));
}

/// The error for a low part that refers to `label`, with a high part at offset 0.
fn refused(label: impl FnOnce(&mut Builder, SectionId) -> SymbolId, addend: i64) -> String {
    let mut builder = Builder::new();
    let text = builder.code(&[AUIPC, LOAD, 0, 0]);
    builder.symbol("_start", SymbolSection::Section(text), 0, SymbolKind::Text);
    let data = builder.section(".data", SectionKind::Data, &[1; 16]);
    let data = builder.symbol("data", SymbolSection::Section(data), 0, SymbolKind::Data);
    builder.relocate(text, 0, R_RISCV_PCREL_HI20, data, 0);
    builder.relocate(text, 8, R_RISCV_64, data, 0);
    let label = label(&mut builder, text);
    builder.relocate(text, 4, R_RISCV_PCREL_LO12_I, label, addend);
    match builder.link() {
        Err(error @ Error::NoHighPart { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn low_parts_that_stand_alone_are_errors() {
    let place = "R_RISCV_PCREL_LO12_I at the object:.text+0x4 against";
    let missing = "there is no high part at that place";
    for offset in [4, 8, 1 << 32] {
        let error = refused(|builder, text| builder.label("elsewhere", text, offset), 0);
        assert_eq!(error, format!("{place} elsewhere: {missing}"), "{offset}");
    }
    let error = refused(|builder, text| builder.label("high", text, 0), 4);
    assert_eq!(error, format!("{place} high: it has an addend"));
    let absolute = SymbolSection::Absolute;
    let error = refused(|b, _| b.symbol("number", absolute, 0, SymbolKind::Data), 0);
    assert_eq!(error, format!("{place} number: {missing}"));
}
