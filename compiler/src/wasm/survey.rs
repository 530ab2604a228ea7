//! Describes a module for `inspect`, whether or not this release can compile it.

use super::{explain, features, parse};
use crate::error::{Code, Error, Result};
use wasmparser::types::{EntityType, TypesRef};
use wasmparser::{MemoryType, Parser, Payload, ValType, Validator};

/// A module, described.
#[derive(Debug, Default)]
pub struct Survey {
    /// Names of the proposals that it uses.
    pub features: Vec<&'static str>,
    /// Those of them that are not supported yet.
    pub unsupported: Vec<&'static str>,
    /// Imports, each with its module name.
    pub imports: Vec<(String, Port)>,
    /// Exports.
    pub exports: Vec<Port>,
    /// Memories, imported ones first.
    pub memories: Vec<MemoryType>,
    /// Number of functions with a body.
    pub functions: usize,
    /// Number of tables, imported ones included.
    pub tables: usize,
    /// Number of globals, imported ones included.
    pub globals: usize,
    /// Total bytes of all bodies.
    pub code_bytes: usize,
    /// Total bytes of all data segments.
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

/// Describes a module. `name` is the user's name for it.
///
/// # Errors
/// Those of [`parse`], except [`Code::Unsupported`], which becomes part of the description.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn described(text: &str) -> Survey {
        let bytes = wat::parse_str(text).expect("the test's text parses");
        survey(&bytes, "test.wasm").unwrap_or_else(|error| panic!("{text}: {}", error.message))
    }

    #[test]
    fn what_is_not_there_yet_is_named() {
        for (text, unsupported) in [
            ("(module)", &[][..]),
            ("(module (memory i64 1) (memory 1 (pagesize 1)))", &[]),
            ("(module (tag) (func try end))", &[]),
            ("(module (memory 1 1 shared))", &[]),
            ("(module (type (struct)) (func (local structref)))", &[]),
            (
                "(module (type $f (func)) (type (cont $f)) (memory 1 1 shared))",
                &["stack switching"],
            ),
            // No instruction or section needs the proposal, only the type of a local.
            ("(module (func (local contref)))", &["stack switching"]),
        ] {
            assert_eq!(described(text).unsupported, unsupported, "{text}");
        }
    }

    #[test]
    fn index_spaces_are_described() {
        let survey = described(
            r#"(module (import "a" "f" (func (param i32 i64))) (import "a" "m" (memory 1 2))
            (memory 3) (table 1 funcref) (global i32 (i32.const 1)) (data "12345")
            (tag (export "t")) (func (export "g") (result f32) f32.const 1))"#,
        );
        let import = &survey.imports[0];
        assert_eq!((&*import.0, &*import.1.name), ("a", "f"));
        assert_eq!(import.1.signature.as_deref(), Some("func(i32, i64)"));
        let exports: Vec<_> = survey.exports.iter().map(|e| (&*e.name, e.kind)).collect();
        assert_eq!(exports, [("t", "tag"), ("g", "func")]);
        assert_eq!(
            survey.exports[1].signature.as_deref(),
            Some("func() -> f32")
        );
        let memories: Vec<_> = survey
            .memories
            .iter()
            .map(|m| (m.initial, m.maximum))
            .collect();
        assert_eq!(memories, [(1, Some(2)), (3, None)]);
        assert_eq!((survey.functions, survey.tables, survey.globals), (1, 1, 1));
        assert_eq!((survey.code_bytes, survey.data_bytes), (7, 5));
    }

    #[test]
    fn damage_is_refused_or_described() {
        let text = r#"(module (type (struct (field i32))) (import "a" "b" (func (param (ref null 0))))
            (memory i64 1) (tag (export "t")) (data "x") (func (export "f") return_call 1))"#;
        let good = wat::parse_str(text).expect("the test's text parses");
        let mut refused = 0;
        for at in 8..good.len() {
            for change in [1, 0x7f, 0x80] {
                let mut bytes = good.clone();
                bytes[at] ^= change;
                refused += usize::from(survey(&bytes, "test.wasm").is_err());
            }
            refused += usize::from(survey(&good[..at], "test.wasm").is_err());
        }
        assert!(refused > good.len(), "{refused}");
    }
}
