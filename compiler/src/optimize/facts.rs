//! Facts that executed code has established: they hold wherever control can come only from the
//! point at which they were found.
//!
//! The lowering finds them when it emits a check, and queries them to omit later checks. They
//! concern values of CLIF, which exist only once the code before them has been lowered, so a
//! separate pass would have to follow the same control flow again.
//!
//! A fact that holds before a structured instruction holds inside it, too. A fact that is found
//! inside holds after its end, unless a branch to the end comes from a point before the fact.

use crate::program::MemoryId;
use cranelift_codegen::ir::Value;
use cranelift_entity::EntitySet;
use wasmparser::HeapType;

/// An index into a linear memory that has been compared.
#[derive(Clone, Copy, Debug)]
pub struct Compared {
    /// The memory.
    pub memory: MemoryId,
    /// The index.
    pub index: Value,
    /// An access to this many bytes, starting at the index, is in bounds or faults.
    pub covered: u64,
    /// The address of the byte at the index, or 0 if it is out of bounds. Only with Spectre
    /// mitigation.
    pub chosen: Option<Value>,
}

/// The number of latest comparisons that are searched.
const REMEMBERED: usize = 64;

/// The facts that hold at the current point.
#[derive(Debug, Default)]
pub struct Facts {
    /// Indices into linear memories that have been compared.
    compared: Vec<Compared>,
    /// References that are not null.
    not_null: Vec<Value>,
    /// References, each with a canonical type that it has unless it is null.
    types: Vec<(Value, HeapType)>,
    /// Arrays, each with an index that is within its length.
    indexed: Vec<(Value, Value)>,
    /// References whose type excludes null: this holds everywhere.
    never_null: EntitySet<Value>,
}

/// The facts that hold at some point.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    compared: usize,
    not_null: usize,
    types: usize,
    indexed: usize,
}

impl Mark {
    /// A mark above all others.
    pub const ALL: Mark = Mark {
        compared: usize::MAX,
        not_null: usize::MAX,
        types: usize::MAX,
        indexed: usize::MAX,
    };

    /// The facts that hold at both points.
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
    /// Removes all facts, for another function.
    pub fn clear(&mut self) {
        self.compared.clear();
        self.not_null.clear();
        self.never_null.clear();
        self.types.clear();
        self.indexed.clear();
    }

    /// The facts that hold now.
    pub fn mark(&self) -> Mark {
        Mark {
            compared: self.compared.len(),
            not_null: self.not_null.len(),
            types: self.types.len(),
            indexed: self.indexed.len(),
        }
    }

    /// Removes the facts that were added since.
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

    /// The known types of a reference, the latest first.
    pub fn types(&self, reference: Value) -> impl Iterator<Item = HeapType> {
        let known = self.types.iter().rev().take(REMEMBERED);
        known.filter_map(move |(value, ty)| (*value == reference).then_some(*ty))
    }

    /// Adds a type of a reference.
    pub fn add_type(&mut self, reference: Value, ty: HeapType) {
        self.types.push((reference, ty));
    }

    /// Whether a reference is known not to be null.
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

    /// Whether an array is known to have an element at this index. The length of an array never
    /// changes.
    pub fn is_in_array(&self, array: Value, index: Value) -> bool {
        let known = self.indexed.iter().rev();
        known.take(REMEMBERED).any(|known| *known == (array, index))
    }

    /// Adds an array that has an element at this index.
    pub fn add_in_array(&mut self, array: Value, index: Value) {
        self.indexed.push((array, index));
    }
}
