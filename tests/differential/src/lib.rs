//! Generates modules from seeds, adds a driver that calls their functions and prints the results,
//! and runs them in several engines.
//!
//! `tests/differential/README.md` describes the families of tests.

pub mod answer;
pub mod driver;
pub mod engine;
pub mod parts;
pub mod profile;
pub mod record;
pub mod seeds;

pub use wasi_aot_tests::random;
