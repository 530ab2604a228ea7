//! The boundary of code generators: which sources may use Cranelift, and that objects accept any
//! generator's pieces.

use super::function::{Compiled, Constant};
use super::piece::{Reference, Referent};
use super::*;
use crate::cpu::{Relocation, unsupported};
use crate::lower::symbol::Symbol;
use crate::program::{FuncId, Generator};
use crate::{Code, object, wasm};
use ::object::read::elf::ElfFile64;
use ::object::{Object as _, ObjectSection as _, ObjectSymbol as _, RelocationTarget};
use std::fs;
use std::path::Path;
use wasi_aot_abi::symbols::sections;

/// Items of Cranelift that are not part of its intermediate representation.
const BACK_HALF: &[&str] = &[
    "binemit",
    "machinst",
    "unwind::",
    "CompiledCode",
    "MachBuffer",
    "FinalizedReloc",
    "FinalizedMach",
    "isa::lookup",
    "ControlPlane",
    "settings::",
];

/// Calls `check` with the path and text of every source file below a folder.
fn sources(folder: &Path, check: &mut impl FnMut(&Path, &str)) {
    for entry in fs::read_dir(folder).expect("the sources are there") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            sources(&path, check);
        } else if path.extension().is_some_and(|end| end == "rs") {
            check(&path, &fs::read_to_string(&path).expect("it is text"));
        }
    }
}

#[test]
fn only_the_first_generator_knows_the_back_half_of_cranelift() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut files, mut inside) = (0, 0);
    sources(&root, &mut |path, text| {
        let place = path.strip_prefix(&root).expect("it is below");
        let is_test = path.to_string_lossy().contains("tests");
        let knows = text.lines().find(|line| {
            let of_cranelift = !line.trim_start().starts_with("//")
                && (line.contains("cranelift_codegen::") || text.contains("cranelift_codegen::{"));
            of_cranelift && BACK_HALF.iter().any(|name| line.contains(name))
        });
        files += 1;
        match (place.starts_with("codegen/cranelift"), knows) {
            (true, Some(_)) => inside += 1,
            (false, Some(line)) if !is_test => panic!("{}: {line}", place.display()),
            _ => {}
        }
        let front = ["lower", "codegen", "optimize"];
        let is_front = front.iter().any(|folder| place.starts_with(folder));
        if !is_front && !is_test && !place.ends_with("cli/version.rs") {
            assert!(!text.contains("cranelift_codegen"), "{}", place.display());
        }
    });
    assert!(files > 100 && inside > 3, "{files} files, {inside} inside");
}

fn program(text: &str, target: &Target, check: impl FnOnce(Program)) {
    let bytes = wat::parse_str(text).expect("the module parses");
    let module = wasm::parse(&bytes, "test.wasm").expect("the module is valid");
    let program = crate::program::build(module, target, &Default::default(), &|_| true);
    check(program.expect("the module is a program"));
}

const MODULE: &str = r#"(module
    (func (export "_start") (drop (call $sum (i32.const 1))))
    (func $sum (param i32) (result i32)
        (loop (if (i32.lt_u (local.get 0) (i32.const 9)) (then
            (local.set 0 (i32.add (local.get 0) (i32.mul (i32.const 3) (i32.const 5)))) (br 1))))
        (local.get 0)))"#;

#[test]
fn a_function_has_the_generator_of_its_column() {
    for target in wasi_aot_targets::TARGETS {
        program(MODULE, target, |mut program| {
            let code = |program: &Program| {
                let output = compile(program, target, &Options::default()).expect("compiles");
                let codes = output.compiled.into_iter().map(|compiled| compiled.code);
                codes.collect::<Vec<_>>()
            };
            let optimised = code(&program);
            program.functions[FuncId::from_u32(1)].generator = Generator::Plain;
            let mixed = code(&program);
            let differ = optimised
                .iter()
                .zip(&mixed)
                .map(|(one, other)| one != other);
            let differ: Vec<_> = differ.collect();
            assert_eq!(differ, [false, true, false], "{}", target.name);
        });
    }
}

