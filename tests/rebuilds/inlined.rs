//! Functions that are inlined into others, of which one is found through a table: a change of one
//! of them is a change of those, and of no other.

use super::{USUAL, rebuild};
use libtest_mimic::Failed;
use wasi_aot::codegen::kept::Counts;
use wasi_aot_targets::Target;

/// A component of two modules. `LEAF` and `OTHER` are bodies of functions of the first, which
/// `$direct` and `$through` of the second inline, `OWN` is that of one
/// that nothing inlines, because it is too long.
const COMPONENT: &str = r#"(component
  (core module $library
    (func $leaf (export "leaf") (param i32) (result i32) LEAF)
    (func $other (export "other") (param i32) (result i32) OTHER))
  (core module $program
    (import "library" "leaf" (func $leaf (param i32) (result i32)))
    (import "library" "other" (func $other (param i32) (result i32)))
    (table funcref (elem $other))
    (func $direct (param i32) (result i32) (call $leaf (local.get 0)))
    (func $through (param i32) (result i32)
      (call_indirect (param i32) (result i32) (local.get 0) (i32.const 0)))
    (func $own (param i32) (result i32) OWN)
    (func (export "run") (result i32)
      (i32.eqz (call $direct (call $through (call $own (i32.const 1)))))))
  (core instance $l (instantiate $library))
  (core instance $p (instantiate $program (with "library" (instance $l))))
  (func $run (result (result)) (canon lift (core func $p "run")))
  (instance $command (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $command)))"#;

/// `LEAF`, `OTHER` and the end of `OWN`, each with how many functions are lowered after the bodies
/// before.
const STEPS: &[([&str; 3], usize)] = &[
    (["(i32.const 1)", "(i32.const 2)", "(i32.const 3)"], 0),
    (["(i32.const 9)", "(i32.const 2)", "(i32.const 3)"], 2),
    (["(i32.const 9)", "(i32.const 8)", "(i32.const 3)"], 2),
    (["(i32.const 9)", "(i32.const 8)", "(i32.const 7)"], 1),
    // Too long to be inlined, then short again. That is known of the program, so that all is
    // lowered; the code of the others is found.
    (["LONG", "(i32.const 8)", "(i32.const 7)"], 8),
    (["(i32.const 6)", "(i32.const 8)", "(i32.const 7)"], 8),
    // What calls is inlined, but the call in it stays one.
    (
        [
            "(call $other (i32.const 5))",
            "(i32.const 8)",
            "(i32.const 7)",
        ],
        2,
    ),
    (
        [
            "(call $other (i32.const 5))",
            "(i32.const 4)",
            "(i32.const 7)",
        ],
        // `OTHER`, and the two functions that inline it, one of them the new `LEAF`.
        3,
    ),
];

/// Builds each step with the code of the one before, and without.
pub fn check(target: &Target) -> Result<(), Failed> {
    let long = format!("{}(i32.const 5)", "(nop)".repeat(80));
    let padded = format!("{}OWN", "(nop)".repeat(80));
    let component = COMPONENT.replace("OWN", &padded);
    let mut kept = Vec::new();
    for (step, ([leaf, other, own], lowered)) in STEPS.iter().enumerate() {
        let bodies = [
            ("LEAF", *leaf),
            ("OTHER", other),
            ("OWN", own),
            ("LONG", &long),
        ];
        let text = (bodies.iter()).fold(component.clone(), |text, (name, body)| {
            text.replace(name, body)
        });
        let (counts, left) = rebuild(&wat::parse_str(&text)?, target, USUAL, &kept)?;
        let is_first = kept.is_empty();
        kept = left;
        match counts {
            Counts { found: 0, .. } if is_first => {}
            Counts { lowered: now, .. } if now == *lowered => {}
            _ => return Err(format!("step {step}: {counts:?}, not {lowered} lowered").into()),
        }
    }
    Ok(())
}
