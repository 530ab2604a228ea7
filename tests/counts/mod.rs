//! Programs for each count that a module or component has, to measure the growth of the cost with
//! the count.
//!
//! `cargo bench -p wasi-aot-benches --bench counts` prints the table of all counts;
//! `tests/counts/main.rs` checks that their growth stays within bounds.

mod code;
mod component;
mod entities;
pub mod measure;

pub use code::alive_at_once;

/// The component whose cost more than doubles for twice the count.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Growth {
    /// None: at most 2.5 times the time for twice the count.
    Linear,
    /// A dependency: this part of it has this growth, so only its own limit is checked.
    Upstream {
        /// The crate and the part of it.
        part: &'static str,
        /// The maximum of the time for twice the count, divided by the time for the count.
        ratio: f64,
    },
}

/// An item of a module or component that can be counted.
pub struct Count {
    /// The name of the item.
    pub name: &'static str,
    /// The benchmark measures this count and twice as many; most take some tenths of a second.
    pub n: usize,
    /// The text of a program with this number of items.
    pub text: fn(usize) -> String,
    /// The growth of the time.
    pub growth: Growth,
    /// Options of `wasi-aot build` in addition to the usual ones.
    pub options: &'static [&'static str],
}

/// Lookups of Cranelift's e-graph in the dominator tree, and an assertion that repeats them in
/// development builds.
const E_GRAPH: Growth = Growth::Upstream {
    part: "Cranelift, depth_of_block_in_gvn_map",
    ratio: 4.5,
};

/// A value that many blocks take as a parameter: each merge sorts all its ranges.
const REGISTERS: Growth = Growth::Upstream {
    part: "regalloc2, merge_bundles",
    ratio: 4.5,
};

/// Values that are live during a whole function: each is compared with those in its way.
const CONFLICTS: Growth = Growth::Upstream {
    part: "regalloc2, try_to_allocate_bundle_to_reg",
    ratio: 4.5,
};

/// Blocks with many predecessors.
const DOMINATORS: Growth = Growth::Upstream {
    part: "regalloc2, merge_sets of the dominator tree",
    ratio: 4.5,
};

/// Many short ranges, and the queue of ranges to allocate.
const RANGES: Growth = Growth::Upstream {
    part: "regalloc2, Env::init and Env::run",
    ratio: 4.5,
};

/// Core modules of a component: the validation of a module appends its list of types to those of
/// earlier modules.
const TYPE_LISTS: Growth = Growth::Upstream {
    part: "wasmparser, TypeList::commit",
    ratio: 4.5,
};

/// The same count, with the growth of a dependency.
const fn upstream(growth: Growth, count: Count) -> Count {
    Count { growth, ..count }
}

/// Counts without options, with linear growth.
const fn linear(name: &'static str, n: usize, text: fn(usize) -> String) -> Count {
    Count {
        name,
        n,
        text,
        growth: Growth::Linear,
        options: &[],
    }
}

/// All counts.
pub fn all() -> impl Iterator<Item = &'static Count> {
    let tables = [entities::COUNTS, code::COUNTS, component::COUNTS];
    tables.into_iter().flatten()
}

/// `part` for each number below `n`, joined.
fn each(n: usize, part: impl Fn(usize) -> String) -> String {
    (0..n).map(part).collect()
}

/// A module whose entry does nothing.
fn module(fields: &str) -> String {
    format!("(module (func (export \"_start\")) {fields})")
}

/// A module whose entry calls function `$run` with a number that is unknown at compile time.
fn entered(fields: &str) -> String {
    format!(
        "(module {fields} (global $number (mut i32) (i32.const 0))
        (func (export \"_start\") (call $run (global.get $number)) (global.set $number (i32.const 1))))"
    )
}

/// A module whose entry has this body. It has memory 0, and an `i32` local `$x`.
fn body(code: &str) -> String {
    format!("(module (memory 1) (func (export \"_start\") (local $x i32) {code}))")
}
