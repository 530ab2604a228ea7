//! Cranelift, the first generator. Only this folder knows its back half.

pub mod effort;
pub mod function;
mod inline;
mod isa;
mod listing;
mod spill;

pub use isa::{Choices, OptLevel, isa};
