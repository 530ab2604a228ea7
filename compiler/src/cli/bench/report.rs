//! The results, as a table for people or as JSON.

use super::contest::{Entry, cpu};
use super::engine::OWN;
use super::stats::{Ratio, Spread};
use crate::cli::progress::thousands;
use crate::shown;
use serde::Serialize;
use std::ffi::OsString;
use std::fmt::Write as _;
use wasi_aot_process::measure::Usage;

/// The version of the format of `--json`. It increases when a field changes its meaning or is
/// removed.
const FORMAT: u32 = 1;

/// The resources that each compilation of a program used.
#[derive(Debug)]
pub struct Compiled(pub Vec<Usage>);

/// The results.
#[derive(Serialize, Debug)]
pub struct Report {
    format: u32,
    module: String,
    arguments: Vec<String>,
    rounds: usize,
    programs: Vec<Program>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    absent: Vec<String>,
}

/// The results of a program. Times are seconds, sizes and memory bytes.
#[derive(Serialize, Debug)]
struct Program {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    compile: Option<Compile>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<Run>,
    /// How many times as long as wasi-aot's program it took.
    #[serde(skip_serializing_if = "Option::is_none")]
    ratio: Option<Ratios>,
}

#[derive(Serialize, Debug)]
struct Compile {
    cpu: Spread,
    wall: Spread,
    memory: u64,
    rounds: usize,
}

#[derive(Serialize, Debug)]
struct Run {
    wall: Spread,
    user: Spread,
    system: Spread,
    cpu: Spread,
    memory: u64,
}

#[derive(Serialize, Debug)]
struct Ratios {
    cpu: Ratio,
    wall: Ratio,
}

impl Report {
    /// The results of the entries, of which ours is the first.
    pub fn new(
        module: &str,
        words: &[OsString],
        entries: &[Entry],
        compiled: &[Compiled],
        versions: Vec<Option<String>>,
        absent: Vec<String>,
    ) -> Report {
        let programs = entries.iter().zip(compiled).zip(versions);
        let programs = programs.map(|((entry, compiled), version)| Program {
            name: entry.engine.name.clone(),
            version,
            error: entry.error.clone(),
            compile: compiled.figures(),
            size: entry.engine.size().filter(|_| entry.error.is_none()),
            run: figures(entry),
            ratio: match entry.engine.name == OWN {
                true => None,
                false => ratios(entry, &entries[0]),
            },
        });
        Report {
            format: FORMAT,
            module: module.into(),
            arguments: words
                .iter()
                .map(|word| word.to_string_lossy().into())
                .collect(),
            rounds: entries[0].rounds.len(),
            programs: programs.collect(),
            absent,
        }
    }

    /// The names of the programs that are not compared.
    pub fn failed(&self) -> Vec<&str> {
        let failed = self.programs.iter().filter(|it| it.error.is_some());
        failed.map(|it| &*it.name).collect()
    }

    /// As JSON.
    pub fn json(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("plain data has a JSON form");
        shown::json(&text).into_owned()
    }

    /// As a table.
    pub fn text(&self) -> String {
        let words: Vec<_> = [&self.module].into_iter().chain(&self.arguments).collect();
        let words: Vec<_> = words.iter().map(|word| shown::line(word)).collect();
        let plural = if self.rounds == 1 { "" } else { "s" };
        let mut text = format!("{}: {} round{plural}\n\n", words.join(" "), self.rounds);
        let head = COLUMNS.map(str::to_owned);
        let rows = self.programs.iter().map(Program::cells);
        text += &aligned(&[head].into_iter().chain(rows).collect::<Vec<_>>());
        let ratios = || self.programs.iter().filter_map(|it| it.ratio.as_ref());
        // Writing to a `String` cannot fail.
        if ratios().next().is_some() {
            let _ = write!(
                text,
                "\nMedians. `x CPU` and `x wall`: how many times as long as {OWN} it took, round by round."
            );
        }
        if ratios().any(|it| !(it.cpu.counts && it.wall.counts)) {
            let _ = write!(
                text,
                "\n`~`: fewer than 15 rounds, or an interquartile range of 4 % or more."
            );
        }
        let reasons = self.programs.iter().filter_map(|it| {
            let why = it.error.as_ref()?;
            Some(format!("{}: {why}", it.name))
        });
        for note in reasons.chain(self.absent.iter().cloned()) {
            let _ = write!(text, "\n{}", shown::line(&note));
        }
        text
    }
}

