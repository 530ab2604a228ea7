//! What the tests of the linker share: Rust sources become objects, images are linked and run.
#![allow(dead_code, reason = "each test file uses a part of it")]

pub mod build;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};
use wasi_aot_linker::{Image, Input, Options, Result, Target, link};

/// The usual options, with the x86-64 address plan.
pub fn options() -> Options {
    Options {
        entry: "_start",
        image_base: 0x20_0000,
        page: 0x1000,
        strip: false,
    }
}

/// The target of a triple.
pub fn target(triple: &str) -> Target {
    Target::new(&triple.parse().expect("the triple parses")).expect("the target is known")
}

/// Links for x86-64.
pub fn link_x86_64(objects: &[&[u8]], options: &Options) -> Result<Image> {
    link_for("x86_64-unknown-linux-gnu", objects, options)
}

/// Links for a triple. The inputs are called `object 0` and so on.
pub fn link_for(triple: &str, objects: &[&[u8]], options: &Options) -> Result<Image> {
    let names: Vec<String> = (0..objects.len()).map(|i| format!("object {i}")).collect();
    let inputs: Vec<Input<'_>> = names
        .iter()
        .zip(objects)
        .map(|(name, &bytes)| Input { name, bytes })
        .collect();
    link(&inputs, &target(triple), options)
}

/// Compiles a `no_std` program to an object with the compiler that compiles the tests.
pub fn compile(source: &str, flags: &[&str]) -> Vec<u8> {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let (input, output) = (dir.path().join("input.rs"), dir.path().join("output.o"));
    std::fs::write(&input, source).expect("the source is written");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let result = Command::new(rustc)
        .args(["--edition=2024", "--crate-type=bin", "--emit=obj"])
        .args(["-Cpanic=abort", "-Ccodegen-units=1"])
        .args(flags)
        .arg("-o")
        .args([&output, &input])
        .output()
        .expect("rustc runs");
    let stderr = String::from_utf8_lossy(&result.stderr);
    assert!(result.status.success(), "rustc failed: {stderr}");
    std::fs::read(output).expect("the object is there")
}

/// Writes an image to a file that can be executed.
pub fn save(image: &[u8], path: &Path) {
    std::fs::write(path, image).expect("the image is written");
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(path, mode).expect("the mode is set");
}

/// Runs an image.
pub fn run(image: &[u8]) -> Output {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("program");
    save(image, &path);
    Command::new(path).output().expect("the program starts")
}

/// A section of an image: its address and bytes.
pub fn section(image: &[u8], name: &str) -> Option<(u64, Vec<u8>)> {
    use object::{Object as _, ObjectSection as _};
    let file = object::File::parse(image).expect("the image is an ELF file");
    let section = file.section_by_name(name)?;
    let data = section.data().expect("the section has its bytes");
    Some((section.address(), data.to_vec()))
}

/// The address of a symbol of an image.
pub fn symbol(image: &[u8], name: &str) -> Option<u64> {
    use object::{Object as _, ObjectSymbol as _};
    let file = object::File::parse(image).expect("the image is an ELF file");
    let found = file.symbols().find(|s| s.name() == Ok(name));
    found.map(|s| s.address())
}
