//! Counts of items within one function.

use super::{
    CONFLICTS, Count, DOMINATORS, E_GRAPH, RANGES, REGISTERS, body, each, entered, linear, upstream,
};

pub(super) const COUNTS: &[Count] = &[
    linear("instructions of a function", 20_000, instructions),
    linear("loads and stores", 10_000, accesses),
    Count {
        options: &["--bounds-checks", "explicit"],
        growth: E_GRAPH,
        ..linear("loads and stores that are compared", 20_000, accesses)
    },
    linear("constants of vectors", 40_000, vectors),
    linear("locals", 20_000, locals),
    linear("locals alive at once", 8_000, locals_alive),
    linear("values alive at once", 16_000, values_alive),
    upstream(
        E_GRAPH,
        linear("locals alive over branches", 1_000, locals_over_branches),
    ),
    upstream(CONFLICTS, linear("locals of a loop", 2_000, locals_of_loop)),
    upstream(CONFLICTS, linear("parameters", 450, parameters)),
    linear("results", 450, results),
    linear("calls", 40_000, calls),
    linear("functions called", 5_000, functions_called),
    upstream(RANGES, linear("blocks", 20_000, blocks)),
    upstream(
        E_GRAPH,
        linear("blocks in each other", 5_000, nested_blocks),
    ),
    upstream(REGISTERS, linear("loops", 2_000, loops)),
    upstream(
        REGISTERS,
        linear("loops in each other", 2_000, nested_loops),
    ),
    upstream(RANGES, linear("ifs", 5_000, ifs)),
    upstream(E_GRAPH, linear("ifs in each other", 5_000, nested_ifs)),
    linear("arms of a br_table", 320_000, arms),
    linear("blocks that a br_table leads to", 8_000, labels),
    upstream(E_GRAPH, linear("br_tables", 4_000, branch_tables)),
    upstream(
        E_GRAPH,
        linear("br_ifs out of one block", 5_000, branches_out),
    ),
    upstream(
        RANGES,
        linear(
            "br_ifs out of one block with a result",
            5_000,
            branches_out_with_result,
        ),
    ),
    upstream(
        DOMINATORS,
        linear(
            "br_ifs out of blocks in each other",
            4_000,
            branches_through,
        ),
    ),
    upstream(
        E_GRAPH,
        linear("branches into one loop", 2_000, branches_back),
    ),
    upstream(E_GRAPH, linear("returns", 5_000, returns)),
    linear("values of a block", 450, block_values),
    upstream(REGISTERS, linear("clauses of a try_table", 5_000, clauses)),
    upstream(E_GRAPH, linear("try_tables", 4_000, tries)),
    linear("try_tables in each other", 2_000, nested_tries),
    upstream(E_GRAPH, linear("calls in a try_table", 6_000, calls_in_try)),
    upstream(
        E_GRAPH,
        linear("throws in a try_table", 3_000, throws_in_try),
    ),
    linear("casts", 3_000, casts),
    upstream(RANGES, linear("objects made", 3_000, objects)),
    linear("elements of array.new_fixed", 5_000, fixed_elements),
];

fn instructions(n: usize) -> String {
    body(&each(n, |i| {
        format!("(local.set $x (i32.mul (i32.xor (local.get $x) (i32.const {i})) (i32.const 77)))")
    }))
}

fn accesses(n: usize) -> String {
    body(&each(n, |i| {
        format!(
            "(i32.store (local.get $x) (i32.add (i32.load offset={} (local.get $x)) (i32.const 1)))",
            i * 4
        )
    }))
}

fn vectors(n: usize) -> String {
    body(&each(n, |i| {
        format!(
            "(v128.store (local.get $x) (v128.const i64x2 {i} {}))",
            i * 3
        )
    }))
}

/// Declares locals `$l0` and so on.
fn declared(n: usize) -> String {
    each(n, |i| format!("(local $l{i} i32)"))
}

fn loaded(n: usize) -> String {
    each(n, |i| {
        format!(
            "(local.set $l{i} (i32.load offset={} (i32.const 0)))",
            i * 4
        )
    })
}

fn stored(n: usize) -> String {
    each(n, |i| {
        format!(
            "(i32.store offset={} (i32.const 0) (local.get $l{i}))",
            i * 8
        )
    })
}

fn with_locals(n: usize, code: &str) -> String {
    format!(
        "(module (memory 10) (func $g) (func (export \"_start\") (local $x i32) {} {code}))",
        declared(n)
    )
}

