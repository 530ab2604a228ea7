//! What `inspect` says of a module: what it needs, and whether it will build.

use super::progress::thousands;
use super::value::Size;
use crate::Result;
use crate::wasm::{self, Item, Module};
use serde::Serialize;
use std::collections::HashSet;
use std::fmt::Write as _;
use wasi_aot_abi::WASM_PAGE;
use wasi_aot_targets::{Runtime, TARGETS};

/// A module, as `--json` prints it.
#[derive(Serialize, Debug)]
struct Description<'a> {
    name: &'a str,
    bytes: usize,
    features: &'a [&'static str],
    imports: Vec<Port>,
    exports: Vec<Port>,
    memories: Vec<Memory>,
    functions: usize,
    tables: usize,
    globals: usize,
    code_bytes: usize,
    data_bytes: usize,
    builds: bool,
    problems: Vec<String>,
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
    /// Whether the runtime has it; only for imports.
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<bool>,
}

impl Port {
    /// `MODULE.NAME`, or the name alone of an export.
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

/// The description of a module, as text or JSON.
pub fn describe(bytes: &[u8], name: &str, json: bool) -> Result<String> {
    let module = wasm::parse(bytes, name)?;
    let description = Description::new(&module, name, bytes.len(), &provided()?);
    Ok(if json {
        serde_json::to_string_pretty(&description).expect("plain data has a JSON form")
    } else {
        description.text()
    })
}

impl<'a> Description<'a> {
    fn new(
        module: &'a Module<'_>,
        name: &'a str,
        bytes: usize,
        provided: &HashSet<String>,
    ) -> Self {
        let port = |module_name: Option<&str>, name: &str, item: Item| Port {
            module: module_name.map(String::from),
            name: name.into(),
            kind: kind(item),
            signature: signature(module, item),
            known: module_name.map(|from| provided.contains(&format!("{from}.{name}"))),
        };
        let imports: Vec<Port> = (module.imports.iter())
            .map(|import| port(Some(import.module), import.name, import.item))
            .collect();
        let exports: Vec<Port> = (module.exports.iter())
            .map(|export| port(None, export.name, export.item))
            .collect();
        let problems = problems(&imports, &exports);
        Description {
            name,
            bytes,
            features: &module.features,
            memories: module.memories.values().map(memory).collect(),
            functions: module.bodies.len(),
            tables: module.tables.len(),
            globals: module.globals.len(),
            code_bytes: module.bodies.iter().map(|body| body.bytes.len()).sum(),
            data_bytes: module.data.values().map(|data| data.bytes.len()).sum(),
            builds: problems.is_empty(),
            problems,
            imports,
            exports,
        }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text).expect("a `String` takes everything");
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
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

fn write_ports(text: &mut String, title: &str, ports: &[Port]) -> std::fmt::Result {
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

/// What stands in the way of an executable.
fn problems(imports: &[Port], exports: &[Port]) -> Vec<String> {
    let unknown = imports.iter().filter(|import| import.known == Some(false));
    let unknown: Vec<String> = unknown.map(Port::full_name).collect();
    let mut problems = Vec::new();
    if !unknown.is_empty() {
        let names = unknown.join(", ");
        let help = "`--unknown-imports trap` builds all the same";
        problems.push(format!("nobody provides {names} ({help})"));
    }
    let starts = |port: &Port| port.name == "_start" && port.signature.as_deref() == Some("func()");
    if !exports.iter().any(starts) {
        problems.push("it has no `_start` (`--invoke NAME` calls another export)".into());
    }
    problems
}

/// What the runtimes of this build provide, as `MODULE.NAME`: the same for every target.
fn provided() -> Result<HashSet<String>> {
    let runtime = TARGETS.iter().find_map(|target| match target.runtime {
        Runtime::Object { product, .. } => Some(product),
        Runtime::Missing(_) => None,
    });
    runtime.map_or(Ok(HashSet::new()), crate::link::provided)
}

fn kind(item: Item) -> &'static str {
    match item {
        Item::Func(_) => "func",
        Item::Table(_) => "table",
        Item::Memory(_) => "memory",
        Item::Global(_) => "global",
    }
}

fn signature(module: &Module<'_>, item: Item) -> Option<String> {
    let Item::Func(function) = item else {
        return None;
    };
    let ty = &module.types[module.functions[function]];
    let list = |types: &[wasmparser::ValType]| {
        let names: Vec<String> = types.iter().map(ToString::to_string).collect();
        names.join(", ")
    };
    let results = match ty.results() {
        [] => String::new(),
        results => format!(" -> {}", list(results)),
    };
    Some(format!("func({}){results}", list(ty.params())))
}

fn memory(ty: &wasmparser::MemoryType) -> Memory {
    let page = ty.page_size_log2.map_or(WASM_PAGE, |log2| 1 << log2);
    Memory {
        initial: ty.initial.saturating_mul(page),
        maximum: ty.maximum.map(|pages| pages.saturating_mul(page)),
    }
}
