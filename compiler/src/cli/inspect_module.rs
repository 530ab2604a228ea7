//! The description of a module by `inspect`: what it needs, and whether it will build.

use super::described::{self, Kind};
use super::progress::thousands;
use crate::policy::Size;
use crate::program::{DEFAULT_ENTRY, INITIALIZE};
use crate::shown::Lines;
use crate::wasm::{self, Survey};
use crate::{Error, Result};
use serde::Serialize;
use std::collections::HashSet;
use wasi_aot_abi::WASM_PAGE;
use wasi_aot_targets::{Runtime, TARGETS};

/// A module, as `--json` prints it.
#[derive(Serialize, Debug)]
struct Description<'a> {
    #[serde(skip)]
    name: &'a str,
    #[serde(skip)]
    bytes: usize,
    features: Vec<&'static str>,
    unsupported: Vec<&'static str>,
    imports: Vec<Port>,
    exports: Vec<Port>,
    memories: Vec<Memory>,
    functions: usize,
    tables: usize,
    globals: usize,
    code_bytes: usize,
    data_bytes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    config: Option<Config>,
    builds: bool,
    problems: Vec<String>,
}

/// The file with grants next to the module.
#[derive(Serialize, Debug)]
pub struct Config {
    /// Its path.
    pub path: String,
    /// The grants and limits that it sets.
    pub keys: Vec<String>,
    /// Why it cannot be used.
    #[serde(skip)]
    pub problem: Option<String>,
}

/// An import or export.
#[derive(Serialize, Debug)]
struct Port {
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<String>,
    name: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<String>,
    /// Whether the runtime provides it; only for imports.
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<bool>,
}

impl Port {
    /// `MODULE.NAME`, or just the name for an export.
    fn full_name(&self) -> String {
        match &self.module {
            Some(module) => format!("{module}.{}", self.name),
            None => self.name.clone(),
        }
    }
}

/// A memory's limits in bytes.
#[derive(Serialize, Debug)]
struct Memory {
    initial: u64,
    maximum: Option<u64>,
}

/// The description of a module as text or JSON. `config`: the file with grants next to it.
pub fn describe(bytes: &[u8], name: &str, config: Option<Config>, json: bool) -> Result<String> {
    let survey = wasm::survey(bytes, name)?;
    let description = Description::new(survey, name, bytes.len(), config, &provided()?);
    Ok(if json {
        described::json(Kind::Module, name, bytes.len(), &description)
    } else {
        description.text()
    })
}

impl<'a> Description<'a> {
    fn new(
        survey: Survey,
        name: &'a str,
        bytes: usize,
        config: Option<Config>,
        provided: &HashSet<String>,
    ) -> Self {
        let port = |module: Option<String>, port: wasm::Port| Port {
            known: module
                .as_ref()
                .map(|from| provided.contains(&format!("{from}.{}", port.name))),
            module,
            name: port.name,
            kind: port.kind,
            signature: port.signature,
        };
        let imports = survey.imports.into_iter();
        let imports: Vec<Port> = imports.map(|(from, it)| port(Some(from), it)).collect();
        let exports = survey.exports.into_iter();
        let exports: Vec<Port> = exports.map(|it| port(None, it)).collect();
        let problems = problems(&survey.unsupported, &imports, &exports, config.as_ref());
        Description {
            name,
            bytes,
            features: survey.features,
            unsupported: survey.unsupported,
            memories: survey.memories.iter().map(memory).collect(),
            functions: survey.functions,
            tables: survey.tables,
            globals: survey.globals,
            code_bytes: survey.code_bytes,
            data_bytes: survey.data_bytes,
            config,
            builds: problems.is_empty(),
            problems,
            imports,
            exports,
        }
    }

    fn text(&self) -> String {
        let mut text = Lines::default();
        self.write(&mut text).expect("all values have a text");
        text.into_text()
    }

