//! Progress on standard error, in the style of cargo.

use super::message::{self, Level};
use super::speech::SpeechArgs;
use super::timings::Timings;
use crate::{Event, Stage, shown};
use anstream::ColorChoice;
use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::Write as _;
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

const VERB: Style = AnsiColor::Green.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// A progress bar that disappears at once only flickers, so it is shown after this time.
const PATIENCE: Duration = Duration::from_millis(500);

/// Reports progress.
#[derive(Debug)]
pub struct Progress {
    quiet: bool,
    verbose: bool,
    start: Instant,
    bar: OnceLock<ProgressBar>,
    /// The timings, if they were requested.
    timings: Option<Mutex<Timings>>,
}

impl Progress {
    /// Starts the clock. `is_heard`: whether messages that were not requested may be printed, too.
    pub fn new(speech: &SpeechArgs, is_heard: bool) -> Progress {
        let asked = speech.verbose || message::is_json();
        let progress = Progress {
            quiet: speech.quiet || !(is_heard || asked),
            verbose: speech.verbose,
            start: Instant::now(),
            bar: OnceLock::new(),
            timings: speech.timings.then(Mutex::default),
        };
        progress.begin("read");
        progress
    }

    /// Starts a stage, and thereby ends the previous one.
    pub fn begin(&self, stage: &'static str) {
        if let Some(Ok(mut timings)) = self.timings.as_ref().map(Mutex::lock) {
            timings.begin(stage);
        }
    }

    /// Prints the time that each stage took. This ends the last stage.
    pub fn print_timings(&self) {
        if let Some(Ok(timings)) = self.timings.as_ref().map(Mutex::lock) {
            timings.print();
        }
    }

    /// Reports an event of the build.
    pub fn event(&self, event: Event) {
        match event {
            Event::Stage(stage) => {
                self.begin(stage.name());
                match stage {
                    Stage::Validate => self.detail("Validating", "the module"),
                    Stage::Program => self.detail("Optimising", "the program"),
                    // `compiling` reports this stage, with the number of functions.
                    Stage::Compile => {}
                    Stage::Object => self.detail("Writing", "the object"),
                    Stage::Link => self.detail("Linking", "the executable"),
                }
            }
            Event::Runtime { threads, bytes } => {
                let which = if threads { " for threads" } else { "" };
                let bytes = thousands(bytes as u64);
                self.detail("Runtime", &format!("object{which}, {bytes} bytes"));
            }
        }
    }

    /// Prints a line only with `--verbose`.
    pub fn detail(&self, verb: &str, what: &str) {
        if self.verbose {
            self.say(verb, what);
        }
    }

    /// Prints a line: a verb and its object.
    pub fn say(&self, verb: &str, what: &str) {
        match (self.quiet, message::is_json()) {
            (true, _) => {}
            (false, true) => self.say_json(verb, what),
            // If standard error is closed, nobody is waiting for progress.
            (false, false) => drop(writeln!(
                anstream::stderr(),
                "{VERB}{verb:>12}{VERB:#} {}",
                shown::line(what)
            )),
        }
    }

    /// Programs that read messages get progress only if it was requested.
    fn say_json(&self, verb: &str, what: &str) {
        if self.verbose {
            let text = format!("{verb}: {what}");
            message::print(&message::plain(Level::Info, &text));
        }
    }

    /// Warns that something requested has no effect.
    pub fn warn(&self, what: &str) {
        match (self.quiet, message::is_json()) {
            (true, _) => {}
            (false, true) => message::print(&message::plain(Level::Warning, what)),
            // As in `say`.
            (false, false) => drop(writeln!(
                anstream::stderr(),
                "{WARNING}warning{WARNING:#}: {}",
                shown::line(what)
            )),
        }
    }

    /// Reports that cached code is being linked.
    pub fn linking(&self, name: &str) {
        self.say("Linking", &format!("{name}, whose code was kept"));
    }

    /// Reports that compilation starts.
    pub fn compiling(&self, name: &str, functions: usize) {
        let plural = if functions == 1 { "" } else { "s" };
        self.say(
            "Compiling",
            &format!("{name} ({} function{plural})", thousands(functions as u64)),
        );
    }

    /// Reports how many bytes of code are compiled. Called from many threads.
    pub fn code(&self, done: usize, all: usize) {
        if self.quiet || message::is_json() || self.start.elapsed() < PATIENCE {
            return;
        }
        let bar = self.bar.get_or_init(|| bar(all as u64));
        bar.set_position(done as u64);
    }

    /// Reports that all code is compiled.
    pub fn compiled(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }

    /// Reports that the build is finished.
    pub fn finished(&self, what: &str) {
        let seconds = self.start.elapsed().as_secs_f64();
        self.say("Finished", &format!("{what} in {seconds:.2}s"));
    }
}

/// indicatif draws nothing when standard error is not a terminal.
fn bar(total: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(10));
    // indicatif has its own rules for colours.
    let template = match ColorChoice::global() {
        ColorChoice::Never => "{msg:>12} [{bar:27}] {bytes} of {total_bytes} of code",
        ColorChoice::Auto | ColorChoice::AlwaysAnsi | ColorChoice::Always => {
            "{msg:>12.cyan.bold} [{bar:27}] {bytes} of {total_bytes} of code"
        }
    };
    let style = ProgressStyle::with_template(template)
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
