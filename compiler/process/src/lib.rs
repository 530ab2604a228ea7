//! Operations of the command `wasi-aot` on its own process that need unsafe code: replacing itself
//! by the program that it has built ([`exec`]), and ending with a message when the system refuses
//! memory ([`memory`]). All other crates of the compiler forbid unsafe code.

#[cfg(target_os = "linux")]
pub mod exec;
pub mod memory;
