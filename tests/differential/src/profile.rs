//! The table of profiles: the proposals that the modules of a seed may use, and the shape of these
//! modules.

use crate::parts::Parts;
use crate::random::Random;
use arbitrary::Unstructured;
use wasi_aot::wasm::FEATURES;
use wasm_smith::{Config, MemoryOffsetChoices, Module};
use wasmparser::WasmFeatures;

/// The fuel of a call: a function call and a loop iteration use one unit, and so does each byte or
/// element of bulk instructions.
pub const FUEL: u32 = 1000;
/// The maximum size of a memory, in bytes.
const MEMORY: u32 = 1 << 20;

/// Where the NaNs of arithmetic become canonical, so that they are the same in every engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nans {
    /// In the module's own code.
    Module,
    /// In the engines, by an option.
    Engines,
}

impl Nans {
    /// Alternates after each round of profiles.
    pub fn of(seed: u64) -> Nans {
        match seed / PROFILES.len() as u64 % 2 {
            0 => Nans::Module,
            _ => Nans::Engines,
        }
    }
}

/// A selection of proposals.
#[derive(Debug)]
pub struct Profile {
    /// Its name in tests.
    pub name: &'static str,
    simd: bool,
    exceptions: bool,
    threads: bool,
    /// Garbage collection, together with typed function references: the generator has one switch
    /// for both.
    gc: bool,
}

/// Seeds cycle through the profiles.
pub const PROFILES: &[Profile] = &[
    Profile {
        name: "scalar",
        simd: false,
        exceptions: false,
        threads: false,
        gc: false,
    },
    Profile {
        name: "simd",
        simd: true,
        exceptions: false,
        threads: false,
        gc: false,
    },
    Profile {
        name: "exceptions",
        simd: false,
        exceptions: true,
        threads: false,
        gc: false,
    },
    Profile {
        name: "gc",
        simd: false,
        exceptions: false,
        threads: false,
        gc: true,
    },
    Profile {
        name: "threads",
        simd: false,
        exceptions: false,
        threads: true,
        gc: false,
    },
    Profile {
        name: "all",
        simd: true,
        exceptions: true,
        threads: true,
        gc: true,
    },
];

impl Profile {
    /// The profile of a seed.
    pub fn of(seed: u64) -> &'static Profile {
        &PROFILES[(seed % PROFILES.len() as u64) as usize]
    }

    /// Its proposals that this release does not support.
    pub fn missing(&self) -> Vec<&'static str> {
        let mut needed = WasmFeatures::empty();
        needed.set(WasmFeatures::SIMD | WasmFeatures::RELAXED_SIMD, self.simd);
        needed.set(WasmFeatures::EXCEPTIONS, self.exceptions);
        needed.set(WasmFeatures::THREADS, self.threads);
        needed.set(
            WasmFeatures::GC | WasmFeatures::FUNCTION_REFERENCES,
            self.gc,
        );
        let missing = FEATURES
            .iter()
            .filter(|feature| !feature.supported && needed.contains(feature.flag));
        missing.map(|feature| feature.name).collect()
    }

    /// The generator's configuration. Memories and tables are small and have a maximum, because
    /// running out of memory is not a comparable result.
    fn config(&self, random: &mut Random, nans: Nans) -> Config {
        let max_funcs = 3 + random.below(12);
        Config {
            canonicalize_nans: nans == Nans::Module,
            disallow_traps: random.below(4) != 0,
            simd_enabled: self.simd,
            relaxed_simd_enabled: self.simd,
            exceptions_enabled: self.exceptions,
            threads_enabled: self.threads,
            gc_enabled: self.gc,
            compact_imports_enabled: false,
            custom_page_sizes_enabled: true,
            limit_arrays_in_const_exprs: true,
            memory64_enabled: random.coin(),
            allow_floats: random.below(4) != 0,
            max_imports: 0,
            max_exports: 0,
            min_funcs: max_funcs / 2 + 1,
            max_funcs,
            min_types: 2,
            max_types: 4 + random.below(20),
            max_type_size: 200,
            max_instructions: 30 + random.below(400),
            min_globals: 1,
            max_globals: 1 + random.below(8),
            min_memories: 1,
            max_memories: 1 + random.below(3),
            max_memory32_bytes: MEMORY.into(),
            max_memory64_bytes: MEMORY.into(),
            memory_max_size_required: true,
            memory_offset_choices: MemoryOffsetChoices(95, 4, 1),
            min_data_segments: random.below(3),
            max_data_segments: 4,
            min_tables: 1,
            max_tables: 1 + random.below(4),
            max_table_elements: 200,
            table_max_size_required: true,
            min_element_segments: random.below(4),
            max_element_segments: 6,
            max_elements: 12,
            min_tags: usize::from(self.exceptions) * random.below(4),
            max_tags: 4,
            ..Config::default()
        }
    }

    /// A module whose functions terminate, and the global that holds the remaining fuel.
    ///
    /// # Panics
    /// If the generator refuses its configuration, which does not happen.
    pub fn module(&self, random: &mut Random, nans: Nans) -> (Vec<u8>, u32) {
        loop {
            let config = self.config(random, nans);
            let size = 1000 + random.below(60_000);
            let chance = random.bytes(size);
            let module = Module::new(config, &mut Unstructured::new(&chance));
            let mut module = module.expect("a configuration that can be met");
            let fuel = module.ensure_termination(FUEL).expect("no raw bodies");
            let bytes = module.to_bytes();
            // A module whose types are all of objects has no functions.
            if Parts::read(&bytes).is_ok_and(|parts| !parts.functions.is_empty()) {
                return (bytes, fuel);
            }
        }
    }
}
