//! Operations of the command `wasi-aot` on processes that need unsafe code: replacing itself by the
//! program that it has built ([`exec`]), running and measuring others ([`measure`]), and ending
//! with a message when the system refuses memory ([`memory`]). All other crates of the compiler
//! forbid unsafe code.

#[cfg(target_os = "linux")]
pub mod exec;
#[cfg(target_os = "linux")]
pub mod measure;
pub mod memory;
