//! Instructions as text, for listings: one disassembler per CPU.

pub mod aarch64;
pub mod x86_64;
