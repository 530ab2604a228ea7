//! Each program of `tests/wasi` is run again as a component: the official adapter, which implements
//! preview 1 with WASI 0.2, is wrapped around it. The component must behave like the module. Where
//! it does not, `adapted/NAME.expect` gives the reason and the expected behaviour.
//!
//! `adapted/adapter.wasm` is the adapter around a module that imports everything; the program
//! replaces that module.

use super::{Case, System, by_wasmtime, compare, folder};
use libtest_mimic::{Failed, Trial};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};
use tempfile::TempDir;
use wasi_aot_tests::tool::{self, Runner};
use wasmparser::{Parser, Payload};

/// Programs that are not run as components, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    (
        "nonblock",
        "the adapter cannot make standard input non-blocking, and its other end waits for the program",
    ),
    (
        "seekdir",
        "the adapter counts the entries: where it goes wrong depends on the file system's order",
    ),
    (
        "times-granted",
        "the adapter sets no times of directories, and the times that they have are not known",
    ),
];

/// Marks a reason that has not been found yet.
const UNKNOWN: &str = "?";

/// The tests, for this machine's CPU. For other targets, the functions of components are tested as
/// such.
pub fn trials(cases: &[Case]) -> Vec<Trial> {
    with_place(cases)
        .map(|case| {
            let case = case.clone();
            let name = format!("adapted/{}", case.name);
            Trial::test(name, move || check(&case))
        })
        .collect()
}

fn with_place(cases: &[Case]) -> impl Iterator<Item = &Case> {
    let left_out = |case: &Case| LEFT_OUT.iter().any(|(name, _)| case.name == *name);
    cases
        .iter()
        .filter(move |case| !left_out(case) && has_place(&case.module))
}

/// Whether the adapter provides everything that a module imports, and finds what it needs in the
/// module.
fn has_place(module: &Path) -> bool {
    let bytes = wat::parse_file(module).expect("it is a module");
    if Parser::is_component(&bytes) {
        return false;
    }
    let (mut known, mut memory) = (true, false);
    for payload in Parser::new(0).parse_all(&bytes) {
        match payload.expect("it is a module") {
            Payload::ImportSection(imports) => {
                known = imports.into_imports().all(|import| {
                    let import = import.expect("it is an import");
                    // The adapter has no signals: it traps for every signal that is raised.
                    import.module == "wasi_snapshot_preview1" && import.name != "proc_raise"
                });
            }
            // The adapter grows this memory for its own state.
            Payload::MemorySection(memories) => {
                memory = memories.into_iter().all(|memory| {
                    let memory = memory.expect("it is a memory");
                    memory
                        .maximum
                        .is_none_or(|maximum| maximum > memory.initial)
                });
            }
            _ => {}
        }
    }
    known && memory
}

/// A module wrapped in the adapter.
fn adapted(module: &[u8]) -> Vec<u8> {
    const CORE_MODULE: u8 = 1;
    let adapter = fs::read(folder().join("adapted/adapter.wasm")).expect("it is there");
    let (header, mut rest) = adapter.split_at(8);
    let mut component = header.to_vec();
    let mut replaced = false;
    while let Some((&id, behind)) = rest.split_first() {
        let (length, number) = leb128(behind);
        let section;
        (section, rest) = rest.split_at(1 + number + length);
        if id == CORE_MODULE && !replaced {
            replaced = true;
            component.push(id);
            // All five bytes are used, as the format allows.
            let length = u32::try_from(module.len()).expect("it is small");
            component.extend((0..5).map(|byte| {
                let more = if byte == 4 { 0 } else { 0x80 };
                (length >> (byte * 7) & 0x7f) as u8 | more
            }));
            component.extend(module);
        } else {
            component.extend(section);
        }
    }
    assert!(replaced, "the adapter has a module");
    component
}

/// A number, and its length in bytes.
fn leb128(bytes: &[u8]) -> (usize, usize) {
    let count = bytes.iter().take_while(|byte| **byte & 0x80 != 0).count() + 1;
    let digits = bytes.iter().take(count).enumerate();
    let number = digits.fold(0, |sum, (place, byte)| {
        sum | usize::from(byte & 0x7f) << (place * 7)
    });
    (number, count)
}

/// The file that describes how the component's behaviour differs.
fn difference(case: &Case) -> PathBuf {
    folder().join(format!("adapted/{}.expect", case.name))
}

/// The contents of such a file.
fn expectation(path: &Path) -> Result<Case, String> {
    let mut cases = Case::read_all(path)?;
    let one = cases.pop().filter(|_| cases.is_empty());
    one.ok_or_else(|| "it has several cases".to_owned())
}

/// The component, and its expected behaviour: by default, that of the module.
fn component(case: &Case, folder: &Path) -> Result<Case, Failed> {
    let mut component = case.clone();
    component.module = folder.join("component.wasm");
    fs::write(&component.module, adapted(&wat::parse_file(&case.module)?))?;
    // `wasi:cli/exit` can only report success or failure.
    component.exit = match case.exit {
        1..=255 if !case.trapped() => 1,
        exit => exit,
    };
    Ok(component)
}

fn check(case: &Case) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let mut component = component(case, folder.path())?;
    let ran = run(&component, &folder)?;
    let own = difference(case);
    if own.exists() {
        if compare(&component, &ran).is_ok() {
            return Err(format!("{} is out of date", own.display()).into());
        }
        let own = expectation(&own)?;
        if own.why.is_none_or(|why| why == UNKNOWN) {
            return Err("it does not say why".into());
        }
        (component.exit, component.stdout, component.stderr) = (own.exit, own.stdout, own.stderr);
    }
    Ok(compare(&component, &ran)?)
}

/// Builds the component and runs the executable.
fn run(component: &Case, folder: &TempDir) -> Result<Output, Failed> {
    let target = wasi_aot_targets::host().ok_or("no target is this machine")?;
    let runner = Runner::find(target)?;
    let app = component.build(target, folder)?;
    let root = folder.path().join("root");
    component.set_up_run(&root)?;
    Ok(component.run(System::Here.command(&runner, &app), &root)?)
}

/// Records the behaviour of components that differs from that of the module. Where wasmtime does
/// not agree with us about the component, the case is marked as our own.
pub fn bless(wasmtime: &Path, cases: &[Case]) {
    for case in with_place(cases) {
        if let Err(error) = bless_one(wasmtime, case) {
            panic!("{}: {error:?}", case.path.display());
        }
    }
}

fn bless_one(wasmtime: &Path, case: &Case) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let component = component(case, folder.path())?;
    let ours = run(&component, &folder)?;
    let path = difference(case);
    if compare(&component, &ours).is_ok() {
        if path.exists() {
            fs::remove_file(path)?;
        }
        return Ok(());
    }
    let theirs = by_wasmtime(wasmtime, &component)?;
    let same = theirs.stdout == ours.stdout && tool::status(&theirs) == tool::status(&ours);
    let before = expectation(&path).unwrap_or_default();
    let own = match before.own {
        _ if same => String::new(),
        reason => format!("own: {}\n", reason.as_deref().unwrap_or(UNKNOWN)),
    };
    let why = before.why.as_deref().unwrap_or(UNKNOWN).to_owned();
    let (exit, stdout) = (tool::status(&ours), String::from_utf8_lossy(&ours.stdout));
    fs::write(
        path,
        format!("why: {why}\n{own}exit: {exit}\nstdout:\n{stdout}"),
    )?;
    Ok(())
}