impl Compiled {
    fn figures(&self) -> Option<Compile> {
        let seconds = |of: fn(&Usage) -> f64| Spread::of(self.0.iter().map(of));
        Some(Compile {
            cpu: seconds(|usage| cpu(usage).as_secs_f64())?,
            wall: seconds(|usage| usage.wall.as_secs_f64())?,
            memory: seconds(|usage| usage.memory as f64)?.median as u64,
            rounds: self.0.len(),
        })
    }
}

fn figures(entry: &Entry) -> Option<Run> {
    let memory = entry.rounds.iter().map(|usage| usage.memory as f64);
    Some(Run {
        wall: Spread::of(entry.seconds(|usage| usage.wall))?,
        user: Spread::of(entry.seconds(|usage| usage.user))?,
        system: Spread::of(entry.seconds(|usage| usage.system))?,
        cpu: Spread::of(entry.seconds(cpu))?,
        memory: Spread::of(memory)?.median as u64,
    })
}

fn ratios(entry: &Entry, base: &Entry) -> Option<Ratios> {
    Some(Ratios {
        cpu: Ratio::of(&entry.seconds(cpu), &base.seconds(cpu))?,
        wall: Ratio::of(
            &entry.seconds(|usage| usage.wall),
            &base.seconds(|usage| usage.wall),
        )?,
    })
}

const COLUMNS: [&str; 10] = [
    "",
    "x CPU",
    "x wall",
    "wall",
    "user",
    "system",
    "memory",
    "size",
    "compile",
    "its memory",
];

impl Program {
    /// The cells of the columns.
    fn cells(&self) -> [String; 10] {
        let run = |of: fn(&Run) -> String| self.run.as_ref().map(of);
        let compile = |of: fn(&Compile) -> String| self.compile.as_ref().map(of);
        let is_base = self.name == OWN && self.run.is_some();
        let ratio = |of: fn(&Ratios) -> Ratio| match &self.ratio {
            Some(ratios) => Some(times(&of(ratios))),
            None => is_base.then(|| "1".to_owned()),
        };
        let cells = [
            Some(shown::line(&self.name).into_owned()),
            ratio(|ratios| ratios.cpu),
            ratio(|ratios| ratios.wall),
            run(|run| seconds(run.wall.median)),
            run(|run| seconds(run.user.median)),
            run(|run| seconds(run.system.median)),
            run(|run| bytes(run.memory)),
            self.size.map(bytes),
            compile(|compile| seconds(compile.cpu.median)),
            compile(|compile| bytes(compile.memory)),
        ];
        cells.map(|cell| cell.unwrap_or_else(|| "-".into()))
    }
}

fn times(ratio: &Ratio) -> String {
    let mark = if ratio.counts { "" } else { "~" };
    format!("{mark}{:.3}", ratio.spread.median)
}

/// A time, in the unit that shows it best.
fn seconds(seconds: f64) -> String {
    match seconds {
        it if it < 0.0995 => format!("{:.2} ms", it * 1e3),
        it if it < 9.95 => format!("{it:.3} s"),
        it => format!("{it:.1} s"),
    }
}

/// A size in KiB or MiB.
fn bytes(bytes: u64) -> String {
    match bytes {
        it if it < 1 << 20 => format!("{} KiB", thousands(it.div_ceil(1 << 10))),
        it => format!("{:.1} MiB", it as f64 / f64::from(1 << 20)),
    }
}

/// A table whose first column is text, and whose others are numbers.
fn aligned(rows: &[[String; 10]]) -> String {
    let widths: Vec<usize> = (0..COLUMNS.len())
        .map(|column| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.max().unwrap_or_default()
        })
        .collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).enumerate();
        let line: Vec<_> = cells
            .map(|(column, (cell, width))| match column {
                0 => format!("{cell:<width$}"),
                _ => format!("{cell:>width$}"),
            })
            .collect();
        text += line.join("  ").trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_a_fitting_unit() {
        let shown = [0.0, 0.01234, 0.0994, 0.0996, 9.949, 9.96].map(seconds);
        let expected = [
            "0.00 ms", "12.34 ms", "99.40 ms", "0.100 s", "9.949 s", "10.0 s",
        ];
        assert_eq!(shown, expected);
        let shown = [1, 30_176, (1 << 20) - 1, 3 << 19].map(bytes);
        assert_eq!(shown, ["1 KiB", "30 KiB", "1,024 KiB", "1.5 MiB"]);
    }
}
