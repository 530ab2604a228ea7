//! Detects the features of this machine's CPU, by the names of [`wasi_aot_abi::cpu`].

/// A name, and the detection of the feature.
type Found = (&'static str, fn() -> bool);

macro_rules! found {
    ($macro:ident: $($name:tt)*) => { &[$(($name, || std::arch::$macro!($name)),)*] };
}

#[cfg(target_arch = "x86_64")]
pub const FOUND: &[Found] = found!(is_x86_feature_detected: "avx" "avx2" "bmi1" "bmi2" "fma" "lzcnt" "avx512f" "avx512dq"
    "avx512vl" "avx512bitalg" "avx512vbmi");
#[cfg(target_arch = "aarch64")]
pub const FOUND: &[Found] = found!(is_aarch64_feature_detected: "lse");
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub const FOUND: &[Found] = &[];
