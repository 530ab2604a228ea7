//! Reads a program's objects in every format, places them at the same addresses and relocates them
//! with the tests' own rules: all references must match those of the ELF object.

use super::format;
use crate::codegen::{Options, compile};
use crate::cpu::{self, Relocation as Kind};
use crate::object::{Configuration, Facts, configure, write_for, write_whole_for};
use crate::policy::Carried;
use crate::{Code, Result};
use object::read::{File, Object as _, ObjectSection as _, ObjectSymbol as _, Relocation};
use object::{BinaryFormat, RelocationFlags, RelocationTarget, SymbolFlags, elf, macho, pe};
use std::collections::{BTreeMap, HashSet};
use wasi_aot_abi::symbols::{self, sections};
use wasi_aot_targets::Target;

/// Calls, a table, an import, a name that the runtime also has, data to which code refers.
const MODULE: &str = r#"
    (module $test
      (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
      (memory (export "memory") 2)
      (table 3 funcref)
      (elem (i32.const 1) $taken $memset)
      (elem $later funcref (ref.func $taken) (ref.func $memset))
      (global $g (mut i32) (i32.const 0x1234567))
      (data (i32.const 4090) "across a page")
      (data $first "first")
      (data $second "second")
      (func $memset (param i32 i32 i32)
        (memory.fill (local.get 0) (local.get 1) (local.get 2)))
      (func $taken (result i32) (i32.load (i32.const 8)))
      (func (export "_start")
        (memory.init $first (i32.const 0) (i32.const 0) (i32.const 5))
        (memory.init $second (i32.const 0) (i32.const 0) (i32.const 6))
        (table.init $later (i32.const 0) (i32.const 0) (i32.const 2))
        (call_indirect (param i32 i32 i32) (i32.const 1) (i32.const 2) (i32.const 3) (call $taken))
        (global.set $g (call $yield))
        (unreachable)))
"#;

/// For each supported target, targets of the same CPU with other formats.
const OTHERS: [(&str, [&str; 2]); 2] = [
    (
        "x86_64-linux",
        ["x86_64-pc-windows-msvc", "x86_64-apple-darwin"],
    ),
    (
        "aarch64-linux",
        ["aarch64-pc-windows-msvc", "aarch64-apple-darwin"],
    ),
];

/// What is written of the module.
#[derive(Clone, Copy)]
enum Part {
    /// The code, for the linker crate.
    Code,
    /// The configuration, for the linker crate.
    Configuration,
    /// Both, for any linker.
    Whole,
}

/// The object of a part of the module for `target`, as the system of `triple` has it.
fn written(target: &str, triple: &'static str, part: Part, frames: bool) -> Result<Vec<u8>> {
    let target = wasi_aot_targets::find(target).expect("a target");
    let bytes = wat::parse_str(MODULE).expect("the module parses");
    let module = crate::wasm::parse(&bytes, "test.wasm").expect("the module is valid");
    let program = crate::program::build(module, target, &Default::default(), &|_| true)
        .expect("the module is a program");
    let mut code = compile(&program, target, &Options::default()).expect("compiles");
    if !frames {
        code.compiled.iter_mut().for_each(|one| one.unwind = None);
    }
    let (carried, facts) = (Carried::default(), Facts::new(&program, &code));
    let configuration = Configuration::of(&carried, &facts);
    let cpu = cpu::of(target)?;
    let other = Target { triple, ..*target };
    match part {
        Part::Code => write_for(cpu, &program, &other, code).map(|object| object.bytes),
        Part::Configuration => configure(&other, &configuration),
        Part::Whole => {
            let object = write_whole_for(cpu, &program, &other, code, &configuration);
            object.map(|object| object.bytes)
        }
    }
}

/// The sections that are loaded.
const SECTIONS: [&str; 9] = [
    sections::TEXT,
    sections::RODATA,
    sections::NAMES,
    sections::CONFIG,
    sections::TABLES,
    sections::STATE,
    ".wasm.region.0",
    ".wasm.region.0.1",
    ".eh_frame",
];

/// Where a section is put: apart from others, and at no round distances.
fn slot(name: &str) -> u64 {
    let index = SECTIONS.iter().position(|section| *section == name);
    (index.expect("a section that is loaded") as u64 + 1) * 0x0123_4000
}

/// An object that was put somewhere.
struct Placed<'a> {
    file: File<'a>,
    /// By name in ELF: index and address.
    sections: BTreeMap<&'static str, (object::SectionIndex, u64)>,
}