    fn write(&self, text: &mut Lines) -> std::fmt::Result {
        writeln!(
            text,
            "module       {}, {} bytes",
            self.name,
            thousands(self.bytes as u64)
        )?;
        writeln!(
            text,
            "code         {} functions, {} bytes",
            thousands(self.functions as u64),
            thousands(self.code_bytes as u64)
        )?;
        writeln!(
            text,
            "data         {} bytes",
            thousands(self.data_bytes as u64)
        )?;
        let features = if self.features.is_empty() {
            "those of WebAssembly 1.0".into()
        } else {
            self.features.join(", ")
        };
        writeln!(text, "features     {features}")?;
        for memory in &self.memories {
            let maximum = memory
                .maximum
                .map_or("no maximum".into(), |m| format!("at most {}", Size(m)));
            writeln!(text, "memory       {}, {maximum}", Size(memory.initial))?;
        }
        write_ports(text, "imports", &self.imports)?;
        write_ports(text, "exports", &self.exports)?;
        write_config(text, self.config.as_ref())?;
        for problem in &self.problems {
            writeln!(text, "problem      {problem}")?;
        }
        writeln!(
            text,
            "builds       {}",
            if self.builds { "yes" } else { "no" }
        )
    }
}

/// Writes the line about a file with grants.
pub fn write_config(text: &mut Lines, config: Option<&Config>) -> std::fmt::Result {
    let Some(config) = config else { return Ok(()) };
    let keys = match &*config.keys {
        _ if config.problem.is_some() => "not usable".into(),
        [] => "nothing".into(),
        keys => keys.join(", "),
    };
    writeln!(text, "beside it    {} for `build`: {keys}", config.path)
}

fn write_ports(text: &mut Lines, title: &str, ports: &[Port]) -> std::fmt::Result {
    if ports.is_empty() {
        return Ok(());
    }
    writeln!(text, "{title}")?;
    for port in ports {
        let signature = port.signature.as_deref().unwrap_or(port.kind);
        let mark = if port.known == Some(false) {
            "   (unknown)"
        } else {
            ""
        };
        writeln!(text, "  {} {signature}{mark}", port.full_name())?;
    }
    Ok(())
}

/// The problems that prevent a build.
fn problems(
    unsupported: &[&str],
    imports: &[Port],
    exports: &[Port],
    config: Option<&Config>,
) -> Vec<String> {
    let unknown = imports.iter().filter(|import| import.known == Some(false));
    let unknown: Vec<String> = unknown.map(Port::full_name).collect();
    let mut problems: Vec<String> = (unsupported.iter())
        .map(|feature| Error::unsupported(feature).message)
        .collect();
    problems.extend(config.and_then(|config| config.problem.clone()));
    if !unknown.is_empty() {
        let names = unknown.join(", ");
        let help = "`--unknown-imports trap` builds all the same";
        problems.push(format!("nobody provides {names} ({help})"));
    }
    let starts = |port: &Port| {
        let entry = ["_start", DEFAULT_ENTRY, INITIALIZE].contains(&&*port.name);
        entry && port.signature.as_deref() == Some("func()")
    };
    if !exports.iter().any(starts) {
        problems.push("it has no `_start` (`--invoke NAME` calls another export)".into());
    }
    problems
}

/// The symbols that the runtimes of this build define. They are the same for every target.
pub fn provided() -> Result<HashSet<String>> {
    let runtime = TARGETS.iter().find_map(|target| match target.runtime() {
        Runtime::Object { product, .. } => Some(product),
        Runtime::Missing(_) => None,
    });
    runtime.map_or(Ok(HashSet::new()), crate::link::provided)
}

fn memory(ty: &wasmparser::MemoryType) -> Memory {
    let page = ty.page_size_log2.map_or(WASM_PAGE, |log2| 1 << log2);
    Memory {
        initial: ty.initial.saturating_mul(page),
        maximum: ty.maximum.map(|pages| pages.saturating_mul(page)),
    }
}
