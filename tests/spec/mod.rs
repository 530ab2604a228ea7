//! The specification's scripts, compiled to native programs and executed.
//!
//! A script is read into commands (`script`), which become one program (`plan`): each module an
//! instance, each command a step. The program is compiled, linked with the runtime's recovery
//! variant and run (`variant`, `execute`); what its steps answered is compared with what the
//! script expects (`expect`) and counted by kind (`report`). `suite` names the scripts.

pub mod execute;
pub mod expect;
pub mod plan;
pub mod report;
pub mod script;
pub mod suite;
pub mod variant;
