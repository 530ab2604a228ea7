//! The table of WebAssembly's proposals: name, flag, and whether this release supports it.

use wasmparser::WasmFeatures;

/// A proposal.
#[derive(Debug)]
pub struct Feature {
    /// Its name in the specification.
    pub name: &'static str,
    /// The flag that enables it in wasmparser.
    pub flag: WasmFeatures,
    /// The name of its group of instructions in wasmparser's operator table; empty if it has none.
    group: &'static str,
    /// Whether programs that use it compile.
    pub supported: bool,
}

macro_rules! features {
    ($table:ident: $(#[$doc:meta])* $($name:literal, $flag:ident, $group:literal, $supported:expr;)*) => {
        $(#[$doc])*
        pub const $table: &[Feature] = &[$(Feature {
            name: $name,
            flag: WasmFeatures::$flag,
            group: $group,
            supported: $supported,
        },)*];
    };
}

const YES: bool = true;
const NOT_YET: bool = false;

features! {
    FEATURES:
    /// All proposals that wasmparser knows, each after those that it builds on.
    "mutable globals", MUTABLE_GLOBAL, "", YES;
    "sign-extension operators", SIGN_EXTENSION, "sign_extension", YES;
    "non-trapping float-to-int conversions", SATURATING_FLOAT_TO_INT, "saturating_float_to_int", YES;
    "multi-value", MULTI_VALUE, "", YES;
    "reference types", REFERENCE_TYPES, "reference_types", YES;
    "bulk memory operations", BULK_MEMORY, "bulk_memory", YES;
    "extended constant expressions", EXTENDED_CONST, "", YES;
    "SIMD", SIMD, "simd", YES;
    "relaxed SIMD", RELAXED_SIMD, "relaxed_simd", YES;
    "tail calls", TAIL_CALL, "tail_call", YES;
    "multiple memories", MULTI_MEMORY, "", YES;
    "memory64", MEMORY64, "", YES;
    "threads", THREADS, "threads", YES;
    "exception handling", EXCEPTIONS, "exceptions", YES;
    "legacy exception handling", LEGACY_EXCEPTIONS, "legacy_exceptions", YES;
    "typed function references", FUNCTION_REFERENCES, "function_references", YES;
    "garbage collection", GC, "gc", YES;
    "custom descriptors", CUSTOM_DESCRIPTORS, "custom_descriptors", NOT_YET;
    "multibyte array accesses", MULTIBYTE_ARRAY_ACCESS, "", NOT_YET;
    "shared-everything threads", SHARED_EVERYTHING_THREADS, "shared_everything_threads", NOT_YET;
    "acquire-release atomics", ACQUIRE_RELEASE_ATOMICS, "acquire_release_atomics", NOT_YET;
    "stack switching", STACK_SWITCHING, "stack_switching", NOT_YET;
    "wide arithmetic", WIDE_ARITHMETIC, "wide_arithmetic", YES;
    "custom page sizes", CUSTOM_PAGE_SIZES, "", YES;
    "memory control", MEMORY_CONTROL, "memory_control", NOT_YET;
    "compact import section", COMPACT_IMPORTS, "", NOT_YET;
}

features! {
    COMPONENT_FEATURES:
    /// The component model, and proposals for it.
    "the component model", COMPONENT_MODEL, "", YES;
    "the component model's async (WASI 0.3)", CM_ASYNC, "", NOT_YET;
    "the component model's stackful async", CM_ASYNC_STACKFUL, "", NOT_YET;
    "the component model's further async built-ins", CM_MORE_ASYNC_BUILTINS, "", NOT_YET;
    "the component model's threading", CM_THREADING, "", NOT_YET;
    "the component model's error-context", CM_ERROR_CONTEXT, "", NOT_YET;
    "the component model's values", CM_VALUES, "", NOT_YET;
    "the component model's nested names", CM_NESTED_NAMES, "", NOT_YET;
    "the component model's fixed-length lists", CM_FIXED_LENGTH_LISTS, "", YES;
    "the component model's maps", CM_MAP, "", NOT_YET;
    "the component model's garbage collection", CM_GC, "", NOT_YET;
    "the component model's 64-bit memories", CM64, "", NOT_YET;
    "the component model's implements", CM_IMPLEMENTS, "", YES;
    "the component model's canonical names", CM_CANON_NAMES, "", NOT_YET;
    "the component model's forward declarations", CM_FORWARD, "", NOT_YET;
    "the component model's accessors", CM_ACCESSORS, "", NOT_YET;
}

/// The flags of the proposals that this release supports in modules.
pub fn supported() -> WasmFeatures {
    union(|feature| feature.supported)
}

/// The flags of the proposals that this release supports in components and their modules.
pub fn supported_in_components() -> WasmFeatures {
    let supported = COMPONENT_FEATURES
        .iter()
        .filter(|feature| feature.supported);
    supported.fold(self::supported(), |flags, feature| flags | feature.flag)
}

/// The flags of all proposals, for components and modules.
pub fn all_in_components() -> WasmFeatures {
    COMPONENT_FEATURES
        .iter()
        .fold(all(), |flags, feature| flags | feature.flag)
}

/// The flags of all proposals in the table.
pub fn all() -> WasmFeatures {
    union(|_| true)
}

fn union(keep: impl Fn(&Feature) -> bool) -> WasmFeatures {
    FEATURES
        .iter()
        .filter(|feature| keep(feature))
        .fold(WasmFeatures::MVP, |flags, feature| flags | feature.flag)
}

/// The flag of the proposal that introduced this group of wasmparser's operator table; no flag for
/// the instructions of WebAssembly 1.0.
pub const fn of_group(group: &str) -> WasmFeatures {
    let mut i = 0;
    while i < FEATURES.len() {
        if !group.is_empty() && equal(FEATURES[i].group.as_bytes(), group.as_bytes()) {
            return FEATURES[i].flag;
        }
        i += 1;
    }
    WasmFeatures::empty()
}

const fn equal(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// The names of the proposals with these flags, in the order of the table.
pub fn names(flags: WasmFeatures) -> Vec<&'static str> {
    FEATURES
        .iter()
        .filter(|feature| flags.contains(feature.flag))
        .map(|feature| feature.name)
        .collect()
}
