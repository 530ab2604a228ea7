//! `wasi-aot inspect`: the needs of a module or component, or the contents of an executable.

use super::args::InspectArgs;
use super::config_file;
use super::input::Input;
use super::inspect_module::Config;
use super::options::ConfigArgs;
use super::{inspect_component, inspect_executable, inspect_module, print_line};
use crate::{Result, component, shown};
use std::path::Path;

/// Runs the verb.
pub fn run(args: &InspectArgs) -> Result<()> {
    let input = Input::read(&args.input)?;
    let text = describe(args, &input).map_err(|error| error.in_file(&input.shown))?;
    let text = text.trim_end();
    match args.json {
        true => print_line(&shown::json(text)),
        // `shown::Lines` has already escaped it.
        false => print_line(text),
    }
}

fn describe(args: &InspectArgs, input: &Input) -> Result<String> {
    let json = args.json;
    if input.bytes.starts_with(b"\x7fELF") {
        return inspect_executable::describe(&input.bytes, &input.name, json);
    }
    let module = input.module()?;
    let config = config_file::beside(&args.input).map(|path| config(&args.input, &path));
    if component::is_component(&module) {
        return inspect_component::describe(&module, &input.name, config, json);
    }
    inspect_module::describe(&module, &input.name, config, json)
}

/// The result that `build` would get from the file next to a module.
fn config(module: &Path, path: &Path) -> Config {
    let (keys, problem) = match config_file::for_build(&ConfigArgs::default(), module) {
        Ok(file) => (file.map_or_else(Vec::new, |file| file.keys), None),
        Err(error) => {
            let place = error
                .place
                .file
                .unwrap_or_else(|| path.display().to_string());
            (Vec::new(), Some(format!("{place}: {}", error.message)))
        }
    };
    let path = path.display().to_string();
    Config {
        path,
        keys,
        problem,
    }
}
