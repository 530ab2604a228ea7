//! Asks the linker for a build ID, by which the cache of `run` tells one wasi-aot from another. Linkers make one
//! by default on some systems only.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo::rustc-link-arg-bins=-Wl,--build-id=sha1");
    }
}
