//! Values of options that have their own syntax: kinds of output, optimisation levels.

use crate::policy::{OptLevel, Timeout};
use crate::{After, Code, DebugLevel, Error, Result as Coded, shown};
use clap::builder::{PossibleValue, PossibleValuesParser};
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// A kind of output for `--emit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The executable.
    Exe,
    /// The program's relocatable object.
    Obj,
    /// The program after a pass, as text; `None`: after all passes.
    Program(Option<After>),
    /// Cranelift's IR, as text.
    Clif,
    /// Disassembled machine code.
    Asm,
}

impl Kind {
    /// All kinds.
    const ALL: [Kind; 5] = [
        Kind::Exe,
        Kind::Obj,
        Kind::Program(None),
        Kind::Clif,
        Kind::Asm,
    ];

    /// The name as it is typed, without a pass, and the extension of its files.
    fn name_and_ending(self) -> (&'static str, &'static str) {
        match self {
            Kind::Exe => ("exe", ""),
            Kind::Obj => ("obj", ".o"),
            Kind::Program(_) => ("program", ".program"),
            Kind::Clif => ("clif", ".clif"),
            Kind::Asm => ("asm", ".s"),
        }
    }

    /// The suffix that is appended to the executable's name for this kind.
    pub fn suffix(self) -> String {
        let (_, ending) = self.name_and_ending();
        match self.pass() {
            Some(after) => format!(".{}{ending}", after.name()),
            None => ending.to_owned(),
        }
    }

    /// The pass after which the program is printed, if this is a program.
    pub fn after(self) -> Option<After> {
        match self {
            Kind::Program(after) => Some(after.unwrap_or(After::LAST)),
            Kind::Exe | Kind::Obj | Kind::Clif | Kind::Asm => None,
        }
    }

    /// The pass, if one was typed.
    fn pass(self) -> Option<After> {
        match self {
            Kind::Program(after) => after,
            Kind::Exe | Kind::Obj | Kind::Clif | Kind::Asm => None,
        }
    }

    /// Parses `KIND` or `KIND:PASS`.
    fn parse(typed: &str) -> Result<Kind, String> {
        let (name, pass) = match typed.split_once(':') {
            Some((name, pass)) => (name, Some(pass)),
            None => (typed, None),
        };
        let known = |kind: &Kind| kind.name_and_ending().0 == name;
        let Some(kind) = Kind::ALL.into_iter().find(known) else {
            return Err(format!("the kinds are {}", Kind::names()));
        };
        match (kind, pass) {
            (Kind::Program(_), Some(pass)) => match After::named(pass) {
                Some(after) => Ok(Kind::Program(Some(after))),
                None => Err(format!(
                    "there is no pass `{}`: the passes are {}",
                    shown::line(pass),
                    After::names()
                )),
            },
            (Kind::Exe | Kind::Obj | Kind::Clif | Kind::Asm, Some(_)) => {
                Err(format!("only program has passes, not {name}"))
            }
            (kind, None) => Ok(kind),
        }
    }

    /// The names of all kinds, for messages.
    fn names() -> String {
        Kind::ALL.map(|kind| kind.name_and_ending().0).join(", ")
    }
}

/// The kind as it is typed.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name_and_ending().0)?;
        match self.pass() {
            Some(after) => write!(f, ":{}", after.name()),
            None => Ok(()),
        }
    }
}

/// The text of `-h` about `--emit`.
pub fn emit_help() -> String {
    format!("What to write: {}", Kind::names())
}

/// The text of `--help` about `--emit`.
pub fn emit_long_help() -> String {
    format!(
        "{}\n\nSeveral are separated by commas. A path may follow each; without one it is the \
         executable's with `.o`, `.program`, `.clif` or `.s` behind it, or `-o` if nothing else is \
         written.\n\n`program` is what is known of each function when it is optimised; \
         `program:PASS` is that after one of the passes {}.",
        emit_help(),
        After::names()
    )
}

