//! Links small modules and checks folding, reachability and addresses.

mod constants;
mod entry;
mod exceptions;
mod imports;
mod layout;
mod linking;
mod lookups;
mod memory;
mod reachability;
mod snapshot;

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

/// The exported function of a module with this name.
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

#[test]
fn damaged_modules_never_panic() {
    let bytes = wasm(
        r#"(module (import "a" "f" (func)) (import "a" "t" (tag)) (tag $e (param i32)) (memory 1 2) (table 3 4 funcref) (table 1 externref)
          (global $g (mut i32) (i32.const 65530)) (global $h i32 (i32.const 1))
          (elem (i32.const 1) $s 0) (elem $e func $s) (elem declare func $s)
          (data (i32.const 65500) "hello") (data $d "world")
          (func $s (export "_start") (call_indirect (i32.const 1)) (global.set $g (i32.const 2))
            (table.init 0 $e (i32.const 0) (i32.const 0) (i32.const 1)) (drop (ref.func $s))
            (memory.init $d (i32.const 0) (i32.const 0) (i32.const 1)) (drop (memory.grow (i32.const 1)))
            (block $h (result i32) (try_table (catch $e $h) (call $s) (throw $e (i32.const 1))) (i32.const 2)) (drop)
            try (throw 0) catch_all (rethrow 0) end)
          (start $s))"#,
    );
    let options = Options {
        unknown_imports: UnknownImports::Trap,
        ..Options::default()
    };
    let mut built = 0;
    for at in 0..bytes.len() {
        for value in (0..=255).step_by(7) {
            let mut damaged = bytes.to_vec();
            damaged[at] = value;
            let Ok(module) = parse(&damaged, "test.wasm") else {
                continue;
            };
            match build(module, target(), &options, &|_| true) {
                Ok(_) => built += 1,
                Err(error) => assert_ne!(error.code, Code::Bug, "{at}: {error}"),
            }
        }
    }
    assert!(built > 200, "{built} programs were built");
}
