//! The Executable and Linkable Format, 64 bits, little-endian: what the other phases need of it.

pub mod inspect;
pub mod read;
pub mod write;
