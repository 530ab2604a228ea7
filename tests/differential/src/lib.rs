//! Modules from a seed, a driver that calls them and prints what they answer, and the engines that run both.
//!
//! `tests/differential/README.md` says how the families are used.

pub mod answer;
pub mod driver;
pub mod engine;
pub mod parts;
pub mod profile;
pub mod record;
pub mod seeds;

pub use wasi_aot_tests::random;
