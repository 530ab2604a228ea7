//! Stage two: modules to a [`Program`].

mod types;

pub use types::*;
