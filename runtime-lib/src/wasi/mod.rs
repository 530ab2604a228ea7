//! What WebAssembly programs import, in the words of each preview: thin translations into [`crate::host`].

pub mod memory;
pub mod p1;
pub mod p2;
