//! Small modules in, programs out: what is linked, folded, reachable, and where it lies.

use super::*;
use crate::error::{Code, Error};
use crate::wasm::{Item, parse};
use cranelift_entity::EntityRef;
use wasi_aot_targets::find;

fn target() -> &'static Target {
    find("x86_64-linux").unwrap()
}

fn wasm(text: &str) -> &'static [u8] {
    let bytes = wat::parse_str(text).expect("the test's text parses");
    Box::leak(bytes.into_boxed_slice())
}

fn module(text: &str) -> Module<'static> {
    parse(wasm(text), "test.wasm").expect("the test's module is valid")
}

fn product_with(text: &str, options: &Options) -> Result<Program<'static>> {
    build(module(text), target(), options, &|symbol| {
        symbol.starts_with("wasi_snapshot_preview1.fd_") || symbol.ends_with(".proc_exit")
    })
}

fn product(text: &str) -> Program<'static> {
    product_with(text, &Options::default()).expect("the program is built")
}

fn refused(text: &str) -> Error {
    product_with(text, &Options::default()).expect_err("the program is refused")
}

/// The function that a module exports under this name.
fn exported(program: &Program<'_>, instance: usize, name: &str) -> FuncId {
    let instance = &program.instances[InstanceId::new(instance)];
    let module = &program.modules[instance.module];
    let mut exports = module.exports.iter();
    let export = exports.find(|export| export.name == name).unwrap();
    let Item::Func(index) = export.item else {
        panic!("{name} is no function");
    };
    instance.functions[index]
}

fn only<K: EntityRef, V>(map: &cranelift_entity::PrimaryMap<K, V>) -> &V {
    assert_eq!(map.len(), 1);
    &map[K::new(0)]
}

fn pieces<'p>(region: &'p Region<'_>) -> Vec<(u64, &'p [u8])> {
    let RegionContents::Bytes(pieces) = &region.contents else {
        panic!("the region is a memory's");
    };
    pieces
        .iter()
        .map(|piece| (piece.offset, &*piece.bytes))
        .collect()
}

mod entry {
    use super::*;

    fn invoke(name: &str) -> Options {
        Options {
            entry: Entry::Invoke(name.to_owned()),
            ..Options::default()
        }
    }

    fn calls(program: &Program<'_>) -> Vec<FuncId> {
        let actions = program.steps.iter().flat_map(|step| &step.actions);
        let calls = actions.filter_map(|action| match action {
            Action::Call(function, arguments) => {
                assert!(arguments.is_empty());
                Some(*function)
            }
            _ => None,
        });
        calls.collect()
    }

