//! Tests of the lowering: its output is valid CLIF that compiles, in all forms, for all targets.

mod base;
mod limits;

use super::{Lowering, Unit};
use crate::Result;
use crate::codegen::{Choices, isa};
use crate::program::{self, BoundsChecks, Options, Program, RelaxedSimd, StateForm};
use crate::wasm;
use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use std::collections::BTreeSet;
use wasi_aot_targets::{TARGETS, Target};
use wasmparser::{Parser, Payload};

/// All combinations of options that affect the lowering.
fn all_options() -> impl Iterator<Item = Options> {
    let forms = [StateForm::Static, StateForm::Pointer];
    let checks = [BoundsChecks::Guard, BoundsChecks::Explicit];
    forms.into_iter().flat_map(move |form| {
        checks.into_iter().map(move |bounds_checks| Options {
            form,
            bounds_checks,
            // It affects only a few instructions, so not every combination is tested.
            relaxed_simd: match form {
                StateForm::Static => RelaxedSimd::Native,
                StateForm::Pointer => RelaxedSimd::Deterministic,
            },
            ..Options::default()
        })
    })
}

/// Calls `check` with the program for a module.
fn with_program<R>(
    bytes: &[u8],
    target: &'static Target,
    options: &Options,
    check: impl FnOnce(&Program<'_>) -> R,
) -> R {
    let module = wasm::parse(bytes, "test.wasm").expect("the module parses");
    let program = program::build(module, target, options, &|_| true).expect("the program builds");
    check(&program)
}

/// Lowers, verifies and compiles all units of a program; returns the CLIF of each.
fn compile_all(program: &Program<'_>, target: &'static Target) -> Result<Vec<String>> {
    let isa = isa(target, Choices::default())?;
    let mut lowering = Lowering::new(crate::cpu::of(target)?);
    let mut texts = Vec::new();
    let functions = program.functions.keys().map(Unit::Func);
    for unit in functions.chain([Unit::Entry]) {
        let mut context = Context::new();
        lowering.lower(program, unit, &*isa, &mut context.func)?;
        let text = context.func.display().to_string();
        if let Err(errors) = cranelift_codegen::verify_function(&context.func, &*isa) {
            panic!("{unit:?}: {errors}\n{text}");
        }
        if let Err(error) = context.compile(&*isa, &mut ControlPlane::default()) {
            panic!("{unit:?}: {:?}\n{text}", error.inner);
        }
        texts.push(text);
    }
    Ok(texts)
}

/// The CLIF of a module's functions for the first target, in the order of the program.
fn lower_text(wat: &str) -> Vec<String> {
    let bytes = wat::parse_str(wat).expect("the text parses");
    with_program(&bytes, &TARGETS[0], &Options::default(), |program| {
        compile_all(program, &TARGETS[0]).expect("it is supported")
    })
}

/// Modules that together use every instruction, each with its number of functions.
const EVERY_INSTRUCTION: &[(&str, usize)] = &[
    (include_str!("every_instruction.wat"), 200),
    (include_str!("every_vector_instruction.wat"), 250),
    (include_str!("every_gc_instruction.wat"), 10),
];

#[test]
fn every_instruction_compiles_in_all_forms_for_all_targets() {
    for (text, functions) in EVERY_INSTRUCTION {
        let bytes = wat::parse_str(text).expect("the text parses");
        for target in TARGETS {
            for options in all_options() {
                with_program(&bytes, target, &options, |program| {
                    let texts = compile_all(program, target).expect("everything is supported");
                    assert!(texts.len() > *functions);
                });
            }
        }
    }
}

macro_rules! names {
    ($( @$proposal:ident $op:ident $({ $($payload:tt)* })? => $visit:ident ($($rest:tt)*) )*) => {
        /// All instructions and the proposals that introduced them.
        const INSTRUCTIONS: &[(&str, &str)] = &[$((stringify!($proposal), stringify!($op)),)*];
    };
}
wasmparser::for_each_operator!(names);

#[test]
fn no_instruction_is_forgotten() {
    let mut used = BTreeSet::new();
    for (text, _) in EVERY_INSTRUCTION {
        let bytes = wat::parse_str(text).expect("the text parses");
        instructions(&bytes, &mut used);
    }
    let supported = [
        "mvp",
        "sign_extension",
        "saturating_float_to_int",
        "bulk_memory",
        "reference_types",
        "simd",
        "relaxed_simd",
        "tail_call",
        "wide_arithmetic",
        "function_references",
        "gc",
    ];
    for (proposal, name) in INSTRUCTIONS {
        // A selection of several values has no text format.
        if supported.contains(proposal) && *name != "TypedSelectMulti" {
            assert!(used.contains(&Some((*name).to_owned())), "{name}");
        }
    }
}

/// Adds the names of the instructions of a module.
fn instructions(bytes: &[u8], used: &mut BTreeSet<Option<String>>) {
    for payload in Parser::new(0).parse_all(bytes) {
        let Payload::CodeSectionEntry(body) = payload.expect("it parses") else {
            continue;
        };
        for op in body.get_operators_reader().expect("it parses") {
            let debug = format!("{:?}", op.expect("it parses"));
            used.insert(debug.split([' ', '{']).next().map(str::to_owned));
        }
    }
}

#[test]
fn untouched_locals_cost_nothing_and_start_as_zero() {
    let texts = lower_text(
        r#"(module (func (export "_start"))
            (func (export "f") (result i64) (local i32 f32 i64 funcref) (local.get 2)))"#,
    );
    let body = texts.iter().find(|text| text.contains("-> i64 tail"));
    let body = body.expect("the function is there");
    assert_eq!(body.matches("const").count(), 1, "{body}");
    assert!(body.contains("iconst.i64 0"), "{body}");
}

#[test]
fn a_failed_function_leaves_the_lowering_usable() {
    let bytes = wat::parse_str(
        r#"(module (func (export "_start"))
            (func (export "f") (result i32) (i32.const 1)))"#,
    )
    .expect("the text parses");
    let target = &TARGETS[0];
    with_program(&bytes, target, &Options::default(), |program| {
        let isa = isa(target, Choices::default()).expect("the target is known");
        let mut lowering = Lowering::new(crate::cpu::of(target).expect("the target is known"));
        let mut lower = |program: &Program<'_>| {
            let mut context = Context::new();
            let mut units = program.functions.keys().map(Unit::Func);
            units.try_for_each(|unit| lowering.lower(program, unit, &*isa, &mut context.func))
        };
        let discard = wat::parse_str(
            r#"(module (func (export "_start"))
                (memory 1)
                (func (export "f") (memory.discard (i32.const 0) (i32.const 0))))"#,
        )
        .expect("the text parses");
        let mut broken = wasm::parse(&bytes, "test.wasm").expect("the module parses");
        let at = discard
            .windows(2)
            .position(|w| w == [0xfc, 0x12])
            .expect("it is there");
        broken.bodies[1].bytes = &discard[at - 5..];
        let broken = program::build(broken, target, &Options::default(), &|_| true)
            .expect("the program builds");
        let error = lower(&broken).expect_err("it is not supported");
        assert_eq!(error.code, crate::Code::Unsupported);
        assert_eq!(
            error.message,
            "memory control (MemoryDiscard) is not supported yet"
        );
        assert_eq!(error.place.function.as_deref(), Some("#1"));
        assert!(error.place.offset.is_some());
        assert!(lower(program).is_ok());
    });
}
