//! Shared helpers of the test families.

pub mod component_scripts;
pub mod counts;
pub mod empty_program;
pub mod entries;
pub mod mutant;
pub mod random;
pub mod spec;
pub mod tool;
pub mod without_openat2;
