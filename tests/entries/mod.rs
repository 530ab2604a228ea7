//! What the project reads that strangers wrote, each as a function that takes bytes.
//!
//! The family `entries` runs them on stable Rust, `tests/entries/cargo-fuzz` under libFuzzer. A
//! function panics if what it reads is handled wrongly; an error with a code is right.

pub mod http;
mod path;

use sha2::{Digest, Sha256};
use std::fs::OpenOptions;
use std::hint::black_box;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use wasi_aot::{Code, cli, component, cpu, demangle, policy, shown, wasm};
use wasi_aot_abi::words;
use wasi_aot_linker as linker;
use wasi_aot_runtime::host::net::names::{Addresses, Name, message};
use wasi_aot_targets::TARGETS;

pub use http::http;
pub use path::path;

/// A name, and the function.
pub type Entry = (&'static str, fn(&[u8]));

/// All of them.
pub const ENTRIES: &[Entry] = &[
    ("parse", parse),
    ("names", names),
    ("translate", translate),
    ("link", link),
    ("words", words),
    ("dns", dns),
    ("path", path),
    ("http", http),
    ("cache", cache),
    ("kept", kept),
    ("executable", executable),
];

/// A module, as `build` and as `inspect` read it.
pub fn parse(data: &[u8]) {
    well(wasm::parse(data, "entry.wasm"));
    well(wasm::survey(data, "entry.wasm"));
}

/// The name section of a module with two functions, and names as reports show them.
pub fn names(data: &[u8]) {
    let mut module = wat::parse_str("(module (func) (func))").expect("it is a module");
    let mut section = vec![4];
    section.extend(b"name");
    section.extend(data);
    module.push(0);
    leb128(&mut module, section.len());
    module.extend(section);
    let module = wasm::parse(&module, "entry.wasm").expect("names are no part of what is valid");
    for index in 0..2 {
        let name = module.function_name(wasm::FuncIndex::from_u32(index));
        black_box(name.map(demangle::readable));
    }
    let text = String::from_utf8_lossy(data);
    let line = shown::line(&demangle::readable(&text)).into_owned();
    assert!(
        !line.contains(char::is_control),
        "{line:?} moves the cursor"
    );
}

/// A component.
pub fn translate(data: &[u8]) {
    if component::is_component(data) {
        well(component::translate(data));
    }
}

/// A relocatable object: for all targets, with and without debug sections.
pub fn link(data: &[u8]) {
    let inputs = [linker::Input {
        name: "the entry",
        bytes: data,
    }];
    for target in TARGETS {
        let triple = cpu::triple(target).expect("it is a target");
        let machine = linker::Target::new(&triple).expect("it is a target");
        for detail in [linker::Detail::Debug, linker::Detail::Stripped] {
            let options = linker::Options {
                entry: "_start",
                image_base: target.addresses.image,
                page: target.addresses.page,
                detail,
            };
            _ = black_box(linker::link(&inputs, &machine, &options));
        }
    }
}

/// Words in which grants, limits and options are written, by command line and by variable.
pub fn words(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for row in policy::row::rows() {
        _ = black_box(policy::check(row, &text));
    }
    _ = black_box((words::dir(data), words::host_and_guest(data)));
    _ = black_box((words::size(data), words::duration(data), words::count(data)));
    _ = black_box((words::address(&text), words::net(&text)));
}

/// The answer of a name server, to the question that its number asks.
pub fn dns(data: &[u8]) {
    let name = Name::new(b"a.example").expect("it is a name");
    let id = data.first_chunk().map_or(0, |id| u16::from_be_bytes(*id));
    for kind in [message::Kind::A, message::Kind::Aaaa] {
        let mut addresses = Addresses::EMPTY;
        let answer = message::answer(data, id, &name, kind, &mut addresses);
        let some = !addresses.all().is_empty();
        assert!(!some || answer.is_some(), "addresses of no answer");
    }
}

/// An entry of the cache: one that verifies is what it says.
pub fn cache(data: &[u8]) {
    const KEY: usize = 56;
    let key = data.len().checked_sub(KEY);
    let key = key.and_then(|at| data[at..].first_chunk());
    // Named by the key that it says, so that more than the key is looked at.
    let name = format!("wasi-aot-{}", policy::hex(key.unwrap_or(&[0; 32])));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    let mut file = OpenOptions::new();
    let file = file.write(true).create_new(true).mode(0o700).open(&path);
    let mut file = file.expect("a file");
    file.write_all(data).expect("it is written");
    drop(file);
    let read = cli::read_entry(&path);
    if read.is_ok() {
        let (executable, trailer) = data.split_at(data.len() - KEY - 32);
        let sha256 = Sha256::digest(executable);
        assert_eq!(trailer[..32], sha256[..], "another executable verifies");
    }
}

/// The contents of kept code: its object is the rest of them.
pub fn kept(data: &[u8]) {
    if let Some(kept) = cli::Kept::read(data.to_vec()) {
        assert!(data.ends_with(kept.object()), "an object from elsewhere");
    }
}

/// An executable, as `inspect` reads it.
pub fn executable(data: &[u8]) {
    for json in [false, true] {
        well(cli::describe(data, "app", json));
    }
}

/// An error of the project's own is none of the input's.
fn well<T>(result: wasi_aot::Result<T>) {
    if let Err(error) = result {
        assert!(error.code != Code::Bug, "{error}");
    }
}

fn leb128(to: &mut Vec<u8>, mut number: usize) {
    loop {
        let byte = (number & 0x7f) as u8;
        number >>= 7;
        to.push(byte | if number == 0 { 0 } else { 0x80 });
        if number == 0 {
            return;
        }
    }
}
