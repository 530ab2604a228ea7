//! Reachable functions.

use super::*;

fn reached(program: &Program<'_>) -> Vec<(bool, bool)> {
    let functions = program.functions.values();
    functions.map(|f| (f.reachable, f.address_taken)).collect()
}

#[test]
fn a_constant_table_reaches_what_is_called_by_its_type() {
    let program = product(
        r#"(module (table 3 funcref) (elem (i32.const 0) $a $b $a)
          (func $a) (func $b (param i32) (call $c)) (func $c) (func $d (export "d"))
          (func (export "_start") (call_indirect (i32.const 0))))"#,
    );
    let (yes, no) = ((true, false), (false, false));
    // The last is the stand-in for `$b`.
    assert_eq!(
        reached(&program),
        [(true, true), no, no, no, yes, (true, true)]
    );
    let stand_in = FuncId::new(5);
    let a = Value::Func(FuncId::new(0));
    assert_eq!(
        only(&program.tables).contents,
        [a, Value::Func(stand_in), a]
    );
    let types: Vec<_> = program.instances[InstanceId::new(0)]
        .types
        .values()
        .collect();
    assert!(!types.contains(&&program.functions[stand_in].ty));
}

#[test]
fn a_table_that_changes_reaches_all_of_a_type() {
    let program = product(
        r#"(module (table $t 3 funcref) (elem $e func $a) (elem declare func $b)
          (func $a) (func $b) (func $c)
          (func (export "_start") (call_indirect $t (i32.const 0))
            (table.set $t (i32.const 0) (ref.func $b))
            (table.init $t $e (i32.const 0) (i32.const 0) (i32.const 0))))"#,
    );
    let yes = (true, true);
    assert_eq!(reached(&program), [yes, yes, (false, false), (true, false)]);
}

#[test]
fn a_table_that_nothing_calls_is_empty() {
    let program = product(
        r#"(module (table 3 funcref) (elem (i32.const 0) $a) (func $a) (func (export "_start")))"#,
    );
    assert_eq!(reached(&program), [(false, false), (true, false)]);
    assert!(only(&program.tables).contents.is_empty());
}

#[test]
fn types_are_canonical() {
    let program = product(
        r#"(module (type (func)) (type (func (param i32))) (type (func)) (func (type 0)) (func (type 2)) (func (export "_start")))"#,
    );
    let types = &only(&program.instances).types;
    let ids: Vec<_> = types.values().map(|id| id.index()).collect();
    assert_eq!(ids, [0, 1, 0]);
}
