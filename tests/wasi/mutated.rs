//! Some program must fail without each function of WASI 0.2. In the built programs, the function's
//! code is replaced by code that only returns the error `not-supported` (or a similar one, or
//! nothing if it has no such error). At least one program must then behave differently than
//! expected.
//!
//! Executables have a symbol for each function of the runtime, so nothing is compiled for this: the
//! beginning of the function is overwritten.

use super::{Case, System, compare};
use libtest_mimic::{Failed, Trial};
use object::{Object, ObjectSection, ObjectSymbol};
use std::{
    collections::HashMap,
    fs,
    process::Command,
    sync::{Arc, Mutex, OnceLock},
};
use wasi_aot::component::INTERFACES;
use wasi_aot_abi::component::RESOURCES;
use wasi_aot_tests::tool::{self, Runner};

mod layout;
mod stub;

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
    built: OnceLock<Result<Built, String>>,
}

/// Its executable, and the locations of the WASI functions in it.
#[derive(Debug)]
struct Built {
    bytes: Vec<u8>,
    functions: HashMap<String, Place>,
}

/// The location of code in a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Place {
    offset: usize,
    len: usize,
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

/// The symbols of all functions, and their replacement code.
fn functions() -> impl Iterator<Item = (String, Vec<u8>)> {
    let declared = INTERFACES.iter().flat_map(|interface| {
        let symbol = |name: &str| format!("{}@{}#{name}", interface.name, interface.version);
        let functions = interface.functions.iter();
        functions.map(move |(name, of)| (symbol(name), stub::of_function(of)))
    });
    let drops = RESOURCES.iter().map(|(interface, name)| {
        let symbol = format!("{interface}@0.2#[resource-drop]{name}");
        (symbol, stub::of_drop())
    });
    let nothing = |symbol: &str| NOTHING.iter().any(|(known, _)| *known == symbol);
    let all = declared.chain(drops);
    all.filter(move |(symbol, _)| !nothing(symbol))
}

impl Program {
    fn built(&self) -> Result<&Built, String> {
        let built = self.built.get_or_init(|| {
            let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
            let target = wasi_aot_targets::host().ok_or("no target is this machine")?;
            let app = self.case.build(target, &folder);
            let app = app.map_err(|error| format!("{error:?}"))?;
            Built::new(fs::read(app).map_err(|error| error.to_string())?)
        });
        built.as_ref().map_err(String::clone)
    }

    /// The difference in its behaviour with this code in place of a function; `None` if there is
    /// none.
    fn missed(&self, place: Place, code: &[u8]) -> Result<Option<String>, Failed> {
        let folder = tempfile::tempdir()?;
        let app = folder.path().join("app");
        let mut bytes = self.built()?.bytes.clone();
        bytes[place.offset..][..code.len()].copy_from_slice(code);
        fs::write(&app, bytes)?;
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(&app, permissions)?;
        let root = folder.path().join("root");
        self.case.set_up_run(&root)?;
        let program = System::Here.command(&Runner::Native, &app);
        let mut command = Command::new("timeout");
        command.arg(PATIENCE).arg(program.get_program());
        let ran = self.case.run(command, &root)?;
        Ok(compare(&self.case, &ran).err())
    }
}

impl Built {
    fn new(bytes: Vec<u8>) -> Result<Built, String> {
        let file = object::File::parse(&*bytes).map_err(|error| error.to_string())?;
        let mut functions = HashMap::new();
        for symbol in file.symbols().filter(|symbol| symbol.size() > 0) {
            let name = symbol.name().unwrap_or_default();
            let section = symbol.section_index();
            let Some(section) = section.and_then(|index| file.section_by_index(index).ok()) else {
                continue;
            };
            let Some((start, _)) = section.file_range() else {
                continue;
            };
            if name.starts_with("wasi:") {
                let offset = (symbol.address() - section.address() + start) as usize;
                let len = symbol.size() as usize;
                functions.insert(name.to_owned(), Place { offset, len });
            }
        }
        // A program also contains functions that it does not import, if they share code with one
        // that it imports.
        let imported = |name: &str| functions.contains_key(&format!("{name} [import]"));
        let functions = functions
            .iter()
            .filter(|(name, _)| imported(name))
            .map(|(name, place)| (name.clone(), *place))
            .collect();
        Ok(Built { bytes, functions })
    }

    /// The location of a function, if the program imports it and no other function shares its code.
    /// The program could fail because of that other function.
    fn place(&self, symbol: &str) -> Option<Place> {
        let place = self.functions.get(symbol)?;
        let mut others = self.functions.iter();
        let same = others.any(|(other, at)| other != symbol && at == place);
        (!same).then_some(*place)
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
        let Some(place) = program.built()?.place(symbol) else {
            continue;
        };
        if place.len < code.len() {
            return Err(format!("{symbol} has only {} bytes", place.len).into());
        }
        if program.missed(place, code)?.is_some() {
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
