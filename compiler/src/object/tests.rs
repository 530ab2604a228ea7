//! Reads objects of small modules back.

use super::*;
use crate::codegen::{Emit, Options, compile};
use crate::policy::{AccessLog, Carried};
use object::read::elf::ElfFile64;
use object::{Object as _, ObjectSection as _, ObjectSymbol as _, RelocationTarget, SymbolSection};
use std::mem::offset_of;
use std::num::NonZeroUsize;
use wasi_aot_abi::http::{Http, flags};
use wasi_aot_abi::program as abi;
use wasi_aot_abi::sites::{self, Site};
use wasi_aot_abi::symbols::sections;
use wasi_aot_abi::{FunctionEntry, Str, Trap, symbols};

/// Two functions with the same name, one with a name of the runtime, an import, a table, two
/// segments.
pub(super) const MODULE: &str = r#"
    (module $test
      (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
      (memory (export "memory") 2)
      (table 3 funcref)
      (elem (i32.const 1) $taken $memset)
      (global $g (mut i32) (i32.const 0x1234567))
      (data (i32.const 4090) "across a page")
      (data $passive "passive")
      (func $memset (param i32 i32 i32)
        (memory.fill (local.get 0) (local.get 1) (local.get 2)))
      (func $taken (result i32) (i32.load (i32.const 8)))
      (func (export "_start")
        (memory.init $passive (i32.const 0) (i32.const 0) (i32.const 7))
        (call_indirect (param i32 i32 i32) (i32.const 1) (i32.const 2) (i32.const 3) (call $taken))
        (global.set $g (call $yield))
        (unreachable))
      (func $unreached (call $unreached)))
"#;

pub(super) fn compiled(module: &str, target: &str, options: &Options) -> Object {
    with_facts(module, target, options).0
}

fn with_facts(module: &str, target: &str, options: &Options) -> (Object, Facts) {
    let bytes = wat::parse_str(module).expect("the module parses");
    let module = crate::wasm::parse(&bytes, "test.wasm").expect("the module is valid");
    let target = wasi_aot_targets::find(target).expect("a target");
    let program = crate::program::build(module, target, &Default::default(), &|_| true)
        .expect("the module is a program");
    let code = compile(&program, target, options).expect("compiles");
    let facts = Facts::new(&program, &code);
    (write(&program, target, code).expect("is written"), facts)
}

/// The object of a configuration of the module.
pub(super) fn configured(module: &str, carried: &Carried, names: bool) -> Object {
    let (_, facts) = with_facts(module, "x86_64-linux", &Options::default());
    let configuration = Configuration {
        names,
        ..Configuration::of(carried, &facts)
    };
    let target = wasi_aot_targets::find("x86_64-linux").expect("a target");
    Object {
        bytes: configure(target, &configuration).expect("is written"),
        clif: None,
        asm: None,
    }
}

/// A parsed object.
pub(super) struct Read<'a> {
    pub(super) file: ElfFile64<'a>,
}

impl<'a> Read<'a> {
    pub(super) fn new(object: &'a Object) -> Self {
        Read {
            file: ElfFile64::parse(&*object.bytes).expect("an ELF object"),
        }
    }

