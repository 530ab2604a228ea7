//! Tags, and functions that may throw.

use super::*;

fn throws(program: &Program<'_>, name: &str) -> bool {
    program.functions[exported(program, 0, name)].throws
}

#[test]
fn exceptions_come_out_of_who_throws_and_of_callers() {
    let program = product(
        r#"(module
          (import "wasi_snapshot_preview1" "fd_close" (func $host (param i32) (result i32)))
          (tag $e)
          (table funcref (elem $by_address))
          (func $throw (throw $e))
          (func $by_address (export "by address") (call $throw))
          (func $caller (export "caller") (call $throw))
          (func $tail (export "tail") (return_call $caller))
          (func $indirect (export "indirect") (call_indirect (i32.const 0)))
          (func $none (export "none") (drop (call $host (i32.const 0))))
          (func (export "_start") (call $tail) (call $indirect) (call $none)))"#,
    );
    for name in ["by address", "caller", "tail", "indirect", "_start"] {
        assert!(throws(&program, name), "{name}");
    }
    assert!(!throws(&program, "none"));
    assert!(program.functions.values().any(|f| !f.throws));
    assert!(program.heap.is_some());
    assert_eq!(program.objects.len(), program.types.len() + 1);
}

#[test]
fn calls_by_address_throw_only_if_something_with_an_address_does() {
    let program = product(
        r#"(module (tag $e) (table funcref (elem $harmless)) (func $harmless)
          (func $indirect (export "indirect") (call_indirect (i32.const 0)))
          (func (export "_start") (call $indirect) (throw $e)))"#,
    );
    assert!(!throws(&program, "indirect"));
    assert!(throws(&program, "_start"));
}

#[test]
fn a_program_that_throws_nothing_has_no_heap() {
    let program = product(
        r#"(module (tag $e) (func (throw $e))
          (func (export "_start") (block $h (try_table (catch_all $h) (call 0)))))"#,
    );
    assert!(program.heap.is_some());
    let program = product(
        r#"(module (tag $e) (func $unreachable (throw $e))
          (func (export "_start") (block $h (try_table (catch_all $h)))))"#,
    );
    assert!(program.heap.is_none());
    assert!(program.functions.values().all(|f| !f.throws));
}

#[test]
fn an_imported_tag_is_the_exporter_s() {
    let mut builder = Builder::new(target(), &Options::default());
    builder.driver();
    let a = builder.module(module(r#"(module (tag) (tag (export "t") (param i32)))"#));
    let a = builder.link(a).unwrap();
    builder.register("a", a);
    let text = r#"(module (import "a" "t" (tag $t (param i32))) (tag) (export "u" (tag $t)))"#;
    let b = builder.module(module(text));
    let b = builder.link(b).unwrap();
    assert_eq!(builder.export(a, "t"), Some(Extern::Tag(TagId::new(1))));
    assert_eq!(builder.export(b, "u"), Some(Extern::Tag(TagId::new(1))));
    let text = r#"(module (import "a" "t" (tag (param i64))))"#;
    let c = builder.module(module(text));
    let error = builder.link(c).unwrap_err();
    assert_eq!(error.code, Code::ImportType);
    let words = "imported is tag (i64) -> (), given is tag (i32) -> ()";
    assert!(error.message.contains(words), "{error}");
    assert_eq!(builder.finish().unwrap().tags.len(), 3);
}

#[test]
fn an_unknown_tag_is_one_of_its_own() {
    let text = r#"(module (import "env" "t" (tag)) (import "env" "t" (tag))
      (func (export "_start") (throw 0)))"#;
    let error = refused(text);
    assert_eq!(error.code, Code::UnknownImport);
    assert!(error.message.contains("tag `env.t`"), "{error}");
    let options = Options {
        unknown_imports: UnknownImports::Trap,
        ..Options::default()
    };
    let program = product_with(text, &options).unwrap();
    let tags: Vec<_> = only(&program.instances).tags.values().copied().collect();
    assert_eq!(tags, [TagId::new(0), TagId::new(1)]);
}

#[test]
fn payloads_are_laid_out_as_fields() {
    let program = product(
        r#"(module (tag $e (param i32 i64 externref v128 f32))
          (func (export "_start") (throw $e (i32.const 1) (i64.const 2) (ref.null extern) (v128.const i64x2 0 0) (f32.const 0))))"#,
    );
    let layout = program.exception(TagId::new(0));
    assert_eq!(*layout.fields, [8, 16, 24, 32, 48]);
    assert_eq!((layout.bytes, &*layout.references), (56, &[24][..]));
}
