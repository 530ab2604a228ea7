//! The documentation is accurate: the reference's error codes, options and variables, and the links
//! of all pages.

use crate::scratch::Scratch;
use crate::{ensure, trials};
use libtest_mimic::{Failed, Trial};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use wasi_aot::policy::row::rows;
use wasi_aot_abi::variables::{EXECUTABLE, PREFIX, PROJECT, TOOL, grants as start_variables};

pub fn trials() -> Vec<Trial> {
    trials![
        every_error_code_is_documented,
        every_option_is_documented,
        the_tables_of_options_follow_their_rows,
        every_variable_is_documented,
        every_variable_is_in_the_list,
        every_link_leads_somewhere,
        every_page_is_in_the_index
    ]
}

fn reference_path() -> PathBuf {
    root().join("docs/reference.md")
}

fn reference() -> std::io::Result<String> {
    fs::read_to_string(reference_path())
}

fn every_error_code_is_documented() -> Result<(), Failed> {
    let reference = reference()?;
    for code in wasi_aot::Code::ALL {
        let code = code.as_str();
        ensure!(
            reference.contains(&format!("| {code} |")),
            "{code} is not in the reference's table"
        );
    }
    let mentioned = reference
        .lines()
        .filter(|line| line.starts_with("| E"))
        .count();
    ensure!(
        mentioned == wasi_aot::Code::ALL.len(),
        "the reference has {mentioned} codes"
    );
    Ok(())
}

/// The reference's tables contain the options of all verbs, and no others.
fn every_option_is_documented() -> Result<(), Failed> {
    let reference = reference()?;
    let rows = reference.lines().filter(|line| line.starts_with("| `-"));
    let cells = rows.filter_map(|row| row.split(" | ").next());
    let documented: BTreeSet<String> = cells.flat_map(options).collect();
    let scratch = Scratch::new()?;
    let mut there = BTreeSet::new();
    for verb in [
        &[][..],
        &["build"],
        &["run"],
        &["bench"],
        &["inspect"],
        &["verify"],
        &["explain"],
        &["targets"],
    ] {
        let help = scratch.wasi_aot(&[verb, &["--help"]].concat()).stdout;
        let help = String::from_utf8(help)?;
        let lines = help.lines().map(str::trim_start);
        let headings = lines.filter(|line| line.starts_with('-'));
        there.extend(headings.flat_map(options));
    }
    there.remove("--help");
    ensure!(
        documented == there,
        "only in the reference: {:?}; not in its tables: {:?}",
        documented.difference(&there).collect::<Vec<_>>(),
        there.difference(&documented).collect::<Vec<_>>()
    );
    Ok(())
}

/// The reference's lines for the options about grants and about code match the table of options
/// (`WASI_AOT_BLESS=1` rewrites them).
fn the_tables_of_options_follow_their_rows() -> Result<(), Failed> {
    let mut reference = reference()?;
    let mut wrong = Vec::new();
    for [option, meaning] in rows().flat_map(|row| row.reference) {
        let line = format!("| {option} | {meaning} |");
        let start = format!("| {option} | ");
        let there: Vec<_> = reference
            .lines()
            .filter(|line| line.starts_with(&start))
            .collect();
        ensure!(
            there.len() == 1,
            "{option} has {} lines in the reference",
            there.len()
        );
        if there[0] != line {
            wrong.push(*option);
            reference = reference.replace(there[0], &line);
        }
    }
    if std::env::var_os("WASI_AOT_BLESS").is_some() {
        fs::write(reference_path(), reference)?;
    } else {
        ensure!(wrong.is_empty(), "other lines in the reference: {wrong:?}");
    }
    Ok(())
}

/// The variables that users can set: the reference contains exactly the names in the list, and its
/// table exactly those that grant something.
fn every_variable_is_documented() -> Result<(), Failed> {
    let reference = reference()?;
    let rows = reference
        .lines()
        .filter(|line| line.starts_with("| `WASI_AOT_"));
    let cells = rows.filter_map(|row| row.split(" | ").next());
    let in_table: BTreeSet<_> = cells.flat_map(variables).collect();
    let grants: BTreeSet<_> = start_variables().map(|(_, name)| name).collect();
    ensure!(
        in_table == grants,
        "{in_table:?} are in the table, not {grants:?}"
    );
    let others = EXECUTABLE.split(' ').chain(TOOL.split(' '));
    let all: BTreeSet<_> = grants.into_iter().chain(others).collect();
    let named: BTreeSet<_> = variables(&reference).collect();
    ensure!(named == all, "the reference names {named:?}, not {all:?}");
    Ok(())
}