fn locals(n: usize) -> String {
    let code = |i| {
        format!(
            "(local.set $l{i} (i32.load offset={i} (local.get $x))) (local.set $x (local.get $l{i}))"
        )
    };
    with_locals(n, &each(n, code))
}

fn locals_alive(n: usize) -> String {
    with_locals(n, &(loaded(n) + &stored(n)))
}

fn values_alive(n: usize) -> String {
    // A store after each load prevents the load from moving to the use of its value.
    let loads = each(n, |i| {
        format!(
            "(i32.load offset={} (local.get $x)) (i32.store (i32.const 0) (local.get $x))",
            i * 4
        )
    });
    body(&format!(
        "{loads} {} local.set $x",
        "i32.xor ".repeat(n - 1)
    ))
}

fn locals_over_branches(n: usize) -> String {
    let branches =
        "(if (i32.load (local.get $x)) (then (local.set $x (i32.load offset=4 (local.get $x)))))";
    with_locals(n, &(loaded(n) + &branches.repeat(n) + &stored(n)))
}

fn locals_of_loop(n: usize) -> String {
    let step = each(n, |i| {
        format!("(local.set $l{i} (i32.add (local.get $l{i}) (i32.const 1)))")
    });
    with_locals(
        n,
        &(loaded(n) + "(loop " + &step + "(br_if 0 (i32.load (i32.const 0))))" + &stored(n)),
    )
}

/// A cycle of 20 functions with this signature; the entry selects one.
fn circle(signature: &str, code: impl Fn(usize) -> String) -> String {
    let function = |i| format!("(func $f{i} {signature} {})", code((i + 1) % 20));
    let elements = each(20, |i| format!("$f{i} "));
    format!(
        "(memory 1) (type $t (func {signature})) (table funcref (elem {elements})) {}",
        each(20, function)
    )
}

fn parameters(n: usize) -> String {
    let gets = each(n, |p| format!("(local.get {p})"));
    let loads = "(i32.load (i32.const 0))".repeat(n);
    let functions = circle(&format!("(param {})", "i32 ".repeat(n)), |next| {
        format!("(if (i32.load (i32.const 4)) (then (call $f{next} {gets})))")
    });
    entered(&format!(
        "{functions} (func $run (param $n i32) (call_indirect (type $t) {loads} (local.get $n)))"
    ))
}

fn results(n: usize) -> String {
    let types = "i32 ".repeat(n);
    let loads = "(i32.load (i32.const 0))".repeat(n);
    let functions = circle(&format!("(result {types})"), |next| {
        format!(
            "(if (result {types}) (i32.load (i32.const 4)) (then (call $f{next})) (else {loads}))"
        )
    });
    let drops = "drop ".repeat(n);
    entered(&format!(
        "{functions} (func $run (param $n i32) (call_indirect (type $t) (local.get $n)) {drops})"
    ))
}

fn calls(n: usize) -> String {
    entered(&format!(
        "(func $g) (func $run (param $n i32) {})",
        "(call $g)".repeat(n)
    ))
}

fn functions_called(n: usize) -> String {
    entered(&format!(
        "{} (func $run (param $n i32) {})",
        each(n, |i| format!("(func $g{i})")),
        each(n, |i| format!("(call $g{i})"))
    ))
}

fn blocks(n: usize) -> String {
    body(&"(block (br_if 0 (i32.load (i32.const 0))))".repeat(n / 2))
}

fn nested(n: usize, open: &str, middle: &str, close: &str) -> String {
    body(&(open.repeat(n) + middle + &close.repeat(n)))
}

fn nested_blocks(n: usize) -> String {
    nested(n, "block i32.const 0 i32.load br_if 0 ", "", "end ")
}

fn loops(n: usize) -> String {
    body(&"(loop (br_if 0 (local.tee $x (i32.load (local.get $x)))))".repeat(n))
}

fn nested_loops(n: usize) -> String {
    nested(n, "loop ", "", "i32.const 0 i32.load br_if 0 end ")
}

fn ifs(n: usize) -> String {
    body(&"(if (i32.load (local.get $x)) (then (local.set $x (i32.const 1))) (else (local.set $x (i32.const 2))))".repeat(n))
}

fn nested_ifs(n: usize) -> String {
    nested(
        n,
        "i32.const 0 i32.load if ",
        "",
        "else i32.const 1 local.set $x end ",
    )
}

