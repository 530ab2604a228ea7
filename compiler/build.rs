//! Makes the linker write a build ID, by which the cache of `run` distinguishes builds of wasi-aot.
//! Only some systems' linkers do so by default.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo::rustc-link-arg-bins=-Wl,--build-id=sha1");
    }
}