    #[test]
    fn a_product_is_one_step_that_instantiates_and_starts() {
        let program =
            product(r#"(module (func $s (export "s")) (start $s) (func (export "_start")))"#);
        assert_eq!(program.steps.len(), 1);
        assert!(!program.driver);
        let expected = ["s", "_start"].map(|name| exported(&program, 0, name));
        assert_eq!(calls(&program), expected);
    }

    #[test]
    fn invoke_initialises_first() {
        let text = r#"(module (func (export "_initialize")) (func (export "f") (result i32) i32.const 1) (func (export "g") (param i32)))"#;
        let program = product_with(text, &invoke("f")).unwrap();
        let expected = ["_initialize", "f"].map(|name| exported(&program, 0, name));
        assert_eq!(calls(&program), expected);
        let alone = product_with(text, &invoke("_initialize")).unwrap();
        assert_eq!(calls(&alone), [exported(&alone, 0, "_initialize")]);
        for name in ["g", "h"] {
            let error = product_with(text, &invoke(name)).unwrap_err();
            assert_eq!(error.code, Code::Entry, "{name}: {error}");
        }
    }

    #[test]
    fn a_reactor_is_told_of_invoke() {
        let error = refused(r#"(module (func (export "_initialize")) (func (export "run")))"#);
        assert_eq!(error.code, Code::Entry);
        assert!(error.message.contains("reactor"), "{error}");
        let help = error.help.unwrap();
        assert!(
            help.contains("--invoke") && help.contains("`run`"),
            "{help}"
        );
    }

    #[test]
    fn an_entry_has_no_parameters() {
        for text in [
            r#"(module (func (export "_start") (param i32)))"#,
            r#"(module (func (export "_start") (result i32) i32.const 0))"#,
            r#"(module (memory (export "_start") 1))"#,
            "(module)",
        ] {
            assert_eq!(refused(text).code, Code::Entry, "{text}");
        }
    }
}

mod imports {
    use super::*;

    const START: &str = r#"(func (export "_start"))"#;

    #[test]
    fn preview_1_is_provided_by_the_runtime() {
        let program = product(
            r#"(module
              (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
              (import "wasi_snapshot_preview1" "fd_close" (func (param i32) (result i32)))
              (memory 1)
              (func (export "_start") (call $exit (i32.const 3))))"#,
        );
        let functions: Vec<_> = program.functions.values().collect();
        let symbol = "wasi_snapshot_preview1.proc_exit".to_owned();
        let memory = Some(MemoryId::new(0));
        assert_eq!(functions[0].kind, FunctionKind::Host { symbol, memory });
        let reachable: Vec<_> = functions.iter().map(|f| f.reachable).collect();
        assert_eq!(reachable, [true, false, true]);
    }

    #[test]
    fn the_table_holds_all_of_preview_1() {
        let ty = preview1::type_of("path_open").unwrap();
        let expected = "(i32, i32, i32, i32, i32, i64, i64, i32, i32) -> i32";
        assert_eq!(link::signature(&ty), expected);
        assert_eq!(
            link::signature(&preview1::type_of("proc_exit").unwrap()),
            "(i32) -> ()"
        );
        assert_eq!(preview1::type_of("fd_frobnicate"), None);
    }

    #[test]
    fn every_unknown_import_is_listed() {
        let text = format!(
            r#"(module (import "env" "f" (func)) (import "wasi_snapshot_preview1" "sock_send" (func (param i32 i32 i32 i32 i32) (result i32)))
              (import "wasi_unstable" "fd_write" (func)) {START})"#
        );
        let error = refused(&text);
        assert_eq!(error.code, Code::UnknownImport);
        for name in [
            "`env.f`",
            "`wasi_snapshot_preview1.sock_send` (not supported yet)",
            "`wasi_unstable.fd_write`",
        ] {
            assert!(error.message.contains(name), "{error}");
        }
        assert!(error.help.unwrap().contains("--unknown-imports trap"));
        let options = Options {
            unknown_imports: UnknownImports::Trap,
            ..Options::default()
        };
        let program = product_with(&text, &options).unwrap();
        let (module, name) = ("env".to_owned(), "f".to_owned());
        assert_eq!(
            program.functions[FuncId::new(0)].kind,
            FunctionKind::Unknown { module, name }
        );
    }

    #[test]
    fn a_wrong_type_is_refused() {
        let text = format!(
            r#"(module (import "wasi_snapshot_preview1" "fd_close" (func (param i64) (result i32))) {START})"#
        );
        let error = refused(&text);
        assert_eq!(error.code, Code::ImportType);
        assert!(error.message.contains("(i64) -> i32"), "{error}");
    }

    #[test]
    fn only_functions_come_from_the_host() {
        for item in ["(memory 1)", "(table 1 funcref)", "(global i32)"] {
            let error = refused(&format!(r#"(module (import "env" "x" {item}) {START})"#));
            assert_eq!(error.code, Code::UnknownImport, "{item}");
            assert!(error.message.contains("`env.x`"), "{error}");
        }
    }
}

mod memory {
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
        let grows = |limits: &str, max_memory, bounds_checks| {
            let text = format!(
                r#"(module (memory {limits}) (func (export "_start") (drop (memory.grow (i32.const 1)))))"#
            );
            let options = Options {
                max_memory,
                bounds_checks,
                ..Options::default()
            };
            product_with(&text, &options)
        };
        let limit = |program: &Program<'_>| only(&program.regions).limit;
        let guard = BoundsChecks::Guard;
        assert_eq!(limit(&grows("1", None, guard).unwrap()), 1 << 32);
        assert_eq!(limit(&grows("1 7", None, guard).unwrap()), 7 << 16);
        assert_eq!(limit(&grows("1 7", Some(200_000), guard).unwrap()), 3 << 16);
        let error = grows("2", Some(100_000), guard).unwrap_err();
        assert_eq!(error.code, Code::Option);
        let guarded = grows("1", None, guard).unwrap();
        assert_eq!(only(&guarded.regions).reserved, 6 << 30);
        assert_eq!(
            only(&guarded.memories).bounds,
            Bounds::Guard { guard: 2 << 30 }
        );
        let checked = grows("1 7", None, BoundsChecks::Explicit).unwrap();
        assert_eq!(only(&checked.regions).reserved, 8 << 16);
        assert_eq!(only(&checked.memories).bounds, Bounds::Checked);
    }
}

mod constants {
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
        let fixed = target().addresses.fixed;
        let place = Place {
            instance: InstanceId::new(0),
            offset: 0,
        };
        assert_eq!(
            places,
            [
                TablePlace::Constant { address: fixed },
                TablePlace::State(place),
                TablePlace::Region(RegionId::new(0)),
                TablePlace::Constant {
                    address: fixed + 24
                },
            ]
        );
        let f = exported(&program, 0, "_start");
        let contents = &program.tables[TableId::new(0)].contents;
        assert_eq!(*contents, [Value::Null, Value::Func(f)]);
        let region = only(&program.regions);
        assert_eq!((region.bytes, region.limit), (8, 72));
    }
}

mod reachability {
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
        assert!(!types.contains(&&program.functions[stand_in].sig));
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
}

mod linking {
    use super::*;

