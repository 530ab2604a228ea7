//! Addresses.

use super::*;
use wasi_aot_abi::WASM_PAGE;

/// All address ranges of a program.
fn ranges(program: &Program<'_>) -> Vec<(u64, u64)> {
    let fixed = &program.fixed;
    let regions = program.regions.values();
    // A region that is not reserved with its guard ends with a page that is never mapped.
    let mut ranges: Vec<_> = regions
        .map(|r| (r.base, r.base + r.reserved.max(r.limit + WASM_PAGE)))
        .collect();
    assert!(ranges.iter().all(|range| range.1 <= program.regions_end));
    ranges.push((fixed.tables, fixed.tables + fixed.tables_size));
    ranges.push((fixed.state, fixed.state + fixed.state_size));
    ranges.sort_unstable();
    ranges
}

#[test]
fn nothing_overlaps_on_any_target() {
    for target in wasi_aot_targets::TARGETS {
        let mut builder = Builder::new(target, &Options::default());
        for _ in 0..6 {
            let text = r#"(module (memory 1) (table 5 funcref) (table 5 funcref) (global (mut i32) (i32.const 1))
                (func (global.set 0 (i32.const 1)) (table.set 0 (i32.const 0) (ref.null func))))"#;
            let module = builder.module(module(text));
            builder.link(module).unwrap();
        }
        let program = builder.finish().unwrap();
        let ranges = ranges(&program);
        assert_eq!(ranges.len(), 8);
        for pair in ranges.windows(2) {
            assert!(pair[0].1 <= pair[1].0, "{}: {pair:x?}", target.name);
        }
        let plan = target.addresses;
        assert_eq!(program.regions[RegionId::new(0)].base, plan.region);
        // The runtime's variables are between the tables, which are read-only, and the state, which
        // is directly before region 0.
        let tables = program.fixed.tables + program.fixed.tables_size;
        assert!(program.fixed.tables >= plan.fixed);
        assert!(program.fixed.state - tables >= 512 << 10);
        assert_eq!(program.fixed.state + program.fixed.state_size, plan.region);
        let mut last = 0;
        for instance in program.instances.values() {
            assert!(instance.state >= last && instance.state >= program.fixed.state);
            last = instance.state + u64::from(instance.state_size);
        }
        let end = program.fixed.state + program.fixed.state_size;
        assert_eq!(last.next_multiple_of(64), end);
    }
}

/// The offset from the start of a page at which the constant tables begin, in a program with
/// `calls` calls through a table, and `more`.
fn before_tables(target: &str, calls: usize, more: &str) -> u64 {
    let calls = "(call_indirect (i32.const 0))".repeat(calls);
    let text = format!(
        r#"(module (memory 1) (table $t 1 funcref) (elem (i32.const 0) $f) (func $f)
            (func (export "_start") {calls} {more}))"#
    );
    let target = find(target).unwrap();
    let program = build(module(&text), target, &Options::default(), &|_| true).unwrap();
    program.fixed.tables % target.addresses.page
}

#[test]
fn tables_begin_at_a_page_where_the_code_would_else_be_longer_by_more() {
    // A page of 65,536 bytes has the size of 16,384 instructions.
    assert_eq!(before_tables("aarch64-linux", 16_383, ""), 0xc00);
    assert_eq!(before_tables("aarch64-linux", 16_384, ""), 0);
    // An aligned address makes no shorter code on x86-64.
    assert_eq!(before_tables("x86_64-linux", 16_384, ""), 0xc00);
    // A table that is written is not constant.
    let set = "(table.set $t (i32.const 0) (ref.null func))";
    assert_eq!(before_tables("aarch64-linux", 16_384, set), 0xc00);
}

#[test]
fn a_heap_of_exceptions_is_after_the_tables_and_before_the_state() {
    let program = product(
        r#"(module (tag $t) (table 3 funcref) (elem (i32.const 0) $f) (func $f)
            (func (export "_start") (call_indirect (i32.const 0)) (throw $t)))"#,
    );
    let (fixed, heap) = (&program.fixed, program.heap.as_ref().unwrap());
    assert!(fixed.tables_size > 0);
    // The constants after the tables have this room.
    assert!(fixed.tables + fixed.tables_size + (512 << 10) <= heap.base);
    assert!(heap.base + heap.reserved <= fixed.state);
}

#[test]
fn a_large_table_has_a_region_and_costs_no_memory_here() {
    let program = product(
        r#"(module (table $t 10000000 funcref) (func $f (export "_start") (call_indirect $t (i32.const 0))) (elem (i32.const 9999999) $f))"#,
    );
    let table = only(&program.tables);
    assert!(matches!(table.place, TablePlace::Region(_)));
    assert!(table.contents.is_empty());
    assert!(matches!(
        program.steps[0].actions[0],
        Action::CopyElements { .. }
    ));
    assert_eq!(only(&program.regions).limit, 80_000_000);
}

#[test]
fn the_elements_of_all_tables_have_a_limit() {
    let tables = |first| {
        format!(
            "(module (table {first} funcref) (table 5000000 funcref) (func (export \"_start\")))"
        )
    };
    let error = refused(&tables(5_000_001));
    assert_eq!(error.code, Code::Limit);
    assert_eq!(
        error.message,
        "the tables of the program start with 10000001 elements; wasi-aot's limit is 10000000"
    );
    product(&tables(5_000_000));
}

#[test]
fn too_many_globals_do_not_fit() {
    let globals: String = (0..200_000)
        .map(|i| format!("(global $g{i} (mut i64) (i64.const 0))"))
        .collect();
    let sets: String = (0..200_000)
        .map(|i| format!("(global.set $g{i} (i64.const 0))"))
        .collect();
    let text = format!("(module {globals} (func (export \"_start\") {sets}))");
    let bytes = wat::parse_str(&text).unwrap();
    let small = Target {
        name: "small",
        aliases: &[],
        triple: "",
        baseline: &[],
        cpu: "",
        features: &[],
        levels: &[],
        addresses: wasi_aot_targets::AddressPlan {
            fixed: target().addresses.region - (1 << 20),
            ..target().addresses
        },
        rustc: &[],
    };
    let build = |target: &Target| {
        let module = parse(&bytes, "test.wasm").unwrap();
        build(module, target, &Options::default(), &|_| true).map(|_| ())
    };
    assert_eq!(build(&small).unwrap_err().code, Code::Layout);
    assert_eq!(build(target()), Ok(()));
}

#[test]
fn the_memory_with_the_most_accesses_is_region_0() {
    let program = product(
        r#"(module (memory $cold 1) (memory $hot 1)
            (func (export "_start")
              (drop (i32.load $cold (i32.const 0)))
              (drop (i32.load $hot (i32.const 0)))
              (v128.store $hot (i32.const 0) (v128.const i64x2 0 0))))"#,
    );
    let regions: Vec<_> = program.memories.values().map(|m| m.region).collect();
    assert_eq!(regions, [RegionId::new(1), RegionId::new(0)]);
}
