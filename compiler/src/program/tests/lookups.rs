//! Recognition of the functions by which C libraries look up paths.

use super::*;
use crate::program::lookups::asks_late;

/// A module that reads the descriptions of its directories in a function of this type.
fn reading(lookup: &str, name: &str, producers: &str) -> Program<'static> {
    product(&format!(
        r#"(module
             (import "wasi_snapshot_preview1" "fd_prestat_get" (func $import (param i32 i32) (result i32)))
             (memory 1) {producers}
             (func $around (param i32 i32) (result i32) (call $import (local.get 0) (local.get 1)))
             (func $fill (drop (call $around (i32.const 3) (i32.const 0))))
             (func ${name} (export "f") {lookup} (call $fill) (i32.const -1))
             (func $other (export "g") (param i32 i32 i32) (result i32) (i32.const 0))
             (func (export "_start") (call $fill)))"#
    ))
}

fn found(program: &Program<'_>) -> Vec<FuncId> {
    program.lookups.keys().copied().collect()
}

#[test]
fn a_lookup_is_known_by_its_name_or_by_its_shape() {
    let three = "(param i32 i32 i32) (result i32)";
    let five = "(param i32 i32 i32 i32 i32) (result i32)";
    for (lookup, name, known) in [
        (three, "f", true),
        (five, "f", false),
        (five, "__wasilibc_find_relpath_alloc", true),
        (
            "(param i64 i32 i32) (result i32)",
            "__wasilibc_find_relpath",
            false,
        ),
        ("(result i32)", "__wasilibc_find_relpath", false),
    ] {
        let program = reading(lookup, name, "");
        let function = exported(&program, 0, "f");
        assert_eq!(
            found(&program).contains(&function),
            known,
            "{lookup} {name}"
        );
        assert_eq!(found(&program).len(), usize::from(known), "{lookup} {name}");
        assert_eq!(asks_late(&program), !known, "{lookup} {name}");
    }
}

#[test]
fn go_asks_at_its_start() {
    let program = reading(
        "(result i32)",
        "f",
        r#"(@producers (language "Go" "go1.27.3"))"#,
    );
    assert!(found(&program).is_empty() && !asks_late(&program));
    let program = reading("(result i32)", "f", r#"(@producers (language "C" "11"))"#);
    assert!(asks_late(&program));
}
