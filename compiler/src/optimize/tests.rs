//! Tests the tables of passes.

use super::*;
use crate::lower::Unit;
use crate::names::Names;
use crate::program::{Builder, Options};
use crate::wasm;
use cranelift_entity::EntityRef;
use std::collections::BTreeSet;

#[test]
fn passes_have_names_of_their_own_and_levels() {
    let program = PROGRAM.iter().map(|pass| pass.name);
    let names: BTreeSet<_> = program
        .chain(FUNCTION.iter().map(|pass| pass.name))
        .collect();
    assert_eq!(names.len(), PROGRAM.len() + FUNCTION.len());
    // The optimisation level is not known when a program is linked.
    assert!(PROGRAM.iter().all(|pass| pass.level == Level::Always));
    assert!(Level::Always.runs(OptLevel::None) && !Level::Speed.runs(OptLevel::None));
}

#[test]
fn after_every_pass_of_the_tables_the_program_can_be_shown() {
    let text = r#"(module (tag $e) (func $unreached (throw $e))
        (func (export "_start") (throw $e)))"#;
    let bytes = wat::parse_str(text).expect("the module parses");
    let module = wasm::parse(&bytes, "test.wasm").expect("the module is valid");
    let target = &wasi_aot_targets::TARGETS[0];
    let options = Options {
        after: After::all().collect(),
        ..Options::default()
    };
    let program = crate::program::build(module, target, &options, &|_| true);
    let program = program.expect("it is a program");
    // A program has one state for all passes over CLIF.
    assert_eq!(program.states.len(), PROGRAM.len());
    let names = Names::new(&program);
    let mut rows = PROGRAM.iter().map(|pass| pass.name).collect::<Vec<_>>();
    rows.extend(FUNCTION.iter().map(|pass| pass.name));
    for (index, name) in rows.iter().enumerate() {
        let after = After::named(name).expect(name);
        let start = Unit::Func(FuncId::new(1));
        let done = [Done {
            by: After::LAST,
            change: Change::Inlined(FuncId::new(0)),
        }];
        let done = [(start, &done[..])].into_iter();
        let shown = listing::text(after, &names, OptLevel::Speed, done);
        let passes = format!("passes: {}\n", rows[..=index].join(", "));
        assert!(shown.starts_with(&passes), "{shown}");
        let throws = index >= rows.iter().position(|row| *row == "throws").unwrap();
        assert_eq!(shown.contains("compiled, may throw: wasm"), throws);
        assert_eq!(
            shown.contains("inlines f0: unreached"),
            after == After::LAST
        );
        assert!(shown.contains("f0 of instance0: unreachable: unreached"));
    }
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
        let functions = passed.graph.program.functions.values();
        let found = functions.map(|function| (function.reachable, function.throws));
        told.push((passed.after.name(), found.collect::<Vec<_>>()));
    });
    finished.expect("it is a program");
    let (first, second, start) = (0, 1, 2);
    assert!(
        told.iter()
            .map(|told| told.0)
            .eq(PROGRAM.iter().map(|pass| pass.name))
    );
    let after = |name| &told.iter().find(|told| told.0 == name).expect("it ran").1;
    let (reach, throws) = (after("reach"), after("throws"));
    assert_eq!(reach[first], (true, false));
    assert_eq!(throws[first], (true, true));
    assert_eq!(throws[second], (false, false));
    assert_eq!(throws[start], (true, true));
}
