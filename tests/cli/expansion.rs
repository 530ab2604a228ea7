//! Small components that become large when they are flattened. `build` and `inspect` are used on
//! untrusted files, so they count before they expand.

use crate::scratch::Scratch;
use crate::{ensure, trials};
use libtest_mimic::Failed;
use libtest_mimic::Trial;
use std::fmt::Write as _;
use std::fs;
use wasi_aot_tests::tool;

pub fn trials() -> Vec<Trial> {
    trials![
        nested_instances_double,
        aliased_components_double,
        closures_double,
        components_as_arguments_double,
        instances_of_instances_double,
        types_double,
        long_names_are_repeated,
        adapters_are_repeated,
        large_modules_are_repeated,
        long_lists_of_imports_are_repeated,
        resource_types_are_copied,
        instances_have_a_limit,
        limits_of_the_translator_are_limits,
        what_is_below_the_limits_builds,
    ]
}

/// A core module and its instance.
const LEAF: &str = "(core module $m (func (export \"f\"))) (core instance $k (instantiate $m))";

/// `build` and `inspect` refuse the component because of a limit of `whose`, within bounded time
/// and memory.
fn refused(component: &str, whose: &str, what: &str) -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    fs::write(scratch.path("bad.wat"), component)?;
    for verb in ["build -q", "inspect"] {
        let line = format!("ulimit -v 1000000; timeout 60 wasi-aot {verb} bad.wat");
        let output = scratch.shell(&line);
        let err = String::from_utf8_lossy(&output.stderr);
        ensure!(
            tool::status(&output) == 1
                && err.starts_with("error[E0103]: ")
                && err.contains(&format!("(a limit of {whose}")),
            "{what}: `{verb}`: {}: {err}",
            output.status
        );
    }
    Ok(())
}

/// Each component contains the one before it, and instantiates it twice.
fn nested_instances_double() -> Result<(), Failed> {
    for depth in [20, 24, 64] {
        let mut text = format!("(component $c {LEAF})");
        for _ in 0..depth {
            text = format!(
                "(component $c {text} (instance (instantiate $c)) (instance (instantiate $c)))"
            );
        }
        let text = format!("(component {text} (instance (instantiate $c)))");
        refused(&text, "wasi-aot", &format!("{depth} deep"))?;
    }
    Ok(())
}

/// Sibling components. Each one captures the previous one twice.
fn siblings(depth: usize, also: &str) -> String {
    let mut text = format!("(component $c0 {LEAF})");
    for level in 1..=depth {
        let before = level - 1;
        let _ = write!(
            text,
            "(component $c{level} (alias outer 1 $c{before} (component $x)) (alias outer 1 $c{before} (component $y)) {also})"
        );
    }
    text
}

fn aliased_components_double() -> Result<(), Failed> {
    for depth in [20, 24, 64] {
        let text = siblings(
            depth,
            "(instance (instantiate $x)) (instance (instantiate $y))",
        );
        let text = format!("(component $top {text} (instance (instantiate $c{depth})))");
        refused(&text, "wasi-aot", &format!("{depth} deep"))?;
    }
    Ok(())
}

/// Nothing is instantiated, but the captures of a component are copied with it.
fn closures_double() -> Result<(), Failed> {
    for depth in [20, 24, 64] {
        let text = format!("(component $top {})", siblings(depth, ""));
        refused(&text, "wasi-aot", &format!("{depth} deep"))?;
    }
    Ok(())
}

fn components_as_arguments_double() -> Result<(), Failed> {
    for depth in [20, 64] {
        let twice = "(instance (instantiate $p (with \"c\" (component $c))))".repeat(2);
        let mut text = format!(
            "(component $leaf {LEAF}) (component $d0 (import \"c\" (component $c)) {})",
            "(instance (instantiate $c))".repeat(2)
        );
        for level in 1..=depth {
            let before = level - 1;
            let _ = write!(
                text,
                "(component $d{level} (import \"c\" (component $c)) (alias outer 1 $d{before} (component $p)) {twice})"
            );
        }
        let text = format!(
            "(component $top {text} (instance (instantiate $d{depth} (with \"c\" (component $leaf)))))"
        );
        refused(&text, "wasi-aot", &format!("{depth} deep"))?;
    }
    Ok(())
}

/// Instances made of instances, nested `depth` levels, and `copies` of the last one.
fn instances(depth: usize, copies: usize) -> String {
    let mut text = format!(
        "{LEAF} (func $f (canon lift (core func $k \"f\"))) (instance $i0 (export \"f\" (func $f)))"
    );
    for level in 1..=depth {
        let before = level - 1;
        let _ = write!(
            text,
            "(instance $i{level} (export \"a\" (instance $i{before})) (export \"b\" (instance $i{before})))"
        );
    }
    let copy = format!("(instance (export \"a\" (instance $i{depth})))");
    format!("(component {text} {})", copy.repeat(copies))
}

fn instances_of_instances_double() -> Result<(), Failed> {
    refused(&instances(17, 500), "wasi-aot", "17 deep, 500 times")?;
    refused(&instances(12, 3000), "wasi-aot", "12 deep, 3000 times")?;
    refused(&instances(24, 0), "wasmparser", "24 deep")
}