    fn builder() -> Builder<'static> {
        let mut builder = Builder::new(target(), &Options::default());
        builder.driver();
        builder
    }

    fn add(builder: &mut Builder<'static>, text: &str) -> Result<InstanceId> {
        let module = builder.module(module(text));
        builder.link(module)
    }

    #[test]
    fn instances_share_what_they_import() {
        let mut builder = builder();
        let a = r#"(module (memory (export "m") 1 2) (table (export "t") 2 funcref) (global (export "g") (mut i32) (i32.const 1))
            (global (export "k") i32 (i32.const 1)) (func (export "f")))"#;
        let a = add(&mut builder, a).unwrap();
        builder.register("a", a);
        let b = r#"(module (import "a" "m" (memory 1)) (import "a" "t" (table 1 funcref)) (import "a" "g" (global (mut i32)))
            (import "a" "k" (global $k i32)) (import "a" "f" (func $f)) (elem (global.get $k) $own) (data (i32.const 0) "b")
            (func $own (export "own") (global.set 0 (i32.const 2)) (call_indirect 0 (i32.const 1))))"#;
        let b = add(&mut builder, b).unwrap();
        let Some(Extern::Func(own)) = builder.export(b, "own") else {
            panic!("own is exported");
        };
        builder.call(own, vec![]);
        let program = builder.finish().unwrap();
        assert!(program.driver);
        assert_eq!(
            (
                program.memories.len(),
                program.tables.len(),
                program.globals.len()
            ),
            (1, 1, 2)
        );
        // Nothing has run before: all is folded, and the instantiations are empty steps.
        let sizes: Vec<_> = program
            .steps
            .iter()
            .map(|step| step.actions.len())
            .collect();
        assert_eq!(sizes, [0, 0, 1]);
        assert_eq!(pieces(only(&program.regions)), [(0, &b"b"[..])]);
        assert_eq!(
            only(&program.tables).contents,
            [Value::Null, Value::Func(own)]
        );
        let written = &program.globals[GlobalId::new(0)];
        assert!(matches!(written.place, GlobalPlace::State(..)));
    }

    #[test]
    fn after_code_has_run_shared_things_change_in_order() {
        let mut builder = builder();
        let a = r#"(module (memory (export "m") 1) (func $s) (start $s))"#;
        let a = add(&mut builder, a).unwrap();
        builder.register("a", a);
        let b = r#"(module (import "a" "m" (memory 1)) (table 1 funcref) (func $f) (elem (i32.const 0) $f) (data (i32.const 0) "b"))"#;
        add(&mut builder, b).unwrap();
        let program = builder.finish().unwrap();
        assert!(matches!(program.steps[0].actions[..], [Action::Call(..)]));
        assert!(matches!(
            program.steps[1].actions[..],
            [Action::CopyData { .. }]
        ));
        assert_eq!(pieces(&program.regions[RegionId::new(0)]), []);
    }

    #[test]
    fn what_does_not_fit_is_not_linked() {
        let mut builder = builder();
        let a = r#"(module (memory (export "m") 1 2) (table (export "t") 2 3 funcref) (global (export "g") (mut i32) (i32.const 1)) (func (export "f")))"#;
        let a = add(&mut builder, a).unwrap();
        builder.register("a", a);
        for import in [
            r#""m" (memory 2)"#,
            r#""m" (memory 1 1)"#,
            r#""t" (table 3 funcref)"#,
            r#""t" (table 2 2 funcref)"#,
            r#""t" (table 2 externref)"#,
            r#""g" (global i32)"#,
            r#""g" (global (mut i64))"#,
            r#""f" (func (param i32))"#,
            r#""f" (memory 1)"#,
        ] {
            let error =
                add(&mut builder, &format!("(module (import \"a\" {import}))")).unwrap_err();
            assert_eq!(error.code, Code::ImportType, "{import}");
            assert!(
                error.message.starts_with("incompatible import type"),
                "{error}"
            );
        }
        for import in [r#""a" "x" (func)"#, r#""b" "f" (func)"#] {
            let error = add(&mut builder, &format!("(module (import {import}))")).unwrap_err();
            assert_eq!(error.code, Code::UnknownImport, "{import}");
            assert!(error.message.starts_with("unknown import"), "{error}");
        }
        assert_eq!(builder.finish().unwrap().instances.len(), 1);
    }

    #[test]
    fn a_memory_that_grew_is_as_large_as_wanted() {
        let mut builder = builder();
        let grows = r#"(module (memory (export "m") 1 3) (func (export "grow") (drop (memory.grow (i32.const 1)))))"#;
        let a = add(&mut builder, grows).unwrap();
        builder.register("a", a);
        let two = r#"(module (import "a" "m" (memory 2)))"#;
        assert!(add(&mut builder, two).is_err(), "nothing has run");
        let Some(Extern::Func(grow)) = builder.export(a, "grow") else {
            panic!("grow is exported");
        };
        builder.call(grow, vec![]);
        assert!(add(&mut builder, two).is_ok());
        assert!(add(&mut builder, r#"(module (import "a" "m" (memory 4)))"#).is_err());
    }
}

mod layout {
    use super::*;

    /// All ranges of addresses of a program.
    fn ranges(program: &Program<'_>) -> Vec<(u64, u64)> {
        let fixed = &program.fixed;
        let regions = program.regions.values();
        let mut ranges: Vec<_> = regions.map(|r| (r.base, r.base + r.reserved)).collect();
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
            assert_eq!(program.fixed.state % plan.page, 0);
            assert!(program.fixed.state + program.fixed.state_size <= plan.region);
            let mut last = 0;
            for instance in program.instances.values() {
                assert!(instance.state >= last && instance.state >= program.fixed.state);
                last = instance.state + u64::from(instance.state_size);
            }
            assert_eq!(last, program.fixed.state + program.fixed.state_size);
        }
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
            addresses: wasi_aot_targets::AddressPlan {
                fixed: target().addresses.region - (1 << 20),
                ..target().addresses
            },
            runtime: wasi_aot_targets::Runtime::Missing(""),
        };
        let build = |target: &Target| {
            let module = parse(&bytes, "test.wasm").unwrap();
            build(module, target, &Options::default(), &|_| true).map(|_| ())
        };
        assert_eq!(build(&small).unwrap_err().code, Code::Layout);
        assert_eq!(build(target()), Ok(()));
    }
}
