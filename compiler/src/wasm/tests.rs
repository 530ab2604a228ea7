//! Modules give modules or coded errors; no bytes make the reader panic.

use super::*;
use crate::error::{Code, Error};
use cranelift_entity::EntityRef;
use wasmparser::WasmFeatures;

fn wasm(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the test's text parses")
}

fn error(bytes: &[u8]) -> Error {
    parse(bytes, "test.wasm").expect_err("the module is refused")
}

/// A module with content in every section, small enough to corrupt every byte in turn.
const EVERYTHING: &str = r#"(module $every
  (type $two (func (result i32 i64)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "env" "base" (global $base i32))
  (table $t 4 10 funcref)
  (table $e 1 externref)
  (memory (export "memory") 1 5)
  (global $g (mut i32) (i32.const 7))
  (global $h i32 (i32.add (global.get $base) (i32.mul (i32.const 2) (i32.const 3))))
  (export "g" (global $g))
  (start $init)
  (elem (i32.const 1) $init $exit)
  (elem $p funcref (ref.func $init) (ref.null func))
  (elem declare func $both)
  (data (global.get $base) "hello")
  (data $d "passive")
  (func $init (global.set $g (i32.extend8_s (i32.const 5))) (call $exit (i32.const 0)) (call $exit (i32.const 1)))
  (func $both (type $two) (local f32)
    (call_indirect $t (param i32) (i32.const 0) (i32.const 1))
    (drop (ref.func $both)) (table.set $t (i32.const 0) (table.get $t (i32.const 1)))
    (drop (table.grow $e (ref.null extern) (i32.const 1))) (drop (memory.grow (i32.const 1)))
    (memory.init $d (i32.const 0) (i32.const 0) (i32.const 0)) (data.drop $d)
    (table.init $t $p (i32.const 0) (i32.const 0) (i32.const 0)) (elem.drop $p)
    (i32.trunc_sat_f32_s (local.get 0)) (i64.const 1)))"#;

#[test]
fn every_section_is_read() {
    let bytes = wasm(EVERYTHING);
    let module = parse(&bytes, "test.wasm").unwrap();
    assert_eq!(module.name, "every");
    assert_eq!(module.imports.len(), 2);
    assert_eq!((module.imported_functions, module.imported_globals), (1, 1));
    assert_eq!((module.functions.len(), module.bodies.len()), (3, 2));
    assert_eq!((module.tables.len(), module.table_inits.len()), (2, 2));
    assert_eq!(module.start, Some(FuncIndex::new(1)));
    assert_eq!(module.function_name(FuncIndex::new(2)), Some("both"));
    assert_eq!(module.function_name(FuncIndex::new(3)), None);
    assert_eq!((module.elements.len(), module.data.len()), (3, 2));
    let base = Box::new(ConstExpr::Global(GlobalIndex::new(0)));
    let six = Box::new(ConstExpr::I32(6));
    assert_eq!(
        module.global_inits,
        [
            ConstExpr::I32(7),
            ConstExpr::Binary(ConstOp::I32Add, base, six)
        ]
    );
    for body in &module.bodies {
        let at = body.offset as usize;
        assert_eq!(&bytes[at..at + body.bytes.len()], body.bytes);
    }
    assert_eq!(
        module.features,
        [
            "mutable globals",
            "multi-value",
            "reference types",
            "bulk memory operations",
            "extended constant expressions",
            "sign-extension operators",
            "non-trapping float-to-int conversions",
        ]
    );
}

#[test]
fn what_bodies_do_is_found() {
    let bytes = wasm(EVERYTHING);
    let module = parse(&bytes, "test.wasm").unwrap();
    let (exit, both) = (FuncIndex::new(0), FuncIndex::new(2));
    let (functions, elements) = (TableIndex::new(0), TableIndex::new(1));
    assert_eq!(*module.bodies[0].uses.calls, [exit]);
    assert_eq!(*module.bodies[1].uses.refs, [both]);
    assert_eq!(*module.bodies[1].uses.calls, []);
    let [(table, ty)] = *module.bodies[1].uses.indirect else {
        panic!("one indirect call");
    };
    assert_eq!((table, ty), (functions, module.functions[exit]));
    assert_eq!(
        module.effects,
        Effects {
            globals_written: [GlobalIndex::new(1)].into(),
            tables_read: [functions].into(),
            tables_written: [functions, elements].into(),
            tables_grown: [elements].into(),
            memories_grown: [MemoryIndex::new(0)].into(),
            accesses: Vec::new(),
            table_uses: [(functions, 3)].into(),
            global_uses: [(GlobalIndex::new(1), 1)].into(),
            data_used: [DataIndex::new(1)].into(),
            elements_used: [ElemIndex::new(1)].into(),
        }
    );
}