fn arms(n: usize) -> String {
    let code = each(n, |i| format!(" {}", i % 3));
    body(&format!(
        "block block block local.get $x br_table {code} end end i32.const 1 local.set $x end"
    ))
}

fn labels(n: usize) -> String {
    let code = each(n, |i| format!(" {i}"));
    let ends = each(n, |i| format!("end i32.const 4 i32.const {i} i32.store "));
    body(&format!(
        "{} i32.const 0 i32.load br_table {code} {ends}",
        "block ".repeat(n)
    ))
}

fn branch_tables(n: usize) -> String {
    body(&"(block (block (br_table 0 1 0 1 (i32.load (local.get $x)))) (i32.store (i32.const 0) (local.get $x)))".repeat(n))
}

fn branches_out(n: usize) -> String {
    body(&format!(
        "(block {})",
        each(n, |i| format!(
            "(br_if 0 (i32.load offset={} (local.get $x)))",
            i * 4
        ))
    ))
}

fn branches_out_with_result(n: usize) -> String {
    let branch = |i| {
        format!(
            "(drop (br_if 0 (i32.const {i}) (i32.load offset={} (local.get $x))))",
            i * 4
        )
    };
    body(&format!(
        "(local.set $x (block (result i32) {} (i32.const 0)))",
        each(n, branch)
    ))
}

fn branches_through(n: usize) -> String {
    let branch = |i: usize| format!("i32.const 0 i32.load br_if {} ", i * 7919 % n);
    nested(
        n,
        "block ",
        &each(n, branch),
        "end i32.const 1 local.set $x ",
    )
}

fn branches_back(n: usize) -> String {
    let branch = |i| {
        format!(
            "(br_if 0 (i32.load offset={} (local.tee $x (i32.add (local.get $x) (i32.const 1)))))",
            i * 4
        )
    };
    body(&format!("(loop {})", each(n, branch)))
}

fn returns(n: usize) -> String {
    body(&each(n, |i| {
        format!(
            "(if (i32.load offset={} (local.get $x)) (then (return)))",
            i * 4
        )
    }))
}

fn block_values(n: usize) -> String {
    let types = "i32 ".repeat(n);
    let block = format!("i32.const 0 i32.load if (param {types}) (result {types}) else end ");
    let loads = "i32.const 4 i32.load ".repeat(n);
    entered(&format!(
        "(memory 1) (func $run (param $n i32) {loads} {} {})",
        block.repeat(20),
        "drop ".repeat(n)
    ))
}

fn clauses(n: usize) -> String {
    entered(&format!(
        "{} (func $g (throw $e0)) (func $run (param $n i32) (block $out (try_table {} (call $g))))",
        each(n, |i| format!("(tag $e{i})")),
        each(n, |i| format!("(catch $e{i} $out)"))
    ))
}

/// Adds a tag, and a function that throws it.
fn throwing(code: &str) -> String {
    entered(&format!(
        "(tag $e) (func $g (throw $e)) (func $run (param $n i32) {code})"
    ))
}

fn tries(n: usize) -> String {
    throwing(&"(block $out (try_table (catch $e $out) (call $g)))".repeat(n))
}

fn nested_tries(n: usize) -> String {
    let open = "block try_table (catch $e 0) call $g ".repeat(n);
    throwing(&(open + &"end end ".repeat(n)))
}

fn calls_in_try(n: usize) -> String {
    throwing(&format!(
        "(block $out (try_table (catch $e $out) {}))",
        "(call $g)".repeat(n)
    ))
}

fn throws_in_try(n: usize) -> String {
    let throw = "(if (local.get 0) (then (throw $e)))";
    throwing(&format!(
        "(block $out (try_table (catch $e $out) {}))",
        throw.repeat(n)
    ))
}

fn casts(n: usize) -> String {
    let cast = "(if (ref.test (ref $s) (local.get $any)) (then (drop (struct.get $s 0 (ref.cast (ref $s) (local.get $any))))))";
    entered(&format!(
        "(type $s (struct (field i32))) (global $any (mut anyref) (ref.null any)) (func $run (param $n i32) (local $any anyref) (local.set $any (global.get $any)) (global.set $any (struct.new $s (local.get $n))) {})",
        cast.repeat(n)
    ))
}

fn objects(n: usize) -> String {
    let make = "(local.set $any (struct.new $s (local.get $any)))";
    entered(&format!(
        "(type $s (struct (field anyref))) (func $run (param $n i32) (local $any anyref) {})",
        make.repeat(n)
    ))
}

