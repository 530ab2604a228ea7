//! Compiles the specification's scripts to native programs and executes them.
//!
//! A script is parsed into commands (`script`), which become one program (`plan`): each module an
//! instance, each command a step. The program is compiled, linked with the runtime's recovery
//! variant and run (`variant`, `execute`). The answers of its steps are compared with the script's
//! expectations (`expect`) and counted by kind (`report`). `suite` lists the scripts.

pub mod execute;
pub mod expect;
pub mod plan;
pub mod report;
pub mod script;
pub mod suite;
pub mod variant;
