//! Import matching: checks that a provided item has the import's type (core specification §4.5.4,
//! external typing), and explains mismatches.

use super::ModuleId;
use super::builder::{Extern, Graph};
use super::subtyping::{is_subtype, is_value};
use crate::error::{Code, Error, Result};
use crate::wasm::{Import, Item, Module};
use wasmparser::{FuncType, MemoryType, TableType, ValType};

/// Formats a type as `(i32, i64) -> i32`.
pub fn signature(ty: &FuncType) -> String {
    let list = |types: &[ValType]| {
        let names: Vec<_> = types.iter().map(ValType::to_string).collect();
        names.join(", ")
    };
    match ty.results() {
        [result] => format!("({}) -> {result}", list(ty.params())),
        results => format!("({}) -> ({})", list(ty.params()), list(results)),
    }
}

/// Limits, in any unit.
struct Limits {
    minimum: u64,
    maximum: Option<u64>,
}

impl From<&TableType> for Limits {
    fn from(ty: &TableType) -> Self {
        Limits {
            minimum: ty.initial,
            maximum: ty.maximum,
        }
    }
}

impl From<&MemoryType> for Limits {
    fn from(ty: &MemoryType) -> Self {
        Limits {
            minimum: ty.initial,
            maximum: ty.maximum,
        }
    }
}

impl Limits {
    /// Whether an item with this type can be imported as `wanted`. `grown`: it may have grown since
    /// its creation. By how much is unknown before the program runs; its size is then assumed to
    /// satisfy the import, if its maximum allows this.
    fn serve(&self, wanted: &Limits, grown: bool) -> bool {
        let room = if grown {
            self.maximum.unwrap_or(u64::MAX)
        } else {
            self.minimum
        };
        let maximum = match (wanted.maximum, self.maximum) {
            (None, _) => true,
            (Some(wanted), Some(maximum)) => maximum <= wanted,
            (Some(_), None) => false,
        };
        room >= wanted.minimum && maximum
    }
}

/// Fails if `given` does not have the type that `module` imports.
pub fn check(
    graph: &Graph<'_>,
    id: ModuleId,
    module: &Module<'_>,
    import: &Import<'_>,
    given: Extern,
) -> Result<()> {
    let program = &graph.program;
    let own = &graph.canonical[id];
    let fits = match (import.item, given) {
        (Item::Func(index), Extern::Func(id)) => {
            let wanted = own.types[module.functions[index]];
            is_subtype(&program.types, program.functions[id].ty, wanted)
        }
        (Item::Table(index), Extern::Table(id)) => {
            let (wanted, ty) = (&module.tables[index], &program.tables[id].ty);
            own.tables[index] == ty.element_type
                && wanted.table64 == ty.table64
                && Limits::from(ty).serve(&wanted.into(), graph.table_may_have_grown(id))
        }
        (Item::Memory(index), Extern::Memory(id)) => {
            let (wanted, ty) = (&module.memories[index], &program.memories[id].ty);
            wanted.memory64 == ty.memory64
                && wanted.shared == ty.shared
                && wanted.page_size_log2 == ty.page_size_log2
                && Limits::from(ty).serve(&wanted.into(), graph.memory_may_have_grown(id))
        }
        (Item::Global(index), Extern::Global(id)) => {
            let (wanted, ty) = (&module.globals[index], &program.globals[id].ty);
            wanted.mutable == ty.mutable
                && match ty.mutable {
                    true => own.globals[index] == ty.content_type,
                    false => is_value(&program.types, ty.content_type, own.globals[index]),
                }
        }
        (Item::Tag(index), Extern::Tag(id)) => own.types[module.tags[index]] == program.tags[id],
        _ => false,
    };
    if fits {
        return Ok(());
    }
    Err(Error::new(
        Code::ImportType,
        format!(
            "incompatible import type for `{}.{}`: imported is {}, given is {}",
            import.module,
            import.name,
            wanted(module, import.item),
            found(graph, given)
        ),
    ))
}

fn wanted(module: &Module<'_>, item: Item) -> String {
    match item {
        Item::Func(index) => format!("function {}", signature(module.function_type(index))),
        Item::Table(index) => table(&module.tables[index]),
        Item::Memory(index) => memory(&module.memories[index]),
        Item::Global(index) => global(&module.globals[index]),
        Item::Tag(index) => tag(module.types[module.tags[index]].unwrap_func()),
    }
}

fn found(graph: &Graph<'_>, given: Extern) -> String {
    let program = &graph.program;
    match given {
        Extern::Func(id) => format!("function {}", signature(program.function_type(id))),
        Extern::Table(id) => table(&program.tables[id].ty),
        Extern::Memory(id) => memory(&program.memories[id].ty),
        Extern::Global(id) => global(&program.globals[id].ty),
        Extern::Tag(id) => tag(program.signature(program.tags[id])),
    }
}

fn table(ty: &TableType) -> String {
    format!("table {} {}", limits(&ty.into()), ty.element_type)
}

fn memory(ty: &MemoryType) -> String {
    format!("memory {}", limits(&ty.into()))
}

fn limits(limits: &Limits) -> String {
    match limits.maximum {
        Some(maximum) => format!("{} {maximum}", limits.minimum),
        None => limits.minimum.to_string(),
    }
}

fn global(ty: &wasmparser::GlobalType) -> String {
    let mutable = if ty.mutable { "mut " } else { "" };
    format!("global {mutable}{}", ty.content_type)
}

fn tag(ty: &FuncType) -> String {
    format!("tag {}", signature(ty))
}
