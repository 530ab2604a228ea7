//! Finds the visible items of a contract's file, including fields and variants.

use std::{
    fmt,
    ops::Range,
    path::{Path, PathBuf},
};

/// An item, and its lines.
#[derive(Debug)]
pub struct Item {
    /// The file.
    pub file: PathBuf,
    /// Its name.
    pub name: String,
    lines: Range<usize>,
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.lines.end;
        write!(f, "{}:{line}: {}", self.file.display(), self.name)
    }
}

impl Item {
    /// The items of a file. It is formatted, so an item that begins a line ends where its
    /// indentation recurs.
    pub fn all(file: &Path, text: &str) -> Vec<Item> {
        let lines: Vec<&str> = text.lines().collect();
        let mut all = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            let Some(name) = name(line) else { continue };
            let above = lines[..at].iter().rev();
            let above = above.take_while(|line| line.trim_start().starts_with(['/', '#']));
            all.push(Item {
                file: file.to_owned(),
                name: name.to_owned(),
                lines: at - above.count()..end(&lines, at),
            });
        }
        all
    }
}

/// A file without these of its items.
pub fn without(text: &str, items: &[&&Item]) -> String {
    let lines = text.lines().enumerate();
    let kept = lines.filter(|(number, _)| items.iter().all(|item| !item.lines.contains(number)));
    kept.flat_map(|(_, line)| [line, "\n"]).collect()
}

/// The exclusive end of the item that begins in a line.
fn end(lines: &[&str], at: usize) -> usize {
    if lines[at].ends_with([';', ',']) || lines[at].ends_with("{}") {
        return at + 1;
    }
    let indentation = indentation(lines[at]);
    let closes = |line: &&str| {
        line.strip_prefix(indentation)
            .is_some_and(|rest| matches!(rest, "}" | "};"))
    };
    let after = lines[at..].iter().position(closes);
    at + after.expect("an item that begins ends") + 1
}

fn indentation(line: &str) -> &str {
    &line[..line.len() - line.trim_start().len()]
}

/// The name of the item that begins in this line.
fn name(line: &str) -> Option<&str> {
    let depth = indentation(line).len() / 4;
    let line = line.trim_start();
    let word = |text: &str| text.find(|c: char| !c.is_alphanumeric() && c != '_');
    let first = |text: &'_ str| -> Option<usize> { word(text).filter(|&len| len != 0) };
    let cut = |text| first(text).map(|len| &text[..len]);
    if let Some(rest) = line.strip_prefix("macro_rules! ") {
        return cut(rest);
    }
    if let Some(mut rest) = line.strip_prefix("pub ") {
        for before in ["const fn ", "unsafe ", "extern \"C\" "] {
            rest = rest.strip_prefix(before).unwrap_or(rest);
        }
        for kind in [
            "fn ", "const ", "static ", "struct ", "enum ", "type ", "mod ",
        ] {
            rest = match rest.strip_prefix(kind) {
                Some(rest) => return cut(rest),
                None => rest,
            };
        }
        // A field, or the rest after `const fn`.
        return cut(rest);
    }
    // A variant, or a line of the table of errors.
    let name = cut(line).filter(|name| depth == 1 && name.starts_with(char::is_uppercase))?;
    let rest = &line[name.len()..];
    let variant = rest == "," || rest.starts_with('(') && rest.ends_with("),");
    let error = rest.ends_with(';') && rest.trim_end_matches(';').trim().parse::<u16>().is_ok();
    (variant || error).then_some(name)
}
