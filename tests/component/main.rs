//! Components: each `.wast` script in `tests/component` is one test per target. Each assertion is
//! run as a separate program, which also makes the calls before it. The last line that it prints,
//! or the trap that ends it, must match the script.
//!
//! With wasmtime in `PATH`, one more test per script checks with wasmtime that the script is right.
//! A line of the script that begins with `;; Not asked of wasmtime:` gives the reason for an
//! exception. `WASI_AOT_SCRIPTS=FOLDER` runs the scripts of another folder.

use libtest_mimic::{Arguments, Failed, Trial};
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};
use wasi_aot::Code;
use wasi_aot::program::Entry;
use wasi_aot_targets::{TARGETS, Target};
use wasi_aot_tests::tool::{self, Runner};
use wast::component::WastVal;
use wast::{QuoteWat, WastArg, WastDirective, WastExecute, WastInvoke, WastRet, Wat};

/// Traps whose message in wasmtime differs between its own lifting and adapters: wasmtime's words,
/// ours.
const WORDS: &[(&str, &str)] = &[
    ("pointer not aligned", "unaligned pointer"),
    ("pointer is not aligned", "unaligned pointer"),
    (
        "pointer out of bounds of memory",
        "out of bounds memory access",
    ),
    (
        "string pointer/length out of bounds of memory",
        "string content out-of-bounds",
    ),
    (
        "list pointer/length out of bounds of memory",
        "list content out-of-bounds",
    ),
    ("invalid utf-8", "invalid utf8 encoding"),
    ("incomplete utf-8", "invalid utf8 encoding"),
    ("unpaired surrogate found", "invalid utf16 encoding"),
    (
        "converted integer out of range for `char`",
        "invalid `char` bit pattern",
    ),
    ("out of range [", "invalid variant discriminant"),
    ("unreachable", "wasm `unreachable` instruction executed"),
    (
        "uncaught exception propagated out of component",
        "thrown Wasm exception",
    ),
];

/// The line of a script that says why wasmtime does not confirm it.
const NOT_ASKED: &str = "\n;; Not asked of wasmtime: ";

fn main() -> ExitCode {
    let other = std::env::var_os("WASI_AOT_SCRIPTS").map(PathBuf::from);
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("component");
    let scripts = scripts(other.as_deref().unwrap_or(&own));
    let trials = TARGETS
        .iter()
        .flat_map(|target| scripts.iter().map(|script| trial(target, script)));
    let confirmations = scripts.iter().map(|script| confirmation(script));
    let trials = trials.chain(confirmations).chain([agreement()]).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn scripts(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("it can be read").path());
    let mut scripts: Vec<_> = paths
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "wast")
        })
        .collect();
    scripts.sort();
    scripts
}

/// Checks a script with wasmtime.
fn confirmation(script: &Path) -> Trial {
    let stem = script.file_stem().unwrap_or_default().to_string_lossy();
    let name = format!("wasmtime/{stem}");
    let asked = !fs::read_to_string(script)
        .unwrap_or_default()
        .contains(NOT_ASKED);
    let script = script.to_owned();
    match tool::in_path("wasmtime") {
        Some(wasmtime) if asked => Trial::test(name, move || confirm(&wasmtime, &script)),
        found => tool::left_out(
            name,
            match found {
                Some(_) => "differs on purpose",
                None => "no wasmtime in PATH",
            },
        ),
    }
}

fn confirm(wasmtime: &Path, script: &Path) -> Result<(), Failed> {
    let output = tool::run(
        Command::new(wasmtime)
            .args(["wast", "-Wcomponent-model-fixed-length-lists"])
            .arg(script),
        b"",
    );
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
    }
}

/// The calls of `component/invoke.txt` print the same as with wasmtime.
fn agreement() -> Trial {
    let name = "wasmtime/invoke";
    match (tool::in_path("wasmtime"), wasi_aot_targets::host()) {
        (Some(wasmtime), Some(host)) => Trial::test(name, move || agree(&wasmtime, host)),
        _ => tool::left_out(name, "no wasmtime in PATH"),
    }
}

