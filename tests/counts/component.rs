//! Counts of items that a component declares. Each has a function `f` that returns a number.

use super::{Count, Growth, TYPE_LISTS, each, linear, upstream};

const INVOKE: &[&str] = &["--invoke", "f()"];

/// A count of components with linear growth.
const fn counted(name: &'static str, n: usize, text: fn(usize) -> String) -> Count {
    Count {
        name,
        n,
        text,
        growth: Growth::Linear,
        options: INVOKE,
    }
}

pub(super) const COUNTS: &[Count] = &[
    upstream(TYPE_LISTS, counted("core modules", 400, modules)),
    counted("instances of a core module", 400, instances),
    counted("instances with code", 100, instances_with_code),
    counted("core instances of exports", 400, export_instances),
    counted("core aliases", 64_000, aliases),
    counted("component types", 51_200, types),
    counted("aliases", 102_400, component_aliases),
    counted("instances of a component", 100, component_instances),
    counted("components in each other", 45, nested),
    counted("functions lifted", 1_600, lifted),
    counted("functions lifted and lowered", 400, adapters),
    counted("fields of a record", 400, fields),
    counted("cases of a variant", 400, cases),
    counted("cases of an enum", 4_000, labels),
    counted("resources", 25_600, resources),
    linear("bytes of a custom section", 2_000_000, custom),
];

