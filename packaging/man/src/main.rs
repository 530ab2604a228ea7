//! Writes the man pages of wasi-aot, one a verb, from the command line as clap knows it.

#![forbid(unsafe_code)]

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let mut arguments = env::args_os().skip(1);
    let (Some(folder), Some(date), None) = (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err(io::Error::other("usage: wasi-aot-man FOLDER YYYY-MM-DD"));
    };
    let (folder, date) = (PathBuf::from(folder), date.to_string_lossy());
    let mut command = wasi_aot::cli::syntax().disable_help_subcommand(true);
    command.build();
    pages(&command, None, &folder, &date)
}

/// Writes the page of a command, and those of its verbs. `above`: the name of the page that has it
/// as a verb.
fn pages(command: &Command, above: Option<&str>, folder: &Path, date: &str) -> io::Result<()> {
    let name = name(command);
    fs::write(
        folder.join(format!("{name}.1")),
        page(command, above, date)?,
    )?;
    command
        .get_subcommands()
        .try_for_each(|verb| pages(verb, Some(name), folder, date))
}

fn name(command: &Command) -> &str {
    command
        .get_display_name()
        .unwrap_or_else(|| command.get_name())
}

fn page(command: &Command, above: Option<&str>, date: &str) -> io::Result<Vec<u8>> {
    // The usage as the help has it: clap_mangen's would list all options, dozens for some verbs.
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim().to_owned();
    let man = Man::new(command.clone().override_usage(usage))
        .title(name(command).to_uppercase())
        .date(date)
        .source(format!("wasi-aot {}", env!("CARGO_PKG_VERSION")))
        .manual("User commands");
    let mut out = Vec::new();
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    man.render_synopsis_section(&mut out)?;
    man.render_description_section(&mut out)?;
    man.render_options_section(&mut out)?;
    commands(command).to_writer(&mut out)?;
    notes(command).to_writer(&mut out)?;
    see_also(command, above).to_writer(&mut out)?;
    let text = String::from_utf8(out).map_err(io::Error::other)?;
    Ok(tidy(&text).into_bytes())
}

/// The verbs, with what each does.
fn commands(command: &Command) -> Roff {
    let mut roff = Roff::new();
    if command.has_subcommands() {
        roff.control("SH", ["COMMANDS"]);
    }
    for verb in command.get_subcommands() {
        let about = verb.get_about().map(ToString::to_string);
        roff.control("TP", []);
        roff.text([bold(name(verb)), roman("(1)")]);
        roff.text([roman(about.unwrap_or_default())]);
    }
    roff
}

/// The paragraphs that follow the options in the help. `Examples:` and `Exit status:` begin one.
fn notes(command: &Command) -> Roff {
    let mut roff = Roff::new();
    let text = command.get_after_long_help().map(ToString::to_string);
    for paragraph in text.unwrap_or_default().split("\n\n") {
        if let Some(examples) = paragraph.strip_prefix("Examples:\n") {
            roff.control("SH", ["EXAMPLES"]);
            roff.control("nf", []);
            for example in examples.lines() {
                roff.text([roman(example.trim_start())]);
            }
            roff.control("fi", []);
        } else if let Some(status) = paragraph.strip_prefix("Exit status: ") {
            roff.control("SH", ["EXIT STATUS"]);
            roff.text([roman(status)]);
        } else if !paragraph.is_empty() {
            roff.control("SH", ["NOTES"]);
            roff.text([roman(paragraph)]);
        }
    }
    roff
}

/// The page above, or those of all verbs.
fn see_also(command: &Command, above: Option<&str>) -> Roff {
    let verbs = command.get_subcommands().map(name);
    let mut pages: Vec<&str> = above.into_iter().chain(verbs).collect();
    pages.sort_unstable();
    let mut roff = Roff::new();
    if !pages.is_empty() {
        roff.control("SH", ["SEE ALSO"]);
        let last = pages.len() - 1;
        for (index, page) in pages.into_iter().enumerate() {
            let comma = if index == last { "" } else { "," };
            roff.text([bold(page), roman(format!("(1){comma}"))]);
        }
    }
    roff
}

/// One definition of the apostrophe for the page, where each section brings its own; an empty line
/// in a text begins a paragraph at the indentation that it is in.
fn tidy(text: &str) -> String {
    let preamble = Roff::new().render();
    let body = text.replace(&preamble, "");
    let mut page = preamble;
    for line in body.lines() {
        page += if line.is_empty() { ".IP" } else { line };
        page.push('\n');
    }
    page
}
