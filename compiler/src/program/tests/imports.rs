//! Imports of products.

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
fn only_what_is_not_called_directly_needs_a_thunk() {
    let program = product(
        r#"(module
          (import "wasi_snapshot_preview1" "fd_datasync" (func $called (param i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_close" (func $taken (param i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_sync" (func $both (param i32) (result i32)))
          (table 2 funcref)
          (elem (i32.const 0) $both)
          (elem declare func $taken)
          (func (export "_start") (drop (call $called (i32.const 3))) (drop (call $both (i32.const 3)))
            (table.set (i32.const 1) (ref.func $taken))))"#,
    );
    let code = |f: &Function| (f.reachable, f.has_code, f.address_taken);
    let functions: Vec<_> = program.functions.values().map(code).collect();
    let [called, taken, both, start] = functions[..] else {
        panic!("{functions:?}");
    };
    assert_eq!(called, (true, false, false));
    assert_eq!((taken, both), ((true, true, true), (true, true, true)));
    assert_eq!(start, (true, true, false));
}

#[test]
fn the_runtime_works_on_the_memory_that_is_exported_as_such() {
    let program = product(
        r#"(module
          (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
          (memory (export "other") 1)
          (memory (export "memory") 1)
          (func (export "_start") (drop (call $close (i32.const 3)))))"#,
    );
    let host = &program.functions[FuncId::new(0)].kind;
    let symbol = "wasi_snapshot_preview1.fd_close".to_owned();
    let memory = Some(MemoryId::new(1));
    assert_eq!(*host, FunctionKind::Host { symbol, memory });
}

#[test]
fn the_table_holds_all_of_preview_1() {
    let ty = preview1::type_of(preview1::MODULE, "path_open").unwrap();
    let expected = "(i32, i32, i32, i32, i32, i64, i64, i32, i32) -> i32";
    assert_eq!(link::signature(&ty), expected);
    assert_eq!(
        link::signature(&preview1::type_of(preview1::MODULE, "proc_exit").unwrap()),
        "(i32) -> ()"
    );
    assert_eq!(preview1::type_of(preview1::MODULE, "fd_frobnicate"), None);
}

#[test]
fn snapshot_0_has_the_same_types_and_less() {
    let of = |module, name| preview1::type_of(module, name);
    assert_eq!(
        of(preview1::SNAPSHOT_0, "fd_seek"),
        of(preview1::MODULE, "fd_seek")
    );
    assert_eq!(of(preview1::SNAPSHOT_0, "sock_accept"), None);
    assert_eq!(of("wasi_snapshot_preview2", "fd_seek"), None);
}

#[test]
fn every_unknown_import_is_listed() {
    let text = format!(
        r#"(module (import "env" "f" (func)) (import "wasi_snapshot_preview1" "sock_send" (func (param i32 i32 i32 i32 i32) (result i32)))
          (import "wasi_unstable" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
          (import "wasi_unstable" "sock_accept" (func)) {START})"#
    );
    let error = refused(&text);
    assert_eq!(error.code, Code::UnknownImport);
    for name in [
        "`env.f`",
        "`wasi_snapshot_preview1.sock_send` (not supported yet)",
        "`wasi_unstable.fd_write` (not supported yet)",
        "`wasi_unstable.sock_accept`",
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

/// The runtime exports exactly the functions that the compiler knows: both follow from one table.
#[test]
fn the_runtime_has_every_function_of_preview_1_and_no_other() {
    for target in wasi_aot_targets::TARGETS {
        let Ok(runtime) = crate::link::runtime(target, crate::link::Variant::Product) else {
            continue;
        };
        let provided = crate::link::provided(runtime).expect("its symbols can be read");
        for module in [preview1::MODULE, preview1::SNAPSHOT_0] {
            let of_module = provided
                .iter()
                .filter_map(|symbol| symbol.strip_prefix(module));
            let mut there: Vec<_> = of_module
                .filter_map(|name| name.strip_prefix('.'))
                .collect();
            there.sort_unstable();
            let known = preview1::FUNCTIONS.iter().map(|function| function.name);
            let mut known: Vec<_> = known
                .filter(|name| preview1::type_of(module, name).is_some())
                .collect();
            known.sort_unstable();
            assert_eq!(there, known, "{module} for {}", target.name);
        }
    }
}

#[test]
fn functions_that_need_a_grant_are_those_with_paths_and_sockets_that_listen() {
    for (symbol, needs) in [
        ("wasi_snapshot_preview1.path_open", true),
        ("wasi_unstable.path_filestat_get", true),
        ("wasi_snapshot_preview1.sock_accept", true),
        ("wasi_unstable.sock_accept", false),
        ("wasi_snapshot_preview1.fd_prestat_get", true),
        ("wasi_snapshot_preview1.fd_read", false),
        ("elsewhere.path_open", false),
    ] {
        assert_eq!(preview1::needs_grant(symbol), needs, "{symbol}");
    }
}