#[test]
fn a_name_section_never_makes_a_module_invalid() {
    let mut bytes = wasm("(module (func (export \"f\")))");
    let names = [
        &b"\x04name\x01"[..],                  // function names,
        &b"\x04name\x01\x04\x01\x00\x7ff"[..], // a name longer than the section,
        &b"\x04name\x01\x04\x01\x09\x01f"[..], // of a function that does not exist,
        &b"\x04name\x00\x02\x01\xff"[..],      // and one that is not UTF-8.
    ];
    for section in names {
        bytes.push(0);
        bytes.push(section.len() as u8);
        bytes.extend(section);
    }
    let module = parse(&bytes, "test.wasm").unwrap();
    assert_eq!(module.name, "");
    assert_eq!(module.function_names, []);
    assert_eq!(module.function_name(FuncIndex::new(0)), Some("f"));
}

#[test]
fn bytes_that_are_no_module_are_named() {
    assert!(error(b"").message.contains("empty"));
    assert!(
        error(b"#!/bin/sh")
            .message
            .contains("not a WebAssembly module")
    );
    assert_eq!(error(&wasm("(component)")).code, Code::Component);
}

#[test]
fn an_invalid_body_is_named() {
    let filler = "(func)".repeat(100);
    let text = format!(
        "(module (import \"a\" \"b\" (func)) {filler} (func $bad (result i32)) {filler} (func i32.add))"
    );
    let bytes = wasm(&text);
    let invalid = error(&bytes);
    assert_eq!(invalid.code, Code::Invalid);
    assert_eq!(invalid.place.function.as_deref(), Some("bad"));
    assert_eq!(invalid.place.file.as_deref(), Some("test.wasm"));
    let offset = invalid.place.offset.unwrap();
    assert_eq!(bytes[offset as usize], 0x0b, "the end of the body");
    let unnamed = error(&wasm("(module (func) (func (result i32)))"));
    assert_eq!(unnamed.place.function.as_deref(), Some("#1"));
}

const BODY: Option<&str> = Some("f");

/// Uses of each unsupported proposal: its flag, the function that the error names, the fields of
/// the module.
const REFUSED: &[(WasmFeatures, Option<&str>, &str)] = &[
    (
        WasmFeatures::STACK_SWITCHING,
        BODY,
        "(func $f (local contref))",
    ),
    (
        WasmFeatures::STACK_SWITCHING,
        None,
        "(type $f (func)) (type (cont $f))",
    ),
];

#[test]
fn a_proposal_that_is_not_there_yet_is_named() {
    for (flag, function, text) in REFUSED {
        let mut features = FEATURES.iter();
        let feature = features.find(|feature| feature.flag == *flag).unwrap();
        let error = error(&wasm(&format!("(module {text})")));
        assert_eq!(error.code, Code::Unsupported, "{text}: {error}");
        assert!(error.message.starts_with(feature.name), "{text}: {error}");
        assert!(error.place.offset.is_some(), "{text}");
        assert_eq!(error.place.function.as_deref(), *function, "{text}");
    }
}

#[test]
fn what_makes_objects_is_read() {
    let bytes = wasm(
        r#"(module (type $s (struct (field i8) (field (mut i31ref)))) (type $a (array i16))
        (global $i i31ref (ref.i31 (i32.const 1)))
        (global (ref $s) (struct.new $s (i32.const 7) (global.get $i)))
        (global externref (extern.convert_any (array.new_fixed $a 2 (i32.const 1) (i32.const 2))))
        (global (ref $a) (array.new_default $a (i32.const 9)))
        (data $d "1") (func (result (ref null $a)) (array.new_data $a $d (i32.const 0) (i32.const 0)))
        (func (result i32) (ref.test i31ref (global.get $i))))"#,
    );
    let module = parse(&bytes, "test.wasm").unwrap();
    let number = |number| ConstExpr::I32(number);
    let (s, a) = (TypeIndex::new(0), TypeIndex::new(1));
    let i31 = ConstExpr::I31(Box::new(number(1)));
    let fields = [number(7), ConstExpr::Global(GlobalIndex::new(0))];
    let elements = [number(1), number(2)];
    assert_eq!(
        module.global_inits,
        [
            i31,
            ConstExpr::Object(s, Some(fields.into())),
            ConstExpr::Object(a, Some(elements.into())),
            ConstExpr::Array(a, None, Box::new(number(9))),
        ]
    );
    let allocate: Vec<_> = module.bodies.iter().map(|b| b.uses.allocates).collect();
    assert_eq!(allocate, [true, false]);
    assert!(module.effects.data_used.contains(&DataIndex::new(0)));
    assert!(module.features.contains(&"garbage collection"));
}

#[test]
fn constant_expressions_are_not_nested_without_end() {
    let nested = |depth: usize| {
        let (open, close) = ("(struct.new $s ".repeat(depth), ")".repeat(depth));
        let text = format!(
            "(module (type $s (struct (field anyref))) (global anyref {open}(ref.null any){close}))"
        );
        wasm(&text)
    };
    assert!(parse(&nested(1000), "test.wasm").is_ok());
    assert_eq!(error(&nested(1001)).code, Code::Limit);
}