/// Every variable named anywhere in the project is in the list. An executable would refuse it
/// otherwise.
fn every_variable_is_in_the_list() -> Result<(), Failed> {
    let lists = [EXECUTABLE, TOOL, PROJECT].into_iter();
    let others = lists.flat_map(|list| list.split(' '));
    let listed: BTreeSet<_> = start_variables()
        .map(|(_, name)| name)
        .chain(others)
        .collect();
    let mut found = BTreeSet::new();
    collect(&root(), &mut found)?;
    let found: BTreeSet<_> = found.iter().map(String::as_str).collect();
    ensure!(
        found == listed,
        "only in files: {:?}; only in the list: {:?}",
        found.difference(&listed).collect::<Vec<_>>(),
        listed.difference(&found).collect::<Vec<_>>()
    );
    Ok(())
}

/// The variables named in the texts of a folder, except for the list itself.
fn collect(folder: &Path, found: &mut BTreeSet<String>) -> Result<(), Failed> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if entry.file_type()?.is_dir() {
            if name != "target" && name != ".git" {
                collect(&entry.path(), found)?;
            }
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            found.extend(variables(&text).map(str::to_owned));
        }
    }
    Ok(())
}

/// The relative links of all pages lead to existing files and headings.
fn every_link_leads_somewhere() -> Result<(), Failed> {
    let mut dangling = Vec::new();
    for page in pages()? {
        let text = fs::read_to_string(&page)?;
        let targets = text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        for target in targets.filter(|target| !target.contains("://")) {
            let (path, heading) = target.split_once('#').unwrap_or((target, ""));
            let to = match path {
                "" => page.clone(),
                path => page.with_file_name(path),
            };
            let found = match heading {
                "" => to.exists(),
                heading => fs::read_to_string(&to)
                    .is_ok_and(|text| headings(&text).any(|it| it == heading)),
            };
            if !found {
                dangling.push(format!("{}: {target}", page.display()));
            }
        }
    }
    ensure!(dangling.is_empty(), "links to nothing: {dangling:#?}");
    Ok(())
}

/// The index of `docs/` links to every page below it.
fn every_page_is_in_the_index() -> Result<(), Failed> {
    let docs = root().join("docs");
    let index = fs::read_to_string(docs.join("README.md"))?;
    let below = pages()?
        .into_iter()
        .filter_map(|page| page.strip_prefix(&docs).map(Path::to_owned).ok());
    let missing: Vec<_> = below
        .filter(|page| !page.ends_with("README.md"))
        .filter(|page| !index.contains(&format!("]({})", page.display())))
        .collect();
    ensure!(missing.is_empty(), "not in docs/README.md: {missing:?}");
    Ok(())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The pages for users: those next to the README, and those in `docs/`.
fn pages() -> std::io::Result<Vec<PathBuf>> {
    let docs = root().join("docs");
    let folders = [root(), docs.join("guides"), docs.join("design"), docs];
    let mut pages = Vec::new();
    for folder in folders {
        for entry in fs::read_dir(folder)? {
            pages.push(entry?.path());
        }
    }
    pages.retain(|page| page.extension().is_some_and(|it| it == "md"));
    Ok(pages)
}

/// The anchors of a page's headings.
fn headings(text: &str) -> impl Iterator<Item = String> {
    let titles = text
        .lines()
        .filter_map(|line| line.trim_start_matches('#').strip_prefix(' '));
    titles.map(|title| {
        let kept = title
            .chars()
            .filter(|&c| c.is_alphanumeric() || " -_".contains(c));
        kept.collect::<String>().to_lowercase().replace(' ', "-")
    })
}

/// The names, without the prefix, of the variables in a text.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'));
    let names = words.filter_map(|word| word.strip_prefix(PREFIX));
    names.filter(|name| !name.is_empty())
}

/// The long options in a text.
fn options(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let long =
        words.filter(|word| word.starts_with("--") || word.starts_with("-") && word.len() > 2);
    long.map(|word| format!("--{}", word.trim_start_matches('-')))
}
