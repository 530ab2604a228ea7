//! The keys of what is kept of a function: a hash of all that its code is made from, and one of all
//! that its CLIF is made from.
//!
//! The first is computed from the CLIF that Cranelift compiles, after all that needs to know other
//! functions. So it covers every fact about the program that decides about the code, and not those
//! that change without effect on it, such as numbers of callees and offsets in the module.

use super::effort::Isas;
use crate::codegen::hashed::{Hashed, isa};
use crate::codegen::kept::Key;
use crate::codegen::sources::Sources;
use crate::lower::Unit;
use cranelift_codegen::ir::Function;
use std::hash::Hash;

/// Computes the keys of functions.
pub struct Keys {
    /// The hash of all that is the same for all functions.
    common: Hashed,
}

/// What a key is of, so that no key of one kind is one of another.
#[derive(Hash)]
enum Of {
    Code,
    Shortcut,
}

impl Keys {
    /// Those of code for these instruction sets, by the build of wasi-aot with this identity.
    pub fn new(tool: &[u8], isas: &Isas) -> Keys {
        let mut common = Hashed::new();
        (tool, env!("CARGO_PKG_VERSION")).hash(&mut common);
        // All choices about code decide about nothing but these.
        let Isas {
            chosen,
            plain,
            unoptimised,
        } = isas;
        for set in [chosen, plain, unoptimised] {
            isa(set, &mut common);
        }
        Keys { common }
    }

    /// The key of a function's code.
    pub fn code(&self, func: &Function) -> Key {
        // The name is for people. Of the parameters, names and the base of source locations are
        // added to the finished code; whether there is such a base decides about its lines.
        let Function {
            name: _,
            stencil,
            params,
        } = func;
        let mut hash = self.common.clone();
        Of::Code.hash(&mut hash);
        params.base_srcloc().is_default().hash(&mut hash);
        stencil.hash(&mut hash);
        hash.key()
    }

    /// The key of a unit's shortcut.
    pub fn shortcut(&self, sources: &Sources, unit: Unit) -> Key {
        let mut hash = self.common.clone();
        Of::Shortcut.hash(&mut hash);
        sources.add(unit, &mut hash);
        hash.key()
    }
}
