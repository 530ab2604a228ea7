//! When the supervisor may start a process again that the system has refused. What is missing is
//! probably still missing at the next event, and an attempt costs time that workers need.

#[cfg(test)]
mod tests;

/// Nanoseconds after the first refusal, and the most of them.
const SHORTEST: u64 = 100_000_000;
const LONGEST: u64 = 2_000_000_000;

/// A pause after refusals in a row; none at first. Times are those of the monotonic clock.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pause {
    length: u64,
    end: u64,
}

impl Pause {
    /// No pause.
    pub(super) const NONE: Pause = Pause { length: 0, end: 0 };

    /// Nanoseconds that it still lasts.
    pub(super) fn left(&self, now: u64) -> u64 {
        self.end.saturating_sub(now)
    }

    /// The pause after another refusal.
    pub(super) fn after_refusal(self, now: u64) -> Pause {
        let length = (2 * self.length).clamp(SHORTEST, LONGEST);
        Pause {
            length,
            end: now.saturating_add(length),
        }
    }
}
