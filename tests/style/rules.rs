//! The rules: how often a file violates each.

use super::read::Source;

/// The most columns of a comment, and of a line of prose.
const COLUMNS: usize = 100;
/// The most lines of a file.
const LINES: usize = 600;
/// Words to avoid, one entry a line.
const PHRASES: &str = include_str!("phrases.txt");

/// A rule.
pub struct Rule {
    /// What it is called in `known.txt`.
    pub name: String,
    /// How often a file violates it.
    pub count: Box<dyn Fn(&Source) -> usize>,
}

/// All rules.
pub fn all() -> Vec<Rule> {
    let mut rules = vec![
        Rule {
            name: "width".to_owned(),
            count: Box::new(width),
        },
        Rule {
            name: "length".to_owned(),
            count: Box::new(length),
        },
    ];
    rules.push(Rule {
        name: "ignored without a reason".to_owned(),
        count: Box::new(unreasoned),
    });
    let phrases = PHRASES.lines().filter(|line| !line.starts_with('#'));
    rules.extend(phrases.map(|phrase| Rule {
        name: phrase.to_owned(),
        count: Box::new(|source| occurrences(&source.joined(), phrase)),
    }));
    rules
}

/// Lines of prose that are too wide. A line with an address cannot always be broken.
fn width(source: &Source) -> usize {
    let wide = |line: &&&str| line.chars().count() > COLUMNS && !line.contains("://");
    source.prose().iter().filter(wide).count()
}

/// One, if the file is too long.
fn length(source: &Source) -> usize {
    usize::from(source.text.lines().count() >= LINES)
}

/// Tests that are ignored without the functions of `tests/tool.rs`, which ask for a reason.
fn unreasoned(source: &Source) -> usize {
    match &*source.path {
        "tests/tool.rs" => 0,
        _ => occurrences(&source.text, concat!("with_ignored", "_flag")),
    }
}

/// How often whole words occur in a text in small letters.
fn occurrences(text: &str, phrase: &str) -> usize {
    let in_word =
        |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || char == '_');
    text.match_indices(phrase)
        .filter(|(at, _)| {
            let (before, after) = (&text[..*at], &text[at + phrase.len()..]);
            !in_word(before.chars().next_back()) && !in_word(after.chars().next())
        })
        .count()
}