impl<'a> Placed<'a> {
    fn new(bytes: &'a [u8], triple: &str) -> Self {
        let file = File::parse(bytes).expect("an object");
        let format = format::of(&triple.parse().expect("a triple")).expect("a format");
        let sections = SECTIONS.iter().filter_map(|&name| {
            let own = (format.section)(name);
            let own = own.split_once(',').map_or(&*own, |(_, section)| section);
            let found = file.sections().find(|section| {
                let seen = section.name().expect("a name");
                seen == own
                    || name == sections::TEXT && [".text", "__text"].contains(&seen)
                    || name == ".eh_frame" && seen == "__eh_frame"
            });
            Some((name, (found?.index(), slot(name))))
        });
        let sections = sections.collect();
        Placed { file, sections }
    }

    fn address(&self, symbol: object::SymbolIndex) -> u64 {
        let symbol = self.file.symbol_by_index(symbol).expect("a symbol");
        let Some(index) = symbol.section_index() else {
            let name = symbol.name().expect("a name");
            return match name {
                symbols::CONFIG => slot(sections::CONFIG),
                symbols::NAMES => slot(sections::NAMES),
                name => import(name.strip_prefix('_').unwrap_or(name)),
            };
        };
        let mut places = self.sections.values();
        let place = places.find(|(section, _)| *section == index);
        let (_, address) = place.unwrap_or_else(|| panic!("{symbol:?} is nowhere"));
        let section = self.file.section_by_index(index).expect("a section");
        symbol.address() - section.address() + address
    }

    /// A section after relocation.
    fn linked(&self, name: &str) -> Option<Vec<u8>> {
        let &(index, address) = self.sections.get(name)?;
        let section = self.file.section_by_index(index).expect("a section");
        let mut bytes = section.data().expect("bytes").to_vec();
        for (offset, relocation) in self.relocations(name) {
            let RelocationTarget::Symbol(symbol) = relocation.target() else {
                panic!("{relocation:?}")
            };
            let minus = relocation.subtractor().map(|symbol| self.address(symbol));
            let field = &mut bytes[offset as usize..];
            let value = Value {
                flags: relocation.flags(),
                to: self.address(symbol) as i64,
                minus: minus.map(|minus| minus as i64),
                addend: relocation.addend(),
                at: (address + offset) as i64,
            };
            match self.file.architecture() {
                object::Architecture::X86_64 => value.x86(field),
                _ => value.arm(field),
            }
        }
        Some(bytes)
    }

    fn relocations(&self, name: &str) -> Vec<(u64, Relocation)> {
        let section = self.file.section_by_index(self.sections[name].0);
        section.expect("a section").relocations().collect()
    }

    /// The kinds of the relocations in an ELF object's section, by offset.
    fn kinds(&self, cpu: &cpu::Cpu, name: &str) -> BTreeMap<u64, Kind> {
        let relocations = self.relocations(name).into_iter();
        let kinds = relocations.map(|(offset, relocation)| {
            let RelocationFlags::Elf { r_type } = relocation.flags() else {
                panic!("{relocation:?}")
            };
            let mut kinds = Kind::ALL.into_iter();
            let kind = kinds.find(|kind| (cpu.elf_relocation)(*kind) == Some(r_type));
            (offset, kind.expect("a kind"))
        });
        kinds.collect()
    }

    /// Functions by name and offset.
    fn functions(&self) -> Vec<(u64, String)> {
        let text = self.sections[sections::TEXT].0;
        let own = |name: &str| name.trim_start_matches('_').to_owned();
        let symbols = self.file.symbols();
        let symbols = symbols.filter(|symbol| symbol.section_index() == Some(text));
        let symbols = symbols.map(|symbol| (symbol.address(), own(symbol.name().expect("a name"))));
        let mut symbols: Vec<_> = symbols
            .filter(|(_, name)| !["", ".text", "wasi_aot_text"].contains(&&**name))
            .collect();
        symbols.sort();
        symbols
    }
}

/// The address of a function of the runtime.
fn import(name: &str) -> u64 {
    let sum = name
        .bytes()
        .fold(7u64, |sum, byte| sum * 31 % 0xffff + u64::from(byte));
    0x0200_0000 + 16 * sum
}

/// A relocation with its addresses.
struct Value {
    flags: RelocationFlags,
    to: i64,
    minus: Option<i64>,
    addend: i64,
    at: i64,
}

fn word(field: &[u8]) -> i64 {
    i64::from(i32::from_le_bytes(field[..4].try_into().expect("4 bytes")))
}

fn double(field: &[u8]) -> i64 {
    i64::from_le_bytes(field[..8].try_into().expect("8 bytes"))
}

