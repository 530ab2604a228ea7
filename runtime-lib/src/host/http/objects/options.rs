//! The options of requests that the program makes, by handles: timeouts.

use crate::host::{
    handles::{Held, TooMany, insert},
    table::{Entry, Table},
};

/// A timeout of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timeout {
    /// Until the connection is made.
    Connect,
    /// Until the first byte of the response's body.
    FirstByte,
    /// Between bytes of the body.
    BetweenBytes,
}

/// The timeouts of a request, in nanoseconds.
#[derive(Clone, Copy, Debug)]
struct Options {
    /// Whether the entry of the table is in use.
    used: bool,
    connect: Option<u64>,
    first_byte: Option<u64>,
    between_bytes: Option<u64>,
}

impl Entry for Options {
    const FREE: Options = Options {
        used: false,
        connect: None,
        first_byte: None,
        between_bytes: None,
    };

    fn is_free(&self) -> bool {
        !self.used
    }
}

static OPTIONS: Table<Options> = Table::new();

impl Held for Options {
    const TABLE: &'static Table<Options> = &OPTIONS;
}

impl Options {
    fn timeout(&mut self, timeout: Timeout) -> &mut Option<u64> {
        match timeout {
            Timeout::Connect => &mut self.connect,
            Timeout::FirstByte => &mut self.first_byte,
            Timeout::BetweenBytes => &mut self.between_bytes,
        }
    }
}

/// Makes options without timeouts; returns their number.
pub fn new() -> Result<u32, TooMany> {
    insert(
        &OPTIONS,
        Options {
            used: true,
            ..Options::FREE
        },
    )
}

/// A timeout, in nanoseconds.
pub fn timeout(number: u32, timeout: Timeout) -> Option<u64> {
    *Options::of(number).timeout(timeout)
}

/// Sets a timeout, in nanoseconds.
pub fn set_timeout(number: u32, timeout: Timeout, nanoseconds: Option<u64>) {
    Options::change(number, |options| *options.timeout(timeout) = nanoseconds);
}

/// Removes options after their last handle.
pub fn remove(number: u32) {
    OPTIONS.remove(number as usize);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::tests::ONE_AT_A_TIME;

    #[test]
    fn timeouts() {
        let _alone = ONE_AT_A_TIME
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let number = new().unwrap();
        let all = [Timeout::Connect, Timeout::FirstByte, Timeout::BetweenBytes];
        for (index, which) in (1u64..).zip(all) {
            assert_eq!(timeout(number, which), None);
            set_timeout(number, which, Some(index));
        }
        set_timeout(number, Timeout::FirstByte, None);
        assert_eq!(
            all.map(|which| timeout(number, which)),
            [Some(1), None, Some(3)]
        );
        remove(number);
        let again = new().unwrap();
        assert_eq!(all.map(|which| timeout(again, which)), [None; 3]);
        remove(again);
    }
}
