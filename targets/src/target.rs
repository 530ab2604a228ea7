//! The description of a target, for the library and for the build script, which builds the runtime
//! objects.

/// A machine and operating system that programs are built for.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name that users type: `x86_64-linux`.
    pub name: &'static str,
    /// Other names: triples.
    pub aliases: &'static [&'static str],
    /// The triple for Cranelift and rustc.
    pub triple: &'static str,
    /// Cranelift ISA settings of the CPU baseline.
    pub baseline: &'static [&'static str],
    /// The name of the baseline, for users.
    pub cpu: &'static str,
    /// The CPU features beyond the baseline: a table of `wasi_aot_abi::cpu`. Cranelift's setting is
    /// the name with the prefix `has_`.
    pub features: &'static [&'static str],
    /// Names for sets of features, each a superset of the previous one.
    pub levels: &'static [Level],
    /// The addresses of the parts of an executable.
    pub addresses: AddressPlan,
    /// Flags with which rustc builds the runtime for this CPU.
    pub rustc: &'static [&'static str],
}

/// A name for a set of features that many CPUs have.
#[derive(Debug)]
pub struct Level {
    /// The name that users type: `x86-64-v3`.
    pub name: &'static str,
    /// Bits of [`Target::features`].
    pub features: u64,
}

/// The addresses of the parts of an executable on a target.
#[derive(Clone, Copy, Debug)]
pub struct AddressPlan {
    /// Lowest address of the image.
    pub image: u64,
    /// Lowest address of the fixed sections (constant tables, then state, which ends at region 0).
    pub fixed: u64,
    /// Base of region 0, the hottest memory.
    pub region: u64,
    /// Base of region N, N > 0, is N times this.
    pub stride: u64,
    /// The largest page size of a kernel for this target, in bytes.
    pub page: u64,
    /// Whether region 0 is also a segment, whose base a register holds that the system leaves to
    /// the program (x86-64: GS).
    pub segment: bool,
}
