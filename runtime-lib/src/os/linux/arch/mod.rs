//! What differs between CPUs: one file each, of equal shape.

/// Defines [`wasi_aot_abi::symbols::SIGNAL_RETURN`] here. The library defines nothing: the symbol
/// would clash with the C library's.
#[cfg(wasi_aot_object)]
macro_rules! signal_return_label {
    () => {
        ".globl __restore_rt\n.type __restore_rt, @function\n__restore_rt:"
    };
}
#[cfg(not(wasi_aot_object))]
macro_rules! signal_return_label {
    () => {
        ""
    };
}

#[cfg(target_arch = "aarch64")]
#[macro_use]
mod aarch64;
#[cfg(target_arch = "aarch64")]
pub use aarch64::*;

#[cfg(target_arch = "x86_64")]
#[macro_use]
mod x86_64;
#[cfg(target_arch = "x86_64")]
pub use x86_64::*;
