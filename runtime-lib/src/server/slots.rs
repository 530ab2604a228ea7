//! What the supervisor knows of a worker.

use crate::os::{Fd, child::Process};

/// The state of a worker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    /// The entry is free.
    None,
    /// It is not ready yet.
    Starting,
    /// It takes requests.
    Ready,
    /// Its handler waits.
    Waits,
}

/// A worker, as the supervisor knows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) process: Process,
    pub(super) channel: Fd,
    pub(super) state: State,
    pub(super) since: u64,
}

impl Slot {
    pub(super) const NONE: Slot = Slot {
        process: Process(0),
        channel: Fd(-1),
        state: State::None,
        since: 0,
    };
}
