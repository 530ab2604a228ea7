//! Globals and tables that nothing changes.

use super::*;

#[test]
fn globals_that_nothing_writes_are_constants() {
    let program = product(
        r#"(module (global $a (mut i32) (i32.const 1)) (global $b (mut i64) (i64.const 2))
          (global $c f32 (f32.const 1)) (global $d (mut i32) (i32.add (i32.const 3) (i32.const 4)))
          (func (global.set $d (i32.const 1)))
          (func (export "_start") (global.set $b (i64.const 1))))"#,
    );
    let places: Vec<_> = program
        .globals
        .values()
        .map(|global| global.place)
        .collect();
    let place = |offset| Place {
        instance: InstanceId::new(0),
        offset,
    };
    assert_eq!(
        places,
        [
            GlobalPlace::Constant(Value::I32(1)),
            GlobalPlace::State(place(0), Value::I64(2)),
            GlobalPlace::Constant(Value::F32(0x3f80_0000)),
            GlobalPlace::State(place(8), Value::I32(7)),
        ]
    );
}

#[test]
fn tables_are_constant_fixed_or_grow() {
    let program = product(
        r#"(module (table $a 3 funcref) (table $b 2 funcref) (table $c 1 9 funcref) (table $d 1 externref)
          (elem (table $a) (i32.const 1) func $f)
          (func $f (export "_start") (call_indirect $a (i32.const 1))
            (table.set $b (i32.const 0) (ref.null func))
            (drop (table.grow $c (ref.null func) (i32.const 1)))))"#,
    );
    let places: Vec<_> = program.tables.values().map(|table| table.place).collect();
    let tables = program.fixed.tables;
    let place = Place {
        instance: InstanceId::new(0),
        offset: 0,
    };
    assert_eq!(
        places,
        [
            TablePlace::Constant { address: tables },
            TablePlace::State(place),
            TablePlace::Region(RegionId::new(0)),
            TablePlace::Constant {
                address: tables + 24
            },
        ]
    );
    let f = exported(&program, 0, "_start");
    let contents = &program.tables[TableId::new(0)].contents;
    assert_eq!(*contents, [Value::Null, Value::Func(f)]);
    let region = only(&program.regions);
    assert_eq!((region.bytes, region.limit), (8, 72));
}
