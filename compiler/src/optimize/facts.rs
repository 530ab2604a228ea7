//! What code that has run has proved for the code at hand: facts that hold wherever control only comes through the
//! place where they were found.
//!
//! What was found in front of a structured instruction holds inside, too. What is found in it holds behind its end, unless something
//! branches there that did not come by.

use super::bounds::Compared;
use super::emit::Emit;
use cranelift_codegen::ir::{InstructionData, Value};
use cranelift_entity::EntitySet;
use wasmparser::HeapType;

/// Facts further back than this are forgotten.
const REMEMBERED: usize = 64;

/// The facts that hold.
#[derive(Default)]
pub(super) struct Facts {
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
pub(super) struct Mark {
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
}

impl Emit<'_> {
    /// Whether a reference is known not to be null.
    pub fn is_not_null(&self, reference: Value) -> bool {
        let dfg = &self.builder.func.dfg;
        let made_by = dfg.value_def(reference).inst().map(|inst| dfg.insts[inst]);
        if let Some(InstructionData::FuncAddr { .. }) = made_by {
            return true;
        }
        let facts = &self.buffers.facts;
        let known = facts.not_null.iter().rev();
        facts.never_null.contains(reference)
            || known.take(REMEMBERED).any(|known| *known == reference)
    }

    /// Says that a reference is never null.
    pub fn set_never_null(&mut self, reference: Value) {
        self.buffers.facts.never_null.insert(reference);
    }

    /// Says that a reference is not null from here on.
    pub fn set_not_null(&mut self, reference: Value) {
        if !self.is_not_null(reference) {
            self.buffers.facts.not_null.push(reference);
        }
    }

    /// Whether an array is known to have an element at this index. Its length never changes.
    pub fn is_in_array(&self, array: Value, index: Value) -> bool {
        let known = self.buffers.facts.indexed.iter().rev();
        known.take(REMEMBERED).any(|known| *known == (array, index))
    }

    /// Says that an array has an element at this index.
    pub fn set_in_array(&mut self, array: Value, index: Value) {
        self.buffers.facts.indexed.push((array, index));
    }
}
