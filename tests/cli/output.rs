//! Outputs are complete or absent, and no other files are left over.

use crate::scratch::{Scratch, WASI_AOT};
use crate::{ensure, trials};
use libtest_mimic::{Failed, Trial};
use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Duration;
use wasi_aot_tests::tool;

pub fn trials() -> Vec<Trial> {
    trials![
        the_mode_follows_the_umask,
        a_full_disk_leaves_nothing,
        a_full_device_is_an_error,
        an_existing_file_is_replaced_not_written_to,
        a_link_is_followed,
        standard_output_takes_bytes,
        an_unwritable_folder_is_an_error,
        a_killed_build_leaves_nothing,
        unreached_functions_are_absent,
    ]
}

fn the_mode_follows_the_umask() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    for (umask, mode) in [("022", 0o755), ("077", 0o700), ("000", 0o777)] {
        scratch.shell(&format!("umask {umask}; wasi-aot build -q hello.wasm"));
        let seen = fs::metadata(scratch.path("hello"))?.permissions().mode() & 0o7777;
        ensure!(seen == mode, "umask {umask}: {seen:o}");
        fs::remove_file(scratch.path("hello"))?;
    }
    Ok(())
}

/// A small file system in memory, where mounting is allowed. Elsewhere a limit on the file size has
/// the same effect on the writer.
fn a_full_disk_leaves_nothing() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    fs::create_dir(scratch.path("disk"))?;
    let line = "unshare --mount sh -c 'mount -t tmpfs -o size=8k none disk && cd disk && \
                wasi-aot build ../hello.wasm -o app; echo status $?; ls -A'";
    let mounted = scratch.shell(line);
    let limited = scratch.shell("cd disk; trap '' XFSZ; ulimit -f 8; wasi-aot build ../hello.wasm -o app; echo status $?; ls -A");
    let can_mount = String::from_utf8_lossy(&mounted.stdout).contains("status");
    for output in [can_mount.then_some(mounted), Some(limited)]
        .into_iter()
        .flatten()
    {
        let (out, err) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        ensure!(out == "status 1\n", "{out}{err}");
        ensure!(err.contains("error[E0002]: cannot write app: "), "{err}");
    }
    Ok(())
}

fn a_full_device_is_an_error() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    for line in [
        "wasi-aot build -q hello.wasm -o /dev/full",
        "wasi-aot build -q hello.wasm -o - > /dev/full",
    ] {
        let output = scratch.shell(line);
        let err = String::from_utf8_lossy(&output.stderr);
        ensure!(
            tool::status(&output) == 1 && err.contains("error[E0002]"),
            "{line}: {err}"
        );
    }
    let output = scratch.shell("wasi-aot targets > /dev/full");
    ensure!(tool::status(&output) == 1, "{output:?}");
    Ok(())
}

fn an_existing_file_is_replaced_not_written_to() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    fs::write(scratch.path("hello"), "old")?;
    fs::hard_link(scratch.path("hello"), scratch.path("other"))?;
    let before = scratch.names()?;
    let output = scratch.wasi_aot(&["build", "-q", "hello.wasm"]);
    ensure!(output.status.success(), "{output:?}");
    ensure!(
        fs::read(scratch.path("other"))? == b"old",
        "the old file was written to"
    );
    ensure!(
        fs::read(scratch.path("hello"))?.starts_with(b"\x7fELF"),
        "no executable"
    );
    ensure!(
        scratch.names()? == before,
        "left behind: {:?}",
        scratch.names()?
    );
    Ok(())
}

fn a_link_is_followed() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    fs::create_dir(scratch.path("bin"))?;
    fs::write(scratch.path("bin/app"), "old")?;
    std::os::unix::fs::symlink("bin/app", scratch.path("hello"))?;
    scratch.wasi_aot(&["build", "-q", "hello.wasm"]);
    ensure!(
        fs::symlink_metadata(scratch.path("hello"))?.is_symlink(),
        "the link is gone"
    );
    ensure!(
        fs::read(scratch.path("bin/app"))?.starts_with(b"\x7fELF"),
        "no executable"
    );
    Ok(())
}