impl Value {
    fn x86(&self, field: &mut [u8]) {
        let distance = self.to + self.addend - self.at;
        match self.flags {
            RelocationFlags::Elf {
                r_type: elf::R_X86_64_64,
            } => {
                put8(field, self.to + self.addend);
            }
            RelocationFlags::Elf {
                r_type: elf::R_X86_64_PC32 | elf::R_X86_64_PLT32,
            } => put4(field, distance),
            RelocationFlags::Coff {
                typ: pe::IMAGE_REL_AMD64_ADDR64,
            }
            | RelocationFlags::MachO {
                r_type: macho::X86_64_RELOC_UNSIGNED,
                r_pcrel: false,
                r_length: 3,
            } => put8(field, self.to + double(field)),
            // Relative to the end of the field.
            RelocationFlags::Coff {
                typ: pe::IMAGE_REL_AMD64_REL32,
            }
            | RelocationFlags::MachO {
                r_type: macho::X86_64_RELOC_SIGNED | macho::X86_64_RELOC_BRANCH,
                r_pcrel: true,
                r_length: 2,
            } => put4(field, self.to + word(field) - (self.at + 4)),
            other => panic!("{other:?}"),
        }
    }

    fn arm(&self, field: &mut [u8]) {
        let to = self.to + self.addend;
        match self.flags {
            RelocationFlags::Elf {
                r_type: elf::R_AARCH64_ABS64,
            } => put8(field, to),
            RelocationFlags::Elf {
                r_type: elf::R_AARCH64_PREL32,
            } => put4(field, to - self.at),
            RelocationFlags::Coff {
                typ: pe::IMAGE_REL_ARM64_ADDR64,
            }
            | RelocationFlags::MachO {
                r_type: macho::ARM64_RELOC_UNSIGNED,
                r_length: 3,
                ..
            } => put8(field, self.to + double(field)),
            RelocationFlags::MachO {
                r_type: macho::ARM64_RELOC_UNSIGNED,
                r_length: 2,
                ..
            } => {
                let minus = self.minus.expect("a difference");
                put4(field, self.to - minus + word(field));
            }
            RelocationFlags::Elf {
                r_type: elf::R_AARCH64_CALL26,
            }
            | RelocationFlags::Coff {
                typ: pe::IMAGE_REL_ARM64_BRANCH26,
            }
            | RelocationFlags::MachO {
                r_type: macho::ARM64_RELOC_BRANCH26,
                ..
            } => {
                assert_eq!(word(field) & 0x03ff_ffff, 0);
                put4(field, word(field) | (to - self.at) >> 2 & 0x03ff_ffff);
            }
            RelocationFlags::Elf {
                r_type: elf::R_AARCH64_ADR_PREL_PG_HI21,
            }
            | RelocationFlags::Coff {
                typ: pe::IMAGE_REL_ARM64_PAGEBASE_REL21,
            }
            | RelocationFlags::MachO {
                r_type: macho::ARM64_RELOC_PAGE21,
                ..
            } => {
                assert_eq!(word(field) & 0x60ff_ffe0, 0);
                let pages = (to >> 12) - (self.at >> 12);
                put4(
                    field,
                    word(field) | (pages & 3) << 29 | (pages >> 2 & 0x7_ffff) << 5,
                );
            }
            RelocationFlags::Elf {
                r_type: elf::R_AARCH64_ADD_ABS_LO12_NC,
            }
            | RelocationFlags::Coff {
                typ: pe::IMAGE_REL_ARM64_PAGEOFFSET_12A,
            }
            | RelocationFlags::MachO {
                r_type: macho::ARM64_RELOC_PAGEOFF12,
                ..
            } => {
                assert_eq!(word(field) & 0x003f_fc00, 0);
                put4(field, word(field) | (to & 0xfff) << 10);
            }
            other => panic!("{other:?}"),
        }
    }
}

fn put4(field: &mut [u8], value: i64) {
    field[..4].copy_from_slice(&(value as u32).to_le_bytes());
}

fn put8(field: &mut [u8], value: i64) {
    field[..8].copy_from_slice(&value.to_le_bytes());
}

/// Everything of one object as of another one.
/// `parts` are one object, or the code and the configuration.
fn assert_same(one: &Placed, parts: &[Placed], frames: bool, what: &str) {
    for name in SECTIONS {
        if name == ".eh_frame" && !frames {
            continue;
        }
        let (one, other) = (
            one.linked(name),
            parts.iter().find_map(|part| part.linked(name)),
        );
        assert_eq!(one.is_some(), other.is_some(), "{what}: {name}");
        assert!(one == other, "{what}: {name} differs");
    }
    assert_eq!(one.functions(), parts[0].functions(), "{what}");
}