/// Two constants: an 8-byte address of the function, and the address of the first constant.
fn constants() -> Box<[Constant]> {
    let constant = |target| Constant {
        bytes: [0; 8].into(),
        alignment: 8,
        references: Box::new([Reference {
            offset: 0,
            kind: Relocation::Address,
            target,
            addend: 0,
        }]),
    };
    Box::new([
        constant(Referent::Symbol(Symbol::Func(FuncId::from_u32(0)))),
        constant(Referent::Constant(0)),
    ])
}

/// Code that consists of a reference to the second of its constants.
fn handmade(mut compiled: Compiled) -> Compiled {
    compiled.code = [0; 8].into();
    compiled.calls = Box::default();
    compiled.references = Box::new([Reference {
        offset: 0,
        kind: Relocation::Address,
        target: Referent::Constant(1),
        addend: 0,
    }]);
    compiled.constants = constants();
    compiled
}

#[test]
fn pieces_without_a_name_become_constants() {
    let target = &wasi_aot_targets::TARGETS[0];
    program(MODULE, target, |program| {
        let options = Options::default();
        let mut output = compile(&program, target, &options).expect("compiles");
        output.compiled = output.compiled.into_iter().map(handmade).collect();
        let object = object::write(&program, target, output).expect("is written");
        let file = ElfFile64::<::object::Endianness>::parse(&*object.bytes).expect("an object");
        let follow = |section: &str, offset: u64| {
            let section = file.section_by_name(section).expect("the section");
            let mut relocations = section.relocations();
            let (_, relocation) = relocations
                .find(|(at, _)| *at == offset)
                .expect("a reference");
            let RelocationTarget::Symbol(symbol) = relocation.target() else {
                panic!("{relocation:?}")
            };
            let symbol = file.symbol_by_index(symbol).expect("a symbol");
            let section = symbol.section_index().expect("of a section");
            let section = file.section_by_index(section).expect("a section");
            let name = section.name().expect("a name").to_owned();
            (name, relocation.addend() as u64)
        };
        let (section, second) = follow(sections::TEXT, 0);
        assert_eq!(section, sections::RODATA);
        let (section, first) = follow(sections::RODATA, second);
        assert_eq!((&*section, first), (sections::RODATA, second - 8));
        assert_eq!(
            follow(sections::RODATA, first),
            (sections::TEXT.to_owned(), 0)
        );
    });
}

#[test]
fn a_cpu_that_has_nothing_has_no_object() {
    let target = &wasi_aot_targets::TARGETS[0];
    program(MODULE, target, |program| {
        let options = Options::default();
        let output = compile(&program, target, &options).expect("compiles");
        let written = object::write_for(&unsupported::CPU, &program, target, output);
        let error = written.expect_err("it has no text");
        assert_eq!(error.code, Code::Target, "{error}");
        assert_eq!(error.message, "the unsupported CPU has no direct calls");
    });
}

#[test]
fn frames_begin_as_the_generator_says() {
    use cranelift_codegen::isa::TargetIsa;
    for target in wasi_aot_targets::TARGETS {
        let isa = isa(target, Choices::default()).expect(target.name);
        let common = TargetIsa::create_systemv_cie(&*isa).expect(target.name);
        let frame = cpu::of(target).expect(target.name).frame;
        let frame = frame.expect(target.name);
        let found = format!("{common:?}");
        for says in [
            format!("code_alignment_factor: {}", frame.code_alignment),
            format!("data_alignment_factor: {}", frame.data_alignment),
            format!(
                "return_address_register: Register({})",
                frame.return_address
            ),
            format!("Cfa(Register({}), {})", frame.stack_pointer, frame.entry),
        ] {
            assert!(found.contains(&says), "{says}: {found}");
        }
        let at = frame
            .return_at
            .map(|at| i32::from(frame.data_alignment) * at as i32);
        let saved = format!(
            "Offset(Register({}), {})",
            frame.return_address,
            at.unwrap_or(0)
        );
        assert_eq!(found.contains(&saved), at.is_some(), "{found}");
    }
}