/// A memory, and functions that take a value through it.
const MEMORY: &str = "(core module $m (func (export \"f\") (param i32)) (memory (export \"m\") 1)
    (func (export \"r\") (param i32 i32 i32 i32) (result i32) unreachable))
  (core instance $k (instantiate $m))";
const LIFT: &str = "(canon lift (core func $k \"f\") (memory (core memory $k \"m\")) (realloc (core func $k \"r\")))";

/// Functions whose type doubles at each level.
fn tuples(first: &str, depth: usize, functions: usize) -> String {
    let mut text = format!("{MEMORY} {first}");
    for level in 1..=depth {
        let before = level - 1;
        let _ = write!(text, "(type $t{level} (tuple $t{before} $t{before}))");
    }
    let _ = write!(text, "(type $f (func (param \"x\" $t{depth})))");
    text += &format!("(func (type $f) {LIFT})").repeat(functions - 1);
    format!("(component {text} (func (export \"f\") (type $f) {LIFT}))")
}

fn types_double() -> Result<(), Failed> {
    let first = "(type $t0 (tuple u8 u8))";
    refused(&tuples(first, 17, 3000), "wasi-aot", "3000 functions")?;
    refused(&tuples(first, 64, 1), "wasmparser", "64 deep")
}

fn long_names_are_repeated() -> Result<(), Failed> {
    let name = "a".repeat(90_000);
    let first = format!(
        "(type $r (record (field \"{name}\" u8))) (export $e \"e\" (type $r)) (type $t0 (tuple $e $e))"
    );
    refused(&tuples(&first, 13, 1), "wasi-aot", "a name of 90,000 bytes")
}

/// Adapters for a record of many strings.
fn adapters_are_repeated() -> Result<(), Failed> {
    let fields: String = (0..500)
        .map(|field| format!("(field \"f{field}\" string)"))
        .collect();
    let text = format!(
        "(component
          (component $in (type $r (record {fields})) (export $e \"r\" (type $r)) {MEMORY}
            (func (export \"f\") (param \"x\" $e) {LIFT}))
          (instance $in (instantiate $in))
          (component $out
            (import \"in\" (instance $in (type $r (record {fields})) (export \"r\" (type $e (eq $r)))
              (export \"f\" (func (param \"x\" $e)))))
            {MEMORY}
            (core func $l (canon lower (func $in \"f\") (memory (core memory $k \"m\"))))
            (core module $u (import \"\" \"f\" (func (param i32))))
            (core instance (instantiate $u (with \"\" (instance (export \"f\" (func $l)))))))
          {})",
        "(instance (instantiate $out (with \"in\" (instance $in))))".repeat(400)
    );
    refused(&text, "wasi-aot", "400 adapters")
}

fn large_modules_are_repeated() -> Result<(), Failed> {
    let functions = "(func (param i32) (result i32) (i32.add (local.get 0) (i32.const 77777)))";
    let text = format!(
        "(component (core module $m {}) {})",
        functions.repeat(20_000),
        "(core instance (instantiate $m))".repeat(900)
    );
    refused(&text, "wasi-aot", "900 instances of a large module")
}

/// Each instance has a list of its imports.
fn long_lists_of_imports_are_repeated() -> Result<(), Failed> {
    let names = (0..90_000).map(|name| format!("\"f{name}\""));
    let imports = names
        .clone()
        .map(|name| format!("(import \"k\" {name} (func))"));
    let exports = names.map(|name| format!("(export {name} (func $f))"));
    let text = format!(
        "(component {LEAF} (alias core export $k \"f\" (core func $f))
           (core module $n {}) (core instance $all {}) {})",
        imports.collect::<String>(),
        exports.collect::<String>(),
        "(core instance (instantiate $n (with \"k\" (instance $all))))".repeat(12)
    );
    refused(&text, "wasi-aot", "90,000 imports")
}

fn resource_types_are_copied() -> Result<(), Failed> {
    let text = format!(
        "(component {} (component $c) {})",
        "(type (resource (rep i32)))".repeat(100_000),
        "(instance (instantiate $c))".repeat(900)
    );
    refused(&text, "wasi-aot", "100,000 resource types")
}

/// `inner` instances of a component, repeated `outer` times.
fn grid(inner: usize, outer: usize) -> String {
    format!(
        "(component (component $o (component $c {LEAF}) {}) {})",
        "(instance (instantiate $c))".repeat(inner),
        "(instance (instantiate $o))".repeat(outer)
    )
}

fn instances_have_a_limit() -> Result<(), Failed> {
    refused(&grid(100, 101), "wasi-aot", "101 times 100 instances")
}

/// The translator's own limits are reported as limits.
fn limits_of_the_translator_are_limits() -> Result<(), Failed> {
    let instances = "(core instance (instantiate $m))".repeat(1500);
    let text = format!("(component (core module $m) {instances})");
    refused(&text, "wasmtime-environ", "1,500 core instances")
}

fn what_is_below_the_limits_builds() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let run = "(core module $r (func (export \"run\") (result i32) i32.const 0)) (core instance $r (instantiate $r))
      (func $run (result (result)) (canon lift (core func $r \"run\")))
      (instance $run (export \"run\" (func $run))) (export \"wasi:cli/run@0.2.0\" (instance $run))";
    let text = grid(30, 30);
    let text = format!("{} {run})", text.strip_suffix(')').unwrap_or_default());
    fs::write(scratch.path("good.wat"), text)?;
    let output = scratch.shell("wasi-aot build -q good.wat && ./good && wasi-aot inspect good.wat");
    let err = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}: {err}", output.status);
    Ok(())
}