#[test]
fn tags_and_what_throws_are_read() {
    let bytes = wasm(
        r#"(module (import "env" "tag" (tag $i (param i32))) (tag $own (export "own"))
        (func (throw $own)) (func (block $l (try_table (catch_all $l))))
        (func try catch_all rethrow 0 end))"#,
    );
    let module = parse(&bytes, "test.wasm").unwrap();
    assert_eq!((module.tags.len(), module.imported_tags), (2, 1));
    assert_eq!(module.imports[0].item, Item::Tag(TagIndex::new(0)));
    assert_eq!(module.exports[0].item, Item::Tag(TagIndex::new(1)));
    let throws: Vec<_> = module.bodies.iter().map(|body| body.uses.throws).collect();
    assert_eq!(throws, [true, false, true]);
    for feature in ["exception handling", "legacy exception handling"] {
        assert!(module.features.contains(&feature), "{:?}", module.features);
    }
}

#[test]
fn indices_that_no_map_can_hold_are_refused() {
    const MAX: &str = "4294967295";
    for body in [
        format!("(call {MAX})"),
        format!("(call_indirect {MAX} (i32.const 0))"),
        format!("(call_indirect (type {MAX}) (i32.const 0))"),
        format!("(global.set {MAX} (i32.const 0))"),
        format!("(drop (ref.func {MAX}))"),
        format!("(table.init {MAX} {MAX} (i32.const 0) (i32.const 0) (i32.const 0))"),
        format!("(data.drop {MAX})"),
        format!("(throw {MAX})"),
        format!("(block (try_table (catch {MAX} 0)))"),
        format!("(block (try_table (catch_all {MAX})))"),
    ] {
        let bytes = wasm(&format!("(module (table 1 funcref) (func {body}))"));
        assert_eq!(error(&bytes).code, Code::Invalid, "{body}");
    }
}

#[test]
fn limits_are_limits() {
    let locals = wasm(&format!(
        "(module (func $f (local {})))",
        "i32 ".repeat(50_001)
    ));
    let limit = error(&locals);
    assert_eq!(limit.code, Code::Limit, "{limit}");
    assert_eq!(limit.place.function.as_deref(), Some("f"));
    let locals = wasm(&format!(
        "(module (func (local {})))",
        "i32 ".repeat(50_000)
    ));
    assert!(parse(&locals, "test.wasm").is_ok());
    let name = format!("(module (func (export \"{}\")))", "a".repeat(100_001));
    let limit = error(&wasm(&name));
    assert_eq!(limit.code, Code::Limit, "{limit}");
    let text =
        "string size out of bounds: at most 100000 bytes (a limit of wasmparser, the validator)";
    assert_eq!(limit.message, text);
    let params = format!("(module (func (param {})))", "i32 ".repeat(1001));
    let limit = error(&wasm(&params));
    assert_eq!(limit.code, Code::Limit, "{limit}");
    assert!(
        limit.message.contains(": at most 1000 (a limit of "),
        "{limit}"
    );
    let sum = "(i32.const 1) (i32.add) ".repeat(5000);
    let deep =
        format!("(module (import \"a\" \"b\" (global i32)) (global i32 (global.get 0) {sum}))");
    assert_eq!(error(&wasm(&deep)).code, Code::Limit);
    let folded = format!("(module (global i32 (i32.const 1) {sum}))");
    let folded = wasm(&folded);
    let module = parse(&folded, "test.wasm").unwrap();
    assert_eq!(module.global_inits, [ConstExpr::I32(5001)]);
}

#[test]
fn a_large_module_is_the_same_whatever_the_threads() {
    let body = "(func (call 0) (global.set 0 (i32.const 1)))";
    let text = format!(
        "(module (global (mut i32) (i32.const 0)) {})",
        body.repeat(10_000)
    );
    let bytes = wasm(&text);
    let parallel = format!("{:?}", parse(&bytes, "test.wasm").unwrap());
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    let sequential = pool.install(|| format!("{:?}", parse(&bytes, "test.wasm").unwrap()));
    assert!(parallel == sequential);
}

#[test]
fn every_truncation_is_refused_or_read() {
    let bytes = wasm(EVERYTHING);
    for end in 0..bytes.len() {
        if let Err(error) = parse(&bytes[..end], "test.wasm") {
            assert_ne!(error.code, Code::Bug, "{end}: {error}");
        }
    }
}

#[test]
fn damage_is_refused_or_read() {
    let bytes = wasm(EVERYTHING);
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for at in 0..bytes.len() {
        for _ in 0..40 {
            random = random.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            let mut damaged = bytes.clone();
            damaged[at] ^= ((random >> 56) as u8).max(1);
            if random & 0x700 == 0 {
                let other = (random >> 16) as usize % bytes.len();
                damaged[other] = (random >> 40) as u8;
            }
            if let Err(error) = parse(&damaged, "test.wasm") {
                assert_ne!(error.code, Code::Bug, "{at}: {error}");
            }
        }
    }
}
