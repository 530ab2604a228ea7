//! Progress on standard error, in cargo's manner.

use crate::shown;
use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::Write as _;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

const VERB: Style = AnsiColor::Green.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// A bar that is gone at once only flickers.
const PATIENCE: Duration = Duration::from_millis(500);

/// Says what goes on.
#[derive(Debug)]
pub struct Progress {
    quiet: bool,
    start: Instant,
    bar: OnceLock<ProgressBar>,
}

impl Progress {
    /// Starts the clock.
    pub fn new(quiet: bool) -> Progress {
        Progress {
            quiet,
            start: Instant::now(),
            bar: OnceLock::new(),
        }
    }

    /// A line: a verb, and on what.
    pub fn say(&self, verb: &str, what: &str) {
        if !self.quiet {
            // Where the error stream is gone nobody waits for progress.
            let _ = writeln!(
                anstream::stderr(),
                "{VERB}{verb:>12}{VERB:#} {}",
                shown::line(what)
            );
        }
    }

    /// What was asked for, but has no effect.
    pub fn warn(&self, what: &str) {
        if !self.quiet {
            // As for `say`.
            let what = shown::line(what);
            let _ = writeln!(anstream::stderr(), "{WARNING}warning{WARNING:#}: {what}");
        }
    }

    /// Compiling starts.
    pub fn compiling(&self, name: &str, functions: usize) {
        let plural = if functions == 1 { "" } else { "s" };
        self.say(
            "Compiling",
            &format!("{name} ({} function{plural})", thousands(functions as u64)),
        );
    }

    /// So many functions are compiled. Called from many threads.
    pub fn function(&self, done: usize, all: usize) {
        if self.quiet || self.start.elapsed() < PATIENCE {
            return;
        }
        let bar = self.bar.get_or_init(|| bar(all as u64));
        bar.set_position(done as u64);
    }

    /// All is compiled.
    pub fn compiled(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }

    /// All is done.
    pub fn finished(&self, what: &str) {
        let seconds = self.start.elapsed().as_secs_f64();
        self.say("Finished", &format!("{what} in {seconds:.2}s"));
    }
}

/// indicatif draws nothing where standard error is no terminal.
fn bar(total: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(10));
    let style =
        ProgressStyle::with_template("{msg:>12.cyan.bold} [{bar:27}] {human_pos}/{human_len}")
            .expect("the template is right")
            .progress_chars("=> ");
    bar.set_style(style);
    bar.set_message("Building");
    bar
}

/// `1234567` as `1,234,567`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn digits_stand_in_threes() {
        let texts = [0, 999, 1000, 12345, 1234567].map(thousands);
        assert_eq!(texts, ["0", "999", "1,000", "12,345", "1,234,567"]);
    }
}
