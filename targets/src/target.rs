//! What is to be known of a target: the build script, which builds the runtime objects, shares it with the library.

/// A machine and operating system that programs are built for.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name that users type: `x86_64-linux`.
    pub name: &'static str,
    /// Other names: triples.
    pub aliases: &'static [&'static str],
    /// The triple that Cranelift and rustc know it by.
    pub triple: &'static str,
    /// Cranelift ISA settings of the CPU baseline.
    pub baseline: &'static [&'static str],
    /// What the baseline is called, for people.
    pub cpu: &'static str,
    /// What a CPU may have beyond it: a table of `wasi_aot_abi::cpu`. Cranelift's setting is `has_` and the name.
    pub features: &'static [&'static str],
    /// Names for sets of them, each a superset of those before it.
    pub levels: &'static [Level],
    /// Where things lie in the address space.
    pub addresses: AddressPlan,
    /// Flags with which rustc builds the runtime for this CPU.
    pub rustc: &'static [&'static str],
}

/// A name for what many CPUs have.
#[derive(Debug)]
pub struct Level {
    /// The name that users type: `x86-64-v3`.
    pub name: &'static str,
    /// Bits of [`Target::features`].
    pub features: u64,
}

/// Where the parts of an executable lie in the address space of a target.
#[derive(Clone, Copy, Debug)]
pub struct AddressPlan {
    /// First address of the image.
    pub image: u64,
    /// First address of the fixed sections (state, constant tables); the image ends below.
    pub fixed: u64,
    /// Base of region 0, the hottest memory.
    pub region: u64,
    /// Base of region N, N > 0, is N times this.
    pub stride: u64,
    /// The largest page size a kernel of this target may have, in bytes.
    pub page: u64,
}
