//! No child processes.

use super::{Errno, Fd, refused};

/// A process, which does not exist.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Process(pub u32);

/// A signal, which never comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signal {
    /// End.
    Stop,
    /// A child has ended.
    Child,
    /// Another one, which asks for nothing.
    Other,
}

/// Copies nothing.
///
/// # Safety
/// There are no requirements.
pub unsafe fn fork() -> Result<Option<Process>, Errno> {
    refused()
}

/// Does nothing.
pub fn die_with_parent() -> Result<(), Errno> {
    refused()
}

/// Does nothing.
pub fn small_pages() -> Result<(), Errno> {
    refused()
}

/// No child has ended.
pub fn ended() -> Option<Process> {
    None
}

/// Ends nothing.
pub fn kill(_process: Process) {}

/// Always fails.
pub fn signals() -> Result<Fd, Errno> {
    refused()
}

/// Always fails.
pub fn next_signal(_fd: Fd) -> Result<Signal, Errno> {
    refused()
}

/// Makes none.
pub fn channel() -> Result<[Fd; 2], Errno> {
    refused()
}

/// Sends nothing.
pub fn send(_channel: Fd, _word: u64, _with: Option<Fd>) -> Result<(), Errno> {
    refused()
}

/// Receives nothing.
pub fn receive(_channel: Fd) -> Result<Option<(u64, Option<Fd>)>, Errno> {
    refused()
}

/// Always 1.
pub fn cpus() -> u32 {
    1
}

/// Raises nothing: always 0.
pub fn raise_descriptors() -> u64 {
    0
}
