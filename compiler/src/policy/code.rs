//! How code is generated, and the options for it.

use super::choice::choice;
use super::row::{Encode, Group, Row, Takes, switch};
use serde::{Deserialize, Serialize};
use std::ops::Not;

/// How code is generated.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CodeOptions {
    /// How accesses to memories are kept in bounds.
    pub bounds_checks: BoundsChecks,
    /// The treatment of imports that nothing provides.
    pub unknown_imports: UnknownImports,
    /// How hard to optimise.
    pub optimize: OptLevel,
    /// The results of relaxed vector instructions.
    #[serde(skip_serializing_if = "RelaxedSimd::is_default", default)]
    pub relaxed_simd: RelaxedSimd,
    /// The CPU features that code may use: `native`, or `LEVEL[+FEATURE...]`; `None`: the target's
    /// baseline.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cpu: Option<String>,
    /// Whether bounds and type checks also hold during speculation past the comparison (Spectre).
    #[serde(skip_serializing_if = "Not::not", default)]
    pub spectre_mitigation: bool,
    /// Whether code does without the register GS of x86-64, for systems that do not let programs
    /// set it.
    #[serde(skip_serializing_if = "Not::not", default)]
    pub keep_gs: bool,
    /// Whether arithmetic produces only the positive canonical NaN.
    #[serde(skip_serializing_if = "Not::not", default)]
    pub nan_canonicalization: bool,
}

choice! {
    /// How accesses to memories are kept in bounds.
    #[derive(Default)]
    pub enum BoundsChecks {
        /// By faults: no cost, nothing is mapped after a memory in 6 GiB of addresses
        #[default]
        Guard = "guard",
        /// By comparing: slower
        Explicit = "explicit",
    }
}

choice! {
    /// The treatment of imported functions that nothing provides.
    #[derive(Default)]
    pub enum UnknownImports {
        /// They are an error
        #[default]
        Error = "error",
        /// They trap when called
        Trap = "trap",
    }
}

choice! {
    /// The results of relaxed vector instructions where the specification leaves a choice.
    #[derive(Default)]
    pub enum RelaxedSimd {
        /// What the CPU does best
        #[default]
        Native = "native",
        /// The same on every CPU
        Deterministic = "deterministic",
    }
}

impl RelaxedSimd {
    fn is_default(&self) -> bool {
        *self == RelaxedSimd::default()
    }
}

choice! {
    /// How hard Cranelift optimises.
    #[derive(Default)]
    pub enum OptLevel {
        /// Compile fast
        None = "0",
        /// For speed
        #[default]
        Speed = "2",
    }
}

