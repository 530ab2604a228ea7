//! Large and deep functions do not exhaust the native stack, and do not take quadratic time.

use super::lower_text;
use std::fmt::Write;

fn module(function: &str) -> String {
    format!(r#"(module (func (export "_start")) (func (export "f") {function}))"#)
}

#[test]
fn deep_nesting() {
    let depth = 4_000;
    let text = module(&format!(
        "(param i32) {} {}",
        "block loop local.get 0 br_if 1 ".repeat(depth),
        "end end ".repeat(depth)
    ));
    assert!(lower_text(&text).iter().any(|clif| clif.contains("brif")));
}

#[test]
fn deep_nesting_of_unreachable_code() {
    let depth = 100_000;
    let text = module(&format!(
        "unreachable {} {}",
        "block ".repeat(depth),
        "end ".repeat(depth)
    ));
    assert!(lower_text(&text).iter().any(|clif| clif.contains("trap")));
}

#[test]
fn many_locals() {
    let text = module(&format!(
        "(param i32) (local {}) loop local.get 0 br_if 0 end local.get 49000 local.set 3",
        "i32 ".repeat(49_990)
    ));
    assert!(!lower_text(&text).is_empty());
}

#[test]
fn large_branch_tables_with_arguments() {
    let mut text = String::from(
        "(param i32) (result i32) block $a (result i32) block $b (result i32) i32.const 5 local.get 0 br_table",
    );
    for i in 0..5_000 {
        let _ = write!(text, " {}", i % 3);
    }
    text.push_str(" $a end end");
    assert!(
        lower_text(&module(&text))
            .iter()
            .any(|clif| clif.contains("br_table"))
    );
}

#[test]
fn many_parameters_and_results() {
    let types = "i32 f64 ".repeat(200);
    let gets: String = (0..400).fold(String::new(), |mut text, i| {
        let _ = write!(text, "local.get {i} ");
        text
    });
    let text = format!(
        r#"(module (func (export "_start"))
            (func $f (export "f") (param {types}) (result {types}) {gets} call $f))"#
    );
    assert!(
        lower_text(&text)
            .iter()
            .any(|clif| clif.contains("call fn"))
    );
}