#[test]
fn every_format_refers_to_what_elf_refers_to() {
    for (target, others) in OTHERS {
        let triple = wasi_aot_targets::find(target).expect("a target").triple;
        let code = written(target, triple, Part::Code, true).expect("is written");
        let configuration = written(target, triple, Part::Configuration, true).expect("is written");
        let parts = [&code, &configuration].map(|part| Placed::new(part, triple));
        let elf = written(target, triple, Part::Whole, true).expect("is written");
        let elf = Placed::new(&elf, triple);
        assert_same(&elf, &parts, true, triple);
        let text = elf.linked(sections::TEXT).expect("the text");
        let unlinked = elf.file.section_by_index(elf.sections[sections::TEXT].0);
        assert!(text != unlinked.expect("the text").data().expect("bytes"));
        for triple in others {
            let frames = !triple.contains("windows");
            let other = written(target, triple, Part::Whole, frames).expect(triple);
            let other = Placed::new(&other, triple);
            assert_ne!(other.file.format(), BinaryFormat::Elf);
            assert_same(&elf, &[other], frames, triple);
        }
    }
}

/// The numbers in the CPUs' records are those that `cranelift-object` and `object` write.
#[test]
fn relocations_have_the_numbers_of_the_records() {
    for (target, others) in OTHERS {
        let found = wasi_aot_targets::find(target).expect("a target");
        let cpu = cpu::of(found).expect("a CPU");
        let elf = written(target, found.triple, Part::Whole, true).expect("is written");
        let elf = Placed::new(&elf, found.triple);
        for triple in others {
            let frames = triple.contains("apple");
            let other = written(target, triple, Part::Whole, frames).expect(triple);
            let other = Placed::new(&other, triple);
            let mut kinds = HashSet::new();
            for name in other.sections.keys() {
                let kinds_of_elf = elf.kinds(cpu, name);
                for (offset, relocation) in other.relocations(name) {
                    // A pair of relocations has no single number.
                    if relocation.subtractor().is_none() {
                        let kind = kinds_of_elf[&offset];
                        assert_number(cpu, kind, relocation.flags());
                        kinds.insert(kind);
                    }
                }
            }
            let has = |kind: &Kind| (cpu.elf_relocation)(*kind).is_some();
            let all = Kind::ALL.into_iter().filter(has);
            let expected = all.filter(|kind| match (kind, other.file.format()) {
                (Kind::Distance | Kind::Address32, BinaryFormat::MachO) => {
                    (cpu.macho_relocation)(*kind).is_some()
                }
                (Kind::Address32, _) => (cpu.coff_relocation)(*kind).is_some(),
                // Only unwind information uses it.
                (Kind::Distance, _) => false,
                _ => true,
            });
            assert_eq!(kinds, expected.collect(), "{triple}");
        }
    }
}

fn assert_number(cpu: &cpu::Cpu, kind: Kind, flags: RelocationFlags) {
    match flags {
        RelocationFlags::Coff { typ } => {
            assert_eq!((cpu.coff_relocation)(kind), Some(typ), "{kind:?}");
        }
        RelocationFlags::MachO {
            r_type, r_pcrel, ..
        } => {
            let expected = (cpu.macho_relocation)(kind);
            assert_eq!(expected, Some((r_type, r_pcrel)), "{kind:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn unwind_information_of_windows_is_said_to_be_absent() {
    for (target, others) in OTHERS {
        let windows = others.iter().find(|triple| triple.contains("windows"));
        let windows = windows.expect("a triple");
        let error = written(target, windows, Part::Whole, true).expect_err("frames");
        assert_eq!(error.code, Code::Target, "{error}");
        assert!(error.message.contains(".pdata and .xdata"), "{error}");
    }
}

/// Linkers of Mach-O split sections at symbols, and drop or move the parts.
#[test]
fn nothing_cuts_the_sections_of_macho() {
    for (target, others) in OTHERS {
        let triple = others.iter().find(|triple| triple.contains("apple"));
        let triple = triple.expect("a triple");
        let object = written(target, triple, Part::Whole, true).expect(triple);
        let placed = Placed::new(&object, triple);
        let mut starts = BTreeMap::<usize, u64>::new();
        for symbol in placed.file.symbols() {
            let (Some(section), SymbolFlags::MachO { n_desc }) =
                (symbol.section_index(), symbol.flags())
            else {
                continue;
            };
            let start = placed.file.section_by_index(section).expect("a section");
            if n_desc & macho::N_ALT_ENTRY == 0 {
                assert_eq!(symbol.address(), start.address(), "{symbol:?}");
                *starts.entry(section.0).or_default() += 1;
            }
        }
        let text = placed.sections[sections::TEXT].0;
        assert_eq!(starts.get(&text.0), Some(&1));
    }
}
