//! Finds or builds the runtime objects and writes the table of their bytes for `include!`.
//!
//! A published package contains the objects (`objects/TRIPLE/VARIANT.o`). In the repository they
//! are built, and also if [`SOURCE`] names the source. rustc is called directly, because the
//! runtime depends only on its own contract. So nothing is downloaded, no lock of cargo is needed,
//! and the flags are the same on every host.

mod compile;
mod object_file;
#[path = "../src/table.rs"]
mod table;
#[path = "../src/target.rs"]
#[expect(
    dead_code,
    reason = "the build script uses triple and flags alone; the library uses the rest"
)]
mod target;
mod toolchain;

use std::{
    env, fs,
    path::{Path, PathBuf},
};
use table::TARGETS;
use toolchain::Toolchain;

/// A variant of a runtime object.
struct Variant {
    /// Its field in `runtimes.rs`.
    name: &'static str,
    /// The feature of the runtime that it needs.
    feature: Option<&'static str>,
    /// Whether this build of the package includes it.
    wanted: bool,
}

/// All variants.
const VARIANTS: &[Variant] = &[
    Variant {
        name: "product",
        feature: None,
        wanted: true,
    },
    Variant {
        name: "threads",
        feature: Some("threads"),
        wanted: true,
    },
    Variant {
        name: "recovery",
        feature: Some("recovery"),
        wanted: cfg!(feature = "recovery"),
    },
];

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    println!("cargo:rerun-if-changed=build");
    for variable in [SOURCE, toolchain::CROSS_RUSTC, REQUIRE_TARGETS, "RUSTC"] {
        println!("cargo:rerun-if-env-changed={variable}");
    }
    let packaged = here.join("objects");
    let table: String = match env::var_os(SOURCE) {
        None if packaged.is_dir() => {
            println!("cargo:rerun-if-changed=objects");
            table(|triple, _| found(&packaged.join(triple)))
        }
        None => from_source(
            &here.parent().expect("a workspace").join("runtime-lib"),
            &out,
        ),
        Some(source) => from_source(Path::new(&source), &out),
    };
    fs::write(out.join("runtimes.rs"), table).expect("OUT_DIR is writable");
}

/// The list of all targets' runtimes. `value` makes each from the triple and the CPU's flags.
fn table(value: impl Fn(&str, &[&str]) -> String) -> String {
    let rows: String = TARGETS
        .iter()
        .map(|target| {
            format!(
                "({:?}, {}),\n",
                target.triple,
                value(target.triple, target.rustc)
            )
        })
        .collect();
    format!("static RUNTIMES: &[(&str, Runtime)] = &[\n{rows}];\n")
}

/// The Rust expression for a target's objects, whose files are at `path`.
fn object(path: impl Fn(&Variant) -> PathBuf) -> String {
    let wanted = VARIANTS.iter().filter(|variant| variant.wanted);
    let fields: String = wanted
        .map(|variant| format!("{}: include_bytes!({:?}), ", variant.name, path(variant)))
        .collect();
    format!("Runtime::Object {{ {fields}}}")
}

/// The objects of a target in the package.
fn found(folder: &Path) -> String {
    object(|variant| {
        let path = folder.join(format!("{}.o", variant.name));
        assert!(
            path.is_file(),
            "{} is not in this package; {SOURCE}=FOLDER names the runtime's source to build it from",
            path.display()
        );
        path
    })
}

/// The list of all targets' runtimes, with objects built where possible.
fn from_source(runtime: &Path, out: &Path) -> String {
    for path in ["src", "abi/src"] {
        println!("cargo:rerun-if-changed={}", runtime.join(path).display());
    }
    table(|triple, flags| match toolchain::find(triple) {
        Some(toolchain) => built(&toolchain, runtime, out, flags),
        None => {
            for folder in toolchain::watched(triple) {
                println!("cargo:rerun-if-changed={}", folder.display());
            }
            missing(triple)
        }
    })
}

/// Builds the objects of a target.
fn built(toolchain: &Toolchain, runtime: &Path, out: &Path, flags: &[&str]) -> String {
    let out = out.join(&toolchain.triple);
    fs::create_dir_all(&out).expect("OUT_DIR is writable");
    let compiler = compile::Compiler::new(toolchain, runtime, &out, flags);
    object(|variant| {
        let archive = compiler.runtime(variant.name, variant.feature);
        let path = out.join(format!("{}.o", variant.name));
        fs::write(&path, object_file::extract(&archive)).expect("OUT_DIR is writable");
        path
    })
}

/// The folder of the runtime's source. If set, the objects are always built from it.
const SOURCE: &str = "WASI_AOT_RUNTIME_SOURCE";

/// `all`: a runtime object that cannot be built is an error.
const REQUIRE_TARGETS: &str = "WASI_AOT_REQUIRE_TARGETS";

/// The entry in the table for a runtime object that cannot be built here.
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