fn fixed_elements(n: usize) -> String {
    entered(&format!(
        "(type $a (array (mut i32))) (func $run (param $n i32) {} (drop (array.new_fixed $a {n})))",
        each(n, |i| format!("(i32.const {i})"))
    ))
}

/// A type: its name, the conversion from an `i32`, its addition, its 1, and the conversion to an
/// `i32`.
type Number = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// The types of the locals that are live at once.
const NUMBERS: [Number; 5] = [
    ("i32", "", "(i32.add", "(i32.const 1)", ""),
    (
        "i64",
        "(i64.extend_i32_u",
        "(i64.add",
        "(i64.const 1)",
        "(i32.wrap_i64",
    ),
    (
        "f32",
        "(f32.convert_i32_u",
        "(f32.add",
        "(f32.const 1)",
        "(i32.trunc_f32_u",
    ),
    (
        "f64",
        "(f64.convert_i32_u",
        "(f64.add",
        "(f64.const 1)",
        "(i32.trunc_f64_u",
    ),
    (
        "v128",
        "(i32x4.splat",
        "(i32x4.add",
        "(v128.const i32x4 1 1 1 1)",
        "(i32x4.extract_lane 3",
    ),
];

/// A program with `n` locals of each of five types that are live at once, across a loop, a branch
/// and calls, and then `5 * n` operands. It traps unless they keep their values.
pub fn alive_at_once(n: usize) -> String {
    let close = |open: &str| if open.is_empty() { "" } else { ")" };
    let all = |part: &dyn Fn(usize, usize) -> String| each(5 * n, |i| part(i, i % NUMBERS.len()));
    let load = |i: usize| format!("(i32.load8_u offset={i} (local.get $x))");
    let local = |i: usize, ty: usize| format!("(local $l{i} {})", NUMBERS[ty].0);
    let set = |i: usize, ty: usize| {
        let (_, from, ..) = NUMBERS[ty];
        format!("(local.set $l{i} {from} {} {})", load(i), close(from))
    };
    let step = |i: usize, ty: usize| {
        let (_, _, add, one, _) = NUMBERS[ty];
        format!("(local.set $l{i} {add} (local.get $l{i}) {one}))")
    };
    let sum = |i: usize, ty: usize| {
        let (.., to) = NUMBERS[ty];
        format!(
            "(local.set $sum (i32.add (local.get $sum) {to} (local.get $l{i}) {}))",
            close(to)
        )
    };
    let push = |i: usize, _: usize| format!("{} (call $nothing)", load(i));
    let expected = format!(
        "(i32.add (call $bytes (i32.const {0})) (i32.const {1}))",
        5 * n,
        5 * n * 5
    );
    format!(
        "(module (memory 1) (global $called (mut i32) (i32.const 0))
        (func $nothing (global.set $called (i32.add (global.get $called) (i32.const 1))))
        (func $fill (param $end i32) (loop
            (local.set $end (i32.sub (local.get $end) (i32.const 1)))
            (i32.store8 (local.get $end) (i32.mul (local.get $end) (i32.const 167)))
            (br_if 0 (local.get $end))))
        (func $bytes (param $end i32) (result i32) (local $sum i32) (loop
            (local.set $end (i32.sub (local.get $end) (i32.const 1)))
            (local.set $sum (i32.add (local.get $sum) (i32.load8_u (local.get $end))))
            (br_if 0 (local.get $end)))
            (local.get $sum))
        (func $locals (param $x i32) (result i32) (local $sum i32) (local $rounds i32) {} {}
            (loop {} (call $nothing)
                (if (i32.and (global.get $called) (i32.const 1)) (then {}))
                (br_if 0 (i32.lt_u (local.tee $rounds (i32.add (local.get $rounds) (i32.const 1))) (i32.const 3))))
            {} (local.get $sum))
        (func $operands (param $x i32) (result i32) {} {})
        (func (export \"_start\") (call $fill (i32.const {}))
            (if (i32.ne (call $locals (i32.const 0)) {expected}) (then unreachable))
            (if (i32.ne (call $operands (i32.const 0)) (call $bytes (i32.const {}))) (then unreachable))))",
        all(&local),
        all(&set),
        all(&step),
        all(&step),
        all(&sum),
        all(&push),
        "i32.add ".repeat(5 * n - 1),
        5 * n,
        5 * n,
    )
}