/// The options for code generation.
pub(super) const ROWS: &[Row] = &[
    Row {
        name: "bounds-checks",
        heading: "Code",
        takes: Takes::Choice("HOW", BoundsChecks::words),
        help: "How memory accesses are kept inside [default: guard]",
        more: "",
        set: |p, text, _| text.parse().map(|how| p.code.bounds_checks = how),
        names: None,
        group: Group::Code,
        show: |p, shown| {
            let (optimize, checks) = (p.code.optimize.word(), p.code.bounds_checks.word());
            shown.line("code", format!("-O {optimize}, bounds checks: {checks}"));
        },
        encode: Encode::Elsewhere,
        variables: &[],
        reference: &[[
            "`--bounds-checks explicit`",
            "memory accesses are compared with the memory's size, which is slower. By default accesses beyond it fault, at no cost: each memory has 6 GiB of addresses in which nothing else is mapped. They are not reserved: where address space is limited (`ulimit -v`), a program needs its memory's size, its stack (`--max-stack`), its heap (`--max-heap`) and 8 MB either way",
        ]],
    },
    Row {
        name: "relaxed-simd",
        heading: "Code",
        takes: Takes::Choice("HOW", RelaxedSimd::words),
        help: "What relaxed vector instructions compute where the specification leaves it open [default: native]",
        more: "",
        set: |p, text, _| text.parse().map(|how| p.code.relaxed_simd = how),
        names: None,
        group: Group::Code,
        show: |p, shown| {
            if p.code.relaxed_simd != RelaxedSimd::default() {
                shown.line("", format!("relaxed SIMD: {}", p.code.relaxed_simd.word()));
            }
        },
        encode: Encode::Elsewhere,
        variables: &[],
        reference: &[[
            "`--relaxed-simd deterministic`",
            "relaxed vector instructions have the same results on every CPU (but for the bits of NaNs). By default they do what is fastest on the CPU",
        ]],
    },
    Row {
        name: "cpu",
        heading: "Code",
        takes: Takes::Value("CPU"),
        help: "What the program may take for granted of the CPU: a level, or `native` [default: what every CPU of the target has]",
        more: "`x86-64-v2`, `x86-64-v3`, `x86-64-v4`; `armv8-a`, `armv8.1-a`; single features may follow: `x86-64-v2+fma`. It does not start on a CPU that lacks any of it.",
        set: |p, text, _| super::words::text(text).map(|cpu| p.code.cpu = Some(cpu)),
        names: None,
        group: Group::Code,
        show: |p, shown| {
            if let Some(cpu) = &p.code.cpu {
                shown.line("", format!("CPU: {cpu}"));
            }
        },
        // Its bits depend on the target.
        encode: Encode::Elsewhere,
        variables: &[],
        reference: &[[
            "`--cpu CPU`",
            "code for CPUs that have these instructions: `x86-64-v2` (default), `x86-64-v3`, `x86-64-v4`, `armv8-a` (default), `armv8.1-a`, or `native`, those of this machine. Single features may follow: `x86-64-v2+fma`. Where the CPU lacks any of it the program says so and does not start",
        ]],
    },
    Row {
        name: "spectre-mitigation",
        heading: "Code",
        takes: Takes::Switch,
        help: "Keep accesses inside during speculation past a comparison, too (Spectre)",
        more: "",
        set: |p, text, _| switch(text).map(|on| p.code.spectre_mitigation = on),
        names: None,
        group: Group::Code,
        show: |p, shown| {
            if p.code.spectre_mitigation {
                shown.line("", "Spectre mitigation");
            }
        },
        encode: Encode::Elsewhere,
        variables: &[],
        reference: &[[
            "`--spectre-mitigation`",
            "checks also hold while the CPU speculates past them: accesses that are compared (explicit bounds checks, 64-bit memories, tables, arrays), jumps through tables, the function that `call_indirect` calls after the check of its type, and the reference that a cast returns are chosen without a branch. Accesses that guard pages catch need nothing. It does not cover what the CPU predicts without a check: the targets of indirect calls and of returns. It does more than wasmtime's heap and table access Spectre mitigation, which leaves out checks of types",
        ]],
    },
    Row {
        name: "keep-gs",
        heading: "Code",
        takes: Takes::Switch,
        help: "Leave x86-64's register GS alone, for systems that do not let programs set it (gVisor)",
        more: "",
        set: |p, text, _| switch(text).map(|on| p.code.keep_gs = on),
        names: None,
        group: Group::Code,
        show: |p, shown| {
            if p.code.keep_gs {
                shown.line("", "GS is not used");
            }
        },
        encode: Encode::Elsewhere,
        variables: &[],
        reference: &[[
            "`--keep-gs`",
            "code does without the register GS of x86-64. By default it holds the base of the memory that is used most, so that an index that is a sum needs no instruction of its own. Some systems do not let programs set it, gVisor among them: an executable that uses it ends there at its start, and says so. With this option bzip2 executes 10 % more instructions, QuickJS and Zstandard 4 %, loops over arrays up to 27 %",
        ]],
    },
    Row {
        name: "nan-canonicalization",
        heading: "Code",
        takes: Takes::Switch,
        help: "Make every NaN of arithmetic the same on every CPU",
        more: "",
        set: |p, text, _| switch(text).map(|on| p.code.nan_canonicalization = on),
        names: None,
        group: Group::Code,
        show: |p, shown| {
            if p.code.nan_canonicalization {
                shown.line("", "canonical NaNs");
            }
        },
        encode: Encode::Elsewhere,
        variables: &[],
        reference: &[[
            "`--nan-canonicalization`",
            "every NaN that arithmetic makes has the same bits on every CPU, in vectors, too",
        ]],
    },
];
