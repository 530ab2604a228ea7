//! Shared parts of the contract's modules: the kernel's calls, signals, and its functions in the
//! process.

#[cfg_attr(
    wasi_aot_unsupported_cpu,
    expect(dead_code, reason = "some calls are made by the CPU's files alone")
)]
#[macro_use]
pub mod number;
pub mod signal;
pub mod vdso;
