//! Counts of items that a module declares.

use super::{Count, each, entered, linear, module};

pub(super) const COUNTS: &[Count] = &[
    linear("function types", 40_000, types),
    linear("recursion groups", 20_000, groups),
    linear("types of one recursion group", 40_000, group),
    linear("fields of a structure", 5_000, fields),
    linear("functions", 10_000, functions),
    linear("functions in a table", 10_000, in_table),
    linear("types called in a table", 2_000, called_types),
    linear("imports", 10_000, imports),
    linear("exports", 160_000, exports),
    linear("globals", 40_000, globals),
    linear("globals between branches", 2_000, global_branches),
    linear("globals of structures", 1_000, object_globals),
    linear("globals in functions", 4_000, globals_in_functions),
    linear("tables", 45, tables),
    linear("memories", 45, memories),
    linear("data segments", 40_000, data),
    linear("passive data segments", 10_000, passive_data),
    linear("element segments", 40_000, elements),
    linear("passive element segments", 10_000, passive_elements),
    linear("elements of a segment", 320_000, elements_of_segment),
    linear("tags", 1_000, tags),
    linear("terms of a constant expression", 160_000, terms),
    linear("names", 20_000, names),
];

/// Value types that differ for each number.
fn distinct(i: usize) -> String {
    each(20, |bit| {
        if i >> bit & 1 == 0 { "i32 " } else { "i64 " }.into()
    })
}

fn types(n: usize) -> String {
    module(&each(n, |i| {
        format!("(type (func (param {})))", distinct(i))
    }))
}

fn groups(n: usize) -> String {
    let ty = |i| {
        let fields = distinct(i)
            .split(' ')
            .map(|ty| format!("(field {ty})"))
            .collect::<String>();
        let fields = fields.replace("(field )", "");
        format!(
            "(rec (type $a{i} (struct {fields} (field (ref null $b{i})))) (type $b{i} (func (param (ref $a{i})))))"
        )
    };
    module(&each(n, ty))
}

fn group(n: usize) -> String {
    let ty = |i| format!("(type $a{i} (struct (field (ref null $a{}))))", (i + 1) % n);
    entered(&format!(
        "(rec {}) (func $run (param $n i32) (drop (struct.new_default $a0)))",
        each(n, ty)
    ))
}

fn fields(n: usize) -> String {
    let sets = each(n, |i| {
        format!("(struct.set $s {i} (local.get $o) (i32.const {i}))")
    });
    entered(&format!(
        "(type $s (struct {})) (func $run (param $n i32) (local $o (ref null $s)) (local.set $o (struct.new_default $s)) {sets})",
        "(field (mut i32)) ".repeat(n)
    ))
}

fn functions(n: usize) -> String {
    let function = |i| {
        format!("(func $f{i} (param i32) (result i32) (i32.mul (local.get 0) (i32.const {i})))")
    };
    entered(&format!(
        "{} (func $run (param $n i32) {})",
        each(n, function),
        each(n, |i| format!("(local.set $n (call $f{i} (local.get $n)))"))
    ))
}

fn in_table(n: usize) -> String {
    entered(&format!(
        "(table funcref (elem {})) (func $run (param $n i32) (call_indirect (local.get 0))) {}",
        each(n, |i| format!("$f{i} ")),
        each(n, |i| format!("(func $f{i})"))
    ))
}

fn called_types(n: usize) -> String {
    entered(&format!(
        "{} (table funcref (elem {})) {} (func $run (param $n i32) {})",
        each(n, |i| format!(
            "(type $t{i} (func (param {})))",
            distinct(i)
        )),
        each(n, |i| format!("$f{i} ")),
        each(n, |i| format!("(func $f{i} (type $t{i}))")),
        each(n, |i| {
            let arguments = distinct(i)
                .replace("i32 ", "(i32.const 0)")
                .replace("i64 ", "(i64.const 0)");
            format!(
                "(if (local.get 0) (then (call_indirect (type $t{i}) {arguments} (local.get 0))))"
            )
        })
    ))
}

fn imports(n: usize) -> String {
    let import = "(import \"wasi_snapshot_preview1\" \"fd_close\" (func (param i32) (result i32)))";
    format!(
        "(module {} (memory (export \"memory\") 1) (func (export \"_start\") {}))",
        import.repeat(n),
        each(n, |i| format!("(drop (call {i} (i32.const 9)))"))
    )
}

fn exports(n: usize) -> String {
    module(&format!(
        "(func $f) {}",
        each(n, |i| format!("(export \"f{i}\" (func $f))"))
    ))
}

fn globals(n: usize) -> String {
    entered(&format!(
        "{} (func $run (param $n i32) {})",
        each(n, |i| format!("(global $g{i} (mut i32) (i32.const {i}))")),
        each(n, |i| format!("(global.set $g{i} (i32.const 1))"))
    ))
}