/// A component whose function `f` is core instance `$i`'s, preceded by definitions.
fn component(definitions: &str) -> String {
    format!(
        "(component (core module $m (func (export \"f\") (result i32) (i32.const 1)))
        (core instance $i (instantiate $m)) {definitions}
        (func (export \"f\") (result u32) (canon lift (core func $i \"f\"))))"
    )
}

fn modules(n: usize) -> String {
    component(&each(n, |i| {
        format!(
            "(core module $m{i} (func (export \"f\") (result i32) (i32.const {i}))) (core instance (instantiate $m{i}))"
        )
    }))
}

fn instances(n: usize) -> String {
    component(&"(core instance (instantiate $m))".repeat(n))
}

/// Each has functions of the previous one, a memory and a global.
fn instances_with_code(n: usize) -> String {
    let module =
        "(core module $c (import \"\" \"f\" (func $f (result i32))) (memory (export \"m\") 1)
        (global $g (mut i32) (i32.const 0))
        (func (export \"f\") (result i32) (global.set $g (i32.add (global.get $g) (call $f)))
            (i32.store (i32.const 0) (global.get $g)) (i32.load (i32.const 4))))";
    let instance = |i: usize| {
        let before = i
            .checked_sub(1)
            .map_or("i".to_owned(), |before| format!("c{before}"));
        format!("(core instance $c{i} (instantiate $c (with \"\" (instance ${before}))))")
    };
    format!(
        "(component (core module $m (func (export \"f\") (result i32) (i32.const 1))) {module}
        (core instance $i (instantiate $m)) {}
        (func (export \"f\") (result u32) (canon lift (core func $c{} \"f\"))))",
        each(n, instance),
        n - 1
    )
}

fn export_instances(n: usize) -> String {
    component(&"(core instance (export \"g\" (func $i \"f\")))".repeat(n))
}

fn aliases(n: usize) -> String {
    component(&each(n, |i| {
        format!("(alias core export $i \"f\" (core func $a{i}))")
    }))
}

fn types(n: usize) -> String {
    component(&each(n, |i| {
        format!("(type $t{i} (record (field \"a{i}\" u32) (field \"b\" string)))")
    }))
}

fn component_aliases(n: usize) -> String {
    let inner = "(component $c (type $t u32) (export \"t\" (type $t)))";
    component(&format!(
        "{inner} (instance $j (instantiate $c)) {}",
        each(n, |i| format!("(alias export $j \"t\" (type $a{i}))"))
    ))
}

fn component_instances(n: usize) -> String {
    let inner = "(component $c (core module $k (func (export \"g\") (result i32) (i32.const 2)))
        (core instance $l (instantiate $k)) (func (export \"g\") (result u32) (canon lift (core func $l \"g\"))))";
    component(&format!(
        "{inner} {}",
        "(instance (instantiate $c))".repeat(n)
    ))
}

fn nested(n: usize) -> String {
    let inner = (0..n).fold(String::new(), |inner, i| {
        let instance = if inner.is_empty() {
            ""
        } else {
            "(instance (instantiate 0))"
        };
        format!("(component $c{i} {inner} {instance})")
    });
    component(&format!("{inner} (instance (instantiate $c{}))", n - 1))
}

fn lifted(n: usize) -> String {
    component(&each(n, |i| {
        format!("(func (export \"g{i}\") (result u32) (canon lift (core func $i \"f\")))")
    }))
}

/// Two components, one of which calls `n` functions of the other.
fn adapters(n: usize) -> String {
    let names = |part: &dyn Fn(usize) -> String| each(n, part);
    format!(
        "(component
        (component $a
            (core module $m {})
            (core instance $i (instantiate $m)) {})
        (component $b {}
            (core module $m {} (func (export \"f\") (result i32) (i32.const 0) {}))
            {}
            (core instance $i (instantiate $m (with \"\" (instance {}))))
            (func (export \"f\") (result u32) (canon lift (core func $i \"f\"))))
        (instance $a (instantiate $a))
        (instance $b (instantiate $b {}))
        (export \"f\" (func $b \"f\")))",
        names(&|i| format!(
            "(func (export \"g{i}\") (param i32) (result i32) (i32.add (local.get 0) (i32.const {i})))"
        )),
        names(&|i| format!(
            "(func (export \"g{i}\") (param \"x\" u32) (result u32) (canon lift (core func $i \"g{i}\")))"
        )),
        names(&|i| format!("(import \"g{i}\" (func $g{i} (param \"x\" u32) (result u32)))")),
        names(&|i| format!("(import \"\" \"g{i}\" (func $g{i} (param i32) (result i32)))")),
        names(&|i| format!("(call $g{i})")),
        names(&|i| format!("(core func $l{i} (canon lower (func $g{i})))")),
        names(&|i| format!("(export \"g{i}\" (func $l{i}))")),
        names(&|i| format!("(with \"g{i}\" (func $a \"g{i}\"))")),
    )
}

/// Two components, one of which passes a value of this type to the other.
fn passing(ty: &str) -> String {
    format!(
        "(component
        (component $a
            (type $t {ty}) (export $u \"t\" (type $t))
            (core module $m (memory (export \"m\") 1) (func (export \"realloc\") (param i32 i32 i32 i32) (result i32) (i32.const 8))
                (func (export \"g\") (result i32) (i32.const 64)))
            (core instance $i (instantiate $m))
            (func (export \"g\") (result $u) (canon lift (core func $i \"g\") (memory (core memory $i \"m\")))))
        (component $b
            (import \"a\" (instance $a (type $t {ty}) (export \"t\" (type $u (eq $t))) (export \"g\" (func (result $u)))))
            (core module $l (memory (export \"m\") 1) (func (export \"realloc\") (param i32 i32 i32 i32) (result i32) (i32.const 8)))
            (core instance $l (instantiate $l))
            (core func $g (canon lower (func $a \"g\") (memory (core memory $l \"m\")) (realloc (core func $l \"realloc\"))))
            (core module $m (import \"\" \"g\" (func $g (param i32))) (func (export \"f\") (result i32) (call $g (i32.const 64)) (i32.const 1)))
            (core instance $i (instantiate $m (with \"\" (instance (export \"g\" (func $g))))))
            (func (export \"f\") (result u32) (canon lift (core func $i \"f\"))))
        (instance $a (instantiate $a))
        (instance $b (instantiate $b (with \"a\" (instance $a))))
        (export \"f\" (func $b \"f\")))"
    )
}

/// A record with one field would be passed as a value instead of an address.
fn fields(n: usize) -> String {
    passing(&format!(
        "(record {})",
        each(n.max(2), |i| format!("(field \"a{i}\" u32)"))
    ))
}

fn cases(n: usize) -> String {
    passing(&format!(
        "(variant {})",
        each(n, |i| format!("(case \"a{i}\" (tuple u32 u64))"))
    ))
}

/// The result is passed as a value, because it is flat.
fn labels(n: usize) -> String {
    component(&format!(
        "(type $t (enum {}))",
        each(n, |i| format!("\"a{i}\" "))
    ))
}

fn resources(n: usize) -> String {
    component(&each(n, |i| {
        format!("(type $r{i} (resource (rep i32))) (core func (canon resource.new $r{i}))")
    }))
}

fn custom(n: usize) -> String {
    format!(
        "(module (func (export \"_start\")) (@custom \"a\" \"{}\"))",
        "x".repeat(n)
    )
}
