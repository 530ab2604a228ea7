//! The server's parser of requests compared with two others, hyper and h11: all of them read the
//! same bytes, and must understand the same. What they do not is a row of `rows.rs`, which is also
//! a row of the table in `docs/design/http.md`.

mod difference;
mod inputs;
mod rows;
mod with_h11;
mod with_hyper;

use difference::{Difference, Kind, Shown};
use inputs::Chance;
pub use inputs::raw;
use libtest_mimic::{Failed, Trial};
use rows::{Other, ROWS, Row};
use std::collections::BTreeSet;
use std::env;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::Instant;
use wasi_aot_tests::entries::http::{self, View};
use wasi_aot_tests::tool;
use with_h11::Python;

/// The number of inputs from chance in a round.
const ROUND: usize = 10_000;
/// The number of rounds, unless a time is asked for. h11 takes longer.
const HYPER_ROUNDS: usize = 10;
const H11_ROUNDS: usize = 2;
/// The most failures that are printed.
const SHOWN: usize = 5;

/// The trials.
pub fn trials() -> Vec<Trial> {
    let h11 = match Python::find() {
        Some(python) => Trial::test("compare/h11", move || compare(Some(&python))),
        None => tool::unable(
            "compare/h11",
            "no python3 with h11: pip install h11".to_owned(),
        ),
    };
    vec![
        Trial::test("compare/hyper", || compare(None)),
        h11,
        Trial::test("compare/documented", documented),
    ]
}

/// Compares with h11 if there is a Python for it, otherwise with hyper.
fn compare(python: Option<&Python>) -> Result<(), Failed> {
    let mut comparison = Comparison::new(python);
    let cases = raw();
    comparison.all(&cases)?;
    let mut chance = Chance::new(&cases, crate::seed());
    let end = crate::seconds().map(|time| Instant::now() + time);
    let rounds = python.map_or(HYPER_ROUNDS, |_| H11_ROUNDS);
    let mut round = 0;
    while end.map_or(round < rounds, |end| round == 0 || Instant::now() < end) {
        let inputs: Vec<_> = (0..ROUND).map(|_| chance.input()).collect();
        comparison.all(&inputs)?;
        round += 1;
    }
    comparison.end()
}

/// A comparison with one parser, or with both.
struct Comparison<'a> {
    python: Option<&'a Python>,
    /// The numbers of inputs, and of those that are read in two ways.
    inputs: usize,
    different: usize,
    /// The rows for requests that ours alone accepts: with h11 and with hyper.
    alone: BTreeSet<[&'static str; 2]>,
    used: BTreeSet<&'static str>,
    failures: Vec<String>,
}

impl<'a> Comparison<'a> {
    fn new(python: Option<&'a Python>) -> Self {
        Comparison {
            python,
            inputs: 0,
            different: 0,
            alone: BTreeSet::new(),
            used: BTreeSet::new(),
            failures: Vec::new(),
        }
    }

    fn other(&self) -> Other {
        self.python.map_or(Other::Hyper, |_| Other::H11)
    }

    /// Compares what is made of these inputs.
    fn all(&mut self, inputs: &[Vec<u8>]) -> Result<(), Failed> {
        let other = self.other();
        let views: Vec<View> = match self.python {
            Some(python) => python.views(inputs)?,
            None => inputs.iter().map(|input| with_hyper::view(input)).collect(),
        };
        for (input, view) in inputs.iter().zip(&views) {
            let (ours, starts) = http::read([&input[..]]);
            self.inputs += 1;
            let Some(difference) = Difference::find(input, (&ours, &starts), view, other) else {
                continue;
            };
            self.different += 1;
            let row = explained(&difference, other);
            match row {
                Some(row) => _ = self.used.insert(row.name),
                None => self.fail("no row explains this", input, &ours, &[view]),
            }
            if other == Other::H11 && difference.kind == Kind::Accepts {
                let hyper = with_hyper::view(input);
                let found = Difference::find(input, (&ours, &starts), &hyper, Other::Hyper);
                let found = found.filter(|found| found.is_acceptance_of(&difference));
                let theirs = found.and_then(|found| explained(&found, Other::Hyper));
                if let (Some(row), Some(theirs)) = (row, theirs) {
                    self.alone.insert([row.name, theirs.name]);
                    // If others refuse a request for one reason, they are probably right.
                    if row.name == theirs.name {
                        self.fail("only ours accepts this", input, &ours, &[view, &hyper]);
                    }
                }
            }
        }
        Ok(())
    }

    fn fail(&mut self, what: &str, input: &[u8], ours: &View, others: &[&View]) {
        let mut text = format!(
            "{what}: {}\n  ours\n{}\n",
            input.escape_ascii(),
            Shown(ours)
        );
        for other in others {
            _ = writeln!(text, "  another's\n{}", Shown(other));
        }
        self.failures.push(text);
    }

    fn end(self) -> Result<(), Failed> {
        let (inputs, different) = (self.inputs, self.different);
        let other = self.other();
        println!("\n  {other:?}: {inputs} inputs, {different} differences");
        for [h11, hyper] in &self.alone {
            println!("  only ours accepts: {h11} for h11 with {hyper} for hyper");
        }
        let mut failures = self.failures;
        let count = failures.len();
        failures.truncate(SHOWN);
        if count > SHOWN {
            failures.push(format!("and {} more", count - SHOWN));
        }
        let rows = ROWS.iter().filter(|row| row.with.contains(&other));
        let unused = rows.filter(|row| !self.used.contains(row.name));
        failures.extend(unused.map(|row| format!("{} explains nothing", row.name)));
        match failures.is_empty() {
            true => Ok(()),
            false => Err(failures.join("\n").into()),
        }
    }
}

/// The row that explains a difference.
fn explained(difference: &Difference<'_>, other: Other) -> Option<&'static Row> {
    let mut rows = ROWS.iter().filter(|row| row.with.contains(&other));
    rows.find(|row| (row.explains)(difference))
}

/// The table of the document is that of the rows (`WASI_AOT_BLESS=1` rewrites it).
fn documented() -> Result<(), Failed> {
    const HEADER: &str = "| difference | here | with | there | why |\n|---|---|---|---|---|\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/design/http.md");
    let document = fs::read_to_string(&path)?;
    let (before, after) = document.split_once(HEADER).ok_or("there is no table")?;
    let rest = after.find("\n\n").map_or("", |end| &after[end + 1..]);
    let rows: String = ROWS.iter().map(line).collect();
    let expected = [before, HEADER, &rows, rest].concat();
    if expected == document {
        return Ok(());
    }
    if env::var_os("WASI_AOT_BLESS").is_some() {
        return Ok(fs::write(path, expected)?);
    }
    let missing = ROWS.iter().map(line).find(|line| !document.contains(line));
    let what = missing.unwrap_or_else(|| "a row that is none, or another order".to_owned());
    Err(format!("{}: {what}", path.display()).into())
}

fn line(row: &Row) -> String {
    let with: Vec<_> = row.with.iter().map(|other| other.name()).collect();
    let (name, ours, theirs, why) = (row.name, row.ours, row.theirs, row.why);
    format!(
        "| {name} | {ours} | {} | {theirs} | {why} |\n",
        with.join(", ")
    )
}
