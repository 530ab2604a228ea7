//! The levels of debug information, and debug information that is malformed.

use crate::{build, folder, outcome, trial};
use libtest_mimic::{Failed, Trial};
use std::fs;
use std::process::Command;
use wasi_aot_tests::tool::{self, Runner};

/// The module that the tests build.
const MODULE: &str = "lines-5-O2.wasm";

/// All tests.
pub fn trials() -> Vec<Trial> {
    vec![
        trial("levels/all".into(), None, levels),
        trial("levels/cached".into(), None, cached),
        trial("levels/malformed".into(), None, malformed),
    ]
}

/// Only level 1, the default, has source locations.
fn levels() -> Result<(), Failed> {
    let host = wasi_aot_targets::host().ok_or("this machine is no target")?;
    let scratch = tempfile::tempdir()?;
    let executable = scratch.path().join("app");
    for (options, lines, names) in [
        (&[][..], true, true),
        (&["-g1"], true, true),
        (&["-g0"], false, true),
        (&["--debug-info=0"], false, true),
        (&["--strip"], false, false),
    ] {
        build(host, &folder().join(MODULE), &executable, options)?;
        let report = outcome(&mut Runner::Native.command(&executable));
        if report.contains("at /src/lines.c:13:14") != lines || report.contains("walk") != names {
            return Err(format!("{options:?}:\n{report}").into());
        }
    }
    Ok(())
}

/// The cache of `run` keeps an executable for each level.
fn cached() -> Result<(), Failed> {
    let cache = tempfile::tempdir()?;
    for (level, lines) in [("-g0", false), ("-g1", true), ("-g0", false)] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wasi-aot-under-test"));
        command.env("WASI_AOT_CACHE", cache.path());
        let report = outcome(command.args(["run", level]).arg(folder().join(MODULE)));
        if !report.contains("walk") || report.contains("at /src/lines.c:13:14") != lines {
            return Err(format!("{level}:\n{report}").into());
        }
    }
    Ok(())
}

/// Malformed debug information is left out with a warning, and the program is as without it.
fn malformed() -> Result<(), Failed> {
    let scratch = tempfile::tempdir()?;
    let mut module = fs::read(folder().join(MODULE))?;
    let name = b".debug_info";
    let at = module.windows(name.len()).position(|bytes| bytes == name);
    let unit = at.ok_or("it has debug information")? + name.len();
    // The version of the unit, after its length.
    module[unit + 4] = 77;
    let broken = scratch.path().join("broken.wasm");
    fs::write(&broken, module)?;
    let executable = scratch.path().join("app");
    let mut command = Command::new(env!("CARGO_BIN_EXE_wasi-aot-under-test"));
    command
        .args(["build", "--no-cache", "-o"])
        .arg(&executable)
        .arg(&broken);
    let built = tool::run(&mut command, b"");
    let said = String::from_utf8_lossy(&built.stderr);
    let report = outcome(&mut Runner::Native.command(&executable));
    let warned = said.contains("warning: the debug information of `lines-5-O2.wasm` is left out: ");
    match built.status.success() && warned && report.contains("lines-5-O2.wasm!walk\n") {
        true => Ok(()),
        false => Err(format!("{said}\n{report}").into()),
    }
}