fn agree(wasmtime: &Path, host: &Target) -> Result<(), Failed> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let values = tests.join("cli/components/values.wat");
    let component = wat::parse_file(&values)?;
    let folder = tempfile::tempdir()?;
    let mut problems = String::new();
    for call in fs::read_to_string(tests.join("component/invoke.txt"))?.lines() {
        let mut command = Command::new(wasmtime);
        let theirs = command.args(["run", "--invoke", call]).arg(&values);
        let theirs = tool::run(theirs, b"");
        let image = build(host, &component, vec![call.to_owned()])?;
        let ours = start(&Runner::Native, folder.path(), &image)?;
        if !theirs.status.success() || ours.stdout != theirs.stdout {
            let (ours, theirs) = (shown(&ours), shown(&theirs));
            writeln!(problems, "{call}: ours {ours}, theirs {theirs}")?;
        }
    }
    match problems.is_empty() {
        true => Ok(()),
        false => Err(problems.into()),
    }
}

fn build(target: &Target, component: &[u8], calls: Vec<String>) -> wasi_aot::Result<Vec<u8>> {
    let mut options = wasi_aot::Options::new(target);
    options.entry = Entry::Invoke(calls);
    let built = wasi_aot::build(component, "script.wasm", &options)?;
    Ok(built.image.unwrap_or_default())
}

/// Runs an executable from a folder.
fn start(runner: &Runner, folder: &Path, image: &[u8]) -> std::io::Result<Output> {
    let executable = folder.join("script");
    // A file that may still be running must not be overwritten.
    _ = fs::remove_file(&executable);
    fs::write(&executable, image)?;
    fs::set_permissions(&executable, fs::Permissions::from_mode(0o755))?;
    Ok(tool::run(&mut runner.command(&executable), b""))
}

fn trial(target: &'static Target, script: &Path) -> Trial {
    let stem = script.file_stem().unwrap_or_default().to_string_lossy();
    let name = format!("{}/{stem}", target.name);
    let script = script.to_owned();
    match Runner::find(target) {
        Ok(runner) => Trial::test(name, move || run(target, &runner, &script)),
        Err(reason) => tool::unable(name, reason),
    }
}

/// Runs a script: all assertions. Returns everything that is wrong.
fn run(target: &Target, runner: &Runner, script: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(script)?;
    let buffer = wast::parser::ParseBuffer::new(&text)?;
    let wast: wast::Wast = wast::parser::parse(&buffer)?;
    let folder = tempfile::tempdir()?;
    let mut state = Script {
        target,
        runner,
        folder: folder.path(),
        definitions: Vec::new(),
        component: Err("no component".into()),
        calls: Vec::new(),
    };
    let mut problems = String::new();
    for mut directive in wast.directives {
        let (line, _) = directive.span().linecol_in(&text);
        if let Err(problem) = state.directive(&mut directive) {
            let file = script.file_name().unwrap_or_default().to_string_lossy();
            writeln!(problems, "{file}:{}: {problem}", line + 1)?;
        }
    }
    match problems.is_empty() {
        true => Ok(()),
        false => Err(problems.into()),
    }
}

struct Script<'s> {
    target: &'s Target,
    runner: &'s Runner,
    folder: &'s Path,
    /// Components that were only defined, with their names.
    definitions: Vec<(String, Vec<u8>)>,
    /// The component that is instantiated.
    component: Result<Vec<u8>, String>,
    /// The calls of it that returned.
    calls: Vec<String>,
}

