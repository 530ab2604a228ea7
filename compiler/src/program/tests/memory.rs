//! Images and limits of memories.

use super::*;

#[test]
fn segments_become_the_image() {
    let program = product(
        r#"(module (memory 4)
          (data (i32.const 16) "abc\00\00") (data (i32.const 17) "X") (data (i32.const 24) "z")
          (data (i32.const 200000) "far") (data (i32.const 262144) "")
          (func (export "_start")))"#,
    );
    let region = only(&program.regions);
    let near = &b"aXc\0\0\0\0\0z"[..];
    assert_eq!(pieces(region), [(16, near), (200_000, &b"far"[..])]);
    assert_eq!((region.bytes, region.limit), (4 << 16, 4 << 16));
    assert_eq!(region.base, target().addresses.region);
    assert_eq!(program.data.len(), 0);
    assert!(matches!(program.steps[0].actions[..], [Action::Call(..)]));
}

#[test]
fn what_is_out_of_bounds_traps_in_order() {
    let program = product(
        r#"(module (memory 1) (table 1 funcref)
          (data (i32.const 0) "a") (data (i32.const 65535) "bc") (data (i32.const 8) "d")
          (func (export "_start")))"#,
    );
    assert_eq!(pieces(only(&program.regions)), [(0, &b"a"[..])]);
    let actions = &program.steps[0].actions;
    let offsets: Vec<_> = actions.iter().filter_map(copied_to).collect();
    assert_eq!(offsets, [65535, 8]);
    let lengths: Vec<_> = program.data.values().map(|d| d.length.offset).collect();
    assert_eq!(lengths, [0, 4]);
    assert_eq!(program.instances[InstanceId::new(0)].state_size, 8);
}

fn copied_to(action: &Action) -> Option<i32> {
    match action {
        Action::CopyData {
            offset: Operand::Known(Value::I32(offset)),
            ..
        } => Some(*offset),
        _ => None,
    }
}

#[test]
fn an_out_of_bounds_element_keeps_the_data_back() {
    let program = product(
        r#"(module (memory 1) (table 1 funcref) (func $f (export "_start"))
          (elem (i32.const 1) $f) (data (i32.const 0) "a"))"#,
    );
    assert_eq!(pieces(only(&program.regions)), []);
    let actions = &program.steps[0].actions;
    assert!(matches!(
        actions[..],
        [
            Action::CopyElements { .. },
            Action::CopyData { .. },
            Action::Call(..)
        ]
    ));
}

#[test]
fn passive_segments_stay_if_they_are_used() {
    let program = product(
        r#"(module (memory 1) (data $a "used") (data $b "not used")
          (func (export "_start") (memory.init $a (i32.const 0) (i32.const 0) (i32.const 1))))"#,
    );
    let instance = only(&program.instances);
    let kept: Vec<_> = instance.data.values().map(Option::is_some).collect();
    assert_eq!(kept, [true, false]);
}

#[test]
fn a_sparse_image_is_not_made_large() {
    let far = (0..40).map(|i| format!("(data (i32.const {}) \"x\")", i * 0x600_0000u32 as i64));
    let far: String = far.collect();
    let program = product(&format!(
        "(module (memory 65536) {far} (func (export \"_start\")))"
    ));
    let size: usize = pieces(only(&program.regions))
        .iter()
        .map(|(_, bytes)| bytes.len())
        .sum();
    assert!(size < 64 << 20, "{size} bytes");
    let copies = program.steps[0]
        .actions
        .iter()
        .filter_map(copied_to)
        .count();
    assert_eq!(pieces(only(&program.regions)).len() + copies, 40);
}

#[test]
fn long_zeros_are_left_out() {
    let zeros = "\\00".repeat(70_000);
    let program = product(&format!(
        "(module (memory 9) (data (i32.const 5) \"{zeros}a{zeros}bc{zeros}\") (func (export \"_start\")))"
    ));
    let expected = [(70_005, &b"a"[..]), (140_006, &b"bc"[..])];
    assert_eq!(pieces(only(&program.regions)), expected);
}

#[test]
fn limits_are_the_smallest_of_all() {
    let grows = |limits: &str, bounds_checks| {
        let text = format!(
            r#"(module (memory {limits}) (func (export "_start") (drop (memory.grow (i32.const 1)))))"#
        );
        let options = Options {
            bounds_checks,
            ..Options::default()
        };
        product_with(&text, &options)
    };
    let limit = |program: &Program<'_>| only(&program.regions).limit;
    let guard = BoundsChecks::Guard;
    assert_eq!(limit(&grows("1", guard).unwrap()), 1 << 32);
    assert_eq!(limit(&grows("1 7", guard).unwrap()), 7 << 16);
    let maximum = |program: &Program<'_>| only(&program.regions).maximum;
    assert_eq!(maximum(&grows("1 7", guard).unwrap()), 7 << 16);
    // The code knows the size of a memory that cannot grow.
    assert_eq!(maximum(&grows("1 1", guard).unwrap()), 1 << 16);
    let two = product_with(
        r#"(module (memory 1) (memory 2) (func (export "_start")))"#,
        &Options::default(),
    );
    assert_eq!(two.unwrap().memory_at_start, 3 << 16);
    let guarded = grows("1", guard).unwrap();
    assert_eq!(only(&guarded.regions).reserved, 6 << 30);
    assert_eq!(
        only(&guarded.memories).bounds,
        Bounds::Guard { guard: 2 << 30 }
    );
    let checked = grows("1 7", BoundsChecks::Explicit).unwrap();
    assert_eq!(only(&checked.regions).reserved, 0);
    assert_eq!(checked.regions_end, target().addresses.region + (8 << 16));
    assert_eq!(
        only(&checked.memories).bounds,
        Bounds::Checked { guard: 1 << 16 }
    );
}
