//! Measures the cost of twice the count: for each count of a module or component, it builds a
//! program with that count and one with twice as many.
//!
//! `cargo bench -p wasi-aot-benches --bench counts -- FILTER`. The tool's start time is subtracted
//! from both times.

use std::path::Path;
use std::time::Duration;
use wasi_aot_tests::counts::measure::{Cost, build};
use wasi_aot_tests::counts::{self, Count, Growth};

const WASI_AOT: &str = env!("CARGO_BIN_EXE_wasi-aot-measured");
/// The time limit of a build.
const PATIENCE: Duration = Duration::from_secs(120);
/// The maximum ratio of the times for twice the count and for the count.
const MOST: f64 = 2.5;
/// The number of builds of which the shortest time counts.
const ROUNDS: usize = 3;

fn main() {
    let tool = std::env::var("WASI_AOT_TOOL").unwrap_or_else(|_| WASI_AOT.to_owned());
    let tool = Path::new(&tool);
    let arguments = std::env::args().skip(1);
    let filters: Vec<_> = arguments.filter(|word| !word.starts_with("--")).collect();
    let start = best(|| {
        build(
            tool,
            counts::all().next().expect("there are counts"),
            1,
            PATIENCE,
        )
    });
    println!(
        "{:<40} {:>9} {:>9} {:>9} {:>6}  verdict",
        "count", "n", "ms at n", "at 2n", "ratio"
    );
    for count in counts::all() {
        if filters.is_empty() || filters.iter().any(|filter| count.name.contains(&**filter)) {
            println!("{}", line(tool, count, &start));
        }
    }
}

/// The shortest of several times, or another outcome.
fn best(cost: impl Fn() -> Cost) -> Cost {
    let mut least = cost();
    for _ in 1..ROUNDS {
        match (&least, cost()) {
            (Cost::Time(before), Cost::Time(now)) if now < *before => least = Cost::Time(now),
            (Cost::Time(_), Cost::Time(_)) => {}
            (_, other) => return other,
        }
    }
    least
}

fn line(tool: &Path, count: &Count, start: &Cost) -> String {
    let cost = |n| best(|| build(tool, count, n, PATIENCE));
    let (once, twice) = (cost(count.n), cost(2 * count.n));
    let milliseconds = |cost: &Cost| match (cost, start) {
        (Cost::Time(time), Cost::Time(start)) => {
            format!("{:.0}", time.saturating_sub(*start).as_secs_f64() * 1e3)
        }
        (Cost::Limit, _) => "E0103".into(),
        (Cost::Endless, _) => "endless".into(),
        (Cost::Failed(_), _) | (Cost::Time(_), _) => "failed".into(),
    };
    let (ratio, verdict) = match (&once, &twice, start) {
        (Cost::Time(once), Cost::Time(twice), Cost::Time(start)) => {
            let ratio = twice.saturating_sub(*start).as_secs_f64()
                / once.saturating_sub(*start).as_secs_f64().max(1e-3);
            (format!("{ratio:.2}"), verdict(count.growth, ratio))
        }
        (Cost::Time(_) | Cost::Limit, Cost::Limit, _) => ("-".into(), "a limit".into()),
        (Cost::Failed(error), ..) | (_, Cost::Failed(error), _) => ("-".into(), error.clone()),
        _ => ("-".into(), "TOO SLOW".into()),
    };
    let (once, twice) = (milliseconds(&once), milliseconds(&twice));
    format!(
        "{:<40} {:>9} {once:>9} {twice:>9} {ratio:>6}  {verdict}",
        count.name, count.n
    )
}

fn verdict(growth: Growth, ratio: f64) -> String {
    match growth {
        _ if ratio <= MOST => "ok".into(),
        Growth::Linear => "TOO SLOW".into(),
        Growth::Upstream { part, ratio: bound } if ratio <= bound => format!("upstream: {part}"),
        Growth::Upstream { part, .. } => format!("TOO SLOW, even for {part}"),
    }
}
