//! The outcomes of a script's commands, and the totals of a whole run by kind.

use std::fmt::Write as _;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $label:literal;)*) => {
        /// The kinds of command that are counted.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// All kinds, in the order of the table.
            pub const ALL: &'static [Kind] = &[$(Kind::$name,)*];
            /// Its name in the table.
            pub const fn label(self) -> &'static str { match self { $(Kind::$name => $label,)* } }
        }
    };
}

kinds! {
    /// A module that must be accepted, and its instantiation.
    Module = "module";
    /// `register`.
    Register = "register";
    /// An invocation that must not trap.
    Action = "action";
    /// `assert_return`.
    Return = "assert_return";
    /// `assert_trap` of an action.
    Trap = "assert_trap";
    /// `assert_trap` of an instantiation.
    Uninstantiable = "assert_trap (instantiation)";
    /// `assert_exhaustion`.
    Exhaustion = "assert_exhaustion";
    /// `assert_exception`.
    Exception = "assert_exception";
    /// `assert_invalid`.
    Invalid = "assert_invalid";
    /// `assert_malformed` of a binary.
    MalformedBinary = "assert_malformed (binary)";
    /// `assert_malformed` of a text.
    MalformedText = "assert_malformed (text)";
    /// `assert_unlinkable`.
    Unlinkable = "assert_unlinkable";
    /// An `assert_invalid` or `assert_malformed` that a later version of the specification has
    /// reversed.
    Overturned = "accepted since";
}

/// The outcome of a command.
#[derive(Debug)]
pub struct Outcome {
    /// Line in the script.
    pub line: usize,
    /// The kind of command.
    pub kind: Kind,
    /// The error is a sentence.
    pub result: Result<(), String>,
}

/// The numbers of passed and failed commands by kind.
#[derive(Debug, Default, Clone)]
pub struct Totals([(usize, usize); Kind::ALL.len()]);

impl Totals {
    /// Counts the outcomes of a script.
    pub fn add(&mut self, outcomes: &[Outcome]) {
        for outcome in outcomes {
            let (passed, failed) = &mut self.0[outcome.kind as usize];
            *(if outcome.result.is_ok() {
                passed
            } else {
                failed
            }) += 1;
        }
    }

    /// A table with a line per kind and the sum, under the heading `title`.
    pub fn table(&self, title: &str) -> String {
        let mut text = format!("{title}\n");
        let mut sum = (0, 0);
        for (kind, (passed, failed)) in Kind::ALL.iter().zip(self.0) {
            if passed + failed > 0 {
                line(&mut text, kind.label(), passed, failed);
            }
            sum = (sum.0 + passed, sum.1 + failed);
        }
        line(&mut text, "all", sum.0, sum.1);
        text
    }
}

fn line(text: &mut String, label: &str, passed: usize, failed: usize) {
    writeln!(text, "  {label:<28} {passed:>6} passed, {failed} failed").expect("strings take text");
}

/// The failures among `outcomes` as text: the first ones in full, and the number of the rest.
pub fn failures(outcomes: &[Outcome]) -> Option<String> {
    const SHOWN: usize = 25;
    let failed = outcomes.iter().filter_map(|outcome| {
        let error = outcome.result.as_ref().err()?;
        Some(format!(
            "line {}: {}: {error}\n",
            outcome.line,
            outcome.kind.label()
        ))
    });
    let lines: Vec<String> = failed.collect();
    if lines.is_empty() {
        return None;
    }
    let mut text: String = lines.iter().take(SHOWN).map(String::as_str).collect();
    if lines.len() > SHOWN {
        writeln!(text, "and {} more", lines.len() - SHOWN).expect("strings take text");
    }
    write!(
        text,
        "{} of {} commands failed",
        lines.len(),
        outcomes.len()
    )
    .expect("strings take text");
    Some(text)
}