    pub(super) fn section(&self, name: &str) -> &'a [u8] {
        let section = self
            .file
            .section_by_name(name)
            .unwrap_or_else(|| panic!("{name}"));
        section.data().expect("has data")
    }

    /// Offset and size of a function in the text.
    fn function(&self, name: &str) -> (usize, usize) {
        let text = self
            .file
            .section_by_name(sections::TEXT)
            .expect("text")
            .index();
        let mut found = self
            .file
            .symbols()
            .filter(|s| s.name() == Ok(name) && s.section() == SymbolSection::Section(text));
        let symbol = found.next().unwrap_or_else(|| panic!("no symbol {name}"));
        assert!(found.next().is_none(), "two symbols {name}");
        (symbol.address() as usize, symbol.size() as usize)
    }

    /// The section and offset that the pointer at `offset` of a section refers to.
    fn pointer(&self, section: &str, offset: u64) -> (String, u64) {
        let section = self.file.section_by_name(section).expect("the section");
        let (_, relocation) = section
            .relocations()
            .find(|(at, _)| *at == offset)
            .unwrap_or_else(|| panic!("no relocation at {offset:#x}"));
        let RelocationTarget::Symbol(symbol) = relocation.target() else {
            panic!("{relocation:?}")
        };
        let symbol = self.file.symbol_by_index(symbol).expect("a symbol");
        let section = symbol.section_index().expect("of a section");
        let section = self.file.section_by_index(section).expect("a section");
        let name = section.name().expect("a name").to_owned();
        (name, symbol.address() + relocation.addend() as u64)
    }

    /// Follows a field of the [`abi::Program`] into the read-only data.
    fn table(&self, field: usize) -> u64 {
        let (section, offset) = self.pointer(sections::RODATA, self.program() + field as u64);
        assert_eq!(section, sections::RODATA);
        offset
    }

    fn program(&self) -> u64 {
        let mut symbols = self.file.symbols();
        let symbol = symbols.find(|s| s.name() == Ok(symbols::PROGRAM));
        symbol.expect("the program").address()
    }

    fn word(&self, offset: u64) -> u32 {
        word(&self.section(sections::RODATA)[offset as usize..])
    }

    /// All functions: entry, name, records.
    fn functions(&self) -> Vec<(FunctionEntry, Option<String>, Vec<Site>)> {
        let count = self.word(self.program() + offset_of!(abi::Program, function_count) as u64);
        let entries = self.table(offset_of!(abi::Program, functions));
        let records = self.table(offset_of!(abi::Program, sites));
        let names = self.section(sections::NAMES);
        let rodata = self.section(sections::RODATA);
        let entry = |index: u64| {
            let at = entries + index * size_of::<FunctionEntry>() as u64;
            let word = |field: usize| self.word(at + field as u64);
            FunctionEntry {
                code: word(offset_of!(FunctionEntry, code)),
                sites: word(offset_of!(FunctionEntry, sites)),
                name: word(offset_of!(FunctionEntry, name)),
                index: word(offset_of!(FunctionEntry, index)),
            }
        };
        let read = |index| {
            let (this, next) = (entry(index), entry(index + 1));
            let records = &rodata[(records + u64::from(this.sites)) as usize
                ..(records + u64::from(next.sites)) as usize];
            let name = (this.name != u32::MAX).then(|| {
                let text = &names[this.name as usize..];
                String::from_utf8_lossy(&text[1..][..text[0].into()]).into_owned()
            });
            (this, name, sites::Reader::new(records, this.code).collect())
        };
        (0..u64::from(count)).map(read).collect()
    }
}

