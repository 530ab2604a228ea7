//! Measures the user's waiting times: the compile time of modules, programs from start to exit, and
//! a cached `run`; also the size of executables. Modules of the corpus that have not been fetched
//! are skipped with a message.

use criterion::{Criterion, criterion_group, criterion_main};
use std::path::Path;
use std::process::{Command, Stdio};
use wasi_aot_benches::{build, module};

const WASI_AOT: &str = env!("CARGO_BIN_EXE_wasi-aot-measured");

fn compile(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder for what is built");
    let mut group = criterion.benchmark_group("compile");
    group.sample_size(10);
    for name in ["hello", "show", "bzip2", "minigzip", "quickjs", "boolector"] {
        let Some(path) = module(name) else {
            println!("compile/{name}: not measured, the module is not there");
            continue;
        };
        let (_, size) = build(WASI_AOT, &path, folder.path(), &["--strip"]);
        println!("size/{name}: {size} bytes");
        group.bench_function(name, |bench| {
            bench.iter(|| build(WASI_AOT, &path, folder.path(), &[]))
        });
    }
}

fn start(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder for what is built");
    let hello = module("hello").expect("the example is shipped");
    let (app, _) = build(WASI_AOT, &hello, folder.path(), &["--strip"]);
    let mut group = criterion.benchmark_group("start");
    group.bench_function("hello", |bench| bench.iter(|| spawn(Command::new(&app))));
    group.bench_function("cached run of hello", |bench| {
        bench.iter(|| spawn(run(&hello, folder.path())))
    });
}

fn run(module: &Path, cache: &Path) -> Command {
    let mut command = Command::new(WASI_AOT);
    command.arg("run").arg(module).env("WASI_AOT_CACHE", cache);
    command
}

fn spawn(mut command: Command) {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
    assert!(status.is_ok_and(|status| status.success()), "{command:?}");
}

criterion_group!(product, compile, start);
criterion_main!(product);