/// A level of other compilers that is not a word of [`OptLevel`].
#[derive(Debug)]
struct Foreign {
    /// The word as it is typed after `-O`.
    word: &'static str,
    /// The equivalent level here; or the reason why there is none, and what to do instead.
    here: Result<OptLevel, [&'static str; 2]>,
}

/// All levels of other compilers.
const FOREIGN_LEVELS: [Foreign; 4] = [
    Foreign {
        word: "1",
        here: Ok(OptLevel::Speed),
    },
    Foreign {
        word: "3",
        here: Err([
            "there is no `-O 3` yet: it is reserved for a generator that optimises more",
            "`-O 2`, the default, is the highest level",
        ]),
    },
    Foreign {
        word: "s",
        here: Err(FOR_SIZE),
    },
    Foreign {
        word: "z",
        here: Err(FOR_SIZE),
    },
];

/// Cranelift's `speed_and_size` produces the same code as `speed`.
const FOR_SIZE: [&str; 2] = [
    "there is no level for size: the code generator would make the same code as with `-O 2`",
    "`--strip` makes an executable smaller; compile the module itself for size (`-Os`, `wasm-opt -Oz`)",
];

/// The words after `-O`: the available levels and, hidden, those of other compilers.
pub fn levels() -> PossibleValuesParser {
    let ours = OptLevel::words().into_iter();
    let ours = ours.map(|(word, help)| PossibleValue::new(word).help(help));
    let others = FOREIGN_LEVELS.iter();
    let others = others.map(|level| PossibleValue::new(level.word).hide(true));
    ours.chain(others).collect::<Vec<_>>().into()
}

/// The level that a word of [`levels`] means.
///
/// # Errors
/// [`Code::Option`] for a level that only other compilers have.
pub fn level(word: &str) -> Coded<OptLevel> {
    let foreign = FOREIGN_LEVELS.iter().find(|level| level.word == word);
    match foreign.map(|level| level.here) {
        Some(Ok(level)) => Ok(level),
        Some(Err([message, help])) => Err(Error::new(Code::Option, message).help(help)),
        None => word
            .parse()
            .map_err(|why: String| Error::new(Code::Option, format!("-O {word}: {why}"))),
    }
}

/// The level of debug information that a number after `-g` means.
///
/// # Errors
/// The levels that there are.
pub fn debug(text: &str) -> Result<DebugLevel, String> {
    let level = text.parse::<u8>().ok();
    let level = level.and_then(|level| DebugLevel::try_from(level).ok());
    level.ok_or_else(|| "the levels are 0 and 1; debuggers do not get source lines yet".into())
}

/// Parses a time.
///
/// # Errors
/// How to write one.
pub fn span(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(Timeout(nanoseconds)) => Ok(Duration::from_nanos(nanoseconds)),
        Err(_) => Err("write a number above 0 followed by ms, s, m or h".into()),
    }
}

/// `KIND[:PASS][=PATH]`.
#[derive(Clone, Debug)]
pub struct Emit {
    /// The kind of output.
    pub kind: Kind,
    /// The path of the output.
    pub path: Option<PathBuf>,
}

impl Emit {
    /// Parses the typed value. The path may be any that the system accepts.
    ///
    /// # Errors
    /// For an unknown kind or pass, or a missing path after `=`.
    pub fn parse(typed: OsString) -> Result<Emit, String> {
        let bytes = typed.as_encoded_bytes();
        let at = bytes.iter().position(|byte| *byte == b'=');
        let name = String::from_utf8_lossy(&bytes[..at.unwrap_or(bytes.len())]);
        let kind = Kind::parse(&name)?;
        let path = match at {
            None => None,
            Some(at) if at + 1 == bytes.len() => return Err("no path after `=`".into()),
            Some(at) => Some(after(&typed, at + 1)),
        };
        Ok(Emit { kind, path })
    }
}

/// The text after the first `at` bytes, which are ASCII.
#[cfg(unix)]
fn after(typed: &OsStr, at: usize) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    OsStr::from_bytes(&typed.as_bytes()[at..]).into()
}

#[cfg(not(unix))]
fn after(typed: &OsStr, at: usize) -> PathBuf {
    typed.to_string_lossy()[at..].into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimize;

    #[test]
    fn kinds_have_names_and_passes() {
        let emit = |typed: &str| Emit::parse(typed.into());
        for kind in Kind::ALL {
            assert_eq!(emit(&kind.to_string()).unwrap().kind, kind);
        }
        let endings: Vec<_> = Kind::ALL.into_iter().map(Kind::suffix).collect();
        assert_eq!(endings, ["", ".o", ".program", ".clif", ".s"]);
        assert!(emit("exe=").is_err() && emit("").is_err() && emit("=a").is_err());
        assert_eq!(emit("asm=a=b").unwrap().path, Some("a=b".into()));
    }

    #[test]
    fn a_level_of_another_compiler_has_a_meaning_or_a_sentence() {
        for own in OptLevel::ALL {
            assert_eq!(level(own.word()).unwrap(), *own);
            assert!(!FOREIGN_LEVELS.iter().any(|level| level.word == own.word()));
        }
        assert_eq!(level("1").unwrap(), OptLevel::Speed);
        for word in ["3", "s", "z"] {
            let error = level(word).expect_err(word);
            assert!(
                error.code == Code::Option && error.help.is_some(),
                "{error:?}"
            );
        }
    }

    #[test]
    fn every_pass_of_the_tables_can_be_asked_for() {
        let emit = |typed: &str| Emit::parse(typed.into());
        let rows = optimize::PROGRAM.iter().map(|pass| pass.name);
        for name in rows.chain(optimize::FUNCTION.iter().map(|pass| pass.name)) {
            let emit = emit(&format!("program:{name}=a:b")).expect(name);
            let after = After::named(name).expect(name);
            assert_eq!(emit.kind, Kind::Program(Some(after)));
            assert_eq!(emit.kind.suffix(), format!(".{name}.program"));
            assert_eq!(emit.path, Some("a:b".into()));
            assert!(emit_long_help().contains(name));
        }
        let unknown = emit("program:x\n").expect_err("there is no such pass");
        assert!(unknown.contains("`x\\n`") && unknown.contains(&After::names()));
        assert!(emit("program:").is_err() && emit("clif:reach").is_err());
    }
}
