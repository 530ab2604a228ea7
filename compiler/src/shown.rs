//! Escapes foreign text for display: names in a module, paths, output of other programs.
//!
//! Such text must not control the terminal, look like this program's own lines, or change the order
//! in which the text after it is read. All output for users passes through here.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

/// Escapes text within a line: control characters, line separators, and characters that change the
/// direction of writing appear as Rust escapes them. All other characters stay as they are.
pub fn line(text: &str) -> Cow<'_, str> {
    escaped(text, is_hidden, |c| match c {
        '\n' | '\r' | '\t' => c.escape_default().to_string(),
        c => c.escape_unicode().to_string(),
    })
}

/// [`line()`] for JSON text, which stays valid: such characters occur only within strings. Line
/// breaks between values stay.
pub fn json(text: &str) -> Cow<'_, str> {
    let hidden = |c| is_hidden(c) && c != '\n';
    escaped(text, hidden, |c| format!("\\u{:04x}", u32::from(c)))
}

/// Whether a character can move the cursor, end a line or reorder text: the control characters of
/// ASCII and of U+0080 to U+009F, the line and paragraph separators, and Unicode's direction marks,
/// embeddings, overrides and isolates. All of them fit `\uXXXX`.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}' | '\u{2029}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}')
}

fn escaped(
    text: &str,
    hidden: impl Fn(char) -> bool,
    escape: impl Fn(char) -> String,
) -> Cow<'_, str> {
    if !text.contains(&hidden) {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match hidden(c) {
            true => plain.push_str(&escape(c)),
            false => plain.push(c),
        }
    }
    plain.into()
}

/// Lines for users: each `writeln!` makes exactly one, whatever text its values contain.
#[derive(Debug, Default)]
pub struct Lines(String);

impl Lines {
    /// Adds a line; called by `writeln!`, whose own line break is the only one that is kept.
    ///
    /// # Errors
    /// Only those of the values' own formatting.
    pub fn write_fmt(&mut self, line: fmt::Arguments<'_>) -> fmt::Result {
        let mut text = String::new();
        text.write_fmt(line)?;
        let text = text.strip_suffix('\n').unwrap_or(&text);
        self.0.push_str(&self::line(text));
        self.0.push('\n');
        Ok(())
    }

    /// Whether there are no lines yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The text of all lines.
    pub fn into_text(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_escaped_and_json_stays_json() {
        let name = "a\u{1b}[31m\u{9b}\u{7f}\0\u{202e}\u{2069}\u{2028}\u{e9}";
        assert_eq!(
            line(name),
            r"a\u{1b}[31m\u{9b}\u{7f}\u{0}\u{202e}\u{2069}\u{2028}".to_owned() + "\u{e9}"
        );
        assert_eq!(line("a\r\n\tb"), r"a\r\n\tb");
        assert!(matches!(line("ä b"), Cow::Borrowed("ä b")));
        let text = serde_json::to_string_pretty(&[name]).unwrap();
        let shown = json(&text);
        assert!(!shown.contains(|c| is_hidden(c) && c != '\n'), "{shown}");
        let read: Vec<String> = serde_json::from_str(&shown).unwrap();
        assert_eq!(read, [name]);
    }

    #[test]
    fn a_line_is_one_whatever_is_in_it() {
        let mut lines = Lines::default();
        for name in ["a", "b\nbuilds       yes", "c\n", ""] {
            writeln!(lines, "name {name}").unwrap();
        }
        assert_eq!(
            lines.into_text(),
            "name a\nname b\\nbuilds       yes\nname c\\n\nname \n"
        );
    }
}