impl Script<'_> {
    fn directive(&mut self, directive: &mut WastDirective<'_>) -> Result<(), String> {
        match directive {
            WastDirective::Module(component) => {
                self.calls.clear();
                self.component = component.encode().map_err(|error| error.to_string());
                self.component.clone().map(drop)
            }
            WastDirective::ModuleDefinition(component) => {
                let name = component.name().map(|name| name.name().to_owned());
                let bytes = component.encode().map_err(|error| error.to_string())?;
                self.definitions.push((name.unwrap_or_default(), bytes));
                Ok(())
            }
            WastDirective::ModuleInstance { module, .. } => {
                self.calls.clear();
                let name = module
                    .map(|name| name.name().to_owned())
                    .unwrap_or_default();
                let found = self
                    .definitions
                    .iter()
                    .rev()
                    .find(|(other, _)| *other == name);
                self.component = found
                    .map(|(_, bytes)| bytes.clone())
                    .ok_or("no such component".into());
                self.component.clone().map(drop)
            }
            WastDirective::AssertReturn { exec, results, .. } => {
                let output = self.execute(exec)?;
                let expected = match &results[..] {
                    [] => "()".to_owned(),
                    [WastRet::Component(value)] => wave(value),
                    other => return Err(format!("no result of a component: {other:?}")),
                };
                let printed = String::from_utf8_lossy(&output.stdout);
                let last = printed.lines().last();
                if tool::status(&output) != 0 || last != Some(&expected) {
                    return Err(format!("expected {expected}, got {}", shown(&output)));
                }
                if let WastExecute::Invoke(invoke) = exec {
                    self.calls.push(call(invoke)?);
                }
                Ok(())
            }
            WastDirective::Invoke(invoke) => {
                self.calls.push(call(invoke)?);
                Ok(())
            }
            WastDirective::AssertTrap { exec, message, .. } => {
                let output = self.execute(exec)?;
                self.trapped(&output, message)
            }
            WastDirective::AssertInvalid { module, .. }
            | WastDirective::AssertMalformed { module, .. } => self.refused(module),
            other => Err(format!("not done: {other:?}").chars().take(80).collect()),
        }
    }

    /// Builds and runs a call after those already made, or just the component itself.
    fn execute(&mut self, exec: &mut WastExecute<'_>) -> Result<Output, String> {
        let (component, calls) = match exec {
            WastExecute::Invoke(invoke) => {
                let mut calls = self.calls.clone();
                calls.push(call(invoke)?);
                (self.component.clone()?, calls)
            }
            // Only its instantiation matters.
            WastExecute::Wat(Wat::Component(component)) => {
                let component = component.encode().map_err(|error| error.to_string())?;
                (component, Vec::new())
            }
            other => return Err(format!("not done: {other:?}").chars().take(80).collect()),
        };
        let image = build(self.target, &component, calls);
        let image = image.map_err(|error| format!("not built: {} {error}", error.code.as_str()))?;
        start(self.runner, self.folder, &image).map_err(|error| error.to_string())
    }

    fn trapped(&self, output: &Output, message: &str) -> Result<(), String> {
        let printed = String::from_utf8_lossy(&output.stderr);
        let trap = |line| {
            let exception = str::split_once(line, ": thrown ").map(|_| "thrown Wasm exception");
            let (_, trap) = line.split_once(": wasm trap: ").unwrap_or_default();
            exception.or(Some(trap).filter(|trap| !trap.is_empty()))
        };
        let trap = printed.lines().find_map(trap);
        let Some(trap) = trap.filter(|_| tool::status(output) == 134) else {
            return Err(format!(
                "expected the trap {message:?}, got {}",
                shown(output)
            ));
        };
        let same = |(theirs, ours): &(&str, &str)| message.contains(theirs) && *ours == trap;
        // Our messages contain no numbers.
        let words = message
            .split(' ')
            .filter(|word| word.parse::<u64>().is_err());
        let words = words.collect::<Vec<_>>().join(" ");
        let words = words.trim_start_matches("wasm trap: ");
        if words.starts_with(trap) || trap.contains(message) || WORDS.iter().any(same) {
            return Ok(());
        }
        Err(format!("expected the trap {message:?}, got {trap:?}"))
    }

    /// Checks that a component is refused with a coded error.
    fn refused(&self, component: &mut QuoteWat<'_>) -> Result<(), String> {
        let Ok(bytes) = component.encode() else {
            return Ok(());
        };
        match build(self.target, &bytes, Vec::new()) {
            Ok(_) => Err("expected an error, but it was built".into()),
            Err(error) if error.code == Code::Bug => Err(error.to_string()),
            Err(_) => Ok(()),
        }
    }
}

