//! Requests a build ID from the linker. The cache of `run` uses it to distinguish builds of
//! wasi-aot. Linkers emit one by default only on some systems.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo::rustc-link-arg-bins=-Wl,--build-id=sha1");
    }
}
