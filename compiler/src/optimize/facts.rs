//! What code that has run has proved for the code at hand: facts that hold wherever control only comes through the
//! place where they were found.
//!
//! The lowering finds them, as it checks what is not known, and asks for them. They are about values of CLIF, which exist only once code
//! before has been lowered: a pass of its own would have to follow the same control flow again.
//!
//! What was found in front of a structured instruction holds inside, too. What is found in it holds behind its end, unless something
//! branches there that did not come by.

use crate::program::MemoryId;
use cranelift_codegen::ir::Value;
use cranelift_entity::EntitySet;
use wasmparser::HeapType;

/// An index into a linear memory that was compared.
#[derive(Clone, Copy, Debug)]
pub struct Compared {
    /// The memory.
    pub memory: MemoryId,
    /// The index.
    pub index: Value,
    /// This many bytes from it on are in the memory, or fault.
    pub covered: u64,
    /// The address of the byte at it, or 0 where that is outside. Only with Spectre mitigation.
    pub chosen: Option<Value>,
}

/// Facts further back than this are forgotten.
const REMEMBERED: usize = 64;

/// The facts that hold.
#[derive(Debug, Default)]
pub struct Facts {
    /// Indices into linear memories that were compared.
    compared: Vec<Compared>,
    /// References that are not null.
    not_null: Vec<Value>,
    /// References, each with a canonical type that it has if it is not null.
    types: Vec<(Value, HeapType)>,
    /// Arrays, each with an index that was compared with its length.
    indexed: Vec<(Value, Value)>,
    /// References whose type has no null: that holds wherever they are used.
    never_null: EntitySet<Value>,
}

/// The facts that hold at some place.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    compared: usize,
    not_null: usize,
    types: usize,
    indexed: usize,
}

impl Mark {
    /// More than can be found.
    pub const ALL: Mark = Mark {
        compared: usize::MAX,
        not_null: usize::MAX,
        types: usize::MAX,
        indexed: usize::MAX,
    };

    /// What is in both.
    pub fn and(self, other: Mark) -> Mark {
        Mark {
            compared: self.compared.min(other.compared),
            not_null: self.not_null.min(other.not_null),
            types: self.types.min(other.types),
            indexed: self.indexed.min(other.indexed),
        }
    }
}

impl Facts {
    /// Forgets everything: another function begins.
    pub fn clear(&mut self) {
        self.compared.clear();
        self.not_null.clear();
        self.never_null.clear();
        self.types.clear();
        self.indexed.clear();
    }

    /// What holds now.
    pub fn mark(&self) -> Mark {
        Mark {
            compared: self.compared.len(),
            not_null: self.not_null.len(),
            types: self.types.len(),
            indexed: self.indexed.len(),
        }
    }

    /// Forgets what was found since.
    pub fn forget_since(&mut self, mark: Mark) {
        self.compared.truncate(mark.compared);
        self.not_null.truncate(mark.not_null);
        self.types.truncate(mark.types);
        self.indexed.truncate(mark.indexed);
    }

    /// The comparisons, the latest first.
    pub fn compared(&self) -> impl Iterator<Item = &Compared> {
        self.compared.iter().rev().take(REMEMBERED)
    }

    /// Adds a comparison.
    pub fn add_compared(&mut self, compared: Compared) {
        self.compared.push(compared);
    }

    /// What is known of the type of a reference, the latest first.
    pub fn types(&self, reference: Value) -> impl Iterator<Item = HeapType> {
        let known = self.types.iter().rev().take(REMEMBERED);
        known.filter_map(move |(value, ty)| (*value == reference).then_some(*ty))
    }

    /// Adds what the type of a reference is.
    pub fn add_type(&mut self, reference: Value, ty: HeapType) {
        self.types.push((reference, ty));
    }

    /// Whether a reference was found not to be null, or never is.
    pub fn is_not_null(&self, reference: Value) -> bool {
        let known = self.not_null.iter().rev();
        self.never_null.contains(reference)
            || known.take(REMEMBERED).any(|known| *known == reference)
    }

    /// Adds a reference that is not null from here on.
    pub fn add_not_null(&mut self, reference: Value) {
        self.not_null.push(reference);
    }

    /// Adds a reference that is never null.
    pub fn add_never_null(&mut self, reference: Value) {
        self.never_null.insert(reference);
    }

    /// Whether an array is known to have an element at this index. Its length never changes.
    pub fn is_in_array(&self, array: Value, index: Value) -> bool {
        let known = self.indexed.iter().rev();
        known.take(REMEMBERED).any(|known| *known == (array, index))
    }

    /// Adds an array that has an element at this index.
    pub fn add_in_array(&mut self, array: Value, index: Value) {
        self.indexed.push((array, index));
    }
}
