//! The table of profiles: which proposals the modules of a seed may use, and the shape of these modules.

use crate::parts::Parts;
use crate::random::Random;
use arbitrary::Unstructured;
use wasi_aot::wasm::FEATURES;
use wasm_smith::{Config, MemoryOffsetChoices, Module};
use wasmparser::WasmFeatures;

/// What a call may use up: one a function entered and a turn of a loop, one a byte or element of bulk instructions.
pub const FUEL: u32 = 1000;
/// The most that a memory grows to, in bytes.
const MEMORY: u32 = 1 << 20;

/// Who makes the NaNs of arithmetic the same in every engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nans {
    /// The module's own code.
    Module,
    /// The engines, by an option.
    Engines,
}

impl Nans {
    /// By turns of all profiles.
    pub fn of(seed: u64) -> Nans {
        match seed / PROFILES.len() as u64 % 2 {
            0 => Nans::Module,
            _ => Nans::Engines,
        }
    }
}

/// A choice of proposals.
#[derive(Debug)]
pub struct Profile {
    /// What tests call it.
    pub name: &'static str,
    simd: bool,
    exceptions: bool,
    threads: bool,
    /// Garbage collection, and with it typed function references: the generator has one switch for both.
    gc: bool,
}

/// Seeds take turns.
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

    /// The proposals that it takes and this release does not compile.
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

    /// How the generator is told. Memories and tables are small and have a maximum, as what they do when a machine
    /// has no more is not a result.
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

    /// A module with functions that end by themselves, and its global that says how much fuel is left.
    ///
    /// # Panics
    /// If the generator cannot make one, which it always can.
    pub fn module(&self, random: &mut Random, nans: Nans) -> (Vec<u8>, u32) {
        loop {
            let config = self.config(random, nans);
            let size = 1000 + random.below(60_000);
            let chance = random.bytes(size);
            let module = Module::new(config, &mut Unstructured::new(&chance));
            let mut module = module.expect("a configuration that can be met");
            let fuel = module.ensure_termination(FUEL).expect("no raw bodies");
            let bytes = module.to_bytes();
            // Where all types are of objects there are no functions.
            if Parts::read(&bytes).is_ok_and(|parts| !parts.functions.is_empty()) {
                return (bytes, fuel);
            }
        }
    }
}