fn word(bytes: &[u8]) -> u32 {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

#[test]
fn the_note_says_where_fixed_sections_lie() {
    let object = compiled(MODULE, "x86_64-linux", &Options::default());
    let note = |object: &Object, n_type| {
        wasi_aot_linker::read_note(&object.bytes, symbols::NOTE_OWNER, n_type)
    };
    let configured = configured(MODULE, &Carried::default(), true);
    let info = note(&configured, symbols::NOTE_INFO);
    assert_eq!(info.as_deref(), Some(&b"{}"[..]));
    let fixed = note(&object, symbols::NOTE_FIXED).expect("a note");
    let fixed = String::from_utf8(fixed).expect("text");
    let lines: Vec<_> = fixed.lines().collect();
    assert!(lines.contains(&".wasm.region.0 0x40000000"), "{lines:?}");
    let read = Read::new(&object);
    for line in lines {
        let (name, address) = line.split_once(" 0x").expect("two words");
        read.section(name);
        u64::from_str_radix(address, 16).expect("hexadecimal");
    }
    // A small image is copied from the read-only data, like the state; a larger one is mapped.
    let is_zero = |name| read.section(name).is_empty();
    assert!(is_zero(sections::STATE) && is_zero(".wasm.region.0"));
    let at = read.table(offset_of!(abi::Program, contents));
    let (_, from) = read.pointer(sections::RODATA, at + offset_of!(abi::Initial, from) as u64);
    assert_eq!(read.word(at), 0x4000_0000);
    let copied = &read.section(sections::RODATA)[from as usize + 4090..];
    assert!(copied.starts_with(b"across a page"));
    let large = &MODULE.replace("across a page", &"across a page".repeat(1000));
    let object = compiled(large, "x86_64-linux", &Options::default());
    let image = Read::new(&object).section(".wasm.region.0");
    assert!(image.len() == 17_104 && image[4090..].starts_with(b"across a page"));
}

#[test]
fn address_taken_functions_have_their_type_in_front() {
    for target in ["x86_64-linux", "aarch64-linux"] {
        let object = compiled(MODULE, target, &Options::default());
        let read = Read::new(&object);
        let text = read.section(sections::TEXT);
        let starts = ["taken", "memset"].map(|name| read.function(name).0);
        let types = starts.map(|start| {
            assert_eq!(start % 16, 0);
            assert_eq!(word(&text[start - 4..]), 0);
            word(&text[start - 8..])
        });
        assert_ne!(types[0], types[1]);
        let elements = [1, 2].map(|index| read.pointer(sections::TABLES, 8 * index));
        assert_eq!(
            elements,
            starts.map(|start| (sections::TEXT.to_owned(), start as u64))
        );
    }
}

#[test]
fn calls_are_resolved_and_the_runtime_is_never_mistaken_for_the_program() {
    for target in ["x86_64-linux", "aarch64-linux"] {
        let object = compiled(MODULE, target, &Options::default());
        let read = Read::new(&object);
        let text = read.file.section_by_name(sections::TEXT).expect("text");
        let (start, size) = read.function("memset");
        let (mut undefined, mut of_memset) = (Vec::new(), Vec::new());
        for (at, relocation) in text.relocations() {
            let RelocationTarget::Symbol(symbol) = relocation.target() else {
                panic!("{relocation:?}")
            };
            let symbol = read.file.symbol_by_index(symbol).expect("a symbol");
            let name = symbol.name().expect("a name");
            assert_ne!(
                symbol.section_index(),
                Some(text.index()),
                "{at:#x} is in the text"
            );
            if symbol.is_undefined() {
                undefined.push(name);
                if (start..start + size).contains(&(at as usize)) {
                    of_memset.push(name);
                }
            }
        }
        assert_eq!(of_memset, ["memset"]);
        assert!(undefined.contains(&"wasi_snapshot_preview1.sched_yield"));
    }
}

#[test]
fn only_what_is_reached_is_compiled() {
    let object = compiled(MODULE, "x86_64-linux", &Options::default());
    let read = Read::new(&object);
    assert!(
        read.file
            .symbols()
            .all(|symbol| symbol.name() != Ok("unreached"))
    );
    assert!(read.functions().iter().all(|(entry, ..)| entry.index != 4));
}

/// Debuggers demangle symbols; reports show readable names.
#[test]
fn symbols_are_raw_and_reported_names_are_readable() {
    const MANGLED: &str = "_ZNSt6vectorIiSaIiEE9push_backEOi";
    let module = format!(r#"(module (func ${MANGLED} (export "_start") unreachable))"#);
    let object = compiled(&module, "x86_64-linux", &Options::default());
    let read = Read::new(&object);
    let (start, _) = read.function(MANGLED);
    let names: Vec<_> = read
        .functions()
        .into_iter()
        .filter(|(entry, ..)| entry.code as usize == start)
        .filter_map(|(_, name, _)| name)
        .collect();
    let readable = "std::vector<int, std::allocator<int> >::push_back(int&&)";
    assert_eq!(names, [readable]);
}

#[test]
fn functions_sites_and_names_survive_the_round_trip() {
    for target in ["x86_64-linux", "aarch64-linux"] {
        let object = compiled(MODULE, target, &Options::default());
        let read = Read::new(&object);
        let functions = read.functions();
        assert!(functions.is_sorted_by_key(|(entry, ..)| entry.code));
        let of = |name: &str| {
            let mut named = functions
                .iter()
                .filter(|(_, n, _)| n.as_deref() == Some(name));
            named.next().unwrap_or_else(|| panic!("no function {name}"))
        };
        let (entry, _, records) = of("taken");
        assert_eq!(
            (entry.code as usize, entry.index),
            (read.function("taken").0, 2)
        );
        let [load] = records[..] else {
            panic!("{records:?}")
        };
        assert_eq!(
            (u64::from(load.kind), load.trap),
            (sites::ACCESS, Trap::MemoryOutOfBounds.code())
        );
        let module = wat::parse_str(MODULE).expect("parses");
        assert_eq!(module[load.wasm as usize], 0x28, "the offset of `i32.load`");

        let (start, size) = read.function("wasm-function[3]");
        let (entry, ..) = functions
            .iter()
            .find(|(e, ..)| e.index == 3)
            .expect("_start");
        assert_eq!(entry.code as usize, start);
        let (.., records) = functions
            .iter()
            .find(|(e, ..)| e.index == 3)
            .expect("_start");
        assert!(
            records
                .iter()
                .all(|r| (start..=start + size).contains(&(r.code as usize)))
        );
        let calls = records.iter().filter(|r| u64::from(r.kind) == sites::CALL);
        let opcodes: Vec<_> = calls.map(|r| module[r.wasm as usize]).collect();
        assert!(opcodes.contains(&0x10), "a `call` among {opcodes:x?}");
        let traps: Vec<_> = records
            .iter()
            .filter(|r| u64::from(r.kind) == sites::TRAP)
            .collect();
        let unreachable = traps.iter().find(|r| r.trap == Trap::Unreachable.code());
        assert_eq!(module[unreachable.expect("a trap").wasm as usize], 0x00);
    }
}

#[test]
fn every_function_can_be_unwound() {
    for target in ["x86_64-linux", "aarch64-linux"] {
        let object = compiled(MODULE, target, &Options::default());
        let read = Read::new(&object);
        let frames = read.file.section_by_name(".eh_frame").expect("frames");
        let mut starts: Vec<_> = frames
            .relocations()
            .map(|(_, r)| r.addend() as u32)
            .collect();
        starts.sort_unstable();
        let functions = read.functions();
        assert_eq!(
            starts,
            functions.iter().map(|(e, ..)| e.code).collect::<Vec<_>>()
        );
    }
}

#[test]
fn the_result_does_not_depend_on_the_number_of_threads() {
    for target in ["x86_64-linux", "aarch64-linux"] {
        let [one, four] = [1, 4].map(|jobs| {
            let jobs = NonZeroUsize::new(jobs).expect("not zero");
            let emit = Emit {
                clif: true,
                asm: true,
            };
            compiled(
                MODULE,
                target,
                &Options {
                    jobs,
                    emit,
                    ..Options::default()
                },
            )
        });
        assert!(one.bytes == four.bytes && one.clif == four.clif && one.asm == four.asm);
    }
}

#[test]
fn names_can_be_left_out() {
    let carried = Carried::default();
    let refers = |names| {
        let object = configured(MODULE, &carried, names);
        let read = Read::new(&object);
        let mut symbols = read.file.symbols();
        symbols.any(|symbol| symbol.name() == Ok(symbols::NAMES))
    };
    assert!(refers(true) && !refers(false));
}

#[test]
fn grants_are_kept() {
    let mut carried = Carried {
        module: "m.wasm".into(),
        ..Carried::default()
    };
    let grants = &mut carried.policy.grants;
    grants.argv0 = Some("me".into());
    grants.dirs = vec!["/srv::data:ro".parse().expect("a directory")];
    grants.env = ["A=b=c", "TERM"]
        .map(|text| text.parse().expect("a variable"))
        .into();
    grants.inherit_env = true;
    carried.policy.limits.max_stack = 1 << 20;
    let object = configured(MODULE, &carried, true);
    let read = Read::new(&object);
    let config = read.section(sections::CONFIG);
    let number = |at: u64| word(&config[at as usize..]);
    let pointer = |at: u64| {
        let (section, offset) = read.pointer(sections::CONFIG, at);
        assert_eq!(section, sections::CONFIG);
        offset
    };
    let text = |at: u64| {
        let len = number(at + offset_of!(Str, len) as u64) as usize;
        let start = pointer(at + offset_of!(Str, ptr) as u64);
        String::from_utf8_lossy(&config[start as usize..][..len]).into_owned()
    };
    let field = |field: usize| field as u64;
    assert_eq!(text(field(offset_of!(abi::Config, module))), "m.wasm");
    assert_eq!(text(field(offset_of!(abi::Config, argv0))), "me");
    assert_eq!(number(field(offset_of!(abi::Config, max_stack))), 1 << 20);
    assert_eq!(
        number(field(offset_of!(abi::Config, flags))),
        (abi::config_flags::INHERIT_ENV | abi::config_flags::ASKS_LATE) as u32
    );
    assert_eq!(number(field(offset_of!(abi::Config, dir_count))), 1);
    let dir = pointer(field(offset_of!(abi::Config, dirs)));
    assert_eq!(text(dir + offset_of!(abi::Dir, host) as u64), "/srv");
    assert_eq!(text(dir + offset_of!(abi::Dir, guest) as u64), "data");
    assert_eq!(
        number(dir + offset_of!(abi::Dir, flags) as u64),
        abi::dir_flags::READ_ONLY as u32
    );
    let env = pointer(field(offset_of!(abi::Config, env)));
    assert_eq!(
        [0, 1].map(|n| text(env + n * size_of::<Str>() as u64)),
        ["A=b=c", "TERM"]
    );
}

#[test]
fn listings_name_what_the_code_refers_to() {
    let emit = Emit {
        clif: true,
        asm: true,
    };
    let object = compiled(
        MODULE,
        "x86_64-linux",
        &Options {
            emit,
            ..Options::default()
        },
    );
    let (clif, asm) = (object.clif.expect("clif"), object.asm.expect("asm"));
    assert!(
        clif.contains(";; taken\nfunction") && clif.contains(" = memset"),
        "{clif}"
    );
    assert!(
        asm.contains("taken:\n") && asm.contains("; trap MemoryOutOfBounds"),
        "{asm}"
    );
}

/// The limits that an executable carries for its server.
fn http(carried: &Carried, facts: &Facts) -> Option<Vec<u64>> {
    let configuration = Configuration::of(carried, facts);
    let blob = config::write(&configuration, &embed::Placed::new(&[])).expect("is written");
    let place = offset_of!(abi::Config, http) as u64;
    let mut pointers = blob.relocations.iter();
    let pointer = pointers.find(|pointer| pointer.offset == place)?;
    let record = &blob.bytes[pointer.addend as usize..][..size_of::<Http>()];
    let words = record.chunks_exact(8).map(|word| word.try_into().unwrap());
    Some(words.map(u64::from_le_bytes).collect())
}

#[test]
fn servers_carry_their_limits() {
    let mut carried = Carried::default();
    assert_eq!(http(&carried, &Facts::default()), None);
    let server = |calls: Option<&str>| Facts {
        server: Some(Server {
            instantiation_calls: calls.map(str::to_owned),
        }),
        ..Facts::default()
    };
    let default = Http::DEFAULT;
    let snapshot = http(&carried, &server(None)).expect("is a server");
    assert_eq!(snapshot[0], default.head_bytes);
    // Without a wall, the supervisor has no filter.
    assert_eq!(snapshot[10..], [default.grace, 0, 0, 0]);
    carried.policy.server.max_head = Some(2048);
    carried.policy.server.access_log = Some(AccessLog::Json);
    let made = http(&carried, &server(Some("a:b/c#d"))).expect("is a server");
    assert_eq!(made[0], 2048);
    assert_eq!(made[11], flags::INSTANTIATES | flags::LOG_JSON);
    assert_eq!(made[1..11], snapshot[1..11]);
    assert_eq!(made[12..], snapshot[12..]);
}
