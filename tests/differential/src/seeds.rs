//! Selects the seeds to test.

use std::env;
use std::ops::Range;

/// The range of seeds in the environment variable (such as `5..10000`), or the first `count` seeds.
///
/// # Panics
/// If the variable is not a range.
pub fn asked(variable: &str, count: u64) -> Range<u64> {
    let Ok(seeds) = env::var(variable) else {
        return 0..count;
    };
    let range = seeds
        .split_once("..")
        .and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?));
    range.unwrap_or_else(|| panic!("{variable} is like 5..10000"))
}
