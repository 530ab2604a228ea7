//! `run --dev`: grants that tests need: the package's directory, temporary files, a few variables.

use crate::policy::Given;
use crate::policy::row::find;
use crate::{Code, Error, Result};
use std::env;
use std::path::{Path, PathBuf};

/// Variables that test harnesses read. Unset ones stay unset.
const VARIABLES: [&str; 9] = [
    "CARGO_MANIFEST_DIR",
    "RUST_BACKTRACE",
    "RUST_LIB_BACKTRACE",
    "RUST_LOG",
    "RUST_TEST_NOCAPTURE",
    "RUST_TEST_SHUFFLE",
    "RUST_TEST_THREADS",
    "RUST_TEST_TIME_UNIT",
    "TZ",
];

/// The directory for temporary files if `TMPDIR` is not set.
const TEMPORARY: &str = "/tmp";

/// Adds the grants of `--dev`. An explicit grant of the same path or variable takes precedence.
///
/// # Errors
/// [`Code::Option`] when the current directory cannot be granted because it no longer exists or its
/// path is not UTF-8.
pub fn grant(given: &mut Given) -> Result<()> {
    let here = env::current_dir().map_err(|error| refused(&error.to_string()))?;
    let here = text(&here)?;
    add(given, "dir", ".")?;
    add(given, "dir", here)?;
    add(given, "env", &format!("PWD={here}"))?;
    for name in VARIABLES {
        add(given, "env", name)?;
    }
    let temporary = env::var_os("TMPDIR").filter(|path| !path.is_empty());
    let temporary = temporary.map_or_else(|| TEMPORARY.into(), PathBuf::from);
    if temporary.is_dir() {
        let temporary = text(&temporary)?;
        add(given, "dir", temporary)?;
        add(given, "env", &format!("TMPDIR={temporary}"))?;
    }
    Ok(())
}

fn text(path: &Path) -> Result<&str> {
    path.to_str()
        .ok_or_else(|| refused(&format!("{} is not UTF-8", path.display())))
}

fn add(given: &mut Given, option: &str, value: &str) -> Result<()> {
    let row = find(option).expect("the option is in the table");
    given
        .push_unless_named(row, value)
        .map_err(|why| refused(&why))
}

fn refused(why: &str) -> Error {
    Error::new(Code::Option, format!("--dev: {why}"))
}
