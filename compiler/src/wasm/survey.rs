//! What a module consists of, whether this release compiles it or not: for `inspect`.

use super::{explain, features, parse};
use crate::error::{Code, Error, Result};
use wasmparser::types::{EntityType, TypesRef};
use wasmparser::{MemoryType, Parser, Payload, ValType, Validator};

/// A module, described.
#[derive(Debug, Default)]
pub struct Survey {
    /// Names of the proposals that it uses.
    pub features: Vec<&'static str>,
    /// Those of them that are not there yet.
    pub unsupported: Vec<&'static str>,
    /// Imports, each with the module that it is from.
    pub imports: Vec<(String, Port)>,
    /// Exports.
    pub exports: Vec<Port>,
    /// Memories, imported ones first.
    pub memories: Vec<MemoryType>,
    /// Number of functions with a body.
    pub functions: usize,
    /// Number of tables, with imported ones.
    pub tables: usize,
    /// Number of globals, with imported ones.
    pub globals: usize,
    /// Bytes of all bodies.
    pub code_bytes: usize,
    /// Bytes of all data segments.
    pub data_bytes: usize,
}

/// An import or export.
#[derive(Debug)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// `func`, `table`, `memory`, `global` or `tag`.
    pub kind: &'static str,
    /// A function's type: `func(i32) -> i64`.
    pub signature: Option<String>,
}

/// Describes a module, which the user calls `name`.
///
/// # Errors
/// Those of [`parse`], but for [`Code::Unsupported`], which becomes part of the description.
pub fn survey(bytes: &[u8], name: &str) -> Result<Survey> {
    let (used, unsupported) = match parse(bytes, name) {
        Ok(module) => (module.features, Vec::new()),
        Err(error) if error.code == Code::Unsupported => {
            let used = explain::needed(bytes).ok_or_else(|| error.clone())?;
            let missing = used.iter().filter(|feature| !feature.supported);
            let missing = missing.map(|feature| feature.name).collect();
            (used.iter().map(|feature| feature.name).collect(), missing)
        }
        Err(error) => return Err(error),
    };
    let survey = Survey {
        features: used,
        unsupported,
        ..Survey::default()
    };
    survey.read(bytes).map_err(|error| {
        let message = format!("invalid module: {}", error.message());
        let error = Error::new(Code::Invalid, message).at(error.offset());
        error.in_file(name)
    })
}

impl Survey {
    fn read(mut self, bytes: &[u8]) -> wasmparser::Result<Survey> {
        let mut validator = Validator::new_with_features(features::all());
        let mut parser = Parser::new(0);
        parser.set_features(features::all());
        for payload in parser.parse_all(bytes) {
            let payload = payload?;
            match &payload {
                Payload::CodeSectionEntry(body) => {
                    self.functions += 1;
                    self.code_bytes += body.as_bytes().len();
                }
                Payload::DataSection(section) => {
                    for segment in section.clone() {
                        self.data_bytes += segment?.data.len();
                    }
                }
                Payload::End(_) => {
                    if let Some(types) = validator.types(0) {
                        self.index_spaces(types);
                    }
                }
                _ => {}
            }
            validator.payload(&payload)?;
        }
        Ok(self)
    }

    fn index_spaces(&mut self, types: TypesRef<'_>) {
        self.tables = types.table_count() as usize;
        self.globals = types.global_count() as usize;
        self.memories = (0..types.memory_count())
            .map(|index| types.memory_at(index))
            .collect();
        let imports = types.core_imports().into_iter().flatten();
        self.imports = imports
            .map(|(module, name, ty)| (module.into(), port(types, name, ty)))
            .collect();
        let exports = types.core_exports().into_iter().flatten();
        self.exports = exports.map(|(name, ty)| port(types, name, ty)).collect();
    }
}

fn port(types: TypesRef<'_>, name: &str, ty: EntityType) -> Port {
    let (kind, signature) = match ty {
        EntityType::Func(id) | EntityType::FuncExact(id) => {
            let ty = types[id].unwrap_func();
            ("func", Some(signature(ty.params(), ty.results())))
        }
        EntityType::Table(_) => ("table", None),
        EntityType::Memory(_) => ("memory", None),
        EntityType::Global(_) => ("global", None),
        EntityType::Tag(_) => ("tag", None),
    };
    let name = name.into();
    Port {
        name,
        kind,
        signature,
    }
}

fn signature(params: &[ValType], results: &[ValType]) -> String {
    let list = |types: &[ValType]| {
        let names: Vec<String> = types.iter().map(ToString::to_string).collect();
        names.join(", ")
    };
    match results {
        [] => format!("func({})", list(params)),
        _ => format!("func({}) -> {}", list(params), list(results)),
    }
}
