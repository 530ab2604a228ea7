//! The tracked files whose style is checked, line by line.

use std::fs;
use std::path::Path;
use std::process::Command;

/// What a file is written in.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Language {
    /// Comments from `//` to the end of the line.
    Rust,
    /// Comments from `#` to the end of the line: shell, Python, TOML.
    Hash,
    /// All of it is prose, but code and tables.
    Markdown,
}

/// A tracked file.
#[derive(Debug)]
pub struct Source {
    /// From the root of the repository.
    pub path: String,
    /// What it is written in.
    pub language: Language,
    /// Its text.
    pub text: String,
}

/// In the folders of this folder are Cranelift's sources, in Cranelift's style.
const CRANELIFT: &str = "compiler/cranelift/";

/// The tracked files in a language that is checked.
///
/// # Errors
/// Why it is not known which files are tracked.
pub fn tracked(root: &Path) -> Result<Vec<Source>, String> {
    let mut git = Command::new("git");
    let listed = git.args(["ls-files", "-z"]).current_dir(root).output();
    let listed = listed.map_err(|error| format!("git: {error}"))?;
    if !listed.status.success() {
        return Err(format!("git: {}", String::from_utf8_lossy(&listed.stderr)));
    }
    let names = String::from_utf8(listed.stdout).map_err(|error| error.to_string())?;
    let mut sources = Vec::new();
    let ours = |path: &&str| !path.starts_with(CRANELIFT) || !path[CRANELIFT.len()..].contains('/');
    for path in names.split_terminator('\0').filter(ours) {
        // What is deleted, but not yet committed, is listed.
        let Ok(bytes) = fs::read(root.join(path)) else {
            continue;
        };
        let Some(language) = language(path, &bytes) else {
            continue;
        };
        let text = String::from_utf8(bytes).map_err(|error| format!("{path}: {error}"))?;
        sources.push(Source {
            path: path.to_owned(),
            language,
            text,
        });
    }
    match sources.is_empty() {
        true => Err("git lists no sources".to_owned()),
        false => Ok(sources),
    }
}

fn language(path: &str, bytes: &[u8]) -> Option<Language> {
    let extension = Path::new(path).extension().unwrap_or_default();
    match extension.to_str() {
        Some("rs") => Some(Language::Rust),
        Some("md") => Some(Language::Markdown),
        Some("sh" | "toml" | "py") => Some(Language::Hash),
        // Scripts without an extension.
        _ => bytes.starts_with(b"#!").then_some(Language::Hash),
    }
}

impl Source {
    /// The lines that are comments or prose, or end with a comment: what rustfmt does not break.
    pub fn prose(&self) -> Vec<&str> {
        match self.language {
            Language::Rust => self.commented("//"),
            Language::Hash => self.commented("#"),
            Language::Markdown => markdown(&self.text),
        }
    }

    fn commented(&self, mark: &str) -> Vec<&str> {
        let has_comment = |line: &&str| {
            let trailing = || {
                let parts = line.split_once(&format!(" {mark} "));
                // A mark within quotes is none.
                parts.is_some_and(|(code, _)| code.matches('"').count() % 2 == 0)
            };
            line.trim_start().starts_with(mark) || trailing()
        };
        self.text.lines().filter(has_comment).collect()
    }

    /// All text as one line, without the marks that comments begin with: phrases go on over lines.
    pub fn joined(&self) -> String {
        let bare_line = |line: &str| {
            let line = line.trim();
            let bare = match self.language {
                Language::Rust => line.trim_start_matches('/').trim_start_matches('!'),
                Language::Hash => line.trim_start_matches('#'),
                Language::Markdown => line,
            };
            bare.trim().to_lowercase()
        };
        let lines: Vec<String> = self.text.lines().map(bare_line).collect();
        lines.join(" ")
    }
}

/// Paragraphs and lists: no code, which is fenced or indented, and no tables.
fn markdown(text: &str) -> Vec<&str> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !(fenced || line.starts_with("    ") || line.trim_start().starts_with('|')) {
            lines.push(line);
        }
    }
    lines
}
