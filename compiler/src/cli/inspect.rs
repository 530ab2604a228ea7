//! `wasi-aot inspect`: what a module needs, or what an executable holds.

use super::args::InspectArgs;
use super::input::Input;
use super::note::{self, Info};
use super::print_line;
use super::value::Size;
use crate::{Code, Error, Result};
use std::fmt::Write as _;

/// Runs the verb.
pub fn run(args: &InspectArgs) -> Result<()> {
    let input = Input::read(&args.input)?;
    let text = describe(&input, args.json).map_err(|error| error.in_file(&input.shown))?;
    print_line(text.trim_end())
}

fn describe(input: &Input, json: bool) -> Result<String> {
    if input.bytes.starts_with(b"\x7fELF") {
        let (note, info) = executable(&input.bytes)?;
        return Ok(if json {
            note
        } else {
            executable_text(&info, input.bytes.len())
        });
    }
    let module = input.module()?;
    super::inspect_module::describe(&module, &input.name, json)
}

fn executable(bytes: &[u8]) -> Result<(String, Info)> {
    let Some(note) = note::find(bytes) else {
        let error = Error::new(Code::Invalid, "this executable was not built by wasi-aot");
        return Err(error.help("inspect shows modules, and executables that wasi-aot built"));
    };
    let text = String::from_utf8(note).ok();
    let info = text
        .as_deref()
        .and_then(|text| serde_json::from_str::<Info>(text).ok());
    match (text, info) {
        (Some(text), Some(info)) if (1..=note::FORMAT).contains(&info.format) => Ok((text, info)),
        _ => {
            let error = Error::new(
                Code::Invalid,
                "the note in this executable is of another version of wasi-aot",
            );
            Err(error.help("`readelf -n` shows it as text"))
        }
    }
}

fn executable_text(info: &Info, bytes: usize) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{name:<12} {value}");
    };
    line(
        "executable",
        &format!("{bytes} bytes, built by wasi-aot {}", info.version),
    );
    line("target", &info.target);
    line(
        "from",
        &format!("{} (SHA-256 {})", info.input.name, info.input.sha256),
    );
    if let Some(name) = &info.invoke {
        line("invokes", name);
    }
    for dir in &info.grants.dirs {
        let mode = if dir.read_only {
            "read only"
        } else {
            "read and write"
        };
        line(
            "directory",
            &format!("{} as {}, {mode}", dir.host, dir.guest),
        );
    }
    for variable in &info.grants.env {
        line("variable", variable);
    }
    if info.grants.inherit_env {
        line("variables", "all of the environment");
    }
    if info.grants.dirs.is_empty() && info.grants.env.is_empty() && !info.grants.inherit_env {
        line("grants", "none but the standard streams");
    }
    if let Some(name) = &info.grants.argv0 {
        line("argv[0]", name);
    }
    if let Some(bytes) = info.limits.max_memory {
        line("memory", &format!("at most {}", Size(bytes)));
    }
    line("stack", &Size(info.limits.max_stack).to_string());
    let code = &info.code;
    line(
        "code",
        &format!(
            "-O {}, bounds checks: {}",
            code.optimize, code.bounds_checks
        ),
    );
    if code.unknown_imports == "trap" {
        line("imports", "unknown ones trap when called");
    }
    text
}
