//! The specification's scripts, compiled to native programs and executed.

pub mod execute;
pub mod expect;
pub mod report;
pub mod script;
