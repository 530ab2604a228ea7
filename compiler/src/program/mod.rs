//! Stage two: links modules into a [`Program`].

mod alias;
mod builder;
mod canonical;
mod component;
mod entry;
mod evaluate;
mod exceptions;
mod function;
mod heap;
mod image;
mod instantiate;
mod layout;
mod link;
pub mod lookups;
pub mod objects;
pub mod preview1;
pub mod snapshot;
mod subtyping;
#[cfg(test)]
mod tests;
pub mod threads;
mod types;

pub use alias::{AliasRegions, Location};
pub use builder::{Builder, Extern, Graph};
pub use component::*;
pub use entry::{DEFAULT as DEFAULT_ENTRY, INITIALIZE, warning};
pub use function::{Function, FunctionKind, Generator};
pub use heap::{Heap, HeapUse};
pub use layout::{IMAGE_UNIT, MAX_MEMORY64};
pub use objects::ObjectLayout;
pub use subtyping::{concrete, is_heap, supertypes};
pub use types::*;

pub use crate::policy::{BoundsChecks, RelaxedSimd, UnknownImports};

use crate::Result;
use crate::cpu::Base;
use crate::optimize::After;
use crate::policy::Policy;
use crate::wasm::Module;
use wasi_aot_targets::Target;

/// The options that affect a program, in addition to its modules.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The entry.
    pub entry: Entry,
    /// Whether a component that is a command and an HTTP server is a server.
    pub serves: bool,
    /// The treatment of imports that nothing provides.
    pub unknown_imports: UnknownImports,
    /// How accesses to memories are kept in bounds.
    pub bounds_checks: BoundsChecks,
    /// Bytes of address space for a memory with 64-bit indices; `None`: [`MAX_MEMORY64`].
    pub memory64: Option<u64>,
    /// How code finds its instance's state.
    pub form: StateForm,
    /// The results of relaxed vector instructions.
    pub relaxed_simd: RelaxedSimd,
    /// How code gets the base addresses of regions; `None`: in the CPU's best way.
    pub base: Option<Base>,
    /// Whether code does without a segment for region 0.
    pub keep_gs: bool,
    /// The points of the optimize stage whose state is kept for listings.
    pub after: Vec<After>,
}

/// The entry of a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Entry {
    /// `_initialize`, if the module exports it, then `_start`, or else the export with an empty
    /// name. One of the three is enough.
    #[default]
    Start,
    /// These exports in order, after `_initialize`; their results are printed. `NAME(VALUES)` gives
    /// the values, for a component in WAVE syntax. For a module, `NAME` alone takes the values from
    /// the arguments of the process.
    Invoke(Vec<String>),
}

impl Options {
    /// The options of a policy, for a program with this entry.
    pub fn new(policy: &Policy, entry: Entry) -> Options {
        Options {
            entry,
            serves: policy.grants.listens(),
            base: None,
            keep_gs: policy.code.keep_gs,
            unknown_imports: policy.code.unknown_imports,
            bounds_checks: policy.code.bounds_checks,
            memory64: policy.limits.max_memory.filter(|max| *max > MAX_MEMORY64),
            form: StateForm::default(),
            relaxed_simd: policy.code.relaxed_simd,
            after: Vec::new(),
        }
    }
}

/// Builds the program for one module: one instance, which is instantiated, then entered. `provided`
/// says whether the target's runtime defines a symbol.
///
/// # Errors
///
/// `UnknownImport`, `ImportType`: an import is not provided, or not with this type. `Entry`: there
/// is no entry as the options want it, or none for threads. `Unsupported`: it has threads and what these cannot have yet. `Layout`: it does not fit the target's address plan.
/// `Limit`: the tables start larger than
/// [`wasi_aot_abi::MAX_TABLE_ELEMENTS`].
pub fn build<'a>(
    module: Module<'a>,
    target: &Target,
    options: &Options,
    provided: &dyn Fn(&str) -> bool,
) -> Result<Program<'a>> {
    let calls = entry::find(&module, &options.entry)?;
    let thread = threads::start(&module)?;
    let mut builder = Builder::new(target, options);
    if thread.is_some() {
        builder.with_threads();
    }
    let module = builder.module(module);
    let imports = preview1::resolve(&mut builder, module, options.unknown_imports, provided)?;
    let instance = builder.instantiate(module, &imports)?;
    if let Some(thread) = thread {
        builder.start_threads(instance, thread);
    }
    builder.enter(instance, calls);
    builder.finish()
}
