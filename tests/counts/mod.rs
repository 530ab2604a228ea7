//! A program for each count of a module or component that an input decides, to see what twice the count costs.
//!
//! `cargo bench -p wasi-aot-benches --bench counts` prints the table of all; `tests/counts/main.rs` keeps them from growing.

mod code;
mod component;
mod entities;
pub mod measure;

pub use code::alive_at_once;

/// Whose cost it is that more than doubles with twice the count.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Growth {
    /// Nobody's: at most 2.5 times the time for twice the count.
    Linear,
    /// Upstream's: this part of it has this growth, so that no more is promised than its own bound.
    Upstream {
        /// The crate and what in it.
        part: &'static str,
        /// Time at twice the count, divided by that at the count, at most.
        ratio: f64,
    },
}

/// Something that can be counted in a module or component.
pub struct Count {
    /// What is counted.
    pub name: &'static str,
    /// The larger of the two counts that the benchmark measures takes twice this; most take some tenths of a second.
    pub n: usize,
    /// The text of a program with as many of them.
    pub text: fn(usize) -> String,
    /// What becomes of its time.
    pub growth: Growth,
    /// Options of `wasi-aot build` beyond the usual.
    pub options: &'static [&'static str],
}

/// What Cranelift's e-graph looks up in the dominator tree, with an assertion that does it again in development builds.
const E_GRAPH: Growth = Growth::Upstream {
    part: "Cranelift, depth_of_block_in_gvn_map",
    ratio: 4.5,
};

/// A value that many blocks take as a parameter: all its ranges are sorted at each merge.
const REGISTERS: Growth = Growth::Upstream {
    part: "regalloc2, merge_bundles",
    ratio: 4.5,
};

/// Values that are alive over a whole function: each is compared with the others in the way.
const CONFLICTS: Growth = Growth::Upstream {
    part: "regalloc2, try_to_allocate_bundle_to_reg",
    ratio: 4.5,
};

/// Blocks that many blocks before them lead to.
const DOMINATORS: Growth = Growth::Upstream {
    part: "regalloc2, merge_sets of the dominator tree",
    ratio: 4.5,
};

/// Many short ranges, and the queue of those that are still to be allocated.
const RANGES: Growth = Growth::Upstream {
    part: "regalloc2, Env::init and Env::run",
    ratio: 4.5,
};

/// Core modules of a component: each list of types that validation of a module ends with is joined to those before it.
const TYPE_LISTS: Growth = Growth::Upstream {
    part: "wasmparser, TypeList::commit",
    ratio: 4.5,
};

/// The same count, whose growth is upstream's.
const fn upstream(growth: Growth, count: Count) -> Count {
    Count { growth, ..count }
}

/// Counts without an option, which are linear.
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

/// `part` of each number below `n`, one behind the other.
fn each(n: usize, part: impl Fn(usize) -> String) -> String {
    (0..n).map(part).collect()
}

/// A module whose entry does nothing.
fn module(fields: &str) -> String {
    format!("(module (func (export \"_start\")) {fields})")
}

/// A module whose entry calls function `$run` with a number that the compiler does not know.
fn entered(fields: &str) -> String {
    format!(
        "(module {fields} (global $number (mut i32) (i32.const 0))
        (func (export \"_start\") (call $run (global.get $number)) (global.set $number (i32.const 1))))"
    )
}

/// A module whose entry has this body. Memory 0 is there, local `$x` an `i32`.
fn body(code: &str) -> String {
    format!("(module (memory 1) (func (export \"_start\") (local $x i32) {code}))")
}
