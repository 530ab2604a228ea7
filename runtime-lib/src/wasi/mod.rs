//! The functions that WebAssembly programs import, for each preview: thin translations to
//! [`crate::host`].

pub mod memory;
pub mod p1;
pub mod p2;
