//! Statistics of rounds: medians with their quartiles, ratios round by round, and which of them
//! count.

use serde::Serialize;

/// The number of rounds from which a ratio counts.
pub const ENOUGH: usize = 15;
/// The interquartile range of a ratio that counts is below this part of its median.
const STILL: f64 = 0.04;
/// The shortest CPU time, in seconds, that is told from none.
const MOMENT: f64 = 1e-6;

/// The middle of some values, and how far they spread.
#[derive(Serialize, Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The median.
    pub median: f64,
    /// The first quartile.
    pub q1: f64,
    /// The third quartile.
    pub q3: f64,
}

impl Spread {
    /// The spread of values; `None` if there are none.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Spread> {
        let mut sorted: Vec<f64> = values.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        (!sorted.is_empty()).then(|| Spread {
            median: quantile(&sorted, 0.5),
            q1: quantile(&sorted, 0.25),
            q3: quantile(&sorted, 0.75),
        })
    }

    /// The interquartile range as a part of the median.
    fn width(&self) -> f64 {
        (self.q3 - self.q1) / self.median
    }
}

/// The value below which a part of the sorted values lies, interpolated between two of them. The
/// first and the last value are the ends of the range.
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let place = part * (sorted.len() - 1) as f64;
    let (below, rest) = (place.floor(), place.fract());
    let low = sorted[below as usize];
    let high = sorted[place.ceil() as usize];
    low + (high - low) * rest
}

/// How many times as long as the base a program took.
#[derive(Serialize, Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    #[serde(flatten)]
    pub spread: Spread,
    /// Whether it counts: it comes from enough rounds, and kept still.
    pub counts: bool,
}

impl Ratio {
    /// The ratios of seconds to the base's seconds in the same rounds; `None` without rounds.
    /// Other work on the machine disturbs both sides of a round, so that it tells more than the
    /// ratio of two medians.
    pub fn of(seconds: &[f64], base: &[f64]) -> Option<Ratio> {
        let pairs = seconds.iter().zip(base);
        let ratios = pairs.map(|(own, other)| own.max(MOMENT) / other.max(MOMENT));
        let spread = Spread::of(ratios)?;
        let rounds = seconds.len().min(base.len());
        let counts = rounds >= ENOUGH && spread.width() < STILL;
        Some(Ratio { spread, counts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(values: &[f64]) -> (f64, f64, f64) {
        let spread = Spread::of(values.iter().copied()).expect("there are values");
        (spread.q1, spread.median, spread.q3)
    }

    #[test]
    fn quartiles_are_interpolated() {
        assert_eq!(Spread::of([]), None);
        assert_eq!(spread(&[7.0]), (7.0, 7.0, 7.0));
        assert_eq!(spread(&[2.0, 1.0]), (1.25, 1.5, 1.75));
        assert_eq!(spread(&[5.0, 1.0, 4.0, 2.0, 3.0]), (2.0, 3.0, 4.0));
        // The inclusive method: Python's statistics.quantiles([1, 2, 3, 4], method="inclusive").
        assert_eq!(spread(&[4.0, 3.0, 2.0, 1.0]), (1.75, 2.5, 3.25));
    }

    #[test]
    fn a_ratio_is_that_of_each_round() {
        // The machine is twice as slow in every other round: the ratio is 1.5 all the same.
        let base: Vec<f64> = (0..ENOUGH).map(|round| 1.0 + (round % 2) as f64).collect();
        let own: Vec<f64> = base.iter().map(|seconds| seconds * 1.5).collect();
        let ratio = Ratio::of(&own, &base).expect("there are rounds");
        assert_eq!((ratio.spread.median, ratio.counts), (1.5, true));
        assert_eq!(Ratio::of(&[], &[]), None);
        // Too short to have a time.
        let ratio = Ratio::of(&[0.0], &[0.0]).expect("there is a round");
        assert_eq!((ratio.spread.median, ratio.counts), (1.0, false));
    }

    #[test]
    fn few_rounds_or_restless_ones_do_not_count() {
        let counts = |rounds: usize, spread: f64| {
            let own = (0..rounds).map(|round| 1.0 + spread * (round % 2) as f64);
            let own: Vec<f64> = own.collect();
            let ratio = Ratio::of(&own, &vec![1.0; rounds]);
            ratio.expect("there are rounds").counts
        };
        assert!(counts(ENOUGH, 0.0) && counts(ENOUGH, 0.039));
        assert!(!counts(ENOUGH - 1, 0.0));
        assert!(!counts(ENOUGH, 0.05) && !counts(ENOUGH * 10, 0.05));
    }
}
