//! Builds the runtime objects and writes the table of their bytes for `include!`.
//!
//! rustc is called directly: the runtime has no dependencies but its own contract, so nothing is
//! downloaded, no lock is waited for, and the flags are the same on every host.

mod compile;
mod object_file;
mod toolchain;

use std::{
    env, fs,
    path::{Path, PathBuf},
};
use toolchain::Toolchain;

/// The targets: the constant in `runtimes.rs`, the triple, and flags of this CPU alone.
const TARGETS: &[(&str, &str, &[&str])] = &[
    (
        "X86_64_LINUX",
        "x86_64-unknown-linux-gnu",
        &["-Ctarget-cpu=x86-64-v2"],
    ),
    // Outlined atomics are functions of a library that we do not have.
    (
        "AARCH64_LINUX",
        "aarch64-unknown-linux-gnu",
        &["-Ctarget-feature=-outline-atomics"],
    ),
];

/// The variants of a runtime object: the field in `runtimes.rs`, and the feature that it is built with.
const VARIANTS: &[(&str, Option<&str>)] = &[
    ("product", None),
    ("recovery", Some("recovery")),
    ("threads", Some("threads")),
];

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let runtime = here.parent().expect("a workspace").join("runtime-lib");
    for path in ["src", "abi/src"] {
        println!("cargo:rerun-if-changed={}", runtime.join(path).display());
    }
    println!("cargo:rerun-if-changed=build");
    for variable in [toolchain::CROSS_RUSTC, REQUIRE_TARGETS, "RUSTC"] {
        println!("cargo:rerun-if-env-changed={variable}");
    }
    let table: String = TARGETS
        .iter()
        .map(|&(name, triple, flags)| {
            let value = match toolchain::find(triple) {
                Some(toolchain) => objects(&toolchain, &runtime, &out, flags),
                None => {
                    for folder in toolchain::watched(triple) {
                        println!("cargo:rerun-if-changed={}", folder.display());
                    }
                    missing(triple)
                }
            };
            format!("const {name}: Runtime = {value};\n")
        })
        .collect();
    fs::write(out.join("runtimes.rs"), table).expect("OUT_DIR is writable");
}

/// Builds the objects of a target; the Rust expression for them.
fn objects(toolchain: &Toolchain, runtime: &Path, out: &Path, flags: &[&str]) -> String {
    let out = out.join(&toolchain.triple);
    fs::create_dir_all(&out).expect("OUT_DIR is writable");
    let compiler = compile::Compiler::new(toolchain, runtime, &out, flags);
    let fields: String = VARIANTS
        .iter()
        .map(|&(variant, feature)| {
            let archive = compiler.runtime(variant, feature);
            let object = object_file::extract(&archive);
            let path = out.join(format!("{variant}.o"));
            fs::write(&path, object).expect("OUT_DIR is writable");
            format!("{variant}: include_bytes!({path:?}), ")
        })
        .collect();
    format!("Runtime::Object {{ {fields}}}")
}

/// `all`: a runtime object that cannot be built is an error.
const REQUIRE_TARGETS: &str = "WASI_AOT_REQUIRE_TARGETS";

/// What stands in the table for a runtime object that cannot be built here.
fn missing(triple: &str) -> String {
    let help = format!(
        "no Rust core library for {triple} was found when wasi-aot was built; get one \
         (`rustup target add {triple}` or `rustup component add rust-src`; Debian: `apt install \
         rustc-web rust-web-src`, or {} set to a rustc that has its source) and build wasi-aot again",
        toolchain::CROSS_RUSTC
    );
    assert!(
        env::var_os(REQUIRE_TARGETS).is_none_or(|value| value != "all"),
        "{help}"
    );
    println!("cargo:warning=programs for {triple} cannot be built: {help}");
    format!("Runtime::Missing({help:?})")
}
