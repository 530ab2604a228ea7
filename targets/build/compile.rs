//! Runs rustc to compile `core` (if only its source is available), the contract and the runtime.

use crate::toolchain::{Toolchain, print};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The flags for every crate of a runtime object.
const COMMON: &[&str] = &[
    "--edition=2024",
    "-Cpanic=abort",
    "-Copt-level=s",
    "-Ccodegen-units=1",
    // The whole object, including `core`, is optimised at once.
    "-Cembed-bitcode=yes",
    "-Crelocation-model=static",
    // Debuggers and the trap handler unwind through the runtime.
    "-Cforce-unwind-tables=yes",
    "-Cforce-frame-pointers=yes",
];

/// A crate that rustc requires together with `core`. The runtime uses nothing of it: it defines all
/// functions that it calls, and `object_file` checks this.
const COMPILER_BUILTINS: &str =
    "#![no_std]\n#![feature(compiler_builtins)]\n#![compiler_builtins]\n";

/// rustc, configured to compile crates for one target.
#[derive(Debug)]
pub struct Compiler<'a> {
    toolchain: &'a Toolchain,
    runtime: &'a Path,
    out: &'a Path,
    flags: &'a [&'a str],
}

impl<'a> Compiler<'a> {
    /// Prepares the dependencies of the runtime. `runtime`: its folder; `out`: the output folder.
    pub fn new(
        toolchain: &'a Toolchain,
        runtime: &'a Path,
        out: &'a Path,
        flags: &'a [&'a str],
    ) -> Self {
        let compiler = Compiler {
            toolchain,
            runtime,
            out,
            flags,
        };
        if let Some(core) = &toolchain.core {
            compiler.core(core);
        }
        let abi = runtime.join("abi/src/lib.rs");
        run(compiler.rustc("wasi_aot_abi", "rlib").arg(abi));
        compiler
    }

    /// Compiles a variant of the runtime; returns the archive.
    pub fn runtime(&self, variant: &str, feature: Option<&str>) -> PathBuf {
        let name = format!("wasi_aot_{variant}");
        let mut rustc = self.rustc(&name, "staticlib");
        rustc.args(["-Clto=fat", "--cfg=wasi_aot_object"]);
        if let Some(feature) = feature {
            rustc.arg(format!("--cfg=feature=\"{feature}\""));
        }
        let abi = self.out.join("libwasi_aot_abi.rlib");
        rustc.arg(format!("--extern=wasi_aot_abi={}", abi.display()));
        run(rustc.arg(self.runtime.join("src/lib.rs")));
        self.out.join(format!("lib{name}.a"))
    }

    /// Compiles `core`, once for each version of rustc.
    fn core(&self, source: &Path) {
        let version = print(&self.toolchain.rustc, &["-vV"]).expect("rustc has answered before");
        let stamp = self.out.join("core.version");
        if fs::read_to_string(&stamp).is_ok_and(|built| built == version) {
            return;
        }
        run(self
            .rustc("core", "rlib")
            .arg("--cap-lints=allow")
            .arg(source));
        let builtins = self.out.join("compiler_builtins.rs");
        fs::write(&builtins, COMPILER_BUILTINS).expect("OUT_DIR is writable");
        let mut rustc = self.rustc("compiler_builtins", "rlib");
        run(rustc.arg("--cap-lints=allow").arg(builtins));
        fs::write(stamp, version).expect("OUT_DIR is writable");
    }

    /// rustc with all flags except the source.
    fn rustc(&self, name: &str, kind: &str) -> Command {
        let mut rustc = Command::new(&self.toolchain.rustc);
        rustc
            .args(COMMON)
            .args(self.flags)
            .arg(format!("--target={}", self.toolchain.triple))
            .args(["--crate-name", name, "--crate-type", kind])
            .arg(format!(
                "--remap-path-prefix={}=runtime-lib",
                self.runtime.display()
            ))
            .arg(format!("--remap-path-prefix={}=out", self.out.display()))
            .arg("--out-dir")
            .arg(self.out);
        if self.toolchain.core.is_some() {
            // `core` needs unstable features of its own compiler.
            rustc.env("RUSTC_BOOTSTRAP", "1").arg("-L").arg(self.out);
        }
        rustc
    }
}

/// Runs rustc. If it fails, the build fails, after rustc's own messages.
fn run(rustc: &mut Command) {
    let output = rustc
        .output()
        .unwrap_or_else(|error| panic!("{rustc:?}: {error}"));
    assert!(
        output.status.success(),
        "{rustc:?} failed:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
