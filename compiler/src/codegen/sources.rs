//! What the CLIF of a unit is made from. While that stays the same from one build to the next, so
//! does the CLIF, and nobody needs to make it to know.
//!
//! It is the program without the bodies of its functions, the instruction set, the unit's own body,
//! and the bodies that passes inline. A body also decides about the program: what it calls is
//! reachable, what it sets is no constant. Such results are in the program, so they are hashed with
//! it, and those that no function can see are not.

use super::generator::Generators;
use super::hashed::{Hashed, isa};
use super::kept::Key;
use crate::lower::Unit;
use crate::optimize::inlined;
use crate::program::{FuncId, Program};
use crate::wasm::Module;
use std::hash::Hash;

/// The sources of the units of a program.
pub struct Sources<'a> {
    program: &'a Program<'a>,
    /// The hash of what is the same for all units.
    environment: Key,
}

impl<'a> Sources<'a> {
    /// Those of a program that these generators compile.
    pub fn new(program: &'a Program<'a>, generators: &Generators) -> Sources<'a> {
        let mut hash = Hashed::new();
        isa(generators.isa(), &mut hash);
        generators.opt_level().hash(&mut hash);
        without_bodies(program, &mut hash);
        Sources {
            program,
            environment: hash.key(),
        }
    }

    /// Adds the sources of a unit, without the bodies that passes inline.
    pub fn add(&self, unit: Unit, hash: &mut Hashed) {
        let body = match unit {
            Unit::Func(id) => self.program.body(id),
            Unit::Step(_) | Unit::Entry | Unit::Thread => None,
        };
        // Where a body is decides only about the base of source locations.
        (self.environment, unit, body.map(|body| body.bytes)).hash(hash);
    }

    /// The hash of what passes learn of the bodies of these functions.
    pub fn inlined(&self, functions: &[FuncId]) -> Key {
        let mut hash = Hashed::new();
        for id in functions {
            let body = inlined(self.program, *id);
            body.map(|body| body.bytes).hash(&mut hash);
        }
        hash.key()
    }
}

/// Adds a program without the bodies of its functions. A new field must be added, or be omitted for
/// a reason.
fn without_bodies(program: &Program, hash: &mut Hashed) {
    let Program {
        modules,
        instances,
        types,
        structures,
        arrays,
        functions,
        memories,
        tables,
        globals,
        tags,
        data,
        elements,
        regions,
        regions_end,
        segment,
        memory_at_start,
        heap,
        objects,
        alias_regions,
        fixed,
        steps,
        component,
        threads,
        driver,
        relaxed_simd,
        base,
        lookups,
        // For listings only, for which everything is lowered.
        states: _,
    } = program;
    modules.len().hash(hash);
    for module in modules.values() {
        module_without_bodies(module, hash);
    }
    (instances, types, structures, arrays, functions, memories).hash(hash);
    (tables, globals, tags, data, elements).hash(hash);
    (regions, regions_end, segment).hash(hash);
    (memory_at_start, heap, objects).hash(hash);
    (alias_regions, fixed, steps, component, threads).hash(hash);
    (driver, relaxed_simd, base, lookups).hash(hash);
}

/// The same of a module.
fn module_without_bodies(module: &Module, hash: &mut Hashed) {
    let Module {
        name,
        types,
        type_groups,
        imports,
        functions,
        imported_functions,
        // Each unit has its own.
        bodies: _,
        tables,
        imported_tables,
        table_inits,
        memories,
        imported_memories,
        globals,
        imported_globals,
        global_inits,
        tags,
        imported_tags,
        exports,
        start,
        elements,
        data,
        function_names,
        features,
        adapter,
        is_go,
        // What they decide is in the program. They count instructions, so most changes of a body
        // change them, too.
        effects: _,
        // Code does not depend on it; the object of the program has it.
        debug: _,
    } = module;
    (name, types, type_groups, imports).hash(hash);
    (functions, imported_functions).hash(hash);
    (tables, imported_tables, table_inits).hash(hash);
    (memories, imported_memories).hash(hash);
    (globals, imported_globals, global_inits).hash(hash);
    (tags, imported_tags, exports, start).hash(hash);
    (elements, data, function_names).hash(hash);
    (features, adapter, is_go).hash(hash);
}
