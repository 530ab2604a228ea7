//! The style of the tracked sources and texts: width of comments, length of files, words to avoid.
//!
//! `tests/style/phrases.txt` lists the words. What violates a rule is counted per file, and the
//! counts must be those of `tests/style/known.txt`: a file that got better is to be recorded, too,
//! so that nothing gets worse again. `WASI_AOT_BLESS=1` rewrites that list.

mod read;
mod rules;

use libtest_mimic::{Arguments, Failed, Trial};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use wasi_aot_tests::tool;

/// How often each file violates each rule: rule and path, in the order of `known.txt`.
type Counts = BTreeMap<(String, String), usize>;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let sources = match read::tracked(&root()) {
        Ok(sources) => sources,
        Err(reason) => return without(&arguments, reason),
    };
    let found = Arc::new(count(&sources));
    if std::env::var_os("WASI_AOT_BLESS").is_some_and(|value| value == "1") {
        fs::write(known_file(), listing(&found)).expect("it can be written");
    }
    let known = Arc::new(known());
    let trials = rules::all().into_iter().map(|rule| {
        let (found, known) = (found.clone(), known.clone());
        Trial::test(rule.name.clone(), move || {
            compare(&rule.name, &found, &known)
        })
    });
    let mut trials: Vec<Trial> = trials.collect();
    trials.push(Trial::test("known", move || no_other_rules(&known)));
    trials.push(Trial::test("samples", samples));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn known_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("style/known.txt")
}

/// Nothing can be checked where it is not known which files are tracked; in CI it must be.
fn without(arguments: &Arguments, reason: String) -> ExitCode {
    libtest_mimic::run(arguments, vec![tool::unable("style", reason)]).exit_code()
}

fn count(sources: &[read::Source]) -> Counts {
    let mut counts = Counts::new();
    for rule in rules::all() {
        for source in sources {
            let count = (rule.count)(source);
            if count > 0 {
                counts.insert((rule.name.clone(), source.path.clone()), count);
            }
        }
    }
    counts
}

/// `known.txt`: a rule, how often, and a path, separated by tabulators.
fn known() -> Counts {
    let text = fs::read_to_string(known_file()).expect("the list is there");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let entry = |line: &str| {
        let mut words = line.split('\t');
        let (rule, count, path) = (words.next()?, words.next()?, words.next()?);
        let key = (rule.to_owned(), path.to_owned());
        Some((key, count.parse().ok()?)).filter(|_| words.next().is_none())
    };
    lines
        .map(|line| entry(line).unwrap_or_else(|| panic!("known.txt: `{line}` is not understood")))
        .collect()
}

fn listing(counts: &Counts) -> String {
    let mut text = String::from(
        "# How often a file still violates a rule: rule, count, path. The counts are exact.\n\
         # WASI_AOT_BLESS=1 cargo test -p wasi-aot-tests --test style rewrites the list.\n",
    );
    for ((rule, path), count) in counts {
        let _ = writeln!(text, "{rule}\t{count}\t{path}");
    }
    text
}

fn compare(rule: &str, found: &Counts, known: &Counts) -> Result<(), Failed> {
    let of_rule = |counts: &Counts| -> BTreeMap<String, usize> {
        let all = counts.iter().filter(|((name, _), _)| name == rule);
        all.map(|((_, path), count)| (path.clone(), *count))
            .collect()
    };
    let (found, known) = (of_rule(found), of_rule(known));
    let mut wrong = String::new();
    for path in found.keys().chain(known.keys()) {
        let of = |counts: &BTreeMap<String, usize>| counts.get(path).copied().unwrap_or(0);
        let (now, then) = (of(&found), of(&known));
        let line = match now.cmp(&then) {
            std::cmp::Ordering::Equal => continue,
            std::cmp::Ordering::Greater => format!("{path}: {now}, of which {then} are known\n"),
            std::cmp::Ordering::Less => format!("{path}: only {now}, known.txt says {then}\n"),
        };
        if !wrong.contains(&line) {
            wrong += &line;
        }
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "{rule}:\n{wrong}Mend what is new. WASI_AOT_BLESS=1 records what got better."
        )
        .into()),
    }
}

/// Each rule that the list names exists.
fn no_other_rules(known: &Counts) -> Result<(), Failed> {
    let rules = rules::all();
    let unknown = known
        .keys()
        .find(|(name, _)| rules.iter().all(|rule| rule.name != *name));
    match unknown {
        None => Ok(()),
        Some((name, _)) => Err(format!("known.txt: there is no rule `{name}`").into()),
    }
}

/// The rules find what the samples have, and nothing else.
fn samples() -> Result<(), Failed> {
    let sample = |path: &str, language, text: &str| read::Source {
        path: path.to_owned(),
        language,
        text: text.to_owned(),
    };
    let rust = include_str!("sample-rust.txt");
    let markdown = include_str!("sample-markdown.txt");
    let found = listing(&count(&[
        sample("markdown", read::Language::Markdown, markdown),
        sample("rust", read::Language::Rust, rust),
        sample("long", read::Language::Hash, &"\n".repeat(600)),
    ]));
    let lines: Vec<&str> = found
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    let expected = include_str!("sample-counts.txt");
    match lines == expected.lines().collect::<Vec<_>>() {
        true => Ok(()),
        false => Err(format!("expected\n{expected}found\n{}", lines.join("\n")).into()),
    }
}
