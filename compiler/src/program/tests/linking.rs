//! Several instances in one program.

use super::*;

fn builder() -> Builder<'static> {
    let mut builder = Builder::new(target(), &Options::default());
    builder.driver();
    builder
}

fn add(builder: &mut Builder<'static>, text: &str) -> Result<InstanceId> {
    let module = builder.module(module(text));
    builder.link(module)
}

#[test]
fn instances_share_what_they_import() {
    let mut builder = builder();
    let a = r#"(module (memory (export "m") 1 2) (table (export "t") 2 funcref) (global (export "g") (mut i32) (i32.const 1))
        (global (export "k") i32 (i32.const 1)) (func (export "f")))"#;
    let a = add(&mut builder, a).unwrap();
    builder.register("a", a);
    let b = r#"(module (import "a" "m" (memory 1)) (import "a" "t" (table 1 funcref)) (import "a" "g" (global (mut i32)))
        (import "a" "k" (global $k i32)) (import "a" "f" (func $f)) (elem (global.get $k) $own) (data (i32.const 0) "b")
        (func $own (export "own") (global.set 0 (i32.const 2)) (call_indirect 0 (i32.const 1))))"#;
    let b = add(&mut builder, b).unwrap();
    let Some(Extern::Func(own)) = builder.export(b, "own") else {
        panic!("own is exported");
    };
    builder.call(own, vec![]);
    let program = builder.finish().unwrap();
    assert!(program.driver);
    assert_eq!(
        (
            program.memories.len(),
            program.tables.len(),
            program.globals.len()
        ),
        (1, 1, 2)
    );
    // No code has run before: everything is folded, and the instantiations are empty steps.
    let sizes: Vec<_> = program
        .steps
        .iter()
        .map(|step| step.actions.len())
        .collect();
    assert_eq!(sizes, [0, 0, 1]);
    assert_eq!(pieces(only(&program.regions)), [(0, &b"b"[..])]);
    assert_eq!(
        only(&program.tables).contents,
        [Value::Null, Value::Func(own)]
    );
    let written = &program.globals[GlobalId::new(0)];
    assert!(matches!(written.place, GlobalPlace::State(..)));
}

#[test]
fn after_code_has_run_shared_things_change_in_order() {
    let mut builder = builder();
    let a = r#"(module (memory (export "m") 1) (func $s) (start $s))"#;
    let a = add(&mut builder, a).unwrap();
    builder.register("a", a);
    let b = r#"(module (import "a" "m" (memory 1)) (table 1 funcref) (func $f) (elem (i32.const 0) $f) (data (i32.const 0) "b"))"#;
    add(&mut builder, b).unwrap();
    let program = builder.finish().unwrap();
    assert!(matches!(program.steps[0].actions[..], [Action::Call(..)]));
    assert!(matches!(
        program.steps[1].actions[..],
        [Action::CopyData { .. }]
    ));
    assert_eq!(pieces(&program.regions[RegionId::new(0)]), []);
}

#[test]
fn what_does_not_fit_is_not_linked() {
    let mut builder = builder();
    let a = r#"(module (memory (export "m") 1 2) (table (export "t") 2 3 funcref) (global (export "g") (mut i32) (i32.const 1)) (func (export "f")))"#;
    let a = add(&mut builder, a).unwrap();
    builder.register("a", a);
    for import in [
        r#""m" (memory 2)"#,
        r#""m" (memory 1 1)"#,
        r#""t" (table 3 funcref)"#,
        r#""t" (table 2 2 funcref)"#,
        r#""t" (table 2 externref)"#,
        r#""g" (global i32)"#,
        r#""g" (global (mut i64))"#,
        r#""f" (func (param i32))"#,
        r#""f" (memory 1)"#,
    ] {
        let error = add(&mut builder, &format!("(module (import \"a\" {import}))")).unwrap_err();
        assert_eq!(error.code, Code::ImportType, "{import}");
        assert!(
            error.message.starts_with("incompatible import type"),
            "{error}"
        );
    }
    for import in [r#""a" "x" (func)"#, r#""b" "f" (func)"#] {
        let error = add(&mut builder, &format!("(module (import {import}))")).unwrap_err();
        assert_eq!(error.code, Code::UnknownImport, "{import}");
        assert!(error.message.starts_with("unknown import"), "{error}");
    }
    assert_eq!(builder.finish().unwrap().instances.len(), 1);
}

#[test]
fn a_memory_that_grew_is_as_large_as_wanted() {
    let mut builder = builder();
    let grows = r#"(module (memory (export "m") 1 3) (func (export "grow") (drop (memory.grow (i32.const 1)))))"#;
    let a = add(&mut builder, grows).unwrap();
    builder.register("a", a);
    let two = r#"(module (import "a" "m" (memory 2)))"#;
    assert!(add(&mut builder, two).is_err(), "nothing has run");
    let Some(Extern::Func(grow)) = builder.export(a, "grow") else {
        panic!("grow is exported");
    };
    builder.call(grow, vec![]);
    assert!(add(&mut builder, two).is_ok());
    assert!(add(&mut builder, r#"(module (import "a" "m" (memory 4)))"#).is_err());
}
