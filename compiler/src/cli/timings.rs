//! How long the stages of a command take (`--timings`).

use super::message::{self, Line};
use std::io::{self, Write as _};
use std::time::{Duration, Instant};

/// A point in time.
#[derive(Clone, Copy, Debug)]
struct Moment {
    wall: Instant,
    /// The CPU time of all threads of the process; `None` where the system does not report it.
    cpu: Option<Duration>,
}

impl Moment {
    fn now() -> Moment {
        Moment {
            wall: Instant::now(),
            cpu: cpu(),
        }
    }

    /// The time from this moment to a later one.
    fn until(self, later: Moment) -> (f64, Option<f64>) {
        let cpu = self.cpu.zip(later.cpu);
        let cpu = cpu.map(|(from, to)| to.saturating_sub(from).as_secs_f64());
        ((later.wall - self.wall).as_secs_f64(), cpu)
    }
}

#[cfg(unix)]
fn cpu() -> Option<Duration> {
    use rustix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::ProcessCPUTime).try_into().ok()
}

#[cfg(not(unix))]
fn cpu() -> Option<Duration> {
    None
}

/// The stages so far, each with its start.
#[derive(Debug, Default)]
pub struct Timings(Vec<(&'static str, Moment)>);

impl Timings {
    /// Starts a stage, and thereby ends the previous one.
    pub fn begin(&mut self, stage: &'static str) {
        self.0.push((stage, Moment::now()));
    }

    /// Prints all stages. This ends the last one.
    pub fn print(&self) {
        let end = Moment::now();
        let ends = self.0.iter().skip(1).map(|(_, begin)| *begin).chain([end]);
        let mut rows: Vec<_> = (self.0.iter().zip(ends))
            .map(|((stage, begin), end)| (*stage, begin.until(end)))
            .collect();
        rows.extend(self.0.first().map(|(_, first)| ("total", first.until(end))));
        if message::is_json() {
            for (stage, (wall, cpu)) in rows {
                message::print(&Line::Timing { stage, wall, cpu });
            }
        } else {
            // If standard error is closed, there is nobody to tell.
            let _ = io::stderr().write_all(table(&rows).as_bytes());
        }
    }
}

/// The table of the stages and their times in seconds.
fn table(rows: &[(&str, (f64, Option<f64>))]) -> String {
    let mut text = format!("{:<10}{:>12}{:>12}\n", "STAGE", "WALL", "CPU");
    for (stage, (wall, cpu)) in rows {
        let cpu = cpu.map_or_else(|| "-".to_owned(), |cpu| format!("{cpu:.3} s"));
        text += &format!("{stage:<10}{:>12}{cpu:>12}\n", format!("{wall:.3} s"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_row_for_each_stage() {
        assert_eq!(
            table(&[("read", (0.0014, Some(12.5))), ("total", (1.0, None))]),
            "STAGE             WALL         CPU\n\
             read           0.001 s    12.500 s\n\
             total          1.000 s           -\n"
        );
    }
}
