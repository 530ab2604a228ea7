//! Messages between a worker and the supervisor: one word each, some with a connection.

/// What a worker tells.
pub mod worker {
    /// It has started, and accepts requests.
    pub const READY: u64 = 1;
    /// Its handler waits for something.
    pub const WAITS: u64 = 2;
    /// Its handler waits no longer.
    pub const CONTINUES: u64 = 3;
    /// A connection with a request, for a worker that has time.
    pub const GIVES: u64 = 4;
    /// It ends. The upper half is the number of requests that got no answer.
    pub const ENDS: u64 = 5;
}

/// What the supervisor tells.
pub mod supervisor {
    /// A connection to serve.
    pub const TAKE: u64 = 1;
    /// No further connections; end when the requests that have begun are answered.
    pub const STOP: u64 = 2;
    /// The grace period is over: end now.
    pub const END: u64 = 3;
    /// There are more workers than needed: give connections away, and end.
    pub const RETIRE: u64 = 4;
}

/// The kind of a message, and its number.
pub const fn split(word: u64) -> (u64, u32) {
    (word & u32::MAX as u64, (word >> 32) as u32)
}

/// A message with a number.
pub const fn join(kind: u64, number: u32) -> u64 {
    kind | (number as u64) << 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_a_kind_and_a_number() {
        for kind in [0, worker::READY, worker::ENDS, supervisor::END] {
            for number in [0, 1, 1 << 31, u32::MAX] {
                assert_eq!(split(join(kind, number)), (kind, number));
            }
            assert_eq!(split(kind), (kind, 0));
        }
    }
}