fn standard_output_takes_bytes() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    scratch.wasi_aot(&["build", "-q", "hello.wasm"]);
    let expected = fs::read(scratch.path("hello"))?;
    for line in [
        "wasi-aot build -q hello.wasm -o -",
        "wasi-aot build -q hello.wasm -o /dev/stdout | cat",
        "wasi-aot build -q hello.wasm -o /dev/stdout > file; cat file",
        "cat hello.wasm | wasi-aot build -q - -o -  > file; cat file",
    ] {
        let seen = scratch.shell(line).stdout;
        // The module's name is in the info note, and standard input has none.
        let same = seen == expected || line.contains("build -q - ") && seen.starts_with(b"\x7fELF");
        ensure!(
            same,
            "{line}: {} bytes, {} expected",
            seen.len(),
            expected.len()
        );
    }
    Ok(())
}

fn an_unwritable_folder_is_an_error() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    for path in ["/proc/app", "missing/app", "."] {
        let output = scratch.wasi_aot(&["build", "-q", "hello.wasm", "-o", path]);
        let err = String::from_utf8_lossy(&output.stderr);
        ensure!(
            tool::status(&output) == 1 && err.contains("error[E0002]"),
            "{path}: {err}"
        );
    }
    Ok(())
}

/// The build is killed at many different moments, including while it writes.
fn a_killed_build_leaves_nothing() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    fs::create_dir(scratch.path("out"))?;
    let build = || {
        let mut command = scratch.command(WASI_AOT);
        command.args(["build", "-q", "hello.wasm", "-o", "out/app"]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let start = std::time::Instant::now();
    build().status()?;
    let whole = start.elapsed();
    for step in 0..20u32 {
        // In the second half of the time, the file exists from the start.
        if step % 2 == 0 {
            let _ = fs::remove_file(scratch.path("out/app"));
        }
        let mut child = build().spawn()?;
        std::thread::sleep(whole * step / 20 + Duration::from_micros(100));
        child.kill()?;
        child.wait()?;
        let names: Vec<_> = fs::read_dir(scratch.path("out"))?
            .flatten()
            .map(|e| e.file_name())
            .collect();
        ensure!(
            names.iter().all(|name| name == "app"),
            "step {step}: {names:?}"
        );
        if let Ok(mut file) = fs::File::open(scratch.path("out/app")) {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            let output = tool::run(&mut scratch.command(scratch.path("out/app")), b"");
            ensure!(
                output.stdout == b"Hello, world!\n",
                "step {step}: {} bytes",
                bytes.len()
            );
        }
    }
    Ok(())
}

/// The executable does not contain WASI functions that the module does not import.
fn unreached_functions_are_absent() -> Result<(), Failed> {
    let scratch = Scratch::new()?;
    scratch.wasi_aot(&["build", "-q", "sum.wat"]);
    scratch.wasi_aot(&["build", "-q", "show.wasm"]);
    let symbols = |name: &str| -> Result<Vec<String>, Failed> {
        use object::{Object, ObjectSymbol};
        let bytes = fs::read(scratch.path(name))?;
        let file = object::File::parse(&*bytes)?;
        let names = file
            .symbols()
            .filter_map(|symbol| Some(symbol.name().ok()?.to_string()));
        Ok(names
            .filter(|name| name.contains("wasi_snapshot_preview1."))
            .collect())
    };
    let has = |names: &[String], name: &str| {
        names
            .iter()
            .any(|n| n.contains(&format!("wasi_snapshot_preview1.{name}")))
    };
    let (sum, show) = (symbols("sum")?, symbols("show")?);
    ensure!(has(&sum, "proc_exit"), "sum: {sum:?}");
    ensure!(
        !has(&sum, "fd_write") && !has(&sum, "path_open"),
        "sum: {sum:?}"
    );
    ensure!(
        has(&show, "path_open") && !has(&show, "sock_accept"),
        "show: {show:?}"
    );
    let size = |name: &str| fs::metadata(scratch.path(name)).map(|file| file.len());
    ensure!(size("sum")? < size("show")?, "sum is as large as show");
    Ok(())
}
