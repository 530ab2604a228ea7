//! Some program must fail without each function of WASI 0.2. In the built programs, the function's
//! code is replaced by code that only returns the error `not-supported` (or a similar one, or
//! nothing if it has no such error). At least one program must then behave differently than
//! expected.
//!
//! The functions of `wasi:http` are left out: the programs of this family are commands, and the
//! trials of those functions are in the family `http`.

use super::{Case, System, compare};
use libtest_mimic::{Failed, Trial};
use std::{
    fs,
    process::Command,
    sync::{Arc, Mutex, OnceLock},
};
use wasi_aot_tests::mutant::{self, Original};
use wasi_aot_tests::tool::{self, Runner};

/// Seconds after which a program that waits for something that never comes counts as failed.
const PATIENCE: &str = "5";

/// Functions that have no effect to test, and why.
const NOTHING: &[(&str, &str)] = &[
    ("wasi:io/error@0.2#[resource-drop]error", "it is a number"),
    (
        "wasi:sockets/network@0.2#[resource-drop]network",
        "there is only one",
    ),
    (
        "wasi:cli/terminal-input@0.2#[resource-drop]terminal-input",
        "it says only that there is one",
    ),
    (
        "wasi:cli/terminal-output@0.2#[resource-drop]terminal-output",
        "it says only that there is one",
    ),
    (
        "wasi:clocks/timezone@0.2#utc-offset",
        "the time zone is always UTC",
    ),
    ("wasi:cli/environment@0.2#initial-cwd", "there is none"),
];

/// A program that is built once.
#[derive(Debug)]
struct Program {
    case: Case,
    built: OnceLock<Result<Original, String>>,
}

/// The tests: one per function, if the replacement code is for this machine's CPU.
pub fn trials(cases: &[Case]) -> Vec<Trial> {
    let obstacle = match cfg!(target_arch = "x86_64") {
        true => cases.iter().find_map(Case::obstacle),
        false => Some("the code in place of functions is that of x86-64"),
    };
    if let Some(reason) = obstacle {
        return vec![tool::left_out("mutated", reason)];
    }
    let component = |case: &&Case| {
        let name = case.module.file_name().unwrap_or_default();
        name.to_string_lossy().starts_with("p2-")
    };
    let program = |case: &Case| Program {
        case: case.clone(),
        built: OnceLock::new(),
    };
    let programs: Arc<Vec<Program>> =
        Arc::new(cases.iter().filter(component).map(program).collect());
    // The program that failed last. The next function is likely to make it fail, too.
    let last = Arc::new(Mutex::new(0));
    let trial = |(symbol, code): (String, Vec<u8>)| {
        let (programs, last) = (programs.clone(), last.clone());
        Trial::test(format!("mutated/{symbol}"), move || {
            check(&programs, &last, &symbol, &code)
        })
    };
    functions().map(trial).collect()
}

/// The symbols of the functions that a command can miss, and their replacement code.
fn functions() -> impl Iterator<Item = (String, Vec<u8>)> {
    let nothing = |symbol: &str| NOTHING.iter().any(|(known, _)| *known == symbol);
    let of_server = |symbol: &str| symbol.starts_with("wasi:http/");
    mutant::functions().filter(move |(symbol, _)| !nothing(symbol) && !of_server(symbol))
}

impl Program {
    fn built(&self) -> Result<&Original, String> {
        let built = self.built.get_or_init(|| {
            let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
            let target = wasi_aot_targets::host().ok_or("no target is this machine")?;
            let app = self.case.build(target, &folder);
            let app = app.map_err(|error| format!("{error:?}"))?;
            Original::new(fs::read(app).map_err(|error| error.to_string())?)
        });
        built.as_ref().map_err(String::clone)
    }

    /// The difference in the behaviour of this mutant of it; `None` if there is none.
    fn missed(&self, mutant: &[u8]) -> Result<Option<String>, Failed> {
        let folder = tempfile::tempdir()?;
        let app = folder.path().join("app");
        mutant::write(&app, mutant)?;
        let root = folder.path().join("root");
        self.case.set_up_run(&root)?;
        let program = System::Here.command(&Runner::Native, &app);
        let mut command = Command::new("timeout");
        command.arg(PATIENCE).arg(program.get_program());
        let ran = self.case.run(command, &root)?;
        Ok(compare(&self.case, &ran).err())
    }
}

fn check(
    programs: &[Program],
    last: &Mutex<usize>,
    symbol: &str,
    code: &[u8],
) -> Result<(), Failed> {
    let mut tried = Vec::new();
    let first = *last.lock().expect("nobody panics with it");
    for index in (0..programs.len()).map(|index| (first + index) % programs.len()) {
        let program = &programs[index];
        let Some(mutant) = program.built()?.without(symbol, code)? else {
            continue;
        };
        if program.missed(&mutant)?.is_some() {
            *last.lock().expect("nobody panics with it") = index;
            return Ok(());
        }
        tried.push(program.case.path.display().to_string());
    }
    Err(match tried.len() {
        0 => "no program imports it, without another that is the same code".into(),
        _ => format!("nobody misses it:\n{}", tried.join("\n")).into(),
    })
}
