//! The driver that is appended to a module: a `_start` that calls its functions, and prints their
//! results and the resulting state.
//!
//! A call prints `INDEX fFUNCTION `, then its results in hexadecimal, a hash of all state, and `.`;
//! an `unreachable` prints the hash and `at `; the end prints `end`. A trap ends the program, so
//! the calls begin with the one whose index is the number of the program's arguments.

mod arguments;
mod calls;
mod print;
mod state;
mod values;

use crate::parts::{Failure, IMPORTS, Parts};
use crate::random::Random;
use wasm_encoder::{
    CompositeInnerType, ConstExpr, Elements, EntityType, ExportKind, Function, GlobalType,
    HeapType, MemArg, MemArgTarget, MemoryType, RefType, ValType,
};

/// The imported functions, by index.
const FD_WRITE: u32 = 0;
const ARGS_SIZES_GET: u32 = 1;
const PREVIEW1: &str = "wasi_snapshot_preview1";

/// Locations in the driver's own memory: the vector of `fd_write`, results that calls write,
/// constant text, and the output buffer.
const VECTOR: i32 = 0;
const ANSWER: i32 = 8;
const TEXT: i32 = 64;
const GATHERED: i32 = 0x8000;

/// Appends the driver. `fuel` is the global that holds the remaining fuel.
///
/// # Errors
/// If the module is malformed.
pub fn append(module: &[u8], fuel: u32, random: &mut Random) -> Result<Vec<u8>, Failure> {
    let mut driver = Driver::new(Parts::read(module)?, fuel);
    let print = driver.printing();
    let describe = driver.describing(&print);
    let state = driver.state(&print, describe);
    driver.last_words(&print, state);
    // If the start function traps, no calls are made.
    if random.below(8) != 0 {
        driver.parts.start = None;
    }
    let calls = driver.calls(random, &print, describe, state);
    driver.start(&print, &calls);
    Ok(driver.finish())
}

/// A module to which the driver is appended.
struct Driver {
    parts: Parts,
    /// The driver's own memory.
    memory: u32,
    /// The global that holds the end of the buffered output.
    position: u32,
    fuel: u32,
    text: Vec<u8>,
    /// Functions to which references are made.
    referred: Vec<u32>,
}

impl Driver {
    fn new(mut parts: Parts, fuel: u32) -> Driver {
        let memory = parts.memory_section.len();
        parts.memory_section.memory(MemoryType {
            minimum: 1,
            maximum: Some(1),
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        parts
            .export_section
            .export("memory", ExportKind::Memory, memory);
        let mutable = GlobalType {
            val_type: ValType::I32,
            mutable: true,
            shared: false,
        };
        let position = parts.add_global(mutable, &ConstExpr::i32_const(GATHERED));
        let mut driver = Driver {
            parts,
            memory,
            position,
            fuel,
            text: Vec::new(),
            referred: Vec::new(),
        };
        let imports: [(&str, &[ValType]); IMPORTS as usize] = [
            ("fd_write", &[ValType::I32; 4]),
            ("args_sizes_get", &[ValType::I32; 2]),
        ];
        for (name, params) in imports {
            let ty = driver.ty(params, &[ValType::I32]);
            driver
                .parts
                .import_section
                .import(PREVIEW1, name, EntityType::Function(ty));
        }
        driver
    }

    /// Adds a function type.
    fn ty(&mut self, params: &[ValType], results: &[ValType]) -> u32 {
        let section = &mut self.parts.type_section;
        section
            .ty()
            .function(params.iter().copied(), results.iter().copied());
        // The section counts recursion groups, not types.
        self.parts.added_types += 1;
        self.parts.types.len() as u32 + self.parts.added_types - 1
    }

    /// Adds a function, and returns its index.
    fn define(&mut self, params: &[ValType], results: &[ValType], body: &Function) -> u32 {
        let ty = self.ty(params, results);
        self.parts.function_section.function(ty);
        self.parts.code_section.function(body);
        IMPORTS + self.parts.function_section.len() - 1
    }

    /// Stores text in the memory, and returns its location and length.
    ///
    /// # Panics
    /// If the memory is full.
    fn keep(&mut self, text: &str) -> (i32, i32) {
        let place = TEXT + self.text.len() as i32;
        self.text.extend(text.as_bytes());
        assert!(
            TEXT + self.text.len() as i32 <= GATHERED,
            "no room for text"
        );
        (place, text.len() as i32)
    }

    /// An access to the driver's memory.
    fn at(&self, offset: i32) -> MemArg {
        access(self.memory, offset)
    }

    fn finish(mut self) -> Vec<u8> {
        let zero = ConstExpr::i32_const(TEXT);
        self.parts
            .data_section
            .active(self.memory, &zero, self.text.iter().copied());
        if !self.referred.is_empty() {
            let functions = Elements::Functions(self.referred.as_slice().into());
            self.parts.element_section.declared(functions);
        }
        self.parts.finish()
    }

    /// Whether the type with this index is a function type.
    fn is_function(&self, index: u32) -> bool {
        let ty = &self.parts.types[index as usize].composite_type.inner;
        matches!(ty, CompositeInnerType::Func(_))
    }

    /// Whether references of this type can be examined as `anyref`.
    fn is_any(&self, ty: RefType) -> bool {
        use wasm_encoder::AbstractHeapType::{Any, Array, Eq, I31, None, Struct};
        match ty.heap_type {
            HeapType::Abstract { ty, .. } => matches!(ty, Any | Eq | I31 | Struct | Array | None),
            HeapType::Concrete(index) | HeapType::Exact(index) => !self.is_function(index),
        }
    }
}

/// An access to a memory, of any alignment.
fn access(memory: u32, offset: i32) -> MemArg {
    MemArg {
        offset: offset as u64,
        align: 0,
        target: MemArgTarget::Memory(memory),
        ordering: None,
    }
}
