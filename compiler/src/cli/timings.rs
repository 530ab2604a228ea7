//! How long the stages of a command take (`--timings`).

use super::message::{self, Line};
use std::io::{self, Write as _};
use std::time::{Duration, Instant};

/// A moment.
#[derive(Clone, Copy, Debug)]
struct Moment {
    wall: Instant,
    /// What all threads of the process have worked; `None` where the system does not say.
    cpu: Option<Duration>,
}

impl Moment {
    fn now() -> Moment {
        Moment {
            wall: Instant::now(),
            cpu: cpu(),
        }
    }

    /// The time from here to a later moment.
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

/// The stages so far: when each began.
#[derive(Debug, Default)]
pub struct Timings(Vec<(&'static str, Moment)>);

impl Timings {
    /// A stage begins, and the one before it is over.
    pub fn begin(&mut self, stage: &'static str) {
        self.0.push((stage, Moment::now()));
    }

    /// Prints all stages: the last one is over.
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
            // Where the error stream is gone there is nobody to tell.
            let _ = io::stderr().write_all(table(&rows).as_bytes());
        }
    }
}

/// Rows of a stage, and its times in seconds.
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
