//! The targets: one entry each. Names, triple, CPU baseline, object format, address plan and runtime
//! object; everything that differs between targets is data in this table.

#![forbid(unsafe_code)]

mod here;
mod table;

pub use table::TARGETS;

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
    /// What a CPU may have beyond it: a table of [`wasi_aot_abi::cpu`]. Cranelift's setting is the name with `has_` in front.
    pub features: &'static [&'static str],
    /// Names for sets of them, each a superset of those in front of it.
    pub levels: &'static [Level],
    /// Where things lie in the address space.
    pub addresses: AddressPlan,
    /// The runtime as a relocatable object, one section a function.
    pub runtime: Runtime,
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

/// The runtime object of a target, as this build of wasi-aot holds it.
#[derive(Clone, Copy, Debug)]
pub enum Runtime {
    /// The object's bytes.
    Object {
        /// What programs are linked with.
        product: &'static [u8],
        /// The same runtime for programs that start threads.
        threads: &'static [u8],
        /// The same runtime with the trap-recovery entry, for the driver of the test scripts.
        #[cfg(feature = "recovery")]
        recovery: &'static [u8],
    },
    /// It could not be built here; the text says how to get it.
    Missing(&'static str),
}

/// The target that this name or alias means.
pub fn find(name: &str) -> Option<&'static Target> {
    TARGETS
        .iter()
        .find(|t| t.name == name || t.aliases.contains(&name))
}

/// The target of the machine that runs this program, if it is one.
pub fn host() -> Option<&'static Target> {
    let triple = target_lexicon::HOST;
    TARGETS.iter().find(|t| {
        t.triple.parse::<target_lexicon::Triple>().is_ok_and(|t| {
            t.architecture == triple.architecture && t.operating_system == triple.operating_system
        })
    })
}

impl Target {
    /// What this machine has of [`Target::features`], if it is of the target's architecture.
    pub fn features_here(&self) -> u64 {
        let is_there = |name: &str| {
            here::FOUND
                .iter()
                .any(|(known, has)| *known == name && has())
        };
        let names = self.features.iter().enumerate();
        names.fold(0, |all, (bit, name)| all | u64::from(is_there(name)) << bit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_of_this_machine_can_be_found() {
        let host = host().expect("tests run on a target");
        let known: Vec<_> = here::FOUND.iter().map(|(name, _)| *name).collect();
        assert_eq!(known, host.features);
    }

    #[test]
    fn regions_lie_apart() {
        for target in TARGETS {
            let plan = target.addresses;
            // A 32-bit memory and its guard.
            let reserved = 6 << 30;
            assert!(
                plan.image < plan.fixed && plan.fixed < plan.region,
                "{}",
                target.name
            );
            assert!(plan.region + reserved <= plan.stride, "{}", target.name);
            assert!(reserved <= plan.stride, "{}", target.name);
        }
    }

    #[test]
    fn every_name_means_one_target() {
        for target in TARGETS {
            for name in target.aliases.iter().chain([&target.name, &target.triple]) {
                let found = find(name).map(|target| target.name);
                assert_eq!(found, Some(target.name), "{name}");
            }
        }
        assert!(find("sparc-solaris").is_none());
    }
}
