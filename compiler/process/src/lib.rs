//! What the command `wasi-aot` does with its own process, and safe Rust has no words for: it becomes the program that it has
//! built ([`exec`]), and ends with a message when the system refuses it memory ([`memory`]). All other crates of the compiler forbid unsafe
//! code.

#[cfg(target_os = "linux")]
pub mod exec;
pub mod memory;
