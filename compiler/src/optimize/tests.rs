//! The tables of passes.

use super::*;
use crate::program::{Builder, Options};
use crate::wasm;
use std::collections::BTreeSet;

#[test]
fn passes_have_names_of_their_own_and_levels() {
    let program = PROGRAM.iter().map(|pass| pass.name);
    let names: BTreeSet<_> = program
        .chain(FUNCTION.iter().map(|pass| pass.name))
        .collect();
    assert_eq!(names.len(), PROGRAM.len() + FUNCTION.len());
    // The level of the code is not known when a program is linked.
    assert!(PROGRAM.iter().all(|pass| pass.level == Level::Always));
    assert!(Level::Always.runs(OptLevel::None) && !Level::Speed.runs(OptLevel::None));
}

#[test]
fn passes_over_the_program_are_told_of_in_their_order() {
    let text = r#"(module (tag $e) (func $throws (throw $e)) (func $unreached (throw $e))
        (func (export "_start") (call $throws)))"#;
    let bytes = wat::parse_str(text).expect("the module parses");
    let module = wasm::parse(&bytes, "test.wasm").expect("the module is valid");
    let target = &wasi_aot_targets::TARGETS[0];
    let mut builder = Builder::new(target, &Options::default());
    builder.driver();
    let module = builder.module(module);
    let instance = builder.link(module).expect("it links");
    let Some(crate::program::Extern::Func(start)) = builder.export(instance, "_start") else {
        panic!("it is exported");
    };
    builder.call(start, Vec::new());
    let mut told = Vec::new();
    let finished = builder.finish_and_tell(&mut |passed| {
        let functions = passed.program.functions.values();
        let found = functions.map(|function| (function.reachable, function.throws));
        told.push((passed.name, found.collect::<Vec<_>>()));
    });
    finished.expect("it is a program");
    let (first, second, start) = (0, 1, 2);
    let [reach, throws] = &told[..] else {
        panic!("{told:?}");
    };
    assert_eq!((reach.0, throws.0), ("reach", "throws"));
    assert_eq!(reach.1[first], (true, false));
    assert_eq!(throws.1[first], (true, true));
    assert_eq!(throws.1[second], (false, false));
    assert_eq!(throws.1[start], (true, true));
}
