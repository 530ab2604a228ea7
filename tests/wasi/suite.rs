//! Public conformance suites: every module below the folders that `WASI_AOT_SUITE` names is a test,
//! run as the specification next to it says. See `tests/wasi/README.md`.

use super::{System, build};
use libtest_mimic::{Failed, Trial};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    env, fs, io,
    path::{Path, PathBuf},
};
use wasi_aot_targets::{TARGETS, Target};
use wasi_aot_tests::tool::{self, Runner};

/// `NAME.json`, the specification of `NAME.wasm`.
#[derive(Deserialize, Clone, Default)]
#[serde(default, deny_unknown_fields)]
struct Specification {
    args: Vec<String>,
    /// Folders next to the module. The program knows them by their names.
    dirs: Vec<String>,
    /// Such a folder, which the program knows as `/`.
    root: Option<String>,
    env: BTreeMap<String, String>,
    exit_code: i32,
    stdout: Option<String>,
    stderr: Option<String>,
    /// The subject of the test, for people.
    #[serde(rename = "wasi_functions")]
    _functions: Vec<String>,
}

/// Tests of the folders in `WASI_AOT_SUITE`, which are separated like those in `PATH`. Without the
/// variable there are none.
pub fn trials() -> Vec<Trial> {
    let Some(folders) = env::var_os("WASI_AOT_SUITE") else {
        return vec![];
    };
    let mut modules = vec![];
    for folder in env::split_paths(&folders) {
        let before = modules.len();
        let folder = folder.canonicalize().unwrap_or(folder);
        find(&folder, &mut modules).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        assert!(
            modules.len() > before,
            "no module below {}",
            folder.display()
        );
    }
    modules.sort();
    let native = TARGETS.iter().filter_map(|target| {
        let runner = Runner::find(target).ok()?;
        matches!(runner, Runner::Native).then_some((target, runner))
    });
    native
        .flat_map(|(target, runner)| {
            modules
                .iter()
                .map(move |module| trial(target, &runner, module))
        })
        .collect()
}

fn find(folder: &Path, modules: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, modules)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "wasm")
        {
            modules.push(path);
        }
    }
    Ok(())
}

fn trial(target: &'static Target, runner: &Runner, module: &Path) -> Trial {
    let suite = module.parent().and_then(Path::file_name);
    let suite = suite.unwrap_or_default().to_string_lossy();
    let stem = module.file_stem().unwrap_or_default().to_string_lossy();
    let (runner, path) = (runner.clone(), module.to_owned());
    Trial::test(format!("{}/{suite}/{stem}", target.name), move || {
        check(target, &runner, &path)
    })
}

fn check(target: &Target, runner: &Runner, module: &Path) -> Result<(), Failed> {
    let specification: Specification = match fs::read(module.with_extension("json")) {
        Ok(text) => serde_json::from_slice(&text)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Specification::default(),
        Err(error) => return Err(error.into()),
    };
    let folder = tempfile::tempdir()?;
    let from = folder.path();
    let app = build(target, &folder, from, &specification.grants(), module)?;
    for system in [System::Here, System::WithoutOpenat2] {
        let root = folder.path().join(format!("{system:?}"));
        specification.set_up(module, &root)?;
        let mut command = system.command(runner, &app);
        command.args(&specification.args).current_dir(&root);
        let ran = tool::run(&mut command, b"");
        let (stdout, stderr) = (
            String::from_utf8_lossy(&ran.stdout),
            String::from_utf8_lossy(&ran.stderr),
        );
        let right = tool::status(&ran) == specification.exit_code
            && specification
                .stdout
                .as_ref()
                .is_none_or(|text| *text == stdout)
            && specification
                .stderr
                .as_ref()
                .is_none_or(|text| *text == stderr);
        if !right {
            let status = tool::status(&ran);
            return Err(format!("{system:?}: ended with {status}\n{stdout}{stderr}").into());
        }
    }
    Ok(())
}

impl Specification {
    fn grants(&self) -> Vec<String> {
        let dirs = self.dirs.iter().map(|dir| format!("--dir={dir}"));
        let root = self.root.iter().map(|root| format!("--dir={root}::/"));
        let env = self
            .env
            .iter()
            .map(|(name, value)| format!("--env={name}={value}"));
        dirs.chain(root).chain(env).collect()
    }

    /// Copies the folders, and creates those that the suite does not contain.
    fn set_up(&self, module: &Path, root: &Path) -> io::Result<()> {
        let suite = module.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(root)?;
        for dir in self.dirs.iter().chain(&self.root) {
            // A test that requests `.` gets an empty folder.
            if suite.join(dir).is_dir() && dir != "." {
                copy(&suite.join(dir), &root.join(dir))?;
            } else {
                fs::create_dir_all(root.join(dir))?;
            }
        }
        Ok(())
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy(&from, &to)?;
        } else {
            fs::copy(from, to)?;
        }
    }
    Ok(())
}
