//! What the runtime calls at start and at the end, which follows from the policy and the program.

use super::tests::{MODULE, Read, configured};
use super::*;
use crate::codegen::{Options, compile};
use crate::policy::{Listen, Policy, RuntimeGrant};
use ::object::{Object as _, ObjectSymbol as _};
use wasi_aot_abi::symbols;
/// The start and end hooks in an object with this policy.
fn hooks(module: &str, change: fn(&mut Policy)) -> Vec<String> {
    let mut carried = Carried::default();
    change(&mut carried.policy);
    let object = configured(module, &carried, true);
    let read = Read::new(&object);
    let wanted = read.file.symbols().filter(|symbol| symbol.is_undefined());
    let names = wanted.filter_map(|symbol| symbol.name().ok().map(String::from));
    let mut names: Vec<_> = names
        .filter_map(|name| name.strip_prefix("wasi_aot_").map(String::from))
        .filter(|name| name.starts_with("start_") || name.starts_with("end_"))
        .collect();
    names.sort();
    names
}

#[test]
fn an_executable_holds_only_the_hooks_that_it_uses() {
    let with = |change| hooks(MODULE, change);
    assert!(with(|_| ()).is_empty());
    assert_eq!(
        with(|p| p.grants.listen = vec![Listen::Tcp(([127, 0, 0, 1], 80).into())]),
        ["start_listen"]
    );
    assert_eq!(with(|p| p.grants.listen_fds = true), ["start_listen"]);
    assert_eq!(with(|p| p.limits.timeout = Some(1)), ["start_timeout"]);
    assert!(with(|p| p.limits.max_open_files = Some(9)).is_empty());
    assert_eq!(
        with(|p| p.grants.at_start = vec![RuntimeGrant::Env]),
        ["start_runtime_grants"]
    );
    assert_eq!(
        with(|p| p.grants.at_start = vec![RuntimeGrant::Limits]),
        ["start_runtime_grants", "start_timeout"]
    );
}

#[test]
fn only_programs_that_can_miss_a_grant_have_notes() {
    let importing = |name: &str, parameters: usize| {
        let types = "i32 ".repeat(parameters);
        let values = "(i32.const 9)".repeat(parameters);
        format!(
            r#"(module
                 (import "wasi_snapshot_preview1" "{name}" (func $import (param {types}) (result i32)))
                 (func (export "_start") (drop (call $import {values}))))"#
        )
    };
    for (name, parameters, notes) in [
        ("path_unlink_file", 3, true),
        ("fd_prestat_get", 2, true),
        ("sock_accept", 3, true),
        ("fd_sync", 1, false),
        ("sock_shutdown", 2, false),
    ] {
        let hooks = hooks(&importing(name, parameters), |_| ());
        assert_eq!(hooks == ["end_notes"], notes, "{name}: {hooks:?}");
    }
    let silent = hooks(&importing("fd_prestat_get", 2), |p| {
        p.grants.no_notes = true
    });
    assert!(silent.is_empty());
}

#[test]
fn what_tells_of_handed_over_sockets_is_passed_on() {
    let lines = |env: &[&str]| {
        let mut carried = Carried::default();
        let grants = &mut carried.policy.grants;
        grants.listen_fds = true;
        let env = env.iter().map(|key| format!("{key}=own").parse());
        grants.env = env.collect::<Result<_, _>>().expect("variables");
        config::environment(&carried, &Facts::default())
    };
    assert_eq!(lines(&["A"]), ["A=own", "LISTEN_FDS", "LISTEN_FDNAMES"]);
    assert_eq!(lines(&["LISTEN_FDS"]), ["LISTEN_FDS=own", "LISTEN_FDNAMES"]);
}

/// Some sandbox policy.
fn wall() -> Wall {
    Wall {
        supervisor: Vec::new(),
        flags: 0,
        filter: Vec::new(),
        process: None,
        note: crate::wall::Note {
            calls: Vec::new(),
            paths: true,
            sockets: true,
        },
    }
}

#[test]
fn start_hooks_have_one_order() {
    use symbols::hooks::{EMBEDS, LISTEN, NAMES, SERVER, START, TIMEOUT, WORKER};
    let place = |name: &str| START.iter().position(|hook| hook.symbol == name);
    let listed = Runtime::ALL.iter();
    let listed: Vec<_> = listed.filter_map(|runtime| place(runtime.name())).collect();
    assert_eq!(listed, (0..START.len()).collect::<Vec<_>>());

    let bytes = wat::parse_str(THREADS).expect("the module parses");
    let module = crate::wasm::parse(&bytes, "test.wasm").expect("the module is valid");
    let target = &wasi_aot_targets::TARGETS[0];
    let program = crate::program::build(module, target, &Default::default(), &|_| true);
    let program = program.expect("the module is a program");
    let code = compile(&program, target, &Options::default()).expect("compiles");
    let facts = Facts::new(&program, &code);
    let mut carried = Carried {
        cpu: 1,
        ..Carried::default()
    };
    carried.policy.grants.listen_fds = true;
    carried.policy.grants.at_start = vec![RuntimeGrant::Dir, RuntimeGrant::Limits];
    let wall = wall();
    let hooks = |facts: &Facts| {
        let hooks = config::start_hooks(&carried, facts, Some(&wall));
        let names: Vec<_> = hooks.map(|hook| hook.name()).collect();
        let places: Vec<_> = names.iter().filter_map(|name| place(name)).collect();
        assert!(places.is_sorted(), "{names:?}");
        let all = START.iter().map(|hook| hook.symbol);
        all.filter(|hook| !names.contains(hook)).collect::<Vec<_>>()
    };
    // These are not among the hooks.
    assert_eq!(hooks(&facts), [SERVER, NAMES, EMBEDS, WORKER]);
    let facts = Facts {
        server: Some(Server::default()),
        ..facts
    };
    // What a server listens on and its limit of time are its own.
    assert_eq!(hooks(&facts), [LISTEN, NAMES, EMBEDS, TIMEOUT]);
}

/// A program that starts threads.
const THREADS: &str = r#"(module
    (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
    (import "env" "memory" (memory 1 1 shared))
    (func (export "wasi_thread_start") (param i32 i32))
    (func (export "_start") (drop (call $spawn (i32.const 0)))))"#;
