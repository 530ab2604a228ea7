//! One program, linked in three ways: by the in-process linker from its own object and from the one
//! for any linker, and by the system's linker from that. All must behave the same.

use crate::scratch::{Scratch, WASI_AOT};
use crate::{ensure, trials};
use libtest_mimic::{Failed, Trial};
use std::path::Path;
use std::process::Output;
use wasi_aot_targets::{TARGETS, Target};
use wasi_aot_tests::tool::{self, Runner};

pub fn trials() -> Vec<Trial> {
    let mut trials = trials![what_is_linked_from_either_object_is_the_same];
    for target in TARGETS {
        let name = format!(
            "linkers::the_systems_linker_makes_a_program_that_behaves_the_same, {}",
            target.name
        );
        trials.push(match lacks(target) {
            None => Trial::test(name, || behaves_the_same(target)),
            Some(reason) => tool::unable(name, reason),
        });
    }
    trials
}

/// What this machine lacks to link programs for `target` with its own linker and to run them.
fn lacks(target: &Target) -> Option<String> {
    let compiler = format!("{}-gcc", target.triple.replace("-unknown", ""));
    let native = wasi_aot_targets::host().is_some_and(|host| host.name == target.name);
    match native || tool::in_path(&compiler).is_some() {
        true => Runner::find(target).err(),
        false => Some(format!("no {compiler}")),
    }
}

/// Objects and a caught exception with one in it: ends with 42.
const OBJECTS: &str = r#"(module
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (type $box (struct (field i32)))
    (tag $thrown (param (ref $box)))
    (func $throw (param i32) (throw $thrown (struct.new $box (local.get 0))))
    (table funcref (elem $throw))
    (memory (export "memory") 1)
    (func (export "_start")
      (call $exit (struct.get $box 0
        (block $caught (result (ref $box))
          (try_table (catch $thrown $caught)
            (call_indirect (param i32) (i32.const 42) (i32.const 0)))
          (unreachable))))))"#;

/// Below `tests`: tables, traps with a backtrace, objects, threads, a component.
const FILES: &[&str] = &[
    "../examples/hello.wasm",
    "../examples/hello.component.wasm",
    "traps/signature.wat",
    "traps/null-call.wat",
    "traps/memory.wat",
    "traps/cast.wat",
    "traps/stack.wat",
    "traps/tail-call.wat",
    "wasi/threads/threads-exit.wasm",
    "wasi/threads/threads-grow.wasm",
];

/// Calls `check` for each program: the directory, and the program.
fn each(check: impl Fn(&Scratch, &Path) -> Result<(), Failed>) -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    let objects = scratch.path("objects.wat");
    std::fs::write(&objects, OBJECTS)?;
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = FILES.iter().map(|file| tests.join(file));
    for file in files.chain([objects]) {
        check(&scratch, &file)?;
    }
    Ok(())
}

/// Builds and says what went wrong, if anything did.
fn build(scratch: &Scratch, file: &Path, target: &str, how: &[&str]) -> Result<(), Failed> {
    let mut command = scratch.command(WASI_AOT);
    command
        .args(["build", "-q"])
        .arg(file)
        .args(["--target", target]);
    let output = tool::run(command.args(how), b"");
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}: {said}", file.display());
    Ok(())
}

fn what_is_linked_from_either_object_is_the_same() -> Result<(), Failed> {
    each(|scratch, file| {
        for target in TARGETS.iter().map(|target| target.name) {
            build(scratch, file, target, &["--emit", "exe=own"])?;
            build(scratch, file, target, &["--emit", "exe=any,obj=any.o"])?;
            let [own, any] = ["own", "any"].map(|name| std::fs::read(scratch.path(name)));
            let same = own? == any?;
            ensure!(same, "{} for {target} differs", file.display());
        }
        Ok(())
    })
}

fn behaves_the_same(target: &'static Target) -> Result<(), Failed> {
    let runner = Runner::find(target)?;
    each(|scratch, file| {
        let system = ["-o", "system", "--linker", "system"];
        build(scratch, file, target.name, &["-o", "own"])?;
        build(scratch, file, target.name, &system)?;
        let [own, system] = ["own", "system"].map(|name| {
            let mut command = runner.command(&scratch.path(name));
            let output = tool::run(command.current_dir(scratch.path("")), b"");
            said(&output, name)
        });
        ensure!(
            own == system,
            "{} for {}: {own:?}, {system:?}",
            file.display(),
            target.name
        );
        Ok(())
    })
}

/// How a program ended and what it printed, whatever its own name is.
fn said(output: &Output, name: &str) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(name, "NAME");
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}