fn shown(output: &Output) -> String {
    format!(
        "{}{}(exit {})",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
        tool::status(output)
    )
}

/// A call in WAVE syntax.
fn call(invoke: &WastInvoke<'_>) -> Result<String, String> {
    let args = invoke.args.iter().map(|arg| match arg {
        WastArg::Component(value) => Ok(wave(value)),
        other => Err(format!("no value of a component: {other:?}")),
    });
    let args = args.collect::<Result<Vec<_>, _>>()?;
    Ok(format!("{}({})", invoke.name, args.join(", ")))
}

/// A value in WAVE syntax.
fn wave(value: &WastVal<'_>) -> String {
    let list = |values: &[WastVal<'_>]| values.iter().map(wave).collect::<Vec<_>>().join(", ");
    let case = |name: &str, payload: &Option<Box<WastVal<'_>>>| match payload {
        Some(payload) => format!("{name}({})", wave(payload)),
        None => name.to_owned(),
    };
    match value {
        WastVal::Bool(value) => value.to_string(),
        WastVal::U8(value) => value.to_string(),
        WastVal::S8(value) => value.to_string(),
        WastVal::U16(value) => value.to_string(),
        WastVal::S16(value) => value.to_string(),
        WastVal::U32(value) => value.to_string(),
        WastVal::S32(value) => value.to_string(),
        WastVal::U64(value) => value.to_string(),
        WastVal::S64(value) => value.to_string(),
        WastVal::F32(value) => float(
            f32::from_bits(value.bits).into(),
            &f32::from_bits(value.bits),
        ),
        WastVal::F64(value) => float(f64::from_bits(value.bits), &f64::from_bits(value.bits)),
        WastVal::Char(char) => format!("'{}'", escaped(*char)),
        WastVal::String(text) => {
            let text: String = text.chars().map(escaped).collect();
            format!("\"{text}\"")
        }
        WastVal::List(values) => format!("[{}]", list(values)),
        WastVal::Tuple(values) => format!("({})", list(values)),
        WastVal::Record(fields) => {
            let fields = fields
                .iter()
                .filter(|(_, value)| !matches!(value, WastVal::Option(None)))
                .map(|(name, value)| format!("{name}: {}", wave(value)));
            match &fields.collect::<Vec<_>>()[..] {
                [] => "{:}".to_owned(),
                fields => format!("{{{}}}", fields.join(", ")),
            }
        }
        WastVal::Variant(name, payload) => case(&label(name), payload),
        WastVal::Enum(name) => label(name),
        WastVal::Option(None) => "none".to_owned(),
        WastVal::Option(some) => case("some", some),
        WastVal::Result(Ok(payload)) => case("ok", payload),
        WastVal::Result(Err(payload)) => case("err", payload),
        WastVal::Flags(names) => format!("{{{}}}", names.join(", ")),
        WastVal::Map(_) => "maps are not done".to_owned(),
    }
}

fn float(value: f64, text: &dyn std::fmt::Display) -> String {
    match value.is_nan() {
        true => "nan".to_owned(),
        false => text.to_string(),
    }
}

/// The name of a case.
fn label(name: &str) -> String {
    match name {
        "true" | "false" | "some" | "none" | "ok" | "err" | "inf" | "nan" => format!("%{name}"),
        _ => name.to_owned(),
    }
}

fn escaped(char: char) -> String {
    match char {
        '\\' | '"' | '\'' | '\t' | '\r' | '\n' => char.escape_default().to_string(),
        _ if char.is_control() => char.escape_unicode().to_string(),
        _ => char.escape_debug().to_string(),
    }
}
