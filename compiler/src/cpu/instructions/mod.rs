//! Instructions as text, for listings: a disassembler a CPU.

pub mod aarch64;
pub mod x86_64;
