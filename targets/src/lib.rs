//! The table of targets: names, triple, CPU baseline, address plan and runtime
//! object. All differences between targets are data in this table.

#![forbid(unsafe_code)]

mod here;
mod table;
mod target;

pub use table::TARGETS;
pub use target::{AddressPlan, Level, Target};

// `RUNTIMES`: the runtime of each target, by its triple.
include!(concat!(env!("OUT_DIR"), "/runtimes.rs"));

/// The runtime object of a target in this build of wasi-aot.
#[derive(Clone, Copy, Debug)]
pub enum Runtime {
    /// The object's bytes.
    Object {
        /// For programs without threads.
        product: &'static [u8],
        /// For programs that start threads.
        threads: &'static [u8],
        /// With the trap-recovery entry, for the driver of the test scripts.
        #[cfg(feature = "recovery")]
        recovery: &'static [u8],
    },
    /// It could not be built; the text says how to get it.
    Missing(&'static str),
}

/// The target with this name or alias.
pub fn find(name: &str) -> Option<&'static Target> {
    TARGETS
        .iter()
        .find(|t| t.name == name || t.aliases.contains(&name))
}

/// The target of the current machine, if it is one.
pub fn host() -> Option<&'static Target> {
    let triple = target_lexicon::HOST;
    TARGETS.iter().find(|t| {
        t.triple.parse::<target_lexicon::Triple>().is_ok_and(|t| {
            t.architecture == triple.architecture && t.operating_system == triple.operating_system
        })
    })
}

impl Target {
    /// The runtime as a relocatable object with one section per function.
    ///
    /// # Panics
    /// For a target outside [`TARGETS`].
    pub fn runtime(&self) -> Runtime {
        let mut runtimes = RUNTIMES.iter();
        let found = runtimes.find(|(triple, _)| *triple == self.triple);
        found.expect("the build script goes by the table").1
    }

    /// The [`Target::features`] that this machine has, if it has the target's architecture.
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
    fn every_target_has_a_runtime_or_says_why() {
        for target in TARGETS {
            if let Runtime::Missing(how) = target.runtime() {
                assert!(how.contains(target.triple), "{how}");
            }
        }
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
