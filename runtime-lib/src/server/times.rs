//! How long connections may wait for something, and the end of those that wait too long.

use super::{connections::State, worker::Worker};

/// Nanoseconds for which the end of a connection waits for the client.
const LINGER: u64 = 2_000_000_000;

impl Worker {
    /// Milliseconds until something has to be done without an event.
    pub(super) fn patience(&self) -> i32 {
        if self.connections.longest(State::Turn).is_some() {
            return 0;
        }
        // Another worker's connection may end.
        let mut nanoseconds = match self.listens || self.stops {
            true => u64::MAX,
            false => 100_000_000,
        };
        for (state, limit) in self.times() {
            if let Some((_, since)) = self.connections.longest(state)
                && limit > 0
            {
                let left = since.saturating_add(limit).saturating_sub(self.now);
                nanoseconds = nanoseconds.min(left);
            }
        }
        match nanoseconds {
            u64::MAX => -1,
            nanoseconds => i32::try_from(nanoseconds / 1_000_000 + 1).unwrap_or(i32::MAX),
        }
    }

    /// How long connections may be in each state, in nanoseconds; 0: without limit.
    fn times(&self) -> [(State, u64); 5] {
        let unless_stopping = |limit| if self.stops { 1 } else { limit };
        [
            (State::Idle, unless_stopping(self.http.idle_time)),
            (State::Head, self.http.head_time),
            (State::Answer, self.http.progress_time),
            (State::Rest, unless_stopping(self.http.progress_time)),
            (State::Linger, LINGER),
        ]
    }

    /// Closes connections that have ended, and whose clients go on sending for too long.
    pub(super) fn expire_ended(&mut self) {
        while let Some((index, since)) = self.connections.longest(State::Linger)
            && since.saturating_add(LINGER) <= self.now
        {
            self.close(index);
        }
    }

    /// Ends what has waited too long.
    pub(super) fn expire(&mut self) {
        for (state, limit) in self.times() {
            while let Some((index, since)) = self.connections.longest(state)
                && limit > 0
                && since.saturating_add(limit) <= self.now
            {
                match state {
                    State::Head => self.refuse_late(index),
                    State::Rest => self.end(index),
                    _ => self.close(index),
                }
            }
        }
    }
}