/// The entry calls another function before it reads each global.
fn branches(declared: &str, n: usize) -> String {
    format!(
        "(module (table 1 funcref) (elem (i32.const 0) $f) (type $t (func (result i32))) (type $s (struct (field i32)))
        (func $f (type $t) (i32.const 1)) {declared} (func (export \"_start\") {}))",
        each(n, |i| format!(
            "(if (global.get $g{i}) (then (global.set $g{i} (call_indirect (type $t) (i32.const 0)))))"
        ))
    )
}

fn global_branches(n: usize) -> String {
    branches(
        &each(n, |i| format!("(global $g{i} (mut i32) (i32.const {i}))")),
        n,
    )
}

fn object_globals(n: usize) -> String {
    format!(
        "(module (type $s (struct (field (mut i32)))) {} (func (export \"_start\") {}))",
        each(n, |i| format!(
            "(global $g{i} (ref $s) (struct.new $s (i32.const {i})))"
        )),
        each(n, |i| format!(
            "(if (struct.get $s 0 (global.get $g{i})) (then (struct.set $s 0 (global.get $g{i}) (i32.const 2))))"
        ))
    )
}

fn globals_in_functions(n: usize) -> String {
    let function = |i| {
        format!(
            "(global $g{i} (mut i32) (i32.const 0)) (func $f{i} (global.set $g{i} (i32.const 1)))"
        )
    };
    entered(&format!(
        "{} (func $run (param $n i32) {})",
        each(n, function),
        each(n, |i| format!("(call $f{i})"))
    ))
}

fn tables(n: usize) -> String {
    entered(&format!(
        "{} (func $run (param $n i32) {})",
        each(n, |i| format!("(table $t{i} 10 funcref)")),
        each(n * 10, |i| {
            let table = i % n;
            format!(
                "(if (ref.is_null (table.get $t{table} (local.get 0))) (then (table.set $t{table} (local.get 0) (ref.null func))))"
            )
        })
    ))
}

fn memories(n: usize) -> String {
    entered(&format!(
        "{} (func $run (param $n i32) {})",
        each(n, |i| format!("(memory $m{i} 1)")),
        each(n * 10, |i| {
            let memory = i % n;
            format!(
                "(if (i32.load $m{memory} (local.get 0)) (then (i32.store $m{memory} (local.get 0) (i32.const 1))))"
            )
        })
    ))
}

fn data(n: usize) -> String {
    module(&format!(
        "(memory 100) {}",
        each(n, |i| format!("(data (i32.const {}) \"abc\")", i * 8))
    ))
}

fn passive_data(n: usize) -> String {
    entered(&format!(
        "(memory 100) {} (func $run (param $n i32) {})",
        each(n, |i| format!("(data $d{i} \"abc\")")),
        each(n, |i| format!(
            "(memory.init $d{i} (i32.const 0) (i32.const 0) (i32.const 3)) (data.drop $d{i})"
        ))
    ))
}

fn elements(n: usize) -> String {
    entered(&format!(
        "(table 100000 funcref) (func $f) {} (func $run (param $n i32) (call_indirect (local.get 0)))",
        each(n, |i| format!("(elem (i32.const {i}) func $f)"))
    ))
}

fn passive_elements(n: usize) -> String {
    entered(&format!(
        "(table 10 funcref) (func $f) {} (func $run (param $n i32) {})",
        each(n, |i| format!("(elem $e{i} func $f)")),
        each(n, |i| format!(
            "(table.init $e{i} (i32.const 0) (i32.const 0) (i32.const 1)) (elem.drop $e{i})"
        ))
    ))
}

fn elements_of_segment(n: usize) -> String {
    entered(&format!(
        "(table funcref (elem {})) (func $f) (func $run (param $n i32) (call_indirect (local.get 0)))",
        "$f ".repeat(n)
    ))
}

fn tags(n: usize) -> String {
    entered(&format!(
        "{} (func $run (param $n i32) {})",
        each(n, |i| format!("(tag $e{i})")),
        each(n, |i| format!("(if (local.get 0) (then (throw $e{i})))"))
    ))
}

fn terms(n: usize) -> String {
    entered(&format!(
        "(global $g (mut i32) (i32.const 0) {}) (func $run (param $n i32) (global.set $g (global.get $g)))",
        "(i32.const 1) (i32.add) "
            .repeat(n)
            .replace("(i32.add)", "i32.add")
            .replace("(i32.const 1)", "i32.const 1")
    ))
}

fn names(n: usize) -> String {
    let function =
        |i| format!("(func $a_function_with_a_name_{i} (local $a{i} i32) (local $b{i} i64))");
    entered(&format!(
        "{} (func $run (param $n i32) {})",
        each(n, function),
        each(n, |i| format!("(call $a_function_with_a_name_{i})"))
    ))
}
