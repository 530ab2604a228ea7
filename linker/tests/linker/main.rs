//! The linker's tests: one program, so that shared code is compiled once.

mod anchor;
mod build;
mod common;
mod debug;
mod generated;
mod images;
mod malformed;
mod merge;
mod places;
// The programs are executed, so they are for this machine.
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod programs;
mod relocations;
